// ReadResourceTree: the tree of one resource to a value of the model. Any thread.

#ifndef COMMON_RESOURCES_RESOURCE_READER_H_
#define COMMON_RESOURCES_RESOURCE_READER_H_

#include <optional>

#include "common/policy/model.h"
#include "common/resources/document.h"
#include "common/resources/field_reader.h"

namespace gw {

// The resource as far as it could be read; nothing if not even its kind and name are known, or if
// it is left out. Problems and places are in `fields`.
std::optional<Resource> ReadResourceTree(const Node& root, FieldReader& fields);

}  // namespace gw

#endif  // COMMON_RESOURCES_RESOURCE_READER_H_
