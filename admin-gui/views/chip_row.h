// ChipRow: labels as chips in one or more lines, to read only.

#ifndef ADMIN_GUI_VIEWS_CHIP_ROW_H_
#define ADMIN_GUI_VIEWS_CHIP_ROW_H_

#include <vector>

#include <QWidget>

#include "admin-gui/widgets/paint.h"
#include "common/policy/model.h"

namespace gw::gui {

class ChipRow : public QWidget {
  Q_OBJECT

 public:
  explicit ChipRow(const QString& name, QWidget* parent = nullptr);
  void SetLabels(const Labels& labels);

  QSize sizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<QRect> Places(int width) const;

  QString name_;
  std::vector<ChipText> chips_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_CHIP_ROW_H_
