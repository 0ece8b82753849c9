#include "admin-gui/models/flow_log_model.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include <QDateTime>
#include <QLocale>

namespace gw::gui {
namespace {

constexpr int kPagesAhead = 2;
constexpr int kPagesKept = 6;      // on each side of what is visible
constexpr size_t kLivePages = 25;  // a live log keeps its newest so many
constexpr int kLivePollMs = 250;
constexpr int kPausedPollMs = 1'000;
constexpr size_t kBatchMax = 1'000;
constexpr size_t kSampleAbove = 200 * kLivePollMs / 1'000;

QDateTime LocalTime(absl::Time time) {
  return QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(time));
}

qint64 StartOfDay(const QDate& date) { return date.startOfDay().toMSecsSinceEpoch(); }

// "Sunday, 22 November 2026"
QString DayWords(const QDate& date) { return QLocale().toString(date, QLocale::LongFormat); }

QString EventWords(const AuditEvent& event) {
  const QString text = QString::fromStdString(event.text);
  const QString time = QLocale().toString(LocalTime(event.time).time(), QStringLiteral("HH:mm"));
  return QStringLiteral("%1  %2").arg(time, text);
}

}  // namespace

FlowLogModel::FlowLogModel(Gateway& gateway, QObject* parent)
    : QAbstractTableModel(parent), gateway_(gateway) {
  poll_timer_.setInterval(kLivePollMs);
  connect(&poll_timer_, &QTimer::timeout, this, &FlowLogModel::Poll);
  connect(&gateway_, &Gateway::logChanged, this, &FlowLogModel::Begin);
}

FlowLogModel::~FlowLogModel() {
  reading_.Cancel();
  polled_.Cancel();
}

// ---- reading ----

void FlowLogModel::Ask(FlowLogQuestion question) {
  question_ = std::move(question);
  Restart();
}

// Decisions of two logs may have the same number: nothing of the other one is left or still comes.
void FlowLogModel::Begin() {
  ++log_;
  reading_.Cancel();
  polled_.Cancel();
  loading_ = false;
  polling_ = false;
  beginResetModel();
  pages_.clear();
  complete_ = false;
  answered_ = false;
  flow_count_ = 0;
  newer_count_ = 0;
  live_ = true;
  poll_timer_.setInterval(kLivePollMs);
  endResetModel();
  Q_EMIT stateChanged();
}

void FlowLogModel::Restart() {
  reading_.Cancel();
  loading_ = true;
  Q_EMIT stateChanged();
  reading_ = gateway_.AskLog<FlowPage>(
      this, Gateway::Lane::kQuick,
      [question = question_](Service& service, const CallContext& context) {
        return ReadFlowPage(service, context, question, std::nullopt, std::nullopt, kFlowPageRows);
      },
      [this](absl::StatusOr<FlowPage> page) {
        if (!page.ok()) return Fail(page.status());
        TakeFirst(*std::move(page));
      });
}

void FlowLogModel::Stop() {
  if (!loading_) return;
  reading_.Cancel();
  loading_ = false;
  Q_EMIT stateChanged();
}

void FlowLogModel::Fail(const absl::Status& status) {
  loading_ = false;
  answered_ = true;
  Q_EMIT stateChanged();
  Q_EMIT failed(QString::fromStdString(std::string(status.message())));
}

void FlowLogModel::TakeFirst(FlowPage page) {
  beginResetModel();
  pages_.clear();
  newest_id_ = page.newest_id;
  newest_event_ = page.newest_event;
  // What arrived between the two questions is in the page already.
  if (!page.records.empty()) newest_id_ = std::max(newest_id_, page.records.front().id);
  if (!page.events.empty()) newest_event_ = std::max(newest_event_, page.events.front().id);
  complete_ = page.last;
  flow_count_ = static_cast<qint64>(page.records.size());
  newer_count_ = 0;
  loading_ = false;
  answered_ = true;
  sampling_ = false;
  pages_.push_back(MakePage(std::move(page), absl::Now()));
  visible_first_ = 0;
  visible_last_ = 0;
  endResetModel();
  Q_EMIT restarted();
  Q_EMIT newerChanged();
  Q_EMIT stateChanged();
}

absl::Time FlowLogModel::OldestTime() const {
  for (auto page = pages_.rbegin(); page != pages_.rend(); ++page) {
    if (!page->records.empty()) return page->records.back().time;
  }
  return absl::Now();
}

