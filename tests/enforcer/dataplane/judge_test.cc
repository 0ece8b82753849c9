// Judge on bytes: what the engine cannot know, which is how a packet becomes a question to it and
// how the decision becomes a mark.

#include "enforcer/dataplane/judge.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "tests/support/enforced_policy.h"
#include "tests/support/packet_builder.h"
#include "tests/support/policy_builder.h"

namespace gw {
namespace {

using testing::Addr;
using testing::Does;
using testing::DoesTcp;
using testing::EnforcedPolicyOf;
using testing::Forwarding;
using testing::Gnp;
using testing::Hep;
using testing::kCali1;
using testing::kEth0;
using testing::kEth1;
using testing::kHopByHop;
using testing::kLoopback;
using testing::kNotListed;
using testing::kTcpAck;
using testing::kTcpRst;
using testing::kTcpSyn;
using testing::ModelOf;
using testing::PacketBuilder;
using testing::PolicyNumbers;
using testing::SetParameter;
using Outcome = Judgement::Outcome;
using Bytes = std::vector<uint8_t>;

constexpr char kClient[] = "198.51.100.9";
constexpr char kGateway[] = "203.0.113.2";
constexpr char kLan[] = "192.168.10.7";
constexpr uint32_t kGeneration = 7;
constexpr uint32_t kOtherBits = 0x000abcde;  // of other programs

// HTTPS to the gateway, DNS from it, HTTP through it; nothing else but SSH, which is a failsafe.
Model Gateway() {
  Rule dns = Does(RuleAction::kAllow);
  dns.protocol = RuleProtocol{kProtocolUdp, true};
  dns.destination.ports = {PortRange{53, 53}};
  Rule ping = Does(RuleAction::kAllow);
  ping.protocol = RuleProtocol{kProtocolIcmp, true};
  ping.icmp = RuleIcmp{8, std::nullopt};
  Model model =
      ModelOf({Hep("wan", "eth0", {{"zone", "wan"}}), Hep("lan", "eth1", {{"zone", "lan"}}),
               Gnp("local", "", {DoesTcp(RuleAction::kAllow, 443)}, {dns, ping}),
               Forwarding(Gnp("through", "zone == 'lan'", {DoesTcp(RuleAction::kAllow, 80)},
                              {Does(RuleAction::kDeny)}))});
  SetParameter(model, "failsafeInboundHostPorts", "tcp:22");
  SetParameter(model, "failsafeOutboundHostPorts", "none");
  return model;
}

Model Rejecting(Model model) {
  SetParameter(model, "iptablesFilterDenyAction", "Reject");
  return model;
}

QueuedPacket Input(const Bytes& bytes, uint32_t in = kEth0) {
  QueuedPacket queued;
  queued.hook = Hook::kInput;
  queued.in_index = in;
  queued.bytes = bytes.data();
  queued.size = bytes.size();
  queued.mark = MarkLayout().MakeHint(kHintQueued) | kOtherBits;
  return queued;
}

QueuedPacket Output(const Bytes& bytes, uint32_t out = kEth0) {
  QueuedPacket queued = Input(bytes);
  queued.hook = Hook::kOutput;
  queued.in_index = 0;
  queued.out_index = out;
  return queued;
}

QueuedPacket Through(const Bytes& bytes, uint32_t in, uint32_t out) {
  QueuedPacket queued = Input(bytes, in);
  queued.hook = Hook::kForward;
  queued.out_index = out;
  return queued;
}

QueuedPacket Hinted(QueuedPacket queued, uint32_t hints) {
  queued.mark |= MarkLayout().MakeHint(hints);
  return queued;
}

Bytes TcpToGateway(uint16_t port, uint8_t flags = kTcpSyn) {
  return PacketBuilder::IPv4(kClient, kGateway).Tcp(40'000, port, flags).Build();
}

Judgement Judge(const EnforcedPolicy& policy, const QueuedPacket& queued) {
  OriginalDestinations originals;
  return gw::Judge(policy, queued, originals);
}

Judgement Judged(const QueuedPacket& queued) {
  static const auto policy = EnforcedPolicyOf(Gateway());
  return Judge(*policy, queued);
}

std::string DecidedBy(const Judgement& judgement) {
  static const auto policy = EnforcedPolicyOf(Gateway());
  return policy->snapshot->DecidedBy(judgement.decision.reason);
}

uint32_t Mark(MarkVerdict verdict, uint32_t generation) {
  return MarkLayout().Make(verdict, generation) | kOtherBits;
}

// The mark without what it says about learning.
uint32_t Plain(const Judgement& judgement) { return judgement.mark & ~MarkLayout().learn_bit(); }

// ---- marks ----------------------------------------------------------------------------------

TEST(Mark, OfAnAcceptedFlowIsOfTheGenerationThatDecided) {
  const Bytes bytes = TcpToGateway(443);
  const Judgement judgement = Judged(Input(bytes));
  EXPECT_EQ(judgement.outcome, Outcome::kDecided);
  EXPECT_EQ(judgement.decision.verdict, Verdict::kAllow);
  EXPECT_EQ(DecidedBy(judgement), "policy:local/ingress/0");
  EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kAccept, kGeneration));
  EXPECT_FALSE(judgement.rejected);
}

TEST(Mark, OfADeniedFlowDropsOrRejectsAsTheSettingSays) {
  const Bytes bytes = TcpToGateway(8080);
  const Judgement dropped = Judged(Input(bytes));
  EXPECT_EQ(Plain(dropped), Mark(MarkVerdict::kDrop, kGeneration));
  EXPECT_FALSE(dropped.rejected);
  const Judgement rejected = Judge(*EnforcedPolicyOf(Rejecting(Gateway())), Input(bytes));
  EXPECT_EQ(Plain(rejected), Mark(MarkVerdict::kReject, kGeneration));
  EXPECT_TRUE(rejected.rejected);
}

TEST(Mark, OfAFailsafeIsValidUnderEveryPolicy) {
  const Bytes bytes = TcpToGateway(22);
  const Judgement judgement = Judged(Input(bytes));
  EXPECT_EQ(DecidedBy(judgement), "failsafe:tcp:22");
  EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kAccept, kFailsafeGeneration));
}

