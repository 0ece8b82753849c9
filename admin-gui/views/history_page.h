// HistoryPage: revisions, what each changed, and the way back (gui.md §4.8). GUI thread.

#ifndef ADMIN_GUI_VIEWS_HISTORY_PAGE_H_
#define ADMIN_GUI_VIEWS_HISTORY_PAGE_H_

#include "admin-gui/models/history_model.h"
#include "admin-gui/views/page.h"

class QPushButton;
class QStackedWidget;
class QTableView;

namespace gw::gui {

class DiffView;
class EmptyState;
class TextLabel;

class HistoryPage : public Page {
  Q_OBJECT

 public:
  HistoryPage(Gateway& gateway, PolicySession& session, QWidget* parent);

  QString title() const override { return tr("History"); }
  QString subtitle() const override;
  QWidget* detail() const override { return pane_; }
  void Show(const QVariantMap& arguments) override;
  bool ReadAgain() override;
  bool Escape() override;

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* MakePane();
  void ShowSelected();
  void ShowDifferences(int64_t revision, std::vector<ResourceDifference> differences);

  HistoryModel model_;
  QStackedWidget* content_ = nullptr;
  QTableView* table_ = nullptr;
  EmptyState* empty_ = nullptr;
  QWidget* pane_ = nullptr;
  TextLabel* title_ = nullptr;
  TextLabel* line_ = nullptr;
  QPushButton* go_back_ = nullptr;
  DiffView* diff_ = nullptr;
  Call call_;
  QString object_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_HISTORY_PAGE_H_
