#include "admin-gui/widgets/chip_field.h"

#include <algorithm>

#include <QApplication>
#include <QClipboard>
#include <QFocusEvent>
#include <QHelpEvent>
#include <QPainter>

#include "admin-gui/widgets/icons.h"

namespace gw::gui {
namespace {

constexpr int kMargin = 6;
constexpr int kGap = 6;
constexpr int kLineStep = 28;
constexpr int kEditWidthMin = 90;
constexpr int kIconWidth = 30;
constexpr int kCloseWidth = 18;
constexpr int kErrorGap = 4;

QFont ChipFont() { return FontFor(TextSize::kSmall); }

int ErrorHeight(const QString& error) {
  return error.isEmpty() ? 0 : QFontMetrics(ChipFont()).height() + kErrorGap;
}

}  // namespace

ChipField::ChipField(const QString& name, QWidget* parent)
    : QWidget(parent), edit_(new QLineEdit(this)), popup_(new CompletionPopup(edit_)) {
  setAccessibleName(name);
  setFocusProxy(edit_);
  edit_->setFrame(false);
  edit_->setAccessibleName(name);
  edit_->installEventFilter(this);
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  connect(edit_, &QLineEdit::textEdited, this, [this] {
    Select(-1);
    SetError({});
    OfferCompletions();
  });
  connect(popup_, &CompletionPopup::chosen, this, [this](const Completion& completion) {
    const QString text = completion.insert.isEmpty() ? completion.text : completion.insert;
    edit_->setText(text);
    if (!CommitText()) OfferCompletions();
  });
}

void ChipField::SetReadOnly(bool read_only) {
  read_only_ = read_only;
  edit_->setReadOnly(read_only);
  edit_->setVisible(!read_only);
  ChipsChanged();
}

void ChipField::SetError(const QString& message) {
  if (message == error_) return;
  error_ = message;
  edit_->setAccessibleDescription(message);
  ChipsChanged();
}

ChipField::Places ChipField::Arrange(int width) const {
  Places places;
  const int line_height = LineHeight();
  const int chip_height = std::max(kChipHeight, QFontMetrics(ChipFont()).height() + 5);
  const int hint = TrailingHint().isEmpty()
                       ? 0
                       : QFontMetrics(ChipFont()).horizontalAdvance(TrailingHint()) + 2 * kGap;
  const int left = LeadingIcon().isEmpty() ? kMargin : kIconWidth + 4;
  const int right = width - kMargin - hint;
  int x = left;
  int y = (line_height - chip_height) / 2;
  for (int i = 0; i < ChipCount(); ++i) {
    const Chip chip = ChipAt(i);
    const int wanted = ChipWidth(chip.text, ChipFont(), !read_only_ && !chip.look.dashed);
    const int chip_width = std::min(wanted, std::max(40, right - left));
    if (x > left && x + chip_width > right) {
      x = left;
      y += kLineStep;
    }
    places.chips.emplace_back(x, y, chip_width, chip_height);
    x += chip_width + kGap;
  }
  if (x > left && x + kEditWidthMin > right && !read_only_) {
    x = left;
    y += kLineStep;
  }
  places.edit = QRect(x - 4, y - 2, std::max(kEditWidthMin, right - x + 4), chip_height + 4);
  places.field_height = y + chip_height + (line_height - chip_height) / 2;
  return places;
}

int ChipField::heightForWidth(int width) const {
  return Arrange(width).field_height + ErrorHeight(error_);
}

QSize ChipField::sizeHint() const {
  const int width = std::max(this->width(), 240);
  return {240, heightForWidth(width)};
}

QSize ChipField::minimumSizeHint() const { return {160, heightForWidth(std::max(width(), 160))}; }

void ChipField::Layout() {
  edit_->setGeometry(Arrange(width()).edit);
  update();
}

void ChipField::ChipsChanged() {
  selected_ = std::min(selected_, ChipCount() - 1);
  updateGeometry();
  Layout();
}

void ChipField::resizeEvent(QResizeEvent*) {
  updateGeometry();
  Layout();
}

void ChipField::Select(int index) {
  selected_ = index;
  if (index >= 0) popup_->hide();
  update();
}

void ChipField::OfferCompletions() {
  if (read_only_) return;
  popup_->Offer(Complete(edit_->text()), edit_->rect());
}

bool ChipField::CommitText() {
  const QString text = edit_->text().trimmed();
  if (text.isEmpty() || !Commit(text)) return false;
  edit_->clear();
  popup_->hide();
  SetError({});
  ChipsChanged();
  return true;
}

void ChipField::DropFocusedChip() {
  const int index = selected_;
  RemoveChip(index);
  ChipsChanged();
  Select(ChipCount() == 0 ? -1 : std::min(index, ChipCount() - 1));
}

void ChipField::OpenAsText(int index) {
  const QString text = ChipAsText(index);
  RemoveChip(index);
  Select(-1);
  edit_->setText(text);
  ChipsChanged();
}

bool ChipField::WalkChips(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Left:
      Select(std::max(0, selected_ - 1));
      return true;
    case Qt::Key_Right:
      Select(selected_ + 1 < ChipCount() ? selected_ + 1 : -1);
      return true;
    case Qt::Key_Backspace:
    case Qt::Key_Delete:
      DropFocusedChip();
      return true;
    case Qt::Key_F2:
    case Qt::Key_Return:
      OpenAsText(selected_);
      return true;
    case Qt::Key_Space:
      ToggleChip(selected_);
      return true;
    case Qt::Key_Escape:
      Select(-1);
      return true;
    default:
      return false;
  }
}

