// Between the chips of the filter bar and the language of queries (common/store/audit_where.h),
// which alone reads texts: here its structure becomes chips, and chips become text again.

#ifndef ADMIN_GUI_VIEWS_FLOW_TERMS_H_
#define ADMIN_GUI_VIEWS_FLOW_TERMS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include <QString>

#include "admin-gui/widgets/filter_bar.h"
#include "common/store/audit_summary.h"
#include "common/store/audit_where.h"

namespace gw::gui {

// A comparison is a chip of field, sign and value; more than that is one of its text alone.
FilterTerm ChipOf(const AuditTerm& term);
FilterTerm ChipOf(const AuditComparison& comparison);
// The chips of a whole query; nothing if it is wrong. Names need not be known.
std::optional<std::vector<FilterTerm>> ReadFilterTerms(const QString& query);
// Text that ReadFilterTerms makes the same chip of.
QString WriteFilterTerm(const FilterTerm& term);
QString WriteFilterTerms(const std::vector<FilterTerm>& terms);
FilterBar::Join ReadFilterJoin(const QString& text);

// What can stand at the end of a text that is being written. Of values `known` are those that the
// log has, most frequent first.
std::vector<Completion> CompleteFilter(const QString& text, const AuditCursor& cursor,
                                       const std::vector<AuditTop>& known);

// "Column 14: “sprt” is not a field. Did you mean sport?"
QString FilterError(const QString& query, const absl::Status& status);

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FLOW_TERMS_H_
