// FirstRunPage: the assistant of a new gateway in four steps: interfaces, roles, template, review
// (gui.md §4.1). Nothing is written before the last; what was chosen stays when somebody goes back
// or away. GUI thread.

#ifndef ADMIN_GUI_VIEWS_FIRST_RUN_PAGE_H_
#define ADMIN_GUI_VIEWS_FIRST_RUN_PAGE_H_

#include <vector>

#include "admin-gui/views/page.h"
#include "common/service/host_network.h"

class QPushButton;
class QStackedWidget;

namespace gw::gui {

class EmptyState;
class InterfacesStep;
class ReviewStep;
class RolesStep;
class TemplateStep;
class TextLabel;

class FirstRunPage : public Page {
  Q_OBJECT

 public:
  FirstRunPage(Gateway& gateway, PolicySession& session, QWidget* parent);

  QString title() const override { return tr("Set up %1").arg(gateway().files().name); }
  QString subtitle() const override;
  bool ReadAgain() override;
  bool Back() override;

  // Answers that come later replace it; what was chosen for an interface stays.
  void ShowFound(const std::vector<HostInterface>& interfaces,
                 const std::vector<Neighbour>& neighbours);
  int step() const;  // 0 to 3
  QPushButton* back_button() const { return back_; }
  QPushButton* continue_button() const { return continue_; }
  RolesStep* roles() const { return roles_; }
  TemplateStep* templates() const { return templates_; }
  ReviewStep* review() const { return review_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void GoToStep(int step);
  void ShowFoot();
  void ShowReview();
  void Continue();
  void Write();

  QStackedWidget* content_ = nullptr;
  EmptyState* nothing_ = nullptr;
  QWidget* column_ = nullptr;
  TextLabel* question_ = nullptr;
  TextLabel* place_ = nullptr;
  QStackedWidget* steps_ = nullptr;
  InterfacesStep* interfaces_ = nullptr;
  RolesStep* roles_ = nullptr;
  TemplateStep* templates_ = nullptr;
  ReviewStep* review_ = nullptr;
  QPushButton* back_ = nullptr;
  QPushButton* continue_ = nullptr;
  std::vector<Resource> resources_;  // of the review
  Call call_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FIRST_RUN_PAGE_H_
