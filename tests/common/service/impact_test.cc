#include "common/service/impact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/policy/compile.h"
#include "common/service/local_service.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// A gateway whose endpoint `wan` allows one port to itself.
Model Allowing(uint16_t port) {
  Model model;
  HostEndpoint endpoint;
  endpoint.metadata.name = "wan";
  endpoint.node = "gw";
  endpoint.interface_name = "eth0";
  Put(model, endpoint);
  Policy policy;
  policy.metadata.name = "web";
  Rule rule;
  rule.protocol = RuleProtocol{kProtocolTcp, true};
  rule.destination.ports = {PortRange{port, port}};
  policy.ingress = {rule};
  SetDefaultTypes(policy);
  Put(model, policy);
  return model;
}

absl::Time At(int64_t second) { return absl::FromUnixSeconds(1'700'000'000 + second); }

AuditRecord FlowTo(uint16_t port, int64_t second, uint32_t source = 0xc6336409) {
  AuditRecord record;
  record.time = At(second);
  record.in = "eth0";
  record.tuple.source = Address::IPv4(source);
  record.tuple.destination = Address::IPv4(0xcb007102);
  record.tuple.protocol = kProtocolTcp;
  record.tuple.source_port = static_cast<uint16_t>(40'000 + second % 1000);
  record.tuple.destination_port = port;
  record.decided_by = "not-policed";  // what was recorded does not count
  return record;
}

class ImpactTest : public ::testing::Test {
 protected:
  ImpactTest() {
    auto service = OpenLocalService({directory_.File("policy.db"), "", true});
    EXPECT_OK(service);
    service_ = *std::move(service);
    request_.before.from = request_.after.from = PolicySource::From::kGiven;
    request_.before.model = Allowing(443);
    request_.after.model = Allowing(80);
    request_.site.node = "gw";
    request_.site.interfaces = {{"eth0", {Address::IPv4(0xcb007102)}}};
  }

  void Record(const std::vector<AuditRecord>& records) {
    GW_ASSERT_OK_AND_ASSIGN(
        const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter));
    ASSERT_OK(store->Append(records));
  }

  absl::StatusOr<ImpactResult> Ask(const ImpactProgress& progress = nullptr) {
    return service_->Impact(context_, request_, progress);
  }

  testing::TemporaryDirectory directory_;
  std::unique_ptr<Service> service_;
  CallContext context_;
  ImpactRequest request_;
};

TEST_F(ImpactTest, CountsAndGroupsWhatWouldDiffer) {
  Record({FlowTo(443, 0), FlowTo(443, 1), FlowTo(80, 2), FlowTo(22, 3), FlowTo(443, 4, 1)});
  GW_ASSERT_OK_AND_ASSIGN(const ImpactResult result, Ask());
  EXPECT_EQ(result.newly_denied, 3);
  EXPECT_EQ(result.newly_allowed, 1);
  EXPECT_EQ(result.unchanged, 1);
  EXPECT_EQ(result.looked_at, 5);
  EXPECT_EQ(result.total, 5);
  EXPECT_TRUE(result.complete);
  ASSERT_THAT(result.groups, SizeIs(3));
  EXPECT_EQ(result.groups[0].newest.time, At(4)) << "newest first";
  EXPECT_EQ(result.groups[1].newest.time, At(2));
  EXPECT_FALSE(result.groups[1].newly_denied());
  EXPECT_EQ(result.groups[1].before_decided_by, "end-of-tier:default/ingress");
  EXPECT_EQ(result.groups[1].after_decided_by, "policy:web/ingress/0");
  EXPECT_EQ(result.groups[2].newest.time, At(1)) << "the newest of the group";
  EXPECT_EQ(result.groups[2].flows, 2);
  EXPECT_TRUE(result.groups[2].newly_denied());
  EXPECT_EQ(result.groups[2].before, Verdict::kAllow);
  EXPECT_EQ(result.groups[2].after, Verdict::kDeny);
}

TEST_F(ImpactTest, EqualPoliciesChangeNothing) {
  Record({FlowTo(443, 0), FlowTo(80, 1)});
  request_.after = request_.before;
  GW_ASSERT_OK_AND_ASSIGN(const ImpactResult result, Ask());
  EXPECT_EQ(result.unchanged, 2);
  EXPECT_THAT(result.groups, IsEmpty());
}

TEST_F(ImpactTest, LimitsOfTimeFlowsAndGroups) {
  Record({FlowTo(443, 0), FlowTo(443, 1), FlowTo(443, 2, 1), FlowTo(443, 3, 2)});
  request_.since = At(1);
  EXPECT_EQ(Ask()->looked_at, 3);
  request_.limit_flows = 2;
  EXPECT_EQ(Ask()->looked_at, 2);
  EXPECT_EQ(Ask()->total, 2);
  EXPECT_TRUE(Ask()->complete);
  request_.limit_groups = 1;
  GW_ASSERT_OK_AND_ASSIGN(const ImpactResult result, Ask());
  EXPECT_THAT(result.groups, SizeIs(1));
  EXPECT_EQ(result.groups_omitted_flows, 1);
  EXPECT_EQ(result.newly_denied, 2);
}

TEST_F(ImpactTest, MoreThanOnePageIsReadToTheEnd) {
  std::vector<AuditRecord> records;
  for (int i = 0; i < 5001; ++i) records.push_back(FlowTo(i % 2 == 0 ? 443 : 80, i));
  Record(records);
  GW_ASSERT_OK_AND_ASSIGN(const ImpactResult result, Ask());
  EXPECT_EQ(result.looked_at, 5001);
  EXPECT_EQ(result.newly_denied, 2501);
  EXPECT_EQ(result.newly_allowed, 2500);
}

TEST_F(ImpactTest, WithoutALogItIsCompleteAndEmpty) {
  GW_ASSERT_OK_AND_ASSIGN(const ImpactResult result, Ask());
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.looked_at, 0);
}

TEST_F(ImpactTest, APolicyWithErrorsIsRefused) {
  request_.after.model.policies.at("web").selector = "((";
  EXPECT_TRUE(absl::IsInvalidArgument(Ask().status()));
}

TEST_F(ImpactTest, ACancelledQuestionTellsWhatIsKnown) {
  Record({FlowTo(443, 0)});
  GW_ASSERT_OK_AND_ASSIGN(
      const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kReadOnly));
  GW_ASSERT_OK_AND_ASSIGN(const auto before, Compile(request_.before.model, request_.site, 0));
  context_.Cancel();
  std::vector<ImpactResult> known;
  const auto result =
      ComputeImpact(context_, *store, *before, *before, request_,
                    [&known](const ImpactResult& partial) { known.push_back(partial); });
  EXPECT_TRUE(absl::IsCancelled(result.status()));
  ASSERT_THAT(known, SizeIs(1));
  EXPECT_FALSE(known[0].complete);
  EXPECT_EQ(known[0].total, 1);
}

TEST_F(ImpactTest, FiguresOfTheWindowComeFromTheLog) {
  Record({FlowTo(443, 0), FlowTo(80, 1)});
  EXPECT_EQ(service_->Histogram(context_, {}, At(0), At(2), 2)->buckets.size(), 2u);
  EXPECT_EQ(service_->Top(context_, {}, {"src"}, 5)->tops.front().count, 2);
  EXPECT_THAT(service_->Values(context_, {}, "dport", "8", 5)->tops, SizeIs(1));
  EXPECT_THAT(service_->Values(context_, {}, "dport", "", 5)->tops, SizeIs(2));
  EXPECT_TRUE(absl::IsInvalidArgument(service_->Values(context_, {}, "time", "", 5).status()));
  EXPECT_THAT(service_->Search(context_, {})->records, SizeIs(2));
  EXPECT_THAT(*service_->NewPairs(context_, At(0), 5), SizeIs(2));
  // The first quarter of an hour may be cut off, so that parts end with that of now.
  EXPECT_THAT(service_->RuleHits(context_, At(-3600), 24)->rules, SizeIs(1));
  EXPECT_THAT(*service_->Events(context_, {}), IsEmpty());
}

}  // namespace
}  // namespace gw