TEST(Mark, OfTrafficWithoutAnOpinionAccepts) {
  const Bytes bytes = TcpToGateway(8080);
  const Judgement judgement = Judged(Input(bytes, kLoopback));
  EXPECT_EQ(judgement.decision.verdict, Verdict::kNone);
  EXPECT_EQ(DecidedBy(judgement), "not-policed");
  EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kAccept, kGeneration));
}

TEST(Mark, KeepsTheBitsOfOthersInAnyLayout) {
  const MarkLayout low = *MarkLayout::FromMask(0x00000fff);
  const auto policy = EnforcedPolicyOf(Gateway(), {.generation = kGenerationMax, .marks = low});
  const Bytes bytes = TcpToGateway(443);
  for (const uint32_t others : {0x00000000u, 0xfffff000u, 0xabcde000u}) {
    QueuedPacket queued = Input(bytes);
    queued.mark = others | low.MakeHint(kHintQueued | kHintKnownFlow);
    EXPECT_EQ(Judge(*policy, queued).mark, others | 0x5ffu);
  }
}

TEST(Mark, HintsDoNotStayInIt) {
  const Bytes bytes = TcpToGateway(443);
  EXPECT_EQ(Judged(Hinted(Input(bytes), kHintKnownFlow)).mark,
            Mark(MarkVerdict::kAccept, kGeneration));
}

TEST(Hints, KnownFlowIsRedecided) {
  const Bytes bytes = TcpToGateway(443);
  EXPECT_FALSE(Judged(Input(bytes)).redecided);
  EXPECT_TRUE(Judged(Hinted(Input(bytes), kHintKnownFlow)).redecided);
}

// ---- replies --------------------------------------------------------------------------------

