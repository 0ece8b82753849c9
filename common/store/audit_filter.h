// AuditFilter: which decisions a question is about, as a tree of tests. Immutable; made by
// ParseAuditFilter (audit_where.h) or of AuditConditions.

#ifndef COMMON_STORE_AUDIT_FILTER_H_
#define COMMON_STORE_AUDIT_FILTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "common/net/address.h"
#include "common/store/audit_block.h"
#include "common/store/audit_record.h"

namespace gw {

// A test of one column: asked once for each distinct value of a block where there is a dictionary.
// Each kind is a type of its own, so that a test cannot be asked about another column.
struct AuditTest {
  struct Ruling {
    std::function<bool(const AuditRuling&)> holds;
  };
  struct Source {
    std::function<bool(const Address&)> holds;
  };
  struct Destination {
    std::function<bool(const Address&)> holds;
  };
  struct Service {
    std::function<bool(const AuditService&)> holds;
  };
  struct SourcePort {
    std::function<bool(int64_t)> holds;
  };
  struct Time {
    int64_t since_ns = 0;  // since 1970; both included
    int64_t until_ns = 0;
  };
  struct Repeats {
    std::function<bool(int64_t)> holds;
  };
  struct SourceParty {
    std::function<bool(const AuditParty&)> holds;
  };
  struct DestinationParty {
    std::function<bool(const AuditParty&)> holds;
  };
  // Asked about each flow of which more is known than its decision, and once about the others,
  // which have nothing set. No dictionary says what is not there: other tests go first.
  struct Flow {
    std::function<bool(const AuditFlow&)> holds;
  };
};

class AuditFilter {
 public:
  using Test =
      std::variant<AuditTest::Ruling, AuditTest::Source, AuditTest::Destination, AuditTest::Service,
                   AuditTest::SourcePort, AuditTest::Time, AuditTest::Repeats,
                   AuditTest::SourceParty, AuditTest::DestinationParty, AuditTest::Flow>;
  enum class Kind : uint8_t { kTest, kAll, kAny, kNot };

  static AuditFilter Of(Test test) {
    AuditFilter filter(Kind::kTest);
    filter.test_ = std::move(test);
    return filter;
  }
  // Without parts: everything.
  static AuditFilter All(std::vector<AuditFilter> parts) {
    return AuditFilter(Kind::kAll, std::move(parts));
  }
  // Without parts: nothing.
  static AuditFilter Any(std::vector<AuditFilter> parts) {
    return AuditFilter(Kind::kAny, std::move(parts));
  }
  static AuditFilter Not(AuditFilter part) {
    std::vector<AuditFilter> parts;
    parts.push_back(std::move(part));
    return AuditFilter(Kind::kNot, std::move(parts));
  }

  Kind kind() const { return kind_; }
  const Test& test() const { return test_; }                        // kTest
  const std::vector<AuditFilter>& parts() const { return parts_; }  // others; kNot has one

 private:
  explicit AuditFilter(Kind kind, std::vector<AuditFilter> parts = {})
      : kind_(kind), parts_(std::move(parts)) {}

  Kind kind_;
  Test test_;
  std::vector<AuditFilter> parts_;
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_FILTER_H_
