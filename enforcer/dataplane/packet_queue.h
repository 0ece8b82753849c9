// PacketQueue: where the kernel hands packets to user space and takes marks back. The interface
// that the worker uses; nfqueue.h is the kernel's, tests have a fake.

#ifndef ENFORCER_DATAPLANE_PACKET_QUEUE_H_
#define ENFORCER_DATAPLANE_PACKET_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/types/span.h"

#include "common/policy/packet.h"
#include "enforcer/dataplane/counters.h"

namespace gw {

// What a flow came for, before its destination was translated.
struct OriginalDestination {
  Address address;
  uint16_t port = 0;
  friend bool operator==(const OriginalDestination&, const OriginalDestination&) = default;
};

// One packet on its way up. `bytes` stays valid until the next Receive.
struct QueuedPacket {
  uint32_t id = 0;
  // It came from the hook prerouting, where destinations are not translated yet; `hook` says
  // nothing then.
  bool before_dnat = false;
  Hook hook = Hook::kInput;
  uint32_t in_index = 0;           // interface index, 0 if the hook has none
  uint32_t out_index = 0;          // likewise
  uint32_t mark = 0;               // the packet mark, with our hints in it
  const uint8_t* bytes = nullptr;  // from the IP header on
  size_t size = 0;
  // By connection tracking, from kernels that tell (CONFIG_NETFILTER_NETLINK_GLUE_CT).
  std::optional<OriginalDestination> original;
};

// Every packet goes back with NF_ACCEPT; the mark says what the ruleset shall do with it.
struct MarkedPacket {
  uint32_t id = 0;
  uint32_t mark = 0;
};

inline constexpr size_t kBatchMax = 64;

// Worker thread only.
class PacketQueue {
 public:
  virtual ~PacketQueue() = default;
  // Waits until packets are there, `timeout_ms` have passed, or Wake was called; returns what
  // there is, at most kBatchMax, perhaps nothing.
  virtual absl::Span<const QueuedPacket> Receive(int timeout_ms) = 0;
  // Answers a batch in one system call.
  virtual void Send(absl::Span<const MarkedPacket> answers) = 0;
  // Any thread: makes a Receive that waits return.
  virtual void Wake() = 0;
  // Any thread: what the kernel does with packets that find the queue full: accept or drop.
  virtual void SetFailOpen(bool open) = 0;
  // What a duplicate of keeps the queue alive beyond this process; -1 if there is no such thing.
  virtual int fd() const = 0;
  // Any thread.
  virtual const QueueCounters& counters() const = 0;
};

}  // namespace gw

#endif  // ENFORCER_DATAPLANE_PACKET_QUEUE_H_
