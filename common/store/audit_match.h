// Which decisions a query is about. For audit_*.cc only.

#ifndef COMMON_STORE_AUDIT_MATCH_H_
#define COMMON_STORE_AUDIT_MATCH_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

#include "common/store/audit_block.h"
#include "common/store/audit_filter.h"
#include "common/store/audit_query.h"
#include "common/store/audit_record.h"

namespace gw {

// A byte for each decision of a block: 1 if the query finds it.
using AuditRows = std::vector<uint8_t>;

// Made once for a query, asked about each block. Thread-compatible.
class AuditMatcher {
 public:
  explicit AuditMatcher(const AuditQuery& query);

  // False if the query finds nothing in the block, for which mostly its dictionaries are enough.
  // Otherwise `rows` says what. Paging and limit do not count. Check block.status() afterwards.
  bool Match(AuditBlock& block, AuditRows* rows) const;

 private:
  AuditFilter filter_;
};

// Whether `conditions`, which are about rulings alone, hold for one.
bool HoldForRuling(absl::Span<const AuditCondition> conditions, const AuditRuling& ruling);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_MATCH_H_
