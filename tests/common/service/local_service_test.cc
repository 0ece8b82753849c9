#include "common/service/local_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "common/service/enforcer_lock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TemporaryDirectory;

HostEndpoint Endpoint(const std::string& name) {
  HostEndpoint endpoint;
  endpoint.metadata.name = name;
  endpoint.metadata.labels = {{"zone", name}};
  endpoint.node = "gw";
  endpoint.interface_name = "eth0";
  return endpoint;
}

Policy AllowPolicy(const std::string& name, uint16_t port) {
  Policy policy;
  policy.metadata.name = name;
  policy.order = 10;
  policy.selector = "zone == 'wan'";
  Rule rule;
  rule.protocol = RuleProtocol{kProtocolTcp, true};
  rule.destination.ports = {PortRange{port, port}};
  policy.ingress = {rule};
  SetDefaultTypes(policy);
  return policy;
}

Profile NamedProfile(const std::string& name) {
  Profile profile;
  profile.metadata.name = name;
  return profile;
}

InterfacePacket TcpTo(uint16_t port) {
  InterfacePacket packet;
  packet.in = "eth0";
  packet.packet.hook = Hook::kInput;
  packet.packet.tuple.source = Address::IPv4(0xc6336409);
  packet.packet.tuple.destination = Address::IPv4(0xcb007102);
  packet.packet.tuple.protocol = kProtocolTcp;
  packet.packet.tuple.source_port = 40000;
  packet.packet.tuple.destination_port = port;
  return packet;
}

Site TestSite() {
  Site site;
  site.node = "gw";
  site.interfaces = {{"eth0", {Address::IPv4(0xcb007102)}}};
  return site;
}

class LocalServiceTest : public ::testing::Test {
 protected:
  LocalServiceTest() : policy_path_(directory_.File("policy.db")) {
    auto service = OpenLocalService({policy_path_, "", true});
    EXPECT_OK(service);
    service_ = *std::move(service);
  }

  absl::StatusOr<ApplyResult> Apply(std::vector<Resource> put) {
    ApplyRequest request;
    request.put = std::move(put);
    request.author = "tester";
    return service_->Apply(context_, request);
  }

  absl::StatusOr<ApplyResult> Delete(std::vector<ResourceKey> keys) {
    ApplyRequest request;
    request.remove = std::move(keys);
    request.author = "tester";
    return service_->Apply(context_, request);
  }

  void Record(const AuditRecord& record) {
    GW_ASSERT_OK_AND_ASSIGN(
        const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter));
    ASSERT_OK(store->Append({record}));
  }

  TemporaryDirectory directory_;
  std::string policy_path_;
  CallContext context_;
  std::unique_ptr<Service> service_;
};

TEST_F(LocalServiceTest, AuditLogIsVerified) {
  EXPECT_TRUE(absl::IsNotFound(service_->VerifyAudit(context_, {}).status()));
  Record(AuditRecord());
  GW_ASSERT_OK_AND_ASSIGN(const AuditVerification verification,
                          service_->VerifyAudit(context_, {}));
  EXPECT_TRUE(verification.intact());
  EXPECT_EQ(verification.decisions.not_yet, 1);
  GW_ASSERT_OK_AND_ASSIGN(const AuditVerification other,
                          service_->VerifyAudit(context_, AuditHead{1, std::string(64, '0')}));
  EXPECT_FALSE(other.intact());
  CallContext cancelled;
  cancelled.Cancel();
  EXPECT_TRUE(absl::IsCancelled(service_->VerifyAudit(cancelled, {}).status()));
}

