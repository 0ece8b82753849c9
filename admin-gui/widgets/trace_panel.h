// TracePanel: how a decision came about, step by step (gui.md §5.4). Policies that do not apply
// fold together when several follow each other.

#ifndef ADMIN_GUI_WIDGETS_TRACE_PANEL_H_
#define ADMIN_GUI_WIDGETS_TRACE_PANEL_H_

#include <vector>

#include <QLabel>
#include <QString>
#include <QTreeWidget>
#include <QWidget>

#include "common/policy/explanation.h"

namespace gw::gui {

class TracePanel : public QWidget {
  Q_OBJECT

 public:
  explicit TracePanel(QWidget* parent = nullptr);

  // `fact` stands right of the title: "Revision 42, 0.9 µs".
  void Show(const QString& title, const QString& fact, const std::vector<TraceStep>& steps);
  void Clear();
  // As the CLI's `explain`: two blanks per depth, "subject: outcome".
  QString AsText() const;
  QTreeWidget* tree() const { return tree_; }

 Q_SIGNALS:
  void stepActivated(const gw::TraceStep& step);  // Return or double click

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void Fill();
  void FitHeight();

  QLabel* title_ = nullptr;
  QLabel* fact_ = nullptr;
  QTreeWidget* tree_ = nullptr;
  std::vector<TraceStep> steps_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_TRACE_PANEL_H_
