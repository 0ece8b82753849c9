// The engine against its slow, obvious twin on random policies and packets.
//
// GW_SEED and GW_AGREEMENT_PACKETS override the seed of the first model and the number of
// packets; a failure prints the values that repeat it alone.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/policy/compile.h"
#include "common/policy/evaluate.h"
#include "common/policy/reference.h"
#include "common/policy/validate.h"
#include "tests/support/random_policy.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::Random;
using testing::ToText;

#if defined(__has_feature)
#define GW_THREAD_SANITIZER __has_feature(thread_sanitizer)
#endif
#if GW_THREAD_SANITIZER
constexpr uint64_t kPackets = 40'000;  // a second of CPU for each thousand, on one thread
constexpr char kFewer[] = " (a third of the packets, under the thread sanitizer)";
#else
constexpr uint64_t kPackets = 120'000;
constexpr char kFewer[] = "";
#endif
constexpr uint64_t kSeed = 20'261'122;
constexpr uint64_t kPacketsPerModel = 80;
// Each kind of reason decides at least one packet in this many.
constexpr uint64_t kRarestReason = 4'000;

uint64_t FromEnvironment(const char* name, uint64_t fallback) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread, at start
  uint64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : fallback;
}

std::string ToText(const Explanation& explanation) {
  return absl::StrCat(VerdictName(explanation.verdict), " by ", explanation.decided_by,
                      explanation.untracked ? " untracked" : "", "\n  trace ",
                      absl::StrJoin(explanation.trace, ", "), "\n  logs ",
                      absl::StrJoin(explanation.logs, ", "), "\n  pending ",
                      VerdictName(explanation.pending_verdict), " by ",
                      explanation.pending_decided_by);
}

// Nothing if the packet path says what `explanation` says, in numbers.
std::optional<std::string> DecisionDiffers(const PolicySnapshot& snapshot,
                                           const InterfacePacket& packet,
                                           const Explanation& explanation) {
  const Decision decision =
      Evaluate(snapshot, snapshot.RoleOf(packet.in), snapshot.RoleOf(packet.out), packet.packet);
  Explanation said = explanation;
  said.verdict = decision.verdict;
  said.decided_by = snapshot.DecidedBy(decision.reason);
  said.untracked = decision.untracked;
  said.pending_verdict = decision.pending_verdict;
  said.pending_decided_by = snapshot.DecidedBy(decision.pending_reason);
  said.logs.clear();
  for (size_t i = 0; i < decision.log_count && i < kDecisionLogsMax; ++i) {
    const RuleName& rule = snapshot.rule(decision.logs[i]);
    said.logs.push_back(absl::StrCat(rule.owner, "/",
                                     rule.direction == Direction::kIngress ? "ingress" : "egress",
                                     "/", rule.index));
  }
  Explanation expected = explanation;
  if (expected.logs.size() > kDecisionLogsMax) expected.logs.resize(kDecisionLogsMax);
  const size_t logs = std::min<size_t>(explanation.logs.size(), UINT8_MAX);
  if (said == expected && decision.log_count == logs) return std::nullopt;
  return absl::StrCat("Evaluate: ", ToText(said), " log_count ", decision.log_count);
}

// What the engine says differently from the reference, or nothing.
std::optional<std::string> Disagreement(const PolicySnapshot& snapshot,
                                        const InterfacePacket& packet,
                                        const Explanation& reference) {
  const Explanation engine = Explain(snapshot, packet);
  if (engine != reference) return absl::StrCat("Explain: ", ToText(engine));
  return DecisionDiffers(snapshot, packet, reference);
}

// The same for a model that is not compiled yet; models that are refused differ from none.
std::optional<std::string> Disagreement(const Model& model, const Site& site,
                                        const InterfacePacket& packet) {
  if (HasErrors(Validate(model))) return std::nullopt;
  const auto snapshot = Compile(model, site, 1);
  if (!snapshot.ok()) return std::nullopt;
  return Disagreement(**snapshot, packet, ReferenceEvaluate(model, site, packet));
}

// `model` without every resource and rule that the disagreement does not need.
Model Shrunk(Model model, const Site& site, const InterfacePacket& packet) {
  const auto keep_if_it_still_differs = [&](const Model& smaller) {
    if (!Disagreement(smaller, site, packet)) return;
    model = smaller;
  };
  for (const Resource& resource : AllResources(model)) {
    Model smaller = model;
    Remove(smaller, KeyOf(resource));
    keep_if_it_still_differs(smaller);
  }
  for (const Resource& resource : AllResources(model)) {
    const auto* policy = std::get_if<Policy>(&resource);
    if (policy == nullptr) continue;
    for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
      for (size_t i = policy->rules(direction).size(); i > 0; --i) {
        Model smaller = model;
        Policy& cut =
            (policy->staged ? smaller.staged_policies : smaller.policies)[policy->metadata.name];
        auto& rules = direction == Direction::kIngress ? cut.ingress : cut.egress;
        rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(i - 1));
        keep_if_it_still_differs(smaller);
      }
    }
  }
  return model;
}

