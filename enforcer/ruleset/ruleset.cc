// The path of a packet, for each of the hooks input, forward and output:
//
//   early (raw, prerouting; only while a flood of denied SYNs makes it worth while)
//     learned denial of a TCP SYN -----------------------------------> count, drop
//
//   raw_prerouting, raw_output (raw; only where something is decided without connection tracking)
//     workload's source is not behind its interface -----------------> count, drop
//     untracked_in, untracked_out: doNotTrack policies ---------------> notrack, accept or drop
//
//   decide_prerouting (mangle; only where an interface has preDNAT policies)
//     ct mark is valid, reply, related, failsafe port of this machine-> accept
//     early_denied (frame) remembered denial ------------------------> deny_action
//     ask_early    (frame) hints into the packet mark --------------> upcall: queue
//   apply_prerouting (mangle + 1)
//     accept -> ct mark: judged, or allowed, before DNAT
//     drop, reject -> remember (the sets early_denied_*), drop or reject
//
//   decide_HOOK (filter + 10)
//     forwarded, established, ct mark of this generation -----------> flow add (where there is one)
//     ct mark is valid, not related ---------------------------------> accept      the fast path
//     policed_HOOK   (fill)
//       learned accept of a new flow ------------------------------> log, mark, accept
//       untracked, and a doNotTrack policy allowed it --------------> accept or drop
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
constexpr int kFrameVersion = 4;

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
             {"$EARLY_ALLOWED", learned(MarkVerdict::kUndecided)},
             {"$EARLY_PASSED", mark(MarkVerdict::kUndecided, generation)},
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
             {"$TRANSLATED", Hex(marks.MakeHint(kHintTranslated))},
             {"$JUDGED_ALLOWED", Hex(marks.MakeHint(kHintJudged | kHintAllowed))},
             {"$JUDGED", Hex(marks.MakeHint(kHintJudged))},
             {"$LOCAL", Hex(marks.MakeHint(kHintLocal))},
             {"$TO_THIS_MACHINE", "fib daddr type { local, broadcast, multicast }"},
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

// Denials are remembered apart before DNAT and after it: the same tuple means different flows.
constexpr const char* kDeniedPrefixes[] = {"denied_", "early_denied_"};

std::string DeniedSets() {
  std::string text;
  for (const char* prefix : kDeniedPrefixes) {
    for (const auto& key : kDeniedKeys4) {
      absl::StrAppend(&text, DeniedSet(absl::StrCat(prefix, key.suffix), KeyExpression(key, "ip")));
    }
    for (const auto& key : kDeniedKeys6) {
      absl::StrAppend(&text,
                      DeniedSet(absl::StrCat(prefix, key.suffix), KeyExpression(key, "ip6")));
    }
  }
  return text;
}

// Untracked flows that are in the audit log already. ICMP and others have no ports.
struct UntrackedKey {
  const char* suffix;
  const char* guard;
  const char* key;
};
constexpr UntrackedKey kUntrackedKeys[] = {
    {"ports4", "meta nfproto ipv4 meta l4proto { 6, 17, 132, 136 }",
     "meta iif . ip saddr . ip daddr . meta l4proto . th dport"},
    {"other4", "meta nfproto ipv4 meta l4proto != { 6, 17, 132, 136 }",
     "meta iif . ip saddr . ip daddr . meta l4proto"},
    {"ports6", "meta nfproto ipv6 meta l4proto { 6, 17, 132, 136 }",
     "meta iif . ip6 saddr . ip6 daddr . meta l4proto . th dport"},
    {"other6", "meta nfproto ipv6 meta l4proto != { 6, 17, 132, 136 }",
     "meta iif . ip6 saddr . ip6 daddr . meta l4proto"},
};

