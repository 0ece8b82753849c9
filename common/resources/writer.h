// Writes resources as Calico's YAML or JSON: what `gatewarden get -o yaml` prints is what `apply`
// accepts, and reading it back gives an equal resource. Defaults are left out, except
// `types` of policies, which is always explicit. Any thread.

#ifndef COMMON_RESOURCES_WRITER_H_
#define COMMON_RESOURCES_WRITER_H_

#include <string>
#include <vector>

#include "common/policy/model.h"
#include "nlohmann/json.hpp"

namespace gw {

// Field order as people write it: apiVersion, kind, metadata, spec.
nlohmann::ordered_json ToJson(const Resource& resource);

// One document without a leading "---".
std::string ToYaml(const Resource& resource);
// Documents separated by "---".
std::string ToYaml(const std::vector<Resource>& resources);

}  // namespace gw

#endif  // COMMON_RESOURCES_WRITER_H_
