#include "admin-gui/session/attention.h"

#include <algorithm>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/policy_builder.h"

namespace gw::gui {
namespace {

using Kind = AttentionKind;

class AttentionTest : public ::testing::Test {
 protected:
  AttentionTest() {
    // Nothing to say about it.
    Put(model_, testing::Hep("wan", "eth0", {{"role", "wan"}}, {"usual"}));
    Put(model_, testing::AllowAll("usual"));
    testing::SetParameter(model_, "failsafeInboundHostPorts", "tcp:10.0.0.0/8:22");
    interfaces_ = {Interface("eth0", "203.0.113.2")};
    interfaces_.push_back(Interface("lo", "127.0.0.1"));
    interfaces_.back().kind = HostInterface::Kind::kLoopback;
  }

  static HostInterface Interface(const std::string& name, absl::string_view address) {
    HostInterface interface;
    interface.name = name;
    interface.up = true;
    interface.addresses = {{testing::Addr(address), 24}};
    return interface;
  }

  std::vector<AttentionItem> Find() const {
    const std::vector<Problem> problems = Validate(model_);
    return FindAttention({model_, problems, interfaces_, status_, problem_, testing::kNode});
  }
  // The only item of the kind.
  std::optional<AttentionItem> Only(Kind kind) const {
    std::optional<AttentionItem> found;
    for (const AttentionItem& item : Find()) {
      if (item.kind != kind) continue;
      EXPECT_FALSE(found) << item.title.toStdString();
      found = item;
    }
    return found;
  }

  Model model_;
  std::vector<HostInterface> interfaces_;
  std::optional<StatusResult> status_;
  GatewayProblem problem_;
};

TEST_F(AttentionTest, HealthyGatewayNeedsNothing) {
  for (const AttentionItem& item : Find()) ADD_FAILURE() << item.title.toStdString();
}

TEST_F(AttentionTest, AuditLogThatCannotBeWritten) {
  status_.emplace();
  status_->enforcer.last.counts.audit_problem = "`audit.db`: the disk is full: make room";
  status_->enforcer.last.counts.hash_chain_problem = "the hash chain cannot be started: no";
  status_->enforcer.state = EnforcerStatus::State::kStopped;
  EXPECT_FALSE(Only(Kind::kNotRecorded)) << "what was written last says nothing of now";
  status_->enforcer.state = EnforcerStatus::State::kRunning;
  const auto lost = Only(Kind::kNotRecorded);
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->cause, QStringLiteral("`audit.db`: the disk is full: make room"));
  EXPECT_EQ(lost->field, QStringLiteral("spec.auditMaxSize"));
  const auto chain = Only(Kind::kHashChain);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->field, QStringLiteral("spec.auditHashChain"));
}

TEST_F(AttentionTest, EndpointThatNothingDecides) {
  Put(model_, testing::Hep("lan", "eth1"));
  const auto egress = Only(Kind::kNoEgress);
  ASSERT_TRUE(egress);
  EXPECT_EQ(egress->subject, (ResourceKey{ResourceKind::kHostEndpoint, "lan"}));
  EXPECT_EQ(egress->action, AttentionAction::kAddPolicy);
  EXPECT_TRUE(Only(Kind::kNoIngress));
  Put(model_, testing::Gnp("in", "!has(role)", {testing::Does(RuleAction::kAllow)}));
  EXPECT_FALSE(Only(Kind::kNoIngress));
  EXPECT_TRUE(Only(Kind::kNoEgress));
}

TEST_F(AttentionTest, InterfaceWithoutEndpoint) {
  interfaces_.push_back(Interface("docker0", "172.17.0.1"));
  const auto item = Only(Kind::kInterfaceFree);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->title, QStringLiteral("docker0 is not checked."));
  EXPECT_EQ(item->interface_name, QStringLiteral("docker0"));
  interfaces_.back().up = false;
  EXPECT_FALSE(Only(Kind::kInterfaceFree));
}

TEST_F(AttentionTest, EndpointForAllInterfacesIsShadowed) {
  Put(model_, testing::Hep("all", "*", {}, {"usual"}));
  interfaces_.push_back(Interface("docker0", "172.17.0.1"));
  EXPECT_FALSE(Only(Kind::kInterfaceFree));
  const auto item = Only(Kind::kAnyShadowed);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->title, QStringLiteral("eth0 is governed by wan."));
}