void FlowLogModel::AskPage() {
  if (loading_ || changing_ || complete_ || pages_.empty() || pages_.back().next_id == 0) return;
  loading_ = true;
  Q_EMIT stateChanged();
  // The border belongs to the page that has been read.
  const absl::Time until = pages_.back().read_to - absl::Microseconds(1);
  reading_ = gateway_.AskLog<FlowPage>(
      this, Gateway::Lane::kQuick,
      [question = question_, before = pages_.back().next_id, until](Service& service,
                                                                    const CallContext& context) {
        return ReadFlowPage(service, context, question, before, until, kFlowPageRows);
      },
      [this](absl::StatusOr<FlowPage> page) {
        if (!page.ok()) return Fail(page.status());
        TakeNext(*std::move(page));
      });
}

void FlowLogModel::TakeNext(FlowPage read) {
  loading_ = false;
  complete_ = read.last;
  Page page = MakePage(std::move(read), OldestTime());
  page.start = pages_.back().start + static_cast<int64_t>(pages_.back().rows());
  flow_count_ += static_cast<qint64>(page.count);
  if (page.rows() > 0) {
    const int first = rowCount();
    changing_ = true;
    beginInsertRows({}, first, first + static_cast<int>(page.rows()) - 1);
    pages_.push_back(std::move(page));
    endInsertRows();
    changing_ = false;
  } else {
    Page& last = pages_.back();
    std::tie(last.next_id, last.read_to, last.searched) =
        std::tie(page.next_id, page.read_to, page.searched);
  }
  Q_EMIT stateChanged();
  SetVisible(visible_first_, visible_last_);
}

std::optional<absl::Time> FlowLogModel::searched_to() const {
  if (complete_ || pages_.empty() || !pages_.back().searched) return std::nullopt;
  return pages_.back().read_to;
}

void FlowLogModel::SearchOn() { AskPage(); }

FlowLogModel::Page FlowLogModel::MakePage(FlowPage read, absl::Time newer) {
  Page page;
  page.count = read.records.size();
  if (page.count > 0) {
    page.newest_id = read.records.front().id;
    page.oldest_id = read.records.back().id;
    page.next_id = page.oldest_id;
    page.read_to = read.records.back().time;
  }
  if (read.searched) {
    page.next_id = read.searched->id;
    page.read_to = read.searched->to;
    page.searched = true;
  }
  QDate day = LocalTime(newer).date();
  for (size_t i = 0; i < page.count; ++i) {
    const QDate date = LocalTime(read.records[i].time).date();
    // The clock of the machine may have been set back: a newer day below an older one is no line.
    if (date < day) {
      page.notes.push_back({RowKind::kDay, i, StartOfDay(date.addDays(1)) - 1, DayWords(date)});
      day = date;
    }
  }
  for (const AuditEvent& event : read.events) {
    const auto older = std::find_if(read.records.begin(), read.records.end(),
                                    [&](const AuditRecord& one) { return one.time <= event.time; });
    page.notes.push_back({event.kind == "lost" ? RowKind::kGap : RowKind::kEvent,
                          static_cast<size_t>(older - read.records.begin()),
                          absl::ToUnixMillis(event.time), EventWords(event)});
  }
  std::stable_sort(page.notes.begin(), page.notes.end(), [](const Note& a, const Note& b) {
    return a.before != b.before ? a.before < b.before : a.milliseconds > b.milliseconds;
  });
  page.records = std::move(read.records);
  return page;
}

// ---- the window ----

void FlowLogModel::SetVisible(int first, int last) {
  visible_first_ = first;
  visible_last_ = last;
  if (pages_.empty()) return;
  Forget();
  const size_t from = PageIndexOf(first);
  const size_t to = std::min(PageIndexOf(last) + 1, pages_.size() - 1);
  for (size_t i = from > 0 ? from - 1 : 0; i <= to; ++i) {
    if (!pages_[i].held() && !pages_[i].asked) AskAgain(i);
  }
  if (rowCount() > 0 && to + kPagesAhead >= pages_.size()) AskPage();
}

void FlowLogModel::Forget() {
  const auto from = static_cast<int64_t>(PageIndexOf(visible_first_)) - kPagesKept;
  const auto to = static_cast<int64_t>(PageIndexOf(visible_last_)) + kPagesKept;
  for (size_t i = 0; i < pages_.size(); ++i) {
    const auto index = static_cast<int64_t>(i);
    // The last page says where the next one begins.
    if ((index >= from && index <= to) || pages_[i].fixed || i + 1 == pages_.size()) continue;
    if (pages_[i].records.empty()) continue;
    pages_[i].records = {};
    pages_[i].asked = false;
  }
}

