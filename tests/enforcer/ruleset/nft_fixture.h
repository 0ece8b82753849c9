// NftFixture: a network namespace of each test, in which the test's thread is, and an NftTool in
// it.

#ifndef TESTS_ENFORCER_RULESET_NFT_FIXTURE_H_
#define TESTS_ENFORCER_RULESET_NFT_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gtest/gtest.h"

#include "tests/support/lab.h"
#include "tests/support/netns.h"
#include "tests/support/nft_tool.h"
#include "tests/support/status_matchers.h"
#include "tests/support/subprocess.h"

namespace gw::testing {

class NftFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    GW_SKIP_WITHOUT_LAB();
    GW_ASSERT_OK_AND_ASSIGN(Namespace in, Namespace::Create("nft"));
    in_.emplace(std::move(in));
    scope_ = std::make_unique<NamespaceScope>(*in_);
    nft_.emplace();
  }
  void TearDown() override {
    nft_.reset();
    scope_.reset();
  }

  std::string Ruleset() { return RunIn(*in_, {"nft", "list", "ruleset"}).out; }

  std::optional<Namespace> in_;
  std::unique_ptr<NamespaceScope> scope_;
  std::optional<NftTool> nft_;
};

}  // namespace gw::testing

#endif  // TESTS_ENFORCER_RULESET_NFT_FIXTURE_H_
