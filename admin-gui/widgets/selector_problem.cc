// What is wrong with a selector's text, in the administrator's words. The parser says where; the
// text there says what was probably meant.

#include <array>

#include <QCoreApplication>

#include "admin-gui/widgets/selector_edit.h"
#include "common/base/error_column.h"
#include "common/policy/limits.h"

namespace gw::gui {
namespace {

struct SelectorWords {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::SelectorWords)
};

struct Cause {
  const char* parser_says;
  const char* brief;
  const char* message;
};
// The first whose text the parser's message contains.
constexpr std::array<Cause, 9> kCauses = {{
    {"unterminated string", QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "no closing quote"),
     QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "the text that starts here has no closing quote")},
    {"write it without the blank", QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "bracket missing"),
     QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "has needs its bracket at once: has(app)")},
    {"an operator", QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "operator missing"),
     QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "an operator is missing, such as == or in")},
    {"expected ==", QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "one = is missing"),
     QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "a comparison is written with two =")},
    {"expected )", QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "no closing bracket"),
     QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "a closing bracket is missing")},
    {"expected , or }", QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "list not closed"),
     QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "a list ends with }")},
    {"expected a string", QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "value missing"),
     QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "a value in quotes is missing")},
    {"expected && or ||", QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "&& or || missing"),
     QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "two terms need && or || between them")},
    {"expected identifier", QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "label key missing"),
     QT_TRANSLATE_NOOP("gw::gui::SelectorWords", "a label key is missing")},
}};

QString WithoutColumn(const QString& message) { return message.section(QStringLiteral(": "), 1); }

// A candidate is a remedy only if it makes the whole text readable.
bool Remedy(SelectorProblem* problem, const QString& text, const QString& what) {
  if (!Selector::Parse(text.toStdString()).ok()) return false;
  problem->remedy = what;
  problem->remedied = text;
  return true;
}

void FindRemedy(SelectorProblem* problem, const QString& text) {
  for (const QString& end : {QStringLiteral("'"), QStringLiteral("\""), QStringLiteral(")"),
                             QStringLiteral("}"), QStringLiteral("')"), QStringLiteral("'}")}) {
    if (Remedy(problem, text + end, SelectorWords::tr("Add %1").arg(end))) return;
  }
  const int at = problem->column - 1;
  if (at < text.size() && text[at] == u'=' &&
      Remedy(problem, QString(text).insert(at, u'='), SelectorWords::tr("Write =="))) {
    return;
  }
  int end = at;
  while (end < text.size() && (text[end].isLetterOrNumber() || text[end] == u'-')) ++end;
  if (end > at) {
    QString quoted = text;
    quoted.insert(end, u'\'').insert(at, u'\'');
    Remedy(problem, quoted, SelectorWords::tr("Put it in quotes"));
  }
}

}  // namespace

std::optional<SelectorProblem> FindSelectorProblem(const QString& text) {
  const std::string bytes = text.toStdString();
  SelectorProblem problem;
  if (bytes.size() > kSelectorLengthMax) {
    problem.column = static_cast<int>(kSelectorLengthMax) + 1;
    problem.brief = SelectorWords::tr("too long");
    problem.message =
        SelectorWords::tr("A selector may have %1 characters.").arg(kSelectorLengthMax);
    return problem;
  }
  const absl::StatusOr<Selector> selector = Selector::Parse(bytes);
  if (selector.ok()) return std::nullopt;
  const size_t column = ErrorColumn(selector.status());
  const std::string before = bytes.substr(0, column == 0 ? 0 : column - 1);
  problem.column = static_cast<int>(QString::fromStdString(before).size()) + 1;
  const QString said = QString::fromStdString(std::string(selector.status().message()));
  QString reason = WithoutColumn(said);
  problem.brief = SelectorWords::tr("not readable");
  for (const Cause& cause : kCauses) {
    if (!said.contains(QLatin1String(cause.parser_says))) continue;
    problem.brief = SelectorWords::tr(cause.brief);
    reason = SelectorWords::tr(cause.message);
    break;
  }
  problem.message = SelectorWords::tr("Column %1: %2.").arg(problem.column).arg(reason);
  FindRemedy(&problem, text);
  return problem;
}

}  // namespace gw::gui
