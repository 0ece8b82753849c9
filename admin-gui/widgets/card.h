// Card: a surface with a 1 px border and radius 8, for layouts to fill; padding 16.
// CardHeader: its first line, title left (600), fact right (muted).

#ifndef ADMIN_GUI_WIDGETS_CARD_H_
#define ADMIN_GUI_WIDGETS_CARD_H_

#include <QFrame>
#include <QString>
#include <QVBoxLayout>

#include "admin-gui/widgets/theme.h"

namespace gw::gui {

class TextLabel;

class Card : public QFrame {
  Q_OBJECT

 public:
  explicit Card(QWidget* parent = nullptr);
  // With a title line; the fact may change.
  Card(const QString& title, const QString& fact, QWidget* parent = nullptr);

  QVBoxLayout* body() const { return body_; }
  void SetTitle(const QString& title);
  void SetFact(const QString& fact);
  // Rich text: for squares in the colours of a chart.
  void SetLegend(const QString& legend);
  // Fill and edge; kSurface and kBorder unless said otherwise. A notice uses kWarnSoft for both.
  void SetColours(Role fill, Role edge);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QVBoxLayout* body_ = nullptr;
  TextLabel* title_ = nullptr;
  TextLabel* fact_ = nullptr;
  Role fill_ = Role::kSurface;
  Role edge_ = Role::kBorder;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_CARD_H_
