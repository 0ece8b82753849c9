#include "common/store/policy_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/net/protocol.h"
#include "tests/common/store/temp_directory.h"
#include "tests/support/random_policy.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::Random;
using testing::RandomModel;
using testing::ReadFile;
using testing::TempDirectory;
using testing::Tmpfs;
using testing::WriteFile;
using Action = RevisionInfo::Change::Action;
using Mode = PolicyStore::Mode;

Address IP(const std::string& text) { return *ParseAddress(text); }
Prefix Net(const std::string& text) { return *ParsePrefix(text); }

std::unique_ptr<PolicyStore> OpenStore(const std::string& path, Mode mode = Mode::kCreate) {
  auto store = PolicyStore::Open(path, mode);
  EXPECT_OK(store);
  return *std::move(store);
}

WriteRequest PutRequest(std::vector<Resource> resources) {
  WriteRequest request;
  for (Resource& resource : resources) {
    ResourceKey key = KeyOf(resource);
    request.changes.push_back({std::move(key), std::move(resource)});
  }
  request.author = "root";
  return request;
}

WriteRequest DeleteRequest(ResourceKind kind, const std::string& name) {
  WriteRequest request;
  request.changes.push_back({{kind, name}, std::nullopt});
  request.author = "root";
  return request;
}

// What turns one model into another.
WriteRequest RequestFor(const Model& before, const Model& after) {
  WriteRequest request = PutRequest(AllResources(after));
  for (const Resource& resource : AllResources(before)) {
    const ResourceKey key = KeyOf(resource);
    if (!Find(after, key)) request.changes.push_back({key, std::nullopt});
  }
  return request;
}

Metadata Named(const std::string& name) {
  return {name, {{"role", "web"}, {"empty", ""}}, {{"note", "it's; a \"note\" -- ünï\nnext"}}};
}

Rule AllowPort(uint16_t port) {
  Rule rule;
  rule.protocol = RuleProtocol{kProtocolTcp, true};
  rule.destination.ports = {PortRange{port, port}};
  return rule;
}

Rule FullRule() {
  Rule rule;
  rule.action = RuleAction::kLog;
  rule.ip_version = 4;
  rule.protocol = RuleProtocol{kProtocolTcp, true};
  rule.not_protocol = RuleProtocol{200, false};
  rule.source.nets = {Net("10.0.0.0/8"), Net("0.0.0.0/0"), Net("10.0.0.0/8")};
  rule.source.not_nets = {Net("10.1.0.0/16")};
  rule.source.ports = {PortRange{1024, 65535}, std::string("ssh"), PortRange{1, 1}};
  rule.source.not_ports = {std::string("web")};
  rule.source.selector = "role == 'web'";
  rule.source.not_selector = "has(quarantine)";
  rule.destination.nets = {Net("192.0.2.0/24")};
  rule.destination.not_nets = {Net("192.0.2.128/25"), Net("192.0.2.1/32")};
  rule.destination.ports = {PortRange{443, 443}};
  rule.destination.not_ports = {PortRange{22, 22}, PortRange{80, 90}};
  rule.destination.selector = "zone in {'lan'}";
  rule.destination.not_selector = "role == 'db'";
  rule.annotations = {{kScheduleAnnotation, "Mon-Fri 07:00-21:00"}, {"x", ""}};
  return rule;
}

Rule IcmpRule(bool by_name) {
  Rule rule;
  rule.action = RuleAction::kDeny;
  rule.protocol = RuleProtocol{kProtocolIcmp, by_name};
  rule.icmp = RuleIcmp{8, std::nullopt};
  rule.not_icmp = RuleIcmp{3, 4};
  return rule;
}