TEST_F(LocalServiceTest, WhatIsAppliedIsLoaded) {
  GW_ASSERT_OK_AND_ASSIGN(const ApplyResult result,
                          Apply({Endpoint("wan"), AllowPolicy("web", 443)}));
  EXPECT_TRUE(result.applied);
  EXPECT_EQ(result.revision, 1);
  ASSERT_THAT(result.differences, SizeIs(2));
  EXPECT_FALSE(result.differences[0].before.has_value());

  GW_ASSERT_OK_AND_ASSIGN(const LoadedPolicy loaded, service_->Load(context_));
  EXPECT_EQ(loaded.revision, 1);
  EXPECT_EQ(loaded.model.host_endpoints.at("wan"), Endpoint("wan"));
  EXPECT_EQ(loaded.model.policies.at("web"), AllowPolicy("web", 443));
}

TEST_F(LocalServiceTest, ApplyingWhatIsStoredMakesNoRevision) {
  ASSERT_OK(Apply({Endpoint("wan")}));
  GW_ASSERT_OK_AND_ASSIGN(const ApplyResult again, Apply({Endpoint("wan")}));
  EXPECT_TRUE(again.applied);
  EXPECT_EQ(again.revision, 1);
  EXPECT_THAT(again.differences, IsEmpty());
}

TEST_F(LocalServiceTest, OneErrorKeepsEverythingOut) {
  Policy wrong = AllowPolicy("web", 443);
  wrong.selector = "zone = 'wan'";
  GW_ASSERT_OK_AND_ASSIGN(const ApplyResult result, Apply({Endpoint("wan"), wrong}));
  EXPECT_FALSE(result.applied);
  EXPECT_TRUE(HasErrors(result.problems));
  EXPECT_FALSE(std::filesystem::exists(policy_path_)) << "not even an empty database is made";
}

TEST_F(LocalServiceTest, DryRunWritesNothing) {
  ApplyRequest request;
  request.put = {Endpoint("wan")};
  request.dry_run = true;
  GW_ASSERT_OK_AND_ASSIGN(const ApplyResult result, service_->Apply(context_, request));
  EXPECT_FALSE(result.applied);
  EXPECT_THAT(result.differences, SizeIs(1));
  EXPECT_FALSE(std::filesystem::exists(policy_path_));
}

TEST_F(LocalServiceTest, AnOldExpectedRevisionIsAConflictThatNamesTheWriter) {
  ASSERT_OK(Apply({Endpoint("wan")}));
  ASSERT_OK(Apply({AllowPolicy("web", 443)}));
  for (const bool dry_run : {false, true}) {
    ApplyRequest request;
    request.put = {AllowPolicy("web", 80)};
    request.expected_revision = 1;
    request.dry_run = dry_run;
    const auto result = service_->Apply(context_, request);
    EXPECT_TRUE(absl::IsAborted(result.status())) << result.status();
    EXPECT_THAT(std::string(result.status().message()), HasSubstr("`tester`"));
  }
}

TEST_F(LocalServiceTest, TheExpectedRevisionLetsTheWritePass) {
  ASSERT_OK(Apply({Endpoint("wan")}));
  ApplyRequest request;
  request.put = {AllowPolicy("web", 80)};
  request.expected_revision = 1;
  GW_ASSERT_OK_AND_ASSIGN(const ApplyResult result, service_->Apply(context_, request));
  EXPECT_EQ(result.revision, 2);
}

TEST_F(LocalServiceTest, PruneRemovesWhatIsNotNamed) {
  ASSERT_OK(Apply({Endpoint("wan"), AllowPolicy("web", 443), AllowPolicy("mail", 25)}));
  ApplyRequest request;
  request.put = {Endpoint("wan"), AllowPolicy("web", 443)};
  request.prune = true;
  GW_ASSERT_OK_AND_ASSIGN(const ApplyResult result, service_->Apply(context_, request));
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_EQ(result.differences[0].key.name, "mail");
  EXPECT_FALSE(result.differences[0].after.has_value());
  GW_ASSERT_OK_AND_ASSIGN(const LoadedPolicy loaded, service_->Load(context_));
  EXPECT_EQ(loaded.model.policies.count("mail"), 0u);
  EXPECT_EQ(loaded.model.policies.count("web"), 1u);
}

