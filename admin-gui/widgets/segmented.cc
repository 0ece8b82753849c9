#include "admin-gui/widgets/segmented.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QRadioButton>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kPadding = 14;
constexpr int kIcon = 16;
constexpr int kGap = 6;

// A radio button in all but looks: keys, grouping and its role come with it.
class Segment : public QRadioButton {
 public:
  Segment(const QString& text, const QString& icon, QWidget* parent)
      : QRadioButton(text, parent), icon_(icon) {
    setAccessibleName(text);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  }

  QSize sizeHint() const override {
    // As wide as when chosen, so that choosing moves nothing.
    const QFontMetrics metrics(FontFor(TextSize::kBody, QFont::DemiBold));
    const int icon = icon_.isEmpty() ? 0 : kIcon + kGap;
    return {metrics.horizontalAdvance(text()) + icon + 2 * kPadding,
            RowHeight(kControlHeight, font()) - 4};
  }
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  bool hitButton(const QPoint& point) const override { return rect().contains(point); }

  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    if (isChecked()) {
      FillRounded(&painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kFieldRadius - 1,
                  Theme::Color(Role::kRaised), Theme::Color(Role::kBorder));
    }
    const QFont text_font = FontFor(TextSize::kBody, isChecked() ? QFont::DemiBold : QFont::Normal);
    const Role role = !isEnabled()                  ? Role::kFaint
                      : isChecked() || underMouse() ? Role::kText
                                                    : Role::kMuted;
    const int text_width = QFontMetrics(text_font).horizontalAdvance(text());
    const int icon_width = icon_.isEmpty() ? 0 : kIcon + kGap;
    int x = (width() - text_width - icon_width) / 2;
    if (!icon_.isEmpty()) {
      const Role icon_role = isChecked() ? CheckedIconRole() : Role::kMuted;
      Icons::Paint(&painter, QRect(x, 0, kIcon, height()), icon_, icon_role, kIcon);
      x += icon_width;
    }
    PaintElided(&painter, QRect(x, 0, width() - x, height()), text(), role, text_font);
    if (hasFocus()) {
      PaintFocusRing(&painter, QRectF(rect()).adjusted(1, 1, -1, -1), kFieldRadius);
    }
  }

 private:
  Role CheckedIconRole() const {
    if (icon_ == u"allow") return Role::kAllow;
    if (icon_ == u"deny") return Role::kDeny;
    return Role::kAccent;
  }

  QString icon_;
};

}  // namespace

Segmented::Segmented(const QString& name, QWidget* parent)
    : QWidget(parent), group_(new QButtonGroup(this)) {
  setAccessibleName(name);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(2, 2, 2, 2);
  row->setSpacing(2);
  setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
  connect(group_, &QButtonGroup::idClicked, this, &Segmented::currentChanged);
  // Tab stops at the chosen one, as in every group of radio buttons; Qt sees to it only after the
  // first time.
  connect(group_, &QButtonGroup::buttonToggled, this,
          [this](QAbstractButton* button, bool checked) {
            button->setFocusPolicy(checked ? Qt::StrongFocus : Qt::ClickFocus);
            if (checked) setFocusProxy(button);
          });
}

Segmented::Segmented(const QString& name, const QStringList& texts, QWidget* parent)
    : Segmented(name, parent) {
  for (const QString& text : texts) AddSegment(text);
}

void Segmented::AddSegment(const QString& text, const QString& icon) {
  auto* segment = new Segment(text, icon, this);
  group_->addButton(segment, count());
  layout()->addWidget(segment);
  segment->setFocusPolicy(Qt::ClickFocus);
  if (count() == 1) segment->setChecked(true);
}

int Segmented::current() const { return group_->checkedId(); }

void Segmented::SetCurrent(int index) {
  if (QAbstractButton* segment = group_->button(index)) segment->setChecked(true);
}

void Segmented::SetSegmentEnabled(int index, bool enabled, const QString& why) {
  QAbstractButton* segment = group_->button(index);
  if (segment == nullptr) return;
  segment->setEnabled(enabled);
  segment->setToolTip(enabled ? QString() : why);
}

int Segmented::count() const { return static_cast<int>(group_->buttons().size()); }

void Segmented::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  FillRounded(&painter, rect(), kBarRadius, Theme::Color(Role::kSunken));
}

}  // namespace gw::gui
