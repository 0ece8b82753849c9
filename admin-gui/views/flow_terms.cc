#include "admin-gui/views/flow_terms.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <QCoreApplication>

#include "common/base/error_column.h"

namespace gw::gui {
namespace {

// Names are looked up when the whole is asked; a chip only has to be complete.
std::vector<Prefix> AnyName(const std::string&) { return {Prefix()}; }

}  // namespace

FilterTerm ChipOf(const FlowLanguage& language, const FlowTerm& term) {
  FilterTerm chip;
  chip.field = QString::fromStdString(std::string(FlowFieldName(term.field)));
  chip.negated = term.op == FlowOperator::kIsNot || term.op == FlowOperator::kNotIn;
  chip.value = QString::fromStdString(term.values.front());
  if (term.op == FlowOperator::kContains) chip.sign = QStringLiteral("contains");
  if (term.op == FlowOperator::kIn || term.op == FlowOperator::kNotIn) {
    chip.sign = QStringLiteral("in");
    const QString written = QString::fromStdString(language.Write(term));
    chip.value = written.mid(written.indexOf(QLatin1Char('{')));
  }
  return chip;
}

std::optional<FilterTerm> ReadFilterTerm(const FlowLanguage& language, const QString& text) {
  const auto query = language.Read(text.toStdString(), AnyName);
  if (!query.ok() || query->terms.size() != 1) return std::nullopt;
  return ChipOf(language, query->terms.front());
}

QString WriteFilterTerm(const FlowLanguage& language, const FilterTerm& term) {
  if (term.sign == u"in") {
    return QStringLiteral("%1 %2in %3")
        .arg(term.field, term.negated ? QStringLiteral("not ") : QString(), term.value);
  }
  // Values may need quotes, which the language knows: read the bare form back through it.
  const bool contains = term.sign == u"contains";
  const QString sign = contains       ? QStringLiteral("contains")
                       : term.negated ? QStringLiteral("!=")
                                      : QStringLiteral("==");
  const QChar quote = term.value.contains(QLatin1Char('\'')) ? QLatin1Char('"') : QLatin1Char('\'');
  const QString quoted = QStringLiteral("%1 %2 %3%4%3").arg(term.field, sign, quote, term.value);
  const auto query = language.Read(quoted.toStdString(), AnyName);
  if (!query.ok() || query->terms.size() != 1) return quoted;
  return QString::fromStdString(language.Write(query->terms.front()));
}

std::vector<Completion> CompleteFilter(const FlowLanguage& language, const QString& text) {
  std::vector<Completion> found;
  for (const FlowCompletion& one : language.Complete(text.toStdString())) {
    Completion completion;
    completion.insert = QString::fromStdString(one.text);
    completion.text = completion.insert.trimmed();
    completion.detail = QString::fromStdString(one.detail);
    found.push_back(std::move(completion));
  }
  return found;
}

std::vector<FilterTerm> FilterTermsOf(const FlowLanguage& language, const QString& query) {
  std::vector<FilterTerm> terms;
  const auto read = language.Read(query.toStdString(), AnyName);
  if (!read.ok()) return terms;
  for (const FlowTerm& term : read->terms) terms.push_back(ChipOf(language, term));
  return terms;
}

QString FilterError(const QString& query, const absl::Status& status) {
  const QString message = QString::fromStdString(std::string(status.message()));
  const size_t column = ErrorColumn(status);
  if (column == 0) return message;
  // Columns count bytes; people count characters.
  const auto bytes = static_cast<qsizetype>(column - 1);
  const qsizetype place = QString::fromUtf8(query.toUtf8().left(bytes)).size() + 1;
  const QString words = message.mid(message.indexOf(QLatin1String(": ")) + 2);
  return QCoreApplication::translate("FlowLogPage", "Column %1: %2").arg(place).arg(words);
}

}  // namespace gw::gui
