#include "admin-gui/views/first_run_steps.h"

#include <algorithm>
#include <utility>

#include <QButtonGroup>
#include <QComboBox>
#include <QGridLayout>
#include <QListWidget>
#include <QPainter>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QVBoxLayout>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/row_delegate.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

constexpr int kNameWidth = 110;
constexpr int kAddressWidth = 150;
constexpr int kRoleWidth = 150;
constexpr int kRowGap = 12;
constexpr QSize kCardSize(312, 132);

QString Q(const std::string& text) { return QString::fromStdString(text); }

QString AddressOf(const HostInterface& found) {
  return found.addresses.empty() ? QString() : Q(ToString(found.addresses.front().address));
}

QString StateOf(const SetupChoice& choice) {
  QStringList parts = {choice.found.up && choice.found.running ? InterfacesStep::tr("up")
                                                               : InterfacesStep::tr("down"),
                       choice.why};
  return parts.join(QStringLiteral(" · "));
}

class LineDelegate : public RowDelegate {
 public:
  explicit LineDelegate(QObject* parent) : RowDelegate(kRowEndpoint, parent) {}

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override {
    Q_UNUSED(option);
    Icons::Paint(painter, QRect(rect.x(), rect.y(), 16, rect.height()),
                 index.data(Qt::UserRole + 1).toString(), Role::kMuted, 16);
    PaintTwoLines(painter, rect.adjusted(28, 0, 0, 0), index.data().toString(),
                  index.data(Qt::UserRole).toString());
  }
};

}  // namespace

// ---- interfaces ---------------------------------------------------------------------------------

InterfacesStep::InterfacesStep(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  rows_ = new QWidget(this);
  column->addWidget(rows_);
  column->addStretch(1);
}

void InterfacesStep::ShowChoices(const std::vector<SetupChoice>& choices) {
  delete rows_;
  rows_ = new QWidget(this);
  static_cast<QVBoxLayout*>(layout())->insertWidget(0, rows_);
  grid_ = new QGridLayout(rows_);
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setVerticalSpacing(kRowGap);
  grid_->setHorizontalSpacing(kLabelGap);
  grid_->setColumnStretch(3, 1);
  int row = 0;
  for (const SetupChoice& choice : choices) {
    auto* icon = new IconLabel(
        choice.role == SetupRole::kWan ? QStringLiteral("globe") : QStringLiteral("device"),
        Role::kAccent, 16, rows_);
    auto* name =
        new TextLabel(Q(choice.found.name), TextSize::kBody, Role::kText, QFont::DemiBold, rows_);
    name->setMinimumWidth(Scaled(kNameWidth));
    QStringList addresses;
    for (const InterfaceAddress& address : choice.found.addresses) {
      addresses << Q(ToString(address.address));
    }
    auto* where = new TextLabel(
        addresses.isEmpty() ? tr("no address") : addresses.mid(0, 2).join(QLatin1Char('\n')),
        TextSize::kBody, Role::kText, rows_);
    where->setMinimumWidth(Scaled(kAddressWidth));
    grid_->addWidget(icon, row, 0, Qt::AlignTop);
    grid_->addWidget(name, row, 1, Qt::AlignTop);
    grid_->addWidget(where, row, 2, Qt::AlignTop);
    grid_->addWidget(new TextLabel(StateOf(choice), TextSize::kBody, Role::kMuted, rows_), row++, 3,
                     Qt::AlignTop);
    grid_->addWidget(new Line(Qt::Horizontal, rows_), row++, 0, 1, 4);
  }
}

// ---- roles --------------------------------------------------------------------------------------

RolesStep::RolesStep(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  rows_ = new QWidget(this);
  column->addWidget(rows_);
  column->addStretch(1);
}

