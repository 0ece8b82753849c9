// DiffView: what changed, line by line, in words or as YAML (gui.md §5.9). The texts are supplied.

#ifndef ADMIN_GUI_WIDGETS_DIFF_VIEW_H_
#define ADMIN_GUI_WIDGETS_DIFF_VIEW_H_

#include <cstdint>
#include <vector>

#include <QLabel>
#include <QListWidget>
#include <QString>
#include <QWidget>

#include "admin-gui/widgets/segmented.h"

namespace gw::gui {

struct DiffLine {
  enum class Sign : uint8_t { kSame, kAdded, kRemoved, kHeading, kNote };
  Sign sign = Sign::kSame;
  QString number;  // of the rule; empty for none
  QString text;
  QString was;  // "1" where it moved from, shown "(was 1)"; empty for none
};
// Lines of two texts, the longest common part kept: for YAML.
std::vector<DiffLine> DiffOfTexts(const QString& before, const QString& after);

class DiffView : public QWidget {
  Q_OBJECT

 public:
  explicit DiffView(QWidget* parent = nullptr);

  void Show(const QString& title, const std::vector<DiffLine>& words,
            const std::vector<DiffLine>& yaml);
  void GoToChange(int step);  // +1 next, -1 previous; F8 and Shift+F8
  QListWidget* list() const { return list_; }

 private:
  void Fill();

  Segmented* form_ = nullptr;
  QLabel* title_ = nullptr;
  QListWidget* list_ = nullptr;
  std::vector<DiffLine> words_;
  std::vector<DiffLine> yaml_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_DIFF_VIEW_H_
