#include "common/policy/known_addresses.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/policy_builder.h"

namespace gw {
namespace {

using testing::Addr;
using ::testing::ElementsAre;
using testing::GatewaySite;
using testing::Hep;
using ::testing::IsEmpty;
using testing::ModelOf;
using testing::Net;
using testing::Set;
using testing::Wep;

std::vector<std::string> Names(const KnownAddresses& known, absl::string_view address) {
  std::vector<std::string> names;
  for (const KnownObject& object : known.Find(Addr(address))) names.push_back(object.name);
  return names;
}

std::unique_ptr<KnownAddresses> Known(Model model) {
  return std::make_unique<KnownAddresses>(std::make_shared<const Model>(std::move(model)),
                                          GatewaySite());
}

TEST(KnownAddresses, NarrowestNetworkComesFirst) {
  const auto known = Known(ModelOf({
      Set("lan", {}, {Net("192.168.0.0/16"), Net("fd00::/8")}),
      Set("printers", {}, {Net("192.168.10.40/30"), Net("192.168.10.128/25")}),
      Set("printer", {}, {Net("192.168.10.42/32"), Net("fd00::42/128")}),
      Set("twin", {}, {Net("192.168.10.42/32")}),
  }));
  EXPECT_THAT(Names(*known, "192.168.10.42"), ElementsAre("twin", "printer", "printers", "lan"));
  EXPECT_THAT(Names(*known, "192.168.10.43"), ElementsAre("printers", "lan"));
  EXPECT_THAT(Names(*known, "192.168.10.44"), ElementsAre("lan"));
  EXPECT_THAT(Names(*known, "192.168.10.200"), ElementsAre("printers", "lan"));
  EXPECT_THAT(Names(*known, "192.169.0.0"), IsEmpty());
  EXPECT_THAT(Names(*known, "192.167.255.255"), IsEmpty());
  EXPECT_THAT(Names(*known, "fd00::42"), ElementsAre("printer", "lan"));
  EXPECT_THAT(Names(*known, "fe80::1"), IsEmpty());
  EXPECT_THAT(Names(*known, "::ffff:192.168.10.42"), IsEmpty()) << "no family is the other";
}

TEST(KnownAddresses, SetWithTwoNetworksAroundAnAddressIsToldOnce) {
  const auto known = Known(ModelOf({Set("both", {}, {Net("10.0.0.0/8"), Net("10.1.0.0/16")})}));
  EXPECT_THAT(Names(*known, "10.1.2.3"), ElementsAre("both"));
}

TEST(KnownAddresses, EndpointsAreThereWithTheLabelsOfTheirProfiles) {
  Profile profile;
  profile.metadata.name = "shop";
  profile.labels_to_apply = {{"zone", "inside"}, {"role", "default"}};
  HostEndpoint wan = Hep("wan", "eth0", {{"role", "uplink"}}, {"shop"});
  Model model = ModelOf({wan, Wep("till", "cali1", "10.65.0.2", {{"role", "till"}})});
  model.profiles["shop"] = profile;
  const auto known = Known(std::move(model));
  EXPECT_THAT(known->Find(Addr("203.0.113.2")),
              ElementsAre(KnownObject{"wan", {{"role", "uplink"}, {"zone", "inside"}}}))
      << "by the live address of its interface";
  EXPECT_THAT(known->Find(Addr("10.65.0.2")), ElementsAre(KnownObject{"till", {{"role", "till"}}}));
}

TEST(KnownAddresses, OfVeryManyTheNarrowestAreTold) {
  Model model;
  std::vector<Resource> sets;
  for (int bits = 8; bits <= 32; ++bits) {
    sets.emplace_back(Set(absl::StrCat("s", bits), {}, {Net(absl::StrCat("10.0.0.0/", bits))}));
  }
  const auto known = Known(ModelOf(sets));
  const auto names = Names(*known, "10.0.0.0");
  ASSERT_EQ(names.size(), KnownAddresses::kObjectsMax);
  EXPECT_EQ(names.front(), "s32");
  EXPECT_EQ(names.back(), "s25");
}

TEST(KnownAddresses, NobodyIsKnownWithoutResources) {
  const auto known = Known(Model());
  EXPECT_TRUE(known->empty());
  EXPECT_THAT(known->Find(Addr("10.0.0.1")), IsEmpty());
}

}  // namespace
}  // namespace gw
