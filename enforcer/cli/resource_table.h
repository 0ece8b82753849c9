// Resources of one kind as a table, with the columns that matter for that kind.

#ifndef ENFORCER_CLI_RESOURCE_TABLE_H_
#define ENFORCER_CLI_RESOURCE_TABLE_H_

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"

#include "common/policy/model.h"

namespace gw::cli {

// The resources of `kind`, or only the one called `name` if that is not empty. Policies stand in
// the order in which they are evaluated. Prints nothing if there are none.
void PrintResourceTable(const Model& model, ResourceKind kind, absl::string_view name,
                        std::ostream& out);

// "role=guest,zone=lan"
std::string LabelsText(const Labels& labels);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_RESOURCE_TABLE_H_
