#include "admin-gui/views/flow_log_page.h"

#include <algorithm>
#include <utility>

#include <QDateTime>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QScrollBar>
#include <QToolTip>
#include <QVBoxLayout>

#include "admin-gui/views/flow_delegate.h"
#include "admin-gui/views/flow_terms.h"
#include "admin-gui/views/paused_band.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/row_delegate.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/verdict.h"
#include "common/service/audit_names.h"

namespace gw::gui {
namespace {

constexpr int kBusyAfterMs = 300;
constexpr int kHistogramEveryMs = 5'000;
constexpr int kNamesAfterMs = 50;
constexpr int kBusyLine = 2;
constexpr int kWideContent = 980;
constexpr qint64 kShownSpanMs = 30LL * 60 * 1'000;
// Beside all of an exported log: a part of its time.
constexpr qint64 kSpanMargin = 50;
constexpr qint64 kLeastMarginMs = 1'000;
constexpr qint64 kDayMs = 24LL * 60 * 60 * 1'000;
constexpr qint64 kLongestSpanDays = 30;
constexpr int kTimeWidth = 104 + kContentMargin - 8;
// At least; a longer word of another language makes it wider.
constexpr int kVerdictWidth = 98;
constexpr int kVerdictMargins = 22;  // of the cell
constexpr int kServiceWidth = 116;
constexpr int kSecondsWidth = 72 + kContentMargin - 8;
constexpr int kNameWidthMin = 100;
constexpr int kNameWidthLeast = 60;
constexpr int kPathWidth = 150;
constexpr int kBytesWidth = 76;
constexpr int kDurationWidth = 84;
constexpr size_t kValuesOffered = 50;

QString TimeWords(absl::Time time) {
  return QLocale().toString(QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(time)),
                            QLocale::ShortFormat);
}

}  // namespace

FlowLogPage::FlowLogPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent), model_(gateway) {
  MakeFilter();
  MakeTable();
  pane_ = new FlowPane(gateway, session, this);
  pane_->hide();
  live_ = PlainButton(tr("Pause"), this, QStringLiteral("pause"));
  live_->setToolTip(tr("Ctrl+."));
  live_->hide();
  popover_ = new LikeThisPopover(gateway, session, this);
  Arrange();
  Connect();
  AskNamesSoon();
}

FlowLogPage::~FlowLogPage() {
  histogram_call_.Cancel();
  names_call_.Cancel();
  values_call_.Cancel();
}

void FlowLogPage::MakeFilter() {
  filter_ = new FilterBar(tr("Filter"), this);
  filter_->edit()->setPlaceholderText(tr("Filter: action == deny and dport in (80, 443)"));
  filter_->SetLanguage(
      ReadFilterTerms, WriteFilterTerm, [this](const QString& text) { return CompleteText(text); },
      ReadFilterJoin);
  histogram_ = new TimeHistogram(this);
}

void FlowLogPage::MakeTable() {
  content_ = new QStackedWidget(this);
  table_ = new QTableView(content_);
  table_->setAccessibleName(tr("Decisions"));
  table_->setItemDelegate(new FlowDelegate(table_));
  RowDelegate::PrepareTable(table_);
  RowDelegate::IndentFirstColumn(table_);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  // One height for every row, known without asking: a million rows cost no measuring.
  QHeaderView* rows = table_->verticalHeader();
  rows->setSectionResizeMode(QHeaderView::Fixed);
  rows->setMinimumSectionSize(kRowLog);
  rows->setDefaultSectionSize(RowHeight(kRowLog, FontFor(TextSize::kBody)));
  table_->setModel(&model_);
  QHeaderView* header = table_->horizontalHeader();
  header->setSectionResizeMode(QHeaderView::Fixed);
  header->setSectionResizeMode(FlowLogModel::kDecidedBy, QHeaderView::Stretch);
  table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  empty_ = new EmptyState(content_);
  content_->addWidget(table_);
  content_->addWidget(empty_);
  table_->installEventFilter(this);
}

