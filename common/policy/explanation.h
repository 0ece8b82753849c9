// Explanation: a decision in words, the same from both evaluators, so that tests can compare them
// and people can read them. Grammar of the texts: policy-semantics.md, "Decision vector schema".

#ifndef COMMON_POLICY_EXPLANATION_H_
#define COMMON_POLICY_EXPLANATION_H_

#include <cstdint>
#include <string>
#include <vector>

namespace gw {

// The engine's answer: allow = explicitly accepted, deny = dropped, none = the model has no
// opinion (the enforcer accepts those and records the reason).
enum class Verdict : uint8_t { kNone, kAllow, kDeny };
// "none", "allow", "deny"
const char* VerdictName(Verdict verdict);

struct Explanation {
  Verdict verdict = Verdict::kNone;
  // "policy:NAME/ingress/0", "end-of-tier:default/ingress", "failsafe:tcp:22", ...
  std::string decided_by;
  // Everything that ended a tier or a chain, in order, as "REASON:Action" with action Allow, Deny
  // or Pass, or None where a chain or the hook has no opinion; the last is what decided. Stages
  // without effect are not listed, nor tiers that pass because no rule of theirs matched.
  std::vector<std::string> trace;
  // Log rules reached, in order, as "NAME/ingress/0".
  std::vector<std::string> logs;
  bool untracked = false;  // accepted by a doNotTrack policy
  // What the packet would get if every staged policy were enforced.
  Verdict pending_verdict = Verdict::kNone;
  std::string pending_decided_by;

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

// One step of a full trace: a tier, policy, rule or built-in check that was looked at, whether it
// decided, and if not why not, in words ("destination port 80 is not in 443").
struct TraceStep {
  enum class Kind : uint8_t { kStage, kTier, kPolicy, kRule, kBuiltIn };
  Kind kind = Kind::kRule;
  int depth = 0;  // for indenting: stage 0, tier 1, policy 2, rule 3
  // "forward ingress of `wan`", "tier `default`", "policy `web`", "ingress rule 0"
  std::string subject;
  // "matched: Allow", "no match: protocol is UDP, not TCP", "staged, not enforced"
  std::string outcome;
  bool decided = false;
};

}  // namespace gw

#endif  // COMMON_POLICY_EXPLANATION_H_
