#include "admin-gui/widgets/filter_bar.h"

#include <QKeyEvent>

namespace gw::gui {
namespace {

QString SignOf(const FilterTerm& term) {
  if (!term.negated) return term.sign;
  return term.sign == u"is" ? FilterBar::tr("is not")
                            : FilterBar::tr("not %1").arg(term.sign).trimmed();
}

}  // namespace

FilterBar::FilterBar(const QString& name, QWidget* parent) : ChipField(name, parent) {
  edit()->setFont(FixedFont());
  edit()->setPlaceholderText(tr("Filter by field, address or name"));
}

void FilterBar::SetLanguage(ReadTerms read, WriteTerm write, CompleteTerm complete, ReadJoin join) {
  read_ = std::move(read);
  write_ = std::move(write);
  complete_ = std::move(complete);
  join_ = std::move(join);
}

void FilterBar::SetTerms(const std::vector<FilterTerm>& terms) {
  terms_ = terms;
  ChipsChanged();
}

void FilterBar::SetText(const QString& text) { edit()->setText(text); }

void FilterBar::CompletionsChanged() {
  if (edit()->hasFocus()) OfferCompletions();
}

void FilterBar::AddTerm(const FilterTerm& term) {
  terms_.push_back(term);
  ChipsChanged();
  Q_EMIT queryChanged(Query());
}

void FilterBar::Clear() {
  if (terms_.empty() && edit()->text().isEmpty()) return;
  terms_.clear();
  edit()->clear();
  SetError({});
  ChipsChanged();
  Q_EMIT queryChanged(Query());
}

QString FilterBar::Query() const {
  QStringList parts;
  for (int i = 0; i < ChipCount(); ++i) parts << ChipAsText(i);
  const QString text = edit()->text().trimmed();
  const auto read = read_ ? read_(text) : std::nullopt;
  if (read && write_) {
    // An `or` in it gets brackets, so that it is about the text alone.
    for (const FilterTerm& term : *read) parts << write_(term);
  } else if (!text.isEmpty()) {
    parts << text;
  }
  return parts.join(QStringLiteral(" and "));
}

int FilterBar::ChipCount() const { return static_cast<int>(terms_.size()); }

ChipField::Chip FilterBar::ChipAt(int index) const {
  const FilterTerm& term = terms_[static_cast<size_t>(index)];
  Chip chip;
  chip.text = {term.field, SignOf(term), term.value};
  chip.look.fill = term.negated ? Role::kDenySoft : Role::kAccentSoft;
  if (term.negated) chip.look.sign = Role::kDeny;
  return chip;
}

QString FilterBar::ChipAsText(int index) const {
  const FilterTerm& term = terms_[static_cast<size_t>(index)];
  if (write_) return write_(term);
  return term.field + QLatin1Char(' ') + SignOf(term) + QLatin1Char(' ') + term.value;
}

void FilterBar::RemoveChip(int index) {
  terms_.erase(terms_.begin() + index);
  Q_EMIT queryChanged(Query());
}

bool FilterBar::Commit(const QString& text) {
  const auto read = read_ ? read_(text) : std::nullopt;
  if (!read || read->empty()) {
    // The page judges it and sets the error.
    Q_EMIT queryChanged(Query());
    return false;
  }
  // The text is still in the field and would count twice.
  edit()->clear();
  terms_.insert(terms_.end(), read->begin(), read->end());
  Q_EMIT queryChanged(Query());
  return true;
}

std::vector<Completion> FilterBar::Complete(const QString& text) const {
  return complete_ ? complete_(text) : std::vector<Completion>();
}

void FilterBar::ToggleChip(int index) {
  FilterTerm& term = terms_[static_cast<size_t>(index)];
  term.negated = !term.negated;
  ChipsChanged();
  Q_EMIT queryChanged(Query());
}

// A blank ends a term only if the text before it is one: "not" or "src" alone goes on.
bool FilterBar::EndsTerm(const QString& key) const {
  if (key != u" " || !read_) return false;
  const auto read = read_(edit()->text().trimmed());
  return read && !read->empty();
}

// After a term has become a chip, `and` says nothing new, and `or` is about that chip, too.
bool FilterBar::TakeJoin() {
  const QString word = edit()->text().trimmed();
  const Join join = join_ ? join_(word) : Join::kNone;
  if (join == Join::kNone || terms_.empty()) return false;
  edit()->clear();
  if (join == Join::kAll) return true;
  const QString before = ChipAsText(ChipCount() - 1);
  terms_.pop_back();
  ChipsChanged();
  edit()->setText(QStringLiteral("%1 %2 ").arg(before, word));
  OfferCompletions();
  return true;
}

bool FilterBar::eventFilter(QObject* watched, QEvent* event) {
  if (watched == edit() && event->type() == QEvent::KeyPress && selected_chip() < 0 &&
      static_cast<QKeyEvent*>(event)->text() == u" " && TakeJoin()) {
    return true;
  }
  if (watched == edit() && event->type() == QEvent::KeyPress && selected_chip() < 0 &&
      !popup()->isVisible()) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Escape && !edit()->text().isEmpty()) {
      edit()->clear();
      SetError({});
      Q_EMIT queryChanged(Query());
      return true;
    }
    if (key->key() == Qt::Key_Escape) {
      edit()->clearFocus();
      return true;
    }
  }
  return ChipField::eventFilter(watched, event);
}

}  // namespace gw::gui
