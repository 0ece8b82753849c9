#include "enforcer/netlink/kernel_queues.h"

#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace gw {
namespace {

// queue_number peer_portid queue_total copy_mode copy_range queue_dropped queue_user_dropped
// id_sequence 1
constexpr size_t kColumns = 8;

std::optional<KernelQueue> ParseLine(absl::string_view line) {
  const std::vector<absl::string_view> columns =
      absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (columns.size() < kColumns) return std::nullopt;
  std::array<int64_t, kColumns> numbers{};
  for (size_t i = 0; i < kColumns; ++i) {
    if (!absl::SimpleAtoi(columns[i], &numbers[i])) return std::nullopt;
  }
  return KernelQueue{.number = static_cast<uint16_t>(numbers[0]),
                     .port = numbers[1],
                     .waiting = static_cast<uint32_t>(numbers[2]),
                     .dropped = static_cast<uint32_t>(numbers[5]),
                     .user_dropped = static_cast<uint32_t>(numbers[6]),
                     .last_packet = static_cast<uint32_t>(numbers[7])};
}

}  // namespace

std::vector<KernelQueue> ParseKernelQueues(absl::string_view text) {
  std::vector<KernelQueue> queues;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipWhitespace())) {
    if (const auto queue = ParseLine(line)) queues.push_back(*queue);
  }
  return queues;
}

std::optional<std::vector<KernelQueue>> ReadKernelQueues() {
  // /proc/net is that of the process's first thread.
  const std::ifstream file("/proc/thread-self/net/netfilter/nfnetlink_queue");
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return ParseKernelQueues(text.str());
}

}  // namespace gw
