#include "common/policy/rule_version.h"

#include <functional>
#include <set>
#include <vector>

#include "gtest/gtest.h"

#include "tests/support/policy_builder.h"

namespace gw {
namespace {

using testing::DoesTcp;
using testing::Net;

Policy Web() {
  Policy policy;
  policy.metadata.name = "web";
  policy.selector = "role == 'server'";
  policy.ingress = {DoesTcp(RuleAction::kAllow, 443)};
  return policy;
}

int64_t VersionOf(const Policy& policy) {
  return RuleVersion(policy, Direction::kIngress, policy.ingress.front());
}

TEST(RuleVersion, StaysTheSameWhereTheRuleSaysTheSame) {
  const int64_t version = VersionOf(Web());
  EXPECT_NE(version, kNoRuleVersion);
  Policy moved = Web();
  moved.ingress.insert(moved.ingress.begin(), DoesTcp(RuleAction::kDeny, 22));
  EXPECT_EQ(RuleVersion(moved, Direction::kIngress, moved.ingress.back()), version);
  Policy reordered = Web();
  reordered.order = 7;
  reordered.tier = "other";
  reordered.metadata.annotations = {{"note", "for the shop"}};
  reordered.ingress.front().annotations = {{"note", "asked for by Ann"}};
  EXPECT_EQ(VersionOf(reordered), version);
}

// In an audit log of another version of the program they would mean nothing.
TEST(RuleVersion, IsTheSameNumberInEveryProgram) {
  EXPECT_EQ(VersionOf(Web()), 818130466354761097);
}

TEST(RuleVersion, DiffersWithEverythingThatTheRuleSays) {
  const std::vector<std::function<void(Policy&, Rule&)>> edits = {
      [](Policy&, Rule&) {},
      [](Policy& p, Rule&) { p.metadata.name = "web2"; },
      [](Policy& p, Rule&) { p.selector = "all()"; },
      [](Policy& p, Rule&) { p.apply_on_forward = true; },
      [](Policy& p, Rule&) { p.pre_dnat = true; },
      [](Policy& p, Rule&) { p.do_not_track = true; },
      [](Policy&, Rule& r) { r.action = RuleAction::kDeny; },
      [](Policy&, Rule& r) { r.ip_version = 4; },
      [](Policy&, Rule& r) { r.ip_version = 6; },
      [](Policy&, Rule& r) {
        r.protocol = RuleProtocol{17, true};
      },
      [](Policy&, Rule& r) {
        r.protocol = RuleProtocol{6, !r.protocol->by_name};
      },
      [](Policy&, Rule& r) {
        r.not_protocol = RuleProtocol{17, true};
      },
      [](Policy&, Rule& r) {
        r.icmp = RuleIcmp{8, {}};
      },
      [](Policy&, Rule& r) {
        r.icmp = RuleIcmp{8, uint8_t{0}};
      },
      [](Policy&, Rule& r) {
        r.not_icmp = RuleIcmp{8, {}};
      },
      [](Policy&, Rule& r) { r.source.nets = {Net("10.0.0.0/8")}; },
      [](Policy&, Rule& r) { r.source.not_nets = {Net("10.0.0.0/8")}; },
      [](Policy&, Rule& r) { r.destination.nets = {Net("10.0.0.0/8")}; },
      [](Policy&, Rule& r) {
        r.source.ports = {PortRange{443, 443}};
      },
      [](Policy&, Rule& r) {
        r.destination.ports = {PortRange{443, 444}};
      },
      [](Policy&, Rule& r) { r.destination.ports = {std::string("https")}; },
      [](Policy&, Rule& r) {
        r.destination.not_ports = {PortRange{443, 443}};
      },
      [](Policy&, Rule& r) { r.source.selector = "all()"; },
      [](Policy&, Rule& r) { r.source.not_selector = "all()"; },
      [](Policy&, Rule& r) { r.destination.selector = "all()"; },
      [](Policy&, Rule& r) { r.annotations[kExpiresAnnotation] = "2026-12-01T00:00:00Z"; },
      [](Policy&, Rule& r) { r.annotations[kScheduleAnnotation] = "2026-12-01T00:00:00Z"; },
  };
  std::set<int64_t> versions;
  for (const auto& edit : edits) {
    Policy policy = Web();
    edit(policy, policy.ingress.front());
    versions.insert(VersionOf(policy));
  }
  EXPECT_EQ(versions.size(), edits.size());
  const Policy policy = Web();
  EXPECT_EQ(versions.count(RuleVersion(policy, Direction::kEgress, policy.ingress.front())), 0u);
}

TEST(RuleVersion, ProfilesHaveTheirOwn) {
  Profile profile;
  profile.metadata.name = "web";
  profile.ingress = {DoesTcp(RuleAction::kAllow, 443)};
  const int64_t version = RuleVersion(profile, Direction::kIngress, profile.ingress.front());
  EXPECT_NE(version, VersionOf(Web()));
  profile.labels_to_apply = {{"a", "b"}};
  EXPECT_EQ(RuleVersion(profile, Direction::kIngress, profile.ingress.front()), version);
}

}  // namespace
}  // namespace gw
