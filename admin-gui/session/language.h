// The language of the window: catalogues made with Qt Linguist, built into the program. Without
// Widgets.

#ifndef ADMIN_GUI_SESSION_LANGUAGE_H_
#define ADMIN_GUI_SESSION_LANGUAGE_H_

#include <QLocale>
#include <QString>

#include "common/policy/model.h"
#include "common/policy/rule_words.h"

namespace gw::gui {

// Texts, numbers and dates of `locale` from now on: ours, and Qt's own (buttons of the file
// dialog). English if there is no catalogue for it. GUI thread, before the first window.
void SetLanguage(const QLocale& locale);

// One rule in the window's language (common/policy/rule_words.h). Any thread.
QString RuleSentence(const Rule& rule, const RuleWordsContext& context);

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_LANGUAGE_H_
