#include "admin-gui/widgets/trace_words.h"

#include <vector>

#include <QCoreApplication>
#include <QRegularExpression>

namespace gw::gui {
namespace {

constexpr char kContext[] = "TraceWords";

// A sentence of the engine (common/policy/trace.cc) and what the window says instead; what is
// captured takes the places of %1, %2.
struct Pattern {
  QRegularExpression engine;
  const char* words;
};

Pattern Of(const char* engine, const char* words) {
  return {QRegularExpression(QRegularExpression::anchoredPattern(QString::fromLatin1(engine))),
          words};
}

const std::vector<Pattern>& SubjectPatterns() {
  static const auto* const kPatterns = new std::vector<Pattern>{
      Of("forward ingress of `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "Arrives at %1, routed")),
      Of("forward egress of `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "Leaves through %1, routed")),
      Of("local ingress of `(.*)`",
         QT_TRANSLATE_NOOP("TraceWords", "Arrives at %1, for this gateway")),
      Of("local egress of `(.*)`",
         QT_TRANSLATE_NOOP("TraceWords", "Leaves through %1, from this gateway")),
      Of("preDNAT ingress of `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "Arrives at %1, before NAT")),
      Of("untracked ingress of `(.*)`",
         QT_TRANSLATE_NOOP("TraceWords", "Arrives at %1, untracked")),
      Of("untracked egress of `(.*)`",
         QT_TRANSLATE_NOOP("TraceWords", "Leaves through %1, untracked")),
      Of("tier `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "Tier %1")),
      Of("policy `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "Policy %1")),
      Of("staged policy `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "Staged policy %1")),
      Of("profile `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "Profile %1")),
      Of("end of tier `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "End of tier %1")),
      Of("failsafe `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "Failsafe %1")),
      Of("reply of failsafe `(.*)`", QT_TRANSLATE_NOOP("TraceWords", "Reply of failsafe %1")),
      Of("connection tracking", QT_TRANSLATE_NOOP("TraceWords", "Connection tracking")),
      Of("failsafes", QT_TRANSLATE_NOOP("TraceWords", "Failsafes")),
      Of("profiles", QT_TRANSLATE_NOOP("TraceWords", "Profiles")),
      Of("neighbour discovery", QT_TRANSLATE_NOOP("TraceWords", "Neighbour discovery")),
      Of("reverse path check", QT_TRANSLATE_NOOP("TraceWords", "Reverse path check")),
      Of("end of forward policies", QT_TRANSLATE_NOOP("TraceWords", "End of routed policies")),
      Of("interfaces", QT_TRANSLATE_NOOP("TraceWords", "Interfaces")),
  };
  return *kPatterns;
}

const std::vector<Pattern>& OutcomePatterns() {
  static const auto* const kPatterns = new std::vector<Pattern>{
      Of("(?:host|workload) endpoint `(.*)` governs it",
         QT_TRANSLATE_NOOP("TraceWords", "%1 governs it")),
      Of("state is new", QT_TRANSLATE_NOOP("TraceWords", "a new connection")),
      Of("state is established",
         QT_TRANSLATE_NOOP("TraceWords", "part of a connection that was let in")),
      Of("state is related",
         QT_TRANSLATE_NOOP("TraceWords", "belongs to a connection that was let in")),
      Of("applies to this endpoint", QT_TRANSLATE_NOOP("TraceWords", "has policies for it")),
      Of("applies", QT_TRANSLATE_NOOP("TraceWords", "applies")),
      Of("skipped: none of its policies applies here",
         QT_TRANSLATE_NOOP("TraceWords", "none of its policies applies here")),
      Of("skipped: all of its policies for this endpoint are staged",
         QT_TRANSLATE_NOOP("TraceWords", "all of its policies here are staged")),
      Of("skipped: its selector `(.*)` does not match endpoint `(.*)`",
         QT_TRANSLATE_NOOP("TraceWords", "is not for %2: %1")),
      Of("skipped: it does not apply to forwarded traffic.*",
         QT_TRANSLATE_NOOP("TraceWords", "is not for routed traffic")),
      Of("skipped: its types do not include ingress",
         QT_TRANSLATE_NOOP("TraceWords", "has no rules for what arrives")),
      Of("skipped: its types do not include egress",
         QT_TRANSLATE_NOOP("TraceWords", "has no rules for what leaves")),
      Of("staged, not enforced", QT_TRANSLATE_NOOP("TraceWords", "staged, not enforced")),
      Of("matched: Allow", QT_TRANSLATE_NOOP("TraceWords", "matches: allowed")),
      Of("matched: Deny", QT_TRANSLATE_NOOP("TraceWords", "matches: denied")),
      Of("matched: Log.*", QT_TRANSLATE_NOOP("TraceWords", "matches: logged, goes on")),
      Of("matched: Pass.*", QT_TRANSLATE_NOOP("TraceWords", "matches: goes on after the tier")),
      Of("matched `(.*)`: Allow", QT_TRANSLATE_NOOP("TraceWords", "%1 matches: allowed")),
      Of("no match: protocol is (.*), not (.*)", QT_TRANSLATE_NOOP("TraceWords", "%1 is not %2")),
      Of("no match: (?:source|destination) port (\\d+) is not in (.*)",
         QT_TRANSLATE_NOOP("TraceWords", "port %1 is not %2")),
      Of("no match: (?:source|destination) port (\\d+) is not (.*)",
         QT_TRANSLATE_NOOP("TraceWords", "port %1 is not %2")),
      Of("no match: source (\\S+) is not in `(.*)` .*",
         QT_TRANSLATE_NOOP("TraceWords", "the source %1 is not %2")),
      Of("no match: destination (\\S+) is not in `(.*)` .*",
         QT_TRANSLATE_NOOP("TraceWords", "the destination %1 is not %2")),
      Of("no match: source (\\S+) is not in (.*)",
         QT_TRANSLATE_NOOP("TraceWords", "the source %1 is not in %2")),
      Of("no match: destination (\\S+) is not in (.*)",
         QT_TRANSLATE_NOOP("TraceWords", "the destination %1 is not in %2")),
      Of("no rule matched: Deny", QT_TRANSLATE_NOOP("TraceWords", "no rule matched: denied")),
      Of("no rule matched: Pass.*",
         QT_TRANSLATE_NOOP("TraceWords", "no rule matched: goes on with the next tier")),
      Of("no policy decided", QT_TRANSLATE_NOOP("TraceWords", "no policy decided")),
      Of("no policy applies and no profile matched: Deny",
         QT_TRANSLATE_NOOP("TraceWords", "no policy applies and no profile matched: denied")),
      Of("no policy of this endpoint applies to forwarded traffic: Allow",
         QT_TRANSLATE_NOOP("TraceWords", "no policy here is for routed traffic: allowed")),
      Of("no policy of this endpoint applies to forwarded traffic: leaves this stage",
         QT_TRANSLATE_NOOP("TraceWords", "no policy here is for routed traffic")),
  };
  return *kPatterns;
}

// Empty if no pattern fits.
QString WordsBy(const std::vector<Pattern>& patterns, const QString& text) {
  for (const Pattern& pattern : patterns) {
    const QRegularExpressionMatch match = pattern.engine.match(text);
    if (!match.hasMatch()) continue;
    QString words = QCoreApplication::translate(kContext, pattern.words);
    // Both at once: a name may hold a %.
    if (match.lastCapturedIndex() >= 2) return words.arg(match.captured(1), match.captured(2));
    return match.lastCapturedIndex() == 1 ? words.arg(match.captured(1)) : words;
  }
  return {};
}

// The engine's quotes are for plain text.
QString Plain(QString text) { return text.remove(QLatin1Char('`')); }

}  // namespace

QString SubjectWords(const TraceStep& step) {
  const QString subject = QString::fromStdString(step.subject);
  static const QRegularExpression kRule(QStringLiteral("^(?:ingress|egress) rule (\\d+)$"));
  // Rules count from 1 wherever people read.
  if (const auto match = kRule.match(subject); match.hasMatch()) {
    return QCoreApplication::translate("TraceWords", "Rule %1").arg(match.captured(1).toInt() + 1);
  }
  QString words = WordsBy(SubjectPatterns(), subject);
  if (words.isEmpty()) words = Plain(subject);
  if (!words.isEmpty()) words[0] = words[0].toUpper();
  return words;
}

QString OutcomeWords(const TraceStep& step) {
  const QString outcome = QString::fromStdString(step.outcome);
  const QString words = WordsBy(OutcomePatterns(), outcome);
  return words.isEmpty() ? Plain(outcome) : words;
}

}  // namespace gw::gui
