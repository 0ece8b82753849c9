#include "enforcer/audit/audit_stream.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/base/log.h"

namespace gw {
namespace {

// Between tries after an error: doubled up to the longest.
constexpr auto kFirstPause = std::chrono::seconds(1);
constexpr auto kLongestPause = std::chrono::seconds(8);
// Text is made of records when the packet path and the recorder leave time for it.
constexpr int kNice = 10;

uint32_t IndexOf(const InterfaceIndexes& interfaces, const std::string& name) {
  const auto found = interfaces.find(name);
  return found == interfaces.end() ? 0 : found->second;
}

}  // namespace

std::vector<StreamItem> StreamBatch::Items(size_t count) const {
  std::vector<StreamItem> items;
  items.reserve(count);
  auto original = translated.begin();
  for (size_t row = 0; row < rows.size() && items.size() < count; ++row) {
    StreamedDecision decision;
    AuditRecord& record = decision.record;
    static_cast<AuditRuling&>(record) = rulings[rows[row].ruling];
    record.id = first_id + static_cast<int64_t>(row);
    record.time = absl::FromUnixNanos(rows[row].time_ns);
    record.tuple = rows[row].tuple;
    record.repeats = rows[row].repeats;
    record.source_party = parties[rows[row].source_party];
    record.destination_party = parties[rows[row].destination_party];
    if (original != translated.end() && original->row == row) {
      record.original_destination = original->original_destination;
      ++original;
    }
    if (interfaces != nullptr) {
      decision.in_index = IndexOf(*interfaces, record.in);
      decision.out_index = IndexOf(*interfaces, record.out);
    }
    items.emplace_back(std::move(decision));
  }
  for (size_t i = 0; i < flows.size() && items.size() < count; ++i) items.emplace_back(flows[i]);
  for (size_t i = 0; i < events.size() && items.size() < count; ++i) items.emplace_back(events[i]);
  return items;
}

AuditStream::AuditStream(std::string name, const char* thread_name, size_t queue_max)
    : name_(std::move(name)),
      thread_name_(thread_name),
      queue_max_(queue_max),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  const MutexLock lock(mutex_);
  state_.name = name_;
}

AuditStream::~AuditStream() { Stop(absl::ZeroDuration()); }

void AuditStream::GoTo(std::unique_ptr<AuditSink> sink) {
  if (sink == nullptr && !thread_.joinable()) return;
  const bool on = sink != nullptr;
  {
    const MutexLock lock(mutex_);
    state_.target = on ? sink->target() : "";
    state_.problem.clear();
    next_sink_ = std::move(sink);
    sink_waits_.store(true, std::memory_order_relaxed);
    on_.store(on, std::memory_order_relaxed);
  }
  if (!thread_.joinable()) {
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), thread_name_);
      // Of this thread alone, as Linux has it.
      (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
      Run();
    });
  }
  Wake();
}

void AuditStream::Offer(const std::shared_ptr<const StreamBatch>& batch) {
  {
    const MutexLock lock(mutex_);
    if (!on()) return;
    const size_t fit = std::min(batch->size(), queue_max_ - std::min(queue_max_, waiting_));
    state_.dropped += static_cast<int64_t>(batch->size() - fit);
    if (fit == 0) return;
    queue_.push_back({batch, fit});
    waiting_ += fit;
  }
  Wake();
}

void AuditStream::Stop(absl::Duration patience) {
  if (!thread_.joinable()) return;
  on_.store(false, std::memory_order_relaxed);
  stop_patience_ms_.store(absl::ToInt64Milliseconds(patience), std::memory_order_relaxed);
  stopping_.store(true, std::memory_order_release);
  Wake();
  thread_.join();
}

StreamState AuditStream::State() const {
  const MutexLock lock(mutex_);
  return state_;
}

void AuditStream::Wake() {
  const uint64_t one = 1;
  (void)!write(wake_.get(), &one, sizeof(one));
}

