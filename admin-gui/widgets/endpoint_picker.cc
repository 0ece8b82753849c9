#include "admin-gui/widgets/endpoint_picker.h"

#include <QAction>
#include <QKeyEvent>
#include <QToolButton>

#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"

namespace gw::gui {
namespace {

bool Holds(const PickerEntry& entry, const QString& text) {
  for (const QString& part : {entry.name, entry.address, entry.labels, entry.hardware_address}) {
    if (part.contains(text, Qt::CaseInsensitive)) return true;
  }
  return false;
}

const QString& PickedText(const PickerEntry& entry) {
  return entry.address.isEmpty() ? entry.name : entry.address;
}

}  // namespace

EndpointPicker::EndpointPicker(const QString& name, QWidget* parent)
    : QLineEdit(parent), popup_(new CompletionPopup(this)) {
  setAccessibleName(name);
  setPlaceholderText(tr("Name, label, address or MAC"));
  const QAction* offer =
      addAction(Icons::Get(QStringLiteral("search")), QLineEdit::LeadingPosition);
  connect(offer, &QAction::triggered, this, &EndpointPicker::Offer);
  for (auto* button : findChildren<QToolButton*>()) button->setAccessibleName(tr("Suggestions"));
  connect(this, &QLineEdit::textEdited, this, [this] {
    address_.clear();
    Offer();
  });
  connect(popup_, &CompletionPopup::chosen, this,
          [this](const Completion& completion) { Take(completion.insert); });
}

void EndpointPicker::SetAddress(const QString& address) {
  address_ = address;
  QString shown = address;
  for (const PickerEntry& entry : entries_) {
    if (PickedText(entry) != address || entry.name.isEmpty()) continue;
    shown =
        entry.address.isEmpty() ? entry.name : entry.name + QStringLiteral("  ") + entry.address;
    break;
  }
  setText(shown);
  setCursorPosition(0);
}

std::vector<Completion> EndpointPicker::Matching(const QString& text) const {
  std::vector<Completion> matching;
  bool known = false;
  for (const PickerEntry& entry : entries_) {
    if (!Holds(entry, text)) continue;
    known = known || entry.address == text;
    QString detail = entry.name.isEmpty() ? QString() : entry.address;
    if (!entry.labels.isEmpty()) {
      detail += (detail.isEmpty() ? QString() : QStringLiteral("  ")) + entry.labels;
    }
    matching.push_back({entry.name.isEmpty() ? entry.address : entry.name, detail,
                        PickedText(entry), entry.group, entry.icon});
  }
  const auto typed = ParseAddress(text.toStdString());
  if (typed.ok() && !known) {
    const QString in = sets_ ? sets_(text) : QString();
    matching.push_back({tr("Use %1 (not known)").arg(text), in, FormatAddress(*typed),
                        tr("Address"), QStringLiteral("globe")});
  }
  return matching;
}

void EndpointPicker::Offer() { popup_->Offer(Matching(text().trimmed()), rect()); }

void EndpointPicker::Take(const QString& address) {
  SetAddress(address);
  Q_EMIT picked(address);
}

void EndpointPicker::keyPressEvent(QKeyEvent* event) {
  if (popup_->TakeKey(event)) return;
  if (event->key() == Qt::Key_Down) return Offer();
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    const std::vector<Completion> matching = Matching(text().trimmed());
    if (address_.isEmpty() && matching.size() == 1) return Take(matching.front().insert);
  }
  QLineEdit::keyPressEvent(event);
}

void EndpointPicker::mousePressEvent(QMouseEvent* event) {
  QLineEdit::mousePressEvent(event);
  if (text().isEmpty()) Offer();
}

void EndpointPicker::focusOutEvent(QFocusEvent* event) {
  popup_->hide();
  QLineEdit::focusOutEvent(event);
}

}  // namespace gw::gui
