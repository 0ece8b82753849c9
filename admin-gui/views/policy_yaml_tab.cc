#include "admin-gui/views/policy_yaml_tab.h"

#include <utility>

#include <QPainter>
#include <QTextBlock>
#include <QVBoxLayout>

#include "admin-gui/views/field_drafts.h"
#include "admin-gui/views/field_note.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/text_label.h"
#include "common/resources/reader.h"
#include "common/resources/writer.h"

namespace gw::gui {
namespace {

constexpr int kQuietMs = 400;
constexpr int kGutterPadding = 10;

QString Q(const std::string& text) { return QString::fromStdString(text); }

QString YamlField() { return QStringLiteral("yaml"); }

}  // namespace

// Fixed font, line numbers, the wrong line in deny.
class YamlEdit : public QPlainTextEdit {
 public:
  explicit YamlEdit(QWidget* parent) : QPlainTextEdit(parent) {
    gutter_ = new Gutter(this);
    setFont(FixedFont());
    setFrameShape(QFrame::NoFrame);
    setLineWrapMode(NoWrap);
    setTabChangesFocus(true);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& rect, int dy) {
      if (dy != 0) {
        gutter_->scroll(0, dy);
      } else {
        gutter_->update(0, rect.y(), gutter_->width(), rect.height());
      }
    });
    connect(this, &QPlainTextEdit::blockCountChanged, this, [this] { ArrangeGutter(); });
    ArrangeGutter();
  }

  // From 1; 0 for none.
  void MarkLine(int line, int column) {
    wrong_line_ = line;
    QList<QTextEdit::ExtraSelection> selections;
    const QTextBlock block = document()->findBlockByNumber(line - 1);
    if (line > 0 && block.isValid()) {
      QTextEdit::ExtraSelection whole;
      whole.format.setBackground(Theme::Color(Role::kDenySoft));
      whole.format.setProperty(QTextFormat::FullWidthSelection, true);
      whole.cursor = QTextCursor(block);
      selections << whole;
      QTextEdit::ExtraSelection place;
      place.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
      place.format.setUnderlineColor(Theme::Color(Role::kDeny));
      place.cursor = QTextCursor(block);
      place.cursor.setPosition(block.position() + std::clamp(column - 1, 0, block.length() - 1));
      place.cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
      selections << place;
    }
    setExtraSelections(selections);
    gutter_->update();
  }

 protected:
  void resizeEvent(QResizeEvent* event) override {
    QPlainTextEdit::resizeEvent(event);
    const QRect area = contentsRect();
    gutter_->setGeometry(area.x(), area.y(), viewportMargins().left(), area.height());
  }

 private:
  class Gutter : public QWidget {
   public:
    explicit Gutter(YamlEdit* edit) : QWidget(edit), edit_(edit) {}

   protected:
    void paintEvent(QPaintEvent* event) override { edit_->PaintGutter(event->rect()); }

   private:
    YamlEdit* edit_;
  };

  void ArrangeGutter() {
    const QString widest = QString::number(std::max(99, blockCount()));
    setViewportMargins(TabularWidth(widest, font()) + 2 * kGutterPadding, 0, 0, 0);
  }

  void PaintGutter(const QRect& rect) {
    QPainter painter(gutter_);
    painter.setFont(font());
    QTextBlock block = firstVisibleBlock();
    for (; block.isValid(); block = block.next()) {
      const QRectF place = blockBoundingGeometry(block).translated(contentOffset());
      if (place.top() > rect.bottom()) return;
      const int line = block.blockNumber() + 1;
      painter.setPen(Theme::Color(line == wrong_line_ ? Role::kDeny : Role::kFaint));
      PaintTabular(&painter,
                   QRect(0, static_cast<int>(place.top()), gutter_->width() - kGutterPadding,
                         static_cast<int>(place.height())),
                   Qt::AlignRight, QString::number(line));
    }
  }

  Gutter* gutter_ = nullptr;
  int wrong_line_ = 0;
};

