#include "admin-gui/views/navigation.h"

#include <array>

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kWide = 208;
constexpr int kNarrow = 56;
constexpr int kRow = 34;
constexpr int kGap = 10;
constexpr int kCardRow = 44;
constexpr int kMargin = 8;

enum ItemRole : int {
  kPlace = Qt::UserRole,
  kIcon,
  kBadge,    // int
  kWarning,  // bool
  kGapRow,   // bool: a gap, not a page
};

// Icon at 18, text at 46, badge at the right, as one row of gui.md §2.
class NavigationDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    if (index.data(kGapRow).toBool()) return {0, kGap};
    return {0, RowHeight(kRow, option.font)};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    if (index.data(kGapRow).toBool()) return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect row = option.rect.adjusted(kMargin, 1, -kMargin, -1);
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    const bool hovered = (option.state & QStyle::State_MouseOver) != 0;
    if (selected || hovered) {
      FillRounded(painter, row, kFieldRadius,
                  Theme::Color(selected ? Role::kSelection : Role::kHover));
    }
    if ((option.state & QStyle::State_HasFocus) != 0 && selected) {
      PaintFocusRing(painter, row, kFieldRadius);
    }
    const bool narrow = option.rect.width() < Scaled(kWide) - kMargin;
    const int icon_x = narrow ? row.center().x() - 8 : option.rect.left() + 18;
    Icons::Paint(painter, QRect(icon_x, row.top(), 18, row.height()), index.data(kIcon).toString(),
                 selected ? Role::kAccent : Role::kMuted, 18);
    if (narrow) {
      PaintDot(painter, row, index);
    } else {
      const bool badge = index.data(kBadge).toInt() > 0 || index.data(kWarning).toBool();
      const int left = option.rect.left() + 46;
      const QRect text(left, row.top(), row.right() - left - (badge ? 40 : 8), row.height());
      PaintElided(painter, text, index.data(Qt::DisplayRole).toString(), Role::kText,
                  FontFor(TextSize::kBody, selected ? QFont::DemiBold : QFont::Normal));
      PaintBadges(painter, row, index);
    }
    painter->restore();
  }

 private:
  static void PaintDot(QPainter* painter, const QRect& row, const QModelIndex& index) {
    const bool warning = index.data(kWarning).toBool();
    if (index.data(kBadge).toInt() == 0 && !warning) return;
    painter->setPen(Qt::NoPen);
    painter->setBrush(Theme::Color(warning ? Role::kWarn : Role::kAccent));
    painter->drawEllipse(QPoint(row.right() - 8, row.top() + 8), 3, 3);
  }

  static void PaintBadges(QPainter* painter, const QRect& row, const QModelIndex& index) {
    const int count = index.data(kBadge).toInt();
    if (count > 0) {
      const QString text = QLocale().toString(count);
      const QFont font = FontFor(TextSize::kCaption, QFont::DemiBold);
      const int width = std::max(20, QFontMetrics(font).horizontalAdvance(text) + 12);
      const QRect pill(row.right() - 8 - width, row.center().y() - 8, width, 17);
      FillRounded(painter, pill, 8.5, Theme::Color(Role::kAccent));
      painter->setFont(font);
      painter->setPen(Theme::Color(Role::kOnAccent));
      painter->drawText(pill, Qt::AlignCenter, text);
    } else if (index.data(kWarning).toBool()) {
      Icons::Paint(painter, QRect(row.right() - 26, row.top(), 16, row.height()),
                   QStringLiteral("warn"), Role::kWarn, 16);
    }
  }
};

struct Entry {
  Destination::Place place;
  const char* icon;
  const char* text;
};

