#include "admin-gui/widgets/selector_edit.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QPainter>
#include <QPointer>
#include <QPushButton>
#include <QSyntaxHighlighter>
#include <QTextBlock>
#include <QVBoxLayout>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/style.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

constexpr int kQuietMs = 500;
constexpr int kHeight = 32;
constexpr int kLinesMax = 2;

// The word before the cursor, and the key it is a value of.
struct WordAtCursor {
  int start = 0;
  QString word;
  QString key;
};

WordAtCursor WordAt(const QString& text, int cursor) {
  WordAtCursor at;
  at.start = cursor;
  while (at.start > 0 && (text[at.start - 1].isLetterOrNumber() ||
                          QStringView(u"_./-").contains(text[at.start - 1]))) {
    --at.start;
  }
  at.word = text.mid(at.start, cursor - at.start);
  if (at.start == 0 || (text[at.start - 1] != u'\'' && text[at.start - 1] != u'"')) return at;
  // Inside a string: the key is the last plain word before it.
  const std::vector<Span> spans = SelectorSpans(text.left(at.start - 1));
  for (auto span = spans.rbegin(); span != spans.rend() && at.key.isEmpty(); ++span) {
    if (span->role == Role::kText) at.key = text.mid(span->start, span->length);
  }
  return at;
}

}  // namespace

// Paints what Style paints for a line edit; the text edit inside has no frame.
class SelectorEdit::Field : public QWidget {
 public:
  Field(QPlainTextEdit* editor, QWidget* parent)
      : QWidget(parent),
        count(new TextLabel({}, TextSize::kSmall, Role::kMuted, QFont::Medium, this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 5, 10, 5);
    row->addWidget(editor, 1);
    count->setContentsMargins(0, 3, 0, 0);  // on the line of the text beside it
    row->addWidget(count, 0, Qt::AlignTop);
    editor_ = editor;
  }

  TextLabel* count;
  bool invalid = false;

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    QStyleOptionFrame option;
    option.initFrom(this);
    option.lineWidth = 1;
    option.state.setFlag(QStyle::State_HasFocus, editor_->hasFocus());
    setProperty(kInvalidProperty, invalid);
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &option, &painter, this);
  }

 private:
  QPlainTextEdit* editor_ = nullptr;
};

class SelectorEdit::Colours : public QSyntaxHighlighter {
 public:
  using QSyntaxHighlighter::QSyntaxHighlighter;

 protected:
  void highlightBlock(const QString& text) override {
    for (const Span& span : SelectorSpans(text)) {
      QTextCharFormat format;
      format.setForeground(Theme::Color(span.role));
      setFormat(span.start, span.length, format);
    }
  }
};

