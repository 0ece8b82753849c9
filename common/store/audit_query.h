// What can be asked of audit.db: conditions, paging and time. Plain values.

#ifndef COMMON_STORE_AUDIT_QUERY_H_
#define COMMON_STORE_AUDIT_QUERY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "common/net/prefix.h"
#include "common/policy/explanation.h"

namespace gw {

enum class AuditField : uint8_t {
  kSource,           // network
  kDestination,      // network
  kProtocol,         // number
  kDestinationPort,  // number
  kInterface,        // text; in or out
  kEndpoint,         // text; in or out
  kDecidedBy,        // text; exact, or a prefix ending in '*'
  kVerdict,          // verdict
};

// One comparison of a field with a value; made by the functions of the fields' names.
struct AuditCondition {
  AuditField field = AuditField::kVerdict;
  bool exclude = false;  // "is not"
  // The one that the field names counts.
  Prefix network;
  uint16_t number = 0;
  Verdict verdict = Verdict::kNone;
  std::string text;

  static AuditCondition Source(const Prefix& network) { return Net(AuditField::kSource, network); }
  static AuditCondition Destination(const Prefix& network) {
    return Net(AuditField::kDestination, network);
  }
  static AuditCondition Protocol(uint8_t protocol) {
    return Number(AuditField::kProtocol, protocol);
  }
  static AuditCondition DestinationPort(uint16_t port) {
    return Number(AuditField::kDestinationPort, port);
  }
  static AuditCondition Interface(std::string name) {
    return Text(AuditField::kInterface, std::move(name));
  }
  static AuditCondition Endpoint(std::string name) {
    return Text(AuditField::kEndpoint, std::move(name));
  }
  static AuditCondition DecidedBy(std::string decider) {
    return Text(AuditField::kDecidedBy, std::move(decider));
  }
  static AuditCondition HasVerdict(Verdict verdict) {
    AuditCondition condition;
    condition.verdict = verdict;
    return condition;
  }
  // The opposite of `condition`.
  static AuditCondition Not(AuditCondition condition) {
    condition.exclude = !condition.exclude;
    return condition;
  }

  friend bool operator==(const AuditCondition&, const AuditCondition&) = default;

 private:
  static AuditCondition Net(AuditField field, const Prefix& network) {
    AuditCondition condition;
    condition.field = field;
    condition.network = network;
    return condition;
  }
  static AuditCondition Number(AuditField field, uint16_t number) {
    AuditCondition condition;
    condition.field = field;
    condition.number = number;
    return condition;
  }
  static AuditCondition Text(AuditField field, std::string text) {
    AuditCondition condition;
    condition.field = field;
    condition.text = std::move(text);
    return condition;
  }
};

class AuditFilter;

// All conditions must hold, also those of one field.
struct AuditQuery {
  std::optional<absl::Time> since;  // included
  std::optional<absl::Time> until;  // included
  std::vector<AuditCondition> conditions;
  // What else must hold; null: nothing (audit_where.h).
  std::shared_ptr<const AuditFilter> where;
  std::optional<int64_t> before_id;  // keyset paging, newest first
  std::optional<int64_t> after_id;   // for following: oldest first
  size_t limit = 100;
  // A search ends about then and says how far it came; absent: it takes what it takes.
  std::optional<absl::Duration> time_max;
};

// How far a search came that its time_max ended. What was looked at is never looked at again by
// the same query with `id` as its before_id, or after_id where it has one.
struct AuditSearched {
  int64_t id = 0;
  absl::Time to;  // of the next decision to be looked at
};

struct AuditEventQuery {
  std::optional<absl::Time> since;   // included
  std::optional<absl::Time> until;   // included
  std::optional<int64_t> before_id;  // keyset paging, newest first
  std::optional<int64_t> after_id;   // for following: oldest first
  size_t limit = 100;
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_QUERY_H_
