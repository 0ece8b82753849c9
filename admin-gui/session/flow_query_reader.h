// The written form of SimpleFlowLanguage: words and signs to terms, without their meaning. For
// flow_query.cc only.

#ifndef ADMIN_GUI_SESSION_FLOW_QUERY_READER_H_
#define ADMIN_GUI_SESSION_FLOW_QUERY_READER_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "admin-gui/session/flow_query.h"

namespace gw::gui {

// Columns count bytes from 1.
struct WrittenTerm {
  std::string field;
  size_t field_column = 0;
  FlowOperator op = FlowOperator::kIs;
  size_t operator_column = 0;
  std::vector<std::pair<std::string, size_t>> values;
};

absl::StatusOr<std::vector<WrittenTerm>> ReadTerms(absl::string_view text);

std::string QuotedIfNeeded(const std::string& value);

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_FLOW_QUERY_READER_H_
