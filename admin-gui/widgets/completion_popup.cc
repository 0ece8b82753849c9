#include "admin-gui/widgets/completion_popup.h"

#include <algorithm>

#include <QPainter>
#include <QScreen>
#include <QStyledItemDelegate>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/scale.h"

namespace gw::gui {
namespace {

constexpr int kRowsMax = 8;
constexpr int kWidthMin = 200;
constexpr int kWidthMax = 600;  // a sentence about a field
constexpr int kMargin = 12;
constexpr int kGap = 16;   // between text and detail
constexpr int kRest = 48;  // icon, margins and scroll bar
constexpr int kDetailRole = Qt::UserRole;
constexpr int kIndexRole = Qt::UserRole + 1;  // into completions; -1 for a heading
constexpr int kIconRole = Qt::UserRole + 2;

class CompletionDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
    return {kWidthMin, RowHeight(kRowCompact, option.font)};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    painter->fillRect(option.rect, Theme::Color(Role::kRaised));
    const bool chosen = (option.state & QStyle::State_Selected) != 0;
    if (chosen) {
      FillRounded(painter, QRectF(option.rect).adjusted(4, 0, -4, 0), kFieldRadius,
                  Theme::Color(Role::kSelection));
    }
    QRect rect = option.rect.adjusted(kMargin, 0, -kMargin, 0);
    const QString text = index.data(Qt::DisplayRole).toString();
    if (index.data(kIndexRole).toInt() < 0) {
      PaintElided(painter, rect, text, Role::kMuted, FontFor(TextSize::kCaption, QFont::Medium));
      return;
    }
    if (const QString icon = index.data(kIconRole).toString(); !icon.isEmpty()) {
      Icons::Paint(painter, QRect(rect.x(), rect.y(), 16, rect.height()), icon, Role::kMuted, 16);
      rect.setLeft(rect.left() + 24);
    }
    const QFont small = FontFor(TextSize::kSmall);
    const QString detail = index.data(kDetailRole).toString();
    // An advance is rounded: one pixel more, or what just fits is elided.
    const int wanted = QFontMetrics(small).horizontalAdvance(detail) + 1;
    const int left = rect.width() - kGap -
                     QFontMetrics(FontFor(TextSize::kBody, QFont::Medium)).horizontalAdvance(text);
    const int detail_width = std::min(wanted, std::max(left, rect.width() * 3 / 5));
    PaintElided(painter,
                QRect(rect.right() + 1 - detail_width, rect.y(), detail_width, rect.height()),
                detail, Role::kMuted, small);
    PaintElided(painter, rect.adjusted(0, 0, -detail_width - 8, 0), text, Role::kText,
                FontFor(TextSize::kBody, chosen ? QFont::Medium : QFont::Normal));
  }
};

}  // namespace

CompletionPopup::CompletionPopup(QWidget* field) : QListWidget(field), field_(field) {
  setWindowFlags(Qt::ToolTip);
  setFocusPolicy(Qt::NoFocus);
  setAttribute(Qt::WA_ShowWithoutActivating);
  setFrameShape(QFrame::Box);
  setLineWidth(1);
  setMouseTracking(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setItemDelegate(new CompletionDelegate(this));
  setAccessibleName(tr("Suggestions"));
  connect(this, &QListWidget::itemClicked, this, [this] { ChooseCurrent(); });
  hide();
}

void CompletionPopup::Offer(const std::vector<Completion>& completions, const QRect& anchor) {
  completions_ = completions;
  clear();
  QString group;
  const QFontMetrics body(FontFor(TextSize::kBody, QFont::Medium));
  const QFontMetrics small(FontFor(TextSize::kSmall));
  int wanted = kWidthMin;
  for (size_t i = 0; i < completions_.size(); ++i) {
    const Completion& completion = completions_[i];
    if (completion.group != group) {
      group = completion.group;
      auto* heading = new QListWidgetItem(group, this);
      heading->setFlags(Qt::NoItemFlags);
      heading->setData(kIndexRole, -1);
    }
    auto* item = new QListWidgetItem(completion.text, this);
    item->setData(kDetailRole, completion.detail);
    item->setData(kIndexRole, static_cast<int>(i));
    item->setData(kIconRole, completion.icon);
    item->setData(Qt::AccessibleTextRole,
                  completion.text + QStringLiteral(", ") + completion.detail);
    item->setToolTip(completion.detail);
    wanted = std::max(wanted, body.horizontalAdvance(completion.text) + kGap +
                                  small.horizontalAdvance(completion.detail) + kRest);
  }
  if (completions_.empty() || !field_->isVisible()) return hide();
  Move(1);
  const int rows = std::min(count(), kRowsMax);
  resize(std::min(wanted, Scaled(kWidthMax)),
         rows * RowHeight(kRowCompact, font()) + 2 * frameWidth());
  QPoint at = field_->mapToGlobal(anchor.bottomLeft() + QPoint(0, 4));
  if (const QScreen* screen = field_->screen()) {
    const QRect room = screen->availableGeometry();
    if (at.y() + height() > room.bottom()) {
      at = field_->mapToGlobal(anchor.topLeft() - QPoint(0, height() + 4));
    }
    at.setX(std::max(room.left(), std::min(at.x(), room.right() - width())));
  }
  move(at);
  show();
}

const Completion* CompletionPopup::current() const {
  if (!isVisible() || currentItem() == nullptr) return nullptr;
  const int index = currentItem()->data(kIndexRole).toInt();
  return index < 0 ? nullptr : &completions_[static_cast<size_t>(index)];
}

void CompletionPopup::Move(int by) {
  const int step = by > 0 ? 1 : -1;
  int left = std::abs(by);
  int row = currentRow();
  for (int at = row + step; at >= 0 && at < count() && left > 0; at += step) {
    if (item(at)->data(kIndexRole).toInt() < 0) continue;
    row = at;
    --left;
  }
  setCurrentRow(row);
}

void CompletionPopup::ChooseCurrent() {
  const Completion* at = current();
  if (at == nullptr) return;
  const Completion completion = *at;
  hide();
  Q_EMIT chosen(completion);
}

bool CompletionPopup::TakeKey(QKeyEvent* event) {
  if (!isVisible()) return false;
  switch (event->key()) {
    case Qt::Key_Down:
      Move(1);
      return true;
    case Qt::Key_Up:
      Move(-1);
      return true;
    case Qt::Key_PageDown:
      Move(kRowsMax);
      return true;
    case Qt::Key_PageUp:
      Move(-kRowsMax);
      return true;
    case Qt::Key_Escape:
      hide();
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
      ChooseCurrent();
      return true;
    default:
      return false;
  }
}

}  // namespace gw::gui