// Every field of every kind other than its default, lists in no sorted order.
Model FullModel() {
  Model model;
  HostEndpoint host;
  host.metadata = Named("wan");
  host.node = "gw";
  host.interface_name = "eth0";
  host.expected_ips = {IP("203.0.113.9"), IP("2001:db8::1"), IP("203.0.113.2")};
  host.profiles = {"z", "a"};
  host.ports = {{"web", kProtocolTcp, 65535}, {"dns", kProtocolUdp, 1}};
  Put(model, host);
  WorkloadEndpoint workload;
  workload.metadata = Named("wan");  // the same name in another kind
  workload.node = "gw";
  workload.interface_name = "cali1";
  workload.ip_networks = {Net("2001:db8::7/128"), Net("10.0.0.7/32")};
  workload.profiles = {"b", "a"};
  workload.ports = {{"sctp", kProtocolSctp, 5000}};
  workload.mac = "02:00:00:00:00:01";
  workload.allow_spoofed_source_prefixes = {Net("10.9.0.0/16"), Net("10.8.0.0/16")};
  Put(model, workload);
  Policy policy;
  policy.metadata = Named("web");
  policy.tier = "base";
  policy.order = -0.1;
  policy.selector = "role == 'web'";
  policy.applies_to_ingress = false;
  policy.applies_to_egress = true;
  policy.ingress = {FullRule(), IcmpRule(true), FullRule()};
  policy.egress = {IcmpRule(false), Rule()};
  policy.egress[1].action = RuleAction::kPass;
  policy.apply_on_forward = true;
  policy.do_not_track = true;
  Put(model, policy);
  policy.metadata.name = "pre";
  policy.order.reset();
  policy.egress.clear();
  policy.applies_to_ingress = true;
  policy.applies_to_egress = false;
  policy.do_not_track = false;
  policy.pre_dnat = true;
  Put(model, policy);
  policy.metadata.name = "web";
  policy.staged = true;
  for (const StagedAction action : {StagedAction::kSet, StagedAction::kLearn}) {
    policy.staged_action = action;
    policy.metadata.name += "x";
    Put(model, policy);
  }
  NetworkSet set;
  set.metadata = Named("bad");
  set.nets = {Net("2001:db8::/32"), Net("0.0.0.0/0"), Net("10.0.0.1/32")};
  Put(model, set);
  Profile profile;
  profile.metadata = Named("a");
  profile.labels_to_apply = {{"from-profile", "yes"}};
  profile.ingress = {AllowPort(1)};
  profile.egress = {AllowPort(2), AllowPort(3)};
  Put(model, profile);
  Tier tier;
  tier.metadata = Named("base");
  tier.order = 1e-300;
  tier.default_action = TierAction::kPass;
  Put(model, tier);
  Tier plain;
  plain.metadata.name = "plain";
  Put(model, plain);
  FelixConfiguration configuration;
  configuration.metadata = Named("default");
  configuration.values = {{"failMode", "Open"}, {"logPrefix", ""}};
  Put(model, configuration);
  return model;
}

Policy WebPolicy(std::vector<Rule> ingress) {
  Policy policy;
  policy.metadata.name = "web";
  policy.ingress = std::move(ingress);
  return policy;
}

NetworkSet Set(const std::string& name, const std::string& net = "10.0.0.0/8") {
  NetworkSet set;
  set.metadata.name = name;
  set.nets = {Net(net)};
  return set;
}

Model LoadModel(PolicyStore& store) {
  auto loaded = store.Load();
  EXPECT_OK(loaded);
  return loaded.ok() ? std::move(loaded->model) : Model();
}

std::vector<int64_t> IngressIds(PolicyStore& store, size_t count,
                                const ResourceKey& owner = {ResourceKind::kGlobalNetworkPolicy,
                                                            "web"}) {
  std::vector<int64_t> ids;
  for (uint32_t i = 0; i < count; ++i) {
    const auto id = store.RuleId(owner, Direction::kIngress, i);
    EXPECT_OK(id);
    ids.push_back(id.value_or(-1));
  }
  return ids;
}

// ---- what is stored is what was written ------------------------------------------------------

TEST(PolicyStore, EmptyDatabaseIsRevisionZero) {
  const auto store = OpenStore(kMemoryDatabase);
  GW_ASSERT_OK_AND_ASSIGN(const LoadedPolicy loaded, store->Load());
  EXPECT_EQ(loaded.revision, 0);
  EXPECT_EQ(loaded.model, Model());
  EXPECT_EQ(*store->LoadRevision(0), Model());
  EXPECT_TRUE(store->History(10)->empty());
  EXPECT_EQ(store->Revision(0)->number, 0);
}

TEST(PolicyStore, EveryFieldOfEveryKindComesBack) {
  const TempDirectory directory;
  const Model model = FullModel();
  ASSERT_EQ(*OpenStore(directory.File("p.db"))->Write(PutRequest(AllResources(model))), 1);
  for (const Mode mode : {Mode::kReadOnly, Mode::kReadWrite}) {
    const auto store = OpenStore(directory.File("p.db"), mode);
    const Model read = LoadModel(*store);
    EXPECT_EQ(read, model);
    for (const Resource& resource : AllResources(model)) {
      const auto found = Find(read, KeyOf(resource));
      ASSERT_TRUE(found) << ToString(KeyOf(resource));
      EXPECT_EQ(*found, resource) << ToString(KeyOf(resource));
    }
  }
}