void RolesStep::Propose(const std::vector<SetupChoice>& proposed) {
  std::vector<SetupChoice> merged = proposed;
  for (SetupChoice& choice : merged) {
    const auto known = std::find_if(choices_.begin(), choices_.end(), [&](const auto& other) {
      return other.found.name == choice.found.name;
    });
    if (known == choices_.end()) continue;
    choice.role = known->role;
    choice.labels = known->labels;
  }
  if (merged == choices_) return;
  const bool same = std::equal(merged.begin(), merged.end(), choices_.begin(), choices_.end(),
                               [](const SetupChoice& a, const SetupChoice& b) {
                                 return a.found == b.found && a.why == b.why;
                               });
  choices_ = std::move(merged);
  // What is being typed must not go away because a device was seen.
  if (!same) MakeRows();
  Q_EMIT changed();
}

void RolesStep::MakeRows() {
  delete rows_;
  rows_ = new QWidget(this);
  static_cast<QVBoxLayout*>(layout())->insertWidget(0, rows_);
  auto* grid = new QGridLayout(rows_);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setVerticalSpacing(kFormRowGap);
  grid->setHorizontalSpacing(kLabelGap);
  grid->setColumnStretch(2, 1);
  boxes_.clear();
  labels_.clear();
  int row = 0;
  for (size_t i = 0; i < choices_.size(); ++i) {
    const SetupChoice& choice = choices_[i];
    auto* name =
        new TextLabel(Q(choice.found.name), TextSize::kBody, Role::kText, QFont::DemiBold, rows_);
    name->setMinimumWidth(Scaled(kNameWidth));
    auto* where = new TextLabel(AddressOf(choice.found), TextSize::kBody, Role::kText, rows_);
    where->setMinimumWidth(Scaled(kAddressWidth));
    auto* box = new QComboBox(rows_);
    box->setFixedWidth(Scaled(kRoleWidth));
    box->setAccessibleName(tr("What %1 is for").arg(Q(choice.found.name)));
    for (const SetupRole role : kAllSetupRoles) box->addItem(NameOf(role));
    box->setCurrentIndex(static_cast<int>(choice.role));
    auto* chips = new LabelChips(tr("Labels of %1").arg(Q(choice.found.name)), rows_);
    chips->SetLabels(choice.labels);
    chips->setVisible(choice.role != SetupRole::kLeaveAlone);
    grid->addWidget(name, row, 0);
    grid->addWidget(where, row, 1);
    grid->addWidget(new TextLabel(choice.why, TextSize::kBody, Role::kMuted, rows_), row, 2);
    grid->addWidget(box, row++, 3);
    grid->addWidget(chips, row++, 1, 1, 3);
    grid->addWidget(new Line(Qt::Horizontal, rows_), row++, 0, 1, 4);
    boxes_.push_back(box);
    labels_.push_back(chips);
    connect(box, &QComboBox::currentIndexChanged, this,
            [this, i](int index) { SetRole(i, kAllSetupRoles[static_cast<size_t>(index)]); });
    connect(chips, &LabelChips::labelsChanged, this, [this, i](const Labels& labels) {
      choices_[i].labels = labels;
      Q_EMIT changed();
    });
  }
}

void RolesStep::SetRole(size_t index, SetupRole role) {
  choices_[index].role = role;
  choices_[index].labels = LabelsOf(role);
  labels_[index]->SetLabels(choices_[index].labels);
  labels_[index]->setVisible(role != SetupRole::kLeaveAlone);
  Q_EMIT changed();
}

QComboBox* RolesStep::role_box(const std::string& interface) const {
  for (size_t i = 0; i < choices_.size(); ++i) {
    if (choices_[i].found.name == interface) return boxes_[i];
  }
  return nullptr;
}

// ---- template -----------------------------------------------------------------------------------

ChoiceCard::ChoiceCard(const QString& title, const QString& line, const QString& more,
                       QWidget* parent)
    : QAbstractButton(parent), line_(line), more_(more) {
  setText(title);
  setCheckable(true);
  setAccessibleName(title);
  setAccessibleDescription(line + QLatin1Char(' ') + more);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::PointingHandCursor);
}

QSize ChoiceCard::sizeHint() const {
  const int lines = 6 * QFontMetrics(FontFor(TextSize::kBody)).height();
  return {kCardSize.width(), std::max(kCardSize.height(), lines + 2 * kCardPadding)};
}

