#include "enforcer/ruleset/learned_sets.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "common/base/closer.h"
#include "common/base/status_macros.h"
#include "common/net/protocol.h"
#include "enforcer/netlink/netlink.h"
#include "enforcer/ruleset/ruleset.h"

namespace gw {
namespace {

using NftnlSet = std::unique_ptr<nftnl_set, Closer<&nftnl_set_free>>;

// ---- elements of denied_any sets ---------------------------------------------------------------

struct DeniedAnySet {
  const char* name;
  uint8_t protocol;
  Family family;
};
constexpr DeniedAnySet kDeniedAnySets[] = {
    {"denied_any_tcp4", kProtocolTcp, Family::kIPv4},
    {"denied_any_udp4", kProtocolUdp, Family::kIPv4},
    {"denied_any_tcp6", kProtocolTcp, Family::kIPv6},
    {"denied_any_udp6", kProtocolUdp, Family::kIPv6},
};

int AddPackets(nftnl_expr* expression, void* sum) {
  if (std::strcmp(nftnl_expr_get_str(expression, NFTNL_EXPR_NAME), "counter") == 0) {
    *static_cast<int64_t*>(sum) +=
        static_cast<int64_t>(nftnl_expr_get_u64(expression, NFTNL_EXPR_CTR_PACKETS));
  }
  return 0;
}

// The key is `meta iif . daddr . th dport`, each field filled up to four bytes; all but the
// interface in network order.
bool ReadElement(nftnl_set_elem* element, const DeniedAnySet& set, LearnedDenial* denial) {
  uint32_t size = 0;
  const auto* key =
      static_cast<const uint8_t*>(nftnl_set_elem_get(element, NFTNL_SET_ELEM_KEY, &size));
  const size_t address_bytes = AddressBits(set.family) / 8;
  if (key == nullptr || size < 4 + address_bytes + 4) return false;
  std::memcpy(&denial->in_index, key, sizeof(denial->in_index));
  denial->protocol = set.protocol;
  denial->destination = Address::FromBytes(set.family, key + 4);
  uint16_t port = 0;
  std::memcpy(&port, key + 4 + address_bytes, sizeof(port));
  denial->port = ntohs(port);
  nftnl_set_elem_expr_foreach(element, &AddPackets, &denial->packets);
  return true;
}

struct Collected {
  const DeniedAnySet* set;
  std::vector<LearnedDenial>* denials;
};

int Collect(nftnl_set_elem* element, void* into) {
  const auto* collected = static_cast<const Collected*>(into);
  LearnedDenial denial;
  if (ReadElement(element, *collected->set, &denial)) collected->denials->push_back(denial);
  return 0;
}

absl::Status AddElements(mnl_socket* socket, const DeniedAnySet& set,
                         std::vector<LearnedDenial>* denials) {
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  nlmsghdr* request =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETSETELEM, NFPROTO_INET, NLM_F_DUMP, 1);
  const NftnlSet asked(nftnl_set_alloc());
  nftnl_set_set_str(asked.get(), NFTNL_SET_TABLE, kTableName);
  nftnl_set_set_str(asked.get(), NFTNL_SET_NAME, set.name);
  nftnl_set_elems_nlmsg_build_payload(request, asked.get());
  return Dump(socket, request, [&](const nlmsghdr* message) {
    const NftnlSet part(nftnl_set_alloc());
    if (nftnl_set_elems_nlmsg_parse(message, part.get()) != 0) return;
    Collected collected = {&set, denials};
    nftnl_set_elem_foreach(part.get(), &Collect, &collected);
  });
}

// ---- forgetting ---------------------------------------------------------------------------------

constexpr const char* kAllSets[] = {"allowed_tcp4",    "allowed_udp4",    "allowed_tcp6",
                                    "allowed_udp6",    "denied_any_tcp4", "denied_any_udp4",
                                    "denied_any_tcp6", "denied_any_udp6"};

NftnlSet MakeSet(const char* name) {
  NftnlSet set(nftnl_set_alloc());
  nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, kTableName);
  nftnl_set_set_str(set.get(), NFTNL_SET_NAME, name);
  return set;
}

// Without an element: all of them.
void PutFlush(mnl_nlmsg_batch* batch, const char* name, uint32_t sequence) {
  nlmsghdr* header = nftnl_nlmsg_build_hdr(static_cast<char*>(mnl_nlmsg_batch_current(batch)),
                                           NFT_MSG_DELSETELEM, NFPROTO_INET, NLM_F_ACK, sequence);
  const NftnlSet set = MakeSet(name);
  nftnl_set_elems_nlmsg_build_payload(header, set.get());
  mnl_nlmsg_batch_next(batch);
}

}  // namespace

absl::StatusOr<std::vector<LearnedDenial>> ReadLearnedDenials() {
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  std::vector<LearnedDenial> denials;
  for (const DeniedAnySet& set : kDeniedAnySets) {
    GW_RETURN_IF_ERROR(AddElements(socket, set, &denials));
  }
  return denials;
}

absl::Status ForgetLearned(const TableSocket& socket) {
  const int error = socket.Transact([](mnl_nlmsg_batch* batch, uint32_t* sequence) {
    for (const char* name : kAllSets) PutFlush(batch, name, (*sequence)++);
  });
  if (error == 0) return absl::OkStatus();
  errno = error;
  return NetlinkError("forget what was learned");
}

}  // namespace gw