namespace {

// The reason and its remedy under the field.
class ProblemLine : public QWidget {
 public:
  explicit ProblemLine(QWidget* parent) : QWidget(parent), remedy(LinkButton({}, this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(2, 4, 0, 0);
    row->setSpacing(8);
    row->addWidget(new IconLabel(QStringLiteral("warn"), Role::kDeny, 16, this), 0, Qt::AlignTop);
    message = new TextLabel({}, TextSize::kSmall, Role::kDeny, QFont::Medium, this);
    message->setWordWrap(true);
    row->addWidget(message, 1);
    row->addWidget(remedy, 0, Qt::AlignTop);
    hide();
  }
  TextLabel* message = nullptr;
  QPushButton* remedy = nullptr;
};

}  // namespace

SelectorEdit::SelectorEdit(const QString& name, QWidget* parent)
    : QWidget(parent), editor_(new QPlainTextEdit(this)), popup_(new CompletionPopup(editor_)) {
  setAccessibleName(name);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
  editor_->setAccessibleName(name);
  editor_->setFrameShape(QFrame::NoFrame);
  editor_->setFont(FixedFont());
  editor_->setTabChangesFocus(true);
  editor_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  editor_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  editor_->document()->setDocumentMargin(3);
  editor_->viewport()->setAutoFillBackground(false);
  editor_->installEventFilter(this);
  field_ = new Field(editor_, this);
  auto* below = new ProblemLine(this);
  below_ = below;
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(field_);
  column->addWidget(below_);
  setFocusProxy(editor_);
  auto* colours = new Colours(editor_->document());
  quiet_.setSingleShot(true);
  quiet_.setInterval(kQuietMs);
  connect(&quiet_, &QTimer::timeout, this, &SelectorEdit::ShowProblem);
  connect(below->remedy, &QPushButton::clicked, this, &SelectorEdit::ApplyRemedy);
  connect(popup_, &CompletionPopup::chosen, this, &SelectorEdit::Insert);
  connect(editor_, &QPlainTextEdit::textChanged, this, &SelectorEdit::Changed);
  connect(&Theme::Instance(), &Theme::schemeChanged, colours, &QSyntaxHighlighter::rehighlight);
  Changed();
}

SelectorEdit::~SelectorEdit() {
  // The document asks for colours while it goes, when the problem is gone already.
  editor_->disconnect(this);
  delete editor_->document()->findChild<QSyntaxHighlighter*>();
}

QString SelectorEdit::text() const { return editor_->toPlainText(); }

void SelectorEdit::SetText(const QString& text) {
  if (text == this->text()) return;
  setting_ = true;
  editor_->setPlainText(text);
  setting_ = false;
  ShowProblem();
}

void SelectorEdit::SetCount(Count count) {
  count_ = std::move(count);
  ShowCount();
}

void SelectorEdit::SetCountText(const QString& text) {
  field_->count->setText(text);
  field_->count->SetRole(text.startsWith(u"0 ") ? Role::kWarn : Role::kMuted);
}

void SelectorEdit::SetPlaceholder(const QString& text) { editor_->setPlaceholderText(text); }

void SelectorEdit::SetReadOnly(bool read_only) { editor_->setReadOnly(read_only); }

void SelectorEdit::Parse() {
  problem_ = FindSelectorProblem(text());
  if (problem_) return;
  if (auto selector = Selector::Parse(text().toStdString()); selector.ok()) selector_ = *selector;
}

void SelectorEdit::ShowCount() {
  if (problem_) {
    field_->count->setText(problem_->brief);
    field_->count->SetRole(Role::kDeny);
  } else {
    SetCountText(count_ ? count_(selector_) : QString());
  }
}

// Runs on every change of the document, which colouring makes too: only new text counts.
void SelectorEdit::Changed() {
  if (text() == parsed_text_ && !parsed_text_.isNull()) return;
  parsed_text_ = text();
  Parse();
  Underline();
  const int lines = std::clamp(editor_->document()->size().toSize().height(), 1, kLinesMax);
  const int line = QFontMetrics(editor_->font()).lineSpacing();
  field_->setFixedHeight(std::max(kHeight, line + 14) + (lines - 1) * line);
  ShowCount();
  field_->invalid = problem_.has_value() && field_->invalid;
  if (!problem_) below_->hide();
  field_->update();
  quiet_.start();
  if (setting_) return;
  Q_EMIT textChanged(text());
  if (!problem_) Q_EMIT selectorChanged(selector_);
}

// An extra selection, not a format: it leaves the document, and so the undo history, alone.
void SelectorEdit::Underline() {
  QList<QTextEdit::ExtraSelection> marks;
  if (problem_) {
    QTextEdit::ExtraSelection mark;
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(Theme::Color(Role::kDeny));
    mark.cursor = QTextCursor(editor_->document());
    const int end = static_cast<int>(text().size());
    mark.cursor.setPosition(std::clamp(problem_->column - 1, 0, std::max(0, end - 1)));
    mark.cursor.setPosition(end, QTextCursor::KeepAnchor);
    marks << mark;
  }
  editor_->setExtraSelections(marks);
}

void SelectorEdit::ShowProblem() {
  quiet_.stop();
  auto* line = static_cast<ProblemLine*>(below_);
  field_->invalid = problem_.has_value();
  field_->update();
  below_->setVisible(problem_.has_value());
  editor_->setAccessibleDescription(problem_ ? problem_->message : QString());
  if (!problem_) return;
  line->message->setText(problem_->message);
  line->remedy->setText(problem_->remedy);
  line->remedy->setAccessibleName(problem_->remedy);
  line->remedy->setVisible(!problem_->remedy.isEmpty());
}

void SelectorEdit::ApplyRemedy() {
  if (!problem_ || problem_->remedied.isEmpty()) return;
  const QString remedied = problem_->remedied;
  QTextCursor cursor(editor_->document());
  cursor.select(QTextCursor::Document);
  cursor.insertText(remedied);  // so that Ctrl+Z takes it back
  editor_->setFocus();
  ShowProblem();
}

void SelectorEdit::OfferCompletions() {
  const WordAtCursor at = WordAt(text(), editor_->textCursor().position());
  std::vector<Completion> offered;
  if (complete_) {
    for (Completion& completion : complete_(at.key)) {
      if (completion.text.startsWith(at.word, Qt::CaseInsensitive)) offered.push_back(completion);
    }
  }
  if (at.key.isEmpty()) {
    for (const QString& call : {QStringLiteral("all()"), QStringLiteral("has(")}) {
      if (call.startsWith(at.word)) offered.push_back({call, tr("function"), {}, {}, {}});
    }
  }
  popup_->Offer(offered, editor_->cursorRect());
}

void SelectorEdit::Insert(const Completion& completion) {
  QTextCursor cursor = editor_->textCursor();
  const WordAtCursor at = WordAt(text(), cursor.position());
  cursor.setPosition(at.start, QTextCursor::KeepAnchor);
  cursor.insertText(completion.insert.isEmpty() ? completion.text : completion.insert);
  editor_->setTextCursor(cursor);
}

bool SelectorEdit::EditorKey(QKeyEvent* event) {
  if (popup_->TakeKey(event)) return true;
  const bool control = event->modifiers().testFlag(Qt::ControlModifier);
  if (control && event->key() == Qt::Key_Space) {
    OfferCompletions();
    return true;
  }
  if (event->key() != Qt::Key_Return && event->key() != Qt::Key_Enter) return false;
  if (control) return false;  // the window's Review and apply
  if (event->modifiers().testFlag(Qt::AltModifier)) {
    ApplyRemedy();
  } else {
    ShowProblem();
    Q_EMIT committed();
  }
  return true;
}

bool SelectorEdit::eventFilter(QObject* watched, QEvent* event) {
  if (watched != editor_) return QWidget::eventFilter(watched, event);
  if (event->type() == QEvent::KeyPress) return EditorKey(static_cast<QKeyEvent*>(event));
  if (event->type() == QEvent::FocusIn) field_->update();
  if (event->type() == QEvent::FocusOut) {
    popup_->hide();
    ShowProblem();
    Q_EMIT committed();
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace gw::gui