TEST_F(LocalServiceTest, AProfileThatAnEndpointNamesStays) {
  HostEndpoint endpoint = Endpoint("wan");
  endpoint.profiles = {"office"};
  ASSERT_OK(Apply({NamedProfile("office"), endpoint}));
  const ResourceKey profile{ResourceKind::kProfile, "office"};
  const auto refused = Delete({profile});
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("HostEndpoint `wan`"));

  EXPECT_OK(Delete({profile, {ResourceKind::kHostEndpoint, "wan"}}));
}

TEST_F(LocalServiceTest, ATierWithPoliciesStays) {
  Tier tier;
  tier.metadata.name = "first";
  tier.order = 1;
  Policy policy = AllowPolicy("first.web", 443);
  policy.tier = "first";
  GW_ASSERT_OK_AND_ASSIGN(const ApplyResult applied, Apply({tier, policy}));
  ASSERT_TRUE(applied.applied);
  const auto refused = Delete({{ResourceKind::kTier, "first"}});
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("first.web"));
}

TEST_F(LocalServiceTest, DeletingWhatIsNotThereIsAnError) {
  ASSERT_OK(Apply({Endpoint("wan")}));
  EXPECT_TRUE(absl::IsNotFound(Delete({{ResourceKind::kProfile, "none"}}).status()));
}

TEST_F(LocalServiceTest, RollbackWritesTheEarlierStateAsANewRevision) {
  ASSERT_OK(Apply({Endpoint("wan"), AllowPolicy("web", 443)}));
  ASSERT_OK(Apply({AllowPolicy("web", 80), AllowPolicy("mail", 25)}));
  GW_ASSERT_OK_AND_ASSIGN(const ApplyResult result, service_->Rollback(context_, 1, "tester"));
  EXPECT_TRUE(result.applied);
  EXPECT_EQ(result.revision, 3);
  EXPECT_THAT(result.differences, SizeIs(2));
  GW_ASSERT_OK_AND_ASSIGN(const LoadedPolicy loaded, service_->Load(context_));
  GW_ASSERT_OK_AND_ASSIGN(const Model first, service_->LoadRevision(context_, 1));
  EXPECT_EQ(loaded.model, first);
  GW_ASSERT_OK_AND_ASSIGN(const RevisionInfo info, service_->Revision(context_, 3));
  EXPECT_EQ(info.reason, "rollback to revision 1");
}

TEST_F(LocalServiceTest, ARevisionIsShownAgainstTheOneBefore) {
  ASSERT_OK(Apply({Endpoint("wan"), AllowPolicy("web", 443)}));
  ASSERT_OK(Apply({AllowPolicy("web", 80)}));
  GW_ASSERT_OK_AND_ASSIGN(const auto differences, service_->RevisionDifferences(context_, 2));
  ASSERT_THAT(differences, SizeIs(1));
  EXPECT_EQ(std::get<Policy>(*differences[0].before), AllowPolicy("web", 443));
  EXPECT_EQ(std::get<Policy>(*differences[0].after), AllowPolicy("web", 80));
}

TEST_F(LocalServiceTest, AGivenModelIsSimulatedWithoutADatabase) {
  SimulateRequest request;
  request.policy.from = PolicySource::From::kGiven;
  Put(request.policy.model, Endpoint("wan"));
  Put(request.policy.model, AllowPolicy("web", 443));
  request.site = TestSite();
  request.packets = {TcpTo(443), TcpTo(80)};
  request.with_trace = true;
  GW_ASSERT_OK_AND_ASSIGN(const auto results, service_->Simulate(context_, request));
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_EQ(results[0].explanation.decided_by, "policy:web/ingress/0");
  EXPECT_EQ(results[1].explanation.decided_by, "end-of-tier:default/ingress");
  EXPECT_FALSE(results[1].trace.empty());
  EXPECT_FALSE(std::filesystem::exists(policy_path_));
}

