// The path of a packet, for each of the hooks input, forward and output:
//
//   early (raw, prerouting; only while a flood of denied SYNs makes it worth while)
//     learned denial of a TCP SYN -----------------------------------> count, drop
//
//   decide_HOOK (filter + 10)
//     ct mark is valid, not related ---------------------------------> accept      the fast path
//     policed_HOOK   (fill)
//       learned accept of a new flow ------------------------------> log, mark, accept
//       no interface policed --------------------------------------> accept
//       ct state invalid ------------------------------------------> drop
//       ICMP error of an accepted flow, our own reset or refusal --> accept
//       expected flow (FTP data) of an accepted one ---------------> mark, accept
//       neighbour discovery, hop limit 255 ------------------------> accept
//       failsafe port, local delivery -----------------------------> mark generation 0, accept
//       denied       (frame) remembered denial --------------------> deny_action
//       learned_denials (frame) denied whatever the source --------> count, deny_action
//       guard        (fill)  new flow, source over its rate -------> count, drop
//       ask          (frame) hints into the packet mark -----------> upcall: queue
//
//   apply_HOOK (filter + 11): a rule after `queue` in the same base chain would never run
//     none of our bits ---------------------------------------------> accept
//     answered       (frame) by the verdict in the packet mark:
//       accept -> remember (fill): ct mark, if the answer is of the current generation; the pair
//                 into an allowed set, if the answer says learn
//       drop   -> refuse   (fill): the tuple into a denied set, likewise the service; drop
//       reject -> refuse_with_answer (fill): likewise; TCP reset or ICMP
//       none   -> undecided (fill): nobody answered: fail mode
//
// The first packet of an expected flow is `related` and carries its control flow's mark already; it
// takes the longer way so that it is logged. `new` stays on the fast path: a UDP flow that is never
// answered is new for all its life.
//
// An answer of an older generation is obeyed for its packet and not remembered: the flow comes up
// again and is decided by the policy that is in force by then.
//
// Marks are compared with constants in rules of the base chains, which a fill replaces: a look-up
// in a set costs the fast path several percent. The set valid_marks tells who takes the table over
// what is in force.
//
// A TCP denial is learned for SYNs only: any other first packet may belong to a flow that conntrack
// forgot, in either direction, and is asked about.
//
// Keys of sets have at most five fields since nft 1.0.6 crashes on longer concatenations (six bits
// a type in 32), and no raw payload fields (@th,0,32): it aborts when it lists two elements with
// one. So there is a set per protocol, and the interface by which a packet leaves is not in the key
// of a denial: its destination says that. The one by which it came is, or others could have a flow
// denied.

#include "enforcer/ruleset/ruleset.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "common/policy/limits.h"

