#include "admin-gui/views/policy_table.h"

#include <algorithm>
#include <set>

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "admin-gui/views/policy_delegate.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/scale.h"

namespace gw::gui {
namespace {

using Table = PolicyTableModel;
using Kind = PolicyRow::Kind;

constexpr int kNumberWidth = 66;
constexpr int kNameWidth = 214;
constexpr int kSelectorWidth = 234;
constexpr int kTrafficWidth = 158;
constexpr int kWhatWidthMin = 260;
constexpr int kHitsWidth = 140;
constexpr int kLastWidth = 104;
// A selector or a scope that gets less room than this is left out.
constexpr int kSelectorWidthMin = 160;

}  // namespace

PolicyTable::PolicyTable(PolicyTableModel& model, QWidget* parent)
    : QTableView(parent), model_(model) {
  setAccessibleName(tr("Policies in the order in which they are asked"));
  setModel(&model);
  setItemDelegate(new PolicyDelegate(this));
  RowDelegate::PrepareTable(this);
  setSelectionMode(SingleSelection);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  QHeaderView* rows = verticalHeader();
  rows->setSectionResizeMode(QHeaderView::Fixed);
  rows->setMinimumSectionSize(1);
  rows->setDefaultSectionSize(RowHeight(kRowPolicy, FontFor(TextSize::kBody)));
  QHeaderView* header = horizontalHeader();
  header->setSectionResizeMode(QHeaderView::Fixed);
  header->setSectionResizeMode(Table::kWhat, QHeaderView::Stretch);
  header->setMinimumSectionSize(1);
  header->setSectionsClickable(false);
  header->resizeSection(Table::kNumber, Scaled(kNumberWidth));
  header->resizeSection(Table::kName, Scaled(kNameWidth));
  header->resizeSection(Table::kSelector, Scaled(kSelectorWidth));
  header->resizeSection(Table::kTraffic, Scaled(kTrafficWidth));
  header->resizeSection(Table::kHits, Scaled(kHitsWidth));
  header->resizeSection(Table::kLast, Scaled(kLastWidth));
  const auto arrange = [this] { ArrangeRows(); };
  connect(&model, &QAbstractItemModel::rowsInserted, this, arrange);
  connect(&model, &QAbstractItemModel::rowsRemoved, this, arrange);
  connect(&model, &QAbstractItemModel::rowsMoved, this, arrange);
  connect(&model, &QAbstractItemModel::modelReset, this, arrange);
  ArrangeRows();
}

// Rows of tiers and notes are painted over the whole width.
void PolicyTable::ArrangeRows() {
  clearSpans();
  const int note = RowHeight(kRowNote, FontFor(TextSize::kBody));
  const int full = verticalHeader()->defaultSectionSize();
  for (int i = 0; i < model_.rowCount(); ++i) {
    const Kind kind = model_.row(i)->kind;
    if (kind != Kind::kPolicy) setSpan(i, 0, 1, Table::kColumnCount);
    const int height = kind == Kind::kPolicy || kind == Kind::kTier ? full : note;
    if (rowHeight(i) != height) setRowHeight(i, height);
  }
}

void PolicyTable::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  ArrangeColumns();
}

// What does not fit goes in the order of gui.md §4.5: last hit, hits, selector, traffic.
void PolicyTable::ArrangeColumns() {
  int left =
      viewport()->width() - Scaled(kNumberWidth) - Scaled(kNameWidth) - Scaled(kWhatWidthMin);
  const auto take = [&](Table::Column column, int width) {
    const bool fits = left >= width;
    if (fits) left -= width;
    setColumnHidden(column, !fits);
  };
  take(Table::kTraffic, Scaled(kTrafficWidth));
  const int selector = std::clamp(left, Scaled(kSelectorWidthMin), Scaled(kSelectorWidth));
  take(Table::kSelector, selector);
  horizontalHeader()->resizeSection(Table::kSelector, selector);
  take(Table::kHits, Scaled(kHitsWidth));
  take(Table::kLast, Scaled(kLastWidth));
}

const PolicyRow* PolicyTable::current_row() const { return model_.row(currentIndex().row()); }