void FlowLogPage::Arrange() {
  export_ = new StateBand(this);
  refused_ = new StateBand(this);
  paused_ = new PausedBand(this);
  busy_ = new QWidget(this);
  busy_->setFixedHeight(kBusyLine);
  busy_->setAutoFillBackground(false);
  busy_->setBackgroundRole(QPalette::Highlight);
  auto* above = new QVBoxLayout;
  above->setContentsMargins(kContentMargin, 12, kContentMargin, 8);
  above->setSpacing(8);
  above->addWidget(filter_);
  above->addWidget(histogram_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(refused_);
  column->addWidget(export_);
  column->addWidget(busy_);
  column->addLayout(above);
  column->addWidget(paused_);
  column->addWidget(content_, 1);
  setTabOrder(filter_, histogram_);
  setTabOrder(histogram_, table_);
}

void FlowLogPage::Connect() {
  histogram_timer_.setInterval(kHistogramEveryMs);
  names_timer_.setSingleShot(true);
  names_timer_.setInterval(kNamesAfterMs);
  busy_timer_.setSingleShot(true);
  busy_timer_.setInterval(kBusyAfterMs);
  connect(&histogram_timer_, &QTimer::timeout, this, [this] {
    if (!this->gateway().exported_log()) AskHistogram();
  });
  connect(&names_timer_, &QTimer::timeout, this, &FlowLogPage::AskNames);
  connect(&busy_timer_, &QTimer::timeout, this, [this] {
    busy_->setAutoFillBackground(true);
    busy_->update();
    Q_EMIT headerChanged();
  });
  connect(filter_, &FilterBar::queryChanged, this, &FlowLogPage::AskLog);
  connect(histogram_, &TimeHistogram::rangeChanged, this, &FlowLogPage::AskLog);
  connect(histogram_, &TimeHistogram::zoomAsked, this, &FlowLogPage::SetSpan);
  connect(&model_, &FlowLogModel::stateChanged, this, &FlowLogPage::ShowState);
  connect(&model_, &FlowLogModel::newerChanged, this, &FlowLogPage::ShowState);
  connect(&model_, &FlowLogModel::restarted, this, [this] {
    table_->scrollToTop();
    pane_->Clear();
    ShowVisible();
    AskHistogram();
  });
  connect(&model_, &FlowLogModel::failed, this, [this](const QString& message) {
    if (model_.rowCount() > 0) return;
    empty_->Show(QStringLiteral("warn"), tr("The flow log could not be read"), message,
                 tr("Try again"));
    content_->setCurrentWidget(empty_);
  });
  connect(&this->gateway(), &Gateway::logChanged, this, &FlowLogPage::ShowLog);
  connect(&this->gateway(), &Gateway::exportRefused, this, [this](const QString& why) {
    refused_->Show(StateBand::Kind::kError, why, {tr("Choose another…"), tr("Close")});
  });
  connect(export_, &StateBand::actionAsked, this, [this] { this->gateway().CloseExportedLog(); });
  connect(refused_, &StateBand::actionAsked, this, [this](int action) {
    refused_->Clear();
    if (action == 0) ChooseExport();
  });
  connect(empty_, &EmptyState::actionAsked, this, [this] {
    if (model_.searched_to()) {
      model_.SearchOn();
    } else if (histogram_->range()) {
      const qint64 now = QDateTime::currentMSecsSinceEpoch();
      histogram_->SetRange(std::nullopt);
      if (!this->gateway().exported_log()) SetSpan(now - kLongestSpanDays * kDayMs, now);
      AskLog();
    } else {
      ReadAgain();
    }
  });
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &FlowLogPage::ShowSelected);
  QScrollBar* bar = table_->verticalScrollBar();
  connect(bar, &QScrollBar::valueChanged, this, [this](int value) {
    if (value > 0) SetLive(false);
    ShowVisible();
  });
  connect(bar, &QScrollBar::rangeChanged, this, &FlowLogPage::ShowVisible);
  connect(bar, &QScrollBar::sliderMoved, this, [this, bar] {
    const QVariant time = model_.index(table_->rowAt(0), 0).data(FlowLogModel::kMilliseconds);
    if (!time.isValid()) return;
    QToolTip::showText(
        QCursor::pos(),
        QLocale().toString(QDateTime::fromMSecsSinceEpoch(time.toLongLong()), QLocale::ShortFormat),
        bar);
  });
  connect(table_, &QTableView::doubleClicked, this, &FlowLogPage::OpenRule);
  connect(table_, &QTableView::customContextMenuRequested, this, [this](const QPoint& at) {
    QMenu* menu = MenuFor(table_->indexAt(at));
    if (menu == nullptr) return;
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(table_->viewport()->mapToGlobal(at));
  });
  connect(live_, &QPushButton::clicked, this, [this] { SetLive(!model_.live()); });
  connect(paused_, &PausedBand::liveAsked, this, [this] { SetLive(true); });
  connect(pane_, &FlowPane::ruleAsked, this, &FlowLogPage::OpenRule);
  connect(pane_, &FlowPane::filterAsked, this, [this](const QString& field, const QString& value) {
    AddTerm(field.toStdString(), value.toStdString(), false);
  });
  connect(pane_, &FlowPane::likeThisAsked, this, [this] {
    if (pane_->record()) OpenLikeThis(*pane_->record(), QCursor::pos());
  });
  connect(popover_, &LikeThisPopover::added, this,
          [this] { Q_EMIT announced(tr("Added to my changes"), true); });
  connect(&session(), &PolicySession::modelChanged, this, &FlowLogPage::AskNamesSoon);
  connect(&session(), &PolicySession::loadedChanged, this, &FlowLogPage::AskNamesSoon);
}

