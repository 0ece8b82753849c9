#include "admin-gui/widgets/diff_view.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QShortcut>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

constexpr int kLineHeight = 28;
constexpr int kTextLeft = 58;
constexpr int kSignRole = Qt::UserRole;
constexpr int kNumberRole = Qt::UserRole + 1;
constexpr int kFixedRole = Qt::UserRole + 2;

struct SignLook {
  QString mark;
  Role strong = Role::kMuted;
  Role fill = Role::kSurface;
};

SignLook LookOfSign(DiffLine::Sign sign) {
  if (sign == DiffLine::Sign::kAdded) return {QStringLiteral("+"), Role::kAllow, Role::kAllowSoft};
  if (sign == DiffLine::Sign::kRemoved) return {QStringLiteral("−"), Role::kDeny, Role::kDenySoft};
  return {};
}

DiffLine::Sign SignAt(const QModelIndex& index) {
  return static_cast<DiffLine::Sign>(index.data(kSignRole).toInt());
}

bool IsChange(DiffLine::Sign sign) {
  return sign == DiffLine::Sign::kAdded || sign == DiffLine::Sign::kRemoved;
}

class DiffDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const int width = view == nullptr ? option.rect.width() : view->viewport()->width();
    const QRect box(0, 0, std::max(80, width - kTextLeft - 8), 1 << 14);
    const QRect text = QFontMetrics(FontAt(index))
                           .boundingRect(box, Qt::TextWordWrap | Qt::AlignLeft,
                                         Breakable(index.data().toString()));
    return {width, std::max(kLineHeight, text.height() + 10) + 2};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    painter->save();
    const DiffLine::Sign sign = SignAt(index);
    const SignLook look = LookOfSign(sign);
    const QRect rect = option.rect.adjusted(0, 0, 0, -2);
    if (IsChange(sign)) FillRounded(painter, rect, 4, Theme::Color(look.fill));
    const int line = QFontMetrics(FontAt(index)).height() + 10;
    const QRect first(rect.x(), rect.y(), rect.width(), std::max(kLineHeight, line));
    const QFont strong = FontFor(TextSize::kBody, QFont::DemiBold);
    PaintElided(painter, QRect(first.x() + 10, first.y(), 14, first.height()), look.mark,
                look.strong, strong);
    painter->setFont(FontFor(TextSize::kSmall));
    painter->setPen(Theme::Color(look.strong));
    PaintTabular(painter, QRect(first.x() + 24, first.y(), 22, first.height()), Qt::AlignLeft,
                 index.data(kNumberRole).toString());
    const bool heading = sign == DiffLine::Sign::kHeading;
    const bool wide = heading || sign == DiffLine::Sign::kNote;
    painter->setFont(FontAt(index));
    painter->setPen(Theme::Color(IsChange(sign) || heading ? Role::kText : Role::kMuted));
    painter->drawText(rect.adjusted(wide ? 0 : kTextLeft, 5, -8, 0),
                      Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignTop,
                      Breakable(index.data().toString()));
    if ((option.state & QStyle::State_HasFocus) != 0) {
      PaintFocusRing(painter, QRectF(rect).adjusted(1, 1, -1, -1), 4);
    }
    painter->restore();
  }

 private:
  static QFont FontAt(const QModelIndex& index) {
    const DiffLine::Sign sign = SignAt(index);
    if (sign == DiffLine::Sign::kHeading) return FontFor(TextSize::kSection);
    if (sign == DiffLine::Sign::kNote) return FontFor(TextSize::kSmall);
    if (index.data(kFixedRole).toBool()) return FixedFont();
    return FontFor(TextSize::kBody, IsChange(sign) ? QFont::Medium : QFont::Normal);
  }
};

}  // namespace

DiffView::DiffView(QWidget* parent)
    : QWidget(parent),
      form_(new Segmented(tr("Form of the changes"), {tr("In words"), tr("YAML")}, this)),
      title_(new TextLabel({}, TextSize::kSection, Role::kText, this)),
      list_(new QListWidget(this)) {
  setAccessibleName(tr("What changes"));
  list_->setAccessibleName(tr("Changed lines"));
  list_->setFrameShape(QFrame::NoFrame);
  list_->setItemDelegate(new DiffDelegate(list_));
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setResizeMode(QListView::Adjust);  // lines wrap anew when the width changes
  list_->setWordWrap(true);
  auto* line = new QHBoxLayout;
  line->addWidget(title_, 1);
  line->addWidget(form_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addLayout(line);
  column->addWidget(list_, 1);
  connect(form_, &Segmented::currentChanged, this, [this] { Fill(); });
  for (const auto& [keys, step] : {std::pair{QKeySequence(Qt::Key_F8), 1},
                                   std::pair{QKeySequence(Qt::SHIFT | Qt::Key_F8), -1}}) {
    auto* shortcut = new QShortcut(keys, this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    const int by = step;
    connect(shortcut, &QShortcut::activated, this, [this, by] { GoToChange(by); });
  }
}

void DiffView::Show(const QString& title, const std::vector<DiffLine>& words,
                    const std::vector<DiffLine>& yaml) {
  title_->setText(title);
  words_ = words;
  yaml_ = yaml;
  Fill();
}

void DiffView::Fill() {
  const bool as_yaml = form_->current() == 1;
  list_->clear();
  for (const DiffLine& line : as_yaml ? yaml_ : words_) {
    const QString text =
        line.was.isEmpty() ? line.text : tr("%1 (was %2)").arg(line.text, line.was);
    auto* item = new QListWidgetItem(text, list_);
    item->setData(kSignRole, static_cast<int>(line.sign));
    item->setData(kNumberRole, line.number);
    item->setData(kFixedRole, as_yaml);
    QString heard = text;
    if (line.sign == DiffLine::Sign::kAdded) heard = tr("added: %1").arg(text);
    if (line.sign == DiffLine::Sign::kRemoved) heard = tr("removed: %1").arg(text);
    item->setData(Qt::AccessibleTextRole, heard);
  }
}

void DiffView::GoToChange(int step) {
  for (int row = list_->currentRow() + step; row >= 0 && row < list_->count(); row += step) {
    if (!IsChange(SignAt(list_->model()->index(row, 0)))) continue;
    list_->setCurrentRow(row);
    return;
  }
}

}  // namespace gw::gui
