// ChipRow: labels as chips in one or more lines. One can be chosen by a click, or by Tab, the
// arrows and Return.

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

 Q_SIGNALS:
  void chosen(const QString& key, const QString& value);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  std::vector<QRect> Places(int width) const;
  int IndexAt(const QPoint& at) const;  // -1 for none
  void SetHovered(int index);
  void SetCurrent(int index);
  void Choose(int index);

  QString name_;
  std::vector<ChipText> chips_;
  int hovered_ = -1;
  int current_ = 0;  // that has the focus when the row has it
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_CHIP_ROW_H_
