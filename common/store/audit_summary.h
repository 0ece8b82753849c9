// What the figures and small tables of the window are made of: sums over audit.db. Plain values.

#ifndef COMMON_STORE_AUDIT_SUMMARY_H_
#define COMMON_STORE_AUDIT_SUMMARY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/net/address.h"

namespace gw {

// The store keeps sums for each quarter of an hour (from whole hours UTC on), so that spans on
// these borders are answered without reading decisions.
inline constexpr absl::Duration kAuditSlot = absl::Minutes(15);

// The latest border of a slot that is not after `time`.
inline absl::Time AuditSlotOf(absl::Time time) {
  return absl::UnixEpoch() + absl::Floor(time - absl::UnixEpoch(), kAuditSlot);
}

struct AuditBucket {
  int64_t allowed = 0;       // verdict allow or none: what passed
  int64_t denied = 0;        // verdict deny
  int64_t would_differ = 0;  // of both: staged policies would give another verdict

  friend bool operator==(const AuditBucket&, const AuditBucket&) = default;
};

// Bucket i counts [since + i * width, since + (i + 1) * width).
struct AuditHistogram {
  absl::Time since;
  absl::Duration width;
  std::vector<AuditBucket> buckets;
  // As AuditTops::searched_to.
  std::optional<absl::Time> searched_to;
};

// What is summed up by the values of a field.
struct AuditTopBy {
  // Of the language of questions (audit_where.h), one that is `summed`. A decision that has two
  // values, as of two endpoints, counts for both.
  std::string field;
  enum class Measure : uint8_t {
    kDecisions,
    kBytes,  // both ways, of flows that ended; the others do not count
  } measure = Measure::kDecisions;
  std::string prefix = {};  // only values that begin so, of any case
};

struct AuditTop {
  std::string text;  // as the field's comparisons read it
  Address address;   // of fields of addresses only
  int64_t count = 0;
  int64_t denied = 0;  // of these
  absl::Time last;
  int64_t bytes = 0;  // kBytes only

  friend bool operator==(const AuditTop&, const AuditTop&) = default;
};

struct AuditTops {
  std::vector<AuditTop> tops;  // most first
  // Set if the query's time_max ended the search: older decisions do not count.
  std::optional<absl::Time> searched_to;
};

struct RuleHits {
  std::string decided_by;  // "policy:web/ingress/0"
  int64_t version = 0;     // AuditRuling::rule_version: of the rule as it was then
  int64_t count = 0;       // within the span
  absl::Time last;         // within the span
  std::vector<int64_t> series;

  friend bool operator==(const RuleHits&, const RuleHits&) = default;
};

// Number i of a series counts [since + i * width, since + (i + 1) * width). Deciders without a
// decision in the span are absent.
struct RuleHitsResult {
  absl::Time since;
  absl::Duration width;
  absl::Time observed_since;    // of the oldest decision that was counted; InfiniteFuture if none
  std::vector<RuleHits> rules;  // by decided_by and version
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_SUMMARY_H_