TEST(PolicyStore, DeletedResourcesLeaveNoRows) {
  const TempDirectory directory;
  const auto store = OpenStore(directory.File("p.db"));
  const Model model = FullModel();
  ASSERT_OK(store->Write(PutRequest(AllResources(model))));
  ASSERT_OK(store->Write(RequestFor(model, Model())));
  EXPECT_EQ(LoadModel(*store), Model());
  GW_ASSERT_OK_AND_ASSIGN(Database database,
                          Database::Open(directory.File("p.db"), Database::Access::kReadOnly));
  Statement tables = database.Prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'revision%' "
      "AND name NOT LIKE 'sqlite%'");
  int count = 0;
  while (tables.Step()) {
    EXPECT_EQ(*database.ReadInt(absl::StrCat("SELECT count(*) FROM ", tables.Text(0))), 0)
        << tables.Text(0);
    ++count;
  }
  EXPECT_GT(count, 15);
}

TEST(PolicyStore, RandomModelsComeBackAndSoDoesEveryRevision) {
  const uint64_t seed = 20261122;
  Random random(seed);
  const auto store = OpenStore(kMemoryDatabase);
  std::vector<Model> revisions = {Model()};
  for (int i = 0; i < 40; ++i) {
    Model next = RandomModel(random);
    const Model& before = revisions.back();
    if (random.OneIn(2)) {  // an edit rather than a new world
      Model edited = before;
      for (const Resource& resource : AllResources(next)) {
        if (random.OneIn(6)) Put(edited, resource);
      }
      next = edited;
    }
    GW_ASSERT_OK_AND_ASSIGN(const int64_t revision, store->Write(RequestFor(before, next)));
    if (next == before) continue;
    ASSERT_EQ(revision, static_cast<int64_t>(revisions.size())) << "seed " << seed;
    revisions.push_back(next);
    ASSERT_EQ(LoadModel(*store), next) << "seed " << seed << ":\n" << testing::ToText(next);
  }
  for (size_t revision = 0; revision < revisions.size(); ++revision) {
    GW_ASSERT_OK_AND_ASSIGN(const Model model, store->LoadRevision(static_cast<int64_t>(revision)));
    ASSERT_EQ(model, revisions[revision]) << "seed " << seed << " revision " << revision;
  }
}

// ---- revisions -------------------------------------------------------------------------------

TEST(PolicyStore, ARevisionSaysWhoWhenWhyAndWhat) {
  const auto store = OpenStore(kMemoryDatabase);
  ASSERT_OK(store->Write(PutRequest({Set("a"), Set("b")})));
  WriteRequest request = PutRequest({Set("a", "10.1.0.0/16"), Set("c")});
  request.changes.push_back({{ResourceKind::kGlobalNetworkSet, "b"}, std::nullopt});
  request.author = "alice@gui";
  request.reason = "b is gone";
  const absl::Time before = absl::Now() - absl::Microseconds(1);
  ASSERT_EQ(*store->Write(request), 2);
  GW_ASSERT_OK_AND_ASSIGN(const RevisionInfo revision, store->Revision(2));
  EXPECT_EQ(revision.number, 2);
  EXPECT_EQ(revision.author, "alice@gui");
  EXPECT_EQ(revision.reason, "b is gone");
  EXPECT_GE(revision.time, before);
  EXPECT_LE(revision.time, absl::Now());
  ASSERT_EQ(revision.changes.size(), 3u);
  EXPECT_EQ(revision.changes[0].key.name, "a");
  EXPECT_EQ(revision.changes[0].action, Action::kChanged);
  EXPECT_EQ(revision.changes[1].key.name, "c");
  EXPECT_EQ(revision.changes[1].action, Action::kCreated);
  EXPECT_EQ(revision.changes[2].key.name, "b");
  EXPECT_EQ(revision.changes[2].action, Action::kDeleted);
}

TEST(PolicyStore, UnchangedResourcesAreNotPartOfTheRevision) {
  const auto store = OpenStore(kMemoryDatabase);
  ASSERT_OK(store->Write(PutRequest({Set("a"), Set("b")})));
  ASSERT_EQ(*store->Write(PutRequest({Set("a"), Set("b", "10.1.0.0/16")})), 2);
  GW_ASSERT_OK_AND_ASSIGN(const RevisionInfo revision, store->Revision(2));
  ASSERT_EQ(revision.changes.size(), 1u);
  EXPECT_EQ(revision.changes[0].key.name, "b");
}

TEST(PolicyStore, AWriteThatChangesNothingIsNoRevision) {
  const auto store = OpenStore(kMemoryDatabase);
  EXPECT_EQ(*store->Write(WriteRequest()), 0);
  const std::vector<Resource> all = AllResources(FullModel());
  ASSERT_EQ(*store->Write(PutRequest(all)), 1);
  EXPECT_EQ(*store->Write(PutRequest(all)), 1);
  EXPECT_EQ(*store->CurrentRevision(), 1);
  EXPECT_EQ(store->History(10)->size(), 1u);
}