void FlowLogModel::AskAgain(size_t index) {
  Page& page = pages_[index];
  page.asked = true;
  // The page is known to be there: no end of the time that might cut it.
  FlowLogQuestion question = question_;
  question.time_max = absl::InfiniteDuration();
  gateway_.AskLog<FlowPage>(
      this, Gateway::Lane::kQuick,
      [question = std::move(question), before = page.newest_id + 1, count = page.count](
          Service& service, const CallContext& context) {
        return ReadFlowPage(service, context, question, before, absl::InfinitePast(), count);
      },
      [this, newest = page.newest_id, log = log_](absl::StatusOr<FlowPage> read) {
        if (read.ok() && log == log_) TakeAgain(newest, *std::move(read));
      });
}

void FlowLogModel::TakeAgain(int64_t newest_id, FlowPage read) {
  const auto page = std::find_if(pages_.begin(), pages_.end(),
                                 [&](const Page& one) { return one.newest_id == newest_id; });
  // Another question since, or the retention took the rows: then they stay blank.
  if (page == pages_.end() || page->held() || read.records.empty() ||
      read.records.front().id != newest_id) {
    return;
  }
  page->records = std::move(read.records);
  const int first = FirstRowOf(static_cast<size_t>(page - pages_.begin()));
  Q_EMIT dataChanged(index(first, 0),
                     index(first + static_cast<int>(page->rows()) - 1, kColumnCount - 1));
}

size_t FlowLogModel::pages_held() const {
  return static_cast<size_t>(std::count_if(pages_.begin(), pages_.end(),
                                           [](const Page& page) { return !page.records.empty(); }));
}

// ---- live ----

void FlowLogModel::SetWatching(bool watching) {
  if (watching) {
    poll_timer_.start();
  } else {
    poll_timer_.stop();
  }
}

void FlowLogModel::SetLive(bool live) {
  if (live == live_) return;
  live_ = live;
  poll_timer_.setInterval(live ? kLivePollMs : kPausedPollMs);
  if (live && newer_count_ > 0) Restart();
  Q_EMIT newerChanged();
}

void FlowLogModel::Poll() {
  if (polling_ || loading_ || !answered_ || question_.until || gateway_.exported_log()) return;
  polling_ = true;
  polled_ = gateway_.AskLog<FlowBatch>(
      this, Gateway::Lane::kQuick,
      [question = question_, id = newest_id_, event = newest_event_](Service& service,
                                                                     const CallContext& context) {
        return ReadFlowBatch(service, context, question, id, event, kBatchMax, kSampleAbove);
      },
      [this, id = newest_id_](absl::StatusOr<FlowBatch> batch) {
        polling_ = false;
        // Another first page since: it has these rows.
        if (batch.ok() && id == newest_id_ && !loading_) TakeBatch(*std::move(batch));
      });
}

void FlowLogModel::TakeBatch(FlowBatch batch) {
  newest_id_ = batch.newest_id;
  newest_event_ = batch.newest_event;
  const bool was_sampling = std::exchange(sampling_, batch.sampled);
  if (!live_) {
    newer_count_ += static_cast<qint64>(batch.count);
    if (batch.count > 0) Q_EMIT newerChanged();
    return;
  }
  PrependBatch(std::move(batch));
  if (was_sampling != sampling_) Q_EMIT newerChanged();
}

