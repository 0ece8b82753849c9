// What the kernel does with real packets, against the reference evaluator: random policies on a
// real gatewardend, packets made by hand from every side, and after each batch the question which
// of them got past our table. GW_SEED overrides the seed of the first policy, GW_POLICIES how many
// there are; a failure names what repeats it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

#include "common/policy/reference.h"
#include "common/service/local_service.h"
#include "enforcer/control/interfaces.h"
#include "tests/support/packet_builder.h"
#include "tests/support/random_policy.h"
#include "tests/support/sockets.h"
#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

constexpr uint64_t kSeed = 20'261'124;
constexpr uint64_t kPolicies = 32;
constexpr size_t kPacketsPerPolicy = 100;
// Where the gateway sends port 8080 of eth0.
constexpr uint16_t kForwardedPort = 8080;
constexpr char kForwardedTo[] = "10.0.1.2";
constexpr char kForwardedTo6[] = "fd00:0:0:1::2";

uint64_t FromEnvironment(const char* name, uint64_t fallback) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
  uint64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : fallback;
}

Address AddressOf(absl::string_view text) {
  const auto address = ParseAddress(text);
  EXPECT_OK(address);
  return *address;
}

// The part of the world of random_policy.h that a gateway can be wired to.
struct Side {
  const char* interface;
  std::vector<const char*> sources;  // "": none of that family
};
const Side kSides[] = {
    {"eth0", {"10.0.0.2", "10.0.0.3", "192.0.2.1", "10.65.0.2", "fd00::2", "fd65::1"}},
    {"eth1", {"10.0.1.2", "10.0.1.130", "10.0.0.3", "fd00:0:0:1::2", "fd00::2"}},
    {"eth2", {"192.168.20.7", "10.0.0.2", "2001:db8:20::7"}},
    {"cali1", {"10.65.0.2", "10.65.0.2", "192.0.2.1", "fd65::1", "fd65::1"}},
    {"cali2", {"10.65.0.9", "10.0.0.2", "fd65::9"}},
};
const std::vector<const char*> kLocal4 = {"10.0.0.1", "10.0.1.1", "10.65.0.1"};
const std::vector<const char*> kLocal6 = {"fd00::1", "fd00:0:0:1::1"};
const std::vector<const char*> kBehind4 = {"10.0.0.2",   "10.0.0.3",  "10.0.1.2",
                                           "10.0.1.130", "10.65.0.2", "192.0.2.1"};
const std::vector<const char*> kBehind6 = {"fd00::2", "fd00:0:0:1::2", "fd65::1"};

// By which interface the gateway reaches an address.
std::string RouteTo(const Address& address) {
  static const std::pair<Prefix, const char*> routes[] = {
      {*ParsePrefix("10.0.0.0/24"), "eth0"},     {*ParsePrefix("10.0.1.0/24"), "eth1"},
      {*ParsePrefix("10.65.0.2/32"), "cali1"},   {*ParsePrefix("10.65.0.9/32"), "cali2"},
      {*ParsePrefix("192.168.20.0/24"), "eth2"}, {*ParsePrefix("fd00::/64"), "eth0"},
      {*ParsePrefix("fd00:0:0:1::/64"), "eth1"}, {*ParsePrefix("fd65::1/128"), "cali1"},
      {*ParsePrefix("fd65::9/128"), "cali2"},    {*ParsePrefix("2001:db8:20::/64"), "eth2"},
  };
  for (const auto& [prefix, interface] : routes) {
    if (prefix.Contains(address)) return interface;
  }
  return "eth0";  // the default route
}

struct Sent {
  InterfacePacket packet;      // as the reference evaluator is asked
  std::vector<uint8_t> bytes;  // as it was sent
  Tuple as_sent;
  std::optional<Tuple> translated;
  Explanation expected;
};

// A text for each flow, as the probe's sets have it.
std::string KeyOf(const Tuple& tuple, uint16_t icmp_id) {
  const std::string ends =
      absl::StrCat(ToString(tuple.source), " . ", ToString(tuple.destination), " . ");
  if (IsIcmp(tuple.protocol)) {
    return absl::StrCat(ends, static_cast<int>(tuple.icmp_type), " . ", icmp_id);
  }
  if (!HasPorts(tuple.protocol)) return absl::StrCat(ends, static_cast<int>(tuple.protocol));
  return absl::StrCat(ends, static_cast<int>(tuple.protocol), " . ", tuple.source_port, " . ",
                      tuple.destination_port);
}

