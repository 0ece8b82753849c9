#include "admin-gui/widgets/trace_items.h"

#include <QPainter>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {
namespace {

constexpr int kStepHeight = 46;
constexpr int kHeadingHeight = 34;
constexpr int kIcon = 16;
constexpr int kText = 28;

bool Says(const TraceStep& step, const char* words) {
  return step.outcome.find(words) != std::string::npos;
}

// What decided: its own words name the action.
void LookDecided(const TraceStep& step, TraceLook* look) {
  look->decided = true;
  const bool denies = Says(step, "Deny") || Says(step, "deny") || Says(step, "denied");
  look->icon = denies ? QStringLiteral("deny") : QStringLiteral("allow");
  look->icon_role = denies ? Role::kDeny : Role::kAllow;
  look->fill = denies ? Role::kDenySoft : Role::kAllowSoft;
  if (step.kind == TraceStep::Kind::kBuiltIn && !denies) look->icon = QStringLiteral("key");
}

}  // namespace

TraceLook LookOfStep(const TraceStep& step) {
  TraceLook look;
  look.icon = QStringLiteral("right");
  if (step.kind == TraceStep::Kind::kStage || step.kind == TraceStep::Kind::kTier) {
    look.heading = step.kind == TraceStep::Kind::kStage;
    look.icon = look.heading ? QStringLiteral("endpoints") : QStringLiteral("policies");
  }
  if (step.decided) {
    LookDecided(step, &look);
  } else if (Says(step, "staged")) {
    look.icon = QStringLiteral("staged");
    look.icon_role = Role::kStaged;
  } else if (Says(step, "matched: Pass")) {
    look.icon = QStringLiteral("pass");
  } else if (Says(step, "matched: Log")) {
    look.icon = QStringLiteral("log");
  } else if (step.kind == TraceStep::Kind::kBuiltIn) {
    look.icon = QStringLiteral("key");
  } else if (Says(step, "skipped")) {
    look.icon = QStringLiteral("skip");
    look.applies = false;
  }
  return look;
}

QSize TraceDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QSize size = QStyledItemDelegate::sizeHint(option, index);
  const bool two = !index.data(kOutcomeRole).toString().isEmpty();
  const int lines = QFontMetrics(FontFor(TextSize::kBody)).height() +
                    (two ? QFontMetrics(FontFor(TextSize::kSmall)).height() : 0);
  size.setHeight(std::max(two ? kStepHeight : kHeadingHeight, lines + 12));
  return size;
}

void TraceDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
  painter->save();
  const bool decided = index.data(kDecidedRole).toBool();
  const bool heading = index.data(kHeadingRole).toBool();
  if (decided) {
    FillRounded(painter, option.rect, kChipRadius,
                Theme::Color(static_cast<Role>(index.data(kFillRole).toInt())));
  } else if ((option.state & QStyle::State_Selected) != 0) {
    FillRounded(painter, option.rect, kChipRadius, Theme::Color(Role::kSelection));
  }
  const Role icon_role = static_cast<Role>(index.data(kIconColourRole).toInt());
  const QFont strong =
      FontFor(TextSize::kBody, heading || decided ? QFont::DemiBold : QFont::Normal);
  const QFont small = FontFor(TextSize::kSmall, decided ? QFont::DemiBold : QFont::Normal);
  const QString outcome = index.data(kOutcomeRole).toString();
  const int above = QFontMetrics(strong).height();
  const int below = outcome.isEmpty() ? 0 : QFontMetrics(small).height();
  const int y = option.rect.y() + (option.rect.height() - above - below) / 2;
  Icons::Paint(painter, QRect(option.rect.x() + 4, y, kIcon, above),
               index.data(kIconRole).toString(), icon_role, kIcon);
  const int x = option.rect.x() + kText;
  const int width = option.rect.right() - x - 4;
  PaintElided(painter, QRect(x, y, width, above), index.data().toString(), Role::kText, strong);
  PaintElided(painter, QRect(x, y + above, width, below), outcome,
              decided ? icon_role : Role::kMuted, small);
  if ((option.state & QStyle::State_HasFocus) != 0) {
    PaintFocusRing(painter, QRectF(option.rect).adjusted(1, 1, -1, -1), kChipRadius);
  }
  painter->restore();
}

}  // namespace gw::gui
