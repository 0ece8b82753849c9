#include "admin-gui/views/rule_list.h"

#include <QContextMenuEvent>
#include <QKeyEvent>

#include "admin-gui/views/policy_delegate.h"
#include "admin-gui/views/rule_card.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"

namespace gw::gui {
namespace {

constexpr int kNumberWidth = 18;
constexpr int kIcon = 16;
constexpr int kGap = 10;
constexpr int kCardSpace = 12;

}  // namespace

RuleDelegate::RuleDelegate(QObject* parent, Role fill)
    : RowDelegate(kRowRule, parent), fill_(fill) {}

void RuleDelegate::SetOpen(int row, int height) {
  open_ = row;
  open_height_ = height;
}

QSize RuleDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const QSize size(1, RowHeight(kRowRule, FontFor(TextSize::kBody)));
  Q_UNUSED(option);
  return index.row() == open_ ? QSize(1, open_height_) : size;
}

void RuleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
  if (index.row() != open_) return RowDelegate::paint(painter, option, index);
  painter->fillRect(option.rect, Theme::Color(fill_));
}

Role RuleDelegate::RowFill(const QModelIndex& index) const {
  Q_UNUSED(index);
  return fill_;
}

void RuleDelegate::PaintCell(QPainter* painter, const QRect& rect,
                             const QStyleOptionViewItem& option, const QModelIndex& index) const {
  Q_UNUSED(option);
  const bool staged = index.data(RuleListModel::kIsStaged).toBool();
  const int action = index.data(RuleListModel::kAction).toInt();
  painter->setPen(Theme::Color(Role::kMuted));
  PaintTabular(painter, QRect(rect.x(), rect.y(), kNumberWidth, rect.height()), Qt::AlignHCenter,
               index.data(RuleListModel::kNumber).toString());
  QRect left = rect.adjusted(kNumberWidth + kGap, 0, 0, 0);
  Icons::Paint(painter, QRect(left.x(), left.y(), kIcon, left.height()), IconOfAction(action),
               RoleOfAction(action, staged), kIcon);
  left.setLeft(left.x() + kIcon + kGap);
  const QVariant count = index.data(RuleListModel::kCount);
  if (count.isValid()) {
    const QString text = FormatHits(count.toLongLong());
    painter->setFont(FontFor(TextSize::kSmall));
    PaintTabular(painter, left, Qt::AlignRight, text);
    left.setRight(left.right() - TabularWidth(text, painter->font()) - kGap);
  }
  if (!index.data(RuleListModel::kShadow).toString().isEmpty()) {
    Icons::Paint(painter, QRect(left.right() - kIcon, left.y(), kIcon, left.height()),
                 QStringLiteral("warn"), Role::kWarn, kIcon);
    left.setRight(left.right() - kIcon - kGap);
  }
  PaintElided(painter, left, index.data().toString(), staged ? Role::kMuted : Role::kText,
              FontFor(TextSize::kBody));
}

RuleList::RuleList(const QString& name, RuleListModel& model, QWidget* parent)
    : QListView(parent), model_(model), delegate_(new RuleDelegate(this)) {
  setAccessibleName(name);
  setModel(&model);
  setItemDelegate(delegate_);
  RowDelegate::PrepareTable(this);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  const auto arrange = [this] { Arrange(); };
  connect(&model, &QAbstractItemModel::rowsInserted, this, arrange);
  connect(&model, &QAbstractItemModel::rowsRemoved, this, arrange);
  Arrange();
}

void RuleList::Open(int row, RuleCard* card) {
  if (open_.isValid() && card_ != nullptr) {
    // The view deletes what it is given; the card is the editor's.
    card_->removeEventFilter(this);
    card_->disconnect(this);
    card_->setParent(home_);
    card_->hide();
  }
  card_ = row < 0 ? nullptr : card;
  open_ = row < 0 ? QPersistentModelIndex() : QPersistentModelIndex(model_.index(row));
  if (card_ != nullptr) {
    home_ = card_->parentWidget();
    card_->setParent(viewport());
    card_->installEventFilter(this);
    connect(card_, &RuleCard::heightChanged, this, &RuleList::Arrange, Qt::QueuedConnection);
    card_->show();
  }
  Arrange();
}

// Rows under the card keep their place below it; the list is as high as all of them.
void RuleList::Arrange() {
  const int row = open_row();
  const int width = viewport()->width();
  if (card_ != nullptr) card_->resize(width, card_->height());
  const int card_height = card_ == nullptr ? 0 : card_->sizeHint().height();
  delegate_->SetOpen(row, card_height + kCardSpace);
  scheduleDelayedItemsLayout();
  const int each = RowHeight(kRowRule, FontFor(TextSize::kBody));
  const int plain = model_.rowCount() - (row >= 0 ? 1 : 0);
  setFixedHeight(plain * each + (row >= 0 ? card_height + kCardSpace : 0));
  if (card_ != nullptr) card_->setGeometry(0, row * each + kCardSpace / 2, width, card_height);
}

void RuleList::resizeEvent(QResizeEvent* event) {
  QListView::resizeEvent(event);
  if (event->size().width() != event->oldSize().width()) Arrange();
}

bool RuleList::eventFilter(QObject* watched, QEvent* event) {
  if (watched == card_ && event->type() == QEvent::KeyPress) {
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Escape) {
      Q_EMIT closed();
      setFocus();
      return true;
    }
    // Letters and Delete belong to the fields.
    if (key->key() != Qt::Key_Delete && RuleKey(key, open_row())) return true;
  }
  return QListView::eventFilter(watched, event);
}

bool RuleList::RuleKey(QKeyEvent* event, int row) {
  if (row < 0) return false;
  const bool alt = event->modifiers().testFlag(Qt::AltModifier);
  const bool control = event->modifiers().testFlag(Qt::ControlModifier);
  if (alt && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)) {
    Q_EMIT moveAsked(row, event->key() == Qt::Key_Up ? -1 : 1);
    return true;
  }
  if (control && event->key() == Qt::Key_D) {
    Q_EMIT duplicateAsked(row);
    return true;
  }
  if (event->key() == Qt::Key_Delete) {
    Q_EMIT deleteAsked(row);
    return true;
  }
  return false;
}

void RuleList::keyPressEvent(QKeyEvent* event) {
  const int row = currentIndex().row();
  if (RuleKey(event, row)) return;
  const bool opens = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (opens && event->modifiers() == Qt::NoModifier && row >= 0) {
    Q_EMIT opened(row);
    return;
  }
  QListView::keyPressEvent(event);
}

void RuleList::mouseReleaseEvent(QMouseEvent* event) {
  QListView::mouseReleaseEvent(event);
  const QModelIndex index = indexAt(event->position().toPoint());
  if (index.isValid() && event->button() == Qt::LeftButton) Q_EMIT opened(index.row());
}

void RuleList::contextMenuEvent(QContextMenuEvent* event) {
  const bool by_key = event->reason() == QContextMenuEvent::Keyboard;
  const QModelIndex index = by_key ? currentIndex() : indexAt(event->pos());
  if (!index.isValid()) return;
  Q_EMIT menuAsked(index.row(), by_key ? viewport()->mapToGlobal(visualRect(index).bottomLeft())
                                       : event->globalPos());
}

}  // namespace gw::gui
