// Sparkline: 24 values in 72 x 16; named "rising, 1,638" to assistive technology.

#ifndef ADMIN_GUI_WIDGETS_SPARKLINE_H_
#define ADMIN_GUI_WIDGETS_SPARKLINE_H_

#include <vector>

#include <QString>
#include <QWidget>

#include "admin-gui/widgets/theme.h"

namespace gw::gui {

// "rising, 1,638": the last third against the first, and the sum.
QString SparklineInWords(const std::vector<qint64>& values);

class Sparkline : public QWidget {
  Q_OBJECT

 public:
  explicit Sparkline(QWidget* parent = nullptr);
  void Set(std::vector<qint64> values, Role role);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<qint64> values_;
  Role role_ = Role::kC1;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_SPARKLINE_H_
