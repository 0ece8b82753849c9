// The frame of the table: what is made once and stays.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/table_sets.h"
#include "enforcer/ruleset/table_text.h"

namespace gw {
namespace {

// Raised whenever FrameText changes.
constexpr int kFrameVersion = 4;

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

}  // namespace

std::string FrameChain(const MarkLayout& marks) {
  return absl::StrFormat("frame_%d_%08x", kFrameVersion, marks.mask());
}

std::string FrameText(const MarkLayout& marks, bool owned) {
  const std::string text = absl::StrCat(
      "table inet gatewarden {\n", owned ? "  flags owner;\n" : "", "  chain ", FrameChain(marks),
      " {\n  }\n", "  set ", kValidMarksSet, " { type mark; }\n", SetsText(),
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

std::string RemoveText() { return "table inet gatewarden\ndelete table inet gatewarden\n"; }

}  // namespace gw