constexpr Entry kGapEntry = {Destination::Place::kApply, "", ""};
constexpr std::array kPages = {
    Entry{Destination::Place::kOverview, "overview", QT_TRANSLATE_NOOP("Navigation", "Overview")},
    Entry{Destination::Place::kEndpoints, "endpoints",
          QT_TRANSLATE_NOOP("Navigation", "Endpoints")},
    Entry{Destination::Place::kNetworkSets, "netset",
          QT_TRANSLATE_NOOP("Navigation", "Network sets")},
    Entry{Destination::Place::kPolicies, "policies", QT_TRANSLATE_NOOP("Navigation", "Policies")},
    kGapEntry,
    Entry{Destination::Place::kFlowLog, "flowlog", QT_TRANSLATE_NOOP("Navigation", "Flow log")},
    Entry{Destination::Place::kSimulator, "simulator",
          QT_TRANSLATE_NOOP("Navigation", "Simulator")},
    kGapEntry,
    Entry{Destination::Place::kHistory, "history", QT_TRANSLATE_NOOP("Navigation", "History")},
};
constexpr std::array kFoot = {
    Entry{Destination::Place::kSettings, "settings", QT_TRANSLATE_NOOP("Navigation", "Settings")}};

QStandardItem* MakeItem(const Entry& entry) {
  auto* item = new QStandardItem;
  item->setEditable(false);
  if (*entry.text == '\0') {
    item->setData(true, kGapRow);
    item->setFlags(Qt::NoItemFlags);
    return item;
  }
  const QString text = QCoreApplication::translate("Navigation", entry.text);
  item->setText(text);
  item->setToolTip(text);
  item->setData(QVariant::fromValue(static_cast<int>(entry.place)), kPlace);
  item->setData(QString::fromLatin1(entry.icon), kIcon);
  return item;
}

QStandardItem* Find(const QStandardItemModel& model, Destination::Place place) {
  for (int row = 0; row < model.rowCount(); ++row) {
    QStandardItem* item = model.item(row);
    if (!item->data(kGapRow).toBool() && item->data(kPlace).toInt() == static_cast<int>(place)) {
      return item;
    }
  }
  return nullptr;
}

// The pages that belong to another one's row.
Destination::Place RowOf(Destination::Place place) {
  if (place == Destination::Place::kApply) return Destination::Place::kPolicies;
  if (place == Destination::Place::kFirstRun) return Destination::Place::kEndpoints;
  return place;
}

}  // namespace

// ---- the card -----------------------------------------------------------------------------------

GatewayCard::GatewayCard(QWidget* parent) : QToolButton(parent) {
  setPopupMode(QToolButton::InstantPopup);
  setFocusPolicy(Qt::TabFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  NameIt();
}

void GatewayCard::SetName(const QString& name) {
  name_ = name;
  NameIt();
}

void GatewayCard::SetState(State state) {
  if (state == state_) return;
  state_ = state;
  NameIt();
}

void GatewayCard::SetNarrow(bool narrow) {
  narrow_ = narrow;
  update();
}

void GatewayCard::NameIt() {
  setAccessibleName(tr("Gateway %1, %2").arg(name_, StateWord(state_)));
  setToolTip(name_);
  update();
}

QString GatewayCard::StateWord(State state) {
  switch (state) {
    case State::kUnknown:
      return tr("Asking…");
    case State::kEnforcing:
      return tr("Enforcing");
    case State::kAbsent:
      return tr("Not enforcing");
    case State::kTrouble:
      return tr("Needs attention");
  }
  return {};
}

QSize GatewayCard::sizeHint() const {
  return {Scaled(kWide) - 2 * kMargin, std::max(kCardRow, NameHeight() + StateHeight() + 8)};
}

int GatewayCard::NameHeight() { return QFontMetrics(FontFor(TextSize::kBody)).height(); }
int GatewayCard::StateHeight() { return QFontMetrics(FontFor(TextSize::kSmall)).height(); }

void GatewayCard::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  FillRounded(&painter, frame, kCardRadius,
              Theme::Color(underMouse() ? Role::kHover : Role::kRaised),
              Theme::Color(Role::kBorder));
  const QRect icon_rect = narrow_ ? rect() : QRect(10, 0, 18, height());
  Icons::Paint(&painter, icon_rect, QStringLiteral("gateway"), Role::kAccent, 18);
  const Role dot = state_ == State::kEnforcing ? Role::kAllow
                   : state_ == State::kUnknown ? Role::kMuted
                                               : Role::kWarn;
  painter.setPen(Qt::NoPen);
  painter.setBrush(Theme::Color(dot));
  if (narrow_) {
    painter.drawEllipse(QPoint(width() - 9, 9), 3, 3);
  } else {
    const int right = width() - 28;
    const int top = (height() - NameHeight() - StateHeight()) / 2;
    const QRect state(51, top + NameHeight(), right - 51, StateHeight());
    PaintElided(&painter, QRect(38, top, right - 38, NameHeight()), name_, Role::kText,
                FontFor(TextSize::kBody, QFont::DemiBold));
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(QPointF(42, state.center().y() + 0.5), 3.5, 3.5);
    PaintElided(&painter, state, StateWord(state_), Role::kMuted, FontFor(TextSize::kSmall));
    Icons::Paint(&painter, QRect(width() - 24, 0, 14, height()), QStringLiteral("chevron-down"),
                 Role::kMuted, 14);
  }
  if (hasFocus()) PaintFocusRing(&painter, frame, kCardRadius);
}

