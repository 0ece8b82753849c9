#include "enforcer/control/fd_store.h"

#include <linux/netlink.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/base/log.h"

namespace gw {
namespace {

constexpr absl::string_view kPrefix = "queue-";
constexpr char kTable[] = "table";

std::string NameOf(uint16_t number) { return absl::StrCat(kPrefix, number); }

std::optional<uint16_t> QueueNamed(absl::string_view name) {
  uint32_t number = 0;
  if (!absl::ConsumePrefix(&name, kPrefix) || !absl::SimpleAtoi(name, &number) ||
      number > UINT16_MAX) {
    return std::nullopt;
  }
  return static_cast<uint16_t>(number);
}

bool IsNetfilterSocket(int fd) {
  int domain = 0;
  int protocol = 0;
  socklen_t size = sizeof(int);
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_NETLINK &&
         getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
         protocol == NETLINK_NETFILTER;
}

}  // namespace

HeldSockets FdStore::Take() {
  HeldSockets held;
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(1, &names);
  if (count < 0) {
    LogWarning("what the service manager keeps for gatewardend: ", std::strerror(-count));
    return held;
  }
  for (int i = 0; i < count; ++i) {
    FileDescriptor kept(SD_LISTEN_FDS_START + i);
    const std::string name = names[i];
    const auto number = QueueNamed(name);
    if (!IsNetfilterSocket(kept.get()) || (!number && name != kTable)) {
      LogWarning("the service manager passed `", name,
                 "`, which is no packet queue and no owner of a table: closed");
    } else {
      kept_.insert(name);
      if (number) held.queues.push_back({*number, std::move(kept)});
      if (!number) held.tables.push_back(std::move(kept));
    }
    std::free(names[i]);  // NOLINT(cppcoreguidelines-no-malloc): sd_listen_fds_with_names(3)
  }
  std::free(names);  // NOLINT(cppcoreguidelines-no-malloc)
  return held;
}

void FdStore::Keep(const TableSocket& table, uint16_t first, const std::vector<int>& queues) {
  std::set<std::string> keep = {kTable};
  for (size_t i = 0; i < queues.size(); ++i) keep.insert(NameOf(static_cast<uint16_t>(first + i)));
  for (const std::string& name : kept_) {
    // The first time, what it has as the table's may be another socket.
    const bool stays = keep.contains(name) && (name != kTable || table_given_);
    if (!stays) sd_notify(0, absl::StrCat("FDSTOREREMOVE=1\nFDNAME=", name).c_str());
  }
  // One that it has, it does not take again. FDPOLL=0, or it would let go of a socket that reports
  // lost messages, as netlink does.
  const auto give = [](const std::string& name, int socket) {
    sd_pid_notify_with_fds(0, 0, absl::StrCat("FDSTORE=1\nFDPOLL=0\nFDNAME=", name).c_str(),
                           &socket, 1);
  };
  give(kTable, table.fd());
  table_given_ = true;
  for (size_t i = 0; i < queues.size(); ++i) {
    give(NameOf(static_cast<uint16_t>(first + i)), queues[i]);
  }
  kept_ = std::move(keep);
}

}  // namespace gw