TEST_F(AttentionTest, OpenFailsafe) {
  model_.configurations.clear();
  EXPECT_TRUE(Only(Kind::kFailsafeOpen));
}

TEST_F(AttentionTest, MissingProfile) {
  Put(model_, testing::Hep("lan", "eth1", {}, {"gone"}));
  Put(model_, testing::Hep("dmz", "eth2", {}, {"gone"}));
  const auto item = Only(Kind::kMissingProfile);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->subject, (ResourceKey{ResourceKind::kProfile, "gone"}));
}

TEST_F(AttentionTest, SelectorThatMatchesNothingNamesTheNearest) {
  Put(model_, testing::Gnp("p", "role == 'wam'", {testing::Does(RuleAction::kAllow)}));
  const auto item = Only(Kind::kSelectsNothing);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->title, QStringLiteral("p applies to no endpoint."));
  EXPECT_EQ(item->cause,
            QStringLiteral("Nothing has the label role = 'wam'. There is role = 'wan'."));
}

TEST_F(AttentionTest, RuleBelowOneThatDecidesEverything) {
  Put(model_,
      testing::Gnp("p", "all()",
                   {testing::DoesTcp(RuleAction::kAllow, 80), testing::Does(RuleAction::kDeny),
                    testing::DoesTcp(RuleAction::kAllow, 443)}));
  const auto item = Only(Kind::kRuleShadowed);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->field, QStringLiteral("spec.ingress[2]"));
  Rule timed = testing::Does(RuleAction::kDeny);
  timed.annotations[kExpiresAnnotation] = "2030-01-01T00:00:00Z";
  model_.policies.at("p").ingress[1] = timed;
  EXPECT_FALSE(Only(Kind::kRuleShadowed));
}

TEST_F(AttentionTest, NamedPortThatNobodyHas) {
  Rule rule = testing::DoesTcp(RuleAction::kAllow, 80);
  rule.destination.ports = {std::string("web")};
  Put(model_, testing::Gnp("p", "all()", {rule}));
  const auto item = Only(Kind::kNamedPortUnknown);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->cause, QStringLiteral("Rule 1 of p matches nothing."));
  model_.host_endpoints.at("wan").ports = {{"web", kProtocolTcp, 80}};
  EXPECT_FALSE(Only(Kind::kNamedPortUnknown));
}

TEST_F(AttentionTest, PolicyBeforeNatAndWorkloads) {
  Put(model_, testing::Wep("w", "cali1", "10.0.0.1", {}, {"usual"}));
  Policy policy =
      testing::Forwarding(testing::Gnp("p", "all()", {testing::Does(RuleAction::kAllow)}));
  policy.pre_dnat = true;
  Put(model_, policy);
  EXPECT_TRUE(Only(Kind::kWorkloadExempt));
}

TEST_F(AttentionTest, OpenWithoutEnforcerStandsFirst) {
  Put(model_, testing::Hep("lan", "eth1"));
  status_.emplace();
  status_->enforcer.state = EnforcerStatus::State::kStopped;
  status_->enforcer.last.fail_mode = "Open";
  const auto items = Find();
  ASSERT_FALSE(items.empty());
  EXPECT_EQ(items.front().kind, Kind::kNothingDecides);
  status_->enforcer.last.fail_mode = "Closed";
  EXPECT_FALSE(Only(Kind::kNothingDecides));
}

TEST_F(AttentionTest, ErrorsOfTheWorkingCopy) {
  Put(model_, testing::Gnp("p", "role ==", {}));
  const auto item = Only(Kind::kError);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->field, QStringLiteral("spec.selector"));
}

TEST_F(AttentionTest, IdentitiesDiffer) {
  Put(model_, testing::Hep("lan", "eth1"));
  Put(model_, testing::Hep("dmz", "eth2"));
  interfaces_.push_back(Interface("docker0", "172.17.0.1"));
  interfaces_.push_back(Interface("docker1", "172.18.0.1"));
  std::set<QString> identities;
  const auto items = Find();
  for (const AttentionItem& item : items) identities.insert(item.Identity());
  EXPECT_EQ(identities.size(), items.size());
  EXPECT_GE(items.size(), 6u);
}

}  // namespace
}  // namespace gw::gui