TEST(PolicyStore, HistoryIsNewestFirstAndPaged) {
  const auto store = OpenStore(kMemoryDatabase);
  for (int i = 1; i <= 5; ++i) {
    ASSERT_OK(store->Write(PutRequest({Set(absl::StrCat("s", i))})));
  }
  GW_ASSERT_OK_AND_ASSIGN(const std::vector<RevisionInfo> page, store->History(2));
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].number, 5);
  EXPECT_EQ(page[1].number, 4);
  EXPECT_EQ(page[1].changes.at(0).key.name, "s4");
  GW_ASSERT_OK_AND_ASSIGN(const std::vector<RevisionInfo> rest, store->History(100, 4));
  ASSERT_EQ(rest.size(), 3u);
  EXPECT_EQ(rest[0].number, 3);
  EXPECT_EQ(rest[2].changes.at(0).key.name, "s1");
  EXPECT_TRUE(store->History(0)->empty());
  EXPECT_TRUE(absl::IsNotFound(store->Revision(6).status()));
  EXPECT_TRUE(absl::IsNotFound(store->Revision(-1).status()));
}

TEST(PolicyStore, AnyEarlierStateCanBeLoadedAndWrittenBack) {
  const auto store = OpenStore(kMemoryDatabase);
  const Model full = FullModel();
  ASSERT_OK(store->Write(PutRequest(AllResources(full))));
  Model second = full;
  second.policies.at("web").ingress.clear();
  second.network_sets.erase("bad");
  Put(second, Set("new"));
  ASSERT_OK(store->Write(RequestFor(full, second)));
  ASSERT_OK(store->Write(RequestFor(second, Model())));
  EXPECT_EQ(*store->LoadRevision(0), Model());
  EXPECT_EQ(*store->LoadRevision(1), full);
  EXPECT_EQ(*store->LoadRevision(2), second);
  EXPECT_EQ(*store->LoadRevision(3), Model());
  EXPECT_TRUE(absl::IsNotFound(store->LoadRevision(4).status()));
  EXPECT_TRUE(absl::IsNotFound(store->LoadRevision(-1).status()));

  ASSERT_EQ(*store->Write(RequestFor(Model(), *store->LoadRevision(1))), 4);
  EXPECT_EQ(LoadModel(*store), full);
  EXPECT_EQ(*store->LoadRevision(2), second);
}

TEST(PolicyStore, AConflictNamesWhoWroteAndWhen) {
  const auto store = OpenStore(kMemoryDatabase);
  ASSERT_OK(store->Write(PutRequest({Set("a")})));
  WriteRequest theirs = PutRequest({Set("b")});
  theirs.author = "bob@cli";
  ASSERT_OK(store->Write(theirs));
  WriteRequest mine = PutRequest({Set("c")});
  mine.expected_revision = 1;
  const absl::Status conflict = store->Write(mine).status();
  EXPECT_TRUE(absl::IsAborted(conflict)) << conflict;
  EXPECT_TRUE(absl::StrContains(conflict.message(), "bob@cli")) << conflict;
  const std::string day = absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone());
  EXPECT_TRUE(absl::StrContains(conflict.message(), day)) << conflict;
  EXPECT_EQ(*store->CurrentRevision(), 2);
  mine.expected_revision = 7;
  EXPECT_TRUE(absl::IsAborted(store->Write(mine).status()));
  mine.expected_revision = 2;
  EXPECT_EQ(*store->Write(mine), 3);
}

TEST(PolicyStore, AWriteIsAllOrNothing) {
  const auto store = OpenStore(kMemoryDatabase);
  ASSERT_OK(store->Write(PutRequest({Set("a")})));
  WriteRequest request = PutRequest({Set("b")});
  request.changes.push_back({{ResourceKind::kTier, "none"}, std::nullopt});
  const absl::Status missing = store->Write(request).status();
  EXPECT_TRUE(absl::IsNotFound(missing)) << missing;
  EXPECT_TRUE(absl::StrContains(missing.message(), "Tier `none`")) << missing;

  EXPECT_FALSE(store->Write(PutRequest({Set("b"), Set("")})).ok());  // a CHECK refuses it
  NetworkSet not_text = Set("b");
  not_text.metadata.labels["x"] = "\xff";
  EXPECT_TRUE(absl::IsInvalidArgument(store->Write(PutRequest({Set("c"), not_text})).status()));

  GW_ASSERT_OK_AND_ASSIGN(const LoadedPolicy loaded, store->Load());
  EXPECT_EQ(loaded.revision, 1);
  EXPECT_EQ(loaded.model.network_sets.size(), 1u);
  EXPECT_EQ(store->History(10)->size(), 1u);
}

