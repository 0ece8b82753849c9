// StateCard: the first line of the overview: is the policy enforced, which revision, by whom, and
// what happens to new flows if the enforcer stops. GUI thread.

#ifndef ADMIN_GUI_VIEWS_STATE_CARD_H_
#define ADMIN_GUI_VIEWS_STATE_CARD_H_

#include <vector>

#include "admin-gui/session/gateway.h"
#include "admin-gui/widgets/card.h"

class QHBoxLayout;

namespace gw::gui {

class IconDisc;
class TextLabel;

class StateCard : public Card {
  Q_OBJECT

 public:
  explicit StateCard(QWidget* parent);

  void ShowStatus(const Gateway& gateway);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Fact {
    QWidget* whole = nullptr;
    TextLabel* value = nullptr;
  };
  Fact AddFact(QHBoxLayout* row, const QString& name);
  void Fit();
  void ShowFacts(const Gateway& gateway);
  void ShowRunning(const StatusResult& status);
  void ShowStopped(const StatusResult& status);

  IconDisc* disc_ = nullptr;
  TextLabel* title_ = nullptr;
  TextLabel* line_ = nullptr;
  Fact decisions_;
  Fact live_flows_;
  Fact fail_mode_;
  Fact audit_log_;
  Fact lost_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_STATE_CARD_H_
