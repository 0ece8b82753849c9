#include "admin-gui/widgets/label_chips.h"

#include <algorithm>
#include <iterator>

#include <QRegularExpression>
#include <QSet>

#include "common/policy/limits.h"

namespace gw::gui {
namespace {

constexpr size_t kCompletionsMax = 50;

// Letters, digits, - _ . and one / with something at both sides of it.
bool IsLabelKey(const QString& key) {
  static const QRegularExpression kPattern(
      QStringLiteral("^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?/)?"
                     "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"));
  return static_cast<size_t>(key.size()) <= kSelectorKeyLengthMax && kPattern.match(key).hasMatch();
}

bool IsLabelValue(const QString& value) {
  static const QRegularExpression kPattern(
      QStringLiteral("^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$"));
  return static_cast<size_t>(value.size()) <= kLabelValueLengthMax &&
         kPattern.match(value).hasMatch();
}

Labels::const_iterator At(const Labels& labels, int index) {
  return std::next(labels.begin(), index);
}

}  // namespace

LabelChips::LabelChips(const QString& name, QWidget* parent) : ChipField(name, parent) {
  edit()->setPlaceholderText(tr("key=value"));
}

void LabelChips::SetLabels(const Labels& labels) {
  labels_ = labels;
  ChipsChanged();
}

void LabelChips::SetMixed(const std::vector<std::pair<QString, QString>>& mixed) {
  mixed_ = mixed;
  ChipsChanged();
}

int LabelChips::ChipCount() const { return static_cast<int>(labels_.size() + mixed_.size()); }

ChipField::Chip LabelChips::ChipAt(int index) const {
  Chip chip;
  const int own = static_cast<int>(labels_.size());
  if (index < own) {
    const auto& [key, value] = *At(labels_, index);
    chip.text = {QString::fromStdString(key), QStringLiteral("="), QString::fromStdString(value)};
  } else {
    const auto& [key, share] = mixed_[static_cast<size_t>(index - own)];
    chip.text = {key, {}, share};
    chip.look.dashed = true;
  }
  return chip;
}

QString LabelChips::ChipAsText(int index) const {
  const Chip chip = ChipAt(index);
  return chip.text.key + QLatin1Char('=') + (chip.look.dashed ? QString() : chip.text.value);
}

void LabelChips::RemoveChip(int index) {
  const int own = static_cast<int>(labels_.size());
  if (index >= own) {
    mixed_.erase(mixed_.begin() + (index - own));
    return;
  }
  labels_.erase(At(labels_, index));
  Q_EMIT labelsChanged(labels_);
}

bool LabelChips::Commit(const QString& text) {
  Labels read = labels_;
  QSet<QString> keys;
  const QStringList parts = text.split(QLatin1Char(','), Qt::SkipEmptyParts);
  for (const QString& part : parts) {
    const QString key = part.section(QLatin1Char('='), 0, 0).trimmed();
    const QString value = part.section(QLatin1Char('='), 1).trimmed();
    if (!IsLabelKey(key)) {
      SetError(tr("A label key may hold letters, digits, - _ . and one /"));
      return false;
    }
    if (!IsLabelValue(value)) {
      SetError(tr("A label value may hold up to 63 letters, digits, - _ and ."));
      return false;
    }
    read[key.toStdString()] = value.toStdString();
    keys.insert(key);
  }
  std::erase_if(mixed_, [&keys](const auto& mixed) { return keys.contains(mixed.first); });
  labels_ = std::move(read);
  Q_EMIT labelsChanged(labels_);
  return true;
}

std::vector<Completion> LabelChips::Complete(const QString& text) const {
  std::vector<Completion> completions;
  if (!uses_) return completions;
  const auto sign = text.indexOf(QLatin1Char('='));
  const QString key = sign < 0 ? QString() : text.left(sign).trimmed();
  const QString begun = sign < 0 ? text.trimmed() : text.mid(sign + 1).trimmed();
  bool known = false;
  for (const LabelUse& use : uses_(key)) {
    if (!use.text.startsWith(begun, Qt::CaseInsensitive)) continue;
    known = known || use.text == begun;
    const QString whole = sign < 0 ? use.text : key + QLatin1Char('=') + use.text;
    completions.push_back({whole,
                           use.uses == 1 ? tr("1 use") : tr("%1 uses").arg(use.uses),
                           sign < 0 ? whole + QLatin1Char('=') : whole,
                           {},
                           {}});
    if (completions.size() == kCompletionsMax) break;
  }
  if (sign >= 0 && !begun.isEmpty() && !known) {
    completions.push_back({key + QLatin1Char('=') + begun, tr("new value"), {}, {}, {}});
  }
  return completions;
}

bool LabelChips::EndsTerm(const QString& key) const { return key == u","; }

}  // namespace gw::gui