namespace gw {
namespace {

// Raised whenever FrameText changes.
constexpr int kFrameVersion = 3;

std::string Hex(uint32_t value) { return absl::StrFormat("0x%08x", value); }

// Texts below are written with $NAMES for what depends on the mark mask and the generation.
std::string Expand(absl::string_view text, const MarkLayout& marks, uint32_t generation) {
  const auto mark = [&marks](MarkVerdict verdict, uint32_t number) {
    return Hex(marks.Make(verdict, number));
  };
  const auto learned = [&marks, generation](MarkVerdict verdict) {
    return Hex(marks.Make(verdict, generation) | marks.learn_bit());
  };
  return absl::StrReplaceAll(
      text, {{"$MASK", Hex(marks.mask())},
             {"$OTHERS", Hex(~marks.mask())},
             {"$VERDICT", Hex(marks.verdict_mask())},
             {"$LEARNED_ACCEPT", learned(MarkVerdict::kAccept)},
             {"$LEARNED_DROP", learned(MarkVerdict::kDrop)},
             {"$LEARNED_REJECT", learned(MarkVerdict::kReject)},
             {"$PLAIN", Hex(marks.mask() & ~marks.learn_bit())},
             {"$ACCEPT_NOW", mark(MarkVerdict::kAccept, generation)},
             {"$DROP_NOW", mark(MarkVerdict::kDrop, generation)},
             {"$REJECT_NOW", mark(MarkVerdict::kReject, generation)},
             {"$ACCEPT", mark(MarkVerdict::kAccept, kFailsafeGeneration)},
             {"$DROP", mark(MarkVerdict::kDrop, kFailsafeGeneration)},
             {"$REJECT", mark(MarkVerdict::kReject, kFailsafeGeneration)},
             {"$QUEUED", Hex(marks.MakeHint(kHintQueued))},
             {"$REPLY", Hex(marks.MakeHint(kHintReply))},
             {"$KNOWN", Hex(marks.MakeHint(kHintKnownFlow))},
             {"$LOG", absl::StrCat("log group ", kAcceptedLogGroup, " snaplen 128")}});
}

// ---- frame ------------------------------------------------------------------------------------

std::string DeniedSet(absl::string_view name, absl::string_view type) {
  return absl::StrFormat(
      "  set %s { typeof %s; size %d; flags dynamic,timeout; timeout %ds; counter; }\n", name, type,
      kDenialsMax, kDenialTimeout_s);
}

struct DeniedKey {
  const char* suffix;
  const char* guard;  // which packets have such a key
  const char* field;  // the last field of the key
};
constexpr DeniedKey kDeniedKeys4[] = {
    {"tcp4", "meta l4proto tcp", "th sport . th dport"},
    {"udp4", "meta l4proto udp", "th sport . th dport"},
    {"icmp4", "meta l4proto icmp", "icmp type . icmp code"},
    {"other4", "meta l4proto != { tcp, udp, icmp, sctp, udplite }", "meta l4proto"},
};
constexpr DeniedKey kDeniedKeys6[] = {
    {"tcp6", "meta l4proto tcp", "th sport . th dport"},
    {"udp6", "meta l4proto udp", "th sport . th dport"},
    {"icmp6", "meta l4proto ipv6-icmp", "icmpv6 type . icmpv6 code"},
    {"other6", "meta l4proto != { tcp, udp, ipv6-icmp, sctp, udplite }", "meta l4proto"},
};

std::string KeyExpression(const DeniedKey& key, absl::string_view family) {
  return absl::StrFormat("meta iif . %s saddr . %s daddr . %s", family, family, key.field);
}

std::string DeniedSets() {
  std::string text;
  for (const auto& key : kDeniedKeys4) {
    absl::StrAppend(&text,
                    DeniedSet(absl::StrCat("denied_", key.suffix), KeyExpression(key, "ip")));
  }
  for (const auto& key : kDeniedKeys6) {
    absl::StrAppend(&text,
                    DeniedSet(absl::StrCat("denied_", key.suffix), KeyExpression(key, "ip6")));
  }
  return text;
}

// A set per family whose elements are the sources, each with a rate of its own.
std::string GuardSets() {
  const auto set = [](absl::string_view family, absl::string_view key) {
    return absl::StrFormat(
        "  set guard%s { typeof %s; size %d; flags dynamic,timeout; timeout %ds; }\n", family, key,
        kGuardSourcesMax, kGuardTimeout_s);
  };
  return absl::StrCat(set("4", "ip saddr"), set("6", "ip6 saddr"), "  counter ", kGuardCounter,
                      " { }\n");
}

// ---- what is learned ---------------------------------------------------------------------------

struct LearnedKey {
  const char* suffix;
  const char* family;    // that the rule matches
  const char* protocol;  // likewise
  const char* address;   // "ip", "ip6"
};
constexpr LearnedKey kLearnedKeys[] = {
    {"tcp4", "ipv4", "6", "ip"},
    {"udp4", "ipv4", "17", "ip"},
    {"tcp6", "ipv6", "6", "ip6"},
    {"udp6", "ipv6", "17", "ip6"},
};

std::string AllowedExpression(const LearnedKey& key) {
  return absl::StrFormat("meta iif . meta oif . %1$s saddr . %1$s daddr . th dport", key.address);
}

std::string DeniedAnyExpression(const LearnedKey& key) {
  return absl::StrFormat("meta iif . %s daddr . th dport", key.address);
}

std::string LearnedSets() {
  std::string text;
  for (const LearnedKey& key : kLearnedKeys) {
    absl::StrAppendFormat(&text,
                          "  set allowed_%s { typeof %s; size %d; flags dynamic,timeout; "
                          "timeout %ds; }\n",
                          key.suffix, AllowedExpression(key), kAllowedMax, kAllowedTimeout_s);
  }
  for (const LearnedKey& key : kLearnedKeys) {
    absl::StrAppendFormat(&text,
                          "  set denied_any_%s { typeof %s; size %d; flags dynamic,timeout; "
                          "timeout %ds; counter; }\n",
                          key.suffix, DeniedAnyExpression(key), kDeniedAnyMax, kDeniedAnyTimeout_s);
  }
  absl::StrAppend(&text, "  counter ", kDeniedAnyCounter, " { }\n");
  return text;
}

std::string Service(const LearnedKey& key) {
  return absl::StrCat("meta nfproto ", key.family, " meta l4proto ", key.protocol, " ");
}

// One rule for each key, of which `rule` says what it does with a set.
template <typename Rule>
std::string LearnedRules(Rule rule) {
  std::string text;
  for (const LearnedKey& key : kLearnedKeys) {
    absl::StrAppend(&text, "    ", Service(key), rule(key), "\n");
  }
  return text;
}

constexpr absl::string_view kSynOnly = "tcp flags & (fin | syn | rst | ack) == syn ";

bool IsTcp(const LearnedKey& key) { return absl::string_view(key.protocol) == "6"; }

std::string LearnedChains() {
  return absl::StrCat(
      "  chain learned_accepts {\n", LearnedRules([](const LearnedKey& key) {
        return absl::StrCat(AllowedExpression(key), " @allowed_", key.suffix,
                            " goto learned_accept");
      }),
      "  }\n  chain learned_denials {\n", LearnedRules([](const LearnedKey& key) {
        return absl::StrCat(IsTcp(key) ? kSynOnly : "", DeniedAnyExpression(key), " @denied_any_",
                            key.suffix, " goto learned_denial");
      }),
      "  }\n  chain learned_denial {\n    counter name ", kDeniedAnyCounter,
      "\n    goto deny_action\n  }\n  chain learn_accept {\n",
      LearnedRules([](const LearnedKey& key) {
        return absl::StrCat("update @allowed_", key.suffix, " { ", AllowedExpression(key), " }");
      }),
      "  }\n  chain learn_denial {\n", LearnedRules([](const LearnedKey& key) {
        // Not again if it is there: that would count.
        return absl::StrCat(DeniedAnyExpression(key), " != @denied_any_", key.suffix,
                            " add @denied_any_", key.suffix, " { ", DeniedAnyExpression(key), " }");
      }),
      // The set is full.
      LearnedRules([](const LearnedKey& key) {
        return absl::StrCat(DeniedAnyExpression(key), " != @denied_any_", key.suffix,
                            " jump remember_denial");
      }),
      "  }\n");
}

template <size_t n>
std::string DeniedRules(const DeniedKey (&keys)[n], absl::string_view family) {
  std::string text;
  for (const auto& key : keys) {
    absl::StrAppend(&text, "    ", key.guard, " ", KeyExpression(key, family), " @denied_",
                    key.suffix, " goto deny_action\n");
  }
  return text;
}

template <size_t n>
std::string RememberRules(const DeniedKey (&keys)[n], absl::string_view family) {
  std::string text;
  for (const auto& key : keys) {
    absl::StrAppend(&text, "    ", key.guard, " add @denied_", key.suffix, " { ",
                    KeyExpression(key, family), " }\n");
  }
  return text;
}

constexpr const char* kHooks[] = {"input", "forward", "output"};

std::string BaseChains() {
  std::string text;
  for (const char* hook : kHooks) {
    absl::StrAppendFormat(&text, R"(
  chain decide_%1$s {
    type filter hook %1$s priority filter + 10; policy accept;
  }
  chain apply_%1$s {
    type filter hook %1$s priority filter + 11; policy accept;
    meta mark and $MASK == 0 accept
    jump answered
  }
)",
                          hook);
  }
  return text;
}

// ---- fill -------------------------------------------------------------------------------------

std::string Quoted(const std::vector<std::string>& names) {
  return absl::StrJoin(names, ", ", [](std::string* out, const std::string& name) {
    absl::StrAppend(out, "\"", name, "\"");
  });
}

// Patterns of the names that begin so. The longest legal prefix is one whole name, and nft takes no
// pattern of that length.
std::string QuotedPrefixes(const std::vector<std::string>& prefixes) {
  return absl::StrJoin(prefixes, ", ", [](std::string* out, const std::string& prefix) {
    absl::StrAppend(out, "\"", prefix, prefix.size() < kInterfaceNameLengthMax ? "*" : "", "\"");
  });
}

bool PolicesNothing(const Fill& fill) {
  return !fill.polices_any_interface && fill.policed_interfaces.empty() &&
         fill.workload_prefixes.empty();
}

// "iifname != { ... }", true where the interface of `key` is not policed. Empty: all are.
// REQUIRES: something is policed.
std::string NotPoliced(const Fill& fill, absl::string_view key) {
  const bool names_loopback =
      std::find(fill.policed_interfaces.begin(), fill.policed_interfaces.end(), "lo") !=
      fill.policed_interfaces.end();
  if (fill.polices_any_interface) {
    return names_loopback ? "" : absl::StrCat(key, " \"lo\"");
  }
  std::vector<std::string> parts;
  if (!fill.policed_interfaces.empty()) parts.push_back(Quoted(fill.policed_interfaces));
  if (!fill.workload_prefixes.empty()) parts.push_back(QuotedPrefixes(fill.workload_prefixes));
  return absl::StrCat(key, " != { ", absl::StrJoin(parts, ", "), " }");
}

// A rule that accepts what no endpoint polices at this hook; empty if everything is policed.
std::string LeaveAloneRule(const Fill& fill, absl::string_view hook) {
  if (PolicesNothing(fill)) return "accept\n";
  const std::string in = hook == "output" ? "" : NotPoliced(fill, "iifname");
  const std::string out = hook == "input" ? "" : NotPoliced(fill, "oifname");
  if (hook == "input" ? in.empty() : hook == "output" ? out.empty() : in.empty() || out.empty()) {
    return "";
  }
  return absl::StrCat(in, in.empty() || out.empty() ? "" : " ", out, " accept\n");
}

// Matches interfaces that are not workloads'; empty where no prefix is configured.
std::string HostSide(const Fill& fill, absl::string_view key) {
  if (fill.workload_prefixes.empty()) return "";
  return absl::StrCat(key, " != { ", QuotedPrefixes(fill.workload_prefixes), " } ");
}

// Related flows go the longer way, so that their first packet is logged.
std::string DecideRules(absl::string_view hook) {
  return absl::StrCat(
      "ct mark and $MASK == $ACCEPT_NOW ct state new,established accept\n"
      "ct mark and $MASK == $ACCEPT ct state new,established accept\n"
      "jump policed_",
      hook, "\n");
}

std::string PolicedChain(const Fill& fill, absl::string_view hook) {
  std::string rules;
  // Before anything else: whoever is in there came this whole way under this very generation.
  if (fill.learns_accepts && !PolicesNothing(fill)) {
    absl::StrAppend(&rules, "ct state new ct direction original jump learned_accepts\n");
  }
  absl::StrAppend(&rules, LeaveAloneRule(fill, hook));
  if (fill.drop_invalid) absl::StrAppend(&rules, "ct state invalid drop\n");
  if (fill.established_flows == EstablishedFlows::kKeep) {
    absl::StrAppend(&rules, "ct mark and $VERDICT == $ACCEPT accept\n");
  }
  // ICMP errors carry the mark of the flow that they are about. They do not renew it: that would
  // spare the flow its new decision. Protocols are numbers (ICMP, ICMPv6): nft asks the name
  // service for a name, and a policy change must not wait for that.
  absl::StrAppend(&rules,
                  "ct state related meta l4proto { 1, 58 } ct mark and $VERDICT == "
                  "$ACCEPT accept\n");
  if (hook == "output") {
    // Resets and refusals that reject_with_answer sends belong to the refused flow.
    absl::StrAppend(&rules, "ct state related ct mark and $VERDICT == $REJECT accept\n");
  }
  absl::StrAppend(&rules, "ct status expected ct mark and $VERDICT == $ACCEPT goto follow\n");
  const absl::string_view key = hook == "output" ? "oifname" : "iifname";
  if (hook != "forward") {
    absl::StrAppend(&rules, HostSide(fill, key),
                    "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, "
                    "nd-neighbor-advert } ip6 hoplimit 255 accept\n");
    absl::StrAppend(&rules, HostSide(fill, key), "ct direction original jump failsafe_", hook,
                    "\n");
  }
  absl::StrAppend(&rules, "jump denied\n");
  if (hook != "output") {
    absl::StrAppend(&rules, "ct state new ct direction original jump learned_denials\n");
  }
  // The gateway's own flows are not held back: they have no source to be blamed.
  if (hook != "output" && fill.upcall_rate_per_source > 0) {
    absl::StrAppend(&rules, "ct state new ct direction original jump guard\n");
  }
  absl::StrAppend(&rules, "goto ask\n");
  return rules;
}

std::string FailsafeRules(const std::vector<Failsafe>& failsafes, absl::string_view peer) {
  std::string rules;
  for (const Failsafe& failsafe : failsafes) {
    std::string match;
    if (failsafe.net) {
      match = absl::StrCat(failsafe.net->address.family == Family::kIPv4 ? "ip " : "ip6 ", peer,
                           " ", ToString(*failsafe.net), " ");
    }
    absl::StrAppend(&match, "meta l4proto ", static_cast<int>(failsafe.protocol), " th dport ",
                    failsafe.port, " ");
    absl::StrAppend(&rules, match, "ct state new $LOG prefix \"failsafe:", ToString(failsafe),
                    "\"\n", match, "ct mark set ct mark and $OTHERS or $ACCEPT accept\n");
  }
  return rules;
}

// A bucket of rate + burst packets for each source: who was quiet may use its second at once.
std::string GuardRules(const Fill& fill) {
  const uint32_t rate = fill.upcall_rate_per_source;
  if (rate == 0) return "";
  const std::string limit =
      absl::StrFormat("limit rate over %d/second burst %d packets } goto over_guard\n", rate,
                      rate + fill.upcall_burst_per_source);
  return absl::StrCat(
      "meta nfproto ipv4 update @guard4 { ip saddr ", limit,
      "meta nfproto ipv6 update @guard6 { ip6 saddr and ffff:ffff:ffff:ffff:: ", limit);
}

std::string QueueStatement(const QueueRule& queue) {
  const std::string range = queue.count == 1
                                ? absl::StrCat(queue.first)
                                : absl::StrCat(queue.first, "-", queue.first + queue.count - 1);
  return absl::StrCat("queue ", queue.bypass ? "flags bypass " : "", "to ", range, "\n");
}

// Chains that are flushed and refilled together. One table block for all of them: nft makes four
// hash tables of 128 KiB each time it reads `table`, and a block a chain was half of the time that
// a policy change took.
class Refill {
 public:
  // `rules` has one rule a line.
  void Chain(absl::string_view chain, absl::string_view rules) {
    absl::StrAppend(&flush_, "flush chain inet gatewarden ", chain, "\n");
    if (!rules.empty()) absl::StrAppend(&fill_, "  chain ", chain, " {\n", rules, "  }\n");
  }