TEST_F(LocalServiceTest, AWrongModelIsNotSimulated) {
  SimulateRequest request;
  request.policy.from = PolicySource::From::kGiven;
  Policy wrong = AllowPolicy("web", 443);
  wrong.selector = "((";
  Put(request.policy.model, wrong);
  const auto refused = service_->Simulate(context_, request);
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status())) << refused.status();
}

TEST_F(LocalServiceTest, AnEarlierRevisionCanBeAsked) {
  ASSERT_OK(Apply({Endpoint("wan"), AllowPolicy("web", 443)}));
  ASSERT_OK(Apply({AllowPolicy("web", 80)}));
  SimulateRequest request;
  request.site = TestSite();
  request.packets = {TcpTo(443)};
  GW_ASSERT_OK_AND_ASSIGN(const auto now, service_->Simulate(context_, request));
  EXPECT_EQ(now[0].explanation.verdict, Verdict::kDeny);
  request.policy.from = PolicySource::From::kRevision;
  request.policy.revision = 1;
  GW_ASSERT_OK_AND_ASSIGN(const auto then, service_->Simulate(context_, request));
  EXPECT_EQ(then[0].explanation.verdict, Verdict::kAllow);
}

TEST_F(LocalServiceTest, WithoutAnAuditLogThereAreNoFlows) {
  GW_ASSERT_OK_AND_ASSIGN(const auto flows, service_->Flows(context_, {}));
  EXPECT_THAT(flows, IsEmpty());
  GW_ASSERT_OK_AND_ASSIGN(const auto counts, service_->HitCounts(context_, 10));
  EXPECT_THAT(counts, IsEmpty());
  EXPECT_TRUE(absl::IsNotFound(service_->ExplainFlow(context_, 1, TestSite()).status()));
}

