#include "enforcer/ruleset/table_state.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

#include "common/base/status_macros.h"
#include "enforcer/netlink/netlink.h"
#include "enforcer/ruleset/ruleset.h"

namespace gw {
namespace {

constexpr size_t kRequestBytes = 256;
using Request = std::array<char, kRequestBytes>;

nlmsghdr* PutRequest(Request& buffer, uint8_t type, uint16_t flags) {
  return PutNfnetlinkHeader(buffer.data(), NFNL_SUBSYS_NFTABLES, type, flags, NFPROTO_INET, 0);
}

absl::string_view Bytes(const nlattr* attribute) {
  return {static_cast<const char*>(mnl_attr_get_payload(attribute)),
          mnl_attr_get_payload_len(attribute)};
}

class Digest {
 public:
  void Add(const nlattr* attribute) {
    value_ = absl::HashOf(value_, mnl_attr_get_type(attribute), Bytes(attribute));
  }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0;
};

// Adds the attributes of `types` of every answer that is about our table. False if none is.
absl::StatusOr<bool> AddObjects(mnl_socket* socket, uint8_t message_type, int table_attribute,
                                std::initializer_list<int> types, Digest* digest) {
  Request buffer{};
  bool found = false;
  const auto add = [&](const nlmsghdr* message) {
    bool ours = false;
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
      ours |= mnl_attr_get_type(attribute) == table_attribute &&
              absl::string_view(mnl_attr_get_str(attribute)) == kTableName;
    });
    if (!ours) return;
    found = true;
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
      const int type = mnl_attr_get_type(attribute);
      if (std::find(types.begin(), types.end(), type) != types.end()) digest->Add(attribute);
    });
  };
  GW_RETURN_IF_ERROR(Dump(socket, PutRequest(buffer, message_type, NLM_F_DUMP), add));
  return found;
}

// An expression: its name, and what it says but for a counter's counts.
void AddExpression(const nlattr* element, Digest* digest) {
  bool counts = false;
  ForEachNested(element, [&](const nlattr* attribute) {
    if (mnl_attr_get_type(attribute) == NFTA_EXPR_NAME) {
      counts = absl::string_view(mnl_attr_get_str(attribute)) == "counter";
      digest->Add(attribute);
    } else if (!counts) {
      digest->Add(attribute);
    }
  });
}

absl::Status AddRules(mnl_socket* socket, Digest* digest) {
  Request buffer{};
  nlmsghdr* request = PutRequest(buffer, NFT_MSG_GETRULE, NLM_F_DUMP);
  mnl_attr_put_strz(request, NFTA_RULE_TABLE, kTableName);
  return Dump(socket, request, [digest](const nlmsghdr* message) {
    ForEachAttribute(message, sizeof(nfgenmsg), [digest](const nlattr* attribute) {
      const int type = mnl_attr_get_type(attribute);
      if (type == NFTA_RULE_CHAIN) digest->Add(attribute);
      if (type != NFTA_RULE_EXPRESSIONS) return;
      ForEachNested(attribute, [digest](const nlattr* element) { AddExpression(element, digest); });
    });
  });
}

}  // namespace

absl::StatusOr<uint32_t> ReadRulesetGeneration() {
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  Request buffer{};
  uint32_t generation = 0;
  const auto read = [&](const nlmsghdr* message) {
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
      if (mnl_attr_get_type(attribute) == NFTA_GEN_ID) {
        generation = ntohl(mnl_attr_get_u32(attribute));
      }
    });
  };
  GW_RETURN_IF_ERROR(SendAndWait(socket, PutRequest(buffer, NFT_MSG_GETGEN, 0), read));
  return generation;
}

absl::StatusOr<TableOwner> ReadTableOwner() {
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  Request buffer{};
  TableOwner owner;
  const auto read = [&owner](const nlmsghdr* message) {
    TableOwner one;
    ForEachAttribute(message, sizeof(nfgenmsg), [&one](const nlattr* attribute) {
      switch (mnl_attr_get_type(attribute)) {
        case NFTA_TABLE_NAME:
          one.exists = absl::string_view(mnl_attr_get_str(attribute)) == kTableName;
          break;
        case NFTA_TABLE_FLAGS:
          one.flags = ntohl(mnl_attr_get_u32(attribute));
          break;
        case NFTA_TABLE_OWNER:
          one.port = ntohl(mnl_attr_get_u32(attribute));
          break;
        default:
          break;
      }
    });
    if (one.exists) owner = one;
  };
  GW_RETURN_IF_ERROR(Dump(socket, PutRequest(buffer, NFT_MSG_GETTABLE, NLM_F_DUMP), read));
  return owner;
}

absl::StatusOr<TableState> ReadTableState() {
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  TableState state;
  Digest digest;
  // A table may be dormant: there, and without effect.
  GW_ASSIGN_OR_RETURN(state.exists, AddObjects(socket, NFT_MSG_GETTABLE, NFTA_TABLE_NAME,
                                               {NFTA_TABLE_FLAGS}, &digest));
  if (!state.exists) return state;
  GW_RETURN_IF_ERROR(
      AddObjects(socket, NFT_MSG_GETCHAIN, NFTA_CHAIN_TABLE,
                 {NFTA_CHAIN_NAME, NFTA_CHAIN_HOOK, NFTA_CHAIN_POLICY, NFTA_CHAIN_TYPE}, &digest)
          .status());
  GW_RETURN_IF_ERROR(AddRules(socket, &digest));
  state.digest = digest.value();
  return state;
}

}  // namespace gw