void AuditStream::Run() {
  while (!stopping_.load(std::memory_order_acquire)) {
    Wait();
    TakeNewSink();
    if (Clock::now() >= try_again_) WriteWhatWaits();
  }
  TakeNewSink();
  WriteWhatWaits();
  DropWhatWaits(/*count=*/true);
}

void AuditStream::Wait() {
  pollfd wake = {wake_.get(), POLLIN, 0};
  int wait_ms = -1;
  if (tries_again_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(try_again_ - Clock::now());
    wait_ms = static_cast<int>(std::max<int64_t>(0, left.count()));
  }
  poll(&wake, 1, wait_ms);
  uint64_t count = 0;
  (void)!read(wake_.get(), &count, sizeof(count));
}

void AuditStream::TakeNewSink() {
  if (!sink_waits_.load(std::memory_order_relaxed)) return;
  {
    const MutexLock lock(mutex_);
    sink_waits_.store(false, std::memory_order_relaxed);
    sink_ = std::move(next_sink_);
  }
  pause_ = {};
  try_again_ = {};
  if (sink_ == nullptr) DropWhatWaits(/*count=*/false);
}

bool AuditStream::TakeItems() {
  if (handled_ < items_.size()) return true;
  Waiting next;
  {
    const MutexLock lock(mutex_);
    if (queue_.empty()) return false;
    next = std::move(queue_.front());
    queue_.pop_front();
  }
  items_ = next.batch->Items(next.count);
  handled_ = 0;
  return true;
}

void AuditStream::WriteWhatWaits() {
  tries_again_ = false;
  while (sink_ != nullptr && HasTime() && !sink_waits_.load(std::memory_order_relaxed) &&
         TakeItems()) {
    AuditSink::Progress progress;
    const absl::Status status =
        sink_->Write(absl::MakeConstSpan(items_).subspan(handled_), &progress);
    handled_ += progress.handled;
    {
      const MutexLock lock(mutex_);
      waiting_ -= progress.handled;
      state_.written += static_cast<int64_t>(progress.written);
      state_.dropped += static_cast<int64_t>(progress.lost);
    }
    Note(status);
    if (!status.ok()) return;
    if (!progress.wait) continue;
    if (!stopping_.load(std::memory_order_relaxed)) {
      TryAgainAfter(kFirstPause);
      return;
    }
    std::this_thread::sleep_for(kFirstPause);
  }
}

// Between two writes: a disk that hangs is not asked.
bool AuditStream::HasTime() {
  if (deadline_ == Clock::time_point::max() && stopping_.load(std::memory_order_acquire)) {
    deadline_ =
        Clock::now() + std::chrono::milliseconds(stop_patience_ms_.load(std::memory_order_relaxed));
  }
  return Clock::now() < deadline_;
}

void AuditStream::TryAgainAfter(Clock::duration pause) {
  try_again_ = Clock::now() + pause;
  tries_again_ = true;
}

void AuditStream::Note(const absl::Status& status) {
  if (status.ok() && pause_ == Clock::duration()) return;
  std::string before;
  {
    const MutexLock lock(mutex_);
    before = state_.problem;
    // A new sink makes it good: what the old one said is not about it.
    if (!sink_waits_.load(std::memory_order_relaxed))
      state_.problem = std::string(status.message());
  }
  if (status.ok()) {
    pause_ = {};
    LogInfo("audit stream of ", name_, ": works again");
    return;
  }
  pause_ = pause_ == Clock::duration() ? kFirstPause
                                       : std::min<Clock::duration>(2 * pause_, kLongestPause);
  TryAgainAfter(pause_);
  if (before == status.message()) return;
  LogError("audit stream of ", name_, ": ", status.message(), "; tried again, ", queue_max_,
           " records wait and more are dropped");
}

void AuditStream::DropWhatWaits(bool count) {
  items_.clear();
  handled_ = 0;
  const MutexLock lock(mutex_);
  if (count) state_.dropped += static_cast<int64_t>(waiting_);
  queue_.clear();
  waiting_ = 0;
}

}  // namespace gw