// ---- asking ----

// What names in the text mean in the policy that the pages show.
AuditNames FlowLogPage::Names() const {
  return {[this](const std::string& set) { return NetworksOfSet(session().model(), set); },
          [this](const std::string& selector) {
            return SelectedEndpoints(session().model(), selector);
          },
          [this](const std::string& name) { return NetworksOfName(session().model(), name); }};
}

void FlowLogPage::SetFilter(const QString& query) {
  auto terms = ReadFilterTerms(query);
  filter_->SetText(terms ? QString() : query);
  filter_->SetTerms(terms.value_or(std::vector<FilterTerm>()));
}

std::vector<Completion> FlowLogPage::CompleteText(const QString& text) {
  const AuditCursor cursor = AuditCursorOf(text.toStdString());
  const bool of_values = cursor.expects == AuditCursor::Expects::kValue;
  if (of_values && (cursor.field != values_field_ || cursor.prefix != values_prefix_)) {
    AskValues(cursor);
  }
  // Until the answer is there, those of the shorter text do.
  const bool known = of_values && cursor.field == values_field_;
  return CompleteFilter(text, cursor, known ? values_ : std::vector<AuditTop>());
}

void FlowLogPage::AskValues(const AuditCursor& cursor) {
  if (cursor.field != values_field_) values_.clear();
  values_field_ = cursor.field;
  values_prefix_ = cursor.prefix;
  values_call_.Cancel();
  const auto field = FindAuditField(cursor.field);
  if (!field.ok() || !field->summed) return;
  // Of what the chips before it leave.
  AuditQuery query;
  const std::string chips = WriteFilterTerms(filter_->terms()).toStdString();
  if (const auto where = ParseAuditFilter(chips, absl::Now(), Names()); where.ok()) {
    query.where = *where;
  }
  values_call_ = gateway().AskLog<AuditTops>(
      this, Gateway::Lane::kLong,
      [query, cursor](Service& service, const CallContext& context) {
        return service.Values(context, query, cursor.field, cursor.prefix, kValuesOffered);
      },
      [this](absl::StatusOr<AuditTops> values) {
        if (!values.ok()) return;  // what the language itself knows is offered
        values_ = std::move(values->tops);
        filter_->CompletionsChanged();
      });
}

void FlowLogPage::AskLog() {
  const QString text = filter_->Query();
  // The values may be others from now on.
  values_field_.clear();
  auto where = ParseAuditFilter(text.toStdString(), absl::Now(), Names());
  if (!where.ok()) {
    filter_->SetError(FilterError(text, where.status()));
    return;  // the results stay as they were
  }
  filter_->SetError(QString());
  where_ = *std::move(where);
  FlowLogQuestion question;
  question.where = where_;
  if (const auto& range = histogram_->range()) {
    question.since = absl::FromUnixMillis(range->first);
    question.until = absl::FromUnixMillis(range->second) - absl::Microseconds(1);
  }
  model_.Ask(std::move(question));
}

