#include "admin-gui/views/policy_delegate.h"

#include <algorithm>

#include <QDateTime>

#include "admin-gui/models/policy_table_model.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"

namespace gw::gui {
namespace {

using Table = PolicyTableModel;
using Kind = PolicyRow::Kind;

constexpr int kCellPadding = 8;
constexpr int kIcon = 16;
constexpr int kGrip = 24;
constexpr int kSparkWidth = 72;
constexpr int kSparkHeight = 16;
constexpr int kGap = 8;
constexpr int kTierText = 40;
constexpr int kNoteText = 70;

Kind KindOf(const QModelIndex& index) {
  return static_cast<Kind>(index.data(Table::kKind).toInt());
}

PolicyChange ChangeOf(const QModelIndex& index) {
  return static_cast<PolicyChange>(index.data(Table::kChange).toInt());
}

struct BadgeLook {
  QString icon;
  QString words;
  Role strong = Role::kAccent;
  Role soft = Role::kAccentSoft;
};

std::vector<BadgeLook> BadgesOf(const QModelIndex& index) {
  std::vector<BadgeLook> badges;
  if (index.data(Table::kIsStaged).toBool()) {
    badges.push_back(
        {QStringLiteral("staged"), PolicyDelegate::tr("Staged"), Role::kStaged, Role::kStagedSoft});
  }
  switch (ChangeOf(index)) {
    case PolicyChange::kNone:
      break;
    case PolicyChange::kNew:
      badges.push_back({QStringLiteral("plus"), PolicyDelegate::tr("New")});
      break;
    case PolicyChange::kEdited:
      badges.push_back({QStringLiteral("edit"), PolicyDelegate::tr("Edited")});
      break;
    case PolicyChange::kDeleted:
      badges.push_back(
          {QStringLiteral("close"), PolicyDelegate::tr("Deleted"), Role::kDeny, Role::kDenySoft});
      break;
  }
  return badges;
}

Role SeriesRole(const QModelIndex& index) {
  if (index.data(Table::kIsStaged).toBool()) return Role::kC3;
  const int action = index.data(Table::kAction).toInt();
  return action == static_cast<int>(RuleAction::kDeny) ? Role::kC2 : Role::kC1;
}

}  // namespace

QString IconOfAction(int action) {
  switch (action) {
    case static_cast<int>(RuleAction::kAllow):
      return QStringLiteral("allow");
    case static_cast<int>(RuleAction::kDeny):
      return QStringLiteral("deny");
    case static_cast<int>(RuleAction::kPass):
      return QStringLiteral("pass");
    case static_cast<int>(RuleAction::kLog):
      return QStringLiteral("log");
    default:
      return QStringLiteral("skip");
  }
}

Role RoleOfAction(int action, bool staged) {
  if (staged) return Role::kStaged;
  if (action == static_cast<int>(RuleAction::kAllow)) return Role::kAllow;
  if (action == static_cast<int>(RuleAction::kDeny)) return Role::kDeny;
  return Role::kMuted;
}

PolicyDelegate::PolicyDelegate(QObject* parent) : RowDelegate(kRowPolicy, parent) {}

int PolicyDelegate::GripWidth() { return kGrip; }

Role PolicyDelegate::RowFill(const QModelIndex& index) const {
  return KindOf(index) == Kind::kTier ? Role::kWindow : Role::kSurface;
}

void PolicyDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
  RowDelegate::paint(painter, option, index);
  if (KindOf(index) != Kind::kPolicy || index.column() != Table::kNumber) return;
  const bool hover = (option.state & QStyle::State_MouseOver) != 0;
  if ((!hover && !IsSelected(option)) || ChangeOf(index) == PolicyChange::kDeleted) return;
  Icons::Paint(painter, QRect(option.rect.x() + 8, option.rect.y(), kIcon, option.rect.height()),
               QStringLiteral("grip"), Role::kMuted, 14);
}