bool ChipField::EditKey(QKeyEvent* event) {
  if (read_only_) return false;
  if (event->matches(QKeySequence::Paste)) {
    edit_->insert(QApplication::clipboard()->text());
    CommitText();
    return true;
  }
  if (selected_ >= 0 && WalkChips(event)) return true;
  if (popup_->TakeKey(event)) return true;
  const bool at_start = edit_->cursorPosition() == 0 && !edit_->hasSelectedText();
  switch (event->key()) {
    case Qt::Key_Left:
      if (!at_start || ChipCount() == 0) return false;
      Select(ChipCount() - 1);
      return true;
    case Qt::Key_Backspace:
      if (!at_start || ChipCount() == 0) return false;
      if (BackspaceSelects()) {
        Select(ChipCount() - 1);
      } else {
        OpenAsText(ChipCount() - 1);
      }
      return true;
    case Qt::Key_Down:
      OfferCompletions();
      return true;
    case Qt::Key_Tab:
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (edit_->text().trimmed().isEmpty()) return false;
      CommitText();
      return true;
    default:
      return EndsTerm(event->text()) && CommitText();
  }
}

bool ChipField::eventFilter(QObject* watched, QEvent* event) {
  if (watched != edit_) return QWidget::eventFilter(watched, event);
  if (event->type() == QEvent::KeyPress) return EditKey(static_cast<QKeyEvent*>(event));
  if (event->type() == QEvent::FocusOut || event->type() == QEvent::FocusIn) {
    if (event->type() == QEvent::FocusOut) {
      popup_->hide();
      Select(-1);
    }
    update();
  }
  return QWidget::eventFilter(watched, event);
}

void ChipField::keyPressEvent(QKeyEvent* event) {
  if (!EditKey(event)) QWidget::keyPressEvent(event);
}

void ChipField::mousePressEvent(QMouseEvent* event) {
  const Places places = Arrange(width());
  edit_->setFocus(Qt::MouseFocusReason);
  for (int i = 0; i < ChipCount(); ++i) {
    const QRect& chip = places.chips[static_cast<size_t>(i)];
    if (!chip.contains(event->pos()) || read_only_) continue;
    if (event->pos().x() > chip.right() - kCloseWidth) {
      RemoveChip(i);
      ChipsChanged();
      return;
    }
    Select(i);
    const Chip what = ChipAt(i);
    const QFontMetrics metrics(ChipFont());
    const int sign = chip.x() + 8 + metrics.horizontalAdvance(what.text.key);
    const int value = sign + 12 + metrics.horizontalAdvance(what.text.sign);
    if (event->pos().x() > sign && event->pos().x() < value) ToggleChip(i);
    return;
  }
}

bool ChipField::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const QPoint at = static_cast<QHelpEvent*>(event)->pos();
    const Places places = Arrange(width());
    QString tip;
    for (int i = 0; i < ChipCount(); ++i) {
      if (places.chips[static_cast<size_t>(i)].contains(at)) tip = ChipAsText(i);
    }
    setToolTip(tip);
  }
  return QWidget::event(event);
}

void ChipField::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Places places = Arrange(width());
  const QRectF field(0.5, 0.5, width() - 1, places.field_height - 1);
  if (!read_only_) {
    const bool bad = !error_.isEmpty();
    const bool strong = bad || edit_->hasFocus();
    FillRounded(&painter, field, kFieldRadius, Theme::Color(Role::kSurface),
                strong ? QColor() : Theme::Color(Role::kControl));
    if (bad) {
      painter.setRenderHint(QPainter::Antialiasing);
      painter.setPen(QPen(Theme::Color(Role::kDeny), 2));
      painter.drawRoundedRect(field.adjusted(0.5, 0.5, -0.5, -0.5), kFieldRadius, kFieldRadius);
    } else if (strong) {
      PaintFocusRing(&painter, field.adjusted(0.5, 0.5, -0.5, -0.5), kFieldRadius);
    }
  }
  if (!LeadingIcon().isEmpty()) {
    Icons::Paint(&painter, QRect(4, 0, kIconWidth, LineHeight()), LeadingIcon(), Role::kMuted, 16);
  }
  painter.setFont(ChipFont());
  for (int i = 0; i < ChipCount(); ++i) {
    Chip chip = ChipAt(i);
    chip.look.closable = !read_only_ && !chip.look.dashed;
    chip.look.focused = i == selected_;
    PaintChip(&painter, places.chips[static_cast<size_t>(i)], chip.text, chip.look);
  }
  if (!TrailingHint().isEmpty()) {
    const int hint = QFontMetrics(ChipFont()).horizontalAdvance(TrailingHint());
    PaintElided(&painter, QRect(width() - hint - 2 * kGap, 0, hint + kGap, LineHeight()),
                TrailingHint(), Role::kMuted, ChipFont());
  }
  PaintElided(&painter, QRect(2, places.field_height, width() - 4, ErrorHeight(error_)), error_,
              Role::kDeny, ChipFont());
}

}  // namespace gw::gui
