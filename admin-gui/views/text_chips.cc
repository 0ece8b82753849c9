#include "admin-gui/views/text_chips.h"

namespace gw::gui {

TextChips::TextChips(const QString& name, const QString& placeholder, QWidget* parent)
    : ChipField(name, parent) {
  edit()->setPlaceholderText(placeholder);
}

void TextChips::SetTexts(const QStringList& texts) {
  texts_ = texts;
  ChipsChanged();
}

ChipField::Chip TextChips::ChipAt(int index) const {
  Chip chip;
  chip.text.value = texts_.at(index);
  return chip;
}

void TextChips::RemoveChip(int index) {
  texts_.removeAt(index);
  Q_EMIT textsChanged(texts_);
}

bool TextChips::Commit(const QString& text) {
  const QString problem = check_ ? check_(text) : QString();
  if (!problem.isEmpty()) {
    SetError(problem);
    return false;
  }
  // Again at the end, where somebody puts it to change the order.
  texts_.removeAll(text);
  texts_ << text;
  Q_EMIT textsChanged(texts_);
  return true;
}

std::vector<Completion> TextChips::Complete(const QString& text) const {
  return offers_ ? offers_(text) : std::vector<Completion>();
}

bool TextChips::EndsTerm(const QString& key) const { return key == u","; }

}  // namespace gw::gui