TEST(PolicyStore, RefusesContradictoryRequests) {
  const auto store = OpenStore(kMemoryDatabase);
  EXPECT_TRUE(absl::IsInvalidArgument(store->Write(PutRequest({Set("a"), Set("a")})).status()));
  WriteRequest renamed = PutRequest({Set("a")});
  renamed.changes[0].key.name = "b";
  EXPECT_TRUE(absl::IsInvalidArgument(store->Write(renamed).status()));
  EXPECT_EQ(*store->CurrentRevision(), 0);
}

// ---- rule ids --------------------------------------------------------------------------------

TEST(RuleId, StaysWithTheRuleWhereverItMoves) {
  const auto store = OpenStore(kMemoryDatabase);
  const Rule a = AllowPort(1), b = AllowPort(2), c = AllowPort(3), d = AllowPort(4);
  ASSERT_OK(store->Write(PutRequest({WebPolicy({a, b, c})})));
  const std::vector<int64_t> ids = IngressIds(*store, 3);
  ASSERT_OK(store->Write(PutRequest({WebPolicy({c, d, a, b})})));
  const std::vector<int64_t> moved = IngressIds(*store, 4);
  EXPECT_EQ(moved[0], ids[2]);
  EXPECT_EQ(moved[2], ids[0]);
  EXPECT_EQ(moved[3], ids[1]);
  EXPECT_GT(moved[1], *std::max_element(ids.begin(), ids.end()));
}

TEST(RuleId, StaysWhenOnlyThePolicyChanges) {
  const auto store = OpenStore(kMemoryDatabase);
  Policy policy = WebPolicy({AllowPort(1), FullRule()});
  ASSERT_OK(store->Write(PutRequest({policy})));
  const std::vector<int64_t> ids = IngressIds(*store, 2);
  policy.selector = "role == 'web'";
  policy.metadata.labels["x"] = "y";
  policy.egress = {AllowPort(9)};
  ASSERT_OK(store->Write(PutRequest({policy})));
  EXPECT_EQ(IngressIds(*store, 2), ids);
}

TEST(RuleId, ChangesWithAnyFieldOfTheRule) {
  const std::vector<void (*)(Rule&)> edits = {
      [](Rule& rule) { rule.action = RuleAction::kDeny; },
      [](Rule& rule) { rule.protocol->by_name = false; },
      [](Rule& rule) { rule.source.nets.pop_back(); },
      [](Rule& rule) { std::swap(rule.destination.not_ports[0], rule.destination.not_ports[1]); },
      [](Rule& rule) { rule.annotations.erase("x"); },
      [](Rule& rule) { rule.destination.not_selector += " "; },
  };
  for (size_t i = 0; i < edits.size(); ++i) {
    const auto store = OpenStore(kMemoryDatabase);
    const Rule other = AllowPort(1);
    ASSERT_OK(store->Write(PutRequest({WebPolicy({other, FullRule()})})));
    const std::vector<int64_t> ids = IngressIds(*store, 2);
    Rule edited = FullRule();
    edits[i](edited);
    ASSERT_EQ(*store->Write(PutRequest({WebPolicy({other, edited})})), 2) << i;
    const std::vector<int64_t> after = IngressIds(*store, 2);
    EXPECT_EQ(after[0], ids[0]) << i;
    EXPECT_GT(after[1], ids[1]) << i;
  }
}

TEST(RuleId, EqualRulesKeepIdsOfTheirOwn) {
  const auto store = OpenStore(kMemoryDatabase);
  const Rule a = AllowPort(1), b = AllowPort(2);
  ASSERT_OK(store->Write(PutRequest({WebPolicy({a, a, b, a})})));
  const std::vector<int64_t> ids = IngressIds(*store, 4);
  ASSERT_OK(store->Write(PutRequest({WebPolicy({b, a, a, a, a})})));
  std::vector<int64_t> after = IngressIds(*store, 5);
  EXPECT_EQ(after[0], ids[2]);
  std::sort(after.begin(), after.end());
  EXPECT_EQ(std::unique(after.begin(), after.end()), after.end());
  for (const int64_t id : ids) EXPECT_TRUE(std::binary_search(after.begin(), after.end(), id));
}

