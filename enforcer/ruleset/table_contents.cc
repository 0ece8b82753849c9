#include "enforcer/ruleset/table_contents.h"

#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/flowtable.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "common/base/closer.h"
#include "common/base/status_macros.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

using NftnlChain = std::unique_ptr<nftnl_chain, Closer<&nftnl_chain_free>>;
using NftnlFlowtable = std::unique_ptr<nftnl_flowtable, Closer<&nftnl_flowtable_free>>;
using NftnlSet = std::unique_ptr<nftnl_set, Closer<&nftnl_set_free>>;

template <size_t n>
bool IsOneOf(absl::string_view name, const char* const (&names)[n]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

void Note(absl::string_view name, OptionalChains* chains) {
  chains->before_tracking |= IsOneOf(name, kBeforeTrackingChains);
  chains->before_dnat |= IsOneOf(name, kBeforeDnatChains);
  if (absl::StartsWith(name, kStatelessChainPrefix)) ++chains->stateless;
}

absl::Status ForEachChain(mnl_socket* socket, absl::FunctionRef<void(absl::string_view)> visit) {
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  nlmsghdr* request =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETCHAIN, NFPROTO_INET, NLM_F_DUMP, 1);
  return Dump(socket, request, [&visit](const nlmsghdr* message) {
    const NftnlChain chain(nftnl_chain_alloc());
    if (nftnl_chain_nlmsg_parse(message, chain.get()) == 0 &&
        absl::string_view(nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_TABLE)) == kTableName) {
      visit(nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_NAME));
    }
  });
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

absl::StatusOr<bool> HasSet(mnl_socket* socket, absl::string_view name) {
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  nlmsghdr* request =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETSET, NFPROTO_INET, NLM_F_DUMP, 1);
  bool has = false;
  GW_RETURN_IF_ERROR(Dump(socket, request, [&](const nlmsghdr* message) {
    const NftnlSet set(nftnl_set_alloc());
    has |= nftnl_set_nlmsg_parse(message, set.get()) == 0 &&
           absl::string_view(nftnl_set_get_str(set.get(), NFTNL_SET_TABLE)) == kTableName &&
           absl::string_view(nftnl_set_get_str(set.get(), NFTNL_SET_NAME)) == name;
  }));
  return has;
}

struct FoundGeneration {
  const MarkLayout& marks;
  std::optional<uint32_t> generation;
};

// A mark as key is in the machine's own byte order.
int ReadMark(nftnl_set_elem* element, void* into) {
  auto* found = static_cast<FoundGeneration*>(into);
  uint32_t size = 0;
  const void* key = nftnl_set_elem_get(element, NFTNL_SET_ELEM_KEY, &size);
  uint32_t mark = 0;
  if (key == nullptr || size != sizeof(mark)) return 0;
  std::memcpy(&mark, key, sizeof(mark));
  const uint32_t generation = found->marks.GenerationOf(mark);
  if (generation != kFailsafeGeneration) found->generation = generation;
  return 0;
}

}  // namespace

absl::StatusOr<OptionalChains> ListOptionalChains() {
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  OptionalChains chains;
  GW_RETURN_IF_ERROR(
      ForEachChain(socket, [&chains](absl::string_view name) { Note(name, &chains); }));
  GW_ASSIGN_OR_RETURN(chains.flowtable, HasFlowtable(socket));
  return chains;
}

absl::StatusOr<bool> TableHasChain(absl::string_view chain) {
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  bool has = false;
  GW_RETURN_IF_ERROR(ForEachChain(socket, [&](absl::string_view name) { has |= name == chain; }));
  return has;
}

absl::StatusOr<std::optional<uint32_t>> ReadValidGeneration(const MarkLayout& marks) {
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  // A dump of a set that is not there is an error; so is one of a kernel that cannot.
  GW_ASSIGN_OR_RETURN(const bool there, HasSet(socket, kValidMarksSet));
  if (!there) return std::nullopt;
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  nlmsghdr* request =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETSETELEM, NFPROTO_INET, NLM_F_DUMP, 1);
  const NftnlSet asked(nftnl_set_alloc());
  nftnl_set_set_str(asked.get(), NFTNL_SET_TABLE, kTableName);
  nftnl_set_set_str(asked.get(), NFTNL_SET_NAME, kValidMarksSet);
  nftnl_set_elems_nlmsg_build_payload(request, asked.get());
  FoundGeneration found = {marks, std::nullopt};
  GW_RETURN_IF_ERROR(Dump(socket, request, [&found](const nlmsghdr* message) {
    const NftnlSet part(nftnl_set_alloc());
    if (nftnl_set_elems_nlmsg_parse(message, part.get()) != 0) return;
    nftnl_set_elem_foreach(part.get(), &ReadMark, &found);
  }));
  return found.generation;
}

}  // namespace gw
