#include "enforcer/ruleset/queue_rule.h"

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
#include <memory>

#include "common/base/closer.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

using NftnlRule = std::unique_ptr<nftnl_rule, Closer<&nftnl_rule_free>>;

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

absl::Status ReplaceCompatQueueRule(const TableSocket& socket, const QueueRule& queue) {
  const int error = socket.Transact([&queue](mnl_nlmsg_batch* batch, uint32_t* sequence) {
    const NftnlRule all = MakeRule();  // without a handle: every rule of the chain
    PutRule(batch, NFT_MSG_DELRULE, 0, (*sequence)++, all.get());
    const NftnlRule rule = MakeRule();
    AddTarget(rule.get(), queue);
    PutRule(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, (*sequence)++, rule.get());
  });
  if (error == 0) return absl::OkStatus();
  if (error == ENOENT) {
    return absl::FailedPreconditionError(
        "the kernel has neither nft's queue statement (CONFIG_NFT_QUEUE) nor the NFQUEUE "
        "target for nftables (CONFIG_NFT_COMPAT, CONFIG_NETFILTER_XT_TARGET_NFQUEUE)");
  }
  errno = error;
  return NetlinkError("add the NFQUEUE rule");
}

}  // namespace gw