void ChoiceCard::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const bool chosen = isChecked();
  const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  FillRounded(&painter, box, kCardRadius, Theme::Color(chosen ? Role::kAccentSoft : Role::kSurface),
              Theme::Color(chosen ? Role::kAccent : Role::kControl));
  const QRect text = rect().adjusted(kCardPadding, kCardPadding, -kCardPadding, -kCardPadding);
  const QFont strong = FontFor(TextSize::kBody, QFont::DemiBold);
  int y = text.y();
  PaintElided(&painter, QRect(text.x(), y, text.width() - 24, QFontMetrics(strong).height()),
              this->text(), Role::kText, strong);
  if (chosen) {
    Icons::Paint(&painter, QRect(text.right() - 16, y, 16, 16), QStringLiteral("check"),
                 Role::kAccent, 16);
  }
  y += QFontMetrics(strong).height() + 4;
  painter.setFont(FontFor(TextSize::kBody));
  painter.setPen(Theme::Color(Role::kText));
  QRect used;
  painter.drawText(QRect(text.x(), y, text.width(), text.bottom() - y),
                   Qt::TextWordWrap | Qt::AlignTop, line_, &used);
  y = used.bottom() + 6;
  painter.setFont(FontFor(TextSize::kSmall));
  painter.setPen(Theme::Color(Role::kMuted));
  painter.drawText(QRect(text.x(), y, text.width(), text.bottom() - y),
                   Qt::TextWordWrap | Qt::AlignTop, more_);
  if (hasFocus()) PaintFocusRing(&painter, QRectF(rect()).adjusted(1, 1, -1, -1), kCardRadius);
}

TemplateStep::TemplateStep(const std::vector<Card>& cards, QWidget* parent)
    : QWidget(parent), group_(new QButtonGroup(this)) {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setSpacing(kCardGap);
  for (size_t i = 0; i < cards.size(); ++i) {
    auto* choice = new ChoiceCard(cards[i].title, cards[i].line, cards[i].more, this);
    group_->addButton(choice, static_cast<int>(i));
    grid->addWidget(choice, static_cast<int>(i) / 2, static_cast<int>(i) % 2);
    choice->setChecked(i == 0);
  }
  grid->setRowStretch(grid->rowCount(), 1);
}

int TemplateStep::chosen() const { return group_->checkedId(); }

QAbstractButton* TemplateStep::card(int index) const { return group_->button(index); }

// ---- review -------------------------------------------------------------------------------------

ReviewStep::ReviewStep(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kCardGap);
  tabs_ = new QTabWidget(this);
  tabs_->setDocumentMode(true);
  list_ = new QListWidget(tabs_);
  list_->setAccessibleName(tr("What will be written"));
  list_->setItemDelegate(new LineDelegate(list_));
  RowDelegate::PrepareTable(list_);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  yaml_ = new QPlainTextEdit(tabs_);
  yaml_->setAccessibleName(tr("YAML"));
  yaml_->setReadOnly(true);
  yaml_->setFont(FixedFont());
  yaml_->setFrameShape(QFrame::NoFrame);
  tabs_->addTab(list_, tr("In words"));
  tabs_->addTab(yaml_, tr("YAML"));
  connection_ = new TextLabel(QString(), TextSize::kBody, Role::kAllow, this);
  connection_->setWordWrap(true);
  column->addWidget(tabs_, 1);
  column->addWidget(connection_);
}

void ReviewStep::ShowResources(const std::vector<Line>& lines, const QString& yaml,
                               const QString& connection) {
  list_->clear();
  for (const Line& line : lines) {
    auto* item = new QListWidgetItem(line.name, list_);
    item->setData(Qt::UserRole, line.sentence);
    item->setData(Qt::UserRole + 1, line.icon);
    item->setData(Qt::AccessibleTextRole, line.name + QStringLiteral(", ") + line.sentence);
    item->setToolTip(line.sentence);
  }
  yaml_->setPlainText(yaml);
  connection_->setText(connection);
  connection_->setVisible(!connection.isEmpty());
}

int ReviewStep::line_count() const { return list_->count(); }

QString ReviewStep::yaml() const { return yaml_->toPlainText(); }

}  // namespace gw::gui