void FlowLogPage::ChooseExport() {
  auto* dialog =
      new QFileDialog(this, tr("Open an exported log"), {}, tr("Audit logs (*.db);;All files (*)"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, &gateway(), &Gateway::OpenExportedLog);
  dialog->open();
}

// Another one from now on.
void FlowLogPage::ShowLog() {
  pane_->Clear();
  refused_->Clear();
  export_->Clear();
  histogram_->SetRange(std::nullopt);
  span_.reset();
  wanted_id_ = 0;
  if (const auto& log = gateway().exported_log()) {
    const qint64 from = absl::ToUnixMillis(log->oldest);
    const qint64 until = absl::ToUnixMillis(log->newest) + 1;
    const qint64 margin = std::max((until - from) / kSpanMargin, kLeastMarginMs);
    span_ = {from - margin, until + margin};
    // Of the gateway's own the window tells, on every page, unless something else is more urgent.
    const bool told = gateway().problem().kind == GatewayProblem::Kind::kExportedLog;
    const bool opened = gateway().exported_log_open();
    if (opened || !told) {
      export_->Show(StateBand::Kind::kInfo,
                    tr("You are looking at the exported log %1: decisions from %2.")
                        .arg(QFileInfo(log->path).fileName(), TimeRangeOf(*log)),
                    opened ? QStringList(tr("Back to the live log")) : QStringList());
      export_->setToolTip(log->path);
    }
  }
  AskLog();
}

void FlowLogPage::AskNamesSoon() { names_timer_.start(); }

void FlowLogPage::AskNames() {
  names_call_.Cancel();
  using Names = std::shared_ptr<const FlowNames>;
  names_call_ = gateway().Ask<Names>(
      this, Gateway::Lane::kLong,
      [policy = session().model()](Service&, const CallContext&) -> absl::StatusOr<Names> {
        return std::make_shared<const FlowNames>(policy);
      },
      [this](absl::StatusOr<Names> names) {
        if (names.ok()) model_.SetNames(*std::move(names));
      });
}

void FlowLogPage::SetSpan(qint64 from, qint64 until) {
  span_ = {from, until};
  AskHistogram();
}

void FlowLogPage::AskHistogram() {
  const qint64 now = QDateTime::currentMSecsSinceEpoch();
  auto [from, until] = span_.value_or(std::pair{now - kShownSpanMs, now});
  // A log that ended earlier is shown where it ended.
  const AuditRecord* newest = nullptr;
  for (int row = 0; row < std::min(model_.rowCount(), 3) && newest == nullptr; ++row) {
    newest = model_.record(row);
  }
  if (!span_ && newest != nullptr && absl::ToUnixMillis(newest->time) < from) {
    until = absl::ToUnixMillis(newest->time) + 1'000;
    from = until - kShownSpanMs;
  }
  AuditQuery query;
  query.where = where_;
  const auto buckets = static_cast<size_t>(std::max(histogram_->BucketsThatFit(), 1));
  histogram_call_.Cancel();
  histogram_call_ = gateway().AskLog<AuditHistogram>(
      this, Gateway::Lane::kLong,
      [query, buckets, since = absl::FromUnixMillis(from), end = absl::FromUnixMillis(until)](
          Service& service, const CallContext& context) {
        return service.Histogram(context, query, since, end, buckets);
      },
      [this](absl::StatusOr<AuditHistogram> histogram) {
        if (histogram.ok()) TakeHistogram(*histogram);
      });
}

void FlowLogPage::TakeHistogram(const AuditHistogram& histogram) {
  std::vector<HistogramBucket> buckets;
  for (const AuditBucket& bucket : histogram.buckets) {
    buckets.push_back({bucket.allowed, bucket.denied, true});
  }
  const absl::Time until =
      histogram.since + histogram.width * static_cast<int64_t>(histogram.buckets.size());
  histogram_->SetBuckets(absl::ToUnixMillis(histogram.since), absl::ToUnixMillis(until),
                         std::move(buckets));
}

// ---- showing ----

QList<QWidget*> FlowLogPage::tools() const {
  if (gateway().exported_log()) return {};
  return {live_};
}

QString FlowLogPage::subtitle() const {
  if (model_.loading() && busy_->autoFillBackground()) return tr("Searching… Esc cancels");
  const bool searched = where_ != nullptr || model_.question().since.has_value();
  if (searched && model_.complete() && model_.asked()) {
    return tr("All %1 that match").arg(FormatCount(model_.flow_count()));
  }
  if (const auto to = model_.searched_to()) return tr("Searched back to %1").arg(TimeWords(*to));
  return tr("Newest first");
}

void FlowLogPage::ShowState() {
  if (model_.loading()) {
    if (!busy_timer_.isActive() && !busy_->autoFillBackground()) busy_timer_.start();
  } else {
    busy_timer_.stop();
    busy_->setAutoFillBackground(false);
    busy_->update();
  }
  if (gateway().exported_log()) {
    paused_->hide();
  } else if (!model_.live()) {
    paused_->ShowPaused(model_.newer_count());
  } else if (model_.sampling()) {
    paused_->ShowSampling(static_cast<int>(kFlowSampling));
  } else {
    paused_->hide();
  }
  live_->setText(model_.live() ? tr("Pause") : tr("Go live"));
  live_->setIcon(Icons::Get(model_.live() ? QStringLiteral("pause") : QStringLiteral("play")));
  live_->setAccessibleName(live_->text());
  if (model_.rowCount() > 0) {
    content_->setCurrentWidget(table_);
  } else if (model_.asked() && !model_.loading()) {
    if (const auto to = model_.searched_to()) {
      empty_->Show(QStringLiteral("flowlog"), tr("Nothing found yet"),
                   tr("Searched back to %1.").arg(TimeWords(*to)), tr("Search on"));
    } else if (where_ == nullptr && !model_.question().since) {
      empty_->Show(QStringLiteral("flowlog"), tr("Nothing recorded yet"),
                   tr("Decisions appear here as soon as traffic meets an endpoint."));
    } else {
      empty_->Show(QStringLiteral("flowlog"), tr("No decision matches"),
                   tr("In this time span. Try a longer one."),
                   !histogram_->range()       ? QString()
                   : gateway().exported_log() ? tr("The whole log")
                                              : tr("Last 30 days"));
    }
    content_->setCurrentWidget(empty_);
  }
  Q_EMIT headerChanged();
}

void FlowLogPage::ShowSelected() {
  const QModelIndexList rows = table_->selectionModel()->selectedRows();
  if (rows.isEmpty()) return pane_->Clear();
  SetLive(false);
  const AuditRecord* record =
      model_.record(rows.size() == 1 ? rows.front().row() : table_->currentIndex().row());
  if (record != nullptr) {
    pane_->Show(*record, model_.names());
  } else {
    pane_->Clear();
  }
}

void FlowLogPage::ShowVisible() {
  if (model_.rowCount() == 0) return;
  const int first = std::max(table_->rowAt(0), 0);
  const int last = table_->rowAt(table_->viewport()->height() - 1);
  model_.SetVisible(first, last < 0 ? model_.rowCount() - 1 : last);
  if (wanted_id_ == 0) return;
  const int row = model_.RowOf(wanted_id_);
  if (row < 0) return;
  wanted_id_ = 0;
  table_->selectRow(row);
  table_->scrollTo(model_.index(row, 0), QAbstractItemView::PositionAtCenter);
}

void FlowLogPage::SetLive(bool live) {
  if (live == model_.live()) return;
  if (live) {
    table_->clearSelection();
    table_->scrollToTop();
  }
  model_.SetLive(live);
}

void FlowLogPage::FitColumns() {
  QHeaderView* header = table_->horizontalHeader();
  const int whole = table_->viewport()->width();
  const bool wide = whole >= kWideContent;
  table_->setColumnHidden(FlowLogModel::kPath, !wide);
  int verdict = Scaled(kVerdictWidth);
  for (const VerdictState state :
       {VerdictState::kAllow, VerdictState::kDeny, VerdictState::kReject}) {
    const int badge = BadgeWidth(LookOf(state).word, FontFor(TextSize::kSmall, QFont::Medium));
    verdict = std::max(verdict, badge + kVerdictMargins);
  }
  header->resizeSection(FlowLogModel::kVerdict, verdict);
  header->resizeSection(FlowLogModel::kService, Scaled(kServiceWidth));
  header->resizeSection(FlowLogModel::kPath, Scaled(kPathWidth));
  int fixed =
      Scaled(kTimeWidth) + verdict + Scaled(kServiceWidth) + (wide ? Scaled(kPathWidth) : 0);
  // How a flow ended is the first that makes room: the pane has it.
  const bool with_end = wide && whole - fixed >= 6 * Scaled(kNameWidthMin);
  for (const auto& [column, width] : {std::pair{FlowLogModel::kBytes, kBytesWidth},
                                      std::pair{FlowLogModel::kDuration, kDurationWidth}}) {
    table_->setColumnHidden(column, !with_end);
    header->resizeSection(column, Scaled(width));
    if (with_end) fixed += Scaled(width);
  }
  // Source, destination and the rule share what is left; the rule has the rest, or none: the pane
  // names it, and has the milliseconds.
  const bool with_rule = whole - fixed >= 3 * Scaled(kNameWidthMin);
  const int time = Scaled(with_rule ? kTimeWidth : kSecondsWidth);
  header->resizeSection(FlowLogModel::kTime, time);
  const int room = whole - fixed + Scaled(kTimeWidth) - time;
  table_->setColumnHidden(FlowLogModel::kDecidedBy, !with_rule);
  const int share = std::max(with_rule ? room * 34 / 100 : room / 2, kNameWidthLeast);
  header->resizeSection(FlowLogModel::kSource, std::min(share, Scaled(280)));
  header->resizeSection(FlowLogModel::kDestination, std::min(share, Scaled(320)));
}

void FlowLogPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  FitColumns();
  if (!model_.asked() && !model_.loading()) AskLog();
  model_.SetWatching(true);
  histogram_timer_.start();
}

