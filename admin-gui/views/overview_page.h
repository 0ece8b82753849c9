// OverviewPage: is the gateway well, what does it decide, what needs somebody (gui.md §4.2). GUI
// thread.

#ifndef ADMIN_GUI_VIEWS_OVERVIEW_PAGE_H_
#define ADMIN_GUI_VIEWS_OVERVIEW_PAGE_H_

#include "admin-gui/models/attention_list.h"
#include "admin-gui/models/overview_data.h"
#include "admin-gui/views/page.h"

namespace gw::gui {

class AttentionCard;
class Card;
class DecisionChart;
class Segmented;
class StateCard;
class TextLabel;

class OverviewPage : public Page {
  Q_OBJECT

 public:
  OverviewPage(Gateway& gateway, PolicySession& session, QWidget* parent);

  QString title() const override { return tr("Overview"); }
  QList<QWidget*> tools() const override;
  bool ReadAgain() override;
  QVariantMap SaveState() const override;
  void RestoreState(const QVariantMap& state) override;

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  Card* MakeChartCard();
  void ChooseSpan(int index);
  void ShowChart();
  void ShowMostDenied();
  void ShowNewPairs();
  void ShowNeverHit();
  QString NameOf(const std::string& address) const;
  void OpenLog(const QString& query);
  void ActOn(const AttentionItem& item);
  void ShowSubject(const AttentionItem& item);
  void ShowPolicy(const ResourceKey& key, const QString& rule);

  OverviewData data_;
  AttentionList attention_;
  Segmented* span_ = nullptr;
  StateCard* state_ = nullptr;
  Card* chart_card_ = nullptr;
  DecisionChart* chart_ = nullptr;
  TextLabel* legend_ = nullptr;
  AttentionCard* attention_card_ = nullptr;
  Card* most_denied_ = nullptr;
  Card* new_pairs_ = nullptr;
  Card* never_hit_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_OVERVIEW_PAGE_H_