  std::string Text() const {
    return absl::StrCat(flush_, "table inet gatewarden {\n", fill_, "}\n");
  }

 private:
  std::string flush_;
  std::string fill_;
};

}  // namespace

std::string FrameChain(const MarkLayout& marks) {
  return absl::StrFormat("frame_%d_%08x", kFrameVersion, marks.mask());
}

std::string FrameText(const MarkLayout& marks) {
  const std::string text = absl::StrCat(
      "table inet gatewarden {\n  chain ", FrameChain(marks), " {\n  }\n",
      "  set valid_marks { type mark; }\n", DeniedSets(), LearnedSets(), GuardSets(),
      "  chain over_guard {\n    counter name ", kGuardCounter, "\n    drop\n  }\n", R"(
  # Refilled at each change (FillText).
  chain policed_input { accept; }
  chain policed_forward { accept; }
  chain policed_output { accept; }
  chain failsafe_input { }
  chain failsafe_output { }
  chain follow { }
  chain remember { }
  chain refuse { }
  chain refuse_with_answer { }
  chain undecided { }
  chain deny_action { }
  chain learned_accept { }
  chain guard { }
  chain upcall { }

  chain denied4 {
)",
      DeniedRules(kDeniedKeys4, "ip"), "  }\n  chain denied6 {\n", DeniedRules(kDeniedKeys6, "ip6"),
      R"(  }
  chain denied {
    meta nfproto ipv4 jump denied4
    meta nfproto ipv6 jump denied6
  }
  chain remember_denial4 {
)",
      RememberRules(kDeniedKeys4, "ip"), "  }\n  chain remember_denial6 {\n",
      RememberRules(kDeniedKeys6, "ip6"), R"(  }
  chain remember_denial {
    ct mark set ct mark and $OTHERS or $DROP
    meta nfproto ipv4 jump remember_denial4
    meta nfproto ipv6 jump remember_denial6
  }
  chain reject_with_answer {
    ct mark set ct mark and $OTHERS or $REJECT
    meta mark set meta mark and $OTHERS
    meta l4proto tcp reject with tcp reset
    reject with icmpx type admin-prohibited
  }
  chain answered {
    meta mark and $VERDICT vmap { $ACCEPT : goto remember, $DROP : goto refuse, $REJECT : goto refuse_with_answer }
    goto undecided
  }
  chain ask {
    meta mark set meta mark and $OTHERS or $QUEUED
    ct direction reply meta mark set meta mark or $REPLY
    ct state established,related meta mark set meta mark or $KNOWN
    goto upcall
  }
)",
      LearnedChains(), BaseChains(), "}\n");
  return Expand(text, marks, 1);
}