std::string Report(uint64_t seed, const Model& model, const Site& site,
                   const InterfacePacket& packet) {
  const Model small = Shrunk(model, site, packet);
  return absl::StrCat("the evaluators disagree; repeat with GW_SEED=", seed,
                      " GW_AGREEMENT_PACKETS=", kPacketsPerModel, "\n", ToText(small), ToText(site),
                      "\n", ToText(packet),
                      "\nReference: ", ToText(ReferenceEvaluate(small, site, packet)), "\n",
                      Disagreement(small, site, packet).value_or("agree"));
}

// Reasons by kind, with the hook for those that say something else at each.
class Coverage {
 public:
  void Count(const InterfacePacket& packet, const Explanation& explanation) {
    const std::string kind = explanation.decided_by.substr(0, explanation.decided_by.find(':'));
    ++reasons_[kind == "conntrack" || kind == "endpoint-to-host" ? explanation.decided_by : kind];
    if (explanation.untracked) ++reasons_["(untracked)"];
    if (!explanation.logs.empty()) ++reasons_["(logged)"];
    if (explanation.trace.size() > 2) ++reasons_["(three steps)"];
    if (packet.packet.translated && explanation.trace.size() > 1) ++reasons_["(translated)"];
    if (explanation.pending_decided_by != explanation.decided_by) ++reasons_["(pending)"];
    if (explanation.pending_verdict != explanation.verdict) ++reasons_["(pending verdict)"];
  }

  void ExpectEachAtLeast(uint64_t least) const {
    for (const char* reason : {"policy",
                               "profile",
                               "end-of-tier",
                               "no-profile-match",
                               "missing-profile",
                               "failsafe",
                               "conntrack:established",
                               "conntrack:related",
                               "conntrack:invalid",
                               "forward-default-allow",
                               "forward-no-verdict",
                               "not-policed",
                               "host-to-local-workload",
                               "endpoint-to-host:Drop",
                               "endpoint-to-host:Accept",
                               "endpoint-to-host:Return",
                               "unknown-workload",
                               "icmpv6-nd",
                               "rpf",
                               "vxlan-from-workload",
                               "ipip-from-workload",
                               "(untracked)",
                               "(logged)",
                               "(three steps)",
                               "(translated)",
                               "(pending)",
                               "(pending verdict)"}) {
      const auto counted = reasons_.find(reason);
      EXPECT_GE(counted == reasons_.end() ? 0 : counted->second, least) << reason;
    }
  }

  void Print() const {
    for (const auto& [reason, count] : reasons_)
      std::cout << "  " << reason << " " << count << "\n";
  }

 private:
  std::map<std::string, uint64_t> reasons_;
};

TEST(Agreement, EnginesSayTheSameAboutRandomPacketsUnderRandomPolicies) {
  const uint64_t first_seed = FromEnvironment("GW_SEED", kSeed);
  const uint64_t packets = FromEnvironment("GW_AGREEMENT_PACKETS", kPackets);
  std::cout << "GW_SEED=" << first_seed << " GW_AGREEMENT_PACKETS=" << packets << "\n";
  Coverage coverage;
  uint64_t compared = 0;
  for (uint64_t seed = first_seed; compared < packets; ++seed) {
    Random random(seed);
    const Site site = testing::RandomSite(random);
    const Model model = testing::RandomModel(random);
    const auto snapshot = Compile(model, site, 1);
    ASSERT_TRUE(snapshot.ok()) << "GW_SEED=" << seed << ": " << snapshot.status() << "\n"
                               << ToText(model);
    for (uint64_t i = 0; i < kPacketsPerModel; ++i, ++compared) {
      const InterfacePacket packet = testing::RandomPacket(random);
      const Explanation reference = ReferenceEvaluate(model, site, packet);
      ASSERT_FALSE(Disagreement(**snapshot, packet, reference))
          << Report(seed, model, site, packet);
      coverage.Count(packet, reference);
    }
  }
  std::cout << compared << " packets" << kFewer << ", both evaluators agree\n";
  coverage.Print();
  // A run of one model, to repeat a failure, meets few of them.
  if (packets >= kRarestReason) coverage.ExpectEachAtLeast(packets / kRarestReason);
}