TEST_F(LocalServiceTest, AFlowIsExplainedByThePolicyOfItsTimeAndByTheCurrentOne) {
  ASSERT_OK(Apply({Endpoint("wan"), AllowPolicy("web", 443)}));
  AuditRecord record;
  record.time = absl::FromUnixSeconds(1'700'000'000);
  record.in = "eth0";
  record.tuple = TcpTo(443).packet.tuple;
  record.verdict = Verdict::kAllow;
  record.decided_by = "policy:web/ingress/0";
  record.revision = 1;
  Record(record);
  ASSERT_OK(Apply({AllowPolicy("web", 80)}));

  GW_ASSERT_OK_AND_ASSIGN(const auto flows, service_->Flows(context_, {}));
  ASSERT_THAT(flows, SizeIs(1));
  GW_ASSERT_OK_AND_ASSIGN(const ExplainResult result,
                          service_->ExplainFlow(context_, flows[0].id, TestSite()));
  EXPECT_EQ(result.record.decided_by, "policy:web/ingress/0");
  ASSERT_TRUE(result.then.has_value()) << result.then_missing;
  EXPECT_EQ(result.then->explanation.decided_by, "policy:web/ingress/0");
  EXPECT_EQ(result.now.explanation.decided_by, "end-of-tier:default/ingress");
  EXPECT_FALSE(result.now.trace.empty());
}

TEST_F(LocalServiceTest, WithoutANodeAFlowIsExplainedForTheNodeOfTheEnforcer) {
  ASSERT_OK(Apply({Endpoint("wan"), AllowPolicy("web", 443)}));
  AuditRecord record;
  record.time = absl::FromUnixSeconds(1'700'000'000);
  record.in = "eth0";
  record.tuple = TcpTo(443).packet.tuple;
  record.revision = 1;
  Record(record);
  {
    GW_ASSERT_OK_AND_ASSIGN(EnforcerLock lock, EnforcerLock::Acquire(policy_path_));
    EnforcerState state;
    state.node = "gw";
    state.revision = 1;
    ASSERT_OK(lock.Write(state));
    GW_ASSERT_OK_AND_ASSIGN(const StatusResult status, service_->Status(context_));
    EXPECT_EQ(status.enforcer.state, EnforcerStatus::State::kRunning);
  }
  Site site = TestSite();
  site.node.clear();
  GW_ASSERT_OK_AND_ASSIGN(const auto flows, service_->Flows(context_, {}));
  ASSERT_THAT(flows, SizeIs(1));
  GW_ASSERT_OK_AND_ASSIGN(const ExplainResult result,
                          service_->ExplainFlow(context_, flows[0].id, site));
  EXPECT_EQ(result.now.explanation.decided_by, "policy:web/ingress/0");
}

TEST_F(LocalServiceTest, AFlowOfAnUnknownRevisionSaysSo) {
  ASSERT_OK(Apply({Endpoint("wan")}));
  AuditRecord record;
  record.time = absl::FromUnixSeconds(1'700'000'000);
  record.in = "eth0";
  record.tuple = TcpTo(443).packet.tuple;
  record.revision = 99;
  Record(record);
  GW_ASSERT_OK_AND_ASSIGN(const auto flows, service_->Flows(context_, {}));
  ASSERT_THAT(flows, SizeIs(1));
  GW_ASSERT_OK_AND_ASSIGN(const ExplainResult result,
                          service_->ExplainFlow(context_, flows[0].id, TestSite()));
  EXPECT_FALSE(result.then.has_value());
  EXPECT_FALSE(result.then_missing.empty());
}

TEST_F(LocalServiceTest, StatusCountsWhatIsThere) {
  HostEndpoint endpoint = Endpoint("wan");
  endpoint.profiles = {"missing"};
  ASSERT_OK(Apply({endpoint, AllowPolicy("web", 443), NamedProfile("office")}));
  GW_ASSERT_OK_AND_ASSIGN(const StatusResult status, service_->Status(context_));
  EXPECT_EQ(status.revision, 1);
  EXPECT_EQ(status.last_author, "tester");
  EXPECT_EQ(status.host_endpoints, 1u);
  EXPECT_EQ(status.policies, 1u);
  EXPECT_EQ(status.profiles, 1u);
  EXPECT_GE(status.warnings, 1u) << "a profile is missing";
  EXPECT_EQ(status.enforcer.state, EnforcerStatus::State::kStopped);
  EXPECT_EQ(status.audit_database, directory_.File("audit.db"));
}

TEST_F(LocalServiceTest, ACancelledCallChangesNothing) {
  context_.Cancel();
  EXPECT_TRUE(absl::IsCancelled(Apply({Endpoint("wan")}).status()));
  EXPECT_FALSE(std::filesystem::exists(policy_path_));
}

TEST_F(LocalServiceTest, ReadingAMissingDatabaseDoesNotMakeIt) {
  EXPECT_TRUE(absl::IsNotFound(service_->Load(context_).status()));
  EXPECT_FALSE(std::filesystem::exists(policy_path_));
}

TEST(LocalService, ADatabaseInMemoryLastsAsLongAsTheService) {
  GW_ASSERT_OK_AND_ASSIGN(const auto service, OpenLocalService({":memory:", "", true}));
  const CallContext context;
  ApplyRequest request;
  request.put = {Endpoint("wan")};
  ASSERT_OK(service->Apply(context, request));
  GW_ASSERT_OK_AND_ASSIGN(const LoadedPolicy loaded, service->Load(context));
  EXPECT_EQ(loaded.model.host_endpoints.count("wan"), 1u);
}

TEST(LiveSite, HasTheLoopbackInterfaceWithItsAddress) {
  const Site site = LiveSite();
  EXPECT_FALSE(site.node.empty());
  bool found = false;
  for (const LiveInterface& interface : site.interfaces) found |= interface.name == "lo";
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace gw
