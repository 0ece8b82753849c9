#include "admin-gui/views/field_note.h"

#include <QHBoxLayout>
#include <QPushButton>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {
constexpr int kQuietMs = 500;
}  // namespace

FieldNote::FieldNote(QWidget* parent) : QWidget(parent), remedy_(LinkButton({}, this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(2, 2, 0, 0);
  row->setSpacing(8);
  row->addWidget(new IconLabel(QStringLiteral("warn"), Role::kDeny, 16, this), 0, Qt::AlignTop);
  message_ = new TextLabel({}, TextSize::kSmall, Role::kDeny, QFont::Medium, this);
  message_->setWordWrap(true);
  row->addWidget(message_, 1);
  row->addWidget(remedy_, 0, Qt::AlignTop);
  hide();
  quiet_.setSingleShot(true);
  quiet_.setInterval(kQuietMs);
  connect(&quiet_, &QTimer::timeout, this, &FieldNote::ShowNow);
  connect(remedy_, &QPushButton::clicked, this,
          [this] { Q_EMIT remedyAsked(problem_ ? problem_->remedied : QString()); });
}

void FieldNote::Show(const std::optional<TextProblem>& problem) {
  problem_ = problem;
  ShowNow();
}

void FieldNote::ShowSoon(const std::optional<TextProblem>& problem) {
  problem_ = problem;
  // What is right again is said at once.
  if (!problem || isVisibleTo(parentWidget())) return ShowNow();
  quiet_.start();
}

void FieldNote::ShowNow() {
  quiet_.stop();
  setVisible(problem_.has_value());
  if (!problem_) return;
  message_->setText(problem_->message);
  setAccessibleName(problem_->message);
  remedy_->setText(problem_->remedy);
  remedy_->setAccessibleName(problem_->remedy);
  remedy_->setVisible(!problem_->remedy.isEmpty());
}

}  // namespace gw::gui
