// The steps of a trace in the window's words: policies and rules by the numbers that pages show, in
// the window's language. What the engine says in other words stands as it is. GUI thread.

#ifndef ADMIN_GUI_WIDGETS_TRACE_WORDS_H_
#define ADMIN_GUI_WIDGETS_TRACE_WORDS_H_

#include <QString>

#include "common/policy/explanation.h"

namespace gw::gui {

// "Arrives through eth2, routed", "Tier security", "Rule 1".
QString SubjectWords(const TraceStep& step);
// "guest governs it", "does not apply to guest: role == 'wan'", "matches: denied".
QString OutcomeWords(const TraceStep& step);

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_TRACE_WORDS_H_
