// AuditBatch: decisions on their way into the store, what they have in common said once. Kept and
// cleared by who fills it, so that its memory is used again. Thread-compatible.

#ifndef COMMON_STORE_AUDIT_BATCH_H_
#define COMMON_STORE_AUDIT_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

#include "common/policy/packet.h"
#include "common/store/audit_record.h"

namespace gw {

class AuditBatch {
 public:
  struct Row {
    int64_t time_ns = 0;  // since 1970, UTC
    Tuple tuple;
    uint32_t ruling = 0;
    int64_t repeats = 0;  // AuditRecord::repeats
    uint32_t source_party = kNobody;
    uint32_t destination_party = kNobody;
  };
  // The party of an address that nobody has.
  static constexpr uint32_t kNobody = 0;

  // The number of `ruling` within the batch. For callers that know their rulings apart: equal
  // ones get numbers of their own.
  uint32_t AddRuling(AuditRuling ruling);
  // Likewise of a party.
  uint32_t AddParty(AuditParty party);
  // What `row` refers to was given by AddRuling and AddParty.
  void Add(const Row& row) { rows_.push_back(row); }
  // Of the row that was added last: where it went before DNAT.
  void AddOriginalDestination(const TransportAddress& original) {
    translated_.push_back({rows_.size() - 1, original});
  }
  // For few records: looks its ruling up among those of the batch.
  void Add(const AuditRecord& record);

  void Clear();
  bool empty() const { return rows_.empty(); }
  size_t size() const { return rows_.size(); }
  absl::Span<const Row> rows() const { return rows_; }
  absl::Span<const AuditRuling> rulings() const { return rulings_; }
  absl::Span<const AuditParty> parties() const { return parties_; }
  struct Translated {
    size_t row = 0;
    TransportAddress original_destination;
  };
  absl::Span<const Translated> translated() const { return translated_; }

 private:
  std::vector<Row> rows_;
  std::vector<AuditRuling> rulings_;
  std::vector<AuditParty> parties_ = {{}};  // kNobody first
  std::vector<Translated> translated_;
  absl::flat_hash_map<AuditRuling, uint32_t> numbers_;  // of Add(AuditRecord) alone
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_BATCH_H_