TEST(RuleId, IsNeverUsedAgain) {
  const TempDirectory directory;
  int64_t highest = 0;
  for (int i = 0; i < 5; ++i) {
    const auto store = OpenStore(directory.File("p.db"));
    ASSERT_OK(store->Write(PutRequest({WebPolicy({AllowPort(1), AllowPort(2)})})));
    for (const int64_t id : IngressIds(*store, 2)) {
      EXPECT_GT(id, highest);
      highest = id;
    }
    ASSERT_OK(store->Write(DeleteRequest(ResourceKind::kGlobalNetworkPolicy, "web")));
  }
}

TEST(RuleId, OfWhatIsNotThereIsNotFound) {
  const auto store = OpenStore(kMemoryDatabase);
  ASSERT_OK(store->Write(PutRequest({WebPolicy({AllowPort(1)})})));
  const ResourceKey web{ResourceKind::kGlobalNetworkPolicy, "web"};
  EXPECT_OK(store->RuleId(web, Direction::kIngress, 0));
  EXPECT_TRUE(absl::IsNotFound(store->RuleId(web, Direction::kIngress, 1).status()));
  EXPECT_TRUE(absl::IsNotFound(store->RuleId(web, Direction::kEgress, 0).status()));
  const ResourceKey staged{ResourceKind::kStagedGlobalNetworkPolicy, "web"};
  EXPECT_TRUE(absl::IsNotFound(store->RuleId(staged, Direction::kIngress, 0).status()));
}

// ---- several programs ------------------------------------------------------------------------

TEST(PolicyStore, DataVersionMovesWhenAnotherConnectionCommits) {
  const TempDirectory directory;
  const auto writer = OpenStore(directory.File("p.db"));
  const auto reader = OpenStore(directory.File("p.db"), Mode::kReadOnly);
  const int64_t before = *reader->DataVersion();
  EXPECT_EQ(*reader->DataVersion(), before);
  ASSERT_OK(writer->Write(PutRequest({Set("a")})));
  const int64_t after = *reader->DataVersion();
  EXPECT_NE(after, before);
  EXPECT_EQ(*reader->CurrentRevision(), 1);
  ASSERT_OK(writer->Write(PutRequest({Set("a")})));  // changes nothing
  EXPECT_EQ(*reader->DataVersion(), after);
}

TEST(PolicyStore, CheckpointMakesTheFileAloneTheWholeState) {
  const TempDirectory directory;
  const std::string path = directory.File("p.db");
  const auto store = OpenStore(path);  // keeps -wal there
  ASSERT_OK(OpenStore(path)->Write(PutRequest({Set("a")})));
  ASSERT_NE(ReadFile(path + "-wal"), "");
  const int64_t before = *store->DataVersion();
  ASSERT_OK(store->Checkpoint());
  EXPECT_EQ(ReadFile(path + "-wal"), "");
  EXPECT_EQ(*store->DataVersion(), before);
  WriteFile(directory.File("copy.db"), ReadFile(path));
  EXPECT_EQ(*OpenStore(directory.File("copy.db"))->CurrentRevision(), 1);
  ASSERT_OK(OpenStore(path)->Write(PutRequest({Set("b")})));
  EXPECT_NE(*store->DataVersion(), before);
}

TEST(PolicyStore, CheckpointDoesNotWaitForAReader) {
  const TempDirectory directory;
  const std::string path = directory.File("p.db");
  const auto store = OpenStore(path);
  ASSERT_OK(store->Write(PutRequest({Set("a")})));
  auto database = Database::Open(path, Database::Access::kReadOnly);
  ASSERT_OK(database);
  ASSERT_OK(database->Execute("BEGIN"));
  ASSERT_OK(database->ReadInt("SELECT count(*) FROM revision"));
  ASSERT_OK(store->Write(PutRequest({Set("b")})));
  const absl::Time begin = absl::Now();
  EXPECT_TRUE(absl::IsUnavailable(store->Checkpoint()));
  EXPECT_LT(absl::Now() - begin, kDatabaseBusyTimeout / 2);
  ASSERT_OK(database->Execute("COMMIT"));
  EXPECT_OK(store->Checkpoint());
}