// More entries than a block of the classifier has, many times over.
TEST(Agreement, EnginesSayTheSameAboutThousandsOfRules) {
  const uint64_t first_seed = FromEnvironment("GW_SEED", kSeed);
  constexpr uint64_t kModels = 6;
  constexpr uint64_t kPacketsEach = 40;  // the reference needs milliseconds for each
  constexpr size_t kRulesEach = 3'000;
  size_t deepest = 0;
  uint64_t deep = 0;
  for (uint64_t seed = first_seed; seed < first_seed + kModels; ++seed) {
    Random random(seed);
    const Site site = testing::RandomSite(random);
    const Model model = testing::RandomLargeModel(random, kRulesEach);
    const auto snapshot = Compile(model, site, 1);
    ASSERT_TRUE(snapshot.ok()) << "GW_SEED=" << seed << ": " << snapshot.status();
    ASSERT_GE((*snapshot)->rule_count(), kRulesEach);
    for (uint64_t i = 0; i < kPacketsEach; ++i) {
      const InterfacePacket packet = testing::RandomPacket(random);
      const Explanation reference = ReferenceEvaluate(model, site, packet);
      const auto disagreement = Disagreement(**snapshot, packet, reference);
      ASSERT_FALSE(disagreement) << "GW_SEED=" << seed << " packet " << i << " " << ToText(packet)
                                 << "\nReference: " << ToText(reference) << "\n"
                                 << *disagreement;
      const Decision decision = Evaluate(**snapshot, (*snapshot)->RoleOf(packet.in),
                                         (*snapshot)->RoleOf(packet.out), packet.packet);
      if (decision.reason.kind != ReasonKind::kPolicyRule) continue;
      deepest = std::max<size_t>(deepest, decision.reason.index);
      if (decision.reason.index > 512) ++deep;
    }
  }
  std::cout << kModels * kPacketsEach << " packets, " << deep
            << " decided beyond rule 512, the deepest by rule " << deepest << "\n";
  EXPECT_GT(deepest, 1'000U);
  EXPECT_GT(deep, kModels);
}

TEST(Agreement, RandomModelsAreValid) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const Model model = testing::RandomModel(random);
    for (const Problem& problem : Validate(model)) {
      ASSERT_NE(problem.severity, Severity::kError)
          << "seed " << seed << ": " << ToString(problem) << "\n"
          << ToText(model);
    }
  }
}

TEST(Agreement, SameSeedGivesTheSameModelAndPackets) {
  Random left(7);
  Random right(7);
  EXPECT_EQ(testing::RandomModel(left), testing::RandomModel(right));
  EXPECT_EQ(testing::RandomPacket(left), testing::RandomPacket(right));
  EXPECT_NE(left.Next(), Random(8).Next());
}

// The enforcer asks at two hooks: before DNAT, and behind it with the first answer in hand.
TEST(Agreement, EarlyAndLateStagesTogetherSayWhatTheWholeSays) {
  uint64_t compared = 0;
  uint64_t early = 0;
  uint64_t translated = 0;
  for (uint64_t seed = kSeed; seed < kSeed + 200; ++seed) {
    Random random(seed);
    const Model model = RandomModel(random);
    const Site site = testing::RandomSite(random);
    const auto snapshot = Compile(model, site, 1);
    ASSERT_OK(snapshot);
    for (int i = 0; i < 100; ++i) {
      const InterfacePacket packet = testing::RandomPacket(random);
      const InterfaceRole in = (*snapshot)->RoleOf(packet.in);
      const InterfaceRole out = (*snapshot)->RoleOf(packet.out);
      if (packet.packet.hook == Hook::kOutput) continue;
      const Decision whole = Evaluate(**snapshot, in, out, packet.packet);
      Packet before = packet.packet;
      if (before.translated) {
        before.tuple.destination = before.original_destination;
        if (HasPorts(before.tuple.protocol)) {
          before.tuple.destination_port = before.original_destination_port;
        }
        before.translated = false;
      }
      const Decision first = EvaluateBeforeDnat(**snapshot, in, before);
      Decision last = first;
      if (first.verdict != Verdict::kDeny) {
        Packet behind = packet.packet;
        behind.pre_dnat = first.verdict == Verdict::kAllow ? PreDnat::kAllowed : PreDnat::kPassed;
        last = Evaluate(**snapshot, in, out, behind);
      }
      EXPECT_EQ(last.verdict, whole.verdict) << "seed " << seed << "\n" << ToText(packet);
      if (first.verdict == Verdict::kDeny) {
        EXPECT_EQ(last.reason, whole.reason);
      }
      ++compared;
      early += first.verdict != Verdict::kNone ? 1 : 0;
      translated += packet.packet.translated ? 1 : 0;
    }
  }
  EXPECT_GT(compared, 10'000u);
  EXPECT_GT(early, 300u);
  EXPECT_GT(translated, 300u);
}

}  // namespace
}  // namespace gw
