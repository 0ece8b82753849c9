// ImpactTiles: newly denied, newly allowed, unchanged, as three figures. GUI thread.

#ifndef ADMIN_GUI_VIEWS_IMPACT_TILES_H_
#define ADMIN_GUI_VIEWS_IMPACT_TILES_H_

#include <QWidget>

#include "common/service/service.h"

namespace gw::gui {

class ImpactTiles : public QWidget {
  Q_OBJECT

 public:
  explicit ImpactTiles(QWidget* parent);
  void Show(const ImpactResult& result);
  QSize sizeHint() const override { return {480, 72}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  ImpactResult result_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_IMPACT_TILES_H_
