#include "enforcer/ruleset/kernel_counters.h"

#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/object.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "common/base/closer.h"
#include "common/base/status_macros.h"
#include "enforcer/netlink/netlink.h"
#include "enforcer/ruleset/ruleset.h"

namespace gw {
namespace {

using NftnlObject = std::unique_ptr<nftnl_obj, Closer<&nftnl_obj_free>>;

NftnlObject MakeCounter(const std::string& name) {
  NftnlObject counter(nftnl_obj_alloc());
  nftnl_obj_set_u32(counter.get(), NFTNL_OBJ_FAMILY, NFPROTO_INET);
  nftnl_obj_set_u32(counter.get(), NFTNL_OBJ_TYPE, NFT_OBJECT_COUNTER);
  nftnl_obj_set_str(counter.get(), NFTNL_OBJ_TABLE, kTableName);
  nftnl_obj_set_str(counter.get(), NFTNL_OBJ_NAME, name.c_str());
  return counter;
}

}  // namespace

absl::StatusOr<int64_t> ReadCounter(const std::string& name) {
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  nlmsghdr* request = nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETOBJ, NFPROTO_INET, 0, 1);
  const NftnlObject asked = MakeCounter(name);
  nftnl_obj_nlmsg_build_payload(request, asked.get());
  NftnlObject answer(nftnl_obj_alloc());
  bool parsed = false;
  GW_RETURN_IF_ERROR(SendAndWait(socket, request, [&](const nlmsghdr* message) {
    parsed |= nftnl_obj_nlmsg_parse(message, answer.get()) == 0;
  }));
  if (!parsed) return absl::NotFoundError("the kernel did not tell the counter " + name);
  return static_cast<int64_t>(nftnl_obj_get_u64(answer.get(), NFTNL_OBJ_CTR_PKTS));
}

}  // namespace gw
