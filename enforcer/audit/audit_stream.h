// AuditStream: a bounded queue and a thread between the recorder, which never waits, and a sink,
// which may hang. What does not fit is dropped and counted.

#ifndef ENFORCER_AUDIT_AUDIT_STREAM_H_
#define ENFORCER_AUDIT_AUDIT_STREAM_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/base/closer.h"
#include "common/base/mutex.h"
#include "common/store/audit_batch.h"
#include "enforcer/audit/audit_sink.h"
#include "enforcer/audit/stream_item.h"

namespace gw {

// By name.
using InterfaceIndexes = absl::flat_hash_map<std::string, uint32_t>;

// Items of one kind as the recorder had them, shared by the streams. Immutable once it is given.
struct StreamBatch {
  // Decisions: a copy of what was written, in one piece.
  int64_t first_id = 0;
  std::vector<AuditBatch::Row> rows;
  std::vector<AuditRuling> rulings;
  std::vector<AuditParty> parties = {AuditParty()};  // kNobody first
  std::vector<AuditBatch::Translated> translated;
  std::shared_ptr<const InterfaceIndexes> interfaces;

  std::vector<StreamedFlow> flows;
  std::vector<AuditEvent> events;

  size_t size() const { return rows.size() + flows.size() + events.size(); }
  // The first `count`.
  std::vector<StreamItem> Items(size_t count) const;
};

// How a stream does, for the status.
struct StreamState {
  std::string name;     // "JSON lines", "IPFIX"
  std::string target;   // empty: it is off
  std::string problem;  // why nothing goes out now; empty if it does
  int64_t written = 0;  // records since the start
  int64_t dropped = 0;  // likewise: did not fit, or were left at the end

  friend bool operator==(const StreamState&, const StreamState&) = default;
};

class AuditStream {
 public:
  // Some 10 MB of decisions: a second or more at full load, minutes at a usual one.
  static constexpr size_t kQueueMax = 65'536;

  // `thread_name` of at most 15 characters.
  AuditStream(std::string name, const char* thread_name, size_t queue_max = kQueueMax);
  ~AuditStream();
  AuditStream(const AuditStream&) = delete;
  AuditStream& operator=(const AuditStream&) = delete;

  // Any thread but not two at once, and not after Stop. What waits goes to the new sink; null turns
  // the stream off, and then nobody wants what waits.
  void GoTo(std::unique_ptr<AuditSink> sink);

  // Recorder thread. Neither waits.
  bool on() const { return on_.load(std::memory_order_relaxed); }
  void Offer(const std::shared_ptr<const StreamBatch>& batch);
  // Writes what waits until that takes longer than `patience` or fails; the rest is dropped.
  void Stop(absl::Duration patience);

  // Any thread.
  StreamState State() const;

 private:
  using Clock = std::chrono::steady_clock;

  void Run();
  void Wait();
  void Wake();
  void TakeNewSink();
  // The next of the queue becomes items_. False if there is none.
  bool TakeItems();
  void WriteWhatWaits();
  void Note(const absl::Status& status);
  void DropWhatWaits(bool count);
  bool HasTime();
  void TryAgainAfter(Clock::duration pause);

  const std::string name_;
  const char* const thread_name_;
  const size_t queue_max_;
  FileDescriptor wake_;
  std::thread thread_;
  std::atomic<bool> on_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> sink_waits_{false};  // there is a next_sink_
  std::atomic<int64_t> stop_patience_ms_{0};

  // Stream thread.
  std::unique_ptr<AuditSink> sink_;
  std::vector<StreamItem> items_;
  size_t handled_ = 0;        // of items_
  bool tries_again_ = false;  // at try_again_, whether or not there is something new
  Clock::time_point try_again_;
  Clock::duration pause_{};  // after the last error; 0: all is well
  Clock::time_point deadline_ = Clock::time_point::max();

  mutable Mutex mutex_;
  struct Waiting {
    std::shared_ptr<const StreamBatch> batch;
    size_t count = 0;  // the first so many of it
  };
  std::deque<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  size_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;  // items: in queue_, and of items_ the unhandled
  std::unique_ptr<AuditSink> next_sink_ ABSL_GUARDED_BY(mutex_);
  StreamState state_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gw

#endif  // ENFORCER_AUDIT_AUDIT_STREAM_H_
