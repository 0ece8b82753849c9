// Worker: one thread, one queue, one pass per batch of packets. It owns no lock and allocates
// nothing while packets flow, but a chunk of its ring when that was never as full before.

#ifndef ENFORCER_DATAPLANE_WORKER_H_
#define ENFORCER_DATAPLANE_WORKER_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "enforcer/dataplane/audit_entry.h"
#include "enforcer/dataplane/counters.h"
#include "enforcer/dataplane/enforced_policy.h"
#include "enforcer/dataplane/original_destinations.h"
#include "enforcer/dataplane/packet_queue.h"

namespace gw {

class Worker {
 public:
  // `policies` and `originals`, which all workers share, must outlive the worker.
  Worker(std::unique_ptr<PacketQueue> queue, const PublishedPolicy& policies,
         OriginalDestinations& originals);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Control thread. Start once; Stop waits for the thread to end, packets not yet received stay
  // in the kernel's queue.
  void Start(const std::string& thread_name);
  void Stop();
  void SetFailOpen(bool open) { queue_->SetFailOpen(open); }
  // After Start: the thread runs on these CPUs only, or on all if none is named. What cannot be
  // (they are offline, or a cpuset is in force) is left as it is: sched_setaffinity(2).
  void RunOn(const std::vector<size_t>& cpus);

  // Receives, judges and answers one batch. Called by the thread; tests call it directly.
  void RunOnce(int timeout_ms);

  const WorkerCounters& counters() const { return counters_; }
  const QueueCounters& queue_counters() const { return queue_->counters(); }
  int queue_fd() const { return queue_->fd(); }
  AuditRing& audit() { return audit_; }

 private:
  std::unique_ptr<PacketQueue> queue_;
  const PublishedPolicy& policies_;
  PublishedPolicy::Taken policy_;
  OriginalDestinations& originals_;
  AuditRing audit_{kAuditRingEntries};
  WorkerCounters counters_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace gw

#endif  // ENFORCER_DATAPLANE_WORKER_H_
