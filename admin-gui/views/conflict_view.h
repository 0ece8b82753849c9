// ConflictView: somebody else wrote while we edited. For each resource that both changed: theirs or
// ours; nothing is overwritten by default. GUI thread.

#ifndef ADMIN_GUI_VIEWS_CONFLICT_VIEW_H_
#define ADMIN_GUI_VIEWS_CONFLICT_VIEW_H_

#include <vector>

#include <QWidget>

#include "admin-gui/session/policy_session.h"

class QButtonGroup;
class QPushButton;
class QVBoxLayout;

namespace gw::gui {

class TextLabel;

class ConflictView : public QWidget {
  Q_OBJECT

 public:
  explicit ConflictView(QWidget* parent);

  void Show(const Conflict& conflict);

 Q_SIGNALS:
  // All choices made: those to take as the other wrote them.
  void decided(const std::vector<gw::ResourceKey>& take_theirs);

 private:
  void AddChoice(const Conflict::Choice& choice);
  void Continue();

  TextLabel* title_ = nullptr;
  TextLabel* line_ = nullptr;
  QVBoxLayout* choices_ = nullptr;
  QPushButton* continue_ = nullptr;
  std::vector<ResourceKey> keys_;
  std::vector<QButtonGroup*> groups_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_CONFLICT_VIEW_H_
