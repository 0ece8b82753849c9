// FlowLogPage: the recorded decisions, newest first, live or as asked for (gui.md §4.6); or those
// of an exported log, under a band that says so.

#ifndef ADMIN_GUI_VIEWS_FLOW_LOG_PAGE_H_
#define ADMIN_GUI_VIEWS_FLOW_LOG_PAGE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>

#include "admin-gui/models/flow_log_model.h"
#include "admin-gui/views/flow_pane.h"
#include "admin-gui/views/like_this_popover.h"
#include "admin-gui/views/page.h"
#include "admin-gui/widgets/filter_bar.h"
#include "admin-gui/widgets/state_band.h"
#include "admin-gui/widgets/time_histogram.h"
#include "common/store/audit_where.h"

class QMenu;

namespace gw::gui {

class PausedBand;

class FlowLogPage : public Page {
  Q_OBJECT

 public:
  FlowLogPage(Gateway& gateway, PolicySession& session, QWidget* parent);
  ~FlowLogPage() override;

  QString title() const override { return tr("Flow log"); }
  QString subtitle() const override;
  QList<QWidget*> tools() const override;
  QWidget* detail() const override { return pane_; }
  // "query", "since", "until", "id": about the gateway's own log. "export": asks for a file.
  void Show(const QVariantMap& arguments) override;
  bool Find() override { return Query(); }
  bool Query() override;
  bool ReadAgain() override;
  bool Escape() override;
  QVariantMap SaveState() const override;
  void RestoreState(const QVariantMap& state) override;

  FlowLogModel& model() { return model_; }
  // The context menu of a cell; for tests, too. Owned by the caller.
  QMenu* MenuFor(const QModelIndex& index);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void MakeFilter();
  void MakeTable();
  void Arrange();
  void Connect();

  AuditNames Names() const;
  void SetFilter(const QString& query);
  std::vector<Completion> CompleteText(const QString& text);
  void AskValues(const AuditCursor& cursor);
  void AskLog();
  void ChooseExport();
  void ShowLog();
  void AskNamesSoon();
  void AskNames();
  void AskHistogram();
  void TakeHistogram(const AuditHistogram& histogram);
  void SetSpan(qint64 from, qint64 until);

  void ShowState();
  void ShowSelected();
  void ShowVisible();
  void FitColumns();
  void SetLive(bool live);
  void AddTerm(const std::string& field, const std::string& value, bool exclude);
  void AddTermsOf(const AuditRecord& record, int column, bool exclude);
  void OpenRule();
  void Simulate(const AuditRecord& record);
  void OpenLikeThis(const AuditRecord& record, const QPoint& position);
  void CopyRows() const;

  FlowLogModel model_;
  std::shared_ptr<const AuditFilter> where_;  // of the query; null: every decision
  FilterBar* filter_ = nullptr;
  TimeHistogram* histogram_ = nullptr;
  StateBand* export_ = nullptr;
  StateBand* refused_ = nullptr;  // why an exported log is not shown
  PausedBand* paused_ = nullptr;
  QWidget* busy_ = nullptr;
  QStackedWidget* content_ = nullptr;
  QTableView* table_ = nullptr;
  EmptyState* empty_ = nullptr;
  FlowPane* pane_ = nullptr;
  QPushButton* live_ = nullptr;
  LikeThisPopover* popover_ = nullptr;
  std::optional<std::pair<qint64, qint64>> span_;  // of the histogram; absent: up to now
  Call histogram_call_;
  Call names_call_;
  Call values_call_;
  // What the log has for a field that begins so; asked while it is written.
  std::string values_field_;
  std::string values_prefix_;
  std::vector<AuditTop> values_;
  QTimer histogram_timer_;
  QTimer names_timer_;
  QTimer busy_timer_;
  qint64 wanted_id_ = 0;  // selected once it is there
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FLOW_LOG_PAGE_H_
