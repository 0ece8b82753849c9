#include "admin-gui/views/flow_terms.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include <QCoreApplication>

#include "admin-gui/widgets/format.h"
#include "common/base/error_column.h"

namespace gw::gui {
namespace {

QString Q(absl::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString SignOf(AuditOperator op) {
  switch (op) {
    case AuditOperator::kEqual:
    case AuditOperator::kNotEqual:
      return QStringLiteral("is");
    case AuditOperator::kIn:
    case AuditOperator::kNotIn:
      return QStringLiteral("in");
    default:
      return Q(AuditOperatorName(op));
  }
}

// "`sprt` is not a field: did you mean sport?" as people read it beside their text.
QString Sentences(const QString& message) {
  QString words;
  bool quoted = false;
  bool begins = true;
  for (qsizetype i = 0; i < message.size(); ++i) {
    if (message[i] == u'`') {
      quoted = !quoted;
      words += quoted ? QChar(u'“') : QChar(u'”');
      begins = false;
      continue;
    }
    if (!quoted && QStringView(message).mid(i).startsWith(u": ")) {
      words += QStringLiteral(". ");
      begins = true;
      ++i;
      continue;
    }
    words += begins && !quoted ? message[i].toUpper() : message[i];
    begins = false;
  }
  return words.endsWith(u'?') || words.endsWith(u'.') ? words : words + QLatin1Char('.');
}

// What a completion puts into the field: `before` it, without what is being written.
Completion Offered(const QString& before, const QString& text, const QString& after,
                   const QString& detail) {
  Completion completion;
  completion.text = text;
  completion.insert = before + text + after;
  completion.detail = detail;
  return completion;
}

std::vector<Completion> CompleteField(const QString& before, const AuditCursor& cursor) {
  std::vector<Completion> found;
  for (const AuditFieldHelp& field : AuditFields()) {
    if (!absl::StartsWithIgnoreCase(field.name, cursor.prefix)) continue;
    // The key of a label is for who types.
    absl::string_view name = field.name;
    const bool is_whole = !absl::ConsumeSuffix(&name, "KEY");
    found.push_back(
        Offered(before, Q(name), is_whole ? QStringLiteral(" ") : QString(), Q(field.meaning)));
  }
  return found;
}

std::vector<Completion> CompleteOperator(const QString& before, const AuditCursor& cursor) {
  std::vector<Completion> found;
  const auto field = FindAuditField(cursor.field);
  if (!field.ok()) return found;
  const auto offer = [&](const char* sign, const char* after) {
    if (!absl::StartsWith(sign, cursor.prefix)) return;
    found.push_back(Offered(before, QString::fromLatin1(sign), QString::fromLatin1(after), {}));
  };
  offer("==", " ");
  offer("!=", " ");
  if (field->contains) offer("contains", " ");
  if (field->ordered) {
    for (const char* sign : {"<", "<=", ">", ">="}) offer(sign, " ");
  }
  offer("in", " (");
  offer("not in", " (");
  return found;
}

// What was typed comes first if it can stay, so that Return takes nothing else.
std::vector<Completion> CompleteValue(const QString& before, const AuditCursor& cursor,
                                      const std::vector<AuditTop>& known, bool complete) {
  std::vector<Completion> found;
  const auto offer = [&](const std::string& value, const QString& detail) {
    if (!absl::StartsWithIgnoreCase(value, cursor.prefix)) return;
    const AuditComparison written = CompareAudit(cursor.field, AuditOperator::kEqual, value);
    found.push_back(Offered(before, Q(OperandText(written)), {}, detail));
  };
  const auto known_as = [&known](const std::string& value) {
    return std::find_if(known.begin(), known.end(),
                        [&value](const AuditTop& top) { return top.text == value; });
  };
  const bool typed = complete && !cursor.prefix.empty();
  if (typed) {
    const auto own = known_as(cursor.prefix);
    offer(cursor.prefix, own == known.end() ? QString() : FormatCount(own->count));
  }
  for (const AuditTop& value : known) {
    if (!typed || value.text != cursor.prefix) offer(value.text, FormatCount(value.count));
  }
  const auto field = FindAuditField(cursor.field);
  if (!field.ok()) return found;
  for (const std::string& choice : field->choices) {
    const bool there = known_as(choice) != known.end() || (typed && choice == cursor.prefix);
    if (!there) offer(choice, {});
  }
  return found;
}

}  // namespace

FilterTerm ChipOf(const AuditTerm& term) {
  FilterTerm chip;
  if (term.comparison) {
    chip = ChipOf(*term.comparison);
    chip.negated = chip.negated != term.negated;
    return chip;
  }
  chip.negated = term.negated;
  chip.value = Q(term.text);
  chip.sign.clear();
  return chip;
}

FilterTerm ChipOf(const AuditComparison& comparison) {
  FilterTerm chip;
  chip.field = Q(comparison.field);
  chip.negated = comparison.Negated();
  chip.sign = SignOf(comparison.op);
  chip.value = Q(OperandText(comparison));
  return chip;
}

std::optional<std::vector<FilterTerm>> ReadFilterTerms(const QString& query) {
  const auto read = ParseAuditExpression(query.toStdString(), absl::UnixEpoch(), AnyAuditNames());
  if (!read.ok()) return std::nullopt;
  std::vector<FilterTerm> terms;
  for (const AuditTerm& term : read->terms) terms.push_back(ChipOf(term));
  return terms;
}

QString WriteFilterTerm(const FilterTerm& term) {
  const QString negation = term.negated ? QStringLiteral("not ") : QString();
  if (term.field.isEmpty()) return negation + term.value;
  if (term.sign == u"is") {
    return QStringLiteral("%1 %2 %3")
        .arg(term.field, term.negated ? QStringLiteral("!=") : QStringLiteral("=="), term.value);
  }
  if (term.sign == u"in") {
    return QStringLiteral("%1 %2in %3").arg(term.field, negation, term.value);
  }
  return negation + QStringLiteral("%1 %2 %3").arg(term.field, term.sign, term.value);
}

QString WriteFilterTerms(const std::vector<FilterTerm>& terms) {
  QStringList texts;
  for (const FilterTerm& term : terms) texts << WriteFilterTerm(term);
  return texts.join(QStringLiteral(" and "));
}

FilterBar::Join ReadFilterJoin(const QString& text) {
  const QString word = text.toLower();
  if (word == u"and" || word == u"&&") return FilterBar::Join::kAll;
  if (word == u"or" || word == u"||") return FilterBar::Join::kAny;
  return FilterBar::Join::kNone;
}

std::vector<Completion> CompleteFilter(const QString& text, const AuditCursor& cursor,
                                       const std::vector<AuditTop>& known) {
  // Offsets of the language count bytes.
  QString before = QString::fromUtf8(text.toUtf8().left(static_cast<qsizetype>(cursor.begin)));
  const bool apart = before.isEmpty() || QStringLiteral(" ({,!").contains(before.back());
  if (!apart) before += QLatin1Char(' ');
  const bool complete = ReadFilterTerms(text).has_value();
  switch (cursor.expects) {
    case AuditCursor::Expects::kNothing:
      break;
    case AuditCursor::Expects::kField:
      return CompleteField(before, cursor);
    case AuditCursor::Expects::kOperator:
      return CompleteOperator(before, cursor);
    case AuditCursor::Expects::kValue:
      return CompleteValue(before, cursor, known, complete);
    case AuditCursor::Expects::kJoin:
      if (complete) break;
      return {Offered(before, QStringLiteral("and"), QStringLiteral(" "), {}),
              Offered(before, QStringLiteral("or"), QStringLiteral(" "), {})};
  }
  return {};
}

QString FilterError(const QString& query, const absl::Status& status) {
  const QString message = Q(status.message());
  const size_t column = ErrorColumn(status);
  if (column == 0) return Sentences(message);
  // Columns count bytes; people count characters.
  const auto bytes = static_cast<qsizetype>(column - 1);
  const qsizetype place = QString::fromUtf8(query.toUtf8().left(bytes)).size() + 1;
  const QString words = message.mid(message.indexOf(QLatin1String(": ")) + 2);
  return QCoreApplication::translate("FlowLogPage", "Column %1: %2")
      .arg(place)
      .arg(Sentences(words));
}

}  // namespace gw::gui
