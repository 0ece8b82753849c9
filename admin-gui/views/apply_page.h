// ApplyPage: review and apply (gui.md §4.9): what changes, what recorded traffic would get, why,
// and one button that writes all of it as one revision. GUI thread.

#ifndef ADMIN_GUI_VIEWS_APPLY_PAGE_H_
#define ADMIN_GUI_VIEWS_APPLY_PAGE_H_

#include "admin-gui/models/impact_model.h"
#include "admin-gui/views/page.h"

class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace gw::gui {

class Card;
class ConflictView;
class DiffView;
class ImpactTiles;
class StateBand;
class TextLabel;

class ApplyPage : public Page {
  Q_OBJECT

 public:
  ApplyPage(Gateway& gateway, PolicySession& session, QWidget* parent);

  QString title() const override { return tr("Policies"); }
  QStringList breadcrumb() const override { return {tr("Review and apply")}; }
  bool Escape() override;
  bool Finish() override;  // as the button that applies

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* MakeChanges();
  QWidget* MakeEffect();
  QWidget* MakeFoot();
  void ShowChanges();
  void ShowImpact();
  void ShowOutcome();
  void ShowConflict();
  void TakeBackSelected();
  void SaveAsYaml();

  ImpactModel impact_;
  StateBand* refused_ = nullptr;
  QWidget* changes_side_ = nullptr;
  TextLabel* count_ = nullptr;
  QListWidget* changes_ = nullptr;
  DiffView* diff_ = nullptr;
  Card* impact_card_ = nullptr;
  ImpactTiles* tiles_ = nullptr;
  QTableView* groups_ = nullptr;
  TextLabel* impact_note_ = nullptr;
  QPushButton* stop_ = nullptr;
  QStackedWidget* right_ = nullptr;
  ConflictView* conflict_ = nullptr;
  QLineEdit* why_ = nullptr;
  TextLabel* writes_ = nullptr;
  QPushButton* apply_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_APPLY_PAGE_H_
