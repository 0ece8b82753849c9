#include "enforcer/ruleset/table_socket.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <vector>

#include "enforcer/netlink/netlink.h"
#include "enforcer/ruleset/table_state.h"

namespace gw {
namespace {

using std::chrono::steady_clock;
using MnlBatch = std::unique_ptr<mnl_nlmsg_batch, Closer<&mnl_nlmsg_batch_stop>>;

constexpr size_t kReceiveBytes = 1 << 16;

// Sequence numbers of a batch: of its beginning, and of its messages.
struct Numbers {
  uint32_t begin = 0;
  uint32_t end = 0;  // behind the last
};

// Counts acknowledgements. False with errno set if the kernel refuses a message, and with it the
// whole transaction.
bool CountAnswers(const char* bytes, size_t size, const Numbers& numbers, uint32_t* answers) {
  int left = static_cast<int>(size);
  for (const auto* message = reinterpret_cast<const nlmsghdr*>(bytes); mnl_nlmsg_ok(message, left);
       message = mnl_nlmsg_next(message, &left)) {
    const uint32_t number = message->nlmsg_seq - numbers.begin;
    if (message->nlmsg_type != NLMSG_ERROR || number >= numbers.end - numbers.begin) continue;
    const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
    if (error->error != 0) {
      errno = -error->error;
      return false;
    }
    ++*answers;
  }
  return true;
}

}  // namespace

absl::StatusOr<TableSocket> TableSocket::Open() {
  FileDescriptor opened(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
  sockaddr_nl any{};
  any.nl_family = AF_NETLINK;
  if (!opened.valid() ||
      bind(opened.get(), reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0) {
    return NetlinkError("open netlink");
  }
  return TableSocket(std::move(opened));
}

uint32_t TableSocket::port() const {
  sockaddr_nl name{};
  socklen_t size = sizeof(name);
  return getsockname(fd(), reinterpret_cast<sockaddr*>(&name), &size) == 0 ? name.nl_pid : 0;
}

void TableSocket::Drain() const {
  std::array<char, 256> ignored;  // NOLINT(cppcoreguidelines-pro-type-member-init): recv fills it
  // ENOBUFS says that there was more, and comes before what is there.
  while (recv(fd(), ignored.data(), ignored.size(), MSG_DONTWAIT | MSG_TRUNC) >= 0 ||
         errno == ENOBUFS || errno == EINTR) {
  }
}

int TableSocket::Send(bool carry_out,
                      absl::FunctionRef<void(mnl_nlmsg_batch*, uint32_t*)> put) const {
  Drain();
  std::vector<char> buffer(2 * static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  const MnlBatch batch(mnl_nlmsg_batch_start(buffer.data(), buffer.size() / 2));
  uint32_t sequence = static_cast<uint32_t>(steady_clock::now().time_since_epoch().count());
  Numbers numbers;
  numbers.begin = sequence;
  nftnl_batch_begin(static_cast<char*>(mnl_nlmsg_batch_current(batch.get())), sequence++);
  mnl_nlmsg_batch_next(batch.get());
  put(batch.get(), &sequence);
  numbers.end = sequence;
  // Without its end the kernel looks at it and takes it back, as for nft -c.
  if (carry_out) {
    nftnl_batch_end(static_cast<char*>(mnl_nlmsg_batch_current(batch.get())), sequence);
    mnl_nlmsg_batch_next(batch.get());
  }
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (sendto(fd(), mnl_nlmsg_batch_head(batch.get()), mnl_nlmsg_batch_size(batch.get()), 0,
             reinterpret_cast<const sockaddr*>(&kernel), sizeof(kernel)) < 0) {
    return errno;
  }
  std::vector<char> answer(kReceiveBytes);
  const uint32_t expected = numbers.end - numbers.begin - 1;
  for (uint32_t answers = 0; answers < expected;) {
    // The kernel answers before sendto(2) returns (netlink_unicast_kernel). What is not there has
    // been read by somebody else, who was just dying.
    const ssize_t count = recv(fd(), answer.data(), answer.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 || !CountAnswers(answer.data(), static_cast<size_t>(count), numbers, &answers)) {
      const int error = errno;
      Drain();  // each message has an error of its own
      return error;
    }
  }
  return 0;
}

int TableSocket::Transact(absl::FunctionRef<void(mnl_nlmsg_batch*, uint32_t*)> put) const {
  return Send(true, put);
}

absl::StatusOr<bool> TableSocket::KernelKeepsOwnedTables() const {
  const int error = Send(false, [](mnl_nlmsg_batch* batch, uint32_t* sequence) {
    nlmsghdr* header =
        nftnl_nlmsg_build_hdr(static_cast<char*>(mnl_nlmsg_batch_current(batch)), NFT_MSG_NEWTABLE,
                              NFPROTO_INET, NLM_F_CREATE | NLM_F_ACK, (*sequence)++);
    mnl_attr_put_strz(header, NFTA_TABLE_NAME, "gatewarden_probe");
    mnl_attr_put_u32(header, NFTA_TABLE_FLAGS, htonl(kTableOwned | kTablePersists));
    mnl_nlmsg_batch_next(batch);
  });
  if (error == 0) return true;
  if (error == EOPNOTSUPP || error == EINVAL) return false;
  errno = error;
  return NetlinkError("ask whether tables can be owned");
}

}  // namespace gw
