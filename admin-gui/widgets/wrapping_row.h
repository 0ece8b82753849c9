// WrappingRow: buttons or links side by side, or one below the other where that is too wide: words
// are longer in some languages and fonts. Owned by its parent; GUI thread.

#ifndef ADMIN_GUI_WIDGETS_WRAPPING_ROW_H_
#define ADMIN_GUI_WIDGETS_WRAPPING_ROW_H_

#include <vector>

#include <QWidget>

namespace gw::gui {

class WrappingRow : public QWidget {
  Q_OBJECT

 public:
  WrappingRow(int spacing, QWidget* parent);

  void Add(QWidget* widget);

  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;

 private:
  std::vector<QWidget*> Shown() const;
  int WidthInALine() const;
  void Arrange();

  const int spacing_;
  std::vector<QWidget*> widgets_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_WRAPPING_ROW_H_
