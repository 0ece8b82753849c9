#include "admin-gui/widgets/pending_bar.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

constexpr int kHeight = 48;
constexpr int kProgressHeight = 2;

bool IsAnnounced(std::chrono::seconds left) {
  return left.count() == 60 || left.count() == 30 || left.count() == 10;
}

}  // namespace

PendingBar::PendingBar(QWidget* parent)
    : QWidget(parent),
      icon_(new IconLabel(QStringLiteral("log"), Role::kAccent, 16, this)),
      what_(new TextLabel({}, TextSize::kBody, Role::kText, QFont::DemiBold, this)),
      last_text_(new TextLabel({}, TextSize::kBody, Role::kMuted, this)),
      problems_link_(LinkButton({}, this)),
      undo_(QuietButton(tr("Undo"), this, QStringLiteral("undo"))),
      discard_(QuietButton({}, this)),
      primary_(PrimaryButton({}, this)) {
  setAccessibleName(tr("Changes not applied yet"));
  setFixedHeight(RowHeight(kHeight, FontFor(TextSize::kBody)));
  last_text_->SetElided();
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kContentMargin, 0, kPaneMargin, 0);
  row->setSpacing(kToolGap);
  row->addWidget(icon_);
  row->addSpacing(2);
  row->addWidget(what_);
  row->addWidget(last_text_, 1);
  row->addWidget(problems_link_);
  row->addWidget(undo_);
  row->addWidget(discard_);
  row->addWidget(primary_);
  connect(problems_link_, &QPushButton::clicked, this, &PendingBar::problemsAsked);
  connect(undo_, &QPushButton::clicked, this, &PendingBar::undoAsked);
  connect(discard_, &QPushButton::clicked, this, [this] {
    if (countdown_) {
      Q_EMIT goBackAsked();
    } else {
      Q_EMIT discardAsked();
    }
  });
  connect(primary_, &QPushButton::clicked, this, [this] {
    if (countdown_) {
      Q_EMIT confirmAsked();
    } else if (problems_ > 0) {
      Q_EMIT problemsAsked();
    } else {
      Q_EMIT reviewAsked();
    }
  });
  Refresh();
}

void PendingBar::ShowChanges(int changes, const QString& last, bool can_undo) {
  const bool more = changes != changes_;
  changes_ = changes;
  last_ = last;
  can_undo_ = can_undo;
  Refresh();
  if (more && !countdown_ && isVisible()) Announce();
}

void PendingBar::SetProblems(int problems) {
  problems_ = problems;
  Refresh();
}

void PendingBar::SetOffline(bool offline) {
  offline_ = offline;
  Refresh();
}

void PendingBar::ShowCountdown(qint64 revision, std::chrono::seconds left,
                               std::chrono::seconds whole) {
  const bool begins = !countdown_;
  countdown_ = true;
  revision_ = revision;
  left_ = left;
  whole_ = whole;
  Refresh();
  if (begins || IsAnnounced(left)) Announce();
}

void PendingBar::EndCountdown() {
  countdown_ = false;
  Refresh();
}

void PendingBar::Refresh() {
  setVisible(countdown_ || changes_ > 0);
  icon_->Set(countdown_ ? QStringLiteral("clock") : QStringLiteral("log"), Role::kAccent);
  what_->setText(countdown_
                     ? tr("Revision %1 goes back in %2").arg(revision_).arg(FormatCountdown(left_))
                 : changes_ == 1 ? tr("1 change not applied yet")
                                 : tr("%1 changes not applied yet").arg(changes_));
  QString beside;
  if (!countdown_ && offline_) {
    beside = tr("Saved here; apply when connected");
  } else if (!countdown_ && !last_.isEmpty()) {
    beside = tr("Last: “%1”").arg(last_);
  }
  last_text_->setText(beside);
  last_text_->setToolTip(beside);
  problems_link_->setText(problems_ == 1 ? tr("1 field needs attention")
                                         : tr("%1 fields need attention").arg(problems_));
  problems_link_->setAccessibleName(problems_link_->text());
  problems_link_->setVisible(!countdown_ && problems_ > 0);
  undo_->setVisible(!countdown_);
  undo_->setEnabled(can_undo_);
  discard_->setText(countdown_ ? tr("Go back now") : tr("Discard…"));
  discard_->setAccessibleName(discard_->text());
  primary_->setText(countdown_ ? tr("Confirm") : tr("Review and apply"));
  primary_->setAccessibleName(primary_->text());
  setAccessibleName(what_->text());
  update();
}

void PendingBar::Announce() {
  QAccessibleEvent event(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&event);
}

void PendingBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), Theme::Color(Role::kAccentSoft));
  painter.fillRect(QRect(0, 0, width(), 1), Theme::Color(Role::kBorder));
  if (!countdown_ || whole_.count() <= 0) return;
  const int done = static_cast<int>(width() * left_.count() / whole_.count());
  painter.fillRect(QRect(0, 0, done, kProgressHeight), Theme::Color(Role::kAccent));
}

}  // namespace gw::gui
