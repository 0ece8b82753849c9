// Navigation: the gateway card and the list of pages at the left of the window (gui.md §2). GUI
// thread.

#ifndef ADMIN_GUI_VIEWS_NAVIGATION_H_
#define ADMIN_GUI_VIEWS_NAVIGATION_H_

#include <QListView>
#include <QToolButton>
#include <QWidget>

#include "admin-gui/views/page.h"

class QStandardItemModel;

namespace gw::gui {

// Name of the gateway, and its state as dot and word. A button: its menu leads to other gateways.
class GatewayCard : public QToolButton {
  Q_OBJECT

 public:
  enum class State : uint8_t { kUnknown, kEnforcing, kAbsent, kTrouble };

  explicit GatewayCard(QWidget* parent);
  void SetName(const QString& name);
  void SetState(State state);
  void SetNarrow(bool narrow);
  static QString StateWord(State state);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void NameIt();
  static int NameHeight();  // of the two lines, px
  static int StateHeight();

  QString name_;
  State state_ = State::kUnknown;
  bool narrow_ = false;
};

class Navigation : public QWidget {
  Q_OBJECT

 public:
  explicit Navigation(QWidget* parent);

  GatewayCard& card() { return *card_; }
  void SetCurrent(Destination::Place place);
  // Pill at the right of Policies; 0 for none.
  void SetChangeCount(int count);
  // Triangle at the right of Endpoints.
  void SetEndpointWarning(bool warning);
  // Icons only, 56 wide.
  void SetNarrow(bool narrow);

 Q_SIGNALS:
  void chosen(gw::gui::Destination::Place place);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QListView* MakeList(const QString& name);
  void Fill();

  GatewayCard* card_ = nullptr;
  QListView* pages_ = nullptr;
  QListView* foot_ = nullptr;
  QStandardItemModel* page_items_ = nullptr;
  QStandardItemModel* foot_items_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_NAVIGATION_H_
