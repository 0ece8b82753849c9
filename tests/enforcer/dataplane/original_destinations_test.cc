#include "enforcer/dataplane/original_destinations.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/policy_builder.h"

namespace gw {
namespace {

using testing::Addr;

PacketKey Key(uint16_t source_port, uint32_t identity = 1) {
  return {2, Addr("198.51.100.9"), source_port, kProtocolTcp, identity};
}

class OriginalDestinationsTest : public ::testing::Test {
 protected:
  // Too large for a stack under the thread sanitizer.
  std::unique_ptr<OriginalDestinations> originals_ = std::make_unique<OriginalDestinations>();
};

TEST_F(OriginalDestinationsTest, FindsWhatWasRememberedLast) {
  EXPECT_EQ(originals_->Find(Key(1)), std::nullopt);
  originals_->Remember(Key(1), {Addr("203.0.113.2"), 8080});
  originals_->Remember(Key(2), {Addr("2001:db8::2"), 443});
  EXPECT_EQ(originals_->Find(Key(1)), (OriginalDestination{Addr("203.0.113.2"), 8080}));
  EXPECT_EQ(originals_->Find(Key(2)), (OriginalDestination{Addr("2001:db8::2"), 443}));
  EXPECT_EQ(originals_->Find(Key(1, 2)), std::nullopt) << "another packet of the same socket";
  originals_->Remember(Key(1), {Addr("203.0.113.2"), 9090});
  EXPECT_EQ(originals_->Find(Key(1))->port, 9090);
}

TEST_F(OriginalDestinationsTest, KeyIsWhatDnatLeavesAlone) {
  std::vector<uint8_t> bytes = {0x45, 0, 0, 40, 0x12, 0x34, 0, 0};
  QueuedPacket packet;
  packet.in_index = 2;
  packet.bytes = bytes.data();
  packet.size = bytes.size();
  const Tuple tuple = testing::Tcp("198.51.100.9", "203.0.113.2", 8080);
  const PacketKey key = KeyOf(packet, tuple);
  EXPECT_EQ(key.identity, 0x00281234u);
  Tuple translated = tuple;
  translated.destination = Addr("192.168.10.7");
  translated.destination_port = 80;
  EXPECT_EQ(KeyOf(packet, translated).identity, key.identity);
  packet.size = 3;
  EXPECT_EQ(KeyOf(packet, tuple).identity, 0u);
}

TEST_F(OriginalDestinationsTest, ReadersSeeWholeValuesWhileOthersWrite) {
  // Address and port always agree, whoever wrote last.
  std::atomic<bool> stop{false};
  const auto write = [&](uint16_t low) {
    for (uint16_t i = 0; i < 20'000; ++i) {
      const auto value = static_cast<uint16_t>(low + i % 100);
      originals_->Remember(Key(7), {Address::IPv4(value), value});
    }
  };
  uint64_t found = 0;
  std::thread reader([&] {
    while (!stop.load()) {
      const auto original = originals_->Find(Key(7));
      if (!original) continue;
      ++found;
      if (original->address.lo != original->port) ADD_FAILURE() << "torn value";
    }
  });
  std::thread one(write, uint16_t{1000});
  std::thread two(write, uint16_t{2000});
  one.join();
  two.join();
  stop.store(true);
  reader.join();
  EXPECT_TRUE(originals_->Find(Key(7)).has_value());
  EXPECT_GT(found, 0u);
}

}  // namespace
}  // namespace gw