std::string FillText(const Fill& fill) {
  std::string text;
  absl::StrAppend(&text, "flush set inet gatewarden valid_marks\n",
                  "add element inet gatewarden valid_marks { $ACCEPT, $ACCEPT_NOW }\n");
  for (const auto* keys : {kDeniedKeys4, kDeniedKeys6}) {
    for (size_t i = 0; i < std::size(kDeniedKeys4); ++i) {
      absl::StrAppend(&text, "flush set inet gatewarden denied_", keys[i].suffix, "\n");
    }
  }
  for (const LearnedKey& key : kLearnedKeys) {
    absl::StrAppend(&text, "flush set inet gatewarden allowed_", key.suffix, "\n",
                    "flush set inet gatewarden denied_any_", key.suffix, "\n");
  }
  // Elements keep the rate with which they were made.
  absl::StrAppend(&text, "flush set inet gatewarden guard4\nflush set inet gatewarden guard6\n");
  Refill refill;
  refill.Chain("guard", GuardRules(fill));
  refill.Chain("failsafe_input", FailsafeRules(fill.failsafe_inbound, "saddr"));
  refill.Chain("failsafe_output", FailsafeRules(fill.failsafe_outbound, "daddr"));
  refill.Chain("follow", absl::StrCat("ct state related $LOG prefix \"", kLogPrefixExpected, "\"\n",
                                      "ct mark set ct mark and $OTHERS or $ACCEPT_NOW accept\n"));
  refill.Chain("learned_accept",
               absl::StrCat("ct mark set ct mark and $OTHERS or $ACCEPT_NOW $LOG prefix \"",
                            kLogPrefixLearned, fill.generation, "\" accept\n"));
  const absl::string_view learn_accept =
      fill.learns_accepts ? "meta mark and $MASK == $LEARNED_ACCEPT jump learn_accept\n" : "";
  refill.Chain(
      "remember",
      absl::StrCat(
          learn_accept,
          "meta mark and $PLAIN == $ACCEPT_NOW ct mark set ct mark and $OTHERS or $ACCEPT_NOW\n"
          "meta mark and $MASK == $ACCEPT ct mark set ct mark and $OTHERS or $ACCEPT\n"
          "meta mark set meta mark and $OTHERS accept\n"));
  // What is learned needs no element of its own.
  refill.Chain("refuse",
               "meta mark and $MASK == $LEARNED_DROP jump learn_denial\n"
               "meta mark and $MASK == $DROP_NOW jump remember_denial\ndrop\n");
  refill.Chain("refuse_with_answer",
               "meta mark and $MASK == $LEARNED_REJECT jump learn_denial\n"
               "meta mark and $MASK == $REJECT_NOW jump remember_denial\n"
               "goto reject_with_answer\n");
  refill.Chain("undecided", fill.fail_mode == FailMode::kOpen
                                ? "meta mark set meta mark and $OTHERS accept\n"
                                : "counter drop\n");
  refill.Chain("deny_action",
               fill.deny_action == DenyAction::kReject ? "goto reject_with_answer\n" : "drop\n");
  if (fill.native_queue) refill.Chain(kUpcallChain, QueueStatement(fill.queue));
  for (const char* hook : kHooks) {
    refill.Chain(absl::StrCat("policed_", hook), PolicedChain(fill, hook));
    refill.Chain(absl::StrCat("decide_", hook), DecideRules(hook));
  }
  return Expand(absl::StrCat(text, refill.Text()), fill.marks, fill.generation);
}

std::string EarlyText(bool denies_early, const MarkLayout& marks) {
  std::string rules;
  for (const LearnedKey& key : kLearnedKeys) {
    if (!denies_early || !IsTcp(key)) continue;
    absl::StrAppend(&rules, Service(key), kSynOnly, "th dport < ", kEarlyPortsEnd, " ",
                    DeniedAnyExpression(key), " @denied_any_", key.suffix, " counter name ",
                    kDeniedAnyCounter, " drop\n");
  }
  Refill refill;
  refill.Chain(kEarlyChain, rules);
  return Expand(absl::StrCat("table inet gatewarden {\n  chain ", kEarlyChain,
                             " {\n    type filter hook prerouting priority raw; policy accept;\n"
                             "  }\n}\n",
                             refill.Text()),
                marks, 1);
}

std::string RemoveText() { return "table inet gatewarden\ndelete table inet gatewarden\n"; }

}  // namespace gw
