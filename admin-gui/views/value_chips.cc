#include "admin-gui/views/value_chips.h"

#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "admin-gui/views/text_chips.h"
#include "admin-gui/widgets/buttons.h"

namespace gw::gui {
namespace {
constexpr int kQuietMs = 500;
}  // namespace

ValueChips::ValueChips(const QString& name, const QString& placeholder, QWidget* parent)
    : QWidget(parent),
      chips_(new TextChips(name, placeholder, this)),
      remedy_(LinkButton({}, this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(chips_);
  column->addWidget(remedy_, 0, Qt::AlignLeft);
  remedy_->hide();
  setFocusProxy(chips_->edit());
  quiet_.setSingleShot(true);
  quiet_.setInterval(kQuietMs);
  chips_->SetCheck([this](const QString& text) {
    typed_ = check_ ? check_(text) : std::nullopt;
    return typed_ ? typed_->message : QString();
  });
  connect(&quiet_, &QTimer::timeout, this, &ValueChips::ShowProblem);
  connect(chips_, &TextChips::textsChanged, this, [this](const QStringList& texts) {
    if (drafts_) drafts_->Clear(field_);
    typed_.reset();
    ShowProblem();
    Q_EMIT textsChanged(texts);
  });
  connect(chips_->edit(), &QLineEdit::textEdited, this, &ValueChips::TextEdited);
  connect(chips_->edit(), &QLineEdit::editingFinished, this, &ValueChips::ShowProblem);
  connect(remedy_, &QPushButton::clicked, this, &ValueChips::Remedy);
}

// A field that loses the focus because it goes has nothing to say any more.
ValueChips::~ValueChips() { chips_->edit()->disconnect(this); }

void ValueChips::SetComplete(const Complete& complete) { chips_->SetOffers(complete); }

QStringList ValueChips::texts() const { return chips_->texts(); }

void ValueChips::Show(const QStringList& texts, const FieldDrafts& drafts, const QString& field) {
  const bool same_field = drafts_ && drafts_->policy() == drafts.policy() && field_ == field;
  drafts_ = drafts;
  field_ = field;
  if (texts != chips_->texts()) chips_->SetTexts(texts);
  const QString draft = drafts.Text(field).value_or(QString());
  // A text that could become a chip is no draft yet, and stays while it is typed.
  if (same_field && (chips_->edit()->hasFocus() || chips_->edit()->text() == draft)) return;
  chips_->edit()->setText(draft);
  typed_ = draft.isEmpty() || !check_ ? std::nullopt : check_(draft);
  ShowProblem();
}

void ValueChips::SetProblem(const std::optional<TextProblem>& problem) {
  if (other_ == problem) return;
  other_ = problem;
  ShowProblem();
}

void ValueChips::TextEdited(const QString& text) {
  typed_ = text.trimmed().isEmpty() || !check_ ? std::nullopt : check_(text.trimmed());
  if (drafts_ && typed_) drafts_->Keep(field_, text, typed_->message);
  if (drafts_ && !typed_) drafts_->Clear(field_);
  // What is right again is said at once.
  if (typed_) {
    quiet_.start();
  } else {
    ShowProblem();
  }
}

void ValueChips::ShowProblem() {
  quiet_.stop();
  const auto& problem = typed_ ? typed_ : other_;
  chips_->SetError(problem ? problem->message : QString());
  const QString remedy = problem ? problem->remedy : QString();
  remedy_->setText(remedy);
  remedy_->setAccessibleName(remedy);
  remedy_->setVisible(!remedy.isEmpty());
}

void ValueChips::Remedy() {
  if (!typed_) {
    Q_EMIT problemRemedied();
    return;
  }
  const QString remedied = typed_->remedied;
  chips_->edit()->clear();
  TextEdited({});
  if (remedied.isEmpty()) return;
  const QStringList texts = QStringList(chips_->texts()) << remedied;
  chips_->SetTexts(texts);
  Q_EMIT textsChanged(texts);
}

}  // namespace gw::gui
