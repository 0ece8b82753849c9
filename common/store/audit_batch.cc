#include "common/store/audit_batch.h"

#include <utility>

namespace gw {

uint32_t AuditBatch::AddRuling(AuditRuling ruling) {
  rulings_.push_back(std::move(ruling));
  return static_cast<uint32_t>(rulings_.size() - 1);
}

uint32_t AuditBatch::AddParty(AuditParty party) {
  if (party.empty()) return kNobody;
  parties_.push_back(std::move(party));
  return static_cast<uint32_t>(parties_.size() - 1);
}

void AuditBatch::Add(const AuditRecord& record) {
  const AuditRuling& ruling = record;
  const auto known = numbers_.find(ruling);
  Row row;
  row.time_ns = absl::ToUnixNanos(record.time);
  row.tuple = record.tuple;
  row.repeats = record.repeats;
  row.source_party = AddParty(record.source_party);
  row.destination_party = AddParty(record.destination_party);
  if (known != numbers_.end()) {
    row.ruling = known->second;
  } else {
    row.ruling = AddRuling(ruling);
    numbers_.emplace(ruling, row.ruling);
  }
  rows_.push_back(row);
  if (record.original_destination) AddOriginalDestination(*record.original_destination);
}

void AuditBatch::Clear() {
  rows_.clear();
  rulings_.clear();
  parties_.resize(1);
  translated_.clear();
  numbers_.clear();
}

}  // namespace gw
