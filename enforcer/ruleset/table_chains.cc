#include "enforcer/ruleset/table_chains.h"

#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/flowtable.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "common/base/closer.h"
#include "common/base/status_macros.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

using NftnlChain = std::unique_ptr<nftnl_chain, Closer<&nftnl_chain_free>>;

using NftnlFlowtable = std::unique_ptr<nftnl_flowtable, Closer<&nftnl_flowtable_free>>;

template <size_t n>
bool IsOneOf(absl::string_view name, const char* const (&names)[n]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

void Note(absl::string_view name, OptionalChains* chains) {
  chains->before_tracking |= IsOneOf(name, kBeforeTrackingChains);
  chains->before_dnat |= IsOneOf(name, kBeforeDnatChains);
  if (absl::StartsWith(name, kStatelessChainPrefix)) ++chains->stateless;
}

// Kernels without flowtables refuse the question.
absl::StatusOr<bool> HasFlowtable(mnl_socket* socket) {
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  nlmsghdr* request =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETFLOWTABLE, NFPROTO_INET, NLM_F_DUMP, 2);
  bool found = false;
  const absl::Status listed = Dump(socket, request, [&found](const nlmsghdr* message) {
    const NftnlFlowtable flowtable(nftnl_flowtable_alloc());
    found |= nftnl_flowtable_nlmsg_parse(message, flowtable.get()) == 0 &&
             absl::string_view(nftnl_flowtable_get_str(flowtable.get(), NFTNL_FLOWTABLE_TABLE)) ==
                 kTableName &&
             absl::string_view(nftnl_flowtable_get_str(flowtable.get(), NFTNL_FLOWTABLE_NAME)) ==
                 kFlowtable;
  });
  return listed.ok() && found;
}

}  // namespace

absl::StatusOr<OptionalChains> ListOptionalChains() {
  GW_ASSIGN_OR_RETURN(const MnlSocket socket, OpenNetlink(NETLINK_NETFILTER));
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  nlmsghdr* request =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETCHAIN, NFPROTO_INET, NLM_F_DUMP, 1);
  OptionalChains chains;
  GW_RETURN_IF_ERROR(Dump(socket.get(), request, [&chains](const nlmsghdr* message) {
    const NftnlChain chain(nftnl_chain_alloc());
    if (nftnl_chain_nlmsg_parse(message, chain.get()) != 0 ||
        absl::string_view(nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_TABLE)) != kTableName) {
      return;
    }
    Note(nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_NAME), &chains);
  }));
  GW_ASSIGN_OR_RETURN(chains.flowtable, HasFlowtable(socket.get()));
  return chains;
}

}  // namespace gw