void FlowLogModel::PrependBatch(FlowBatch batch) {
  if ((batch.records.empty() && batch.events.empty()) || pages_.empty()) return;
  FlowPage read;
  read.records = std::move(batch.records);
  read.events = std::move(batch.events);
  Page page = MakePage(std::move(read), absl::Now());
  page.fixed = batch.sampled;
  Page& front = pages_.front();
  if (page.count > 0 && !front.records.empty()) {
    const QDate below = LocalTime(front.records.front().time).date();
    const bool same = front.notes.empty() || front.notes.front().kind != RowKind::kDay ||
                      front.notes.front().before != 0;
    if (same && below < LocalTime(page.records.back().time).date()) {
      page.notes.push_back(
          {RowKind::kDay, page.count, StartOfDay(below.addDays(1)) - 1, DayWords(below)});
    }
  }
  const size_t added = page.rows();
  flow_count_ += static_cast<qint64>(page.count);
  page.start = front.start - static_cast<int64_t>(added);
  beginInsertRows({}, 0, static_cast<int>(added) - 1);
  if (front.held() && front.fixed == page.fixed && front.count + page.count <= kFlowPageRows) {
    for (Note& note : front.notes) note.before += page.count;
    std::move(front.notes.begin(), front.notes.end(), std::back_inserter(page.notes));
    std::move(front.records.begin(), front.records.end(), std::back_inserter(page.records));
    if (page.newest_id == 0) page.newest_id = front.newest_id;
    if (front.oldest_id != 0) page.oldest_id = front.oldest_id;
    if (front.next_id != 0) {
      std::tie(page.next_id, page.read_to, page.searched) =
          std::tie(front.next_id, front.read_to, front.searched);
    }
    page.count += front.count;
    front = std::move(page);
  } else {
    pages_.push_front(std::move(page));
  }
  endInsertRows();
  TrimBottom();
}

void FlowLogModel::TrimBottom() {
  if (loading_) return;
  changing_ = true;
  while (pages_.size() > kLivePages) {
    const int first = FirstRowOf(pages_.size() - 1);
    beginRemoveRows({}, first, rowCount() - 1);
    flow_count_ -= static_cast<qint64>(pages_.back().count);
    pages_.pop_back();
    complete_ = false;
    endRemoveRows();
  }
  changing_ = false;
}

// ---- rows ----

int FlowLogModel::rowCount(const QModelIndex& parent) const {
  if (parent.isValid() || pages_.empty()) return 0;
  return FirstRowOf(pages_.size() - 1) + static_cast<int>(pages_.back().rows());
}

int FlowLogModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumnCount;
}

int FlowLogModel::FirstRowOf(size_t page) const {
  return static_cast<int>(pages_[page].start - pages_.front().start);
}

size_t FlowLogModel::PageIndexOf(int row) const {
  const int64_t number = pages_.front().start + std::max(row, 0);
  const auto after = std::upper_bound(pages_.begin(), pages_.end(), number,
                                      [](int64_t n, const Page& page) { return n < page.start; });
  return static_cast<size_t>(std::max<std::ptrdiff_t>(after - pages_.begin() - 1, 0));
}

FlowLogModel::Place FlowLogModel::PlaceOf(int row) const {
  if (row < 0 || row >= rowCount()) return {};
  const size_t page_index = PageIndexOf(row);
  const Page& page = pages_[page_index];
  auto offset = static_cast<size_t>(row - FirstRowOf(page_index));
  for (const Note& note : page.notes) {
    const auto place = note.before + static_cast<size_t>(&note - page.notes.data());
    if (place == static_cast<size_t>(row - FirstRowOf(page_index))) return {&page, &note, nullptr};
    if (place > static_cast<size_t>(row - FirstRowOf(page_index))) break;
    --offset;
  }
  return {&page, nullptr, offset < page.records.size() ? &page.records[offset] : nullptr};
}

const AuditRecord* FlowLogModel::record(int row) const { return PlaceOf(row).record; }

int FlowLogModel::RowOf(int64_t id) const {
  for (size_t i = 0; i < pages_.size(); ++i) {
    const Page& page = pages_[i];
    if (id > page.newest_id || id < page.oldest_id) continue;
    const auto found = std::find_if(page.records.begin(), page.records.end(),
                                    [id](const AuditRecord& one) { return one.id == id; });
    if (found == page.records.end()) continue;
    const auto place = static_cast<size_t>(found - page.records.begin());
    const auto notes = std::count_if(page.notes.begin(), page.notes.end(),
                                     [place](const Note& note) { return note.before <= place; });
    return FirstRowOf(i) + static_cast<int>(place) + static_cast<int>(notes);
  }
  return -1;
}

void FlowLogModel::SetNames(std::shared_ptr<const FlowNames> names) {
  names_ = std::move(names);
  if (rowCount() == 0) return;
  Q_EMIT dataChanged(index(0, kSource), index(rowCount() - 1, kDestination));
}

bool FlowLogModel::canFetchMore(const QModelIndex& parent) const {
  return !parent.isValid() && !complete_ && !loading_ && !changing_ && !pages_.empty();
}

void FlowLogModel::fetchMore(const QModelIndex& parent) {
  if (!parent.isValid() && rowCount() > 0) AskPage();
}

}  // namespace gw::gui