std::string UntrackedSets() {
  std::string text;
  for (const UntrackedKey& key : kUntrackedKeys) {
    absl::StrAppendFormat(&text,
                          "  set untracked_%s { typeof %s; size %d; flags dynamic,timeout; "
                          "timeout %ds; }\n",
                          key.suffix, key.key, kUntrackedSeenMax, kUntrackedSeenTimeout_s);
  }
  for (const char* counter :
       {kUntrackedAcceptedCounter, kUntrackedDeniedCounter, kReversePathCounter}) {
    absl::StrAppend(&text, "  counter ", counter, " { }\n");
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
std::string DeniedRules(absl::string_view prefix, const DeniedKey (&keys)[n],
                        absl::string_view family) {
  std::string text;
  for (const auto& key : keys) {
    absl::StrAppend(&text, "    ", key.guard, " ", KeyExpression(key, family), " @", prefix,
                    key.suffix, " goto deny_action\n");
  }
  return text;
}

template <size_t n>
std::string RememberRules(absl::string_view prefix, const DeniedKey (&keys)[n],
                          absl::string_view family) {
  std::string text;
  for (const auto& key : keys) {
    absl::StrAppend(&text, "    ", key.guard, " add @", prefix, key.suffix, " { ",
                    KeyExpression(key, family), " }\n");
  }
  return text;
}

// What looks a denial up, and what remembers one. `name` is "" or "early_".
std::string DenialChains(absl::string_view name) {
  const std::string prefix = absl::StrCat(name, "denied_");
  return absl::StrReplaceAll(
      absl::StrCat("  chain $denied4 {\n", DeniedRules(prefix, kDeniedKeys4, "ip"),
                   "  }\n  chain $denied6 {\n", DeniedRules(prefix, kDeniedKeys6, "ip6"),
                   R"(  }
  chain $denied {
    meta nfproto ipv4 jump $denied4
    meta nfproto ipv6 jump $denied6
  }
  chain $remember_denial4 {
)",
                   RememberRules(prefix, kDeniedKeys4, "ip"), "  }\n  chain $remember_denial6 {\n",
                   RememberRules(prefix, kDeniedKeys6, "ip6"), R"(  }
  chain $remember_denial {
    ct mark set ct mark and $OTHERS or $DROP
    meta nfproto ipv4 jump $remember_denial4
    meta nfproto ipv6 jump $remember_denial6
  }
)"),
      {{"$denied", absl::StrCat(name, "denied")},
       {"$remember_denial", absl::StrCat(name, "remember_denial")}});
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
std::string DecideRules(const Fill& fill, absl::string_view hook) {
  const bool offloads = hook == "forward" && !fill.offload_interfaces.empty();
  return absl::StrCat(
      // Where the kernel cannot take a flow, the rule does not match.
      offloads ? absl::StrCat("meta l4proto { 6, 17 } ct mark and $MASK == $ACCEPT_NOW ct state "
                              "established flow add @",
                              kFlowtable, "\n")
               : "",
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
  const std::string& untracked =
      hook == "output" ? fill.stateless.untracked_out : fill.stateless.untracked_in;
  if (!untracked.empty()) {
    absl::StrAppend(&rules, "ct state untracked jump untracked_", hook == "output" ? "out" : "in",
                    "\n");
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
    // A flow that was asked about before DNAT is counted once.
    absl::StrAppend(&rules, "ct state new ct direction original ",
                    fill.before_dnat.none() ? "" : "ct mark and $MASK == 0 ", "jump guard\n");
  }
  absl::StrAppend(&rules, "goto ask\n");
  return rules;
}

std::string FailsafeMatch(const Failsafe& failsafe, absl::string_view peer) {
  std::string match;
  if (failsafe.net) {
    match = absl::StrCat(failsafe.net->address.family == Family::kIPv4 ? "ip " : "ip6 ", peer, " ",
                         ToString(*failsafe.net), " ");
  }
  absl::StrAppend(&match, "meta l4proto ", static_cast<int>(failsafe.protocol), " th dport ",
                  failsafe.port, " ");
  return match;
}

std::string FailsafeRules(const std::vector<Failsafe>& failsafes, absl::string_view peer) {
  std::string rules;
  for (const Failsafe& failsafe : failsafes) {
    const std::string match = FailsafeMatch(failsafe, peer);
    absl::StrAppend(&rules, match, "ct state new $LOG prefix \"failsafe:", ToString(failsafe),
                    "\"\n", match, "ct mark set ct mark and $OTHERS or $ACCEPT accept\n");
  }
  return rules;
}

// ---- before routing -----------------------------------------------------------------------------

bool DecidesBeforeTracking(const Fill& fill) {
  const Stateless& stateless = fill.stateless;
  return !stateless.untracked_in.empty() || !stateless.untracked_out.empty() ||
         !stateless.reverse_path.empty();
}

std::string RawPreroutingRules(const Fill& fill) {
  std::string rules;
  if (!fill.stateless.reverse_path.empty()) {
    absl::StrAppend(&rules, "iifname { ", QuotedPrefixes(fill.workload_prefixes),
                    " } jump reverse_path\n");
  }
  if (!fill.stateless.untracked_in.empty()) absl::StrAppend(&rules, "jump untracked_in\n");
  return rules;
}

std::string ReversePathRules(const Fill& fill) {
  if (fill.stateless.reverse_path.empty()) return "";
  return absl::StrCat(fill.stateless.reverse_path, "jump reverse_path_log\ncounter name ",
                      kReversePathCounter, " drop\n");
}

std::string ReversePathLogRules(const Fill& fill) {
  if (fill.stateless.reverse_path.empty()) return "";
  return absl::StrCat("limit rate ", kReversePathLogs_per_s, "/second $LOG prefix \"",
                      kLogPrefixReversePath, fill.generation, "\"\n");
}

// Once a flow: what does not fit into the set is only counted.
std::string UntrackedLogRules(const Fill& fill) {
  std::string rules;
  for (const UntrackedKey& key : kUntrackedKeys) {
    absl::StrAppend(&rules, key.guard, " ", key.key, " != @untracked_", key.suffix,
                    " add @untracked_", key.suffix, " { ", key.key, " } $LOG prefix \"",
                    kLogPrefixUntracked, fill.generation, "\"\n");
  }
  return rules;
}

// The conditions of §4.5 R2 that the kernel knows; the rest is asked about.
std::string DecidePreroutingRules(const Fill& fill) {
  if (fill.before_dnat.none()) return "";
  std::string rules;
  const std::string names = Quoted(fill.before_dnat.names);
  if (!fill.before_dnat.all_but) {
    absl::StrAppend(&rules, "iifname != { ", names, " } accept\n");
  } else if (!names.empty()) {
    absl::StrAppend(&rules, "iifname { ", names, " } accept\n");
  }
  absl::StrAppend(&rules, "ct mark and $MASK == $ACCEPT_NOW accept\n",
                  "ct mark and $MASK == $ACCEPT accept\n",
                  "ct direction reply accept\nct state related,untracked accept\n",
                  "ct status expected ct mark and $VERDICT == $ACCEPT accept\n");
  if (fill.established_flows == EstablishedFlows::kKeep) {
    absl::StrAppend(&rules, "ct mark and $VERDICT == $ACCEPT accept\n");
  }
  if (fill.drop_invalid) absl::StrAppend(&rules, "ct state invalid drop\n");
  absl::StrAppend(&rules, "$TO_THIS_MACHINE jump early_exceptions\njump early_denied\n");
  if (fill.upcall_rate_per_source > 0) absl::StrAppend(&rules, "ct state new jump guard\n");
  absl::StrAppend(&rules, "goto ask_early\n");
  return rules;
}

// Only this hook is left: the failsafe is recorded and remembered at input.
std::string EarlyExceptionRules(const Fill& fill) {
  std::string rules =
      "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, "
      "nd-neighbor-advert } ip6 hoplimit 255 accept\n";
  for (const Failsafe& failsafe : fill.failsafe_inbound) {
    absl::StrAppend(&rules, FailsafeMatch(failsafe, "saddr"), "accept\n");
  }
  return rules;
}

constexpr absl::string_view kEarlyHintRules =
    "ct status dnat meta mark set meta mark or $TRANSLATED\n"
    "ct mark and $MASK == $EARLY_PASSED meta mark set meta mark or $JUDGED\n"
    "ct mark and $MASK == $EARLY_ALLOWED meta mark set meta mark or $JUDGED_ALLOWED\n";

// As `remember` and `refuse` behind routing. An answer of another generation is obeyed and not
// remembered here either.
constexpr absl::string_view kAnsweredEarlyRules =
    "meta mark and $MASK == $LEARNED_ACCEPT ct mark set ct mark and $OTHERS or $EARLY_ALLOWED\n"
    "meta mark and $MASK == $ACCEPT_NOW ct mark set ct mark and $OTHERS or $EARLY_PASSED\n"
    "meta mark and $VERDICT == $ACCEPT meta mark set meta mark and $OTHERS accept\n"
    "meta mark and $MASK == $DROP_NOW jump early_remember_denial\n"
    "meta mark and $VERDICT == $DROP drop\n"
    "meta mark and $MASK == $REJECT_NOW jump early_remember_denial\n"
    "meta mark and $VERDICT == $REJECT goto reject_with_answer\n"
    "goto undecided\n";

constexpr absl::string_view kApplyPreroutingRules =
    "meta mark and $MASK == 0 accept\njump answered_early\n";

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

  // Before the chains that refer to it, and after those that did.
  void Flowtable(const std::vector<std::string>& interfaces, bool is_there) {
    if (is_there) {
      absl::StrAppend(&delete_, "delete flowtable inet gatewarden ", kFlowtable, "\n");
    }
    if (interfaces.empty()) return;
    absl::StrAppend(&fill_, "  flowtable ", kFlowtable,
                    " {\n    hook ingress priority filter; devices = { ", Quoted(interfaces),
                    " }; counter;\n  }\n");
  }

  // Of a chain that is made with it: `declaration` is what stands above its rules. `is_there`: it
  // has rules that go.
  void NewChain(absl::string_view chain, absl::string_view declaration, absl::string_view rules,
                bool is_there) {
    if (is_there) absl::StrAppend(&flush_, "flush chain inet gatewarden ", chain, "\n");
    absl::StrAppend(&fill_, "  chain ", chain, " {\n", declaration, rules, "  }\n");
  }

  // After everything that may refer to it is flushed.
  void DeleteChain(absl::string_view chain) {
    absl::StrAppend(&flush_, "flush chain inet gatewarden ", chain, "\n");
    absl::StrAppend(&delete_, "delete chain inet gatewarden ", chain, "\n");
  }

  std::string Text() const {
    return absl::StrCat(flush_, delete_, "table inet gatewarden {\n", fill_, "}\n");
  }

 private:
  std::string flush_;
  std::string delete_;
  std::string fill_;
};

std::string Base(absl::string_view hook, absl::string_view priority) {
  return absl::StrFormat("    type filter hook %s priority %s; policy accept;\n", hook, priority);
}

void RefillStateless(const Fill& fill, const OptionalChains& there, Refill* refill) {
  const Stateless& stateless = fill.stateless;
  const size_t count = stateless.chains.size();
  for (size_t i = 0; i < std::max(count, there.stateless); ++i) {
    const std::string chain = absl::StrCat(kStatelessChainPrefix, i);
    if (i < count) {
      refill->NewChain(chain, "", stateless.chains[i], i < there.stateless);
    } else {
      refill->DeleteChain(chain);
    }
  }
  refill->Chain("untracked_in", stateless.untracked_in);
  refill->Chain("untracked_out", stateless.untracked_out);
  const bool untracked = !stateless.untracked_in.empty() || !stateless.untracked_out.empty();
  refill->Chain("untracked_forward",
                untracked
                    ? absl::StrCat(stateless.untracked_forward, "jump untracked_log\ncounter name ",
                                   kUntrackedAcceptedCounter, " accept\n")
                    : "");
  refill->Chain("untracked_log", untracked ? UntrackedLogRules(fill) : "");
  refill->Chain("reverse_path", ReversePathRules(fill));
  refill->Chain("reverse_path_log", ReversePathLogRules(fill));
}

void RefillOptional(const Fill& fill, const OptionalChains& there, Refill* refill) {
  if (there.before_tracking || DecidesBeforeTracking(fill)) {
    refill->NewChain("raw_prerouting", Base("prerouting", "raw"), RawPreroutingRules(fill),
                     there.before_tracking);
    refill->NewChain("raw_output", Base("output", "raw"),
                     fill.stateless.untracked_out.empty() ? "" : "jump untracked_out\n",
                     there.before_tracking);
  }
  const bool asks = !fill.before_dnat.none();
  refill->Chain("early_exceptions", asks ? EarlyExceptionRules(fill) : "");
  refill->Chain("early_hints", asks ? kEarlyHintRules : "");
  refill->Chain("answered_early", asks ? kAnsweredEarlyRules : "");
  if (there.before_dnat || asks) {
    refill->NewChain("decide_prerouting", Base("prerouting", "mangle"), DecidePreroutingRules(fill),
                     there.before_dnat);
    refill->NewChain("apply_prerouting", Base("prerouting", "mangle + 1"),
                     asks ? kApplyPreroutingRules : "", there.before_dnat);
  }
}

}  // namespace

std::string FrameChain(const MarkLayout& marks) {
  return absl::StrFormat("frame_%d_%08x", kFrameVersion, marks.mask());
}

std::string FrameText(const MarkLayout& marks) {
  const std::string text = absl::StrCat(
      "table inet gatewarden {\n  chain ", FrameChain(marks), " {\n  }\n", "  set ", kValidMarksSet,
      " { type mark; }\n", DeniedSets(), LearnedSets(), GuardSets(), UntrackedSets(),
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
  chain early_exceptions { }
  chain early_hints { }
  chain answered_early { }
  chain untracked_in { }
  chain untracked_out { }
  chain untracked_forward { }
  chain untracked_log { }
  chain reverse_path { }
  chain reverse_path_log { }

)",
      DenialChains(""), DenialChains("early_"), R"(
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
    jump early_hints
    goto upcall
  }
  chain ask_early {
    meta mark set meta mark and $OTHERS or $QUEUED
    ct state established,related meta mark set meta mark or $KNOWN
    $TO_THIS_MACHINE meta mark set meta mark or $LOCAL
    goto upcall
  }
  # Reached before connection tracking, and again at the hooks behind it, where the packet has its
  # last word.
  chain untracked_allowed {
    ct state untracked meta iif != 0 meta oif != 0 goto untracked_forward
    ct state untracked jump untracked_log
    ct state untracked counter name untracked_accepted accept
    notrack accept
  }
  chain untracked_denied {
    jump untracked_log
    counter name untracked_denied drop
  }
)",
      LearnedChains(), BaseChains(), "}\n");
  return Expand(text, marks, 1);
}

std::string FillText(const Fill& fill, const OptionalChains& there) {
  std::string text;
  absl::StrAppend(&text, "flush set inet gatewarden ", kValidMarksSet,
                  "\nadd element inet gatewarden ", kValidMarksSet, " { $ACCEPT, $ACCEPT_NOW }\n");
  for (const char* prefix : kDeniedPrefixes) {
    for (const auto* keys : {kDeniedKeys4, kDeniedKeys6}) {
      for (size_t i = 0; i < std::size(kDeniedKeys4); ++i) {
        absl::StrAppend(&text, "flush set inet gatewarden ", prefix, keys[i].suffix, "\n");
      }
    }
  }
  for (const UntrackedKey& key : kUntrackedKeys) {
    absl::StrAppend(&text, "flush set inet gatewarden untracked_", key.suffix, "\n");
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
  refill.Flowtable(fill.offload_interfaces, there.flowtable);
  RefillStateless(fill, there, &refill);
  RefillOptional(fill, there, &refill);
  for (const char* hook : kHooks) {
    refill.Chain(absl::StrCat("policed_", hook), PolicedChain(fill, hook));
    refill.Chain(absl::StrCat("decide_", hook), DecideRules(fill, hook));
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
