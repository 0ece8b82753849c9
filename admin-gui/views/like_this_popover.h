// LikeThisPopover: "Allow like this…": the breadths with how many recorded flows each matches,
// where the rule would go, and the sentence it would be. At the row it was asked for; not modal: a
// click elsewhere or Esc closes it.

#ifndef ADMIN_GUI_VIEWS_LIKE_THIS_POPOVER_H_
#define ADMIN_GUI_VIEWS_LIKE_THIS_POPOVER_H_

#include <memory>
#include <vector>

#include <QFrame>
#include <QRadioButton>

#include "admin-gui/models/like_this.h"
#include "admin-gui/session/policy_session.h"
#include "admin-gui/widgets/text_label.h"

class QPushButton;
class QVBoxLayout;

namespace gw::gui {

class LikeThisPopover : public QFrame {
  Q_OBJECT

 public:
  LikeThisPopover(Gateway& gateway, PolicySession& session, QWidget* parent);
  ~LikeThisPopover() override;

  // For `record`, its corner at `position` (global).
  void Open(const AuditRecord& record, const std::shared_ptr<const FlowNames>& names,
            RuleAction action, const QPoint& position);
  // Puts the chosen rule into the session's working copy and closes.
  void AddChosen();

 Q_SIGNALS:
  void added(const gw::gui::LikeThis& like);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Choice {
    QRadioButton* button = nullptr;
    TextLabel* flows = nullptr;
    TextLabel* count = nullptr;
  };

  void Fill(const absl::StatusOr<std::vector<LikeThis>>& choices);
  void AddChoice(QVBoxLayout* column, size_t index);
  void AskCount(size_t index);
  void ShowChosen();
  size_t Chosen() const;

  Gateway& gateway_;
  PolicySession& session_;
  QWidget* body_ = nullptr;
  std::vector<LikeThis> likes_;
  std::vector<Choice> choices_;
  std::vector<Call> calls_;
  TextLabel* place_ = nullptr;
  TextLabel* sentence_ = nullptr;
  RuleAction action_ = RuleAction::kAllow;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_LIKE_THIS_POPOVER_H_