constexpr char kProbe[] = R"(
  table inet gwprobe {
    set ports4 { typeof ip saddr . ip daddr . meta l4proto . th sport . th dport; size 65535; flags dynamic; }
    set ports6 { typeof ip6 saddr . ip6 daddr . meta l4proto . th sport . th dport; size 65535; flags dynamic; }
    set icmp4 { typeof ip saddr . ip daddr . icmp type . icmp id; size 65535; flags dynamic; }
    set icmp6 { typeof ip6 saddr . ip6 daddr . icmpv6 type . icmpv6 id; size 65535; flags dynamic; }
    set other4 { typeof ip saddr . ip daddr . meta l4proto; size 65535; flags dynamic; }
    set other6 { typeof ip6 saddr . ip6 daddr . meta l4proto; size 65535; flags dynamic; }
    chain see {
      meta nfproto ipv4 meta l4proto { 6, 17 } add @ports4 { ip saddr . ip daddr . meta l4proto . th sport . th dport }
      meta nfproto ipv6 meta l4proto { 6, 17 } add @ports6 { ip6 saddr . ip6 daddr . meta l4proto . th sport . th dport }
      meta l4proto 1 add @icmp4 { ip saddr . ip daddr . icmp type . icmp id }
      meta l4proto 58 add @icmp6 { ip6 saddr . ip6 daddr . icmpv6 type . icmpv6 id }
      meta nfproto ipv4 meta l4proto != { 1, 6, 17 } add @other4 { ip saddr . ip daddr . meta l4proto }
      meta nfproto ipv6 meta l4proto != { 6, 17, 58 } add @other6 { ip6 saddr . ip6 daddr . meta l4proto }
    }
    chain input { type filter hook input priority filter + 20; policy accept; jump see; }
    chain forward { type filter hook forward priority filter + 20; policy accept; jump see; }
    chain output { type filter hook output priority filter + 20; policy accept; jump see; }
  }
)";
constexpr const char* kProbeSets[] = {"ports4", "ports6", "icmp4", "icmp6", "other4", "other6"};

class PacketsTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Wire();
    if (HasFatalFailure()) return;
    // Checksums of packets that are made by hand are left out.
    ASSERT_OK(SetSysctl(gateway(), "net/netfilter/nf_conntrack_checksum", "0"));
    ASSERT_OK(lab_->lab().ForwardPort("tcp", kForwardedPort, kForwardedTo, 80));
    ASSERT_OK(lab_->lab().ForwardPort("tcp", kForwardedPort, kForwardedTo6, 80));
    ASSERT_OK(Nft(gateway(), kProbe));
  }

  void Wire() {
    auto one = lab_->lab().AddWorkload("cali1", "10.65.0.2", "fd65::1");
    ASSERT_OK(one);
    auto two = lab_->lab().AddWorkload("cali2", "10.65.0.9", "fd65::9");
    ASSERT_OK(two);
    sides_ = {{"eth0", &server()}, {"eth1", &client()}, {"eth2", &guest()},
              {"cali1", *one},     {"cali2", *two},     {"", &gateway()}};
    const auto add = [&](const Namespace& in, const char* address, const char* interface) {
      const bool six = absl::string_view(address).find(':') != absl::string_view::npos;
      std::vector<std::string> command = {"ip", "address", "add", address, "dev", interface};
      if (six) command.emplace_back("nodad");
      const Finished done = RunIn(in, command);
      ASSERT_TRUE(done.ok()) << address << done.err;
    };
    add(gateway(), "10.0.0.1/24", "eth0");
    add(gateway(), "fd00::1/64", "eth0");
    add(gateway(), "10.0.1.1/24", "eth1");
    add(gateway(), "fd00:0:0:1::1/64", "eth1");
    add(gateway(), "10.65.0.1/32", "eth2");
    for (const char* address : {"10.0.0.2/24", "10.0.0.3/24", "192.0.2.1/32", "fd00::2/64"}) {
      add(server(), address, "eth0");
    }
    for (const char* address : {"10.0.1.2/24", "10.0.1.130/24", "fd00:0:0:1::2/64"}) {
      add(client(), address, "eth0");
    }
    // Their answers are flows of their own to a doNotTrack policy, and none of this test's.
    for (const auto& [interface, in] : sides_) {
      if (interface.empty()) continue;
      ASSERT_OK(Nft(*in, R"(
        table inet gwquiet {
          chain input {
            type filter hook input priority filter; policy accept;
            meta l4proto { 6, 17, 1, 253 } drop
            icmpv6 type echo-request drop
          }
        })"));
    }
  }

  Site SiteNow() {
    const NamespaceScope scope(gateway());
    const auto interfaces = OpenInterfaces();
    EXPECT_OK(interfaces);
    Site site;
    site.node = "gw";
    for (const auto& [index, interface] : (*interfaces)->table()) {
      site.interfaces.push_back(interface);
    }
    site.now = absl::Now();
    site.zone = absl::LocalTimeZone();
    return site;
  }

  // The policy of a seed, for this node.
  static Model ModelOf(Random& random) {
    Model model = RandomModel(random);
    for (auto& [name, endpoint] : model.host_endpoints) {
      if (endpoint.node != "other") endpoint.node = "gw";
    }
    for (auto& [name, endpoint] : model.workload_endpoints) {
      if (endpoint.node != "other") endpoint.node = "gw";
    }
    if (random.OneIn(3)) {
      auto& configuration = model.configurations["default"];
      configuration.metadata.name = "default";
      configuration.values["learnedAccepts"] = "Off";
    }
    return model;
  }

  void Apply(const Model& model) {
    LocalServiceOptions options;
    options.policy_path = lab_->policy_path();
    options.audit_path = lab_->audit_path();
    auto service = OpenLocalService(options);
    ASSERT_OK(service);
    ApplyRequest request;
    request.put = AllResources(model);
    request.prune = true;
    request.author = "test";
    const auto applied = (*service)->Apply(CallContext(), request);
    ASSERT_OK(applied);
    for (const Problem& problem : applied->problems) {
      ASSERT_NE(problem.severity, Severity::kError) << ToString(problem);
    }
    if (!lab_->DaemonRuns()) {
      ASSERT_OK(lab_->StartDaemon());
    } else {
      ASSERT_TRUE(lab_->WaitForRevision(applied->revision)) << lab_->DaemonLog();
    }
  }

  // Nothing if such a flow was sent before, in either direction.
  std::optional<Sent> MakePacket(Random& random) {
    const bool six = random.OneIn(3);
    const auto pick = [&](const std::vector<const char*>& texts) {
      return AddressOf(texts[random.Below(texts.size())]);
    };
    Sent sent;
    Packet& packet = sent.packet.packet;
    Tuple& tuple = packet.tuple;
    if (random.OneIn(6)) {
      packet.hook = Hook::kOutput;
      tuple.source = pick(six ? kLocal6 : kLocal4);
      tuple.destination = pick(six ? kBehind6 : kBehind4);
      sent.packet.out = RouteTo(tuple.destination);
    } else {
      const Side& side = kSides[random.Below(std::size(kSides))];
      std::vector<const char*> sources;
      for (const char* source : side.sources) {
        if ((absl::string_view(source).find(':') != absl::string_view::npos) == six) {
          sources.push_back(source);
        }
      }
      sent.packet.in = side.interface;
      tuple.source = pick(sources);
      packet.hook = random.OneIn(3) ? Hook::kInput : Hook::kForward;
      tuple.destination = packet.hook == Hook::kInput ? pick(six ? kLocal6 : kLocal4)
                                                      : pick(six ? kBehind6 : kBehind4);
      if (packet.hook == Hook::kForward) sent.packet.out = RouteTo(tuple.destination);
      packet.reverse_path_ok = RouteTo(tuple.source) == sent.packet.in;
    }
    packet.hop_limit = 64;
    // What is behind the interface by which it would come is the sender itself.
    if (tuple.source == tuple.destination) return std::nullopt;
    if (packet.hook == Hook::kForward && sent.packet.in == sent.packet.out) return std::nullopt;
    AddTransport(random, six, &sent);
    if (!IsNew(tuple)) return std::nullopt;
    sent.as_sent = tuple;
    return sent;
  }

  // False if such a flow was there before, in either direction.
  bool IsNew(const Tuple& tuple) {
    Tuple back = tuple;
    std::swap(back.source, back.destination);
    std::swap(back.source_port, back.destination_port);
    return used_.insert(KeyOf(tuple, icmp_id_)).second &&
           (IsIcmp(tuple.protocol) || used_.insert(KeyOf(back, 0)).second);
  }

  void AddTransport(Random& random, bool six, Sent* sent) {
    Tuple& tuple = sent->packet.packet.tuple;
    tuple.protocol = random.Pick<uint8_t>(
        {kProtocolTcp, kProtocolTcp, kProtocolTcp, kProtocolUdp, kProtocolUdp, kProtocolIcmp, 253});
    if (tuple.protocol == kProtocolIcmp && six) tuple.protocol = kProtocolIcmpv6;
    const std::string from = ToString(tuple.source);
    const std::string to = ToString(tuple.destination);
    PacketBuilder builder = six ? PacketBuilder::IPv6(from, to) : PacketBuilder::IPv4(from, to);
    if (HasPorts(tuple.protocol)) {
      tuple.source_port = random.OneIn(4)
                              ? random.Pick<uint16_t>({22, 53, 68, 80, 443, 8080, 4789, 40000})
                              : static_cast<uint16_t>(10'000 + random.Below(50'000));
      tuple.destination_port =
          random.Pick<uint16_t>({22, 53, 68, 80, 80, 443, 443, 8080, 8080, 4789, 40000});
      if (tuple.protocol == kProtocolTcp) {
        builder.Tcp(tuple.source_port, tuple.destination_port, kTcpSyn);
      } else {
        builder.Udp(tuple.source_port, tuple.destination_port);
      }
    } else if (IsIcmp(tuple.protocol)) {
      tuple.icmp_type = six ? 128 : 8;
      ++icmp_id_;
      builder.Protocol(tuple.protocol,
                       {tuple.icmp_type, 0, 0, 0, static_cast<uint8_t>(icmp_id_ >> 8),
                        static_cast<uint8_t>(icmp_id_), 0, 1});
    } else {
      builder.Protocol(tuple.protocol, {1, 2, 3, 4});
    }
    sent->bytes = builder.Build();
  }

  // What the gateway's port forwarding makes of it. An untracked packet is not translated.
  static void Expect(const Model& model, const Site& site, Sent* sent) {
    Packet& packet = sent->packet.packet;
    sent->expected = ReferenceEvaluate(model, site, sent->packet);
    if (sent->packet.in != "eth0" || packet.tuple.protocol != kProtocolTcp ||
        packet.tuple.destination_port != kForwardedPort || sent->expected.untracked) {
      return;
    }
    packet.translated = true;
    packet.original_destination = packet.tuple.destination;
    packet.original_destination_port = packet.tuple.destination_port;
    packet.tuple.destination =
        AddressOf(packet.tuple.family() == Family::kIPv4 ? kForwardedTo : kForwardedTo6);
    packet.tuple.destination_port = 80;
    packet.hook = Hook::kForward;
    sent->packet.out = "eth1";
    sent->translated = packet.tuple;
    sent->expected = ReferenceEvaluate(model, site, sent->packet);
  }

  void Send(const Sent& sent) {
    const bool six = sent.as_sent.family() == Family::kIPv6;
    FileDescriptor& socket_fd = sockets_[{sent.packet.in, six}];
    if (!socket_fd.valid()) {
      const NamespaceScope scope(*sides_.at(sent.packet.in));
      socket_fd.Reset(socket(six ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
      ASSERT_TRUE(socket_fd.valid());
    }
    auto to = MakeSocketAddress(ToString(sent.as_sent.destination), 0);
    ASSERT_OK(to);
    const ssize_t count =
        sendto(socket_fd.get(), sent.bytes.data(), sent.bytes.size(), 0, to->get(), to->size);
    // The gateway itself hears at once of what is denied.
    if (count < 0 && errno == EPERM && sent.packet.in.empty()) return;
    ASSERT_EQ(count, static_cast<ssize_t>(sent.bytes.size()))
        << ToText(sent.packet) << ": " << absl::ErrnoToStatus(errno, "sendto");
  }

  // The keys of all packets that got past our table.
  std::set<std::string> Passed() {
    std::set<std::string> keys;
    for (const char* set : kProbeSets) {
      const Finished listed =
          RunIn(gateway(), {"nft", "-n", "list", "set", "inet", "gwprobe", set});
      EXPECT_TRUE(listed.ok()) << listed.err;
      const size_t begin = listed.out.find("elements = {");
      if (begin == std::string::npos) continue;
      const size_t open = listed.out.find('{', begin) + 1;
      const std::string elements = listed.out.substr(open, listed.out.find('}', open) - open);
      for (absl::string_view element : absl::StrSplit(elements, ',')) {
        keys.emplace(absl::StripAsciiWhitespace(element));
      }
    }
    return keys;
  }

  std::map<std::string, const Namespace*> sides_;
  std::map<std::pair<std::string, bool>, FileDescriptor> sockets_;
  absl::flat_hash_set<std::string> used_;
  uint16_t icmp_id_ = 0;
};

TEST_F(PacketsTest, KernelDoesWhatTheReferenceEvaluatorSays) {
  const uint64_t first = FromEnvironment("GW_SEED", kSeed);
  const uint64_t policies = FromEnvironment("GW_POLICIES", kPolicies);
  size_t compared = 0;
  size_t denied = 0;
  size_t rows_compared = 0;
  std::map<std::string, size_t> kinds;
  for (uint64_t seed = first; seed < first + policies && !HasFailure(); ++seed) {
    Random random(seed);
    const Model model = ModelOf(random);
    Apply(model);
    ASSERT_FALSE(HasFatalFailure()) << "GW_SEED=" << seed << "\n" << ToText(model);
    const Site site = SiteNow();
    struct Question {
      Sent sent;
      uint16_t icmp_id;
    };
    std::vector<Question> batch;
    while (batch.size() < kPacketsPerPolicy) {
      auto sent = MakePacket(random);
      if (!sent) continue;
      Expect(model, site, &*sent);
      // Two flows that are translated to the same would get another source port.
      if (sent->translated && !IsNew(*sent->translated)) continue;
      batch.push_back({*std::move(sent), icmp_id_});
    }
    for (const Question& question : batch) {
      Send(question.sent);
      ASSERT_FALSE(HasFatalFailure());
    }
    std::set<std::string> passed;
    const auto has_passed = [&](const Question& question) {
      return passed.contains(KeyOf(question.sent.as_sent, question.icmp_id)) ||
             (question.sent.translated &&
              passed.contains(KeyOf(*question.sent.translated, question.icmp_id)));
    };
    WaitUntil(
        [&] {
          passed = Passed();
          return std::all_of(batch.begin(), batch.end(), [&](const Question& question) {
            return question.sent.expected.verdict == Verdict::kDeny || has_passed(question);
          });
        },
        absl::Seconds(3));
    // Time for those that should not have come.
    absl::SleepFor(absl::Milliseconds(30));
    passed = Passed();
    std::map<std::string, AuditRecord> rows;
    for (AuditRecord& row : lab_->Records()) rows.try_emplace(ToString(row.tuple), std::move(row));
    for (const Question& question : batch) {
      const Sent& sent = question.sent;
      const bool expected = sent.expected.verdict != Verdict::kDeny;
      const auto row = rows.find(ToString(sent.packet.packet.tuple));
      const std::string said = row == rows.end() ? "no row" : Words(row->second);
      EXPECT_EQ(has_passed(question), expected)
          << "GW_SEED=" << seed << " GW_POLICIES=1\n"
          << ToText(sent.packet) << "\nreference: " << VerdictName(sent.expected.verdict) << " by "
          << sent.expected.decided_by << (sent.expected.untracked ? " untracked" : "")
          << "\naudit log: " << said << "\n"
          << ToText(model);
      if (row != rows.end() && !IsIcmp(sent.as_sent.protocol)) {
        EXPECT_EQ(said,
                  absl::StrCat(VerdictName(sent.expected.verdict), " ", sent.expected.decided_by))
            << "GW_SEED=" << seed << " GW_POLICIES=1\n"
            << ToText(sent.packet);
        ++rows_compared;
      }
      ++compared;
      denied += expected ? 0u : 1u;
      ++kinds[sent.expected.decided_by.substr(0, sent.expected.decided_by.find(':'))];
      kinds["(untracked)"] += sent.expected.untracked ? 1u : 0u;
      kinds["(translated)"] += sent.translated ? 1u : 0u;
    }
    ASSERT_OK(Nft(gateway(),
                  "flush set inet gwprobe ports4\nflush set inet gwprobe ports6\n"
                  "flush set inet gwprobe icmp4\nflush set inet gwprobe icmp6\n"
                  "flush set inet gwprobe other4\nflush set inet gwprobe other6\n"));
  }
  std::cout << "  " << compared << " packets compared, " << denied << " denied, " << rows_compared
            << " rows of the log; by";
  for (const auto& [kind, count] : kinds) std::cout << " " << kind << " " << count;
  std::cout << "\n";
  if (policies >= kPolicies && !HasFailure()) {
    EXPECT_GE(compared, 2'000u);
    EXPECT_GE(rows_compared, compared / 4);
    for (const char* kind :
         {"policy", "end-of-tier", "no-profile-match", "unknown-workload", "rpf", "not-policed",
          "forward-default-allow", "(untracked)", "(translated)"}) {
      EXPECT_GT(kinds[kind], 0u) << kind;
    }
  }
}

}  // namespace
}  // namespace gw::testing
