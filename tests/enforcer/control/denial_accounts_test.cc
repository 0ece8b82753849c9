#include "enforcer/control/denial_accounts.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/policy_builder.h"

namespace gw {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// An element that denied so many; the kernel also counts the packet from which it was learned.
LearnedDenial Element(uint16_t port, int64_t denied) {
  return {2, 6, testing::Addr("203.0.113.2"), port, denied + 1};
}

// "port:packets" of each.
std::vector<std::string> Words(const std::vector<RepeatedDenial>& repeats) {
  std::vector<std::string> words;
  words.reserve(repeats.size());
  for (const RepeatedDenial& repeat : repeats) {
    EXPECT_EQ(repeat.in_index, 2u);
    EXPECT_EQ(repeat.protocol, 6);
    EXPECT_EQ(repeat.destination, testing::Addr("203.0.113.2"));
    words.push_back(absl::StrCat(repeat.port, ":", repeat.packets));
  }
  return words;
}

TEST(DenialAccounts, TellWhatCameSinceTheLastTime) {
  DenialAccounts accounts;
  EXPECT_THAT(Words(accounts.Update(0, {Element(80, 0)})), IsEmpty());
  EXPECT_THAT(Words(accounts.Update(7, {Element(80, 5), Element(81, 2)})),
              ElementsAre("80:5", "81:2"));
  EXPECT_THAT(Words(accounts.Update(8, {Element(80, 5), Element(81, 3)})), ElementsAre("81:1"));
  EXPECT_EQ(accounts.TakeUnattributed(), 0);
}

TEST(DenialAccounts, ElementThatWasLearnedAgainBeginsAtNothing) {
  DenialAccounts accounts;
  accounts.Update(9, {Element(80, 9)});
  EXPECT_THAT(Words(accounts.Update(13, {Element(80, 4)})), ElementsAre("80:4"));
  EXPECT_EQ(accounts.TakeUnattributed(), 0);
}

// Without being told that it was deleted, one with more would be taken for the same.
TEST(DenialAccounts, ElementThatWasDeletedBeginsAtNothing) {
  DenialAccounts accounts;
  accounts.Update(9, {Element(80, 9)});
  accounts.ForgetElements();
  EXPECT_THAT(Words(accounts.Update(29, {Element(80, 20)})), ElementsAre("80:20"));
  EXPECT_EQ(accounts.TakeUnattributed(), 0);
}

TEST(DenialAccounts, WhatAnElementTookWithItIsToldOnce) {
  DenialAccounts accounts;
  accounts.Update(9, {Element(80, 9)});
  // 3 more came before it timed out.
  EXPECT_THAT(Words(accounts.Update(12, {})), IsEmpty());
  EXPECT_EQ(accounts.TakeUnattributed(), 3);
  EXPECT_EQ(accounts.TakeUnattributed(), 0);
  EXPECT_THAT(Words(accounts.Update(14, {Element(80, 2)})), ElementsAre("80:2"));
  EXPECT_EQ(accounts.TakeUnattributed(), 0);
}

TEST(DenialAccounts, PacketsBetweenTheTwoReadingsAreNotToldTwice) {
  DenialAccounts accounts;
  // The total was read before 5 of them came.
  EXPECT_THAT(Words(accounts.Update(10, {Element(80, 15)})), ElementsAre("80:15"));
  EXPECT_EQ(accounts.TakeUnattributed(), 0);
  EXPECT_THAT(Words(accounts.Update(15, {Element(80, 15)})), IsEmpty());
  EXPECT_EQ(accounts.TakeUnattributed(), 0);
}

TEST(DenialAccounts, PacketsThatWereLearnedFromTwiceAreTakenBack) {
  DenialAccounts accounts;
  EXPECT_THAT(Words(accounts.Update(9, {Element(80, 10)})), ElementsAre("80:10"));
  EXPECT_THAT(Words(accounts.Update(9, {Element(80, 10), Element(81, 0)})), IsEmpty());
  EXPECT_THAT(Words(accounts.Update(14, {Element(80, 15)})), ElementsAre("80:4"));
  EXPECT_EQ(accounts.TakeUnattributed(), 0);
}

}  // namespace
}  // namespace gw
