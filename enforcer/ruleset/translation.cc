#include "enforcer/ruleset/translation.h"

#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "common/base/closer.h"
#include "common/base/status_macros.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

using NftnlChain = std::unique_ptr<nftnl_chain, Closer<&nftnl_chain_free>>;

bool IsNatAtPrerouting(const nftnl_chain* chain) {
  const char* type = nftnl_chain_is_set(chain, NFTNL_CHAIN_TYPE)
                         ? nftnl_chain_get_str(chain, NFTNL_CHAIN_TYPE)
                         : nullptr;
  return type != nullptr && std::strcmp(type, "nat") == 0 &&
         nftnl_chain_get_u32(chain, NFTNL_CHAIN_HOOKNUM) == NF_INET_PRE_ROUTING;
}

// The tables that x_tables has made, one a line. /proc/net is that of the process, which may have
// been started elsewhere than this thread is.
bool HasOldNatTable() {
  for (const char* path :
       {"/proc/thread-self/net/ip_tables_names", "/proc/thread-self/net/ip6_tables_names"}) {
    std::ifstream names(path);
    for (std::string name; names >> name;) {
      if (name == "nat") return true;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<bool> DestinationsMayBeTranslated() {
  if (HasOldNatTable()) return true;
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  nlmsghdr* request =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETCHAIN, NFPROTO_UNSPEC, NLM_F_DUMP, 1);
  bool found = false;
  GW_RETURN_IF_ERROR(Dump(socket, request, [&](const nlmsghdr* message) {
    const NftnlChain chain(nftnl_chain_alloc());
    found |= nftnl_chain_nlmsg_parse(message, chain.get()) == 0 && IsNatAtPrerouting(chain.get());
  }));
  return found;
}

}  // namespace gw