TEST(Reply, OnInputIsJudgedAsTheHostsOwnFirstPacket) {
  const Bytes bytes = PacketBuilder::IPv4(kClient, kGateway).Udp(53, 50'000).Build();
  EXPECT_EQ(Judged(Input(bytes)).decision.verdict, Verdict::kDeny);
  const Judgement judgement = Judged(Hinted(Input(bytes), kHintReply | kHintKnownFlow));
  EXPECT_EQ(judgement.hook, Hook::kOutput);
  EXPECT_EQ(judgement.in_index, 0u);
  EXPECT_EQ(judgement.out_index, kEth0);
  EXPECT_EQ(judgement.tuple.source, Addr(kGateway));
  EXPECT_EQ(judgement.tuple.destination_port, 53);
  EXPECT_EQ(DecidedBy(judgement), "policy:local/egress/0");
  EXPECT_TRUE(judgement.redecided);
}

TEST(Reply, OnOutputIsJudgedAsTheClientsFirstPacket) {
  const Bytes bytes =
      PacketBuilder::IPv4(kGateway, kClient).Tcp(443, 40'000, kTcpSyn | kTcpAck).Build();
  const Judgement judgement = Judged(Hinted(Output(bytes), kHintReply | kHintKnownFlow));
  EXPECT_EQ(judgement.hook, Hook::kInput);
  EXPECT_EQ(judgement.in_index, kEth0);
  EXPECT_EQ(judgement.out_index, 0u);
  EXPECT_EQ(judgement.tuple.destination, Addr(kGateway));
  EXPECT_EQ(judgement.tuple.destination_port, 443);
  EXPECT_EQ(judgement.decision.verdict, Verdict::kAllow);
}

TEST(Reply, ThroughTheGatewaySwapsTheInterfaces) {
  const Bytes bytes = PacketBuilder::IPv4(kClient, kLan).Tcp(80, 40'000, kTcpSyn | kTcpAck).Build();
  EXPECT_EQ(Judged(Through(bytes, kEth0, kEth1)).decision.verdict, Verdict::kAllow)
      << "without the hint, a middle of either direction";
  const Judgement judgement =
      Judged(Hinted(Through(bytes, kEth0, kEth1), kHintReply | kHintKnownFlow));
  EXPECT_EQ(judgement.hook, Hook::kForward);
  EXPECT_EQ(judgement.in_index, kEth1);
  EXPECT_EQ(judgement.out_index, kEth0);
  EXPECT_EQ(judgement.tuple.source, Addr(kLan));
  EXPECT_EQ(judgement.decision.verdict, Verdict::kAllow);
}

TEST(Reply, ToAnEchoRequestIsJudgedAsTheRequest) {
  const Bytes bytes = PacketBuilder::IPv4(kClient, kGateway).Icmp(0, 0).Build();
  const Judgement judgement = Judged(Hinted(Input(bytes), kHintReply));
  EXPECT_EQ(judgement.tuple.icmp_type, 8);
  EXPECT_EQ(DecidedBy(judgement), "policy:local/egress/1");
}

TEST(Reply, OfADeniedFlowIsDenied) {
  const Bytes bytes =
      PacketBuilder::IPv4(kGateway, kClient).Tcp(8080, 40'000, kTcpSyn | kTcpAck).Build();
  const Judgement judgement = Judged(Hinted(Output(bytes), kHintReply | kHintKnownFlow));
  EXPECT_EQ(judgement.decision.verdict, Verdict::kDeny);
  EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kDrop, kGeneration));
}

TEST(Reply, OfAFailsafeKeepsItsExemption) {
  const Bytes bytes = PacketBuilder::IPv4(kGateway, kClient).Tcp(22, 40'000, kTcpAck).Build();
  EXPECT_EQ(Judged(Hinted(Output(bytes), kHintReply | kHintKnownFlow)).mark,
            Mark(MarkVerdict::kAccept, kFailsafeGeneration));
}

// ---- TCP in the middle ----------------------------------------------------------------------

TEST(Midstream, GoesOnIfTheOtherDirectionIsAllowed) {
  const Bytes answer = PacketBuilder::IPv4(kGateway, kClient).Tcp(443, 40'000, kTcpAck).Build();
  const Judgement judgement = Judged(Output(answer));
  EXPECT_EQ(judgement.decision.verdict, Verdict::kAllow);
  EXPECT_EQ(judgement.hook, Hook::kInput);
  EXPECT_EQ(judgement.in_index, kEth0);
  EXPECT_EQ(judgement.tuple.destination_port, 443);
}

TEST(Midstream, IsJudgedAsItStandsIfThatIsAllowed) {
  const Bytes request = TcpToGateway(443, kTcpAck);
  const Judgement judgement = Judged(Input(request));
  EXPECT_EQ(judgement.decision.verdict, Verdict::kAllow);
  EXPECT_EQ(judgement.hook, Hook::kInput);
  EXPECT_EQ(judgement.tuple.destination_port, 443);
}

TEST(Midstream, DeniedBothWaysIsShownAsItStands) {
  const Bytes bytes = TcpToGateway(8080, kTcpAck | kTcpRst);
  const Judgement judgement = Judged(Input(bytes));
  EXPECT_EQ(judgement.decision.verdict, Verdict::kDeny);
  EXPECT_EQ(judgement.hook, Hook::kInput);
  EXPECT_EQ(judgement.tuple.destination_port, 8080);
  EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kDrop, kGeneration));
}

// Otherwise anybody could reach a port by sending from the number of an allowed one.
TEST(Midstream, IsNotTheFirstSegmentOfAConnection) {
  const Bytes first = PacketBuilder::IPv4(kGateway, kClient).Tcp(443, 40'000, kTcpSyn).Build();
  EXPECT_EQ(Judged(Output(first)).decision.verdict, Verdict::kDeny);
}

TEST(Midstream, IsNotAFlowWhoseDirectionConntrackKnows) {
  const Bytes bytes = PacketBuilder::IPv4(kGateway, kClient).Tcp(443, 40'000, kTcpAck).Build();
  EXPECT_EQ(Judged(Hinted(Output(bytes), kHintKnownFlow)).decision.verdict, Verdict::kDeny);
}

TEST(Midstream, IsTcpOnly) {
  const Bytes bytes = PacketBuilder::IPv4(kClient, kGateway).Udp(53, 50'000).Build();
  EXPECT_EQ(Judged(Input(bytes)).decision.verdict, Verdict::kDeny);
}

// ---- packets that say little ----------------------------------------------------------------

TEST(Malformed, IsDeniedWhateverThePolicy) {
  const auto open =
      EnforcedPolicyOf(ModelOf({Hep("wan", "eth0"), Gnp("p", "", {Does(RuleAction::kAllow)})}));
  Bytes truncated = TcpToGateway(443);
  truncated.resize(30);
  Bytes not_ip = TcpToGateway(443);
  not_ip[0] = 0x50;
  for (const Bytes& bytes : {truncated, not_ip, Bytes()}) {
    const Judgement judgement = Judge(*open, Input(bytes));
    EXPECT_EQ(judgement.outcome, Outcome::kMalformed) << bytes.size();
    EXPECT_EQ(judgement.decision.verdict, Verdict::kDeny) << bytes.size();
    EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kDrop, kGeneration)) << bytes.size();
  }
}

TEST(Malformed, IsRejectedWhereDeniedPacketsAre) {
  const Judgement judgement = Judge(*EnforcedPolicyOf(Rejecting(Gateway())), Input(Bytes(3, 0x45)));
  EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kReject, kGeneration));
  EXPECT_TRUE(judgement.rejected);
}

TEST(Fragment, AfterTheFirstMatchesNoPort) {
  const Bytes first =
      PacketBuilder::IPv4(kClient, kGateway).Fragment(0, true).Tcp(40'000, 443).Build();
  EXPECT_EQ(Judged(Input(first)).decision.verdict, Verdict::kAllow);
  const Bytes second =
      PacketBuilder::IPv4(kClient, kGateway).Fragment(64, false).Tcp(40'000, 443).Build();
  const Judgement judgement = Judged(Input(second));
  EXPECT_EQ(judgement.outcome, Outcome::kDecided);
  EXPECT_EQ(judgement.tuple.destination_port, 0);
  EXPECT_EQ(judgement.decision.verdict, Verdict::kDeny);
}

TEST(Ipv6, IsReadThroughItsExtensionHeaders) {
  const Bytes bytes = PacketBuilder::IPv6("2001:db8:9::1", "2001:db8::2")
                          .Extension(kHopByHop)
                          .Tcp(40'000, 443)
                          .Build();
  EXPECT_EQ(DecidedBy(Judged(Input(bytes))), "policy:local/ingress/0");
}

TEST(Ipv6, HopLimitReachesTheEngine) {
  PacketBuilder solicitation = PacketBuilder::IPv6("fe80::1", "ff02::1").Icmp(135, 0);
  const Bytes near = solicitation.HopLimit(255).Build();
  EXPECT_EQ(DecidedBy(Judged(Input(near))), "icmpv6-nd");
  const Bytes far = solicitation.HopLimit(254).Build();
  EXPECT_EQ(Judged(Input(far)).decision.verdict, Verdict::kDeny);
}

// ---- interfaces -----------------------------------------------------------------------------

// Generation 0 is never current for a drop, so the ruleset forgets the answer at once.
TEST(UnknownInterface, IsDroppedWithoutBeingRemembered) {
  const Bytes bytes = TcpToGateway(443);
  for (const QueuedPacket& queued :
       {Input(bytes, kNotListed), Through(bytes, kEth0, kNotListed),
        Through(bytes, kNotListed, kEth1), Output(bytes, kNotListed)}) {
    const Judgement judgement = Judged(queued);
    EXPECT_EQ(judgement.outcome, Outcome::kUnknownInterface);
    EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kDrop, 0));
  }
}

TEST(UnknownInterface, IsNotRejectedEither) {
  const Bytes bytes = TcpToGateway(443);
  const Judgement judgement =
      Judge(*EnforcedPolicyOf(Rejecting(Gateway())), Input(bytes, kNotListed));
  EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kDrop, 0));
  EXPECT_FALSE(judgement.rejected);
}

