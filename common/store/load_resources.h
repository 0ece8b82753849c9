// LoadResources reads the tables of policy.db into resources: one SELECT a table, however many
// resources there are. Thread-compatible, as the database it reads.

#ifndef COMMON_STORE_LOAD_RESOURCES_H_
#define COMMON_STORE_LOAD_RESOURCES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/policy/model.h"
#include "common/store/database.h"

namespace gw {

struct StoredResource {
  int64_t id = 0;  // of its row in `resource`
  Resource resource;
  // Ids of the rules, by place.
  std::vector<int64_t> ingress_ids;
  std::vector<int64_t> egress_ids;
};

// By id: all, or those of `ids` that exist. Call within a transaction. DataLoss if a row does not
// say what this program writes.
absl::StatusOr<std::vector<StoredResource>> LoadResources(
    Database& database, const std::optional<std::vector<int64_t>>& ids = std::nullopt);

// The words of the tables.
absl::string_view ActionWord(RuleAction action);
absl::string_view ActionWord(TierAction action);
absl::string_view ActionWord(StagedAction action);
absl::string_view DirectionWord(Direction direction);
// "TCP" if it was written by name, else "6".
std::string ProtocolWord(const RuleProtocol& protocol);

}  // namespace gw

#endif  // COMMON_STORE_LOAD_RESOURCES_H_