void PolicyDelegate::PaintCell(QPainter* painter, const QRect& rect,
                               const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const Kind kind = KindOf(index);
  if (kind == Kind::kTier) return PaintTier(painter, rect, index);
  if (kind != Kind::kPolicy) return PaintNote(painter, rect, index);
  const bool selected = IsSelected(option);
  switch (index.column()) {
    case Table::kNumber:
      painter->setPen(Theme::Color(Role::kMuted));
      return PaintTabular(painter, rect, Qt::AlignRight, index.data().toString());
    case Table::kName:
      return PaintName(painter, rect, selected, index);
    case Table::kSelector: {
      const QRect count =
          PaintCountBox(painter, rect, index.data(Table::kEndpoints).toInt(), selected);
      return PaintSelector(painter, rect.adjusted(0, 0, count.x() - rect.right() - kGap, 0),
                           index.data().toString());
    }
    case Table::kTraffic: {
      const int used = PaintElided(painter, rect, index.data().toString(), Role::kText,
                                   FontFor(TextSize::kBody));
      PaintElided(painter, rect.adjusted(used + 7, 0, 0, 0), index.data(Table::kSecond).toString(),
                  Role::kMuted, FontFor(TextSize::kSmall));
      return;
    }
    case Table::kWhat:
      return PaintWhat(painter, rect, index);
    case Table::kHits:
      return PaintHits(painter, rect, index);
    default:
      break;
  }
  const QVariant last = index.data(Table::kLastHit);
  if (!last.isValid()) return;
  const QDateTime now = QDateTime::currentDateTime();
  painter->setFont(FontFor(TextSize::kSmall));
  painter->setPen(Theme::Color(Role::kMuted));
  PaintTabular(painter, rect.adjusted(0, 0, -kGap, 0), Qt::AlignRight,
               FormatRelative(QDateTime::fromMSecsSinceEpoch(last.toLongLong()), now));
}

// The name gives way to the badges only where it would be cut to nothing.
void PolicyDelegate::PaintName(QPainter* painter, const QRect& rect, bool selected,
                               const QModelIndex& index) {
  QFont font = FontFor(TextSize::kBody, QFont::DemiBold);
  const bool deleted = ChangeOf(index) == PolicyChange::kDeleted;
  font.setStrikeOut(deleted);
  const std::vector<BadgeLook> badges = BadgesOf(index);
  int wide = 0;
  for (const BadgeLook& badge : badges) {
    wide += kGap + BadgeWidth(badge.words, FontFor(TextSize::kSmall));
  }
  QRect left = rect;
  left.setWidth(std::max(rect.width() - wide, rect.width() / 3));
  const int used = PaintElided(painter, left, index.data().toString(),
                               deleted ? Role::kMuted : Role::kText, font);
  int x = rect.x() + used + kGap;
  for (const BadgeLook& badge : badges) {
    const QRect at(x, rect.y(), rect.right() + 1 - x, rect.height());
    if (at.width() < 2 * kIcon) return;
    x = PaintBadge(painter, at, badge.icon, badge.words, badge.strong, badge.soft, selected)
            .right() +
        1 + kGap / 2;
  }
}

void PolicyDelegate::PaintWhat(QPainter* painter, const QRect& rect, const QModelIndex& index) {
  const int action = index.data(Table::kAction).toInt();
  const bool staged = index.data(Table::kIsStaged).toBool();
  const bool quiet = staged || action < 0 || ChangeOf(index) == PolicyChange::kDeleted;
  Icons::Paint(painter, QRect(rect.x(), rect.y(), kIcon, rect.height()), IconOfAction(action),
               RoleOfAction(action, staged), kIcon);
  const QString more = index.data(Table::kSecond).toString();
  const QFont small = FontFor(TextSize::kSmall);
  const int more_width = more.isEmpty() ? 0 : QFontMetrics(small).horizontalAdvance(more) + kGap;
  QRect text = rect.adjusted(kIcon + kGap, 0, -more_width, 0);
  const int used = PaintElided(painter, text, index.data().toString(),
                               quiet ? Role::kMuted : Role::kText, FontFor(TextSize::kBody));
  PaintElided(painter, QRect(text.x() + used + kGap, rect.y(), more_width, rect.height()), more,
              Role::kMuted, small);
}

