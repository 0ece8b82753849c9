// ResourceWriter puts resources into the tables of policy.db, within the caller's transaction. It
// touches the rows of the resources it is given and no others. Thread-compatible, as the database.

#ifndef COMMON_STORE_SAVE_RESOURCES_H_
#define COMMON_STORE_SAVE_RESOURCES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/policy/model.h"
#include "common/store/database.h"
#include "common/store/load_resources.h"

namespace gw {

class ResourceWriter {
 public:
  // Marks what it saves as changed by `revision`. The database must outlive it.
  ResourceWriter(Database& database, int64_t revision) : database_(database), revision_(revision) {}

  // Adds `resource`, or with `before`, which must be stored, puts it in that one's place: rules
  // that equal one of before's keep its id.
  absl::Status Save(const Resource& resource, const StoredResource* before);
  absl::Status Delete(int64_t id);

 private:
  // The statement of `sql`, prepared once.
  Statement& Prepared(absl::string_view sql);

  absl::Status SaveName(const Resource& resource, const StoredResource* before, int64_t* id);
  absl::Status ClearRows(int64_t id);
  absl::Status SaveLabels(absl::string_view insert, int64_t id, const Labels& labels);
  template <typename Endpoint>
  absl::Status SaveEndpointLists(int64_t id, const Endpoint& endpoint);
  absl::Status SaveNets(absl::string_view insert, int64_t id, const std::vector<Prefix>& nets);

  absl::Status SaveSpec(int64_t id, const HostEndpoint& endpoint);
  absl::Status SaveSpec(int64_t id, const WorkloadEndpoint& endpoint);
  absl::Status SaveSpec(int64_t id, const Policy& policy);
  absl::Status SaveSpec(int64_t id, const NetworkSet& set);
  absl::Status SaveSpec(int64_t id, const Profile& profile);
  absl::Status SaveSpec(int64_t id, const Tier& tier);
  absl::Status SaveSpec(int64_t id, const FelixConfiguration& configuration);

  absl::Status SaveRules(int64_t id, const Resource& resource, const StoredResource* before,
                         Direction direction);
  absl::Status SaveRule(int64_t resource, Direction direction, int64_t position, const Rule& rule,
                        std::optional<int64_t> id);
  absl::Status SaveRuleSide(int64_t rule, absl::string_view side, const EntityRule& entity);

  Database& database_;
  int64_t revision_;
  std::map<std::string, Statement, std::less<>> statements_;
};

}  // namespace gw

#endif  // COMMON_STORE_SAVE_RESOURCES_H_
