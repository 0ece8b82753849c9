// Blocks come back as they were, and damaged ones are an error instead of a crash.

#include "common/store/audit_block.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "common/net/protocol.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using Columns = std::array<std::string, kAuditColumns>;

Columns EncodeAll(const AuditBlockBuilder& builder) {
  Columns columns;
  for (size_t i = 0; i < kAuditColumns; ++i) {
    builder.Encode(static_cast<AuditColumn>(i), &columns[i]);
  }
  return columns;
}

AuditBlock BlockOf(const AuditBlockInfo& info, const Columns& columns) {
  return AuditBlock(info,
                    [&columns](const AuditBlockInfo&, AuditColumn column, std::string* bytes) {
                      *bytes = columns[static_cast<size_t>(column)];
                      return absl::OkStatus();
                    });
}

// `kinds`: how many different values there are of each.
std::vector<AuditRecord> RandomRecords(size_t count, uint32_t kinds, uint32_t seed) {
  std::mt19937 random(seed);
  const auto number = [&](uint32_t end) { return static_cast<uint32_t>(random() % end); };
  std::vector<AuditRecord> records(count);
  for (AuditRecord& record : records) {
    const uint32_t kind = number(kinds);
    record.time = absl::FromUnixNanos(static_cast<int64_t>(random()) * number(kinds) - 1'000);
    record.hook = static_cast<Hook>(kind % 3);
    record.in = kind % 5 == 0 ? "" : "eth0";
    record.verdict = static_cast<Verdict>(kind % 3);
    record.pending_verdict = static_cast<Verdict>(kind % 2);
    record.decided_by = absl::StrCat("policy:", kind, "/ingress/0");
    record.pending_decided_by = record.decided_by;
    record.revision = kind;
    record.generation = kind * 3;
    record.rejected = kind % 2 == 0;
    record.redecided = kind % 3 == 0;
    if (kind % 4 == 0) record.logs = {"a/ingress/0", "", "b/egress/1"};
    Tuple& tuple = record.tuple;
    tuple.source = Address::IPv4(number(kinds));
    tuple.destination = {Family::kIPv6, number(kinds), number(kinds)};
    tuple.protocol = kind % 2 == 0 ? kProtocolTcp : kProtocolIcmp;
    tuple.source_port = static_cast<uint16_t>(number(kinds));
    tuple.destination_port = static_cast<uint16_t>(number(kinds));
    tuple.icmp_type = static_cast<uint8_t>(kind);
    tuple.icmp_code = static_cast<uint8_t>(kind / 3);
    record.repeats = kind % 7 == 0 ? int64_t{kind} * 1'000'000'007 : 0;
  }
  return records;
}

void AddAll(const std::vector<AuditRecord>& records, AuditBlockBuilder* builder) {
  AuditBatch batch;
  for (const AuditRecord& record : records) batch.Add(record);
  ASSERT_OK(builder->Add(batch));
}

void ExpectSame(AuditBlock& block, const std::vector<AuditRecord>& records) {
  ASSERT_EQ(block.size(), records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const AuditRecord read = block.Record(i);
    ASSERT_EQ(read.id, block.info().first_id + static_cast<int64_t>(i));
    ASSERT_EQ(read.time, records[i].time) << i;
    ASSERT_EQ(read.tuple, records[i].tuple) << i;
    ASSERT_EQ(read.repeats, records[i].repeats) << i;
    ASSERT_EQ(static_cast<const AuditRuling&>(read), records[i]) << i;
  }
  ASSERT_OK(block.status());
}

TEST(AuditBlock, ComesBackAsItWas) {
  // One value, two, and more than one and two bytes can number.
  for (const uint32_t kinds : {1u, 2u, 300u, 70'000u}) {
    const auto records = RandomRecords(kinds == 70'000 ? 80'000 : 1'000, kinds, kinds);
    AuditBlockBuilder builder;
    AddAll(records, &builder);
    const Columns columns = EncodeAll(builder);
    AuditBlock block = BlockOf(builder.Info(7), columns);
    ExpectSame(block, records);
  }
}

TEST(AuditBlock, InfoSaysWhatIsInIt) {
  auto records = RandomRecords(100, 50, 1);
  AuditBlockBuilder builder;
  AddAll(records, &builder);
  const AuditBlockInfo info = builder.Info(7);
  EXPECT_EQ(info.first_id, 7);
  EXPECT_EQ(info.EndId(), 107);
  absl::Time oldest = absl::InfiniteFuture();
  absl::Time newest = absl::InfinitePast();
  int64_t decisions = 0;
  for (const AuditRecord& record : records) {
    oldest = std::min(oldest, record.time);
    newest = std::max(newest, record.time);
    decisions += DecisionsOf(record);
  }
  EXPECT_EQ(info.oldest_ns, absl::ToUnixNanos(oldest));
  EXPECT_EQ(info.newest_ns, absl::ToUnixNanos(newest));
  EXPECT_EQ(info.decisions, decisions);
}

TEST(AuditBlock, BlocksOfBlocksAndPackedOnesAreTheSame) {
  const auto first = RandomRecords(500, 40, 1);
  const auto second = RandomRecords(300, 60, 2);
  AuditBlockBuilder joined;
  for (const auto& records : {first, second}) {
    AuditBlockBuilder builder;
    AddAll(records, &builder);
    std::string packed;
    PackColumns(builder, &packed);
    AuditBlock block(builder.Info(1),
                     [&packed](const AuditBlockInfo&, AuditColumn column, std::string* bytes) {
                       return UnpackColumn(packed, column, bytes);
                     });
    ASSERT_OK(joined.Add(block));
  }
  auto all = first;
  all.insert(all.end(), second.begin(), second.end());
  const Columns columns = EncodeAll(joined);
  AuditBlock block = BlockOf(joined.Info(9), columns);
  ExpectSame(block, all);
}

TEST(AuditBlock, SameMemoryForAnotherBlock) {
  const auto records = RandomRecords(200, 30, 3);
  AuditBlockBuilder builder;
  AddAll(records, &builder);
  const Columns columns = EncodeAll(builder);
  AuditBlock block = BlockOf(builder.Info(1), columns);
  ExpectSame(block, records);
  const auto others = RandomRecords(90, 20, 4);
  builder.Clear();
  AddAll(others, &builder);
  const Columns other_columns = EncodeAll(builder);
  AuditBlock other = BlockOf(builder.Info(201), other_columns);
  other.Reset(builder.Info(201));
  ExpectSame(other, others);
}

TEST(AuditBlock, AColumnThatCannotBeReadIsItsError) {
  const AuditBlockInfo info = {1, 10, 0, 0, 10, true};
  AuditBlock block(info, [](const AuditBlockInfo&, AuditColumn, std::string*) {
    return absl::UnavailableError("disk");
  });
  (void)block.Record(9);
  EXPECT_TRUE(absl::IsUnavailable(block.status()));
}

// What a disk can do to a file: bits that flip, ends that are missing, another block's column.
TEST(AuditBlock, DamageIsAnErrorOrAnotherValueNeverACrash) {
  const auto records = RandomRecords(200, 30, 5);
  AuditBlockBuilder builder;
  AddAll(records, &builder);
  const Columns whole = EncodeAll(builder);
  std::mt19937 random(1);
  int errors = 0;
  for (int i = 0; i < 4'000; ++i) {
    Columns damaged = whole;
    std::string& column = damaged[random() % kAuditColumns];
    switch (random() % 3) {
      case 0:
        column[random() % std::min<size_t>(column.size(), 64)] ^=
            static_cast<char>(1 << random() % 8);
        break;
      case 1:
        column.resize(random() % column.size());
        break;
      case 2:
        column = whole[random() % kAuditColumns];
        break;
    }
    AuditBlock block = BlockOf(builder.Info(1), damaged);
    for (const size_t row : {size_t{0}, records.size() - 1}) (void)block.Record(row);
    if (!block.status().ok()) {
      ++errors;
      EXPECT_TRUE(absl::IsDataLoss(block.status())) << block.status();
    }
  }
  EXPECT_GT(errors, 1'000);
}

}  // namespace
}  // namespace gw
