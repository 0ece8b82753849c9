// SPDX-License-Identifier: GPL-2.0-or-later
//
// gatewarden-nft: reads ruleset text as `nft -f -` does, and sends it through a netlink socket that
// it was given, which makes that socket the owner of a table whose text says `flags owner`
// (nft(8), TABLES). The kernel takes changes of an owned table through its owner only, so the
// socket has to outlive each run; nft(8) opens one of its own and closes it. A program apart,
// without a line of the others': libnftables is GPL-2.0-only.
//
//   gatewarden-nft SOCKET PARENT [check]
//
// SOCKET is the number of a descriptor that is open, PARENT the process that waits: without it
// nothing is done.
//
// Owned tables are made persistent as well (linux/netfilter/nf_tables.h, NFT_TABLE_F_PERSIST, Linux
// 6.9): one whose owner is gone stays as it is, and waits for another owner. libnftables 1.0.6 has
// no word for that, so it is put into the messages on their way.
//
// Exit codes are those of nft: 0, or 1 and a message.

#include <arpa/inet.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr uint32_t kOwner = 0x2;    // NFT_TABLE_F_OWNER
constexpr uint32_t kPersist = 0x4;  // NFT_TABLE_F_PERSIST

bool IsNetfilterSocket(int fd) {
  int protocol = -1;
  socklen_t size = sizeof(protocol);
  sockaddr_storage name{};
  socklen_t name_size = sizeof(name);
  return getsockname(fd, reinterpret_cast<sockaddr*>(&name), &name_size) == 0 &&
         name.ss_family == AF_NETLINK &&
         getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
         protocol == NETLINK_NETFILTER;
}

// A table that is made as an owned one is to persist. One that is only named, as `table inet x {`
// does to add to it, says nothing of flags: the kernel compares what it says with what there is.
void Amend(nlmsghdr* message) {
  if (message->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE)) return;
  auto* attribute = static_cast<nlattr*>(mnl_nlmsg_get_payload_offset(message, sizeof(nfgenmsg)));
  const auto* const tail = static_cast<const char*>(mnl_nlmsg_get_payload_tail(message));
  while (mnl_attr_ok(attribute, static_cast<int>(tail - reinterpret_cast<char*>(attribute))) &&
         mnl_attr_get_type(attribute) != NFTA_TABLE_FLAGS) {
    attribute = mnl_attr_next(attribute);
  }
  if (reinterpret_cast<const char*>(attribute) >= tail) return;
  uint32_t flags = ntohl(mnl_attr_get_u32(attribute));
  if (flags == 0) attribute->nla_type = NFTA_TABLE_PAD;  // which the kernel passes over
  if ((flags & kOwner) == 0) return;
  flags = htonl(flags | kPersist);
  std::memcpy(mnl_attr_get_payload(attribute), &flags, sizeof(flags));
}

void AmendAll(const iovec& part) {
  int left = static_cast<int>(part.iov_len);
  auto* message = static_cast<nlmsghdr*>(part.iov_base);
  for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) Amend(message);
}

// The number of the descriptor that libnftables sends through: the lowest that was free before.
int LowestFree() {
  const int probe = open("/dev/null", O_RDONLY | O_CLOEXEC);
  close(probe);
  return probe;
}

// Reads all of the standard input, and makes it the standard input again. Its size, or -1.
ssize_t GatherInput() {
  const int gathered = memfd_create("ruleset", MFD_CLOEXEC);
  if (gathered < 0) return -1;
  char part[65536];
  ssize_t total = 0;
  ssize_t count = 0;
  while ((count = read(STDIN_FILENO, part, sizeof(part))) > 0) {
    if (write(gathered, part, static_cast<size_t>(count)) != count) return -1;
    total += count;
  }
  if (count < 0 || lseek(gathered, 0, SEEK_SET) != 0) return -1;
  return dup2(gathered, STDIN_FILENO) == STDIN_FILENO ? total : -1;
}

int Fail(const char* what) {
  std::fprintf(stderr, "gatewarden-nft: %s\n", what);
  return 1;
}

}  // namespace

// Found before libc's by the dynamic linker, also for libnftables.
extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  for (size_t i = 0; i < message->msg_iovlen; ++i) AmendAll(message->msg_iov[i]);
  return syscall(SYS_sendmsg, fd, message, flags);
}

int main(int argc, char** argv) {
  const bool check = argc == 4 && std::strcmp(argv[3], "check") == 0;
  if (argc != 3 && !check) return Fail("usage: gatewarden-nft SOCKET PARENT [check]");
  // The transaction of a gatewardend that is gone is nobody's any more.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != std::strtol(argv[2], nullptr, 10)) return Fail("its parent is gone");
  const int given = static_cast<int>(std::strtol(argv[1], nullptr, 10));
  if (!IsNetfilterSocket(given)) return Fail("the descriptor given is no netfilter socket");
  const int own = LowestFree();
  nft_ctx* context = nft_ctx_new(NFT_CTX_DEFAULT);
  if (context == nullptr) return Fail("libnftables does not start");
  if (!IsNetfilterSocket(own)) return Fail("this libnftables keeps its socket elsewhere");
  if (dup2(given, own) != own) return Fail("dup2 failed");
  // As libnftables does with its own.
  fcntl(own, F_SETFL, O_NONBLOCK);
  const int on = 1;
  setsockopt(own, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
  close(given);
  nft_ctx_set_dry_run(context, check);
  // Whole, before anything is asked of the kernel: who gets none does nothing, since the socket may
  // be somebody else's by then.
  const ssize_t size = GatherInput();
  if (size < 0) return Fail("cannot read the standard input");
  const int failed = size == 0 ? 0 : nft_run_cmd_from_filename(context, "/dev/stdin");
  // Its parent waits for the end; what is in memory need not be given back piece by piece.
  std::fflush(nullptr);
  _exit(failed == 0 ? 0 : 1);
}