void PolicyDelegate::PaintHits(QPainter* painter, const QRect& rect, const QModelIndex& index) {
  const QVariant count = index.data(Table::kCount);
  if (!count.isValid()) return;
  const bool never = count.toLongLong() == 0;
  painter->setPen(Theme::Color(never ? Role::kMuted : Role::kText));
  const QString text = FormatHits(count.toLongLong());
  const int figure = TabularWidth(text, painter->font());
  PaintTabular(painter, rect, Qt::AlignRight, text);
  if (never || figure + kSparkWidth + kGap > rect.width()) return;
  const auto series = index.data(Table::kSeries).value<QList<qint64>>();
  const int space = rect.width() - figure - kGap;
  PaintSparkline(painter,
                 QRect(rect.x() + std::min(0, space - kSparkWidth),
                       rect.y() + (rect.height() - kSparkHeight) / 2, kSparkWidth, kSparkHeight),
                 {series.begin(), series.end()}, SeriesRole(index));
}

void PolicyDelegate::PaintTier(QPainter* painter, const QRect& rect, const QModelIndex& index) {
  const QRect row = rect.adjusted(-kCellPadding, 0, kCellPadding, 0);
  Icons::Paint(
      painter, QRect(row.x() + 18, row.y(), 14, row.height()),
      index.data(Table::kIsCollapsed).toBool() ? QStringLiteral("right") : QStringLiteral("down"),
      Role::kMuted, 14);
  const QFont small = FontFor(TextSize::kSmall);
  const QString end = index.data(Table::kEnd).toString();
  const int end_width = QFontMetrics(small).horizontalAdvance(end) + 2;
  const int right = row.right() + 1 - kCellPadding - kGap;
  QRect text(row.x() + kTierText, row.y(), right - end_width - 2 * kGap - row.x() - kTierText,
             row.height());
  const auto put = [&](const QString& part, Role role, const QFont& font, int gap) {
    text.setLeft(text.x() + PaintElided(painter, text, part, role, font) + gap);
  };
  put(tr("Tier"), Role::kMuted, FontFor(TextSize::kBody), 6);
  put(index.data().toString(), Role::kText, FontFor(TextSize::kBody, QFont::DemiBold), 10);
  put(index.data(Table::kFact).toString(), Role::kMuted, small, 0);
  PaintElided(painter, QRect(right - end_width, row.y(), end_width, row.height()), end,
              Role::kMuted, small);
}

void PolicyDelegate::PaintNote(QPainter* painter, const QRect& rect, const QModelIndex& index) {
  const QRect row = rect.adjusted(-kCellPadding, 0, kCellPadding, 0);
  const bool failsafes = KindOf(index) == Kind::kFailsafes;
  const bool denies = index.data(Table::kDenies).toBool();
  Icons::Paint(painter, QRect(row.x() + kTierText, row.y(), kIcon, row.height()),
               failsafes ? QStringLiteral("key")
               : denies  ? QStringLiteral("deny")
                         : QStringLiteral("skip"),
               denies ? Role::kDeny : Role::kMuted, kIcon);
  const QVariant count = index.data(Table::kCount);
  const int right = row.right() + 1 - kCellPadding - kGap;
  int figure = 0;
  painter->setPen(Theme::Color(Role::kMuted));
  if (count.isValid() && count.toLongLong() > 0) {
    const QString text = FormatCount(count.toLongLong());
    figure = TabularWidth(text, painter->font()) + kGap;
    PaintTabular(painter, QRect(row.x(), row.y(), right - row.x(), row.height()), Qt::AlignRight,
                 text);
  }
  PaintElided(
      painter,
      QRect(row.x() + kNoteText, row.y(), right - figure - row.x() - kNoteText, row.height()),
      index.data().toString(), Role::kMuted, FontFor(TextSize::kBody));
}

}  // namespace gw::gui
