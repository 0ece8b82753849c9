// PausedBand: "Paused while you read.  1,234 newer decisions  Show them", above the rows.

#ifndef ADMIN_GUI_VIEWS_PAUSED_BAND_H_
#define ADMIN_GUI_VIEWS_PAUSED_BAND_H_

#include <QPushButton>
#include <QWidget>

#include "admin-gui/widgets/text_label.h"

namespace gw::gui {

class PausedBand : public QWidget {
  Q_OBJECT

 public:
  explicit PausedBand(QWidget* parent = nullptr);
  void ShowPaused(qint64 newer);
  // "Showing 1 in 20 while this fast; all are recorded."
  void ShowSampling(int one_in);

 Q_SIGNALS:
  void liveAsked();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  TextLabel* words_ = nullptr;
  TextLabel* newer_ = nullptr;
  QPushButton* show_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_PAUSED_BAND_H_
