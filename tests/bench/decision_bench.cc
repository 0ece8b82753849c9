// The cost of one decision and of making a policy ready, against the number of rules and of known
// endpoints and sets (design figures "one decision" and "compile"). Prints, never fails.
//
// Rules: TCP ports and labels of the destination, networks of the source, ten a policy, policies of
// 50 selectors on the endpoint that the packets come in by; nearly none of them matches. "last":
// the packet that only the last rule allows; "mixed": 4,096 packets of random addresses and ports.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/policy/compile.h"
#include "common/policy/evaluate.h"
#include "common/policy/reference.h"
#include "tests/support/policy_builder.h"
#include "tests/support/random_policy.h"

namespace gw {
namespace {

constexpr int kRulesOfPolicy = 10;
constexpr int kRoles = 500;
constexpr size_t kPackets = 4'096;

std::string Role(int64_t number) { return absl::StrCat("role-", number % kRoles); }

Prefix NetOf(int64_t number) {
  return Prefix{Address::IPv4(0x0a000000U + (static_cast<uint32_t>(number) << 4U)), 28};
}

// `others` endpoints and sets, half of each; `rules` rules for the interface eth1, by which
// forwarded packets come in.
Model ModelOf(int64_t rules, int64_t others) {
  Model model;
  Put(model, testing::Hep("lan", "eth1", {{"zone", "inside"}}));
  Put(model, testing::Hep("wan", "eth0", {{"zone", "outside"}}));
  for (int64_t i = 0; i < others; ++i) {
    const Labels labels = {{"role", Role(i)}, {"site", absl::StrCat("site-", i % 7)}};
    if (i % 2 == 0) {
      HostEndpoint host = testing::Hep(absl::StrCat("endpoint-", i), absl::StrCat("if", i), labels);
      host.expected_ips = {NetOf(i).address};
      Put(model, host);
    } else {
      Put(model, testing::Set(absl::StrCat("set-", i), labels, {NetOf(i)}));
    }
  }
  for (int64_t number = 0; number < rules; number += kRulesOfPolicy) {
    Policy policy;
    policy.metadata.name = absl::StrCat("policy-", number);
    policy.tier = "default";
    policy.order = static_cast<double>(number);
    policy.selector = number % 50 == 0 ? "all()" : "zone == 'inside'";
    policy.apply_on_forward = true;
    policy.applies_to_ingress = true;
    for (int64_t i = number; i < number + kRulesOfPolicy; ++i) {
      Rule rule;
      rule.action = i % 3 == 0 ? RuleAction::kDeny : RuleAction::kAllow;
      rule.protocol = RuleProtocol{kProtocolTcp, true};
      if (i + 1 < rules) {
        const auto port = static_cast<uint16_t>(1'024 + i % 50'000);
        rule.destination.ports = {PortRange{port, port}};
        rule.destination.selector = absl::StrCat("role == '", Role(i), "'");
        if (i % 4 == 0) rule.source.nets = {NetOf(i)};
      } else {
        rule.action = RuleAction::kAllow;  // the last
        rule.destination.ports = {PortRange{443, 443}};
      }
      policy.ingress.push_back(std::move(rule));
    }
    Put(model, std::move(policy));
  }
  return model;
}

InterfacePacket LastPacket() {
  InterfacePacket packet;
  packet.in = "eth1";
  packet.out = "eth0";
  packet.packet.hook = Hook::kForward;
  packet.packet.tuple = {.source = testing::Addr("192.168.10.7"),
                         .destination = testing::Addr("198.51.100.1"),
                         .protocol = kProtocolTcp,
                         .source_port = 40'000,
                         .destination_port = 443};
  return packet;
}

std::vector<Packet> MixedPackets(int64_t rules) {
  testing::Random random(1);
  std::vector<Packet> packets;
  for (size_t i = 0; i < kPackets; ++i) {
    Packet packet = LastPacket().packet;
    const auto any = static_cast<int64_t>(random.Below(static_cast<size_t>(rules)));
    packet.tuple.source = NetOf(any).address;
    packet.tuple.destination = NetOf(static_cast<int64_t>(random.Below(10'000))).address;
    packet.tuple.source_port = static_cast<uint16_t>(random.Below(65'536));
    packet.tuple.destination_port =
        random.OneIn(2) ? uint16_t{443} : static_cast<uint16_t>(1'024 + any % 50'000);
    if (random.OneIn(4)) packet.tuple.protocol = kProtocolUdp;
    packets.push_back(packet);
  }
  return packets;
}

std::shared_ptr<const PolicySnapshot> SnapshotOf(const Model& model) {
  auto snapshot = Compile(model, testing::GatewaySite(), 1);
  GW_CHECK(snapshot.ok());
  return *std::move(snapshot);
}

void DecideLast(benchmark::State& state) {
  const auto snapshot = SnapshotOf(ModelOf(state.range(0), state.range(1)));
  const InterfacePacket packet = LastPacket();
  const InterfaceRole in = snapshot->RoleOf(packet.in);
  const InterfaceRole out = snapshot->RoleOf(packet.out);
  for (auto _ : state) benchmark::DoNotOptimize(Evaluate(*snapshot, in, out, packet.packet));
  state.counters["kB"] = static_cast<double>(snapshot->classifier_bytes()) / 1e3;
}

void DecideMixed(benchmark::State& state) {
  const auto snapshot = SnapshotOf(ModelOf(state.range(0), state.range(1)));
  const std::vector<Packet> packets = MixedPackets(state.range(0));
  const InterfaceRole in = snapshot->RoleOf("eth1");
  const InterfaceRole out = snapshot->RoleOf("eth0");
  size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Evaluate(*snapshot, in, out, packets[at++ % kPackets]));
  }
}

void DecideByReference(benchmark::State& state) {
  const Model model = ModelOf(state.range(0), state.range(1));
  const Site site = testing::GatewaySite();
  const InterfacePacket packet = LastPacket();
  for (auto _ : state) benchmark::DoNotOptimize(ReferenceEvaluate(model, site, packet));
}

void CompilePolicy(benchmark::State& state) {
  const Model model = ModelOf(state.range(0), state.range(1));
  const Site site = testing::GatewaySite();
  const auto used = [] {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
  };
  const double before = used();
  auto kept = Compile(model, site, 1);
  state.counters["MB"] = (used() - before) / 1e6;
  for (auto _ : state) benchmark::DoNotOptimize(Compile(model, site, 1));
}

// One network set of so many networks, and one rule that names it.
void CompileNetworks(benchmark::State& state) {
  Model model = ModelOf(10, 10);
  NetworkSet set = testing::Set("feed", {{"threat", "feed"}}, {});
  testing::Random random(1);
  for (int64_t i = 0; i < state.range(0); ++i) {
    const auto length = static_cast<uint8_t>(16 + random.Below(17));
    const auto address = static_cast<uint32_t>(random.Next()) & (~uint32_t{0} << (32U - length));
    set.nets.push_back({Address::IPv4(address), length});
  }
  Put(model, std::move(set));
  Policy policy = model.policies.begin()->second;
  policy.metadata.name = "feed";
  Rule rule = testing::Does(RuleAction::kDeny);
  rule.source.selector = "threat == 'feed'";
  policy.ingress = {rule};
  Put(model, std::move(policy));
  const Site site = testing::GatewaySite();
  for (auto _ : state) benchmark::DoNotOptimize(Compile(model, site, 1));
}

BENCHMARK(DecideLast)
    ->ArgNames({"rules", "others"})
    ->Args({10, 100})
    ->Args({100, 100})
    ->Args({1'000, 100})
    ->Args({10'000, 100})
    ->Args({10'000, 10'000})
    ->Args({10'000, 100'000});
BENCHMARK(DecideMixed)
    ->ArgNames({"rules", "others"})
    ->Args({10, 10'000})
    ->Args({100, 10'000})
    ->Args({1'000, 10'000})
    ->Args({10'000, 10'000})
    ->Args({10'000, 100'000});
BENCHMARK(DecideByReference)
    ->ArgNames({"rules", "others"})
    ->Args({10, 100})
    ->Args({100, 100})
    ->Args({1'000, 100})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(CompilePolicy)
    ->ArgNames({"rules", "others"})
    ->Args({10, 10})
    ->Args({1'000, 1'000})
    ->Args({10'000, 10'000})
    ->Args({10'000, 100'000})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(CompileNetworks)->ArgName("networks")->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gw

BENCHMARK_MAIN();
