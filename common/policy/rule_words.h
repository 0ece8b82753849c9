// Rules in plain words: "Deny all traffic to known addresses labelled zone = 'inside'." One
// generator for tables, editor, trace, difference and command line. A sentence is made from whole
// patterns, never from fragments in an order that only English has; a catalogue translates the
// patterns. Pure; any thread.

#ifndef COMMON_POLICY_RULE_WORDS_H_
#define COMMON_POLICY_RULE_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/policy/model.h"

namespace gw {

// Translates. The default speaks English. Implementations are called in the thread of RuleWords.
class RuleWordsCatalogue {
 public:
  virtual ~RuleWordsCatalogue() = default;
  // The translation of one of RuleWordsPatterns(), with the same placeholders (%what, %src, ...)
  // in any order. What has no translation comes back as it is.
  virtual std::string Text(absl::string_view english_pattern) const {
    return std::string(english_pattern);
  }
};

// Every pattern that Text() is asked for, so that a translation can be complete and tests can say
// so. A placeholder is % and lower-case letters.
const std::vector<absl::string_view>& RuleWordsPatterns();

// What a rule does not say by itself.
struct RuleWordsContext {
  Direction direction = Direction::kIngress;
  bool staged = false;    // "Would deny ..."
  std::string next_tier;  // where Pass goes on; empty: none is left, so profiles or the default
  // The policy applies to nothing but traffic of this gateway itself: a side that the rule leaves
  // open, and that is the policed one, is "this gateway".
  bool gateway_only = false;
  // Every address that the side selects is the gateway's own.
  bool source_is_gateway = false;
  bool destination_is_gateway = false;
  // For tables: without "all traffic", "known addresses labelled", "from any address", and full
  // stop.
  bool short_form = false;
};

// The context of a policy's rules as far as the model tells: direction, staged, next tier, and
// gateway_only where the policy is for no routed traffic and selects no workload.
RuleWordsContext RuleWordsContextOf(const Model& model, const Policy& policy, Direction direction);

// One sentence, in the language of `catalogue`. Selectors that do not parse, and those of more
// than three terms, stand as they were written.
std::string RuleWords(const Rule& rule, const RuleWordsContext& context,
                      const RuleWordsCatalogue& catalogue = RuleWordsCatalogue());

// "137–139" with an en dash.
std::string PortWords(const PortRange& ports);

}  // namespace gw

#endif  // COMMON_POLICY_RULE_WORDS_H_