void PolicyTable::SelectPolicy(const ResourceKey& policy) {
  const int row = model_.RowOf(policy);
  if (row < 0) return;
  setCurrentIndex(model_.index(row, Table::kName));
  scrollTo(model_.index(row, Table::kName));
}

void PolicyTable::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QTableView::currentChanged(current, previous);
  Q_EMIT currentRowChanged();
}

// ---- dragging -----------------------------------------------------------------------------------

std::optional<PolicyTable::Drop> PolicyTable::DropAt(int y, const ResourceKey& dragged) const {
  int row = rowAt(y);
  if (row < 0) row = model_.rowCount() - 1;
  const QRect rect = visualRect(model_.index(row, Table::kNumber));
  // The border that is nearest: before `row`, or after it.
  if (y > rect.center().y()) ++row;
  row = std::clamp(row, 2, model_.rowCount() - 1);  // after the first tier, before the rest
  const PolicyRow* above = model_.row(row - 1);
  if (above == nullptr) return std::nullopt;
  Drop drop;
  drop.place.tier = above->tier;
  const QRect edge = visualRect(model_.index(row - 1, Table::kNumber));
  drop.line_y = edge.bottom() + 1;
  drop.number = 1;
  for (int i = 0; i < row; ++i) {
    const PolicyRow& before = *model_.row(i);
    if (before.kind != Kind::kPolicy || before.number == 0 || before.key == dragged) continue;
    ++drop.number;
    if (before.tier == drop.place.tier) ++drop.place.position;
  }
  return drop;
}

void PolicyTable::mousePressEvent(QMouseEvent* event) {
  const QModelIndex index = indexAt(event->position().toPoint());
  const PolicyRow* row = model_.row(index.row());
  if (row != nullptr && row->kind == Kind::kTier && event->button() == Qt::LeftButton) {
    Q_EMIT tierToggled(QString::fromStdString(row->tier));
    return;
  }
  QTableView::mousePressEvent(event);
  drag_.reset();
  const bool on_grip = index.column() == Table::kNumber && event->button() == Qt::LeftButton;
  // A filter hides neighbours, a folded tier its policies: a place among them means nothing.
  const bool all_shown =
      model_.filter().isEmpty() && !model_.endpoint() && model_.collapsed().empty();
  if (on_grip && all_shown && row != nullptr && row->kind == Kind::kPolicy && row->number > 0) {
    drag_ = Drag{row->key, event->position().toPoint()};
  }
}

void PolicyTable::mouseMoveEvent(QMouseEvent* event) {
  if (!drag_) return QTableView::mouseMoveEvent(event);
  const QPoint at = event->position().toPoint();
  if ((at - drag_->pressed).manhattanLength() >= QApplication::startDragDistance()) {
    drag_->moving = true;
    viewport()->setCursor(Qt::ClosedHandCursor);
  }
  drag_->y = at.y();
  const int edge = rowHeight(0);
  if (at.y() < edge / 2 || at.y() > viewport()->height() - edge / 2) {
    scrollTo(
        model_.index(std::clamp(rowAt(at.y()) + (at.y() < edge ? -1 : 1), 0, model_.rowCount() - 1),
                     Table::kNumber));
  }
  viewport()->update();
}

void PolicyTable::mouseReleaseEvent(QMouseEvent* event) {
  QTableView::mouseReleaseEvent(event);
  if (!drag_) return;
  const Drag drag = *drag_;
  drag_.reset();
  viewport()->unsetCursor();
  viewport()->update();
  if (!drag.moving) return;
  const auto drop = DropAt(drag.y, drag.policy);
  if (!drop) return;
  Q_EMIT moveAsked(drag.policy, QString::fromStdString(drop->place.tier),
                   static_cast<int>(drop->place.position));
}

void PolicyTable::paintEvent(QPaintEvent* event) {
  QTableView::paintEvent(event);
  if (drag_ && drag_->moving) PaintDrag();
}

