#include "enforcer/ruleset/queue_rule.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/xt_NFQUEUE.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/base/closer.h"
#include "common/base/status_macros.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

using NftnlRule = std::unique_ptr<nftnl_rule, Closer<&nftnl_rule_free>>;
using MnlBatch = std::unique_ptr<mnl_nlmsg_batch, Closer<&mnl_nlmsg_batch_stop>>;

constexpr uint32_t kTargetRevision = 3;
constexpr uint16_t kFlagBypass = NFQ_FLAG_BYPASS;
constexpr uint16_t kFlagByCpu = NFQ_FLAG_CPU_FANOUT;

NftnlRule MakeRule() {
  NftnlRule rule(nftnl_rule_alloc());
  nftnl_rule_set_u32(rule.get(), NFTNL_RULE_FAMILY, NFPROTO_INET);
  nftnl_rule_set_str(rule.get(), NFTNL_RULE_TABLE, kTableName);
  nftnl_rule_set_str(rule.get(), NFTNL_RULE_CHAIN, kUpcallChain);
  return rule;
}

void AddTarget(nftnl_rule* rule, const QueueRule& queue) {
  nftnl_expr* target = nftnl_expr_alloc("target");
  nftnl_expr_set_str(target, NFTNL_EXPR_TG_NAME, "NFQUEUE");
  nftnl_expr_set_u32(target, NFTNL_EXPR_TG_REV, kTargetRevision);
  // xtables data are padded to 8 bytes (XT_ALIGN). libnftnl frees it with free().
  constexpr size_t kAligned = (sizeof(xt_NFQ_info_v3) + 7) / 8 * 8;
  auto* details = static_cast<xt_NFQ_info_v3*>(std::calloc(1, kAligned));
  details->queuenum = queue.first;
  details->queues_total = queue.count;
  if (queue.bypass) details->flags |= kFlagBypass;
  if (queue.by_cpu) details->flags |= kFlagByCpu;
  nftnl_expr_set(target, NFTNL_EXPR_TG_INFO, details, kAligned);
  nftnl_rule_add_expr(rule, target);
}

void PutRule(mnl_nlmsg_batch* batch, uint16_t type, uint16_t flags, uint32_t sequence,
             const nftnl_rule* rule) {
  nlmsghdr* header =
      nftnl_nlmsg_build_hdr(static_cast<char*>(mnl_nlmsg_batch_current(batch)), type, NFPROTO_INET,
                            static_cast<uint16_t>(flags | NLM_F_ACK), sequence);
  nftnl_rule_nlmsg_build_payload(header, const_cast<nftnl_rule*>(rule));
  mnl_nlmsg_batch_next(batch);
}

// Reads acknowledgements until both messages have theirs; an error ends the whole batch.
absl::Status ReadAnswers(mnl_socket* socket, int expected) {
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  const unsigned port = mnl_socket_get_portid(socket);
  for (int answers = 0; answers < expected; ++answers) {
    const ssize_t count = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
    if (count < 0) return NetlinkError("read from nfnetlink");
    if (mnl_cb_run(buffer.data(), static_cast<size_t>(count), 0, port, nullptr, nullptr) < 0) {
      if (errno == ENOENT) {
        return absl::FailedPreconditionError(
            "the kernel has neither nft's queue statement (CONFIG_NFT_QUEUE) nor the NFQUEUE "
            "target for nftables (CONFIG_NFT_COMPAT, CONFIG_NETFILTER_XT_TARGET_NFQUEUE)");
      }
      return NetlinkError("add the NFQUEUE rule");
    }
  }
  return absl::OkStatus();
}

}  // namespace

// The probes have no hook, nor a device: what is checked is made and taken away again by the
// kernel, and when a hook goes it drops what waits in the queues of the network namespace,
// everybody's.
bool KernelHasNativeQueue(Nft& nft) {
  return nft
      .Check(
          "table inet gatewarden_probe {\n"
          "  chain probe { queue to 7100; }\n"
          "}\n")
      .ok();
}

bool KernelHasFlowtables(Nft& nft) {
  return nft
      .Check(
          "table inet gatewarden_probe {\n"
          "  flowtable probe { hook ingress priority 0; }\n"
          "  chain probe { ct state established flow add @probe; }\n"
          "}\n")
      .ok();
}

absl::Status ReplaceCompatQueueRule(const QueueRule& queue) {
  GW_ASSIGN_OR_RETURN(mnl_socket* const socket, NetfilterSocket());
  std::vector<char> buffer(2 * static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  MnlBatch batch(mnl_nlmsg_batch_start(buffer.data(), buffer.size() / 2));
  uint32_t sequence = static_cast<uint32_t>(time(nullptr));
  nftnl_batch_begin(static_cast<char*>(mnl_nlmsg_batch_current(batch.get())), sequence++);
  mnl_nlmsg_batch_next(batch.get());
  const NftnlRule all = MakeRule();  // without a handle: every rule of the chain
  PutRule(batch.get(), NFT_MSG_DELRULE, 0, sequence++, all.get());
  const NftnlRule rule = MakeRule();
  AddTarget(rule.get(), queue);
  PutRule(batch.get(), NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, sequence++, rule.get());
  nftnl_batch_end(static_cast<char*>(mnl_nlmsg_batch_current(batch.get())), sequence++);
  mnl_nlmsg_batch_next(batch.get());
  if (mnl_socket_sendto(socket, mnl_nlmsg_batch_head(batch.get()),
                        mnl_nlmsg_batch_size(batch.get())) < 0) {
    return NetlinkError("write to nfnetlink");
  }
  return ReadAnswers(socket, 2);
}

}  // namespace gw
