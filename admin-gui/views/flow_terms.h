// Between the chips of the filter bar and the language of queries.

#ifndef ADMIN_GUI_VIEWS_FLOW_TERMS_H_
#define ADMIN_GUI_VIEWS_FLOW_TERMS_H_

#include <optional>
#include <vector>

#include <QString>

#include "admin-gui/session/flow_query.h"
#include "admin-gui/widgets/filter_bar.h"

namespace gw::gui {

FilterTerm ChipOf(const FlowLanguage& language, const FlowTerm& term);
std::optional<FilterTerm> ReadFilterTerm(const FlowLanguage& language, const QString& text);
QString WriteFilterTerm(const FlowLanguage& language, const FilterTerm& term);
std::vector<Completion> CompleteFilter(const FlowLanguage& language, const QString& text);
// The terms of a whole query; none if it is wrong.
std::vector<FilterTerm> FilterTermsOf(const FlowLanguage& language, const QString& query);
// "Column 14: “sprt” is not a field. Did you mean sport?"
QString FilterError(const QString& query, const absl::Status& status);

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FLOW_TERMS_H_