TEST(PolicyStore, ReadersSeeWholeRevisionsWhileAWriterWrites) {
  const TempDirectory directory;
  const std::string path = directory.File("p.db");
  const auto writer = OpenStore(path);
  std::atomic<bool> done{false};
  std::vector<absl::Status> statuses(2);
  std::vector<std::thread> readers;
  for (absl::Status& status : statuses) {
    readers.emplace_back([&] {
      const auto store = PolicyStore::Open(path, Mode::kReadOnly);
      status = store.status();
      while (status.ok() && !done.load()) {
        const auto loaded = (*store)->Load();
        status = loaded.status();
        if (!loaded.ok() || loaded->revision == 0) continue;
        // Revision n has each set with n networks.
        for (const auto& [name, set] : loaded->model.network_sets) {
          if (static_cast<int64_t>(set.nets.size()) == loaded->revision) continue;
          status = absl::InternalError(absl::StrCat(name, " at ", loaded->revision));
        }
      }
    });
  }
  NetworkSet a = Set("a");
  NetworkSet b = Set("b");
  for (int i = 1; i <= 40; ++i) {
    EXPECT_OK(writer->Write(PutRequest({a, b})));
    a.nets.push_back(Net("10.0.0.0/8"));
    b.nets.push_back(Net("10.0.0.0/8"));
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  for (const absl::Status& status : statuses) EXPECT_OK(status);
}

TEST(PolicyStore, OfTwoWritersFromTheSameRevisionOneGetsAConflict) {
  const TempDirectory directory;
  const std::string path = directory.File("p.db");
  OpenStore(path);
  std::atomic<int> written{0};
  std::atomic<int> conflicts{0};
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      const auto store = PolicyStore::Open(path, Mode::kReadWrite);
      for (int i = 0; store.ok() && i < 10; ++i) {
        WriteRequest request = PutRequest({Set(absl::StrCat("w", w, "-", i))});
        request.expected_revision = *(*store)->CurrentRevision();
        const auto revision = (*store)->Write(request);
        if (revision.ok()) ++written;
        if (absl::IsAborted(revision.status())) ++conflicts;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(written + conflicts, 40);
  const auto store = OpenStore(path, Mode::kReadOnly);
  EXPECT_EQ(*store->CurrentRevision(), written);
  EXPECT_EQ(static_cast<int>(LoadModel(*store).network_sets.size()), written);
}

TEST(PolicyStore, LockedIsUnavailableAndNothingIsWritten) {
  const TempDirectory directory;
  const std::string path = directory.File("p.db");
  OpenStore(path);
  GW_ASSERT_OK_AND_ASSIGN(const auto store,
                          PolicyStore::Open(path, Mode::kReadWrite, absl::Milliseconds(20)));
  GW_ASSERT_OK_AND_ASSIGN(Database other, Database::Open(path, Database::Access::kReadWrite));
  {
    GW_ASSERT_OK_AND_ASSIGN(const Transaction held,
                            Transaction::Begin(other, Transaction::Kind::kWrite));
    const absl::Status status = store->Write(PutRequest({Set("a")})).status();
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "locked")) << status;
    EXPECT_OK(store->Load());
  }
  EXPECT_EQ(*store->Write(PutRequest({Set("a")})), 1);
}

// ---- broken files ----------------------------------------------------------------------------

