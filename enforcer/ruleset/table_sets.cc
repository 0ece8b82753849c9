#include "enforcer/ruleset/table_sets.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

#include "enforcer/ruleset/ruleset.h"

namespace gw {
namespace {

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

}  // namespace

std::string SetsText() {
  return absl::StrCat(DeniedSets(), LearnedSets(), GuardSets(), UntrackedSets());
}

std::string FlushSetsText() {
  std::string text;
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
  return text;
}

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

std::string UntrackedLogRules(uint32_t generation) {
  std::string rules;
  for (const UntrackedKey& key : kUntrackedKeys) {
    absl::StrAppend(&rules, key.guard, " ", key.key, " != @untracked_", key.suffix,
                    " add @untracked_", key.suffix, " { ", key.key, " } $LOG prefix \"",
                    kLogPrefixUntracked, generation, "\"\n");
  }
  return rules;
}

// A bucket of rate + burst packets for each source: who was quiet may use its second at once.
std::string GuardRules(uint32_t rate, uint32_t burst) {
  if (rate == 0) return "";
  const std::string limit = absl::StrFormat(
      "limit rate over %d/second burst %d packets } goto over_guard\n", rate, rate + burst);
  return absl::StrCat(
      "meta nfproto ipv4 update @guard4 { ip saddr ", limit,
      "meta nfproto ipv6 update @guard6 { ip6 saddr and ffff:ffff:ffff:ffff:: ", limit);
}

std::string EarlyDenialRules() {
  std::string rules;
  for (const LearnedKey& key : kLearnedKeys) {
    if (!IsTcp(key)) continue;
    absl::StrAppend(&rules, Service(key), kSynOnly, "th dport < ", kEarlyPortsEnd, " ",
                    DeniedAnyExpression(key), " @denied_any_", key.suffix, " counter name ",
                    kDeniedAnyCounter, " drop\n");
  }
  return rules;
}

}  // namespace gw