TEST(Workload, WithoutAnEndpointIsDenied) {
  const Bytes bytes = PacketBuilder::IPv4("10.65.0.2", kClient).Tcp(40'000, 80).Build();
  EXPECT_EQ(DecidedBy(Judged(Through(bytes, kCali1, kEth0))), "unknown-workload");
}

// ---- before DNAT ----------------------------------------------------------------------------

// Port 8080 of the gateway may be asked for on the WAN, 9090 may not; the rest is left to the
// normal policies, which allow port 80 inwards.
Model PreDnatGateway() {
  Policy early = Gnp("early", "zone == 'wan'",
                     {DoesTcp(RuleAction::kAllow, 8080), DoesTcp(RuleAction::kDeny, 9090)});
  early.pre_dnat = true;
  early.apply_on_forward = true;
  Policy late = Forwarding(Gnp("late", "zone == 'wan'", {DoesTcp(RuleAction::kAllow, 80)}));
  Model model = ModelOf({Hep("wan", "eth0", {{"zone", "wan"}}), early, late});
  SetParameter(model, "failsafeInboundHostPorts", "tcp:22");
  return model;
}

class BeforeDnat : public ::testing::Test {
 protected:
  Judgement Early(const Bytes& bytes, uint32_t hints = 0, uint32_t in = kEth0) {
    QueuedPacket queued = Hinted(Input(bytes, in), hints);
    queued.before_dnat = true;
    return gw::Judge(*policy_, queued, originals_);
  }
  Judgement Late(const Bytes& bytes, uint32_t hints) {
    return gw::Judge(*policy_, Hinted(Through(bytes, kEth0, kEth1), hints), originals_);
  }
  // The same packet before and after its destination is translated.
  static Bytes ToGateway(uint16_t port) {
    return PacketBuilder::IPv4(kClient, kGateway).Tcp(40'000, port, kTcpSyn).Build();
  }
  static Bytes ToLan(uint16_t port) {
    return PacketBuilder::IPv4(kClient, kLan).Tcp(40'000, port, kTcpSyn).Build();
  }

  std::shared_ptr<const EnforcedPolicy> policy_ = EnforcedPolicyOf(PreDnatGateway());
  OriginalDestinations originals_;
};

TEST_F(BeforeDnat, AllowedHasTheLearnBitPassedHasNotDeniedIsDropped) {
  const Judgement allowed = Early(ToGateway(8080));
  EXPECT_EQ(allowed.mark, Mark(MarkVerdict::kAccept, kGeneration) | MarkLayout().learn_bit());
  EXPECT_TRUE(allowed.before_dnat);
  EXPECT_FALSE(allowed.learns);
  EXPECT_EQ(Plain(Early(ToGateway(7000))), Mark(MarkVerdict::kAccept, kGeneration));
  const Judgement denied = Early(ToGateway(9090));
  EXPECT_EQ(Plain(denied), Mark(MarkVerdict::kDrop, kGeneration));
  EXPECT_EQ(policy_->snapshot->DecidedBy(denied.decision.reason), "policy:early/ingress/1");
}

TEST_F(BeforeDnat, LocalHintSaysWhichHookWillFollow) {
  EXPECT_EQ(Early(ToGateway(9090)).hook, Hook::kForward);
  EXPECT_EQ(Early(ToGateway(9090), kHintLocal).hook, Hook::kInput);
}

TEST_F(BeforeDnat, PacketInTheMiddleOfAFlowIsAcceptedForItselfOnly) {
  const Bytes ack = PacketBuilder::IPv4(kClient, kGateway).Tcp(40'000, 9090, kTcpAck).Build();
  EXPECT_EQ(Plain(Early(ack)), Mark(MarkVerdict::kAccept, kGeneration - 1));
  // Of a flow that conntrack knows, it is judged.
  EXPECT_EQ(Plain(Early(ack, kHintKnownFlow)), Mark(MarkVerdict::kDrop, kGeneration));
}

TEST_F(BeforeDnat, UnknownInterfaceIsDroppedWithoutBeingRemembered) {
  const Judgement judgement = Early(ToGateway(8080), 0, kNotListed);
  EXPECT_EQ(judgement.outcome, Outcome::kUnknownInterface);
  EXPECT_EQ(Plain(judgement), Mark(MarkVerdict::kDrop, 0));
}

TEST_F(BeforeDnat, TranslatedFlowIsNamedByWhatItCameFor) {
  Early(ToGateway(8080));
  const Judgement late = Late(ToLan(5000), kHintTranslated | kHintJudged | kHintAllowed);
  EXPECT_EQ(late.decision.verdict, Verdict::kAllow);
  EXPECT_EQ(policy_->snapshot->DecidedBy(late.decision.reason), "policy:early/ingress/0");
  ASSERT_TRUE(late.original.has_value());
  EXPECT_EQ(late.original->port, 8080);
  EXPECT_FALSE(late.learns) << "another flow of the pair may have come for another port";
}

TEST_F(BeforeDnat, HintDecidesWhereItIsNotRemembered) {
  EXPECT_EQ(Late(ToLan(5000), kHintTranslated | kHintJudged | kHintAllowed).decision.verdict,
            Verdict::kAllow);
  EXPECT_EQ(Late(ToLan(5000), kHintTranslated | kHintJudged).decision.verdict, Verdict::kDeny);
  EXPECT_NE(Late(ToLan(80), kHintTranslated | kHintJudged).decision.verdict, Verdict::kDeny);
}

TEST_F(BeforeDnat, FirstAnswerHoldsAgainstWhatIsRemembered) {
  // Something else came for port 8080 with the same key.
  Early(ToGateway(8080));
  EXPECT_EQ(Late(ToLan(5000), kHintTranslated | kHintJudged).decision.verdict, Verdict::kDeny);
}

TEST_F(BeforeDnat, KernelThatTellsTheOriginalDestinationIsBelieved) {
  const Bytes bytes = ToLan(80);
  QueuedPacket queued = Hinted(Through(bytes, kEth0, kEth1), kHintTranslated);
  queued.original = OriginalDestination{Addr(kGateway), 9090};
  EXPECT_EQ(gw::Judge(*policy_, queued, originals_).decision.verdict, Verdict::kDeny);
  queued.original = OriginalDestination{Addr(kLan), 80};
  const Judgement untranslated = gw::Judge(*policy_, queued, originals_);
  EXPECT_FALSE(untranslated.original.has_value());
}

TEST_F(BeforeDnat, ReplyThatComesFirstIsAcceptedForItselfOnlyUnlessItIsDenied) {
  const auto reply = [&](uint16_t port, uint32_t hints) {
    const Bytes bytes = PacketBuilder::IPv4(kLan, kClient).Tcp(port, 40'000, kTcpAck).Build();
    return gw::Judge(*policy_,
                     Hinted(Through(bytes, kEth1, kEth0), hints | kHintReply | kHintKnownFlow),
                     originals_);
  };
  EXPECT_EQ(Plain(reply(80, kHintTranslated)), Mark(MarkVerdict::kAccept, kGeneration - 1));
  EXPECT_EQ(Plain(reply(81, kHintTranslated)), Mark(MarkVerdict::kDrop, kGeneration));
  // Not translated: it says all there is to know.
  EXPECT_EQ(Plain(reply(80, 0)), Mark(MarkVerdict::kAccept, kGeneration));
  EXPECT_EQ(Plain(reply(9090, 0)), Mark(MarkVerdict::kDrop, kGeneration));
  // Judged in its own direction already.
  EXPECT_EQ(Plain(reply(80, kHintTranslated | kHintJudged)),
            Mark(MarkVerdict::kAccept, kGeneration));
}

// ---- learning -------------------------------------------------------------------------------

bool Learns(const Model& model, const QueuedPacket& queued) {
  const Judgement judgement = Judge(*EnforcedPolicyOf(model), queued);
  EXPECT_EQ((judgement.mark & MarkLayout().learn_bit()) != 0, judgement.learns);
  return judgement.learns;
}

TEST(Learns, FirstPacketsOfTcpAndUdpWhereTheSourceDoesNotMatter) {
  const Bytes allowed = TcpToGateway(443);
  const Bytes denied = TcpToGateway(8080);
  const Bytes datagram = PacketBuilder::IPv4(kClient, kGateway).Udp(40'000, 8080).Build();
  for (const Bytes& bytes : {allowed, denied, datagram})
    EXPECT_TRUE(Learns(Gateway(), Input(bytes)));
  const Bytes question = PacketBuilder::IPv4(kGateway, kClient).Udp(40'000, 53).Build();
  EXPECT_TRUE(Learns(Gateway(), Output(question)));
  const Bytes forwarded = PacketBuilder::IPv4(kLan, kClient).Tcp(40'000, 80, kTcpSyn).Build();
  EXPECT_TRUE(Learns(Gateway(), Through(forwarded, kEth1, kEth0)));
}

TEST(Learns, NothingFromPacketsInTheMiddleOrOfOtherProtocols) {
  const Bytes syn = TcpToGateway(443);
  EXPECT_FALSE(Learns(Gateway(), Hinted(Input(syn), kHintKnownFlow)));
  EXPECT_FALSE(Learns(Gateway(), Hinted(Input(syn), kHintReply)));
  const Bytes ack = TcpToGateway(443, kTcpAck);
  EXPECT_FALSE(Learns(Gateway(), Input(ack)));
  const Bytes denied_ack = TcpToGateway(8080, kTcpAck);
  EXPECT_FALSE(Learns(Gateway(), Input(denied_ack))) << "perhaps the answer to a flow of our own";
  const Bytes ping = PacketBuilder::IPv4(kClient, kGateway).Icmp(8, 0).Build();
  EXPECT_FALSE(Learns(Gateway(), Input(ping)));
}

TEST(Learns, NoFailsafeAndNoDenialOfTheHostsOwn) {
  const Bytes ssh = TcpToGateway(22);
  EXPECT_FALSE(Learns(Gateway(), Input(ssh)));
  const Bytes own = PacketBuilder::IPv4(kGateway, kClient).Tcp(40'000, 8080, kTcpSyn).Build();
  EXPECT_FALSE(Learns(Gateway(), Output(own)));
}

TEST(Learns, NoAcceptWhereTheSettingSaysSo) {
  Model model = Gateway();
  SetParameter(model, "learnedAccepts", "Off");
  const Bytes allowed = TcpToGateway(443);
  const Bytes denied = TcpToGateway(8080);
  EXPECT_FALSE(Learns(model, Input(allowed)));
  EXPECT_TRUE(Learns(model, Input(denied)));
}

TEST(Learns, NoDenialByASourceAndNoneByTheWayOut) {
  Rule near = DoesTcp(RuleAction::kAllow, 443);
  near.source.nets = {testing::Net("192.0.2.0/24")};
  const Bytes bytes = TcpToGateway(443);
  EXPECT_FALSE(Learns(ModelOf({Hep("wan", "eth0"), Gnp("p", "", {near})}), Input(bytes)));

  const Bytes through = PacketBuilder::IPv4(kLan, kClient).Tcp(40'000, 80, kTcpSyn).Build();
  const Model by_the_way_out =
      ModelOf({Hep("wan", "eth0", {{"zone", "wan"}}),
               Forwarding(Gnp("p", "zone == 'wan'", {}, {Does(RuleAction::kDeny)}))});
  EXPECT_FALSE(Learns(by_the_way_out, Through(through, kEth1, kEth0)));
  const Model by_the_way_in =
      ModelOf({Hep("lan", "eth1", {{"zone", "lan"}}),
               Forwarding(Gnp("p", "zone == 'lan'", {Does(RuleAction::kDeny)}))});
  EXPECT_TRUE(Learns(by_the_way_in, Through(through, kEth1, kEth0)));
}

}  // namespace
}  // namespace gw
