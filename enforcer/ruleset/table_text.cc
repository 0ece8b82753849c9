#include "enforcer/ruleset/table_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "common/policy/limits.h"
#include "enforcer/ruleset/ruleset.h"

namespace gw {
namespace {

std::string Hex(uint32_t value) { return absl::StrFormat("0x%08x", value); }

}  // namespace

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

std::string Quoted(const std::vector<std::string>& names) {
  return absl::StrJoin(names, ", ", [](std::string* out, const std::string& name) {
    absl::StrAppend(out, "\"", name, "\"");
  });
}

// The longest legal prefix is one whole name, and nft takes no
// pattern of that length.
std::string QuotedPrefixes(const std::vector<std::string>& prefixes) {
  return absl::StrJoin(prefixes, ", ", [](std::string* out, const std::string& prefix) {
    absl::StrAppend(out, "\"", prefix, prefix.size() < kInterfaceNameLengthMax ? "*" : "", "\"");
  });
}

}  // namespace gw
