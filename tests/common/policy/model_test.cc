#include "common/policy/model.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/policy/explanation.h"
#include "common/policy/packet.h"

namespace gw {
namespace {

Policy WithRules(size_t ingress, size_t egress) {
  Policy policy;
  policy.ingress.resize(ingress);
  policy.egress.resize(egress);
  SetDefaultTypes(policy);
  return policy;
}

TEST(SetDefaultTypes, FollowsTheRulesThatAreThere) {
  EXPECT_TRUE(WithRules(0, 0).applies_to(Direction::kIngress));
  EXPECT_FALSE(WithRules(0, 0).applies_to(Direction::kEgress));
  EXPECT_TRUE(WithRules(1, 0).applies_to(Direction::kIngress));
  EXPECT_FALSE(WithRules(1, 0).applies_to(Direction::kEgress));
  EXPECT_FALSE(WithRules(0, 1).applies_to(Direction::kIngress));
  EXPECT_TRUE(WithRules(0, 1).applies_to(Direction::kEgress));
  EXPECT_TRUE(WithRules(1, 1).applies_to(Direction::kIngress));
  EXPECT_TRUE(WithRules(1, 1).applies_to(Direction::kEgress));
}

TEST(KindByName, AcceptsNamesPluralsAndShortFormsInAnyCase) {
  for (const ResourceKind kind : kAllResourceKinds) {
    EXPECT_EQ(KindByName(KindName(kind)), kind) << KindName(kind);
  }
  EXPECT_EQ(KindByName("hostendpoint"), ResourceKind::kHostEndpoint);
  EXPECT_EQ(KindByName("GLOBALNETWORKPOLICIES"), ResourceKind::kGlobalNetworkPolicy);
  EXPECT_EQ(KindByName("hep"), ResourceKind::kHostEndpoint);
  EXPECT_EQ(KindByName("wep"), ResourceKind::kWorkloadEndpoint);
  EXPECT_EQ(KindByName("gnp"), ResourceKind::kGlobalNetworkPolicy);
  EXPECT_EQ(KindByName("sgnp"), ResourceKind::kStagedGlobalNetworkPolicy);
  EXPECT_EQ(KindByName("gns"), ResourceKind::kGlobalNetworkSet);
  EXPECT_EQ(KindByName(""), std::nullopt);
  EXPECT_EQ(KindByName("NetworkPolicy"), std::nullopt);
}

template <typename T>
T Named(const std::string& name) {
  T resource;
  resource.metadata.name = name;
  return resource;
}

Policy StagedPolicy(const std::string& name) {
  Policy policy = Named<Policy>(name);
  policy.staged = true;
  return policy;
}

std::vector<Resource> OneOfEachKind() {
  return {Named<Tier>("x"),         Named<Profile>("x"),
          Named<HostEndpoint>("x"), Named<WorkloadEndpoint>("x"),
          Named<NetworkSet>("x"),   Named<Policy>("x"),
          StagedPolicy("x"),        Named<FelixConfiguration>("x")};
}

TEST(Model, EveryKindIsPutFoundAndRemoved) {
  Model model;
  for (const Resource& resource : OneOfEachKind()) {
    const ResourceKey key = KeyOf(resource);
    EXPECT_EQ(Find(model, key), std::nullopt) << ToString(key);
    Put(model, resource);
    EXPECT_EQ(Find(model, key), resource) << ToString(key);
  }
  EXPECT_EQ(AllResources(model), OneOfEachKind());
  for (const Resource& resource : OneOfEachKind()) {
    EXPECT_TRUE(Remove(model, KeyOf(resource)));
    EXPECT_FALSE(Remove(model, KeyOf(resource)));
  }
  EXPECT_EQ(model, Model());
}

TEST(Model, PutReplacesTheOneOfTheSameKindAndName) {
  Model model;
  Put(model, Named<Tier>("a"));
  Tier tier = Named<Tier>("a");
  tier.order = 5;
  Put(model, tier);
  Put(model, Named<Tier>("b"));
  ASSERT_EQ(model.tiers.size(), 2u);
  EXPECT_EQ(model.tiers.at("a").order, 5);
}

TEST(Model, AStagedPolicyIsAnotherResourceThanThePolicyOfItsName) {
  Model model;
  Put(model, Named<Policy>("p"));
  Put(model, StagedPolicy("p"));
  EXPECT_EQ(model.policies.size(), 1u);
  EXPECT_EQ(model.staged_policies.size(), 1u);
  EXPECT_TRUE(Remove(model, {ResourceKind::kStagedGlobalNetworkPolicy, "p"}));
  EXPECT_EQ(model.policies.size(), 1u);
}

TEST(Model, AResourceIsNamedByKindAndName) {
  EXPECT_EQ(ToString(KeyOf(StagedPolicy("p"))), "StagedGlobalNetworkPolicy `p`");
  Resource resource = Named<HostEndpoint>("wan");
  MetadataOf(resource).name = "lan";
  EXPECT_EQ(ToString(KeyOf(resource)), "HostEndpoint `lan`");
}

TEST(Names, AreThoseOfTheVectors) {
  EXPECT_STREQ(HookName(Hook::kInput), "input");
  EXPECT_STREQ(HookName(Hook::kForward), "forward");
  EXPECT_STREQ(HookName(Hook::kOutput), "output");
  EXPECT_STREQ(ConntrackStateName(ConntrackState::kNew), "new");
  EXPECT_STREQ(ConntrackStateName(ConntrackState::kEstablished), "established");
  EXPECT_STREQ(ConntrackStateName(ConntrackState::kRelated), "related");
  EXPECT_STREQ(ConntrackStateName(ConntrackState::kInvalid), "invalid");
  EXPECT_STREQ(VerdictName(Verdict::kNone), "none");
  EXPECT_STREQ(VerdictName(Verdict::kAllow), "allow");
  EXPECT_STREQ(VerdictName(Verdict::kDeny), "deny");
}

}  // namespace
}  // namespace gw
