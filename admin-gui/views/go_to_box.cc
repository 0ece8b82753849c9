#include "admin-gui/views/go_to_box.h"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kWidth = 520;
constexpr int kTop = 64;  // under the header's line
constexpr int kMargin = 8;
constexpr size_t kShownMost = 60;

bool HoldsAll(const QString& text, const QStringList& words) {
  return std::all_of(words.begin(), words.end(), [&text](const QString& word) {
    return text.contains(word, Qt::CaseInsensitive);
  });
}

}  // namespace

std::vector<size_t> FindEntries(const std::vector<GoToEntry>& entries, const QString& typed,
                                size_t most) {
  const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  std::vector<size_t> begins;
  std::vector<size_t> holds;
  for (size_t i = 0; i < entries.size() && begins.size() < most; ++i) {
    const Completion& shown = entries[i].shown;
    if (!HoldsAll(shown.text + QLatin1Char(' ') + shown.detail, words)) continue;
    const bool first = shown.text.startsWith(typed.trimmed(), Qt::CaseInsensitive);
    (first ? begins : holds).push_back(i);
  }
  begins.insert(begins.end(), holds.begin(), holds.end());
  begins.resize(std::min(begins.size(), most));
  // Groups stay whole: that of the best match first.
  std::vector<QString> groups;
  for (const size_t i : begins) {
    const QString& group = entries[i].shown.group;
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  const auto place = [&](size_t i) {
    return std::find(groups.begin(), groups.end(), entries[i].shown.group) - groups.begin();
  };
  std::stable_sort(begins.begin(), begins.end(),
                   [&](size_t a, size_t b) { return place(a) < place(b); });
  return begins;
}

GoToBox::GoToBox(QWidget* window) : QFrame(window) {
  field_ = new QLineEdit(this);
  field_->setPlaceholderText(tr("Go to a page, policy, endpoint, network set or action"));
  field_->setAccessibleName(tr("Go to"));
  field_->installEventFilter(this);
  popup_ = new CompletionPopup(field_);
  popup_->setMinimumWidth(Scaled(kWidth) - 2 * kMargin);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  column->addWidget(field_);
  connect(field_, &QLineEdit::textEdited, this, [this] { Offer(); });
  connect(popup_, &CompletionPopup::chosen, this, &GoToBox::Run);
  hide();
}

void GoToBox::Open(std::vector<GoToEntry> entries) {
  entries_ = std::move(entries);
  if (!isVisible()) focus_before_ = QApplication::focusWidget();
  field_->clear();
  adjustSize();
  const int width = std::min(Scaled(kWidth), parentWidget()->width() - 2 * kMargin);
  setGeometry((parentWidget()->width() - width) / 2, kTop, width, sizeHint().height());
  raise();
  show();
  field_->setFocus(Qt::ShortcutFocusReason);
  Offer();
}

void GoToBox::Close() {
  popup_->hide();
  hide();
  entries_.clear();
  if (!focus_before_.isNull()) focus_before_->setFocus(Qt::OtherFocusReason);
  focus_before_.clear();
}

void GoToBox::Offer() {
  std::vector<Completion> found;
  for (const size_t i : FindEntries(entries_, field_->text(), kShownMost)) {
    found.push_back(entries_[i].shown);
    found.back().insert = QString::number(i);
  }
  popup_->Offer(found, field_->rect());
}

void GoToBox::Run(const Completion& completion) {
  const auto index = completion.insert.toULongLong();
  if (index >= entries_.size()) return;
  const std::function<void()> run = entries_[static_cast<size_t>(index)].run;
  Close();
  run();
}

bool GoToBox::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusOut && isVisible()) {
    const auto reason = static_cast<QFocusEvent*>(event)->reason();
    if (reason != Qt::PopupFocusReason && reason != Qt::ActiveWindowFocusReason) {
      focus_before_.clear();  // somebody has it already
      Close();
    }
    return false;
  }
  if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
  auto* key = static_cast<QKeyEvent*>(event);
  if (key->key() == Qt::Key_Escape) {
    Close();
    return true;
  }
  if (popup_->TakeKey(key)) return true;
  return key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
}

void GoToBox::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  FillRounded(&painter, QRectF(rect()), kCardRadius, Theme::Color(Role::kBorder));
  FillRounded(&painter, QRectF(rect()).adjusted(1, 1, -1, -1), kCardRadius - 1,
              Theme::Color(Role::kRaised));
}

}  // namespace gw::gui