TEST(PolicyStore, ReadOnlyNeedsAFileAndDoesNotWrite) {
  const TempDirectory directory;
  const std::string path = directory.File("p.db");
  EXPECT_TRUE(absl::IsNotFound(PolicyStore::Open(path, Mode::kReadOnly).status()));
  EXPECT_TRUE(absl::IsNotFound(PolicyStore::Open(path, Mode::kReadWrite).status()));
  OpenStore(path);
  const auto store = OpenStore(path, Mode::kReadOnly);
  const absl::Status status = store->Write(PutRequest({Set("a")})).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

TEST(PolicyStore, ReadOnlyFileSystemCanBeReadAndRefusesWrites) {
  const TempDirectory directory;
  Tmpfs disk(directory.path(), "size=8m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount here";
  const std::string path = directory.File("p.db");
  ASSERT_OK(OpenStore(path)->Write(PutRequest({Set("a")})));
  ASSERT_TRUE(disk.MakeReadOnly());
  EXPECT_EQ(LoadModel(*OpenStore(path, Mode::kReadOnly)).network_sets.count("a"), 1u);
  const absl::Status status = PolicyStore::Open(path, Mode::kReadWrite).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

TEST(PolicyStore, FullDiskIsUnavailableAndNothingIsWritten) {
  const TempDirectory directory;
  Tmpfs disk(directory.path(), "size=1m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount here";
  const auto store = OpenStore(directory.File("p.db"));
  ASSERT_OK(store->Write(PutRequest({Set("a")})));
  NetworkSet large = Set("large");
  large.nets.assign(100'000, Net("192.0.2.0/24"));
  const absl::Status status = store->Write(PutRequest({Set("b"), large})).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "disk full")) << status;
  GW_ASSERT_OK_AND_ASSIGN(const LoadedPolicy loaded, store->Load());
  EXPECT_EQ(loaded.revision, 1);
  EXPECT_EQ(loaded.model.network_sets.size(), 1u);
  EXPECT_EQ(*store->Write(PutRequest({Set("b")})), 2) << "room for little things is left";
}

TEST(PolicyStore, TruncatedFileIsDataLoss) {
  const TempDirectory directory;
  const std::string path = directory.File("p.db");
  ASSERT_OK(OpenStore(path)->Write(PutRequest(AllResources(FullModel()))));
  const std::string whole = ReadFile(path);
  constexpr size_t kPage = 4096;  // a part of the last page missing is noticed when it is read
  for (size_t size = 512; size + kPage < whole.size(); size += kPage) {
    WriteFile(path, whole.substr(0, size));
    const auto store = PolicyStore::Open(path, Mode::kReadOnly);
    const absl::Status status = store.ok() ? (*store)->Load().status() : store.status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << size << ": " << status;
  }
}

TEST(PolicyStore, FlippedBytesNeverCrashAndAreMostlyNoticed) {
  const TempDirectory directory;
  const std::string path = directory.File("p.db");
  ASSERT_OK(OpenStore(path)->Write(PutRequest(AllResources(FullModel()))));
  const std::string whole = ReadFile(path);
  int refused = 0;
  for (size_t i = 0; i < whole.size(); i += 331) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    WriteFile(path, damaged);
    const auto store = PolicyStore::Open(path, Mode::kReadOnly);
    const absl::Status status = store.ok() ? (*store)->Load().status() : store.status();
    if (!status.ok()) ++refused;
    EXPECT_FALSE(absl::IsNotFound(status) || absl::IsInvalidArgument(status)) << status;
  }
  EXPECT_GT(refused, 10);
}

// What a person may do with sqlite3 and should not.
TEST(PolicyStore, RowsThatNoGatewardenWroteAreDataLoss) {
  for (const char* edit :
       {"UPDATE network_set_net SET net = '10.0.0.1/8'",
        "UPDATE rule SET protocol = 'carrier-pigeon'", "UPDATE rule SET protocol = '300'",
        "UPDATE host_endpoint_address SET address = 'here'",
        "INSERT INTO tier SELECT id, 1, 'Deny' FROM resource "
        "WHERE kind = 'Profile'"}) {
    const TempDirectory directory;
    const std::string path = directory.File("p.db");
    ASSERT_OK(OpenStore(path)->Write(PutRequest(AllResources(FullModel()))));
    {
      GW_ASSERT_OK_AND_ASSIGN(Database other, Database::Open(path, Database::Access::kReadWrite));
      ASSERT_OK(other.Execute(edit));
    }
    const absl::Status status = OpenStore(path, Mode::kReadOnly)->Load().status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << edit << ": " << status;
  }
}

// ---- size ------------------------------------------------------------------------------------

Model LargeModel() {
  Model model;
  for (int i = 0; i < 1000; ++i) {
    Policy policy;
    policy.metadata.name = absl::StrCat("policy-", i);
    policy.metadata.labels = {{"owner", "team"}};
    for (uint16_t port = 1; port <= 10; ++port) {
      Rule rule = AllowPort(port);
      rule.source.nets = {Net("10.0.0.0/8"), Net("192.0.2.0/24")};
      policy.ingress.push_back(rule);
    }
    Put(model, policy);
  }
  for (int i = 0; i < 10'000; ++i) {
    NetworkSet set = Set(absl::StrCat("set-", i));
    set.metadata.labels = {{"role", "guest"}, {"zone", "lan"}};
    Put(model, set);
  }
  return model;
}

TEST(PolicyStore, LoadsALargePolicyInWellUnderASecond) {
  const TempDirectory directory;
  const Model model = LargeModel();
  const auto store = OpenStore(directory.File("p.db"));
  absl::Time start = absl::Now();
  ASSERT_OK(store->Write(PutRequest(AllResources(model))));
  const absl::Duration write_time = absl::Now() - start;
  start = absl::Now();
  GW_ASSERT_OK_AND_ASSIGN(const LoadedPolicy loaded, store->Load());
  const absl::Duration load_time = absl::Now() - start;
  start = absl::Now();
  ASSERT_OK(store->Write(PutRequest({Set("set-7", "10.7.0.0/16")})));
  const absl::Duration edit_time = absl::Now() - start;
  std::cout << "write " << write_time << ", load " << load_time << ", edit " << edit_time << "\n";
  EXPECT_EQ(loaded.model, model);
  // Far above what it takes, for slow machines and sanitizers; one statement a resource, or one
  // scan a change, would still be above it.
  EXPECT_LT(load_time, absl::Seconds(5));
  EXPECT_LT(edit_time, absl::Seconds(1));
}

}  // namespace
}  // namespace gw
