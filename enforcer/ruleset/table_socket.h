// TableSocket: the netlink socket through which our table is changed, by whoever changes it. Where
// the kernel can (Linux 6.9), the socket owns the table: nothing else may change or remove it, and
// `nft flush ruleset` passes it by (nft(8), TABLES, `owner`). The table outlives its owner as it is
// (`persist`) and then waits for the next, so that no death opens the gateway.
//
// An owner is a socket, not a process: duplicates of the descriptor are the same owner, whichever
// process has them (keeper.h, fd_store.h). They also share what the kernel answers, so only one of
// them uses it at a time: gatewardend's control thread, the program that it runs for a transaction
// (nft.h), or, when it is gone, its keeper.

#ifndef ENFORCER_RULESET_TABLE_SOCKET_H_
#define ENFORCER_RULESET_TABLE_SOCKET_H_

#include <cstdint>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

#include "common/base/closer.h"

struct mnl_nlmsg_batch;

namespace gw {

class TableSocket {
 public:
  // A new one, in the network namespace of this thread.
  static absl::StatusOr<TableSocket> Open();
  // A duplicate that another process left.
  explicit TableSocket(FileDescriptor socket) : socket_(std::move(socket)) {}
  TableSocket(TableSocket&&) = default;
  TableSocket& operator=(TableSocket&&) = default;

  int fd() const { return socket_.get(); }
  FileDescriptor Release() && { return std::move(socket_); }
  // By which the kernel knows it (netlink(7), nl_pid). 0 on an error.
  uint32_t port() const;

  // Takes away the answers that its last user, who may have been killed, did not wait for. To be
  // called before somebody else uses it.
  void Drain() const;

  // Sends one transaction (linux/netfilter/nfnetlink.h) and waits for the answers: `put` adds its
  // messages, each with the next sequence number and NLM_F_ACK, and calls mnl_nlmsg_batch_next
  // after each; together they fit into a page. 0, or an errno: EAGAIN if
  // somebody else read the answer, so that it is not known what was done; otherwise nothing was.
  int Transact(absl::FunctionRef<void(mnl_nlmsg_batch*, uint32_t* sequence)> put) const;

  // True if the kernel makes owned tables that persist. Asks it with a transaction that is not
  // carried out.
  absl::StatusOr<bool> KernelKeepsOwnedTables() const;

 private:
  int Send(bool carry_out, absl::FunctionRef<void(mnl_nlmsg_batch*, uint32_t*)> put) const;

  FileDescriptor socket_;
};

}  // namespace gw

#endif  // ENFORCER_RULESET_TABLE_SOCKET_H_
