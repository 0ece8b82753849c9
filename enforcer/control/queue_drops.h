// Packets that never came up although they were sent to our queues: the queue was full, or the
// socket's buffer. Thread-safe: pure, but for reading a file.

#ifndef ENFORCER_CONTROL_QUEUE_DROPS_H_
#define ENFORCER_CONTROL_QUEUE_DROPS_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace gw {

// Of the queues `first` .. `first` + `count` - 1, in the text of
// /proc/net/netfilter/nfnetlink_queue (net/netfilter/nfnetlink_queue.c, seq_show: columns
// queue_dropped and queue_user_dropped).
int64_t QueueDropsIn(absl::string_view text, uint16_t first, uint16_t count);

// In the network namespace of the calling thread, since the queues were bound. Nothing if the
// kernel does not tell.
std::optional<int64_t> ReadQueueDrops(uint16_t first, uint16_t count);

}  // namespace gw

#endif  // ENFORCER_CONTROL_QUEUE_DROPS_H_
