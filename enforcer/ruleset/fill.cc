// The fill of the table: what follows the policy, the interfaces and the settings.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/table_sets.h"
#include "enforcer/ruleset/table_text.h"

namespace gw {
namespace {

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

std::string QueueStatement(const QueueRule& queue) {
  const std::string range = queue.count == 1
                                ? absl::StrCat(queue.first)
                                : absl::StrCat(queue.first, "-", queue.first + queue.count - 1);
  std::vector<absl::string_view> flags;
  if (queue.bypass) flags.push_back("bypass");
  if (queue.by_cpu && queue.count > 1) flags.push_back("fanout");
  return absl::StrCat("queue ", flags.empty() ? "" : "flags ", absl::StrJoin(flags, ","),
                      flags.empty() ? "" : " ", "to ", range, "\n");
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
  refill->Chain("untracked_log", untracked ? UntrackedLogRules(fill.generation) : "");
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

std::string FillText(const Fill& fill, const OptionalChains& there) {
  std::string text;
  absl::StrAppend(&text, "flush set inet gatewarden ", kValidMarksSet,
                  "\nadd element inet gatewarden ", kValidMarksSet, " { $ACCEPT, $ACCEPT_NOW }\n");
  absl::StrAppend(&text, FlushSetsText());
  Refill refill;
  refill.Chain("guard", GuardRules(fill.upcall_rate_per_source, fill.upcall_burst_per_source));
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
  Refill refill;
  refill.Chain(kEarlyChain, denies_early ? EarlyDenialRules() : "");
  return Expand(absl::StrCat("table inet gatewarden {\n  chain ", kEarlyChain,
                             " {\n    type filter hook prerouting priority raw; policy accept;\n"
                             "  }\n}\n",
                             refill.Text()),
                marks, 1);
}

}  // namespace gw
