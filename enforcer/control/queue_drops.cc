#include "enforcer/control/queue_drops.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace gw {
namespace {

// queue_number peer_portid queue_total copy_mode copy_range queue_dropped queue_user_dropped
// id_sequence 1
constexpr size_t kNumber = 0;
constexpr size_t kDropped = 5;
constexpr size_t kUserDropped = 6;

}  // namespace

int64_t QueueDropsIn(absl::string_view text, uint16_t first, uint16_t count) {
  int64_t drops = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipWhitespace())) {
    const std::vector<absl::string_view> columns =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    int64_t number = 0;
    int64_t dropped = 0;
    int64_t user_dropped = 0;
    if (columns.size() <= kUserDropped || !absl::SimpleAtoi(columns[kNumber], &number) ||
        !absl::SimpleAtoi(columns[kDropped], &dropped) ||
        !absl::SimpleAtoi(columns[kUserDropped], &user_dropped)) {
      continue;
    }
    if (number >= first && number < first + count) drops += dropped + user_dropped;
  }
  return drops;
}

std::optional<int64_t> ReadQueueDrops(uint16_t first, uint16_t count) {
  // /proc/net is that of the process's first thread.
  const std::ifstream file("/proc/thread-self/net/netfilter/nfnetlink_queue");
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return QueueDropsIn(text.str(), first, count);
}

}  // namespace gw