PolicyYamlTab::PolicyYamlTab(PolicySession& session, QWidget* parent)
    : QWidget(parent), session_(session), editor_(new YamlEdit(this)), note_(new FieldNote(this)) {
  editor_->setAccessibleName(tr("Policy as YAML"));
  comments_ = new TextLabel(tr("Comments stay while this tab is open; they are not stored."),
                            TextSize::kSmall, Role::kMuted, this);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kContentMargin, 14, kContentMargin, 14);
  column->setSpacing(8);
  column->addWidget(editor_, 1);
  column->addWidget(note_);
  column->addWidget(comments_);
  setFocusProxy(editor_);
  quiet_.setSingleShot(true);
  quiet_.setInterval(kQuietMs);
  connect(&quiet_, &QTimer::timeout, this, &PolicyYamlTab::Take);
  connect(editor_, &QPlainTextEdit::textChanged, this, [this] {
    comments_->setVisible(editor_->toPlainText().contains(QLatin1Char('#')));
    if (!setting_) quiet_.start();
  });
}

QPlainTextEdit* PolicyYamlTab::editor() const { return editor_; }

void PolicyYamlTab::Show(const ResourceKey& policy) {
  const bool other = !(policy == key_);
  key_ = policy;
  const auto resource = Find(session_.model(), policy);
  if (!resource || quiet_.isActive()) return;
  const auto draft = FieldDrafts(session_, policy).Text(YamlField());
  if (!other && draft) return;
  const QString text = draft.value_or(Q(ToYaml(*resource)).trimmed());
  if (!other) {
    // Comments and order of the user's own text stay as long as it means the policy.
    ReadResult read;
    ReadResources(editor_->toPlainText().toStdString(), "yaml", {}, &read);
    const bool same = read.resources.size() == 1 && read.resources[0].resource == *resource;
    if (same) return;
  }
  setting_ = true;
  editor_->setPlainText(text);
  setting_ = false;
  if (draft) return Take();
  note_->Show(std::nullopt);
  editor_->MarkLine(0, 0);
}

void PolicyYamlTab::Take() {
  quiet_.stop();
  ReadResult read;
  const QString text = editor_->toPlainText();
  ReadResources(text.toStdString(), "yaml", {}, &read);
  for (const PlacedProblem& problem : read.problems) {
    if (problem.severity != Severity::kError) continue;
    return Refuse(problem.place.line, problem.place.column, Q(problem.message));
  }
  if (read.resources.size() != 1) return Refuse(0, 0, tr("Write one policy."));
  const Resource& resource = read.resources[0].resource;
  const auto* policy = std::get_if<Policy>(&resource);
  if (policy == nullptr) return Refuse(1, 1, tr("This is no policy."));
  const ResourceKey key = KeyOf(resource);
  if (key != key_ && Find(session_.model(), key)) {
    return Refuse(1, 1, tr("There is a policy of this name already."));
  }
  Accept();
  const ResourceKey from = key_;
  if (key == from) {
    session_.Put(tr("Edit %1 as YAML").arg(Q(key.name)), resource,
                 QStringLiteral("%1/yaml").arg(Q(ToString(key))));
    return;
  }
  key_ = key;
  Q_EMIT renamed(key);
  session_.Edit(tr("Edit %1 as YAML").arg(Q(from.name)), {{from, std::nullopt}, {key, resource}});
}

void PolicyYamlTab::Refuse(int line, int column, const QString& message) {
  FieldDrafts(session_, key_).Keep(YamlField(), editor_->toPlainText(), message);
  editor_->MarkLine(line, column);
  const QString words =
      line > 0 ? tr("Line %1, column %2: %3").arg(line).arg(column).arg(message) : message;
  note_->Show(TextProblem{words, {}, {}});
}

void PolicyYamlTab::Accept() {
  FieldDrafts(session_, key_).Clear(YamlField());
  editor_->MarkLine(0, 0);
  note_->Show(std::nullopt);
}

}  // namespace gw::gui