void FlowLogPage::hideEvent(QHideEvent* event) {
  model_.SetWatching(false);
  histogram_timer_.stop();
  Page::hideEvent(event);
}

void FlowLogPage::resizeEvent(QResizeEvent* event) {
  Page::resizeEvent(event);
  FitColumns();
  ShowVisible();
}

bool FlowLogPage::eventFilter(QObject* watched, QEvent* event) {
  if (watched != table_ || event->type() != QEvent::KeyPress) {
    return Page::eventFilter(watched, event);
  }
  const auto* key = static_cast<QKeyEvent*>(event);
  if (key->matches(QKeySequence::Copy)) {
    CopyRows();
    return true;
  }
  if (key->key() == Qt::Key_Period && key->modifiers() == Qt::ControlModifier) {
    SetLive(!model_.live());
    return true;
  }
  if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
    OpenRule();
    return true;
  }
  return false;
}

// ---- the window's keys ----

void FlowLogPage::Show(const QVariantMap& arguments) {
  if (arguments.isEmpty()) return;
  if (arguments.contains(QStringLiteral("export"))) return ChooseExport();
  if (gateway().exported_log_open()) {
    gateway().CloseExportedLog();
    Q_EMIT announced(tr("This is about the live log, which is shown again."), false);
  }
  SetFilter(arguments.value(QStringLiteral("query")).toString());
  const QDateTime since = arguments.value(QStringLiteral("since")).toDateTime();
  const QDateTime until = arguments.value(QStringLiteral("until")).toDateTime();
  if (since.isValid()) {
    const qint64 end =
        until.isValid() ? until.toMSecsSinceEpoch() : QDateTime::currentMSecsSinceEpoch();
    const qint64 length = std::max<qint64>(end - since.toMSecsSinceEpoch(), 1'000);
    span_ = {since.toMSecsSinceEpoch() - length / 2, end + length / 2};
    histogram_->SetRange(std::pair{since.toMSecsSinceEpoch(), end});
  } else {
    span_.reset();
    histogram_->SetRange(std::nullopt);
  }
  wanted_id_ = arguments.value(QStringLiteral("id")).toLongLong();
  AskLog();
}

bool FlowLogPage::Query() {
  filter_->edit()->setFocus(Qt::ShortcutFocusReason);
  return true;
}

bool FlowLogPage::ReadAgain() {
  AskLog();
  return true;
}

bool FlowLogPage::Escape() {
  if (model_.loading()) {
    model_.Stop();
    return true;
  }
  if (!table_->selectionModel()->hasSelection()) return false;
  table_->clearSelection();
  return true;
}

QVariantMap FlowLogPage::SaveState() const { return {{QStringLiteral("query"), filter_->Query()}}; }

void FlowLogPage::RestoreState(const QVariantMap& state) {
  SetFilter(state.value(QStringLiteral("query")).toString());
  if (isVisible()) AskLog();
}

}  // namespace gw::gui