// ---- the list -----------------------------------------------------------------------------------

Navigation::Navigation(QWidget* parent)
    : QWidget(parent),
      card_(new GatewayCard(this)),
      page_items_(new QStandardItemModel(this)),
      foot_items_(new QStandardItemModel(this)) {
  pages_ = MakeList(tr("Pages"));
  foot_ = MakeList(tr("Program"));
  pages_->setModel(page_items_);
  foot_->setModel(foot_items_);
  Fill();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 12, 0, 12);
  column->setSpacing(12);
  auto* card_row = new QHBoxLayout;
  card_row->setContentsMargins(kMargin + 4, 0, kMargin + 4, 0);
  card_row->addWidget(card_);
  column->addLayout(card_row);
  column->addWidget(pages_, 1);
  column->addWidget(foot_);
  foot_->setFixedHeight(RowHeight(kRow, font()) + 2);
  SetNarrow(false);
}

QListView* Navigation::MakeList(const QString& name) {
  auto* list = new QListView(this);
  list->setAccessibleName(name);
  list->setFrameShape(QFrame::NoFrame);
  list->setItemDelegate(new NavigationDelegate(list));
  list->setEditTriggers(QAbstractItemView::NoEditTriggers);
  list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list->setMouseTracking(true);
  list->viewport()->setAutoFillBackground(false);
  list->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Expanding);
  const auto choose = [this](const QModelIndex& index) {
    if (index.isValid() && !index.data(kGapRow).toBool()) {
      Q_EMIT chosen(static_cast<Destination::Place>(index.data(kPlace).toInt()));
    }
  };
  connect(list, &QListView::clicked, this, choose);
  connect(list, &QListView::activated, this, choose);
  return list;
}

void Navigation::Fill() {
  for (const Entry& entry : kPages) page_items_->appendRow(MakeItem(entry));
  for (const Entry& entry : kFoot) foot_items_->appendRow(MakeItem(entry));
}

void Navigation::SetCurrent(Destination::Place place) {
  QStandardItem* page = Find(*page_items_, RowOf(place));
  QStandardItem* foot = Find(*foot_items_, place);
  pages_->selectionModel()->clear();
  foot_->selectionModel()->clear();
  if (page != nullptr) pages_->setCurrentIndex(page->index());
  if (foot != nullptr) foot_->setCurrentIndex(foot->index());
}

void Navigation::SetChangeCount(int count) {
  QStandardItem* item = Find(*page_items_, Destination::Place::kPolicies);
  item->setData(count, kBadge);
  item->setData(count > 0 ? tr("Policies, %n change(s)", nullptr, count) : item->text(),
                Qt::AccessibleTextRole);
}

void Navigation::SetEndpointWarning(bool warning) {
  QStandardItem* item = Find(*page_items_, Destination::Place::kEndpoints);
  item->setData(warning, kWarning);
  item->setData(warning ? tr("Endpoints, needs attention") : item->text(), Qt::AccessibleTextRole);
}

void Navigation::SetNarrow(bool narrow) {
  card_->SetNarrow(narrow);
  setFixedWidth(narrow ? kNarrow : Scaled(kWide));
}

void Navigation::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), Theme::Color(Role::kWindow));
  painter.fillRect(QRect(width() - 1, 0, 1, height()), Theme::Color(Role::kBorder));
}

}  // namespace gw::gui
