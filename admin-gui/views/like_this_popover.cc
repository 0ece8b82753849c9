#include "admin-gui/views/like_this_popover.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QVBoxLayout>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {
constexpr int kPopoverWidth = 380;
constexpr int kIndicator = 24;
}  // namespace

LikeThisPopover::LikeThisPopover(Gateway& gateway, PolicySession& session, QWidget* parent)
    : QFrame(parent, Qt::Popup), gateway_(gateway), session_(session) {
  setAttribute(Qt::WA_TranslucentBackground);
  setFixedWidth(kPopoverWidth);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kCardPadding, kCardPadding, kCardPadding, kCardPadding);
}

LikeThisPopover::~LikeThisPopover() {
  for (Call& call : calls_) call.Cancel();
}

void LikeThisPopover::Open(const AuditRecord& record, const std::shared_ptr<const FlowNames>& names,
                           RuleAction action, const QPoint& position) {
  action_ = action;
  setAccessibleName(action == RuleAction::kAllow ? tr("Allow like this") : tr("Deny like this"));
  Fill(MakeLikeThis(session_.model(), names, record, action));
  adjustSize();
  QPoint corner = position;
  if (const QScreen* at = parentWidget()->screen()) {
    const QRect room = at->availableGeometry();
    corner.setX(std::max(room.left(), std::min(corner.x(), room.right() - width())));
    corner.setY(std::max(room.top(), std::min(corner.y(), room.bottom() - height())));
  }
  move(corner);
  show();
  if (!choices_.empty()) choices_.front().button->setFocus();
}

void LikeThisPopover::Fill(const absl::StatusOr<std::vector<LikeThis>>& choices) {
  for (Call& call : calls_) call.Cancel();
  calls_.clear();
  choices_.clear();
  likes_.clear();
  delete body_;
  body_ = new QWidget(this);
  layout()->addWidget(body_);
  auto* column = new QVBoxLayout(body_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kToolGap);
  column->addWidget(new TextLabel(accessibleName(), TextSize::kSection, Role::kText, body_));
  if (!choices.ok()) {
    auto* why = new TextLabel(QString::fromStdString(std::string(choices.status().message())),
                              TextSize::kBody, Role::kMuted, body_);
    why->setWordWrap(true);
    column->addWidget(why);
    return;
  }
  likes_ = *choices;
  for (size_t i = 0; i < likes_.size(); ++i) AddChoice(column, i);
  column->addWidget(new Line(Qt::Horizontal, body_));
  sentence_ = new TextLabel(QString(), TextSize::kBody, Role::kText, body_);
  sentence_->setWordWrap(true);
  place_ = new TextLabel(QString(), TextSize::kSmall, Role::kMuted, body_);
  place_->setWordWrap(true);
  column->addWidget(sentence_);
  column->addWidget(place_);
  auto* row = new QHBoxLayout;
  auto* add = PlainButton(tr("Add to my changes"), body_, QStringLiteral("plus"));
  row->addStretch(1);
  row->addWidget(add);
  column->addLayout(row);
  connect(add, &QPushButton::clicked, this, &LikeThisPopover::AddChosen);
  choices_.front().button->setChecked(true);
  ShowChosen();
  for (size_t i = 0; i < likes_.size(); ++i) AskCount(i);
}

void LikeThisPopover::AddChoice(QVBoxLayout* column, size_t index) {
  const LikeThis& like = likes_[index];
  Choice choice;
  choice.button = new QRadioButton(like.title, body_);
  choice.button->setFont(FontFor(TextSize::kBody, QFont::Medium));
  choice.button->setAccessibleDescription(like.flows);
  choice.count = new TextLabel(QStringLiteral("…"), TextSize::kBody, Role::kMuted, body_);
  choice.count->setToolTip(tr("Recorded flows of the last 7 days"));
  choice.flows = new TextLabel(like.flows, TextSize::kSmall, Role::kMuted, body_);
  choice.flows->setWordWrap(true);
  choice.flows->setContentsMargins(kIndicator, 0, 0, 0);
  auto* row = new QHBoxLayout;
  row->addWidget(choice.button);
  row->addStretch(1);
  row->addWidget(choice.count);
  auto* both = new QVBoxLayout;
  both->setSpacing(2);
  both->addLayout(row);
  both->addWidget(choice.flows);
  column->addLayout(both);
  connect(choice.button, &QRadioButton::toggled, this, &LikeThisPopover::ShowChosen);
  choices_.push_back(choice);
}

void LikeThisPopover::AskCount(size_t index) {
  calls_.push_back(gateway_.Ask<int64_t>(
      this, Gateway::Lane::kLong,
      [matched = likes_[index].matched](Service& service, const CallContext& context) {
        return CountLikeThis(service, context, matched, absl::Now());
      },
      [this, index](absl::StatusOr<int64_t> count) {
        if (index >= choices_.size()) return;
        choices_[index].count->setText(count.ok() ? FormatCount(*count) : QString());
      }));
}

size_t LikeThisPopover::Chosen() const {
  const auto found = std::find_if(choices_.begin(), choices_.end(),
                                  [](const Choice& one) { return one.button->isChecked(); });
  return found == choices_.end() ? 0 : static_cast<size_t>(found - choices_.begin());
}

void LikeThisPopover::ShowChosen() {
  if (likes_.empty() || choices_.size() != likes_.size()) return;
  const LikeThis& like = likes_[Chosen()];
  sentence_->setText(like.sentence);
  place_->setText(like.place);
}

void LikeThisPopover::AddChosen() {
  if (likes_.empty()) return;
  const LikeThis like = likes_[Chosen()];
  session_.Edit(like.step, like.changes);
  close();
  Q_EMIT added(like);
}

void LikeThisPopover::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return AddChosen();
  QFrame::keyPressEvent(event);
}

void LikeThisPopover::paintEvent(QPaintEvent* event) {
  Q_UNUSED(event);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  FillRounded(&painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius,
              Theme::Color(Role::kRaised), Theme::Color(Role::kBorder));
}

}  // namespace gw::gui