void PolicyTable::PaintDrag() {
  const auto drop = DropAt(drag_->y, drag_->policy);
  if (!drop) return;
  QPainter painter(viewport());
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(QRect(0, drop->line_y - 1, viewport()->width(), 2),
                   Theme::Color(gw::gui::Role::kAccent));
  const QFont font = FontFor(TextSize::kSmall, QFont::DemiBold);
  const QString number = QString::number(drop->number);
  const int width = std::max(26, TabularWidth(number, font) + 14);
  const QRect pill(Scaled(kNumberWidth) - width, drop->line_y - kChipHeight / 2, width,
                   kChipHeight);
  FillRounded(&painter, pill, kChipHeight / 2.0, Theme::Color(gw::gui::Role::kAccent));
  painter.setFont(font);
  painter.setPen(Theme::Color(gw::gui::Role::kOnAccent));
  PaintTabular(&painter, pill, Qt::AlignHCenter, number);
}

// ---- keys and clicks ----------------------------------------------------------------------------

void PolicyTable::mouseDoubleClickEvent(QMouseEvent* event) {
  const PolicyRow* row = model_.row(indexAt(event->position().toPoint()).row());
  if (row == nullptr || row->kind != Kind::kPolicy || row->number == 0) return;
  Q_EMIT opened(row->key);
}

bool PolicyTable::PolicyKey(QKeyEvent* event, const PolicyRow& row) {
  const bool alt = event->modifiers().testFlag(Qt::AltModifier);
  const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
  const ResourceKey policy = row.key;  // the row may go while it is asked about
  switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
      if (!alt) return false;
      Q_EMIT stepAsked(policy, event->key() == Qt::Key_Up ? -1 : 1, shift);
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (event->modifiers().testFlag(Qt::ControlModifier)) return false;
      Q_EMIT opened(policy);
      return true;
    case Qt::Key_Delete:
      Q_EMIT deleteAsked(policy);
      return true;
    case Qt::Key_D:
      if (!event->modifiers().testFlag(Qt::ControlModifier)) return false;
      Q_EMIT duplicateAsked(policy);
      return true;
    default:
      return false;
  }
}

void PolicyTable::keyPressEvent(QKeyEvent* event) {
  const PolicyRow* row = current_row();
  if (drag_ && event->key() == Qt::Key_Escape) {
    drag_.reset();
    viewport()->unsetCursor();
    viewport()->update();
    return;
  }
  if (event->matches(QKeySequence::Copy)) return CopyRow();
  if (row != nullptr && row->kind == Kind::kPolicy && row->number > 0 && PolicyKey(event, *row)) {
    return;
  }
  const bool toggles = event->key() == Qt::Key_Return || event->key() == Qt::Key_Left ||
                       event->key() == Qt::Key_Right;
  if (row != nullptr && row->kind == Kind::kTier && toggles &&
      event->modifiers() == Qt::NoModifier) {
    const bool collapses = event->key() == Qt::Key_Left;
    if (event->key() == Qt::Key_Return || collapses != row->collapsed) {
      Q_EMIT tierToggled(QString::fromStdString(row->tier));
    }
    return;
  }
  // Space and the others that the window has a use for are not the table's.
  if (event->key() == Qt::Key_Space || event->modifiers().testFlag(Qt::AltModifier)) {
    event->ignore();
    return;
  }
  QTableView::keyPressEvent(event);
}

void PolicyTable::CopyRow() const {
  const PolicyRow* row = current_row();
  if (row == nullptr) return;
  QStringList cells;
  for (int column = 0; column < Table::kColumnCount; ++column) {
    const QModelIndex index = model_.index(currentIndex().row(), column);
    const QVariant shown =
        column == Table::kHits ? index.data(Table::kCount) : index.data(Qt::DisplayRole);
    if (column != Table::kLast) cells << shown.toString();
  }
  QApplication::clipboard()->setText(cells.join(QLatin1Char('\t')));
}

void PolicyTable::contextMenuEvent(QContextMenuEvent* event) {
  if (event->reason() == QContextMenuEvent::Keyboard) {
    Q_EMIT menuAsked(viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft()));
    return;
  }
  const QModelIndex index = indexAt(event->pos());
  if (index.isValid()) setCurrentIndex(index);
  Q_EMIT menuAsked(event->globalPos());
}

}  // namespace gw::gui
