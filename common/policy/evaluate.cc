#include "common/policy/evaluate.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

#include "common/policy/compiled_policy.h"
#include "common/policy/walk.h"

namespace gw {
namespace {

bool HasStaged(const CompiledPolicy& policy, uint32_t endpoint) {
  return endpoint != kNothing && policy.chains[policy.endpoints[endpoint].chain].has_staged;
}

bool HasStaged(const CompiledPolicy& policy, const InterfaceRole& role) {
  return HasStaged(policy, role.named) || HasStaged(policy, role.any) ||
         HasStaged(policy, role.workload);
}

// Whether enforcing the staged policies could change anything for a packet of these interfaces.
bool StagedMatter(const CompiledPolicy& policy, const InterfaceRole& in, const InterfaceRole& out) {
  return policy.has_staged && (HasStaged(policy, in) || HasStaged(policy, out));
}

class LogsOfDecision : public SilentObserver {
 public:
  explicit LogsOfDecision(Decision& decision) : decision_(decision) {}

  void OnLog(uint32_t rule) {
    if (decision_.log_count < decision_.logs.size()) {
      decision_.logs[decision_.log_count] = rule;
    }
    if (decision_.log_count < UINT8_MAX) ++decision_.log_count;
  }

 private:
  Decision& decision_;
};

template <typename Run>
Decision DecisionOf(const CompiledPolicy& policy, const InterfaceRole& in, const InterfaceRole& out,
                    const Packet& packet, Run run) {
  Decision decision;
  LogsOfDecision logs(decision);
  Walk walk(policy, in, out, packet, false, logs);
  decision.verdict = run(walk);
  decision.reason = walk.reason();
  decision.untracked = walk.untracked();
  decision.pending_verdict = decision.verdict;
  decision.pending_reason = decision.reason;
  if (StagedMatter(policy, in, out)) {
    SilentObserver silent;
    Walk pending(policy, in, out, packet, true, silent);
    decision.pending_verdict = run(pending);
    decision.pending_reason = pending.reason();
  }
  return decision;
}

template <bool any_source>
class OpenObserver : public ObserverBase {
 public:
  static constexpr bool kEveryRule = false;
  static constexpr OpenFields kOpen = {.source = any_source, .source_port = true};

  void OnLog(uint32_t) { logged_ = true; }
  bool logged() const { return logged_; }

 private:
  bool logged_ = false;
};

template <bool any_source>
bool Holds(const CompiledPolicy& policy, const InterfaceRole& in, const InterfaceRole& out,
           const Packet& packet, bool enforce_staged) {
  OpenObserver<any_source> observer;
  Walk walk(policy, in, out, packet, enforce_staged, observer);
  walk.Run();
  return !walk.gave_up() && !observer.logged();
}

// Looks at every rule, as Trace does, so that tests compare both ways of finding what matches.
class WordsOfExplanation : public ObserverBase {
 public:
  static constexpr bool kEveryRule = true;
  static constexpr OpenFields kOpen = {};

  WordsOfExplanation(const CompiledPolicy& policy, Explanation& explanation)
      : policy_(policy), explanation_(explanation) {}

  void OnLog(uint32_t rule) { explanation_.logs.push_back(RuleText(policy_.rule_names[rule])); }
  void OnEnd(const Reason& reason, RuleAction action) {
    explanation_.trace.push_back(
        absl::StrCat(ReasonText(policy_, reason), ":", ActionName(action)));
  }
  void OnNone(const Reason& reason) {
    explanation_.trace.push_back(absl::StrCat(ReasonText(policy_, reason), ":None"));
  }

 private:
  const CompiledPolicy& policy_;
  Explanation& explanation_;
};

}  // namespace

Decision Evaluate(const PolicySnapshot& snapshot, const InterfaceRole& in, const InterfaceRole& out,
                  const Packet& packet) {
  return DecisionOf(snapshot.compiled(), in, out, packet, [](auto& walk) { return walk.Run(); });
}

Decision EvaluateBeforeDnat(const PolicySnapshot& snapshot, const InterfaceRole& in,
                            const Packet& packet) {
  return DecisionOf(snapshot.compiled(), in, InterfaceRole(), packet,
                    [](auto& walk) { return walk.RunBeforeDnat(); });
}

bool HoldsForAnySourcePort(const PolicySnapshot& snapshot, const InterfaceRole& in,
                           const InterfaceRole& out, const Packet& packet) {
  return Holds<false>(snapshot.compiled(), in, out, packet, false);
}

bool HoldsForAnySource(const PolicySnapshot& snapshot, const InterfaceRole& in,
                       const InterfaceRole& out, const Packet& packet) {
  const CompiledPolicy& policy = snapshot.compiled();
  return Holds<true>(policy, in, out, packet, false) &&
         (!StagedMatter(policy, in, out) || Holds<true>(policy, in, out, packet, true));
}

Explanation Explain(const PolicySnapshot& snapshot, const InterfacePacket& packet) {
  const CompiledPolicy& policy = snapshot.compiled();
  const InterfaceRole in = snapshot.RoleOf(packet.in);
  const InterfaceRole out = snapshot.RoleOf(packet.out);
  const Decision decision = Evaluate(snapshot, in, out, packet.packet);
  Explanation explanation;
  WordsOfExplanation words(policy, explanation);
  Walk(policy, in, out, packet.packet, false, words).Run();
  explanation.verdict = decision.verdict;
  explanation.decided_by = ReasonText(policy, decision.reason);
  explanation.untracked = decision.untracked;
  explanation.pending_verdict = decision.pending_verdict;
  explanation.pending_decided_by = ReasonText(policy, decision.pending_reason);
  return explanation;
}

}  // namespace gw
