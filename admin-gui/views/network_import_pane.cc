#include "admin-gui/views/network_import_pane.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include "admin-gui/models/naming.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/text_label.h"
#include "common/policy/limits.h"

namespace gw::gui {
namespace {

using Kind = NetworkImport::Note::Kind;
constexpr std::chrono::milliseconds kReadAfter{200};
constexpr std::chrono::milliseconds kSlowAfter{300};
constexpr int kEditHeight = 140;

QString Q(const std::string& text) { return QString::fromStdString(text); }

QString NoteText(const NetworkImport::Note& note) {
  switch (note.kind) {
    case Kind::kNotUnderstood:
      return NetworkImportPane::tr("Line %1: %2").arg(note.line).arg(Q(note.message));
    case Kind::kHostBits:
      return NetworkImportPane::tr("%1 has host bits; %2 will be written.")
          .arg(Q(note.text), Q(ToString(note.written)));
    case Kind::kDuplicate:
      return NetworkImportPane::tr("Line %1: %2 is there already.")
          .arg(note.line)
          .arg(Q(note.text));
  }
  return {};
}

}  // namespace

NetworkImportPane::NetworkImportPane(PolicySession& session, QWidget* parent)
    : QWidget(parent), session_(session) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kPaneMargin, kPaneMargin, kPaneMargin, kPaneMargin);
  column->setSpacing(kToolGap);
  column->addWidget(new TextLabel(tr("Import networks"), TextSize::kSection, Role::kText, this));
  column->addSpacing(4);
  column->addWidget(new TextLabel(tr("Into the set"), TextSize::kSmall, Role::kMuted, this));
  set_ = new QComboBox(this);
  set_->setEditable(true);
  set_->setInsertPolicy(QComboBox::NoInsert);
  set_->setAccessibleName(tr("Into the set"));
  column->addWidget(set_);
  column->addSpacing(4);
  auto* source_row = new QHBoxLayout;
  source_ =
      new TextLabel(tr("One network or address a line"), TextSize::kSmall, Role::kMuted, this);
  QPushButton* file = LinkButton(tr("Read a file…"), this);
  source_row->addWidget(source_, 1);
  source_row->addWidget(file);
  column->addLayout(source_row);
  edit_ = new QPlainTextEdit(this);
  edit_->setAccessibleName(tr("Networks"));
  edit_->setFont(FixedFont());
  edit_->setPlaceholderText(QStringLiteral("45.148.10.0/24\n2001:db8::/32"));
  edit_->setFixedHeight(kEditHeight);
  edit_->setLineWrapMode(QPlainTextEdit::NoWrap);
  column->addWidget(edit_);
  summary_ = new TextLabel(QString(), TextSize::kBody, Role::kText, QFont::Medium, this);
  summary_->setWordWrap(true);
  column->addWidget(summary_);
  notes_ = new QListWidget(this);
  notes_->setAccessibleName(tr("Lines to look at"));
  notes_->setFrameShape(QFrame::NoFrame);
  notes_->setWordWrap(true);
  notes_->setSelectionMode(QAbstractItemView::NoSelection);
  notes_->viewport()->setBackgroundRole(QPalette::Window);
  column->addWidget(notes_, 1);
  auto* buttons = new QHBoxLayout;
  accept_ = PlainButton(tr("Import"), this);
  QPushButton* cancel = QuietButton(tr("Cancel"), this);
  buttons->addWidget(accept_);
  buttons->addWidget(cancel);
  buttons->addStretch(1);
  column->addLayout(buttons);
  read_timer_ = new QTimer(this);
  read_timer_->setSingleShot(true);
  read_timer_->setInterval(kReadAfter);
  slow_timer_ = new QTimer(this);
  slow_timer_->setSingleShot(true);
  slow_timer_->setInterval(kSlowAfter);
  connect(read_timer_, &QTimer::timeout, this, &NetworkImportPane::Read);
  connect(slow_timer_, &QTimer::timeout, this, [this] {
    if (reading_) summary_->setText(tr("Reading…"));
  });
  connect(edit_, &QPlainTextEdit::textChanged, this, [this] {
    from_file_ = false;
    read_timer_->start();
  });
  connect(set_, &QComboBox::currentTextChanged, this, [this] { read_timer_->start(); });
  connect(file, &QPushButton::clicked, this, &NetworkImportPane::ChooseFile);
  connect(accept_, &QPushButton::clicked, this, &NetworkImportPane::Accept);
  connect(cancel, &QPushButton::clicked, this, [this] {
    call_.Cancel();
    Q_EMIT finished({});
  });
  ShowImport();
}

void NetworkImportPane::Begin(const std::string& set) {
  const QSignalBlocker quiet(set_);
  set_->clear();
  for (const auto& [name, known] : session_.model().network_sets) set_->addItem(Q(name));
  set_->setEditText(Q(set));
  SetText({}, Q(set));
  edit_->setFocus();
}

void NetworkImportPane::SetText(const QString& text, const QString& name) {
  if (set_->currentText().isEmpty() && !name.isEmpty()) {
    const QSignalBlocker quiet(set_);
    set_->setEditText(
        Q(FreeName(session_.model(), ResourceKind::kGlobalNetworkSet, name.toStdString())));
  }
  const QSignalBlocker quiet(edit_);
  edit_->setPlainText(text);
  from_file_ = false;
  source_->setText(tr("One network or address a line"));
  Read();
}

void NetworkImportPane::ChooseFile() {
  const QString path = QFileDialog::getOpenFileName(this, tr("List of networks"));
  if (path.isEmpty()) return;
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    summary_->setText(tr("%1 cannot be read: %2").arg(path, file.errorString()));
    return;
  }
  if (file.size() > static_cast<qint64>(kInputFileBytesMax)) {
    summary_->setText(tr("%1 is larger than %2.")
                          .arg(QFileInfo(path).fileName(), FormatBytes(kInputFileBytesMax)));
    return;
  }
  SetText({}, QFileInfo(path).completeBaseName());
  text_ = QString::fromUtf8(file.readAll());
  from_file_ = true;
  source_->setText(QFileInfo(path).fileName());
  Read();
}

void NetworkImportPane::Read() {
  if (!from_file_) text_ = edit_->toPlainText();
  std::vector<Prefix> existing;
  const auto known =
      session_.model().network_sets.find(set_->currentText().trimmed().toStdString());
  if (known != session_.model().network_sets.end()) existing = known->second.nets;
  std::sort(existing.begin(), existing.end());
  call_.Cancel();
  reading_ = true;
  slow_timer_->start();
  call_ = session_.gateway().Ask<NetworkImport>(
      this, Gateway::Lane::kQuick,
      [text = text_.toStdString(), existing = std::move(existing)](
          Service&, const CallContext& context) -> absl::StatusOr<NetworkImport> {
        return ReadNetworks(text, existing, context);
      },
      [this](absl::StatusOr<NetworkImport> answer) {
        reading_ = false;
        if (!answer.ok()) return;
        import_ = *std::move(answer);
        ShowImport();
      });
}

void NetworkImportPane::ShowImport() {
  const auto count = [](size_t number) { return FormatCount(static_cast<qint64>(number)); };
  if (import_.lines == 0) {
    summary_->setText({});
  } else {
    QStringList parts = {tr("%1 networks", nullptr, static_cast<int>(import_.nets.size()))
                             .arg(count(import_.nets.size()))};
    if (import_.duplicates > 0) parts << tr("%1 duplicates").arg(count(import_.duplicates));
    if (import_.not_understood > 0) {
      parts << tr("%1 not understood").arg(count(import_.not_understood));
    }
    summary_->setText(
        tr("%1 lines: %2").arg(count(import_.lines), parts.join(QStringLiteral(", "))));
  }
  accept_->setText(tr("Import %1").arg(count(import_.nets.size())));
  accept_->setAccessibleName(accept_->text());
  accept_->setEnabled(!import_.nets.empty());
  ShowNotes();
}

// What was not understood first: that is what somebody may want to mend.
void NetworkImportPane::ShowNotes() {
  notes_->clear();
  for (const Kind kind : {Kind::kNotUnderstood, Kind::kHostBits, Kind::kDuplicate}) {
    for (const NetworkImport::Note& note : import_.notes) {
      if (note.kind != kind) continue;
      auto* item = new QListWidgetItem(NoteText(note), notes_);
      item->setIcon(kind == Kind::kDuplicate ? Icons::Get(QStringLiteral("info"))
                                             : Icons::Get(QStringLiteral("warn"), Role::kWarn));
    }
  }
}

void NetworkImportPane::Accept() {
  const std::string name = set_->currentText().trimmed().toStdString();
  const auto known = session_.model().network_sets.find(name);
  NetworkSet set;
  if (known != session_.model().network_sets.end()) {
    set = known->second;
  } else {
    const QString problem =
        NameProblem(session_.model(), {ResourceKind::kGlobalNetworkSet, {}}, name);
    if (!problem.isEmpty()) {
      summary_->setText(problem);
      set_->setFocus();
      return;
    }
  }
  set.metadata.name = name;
  set.nets.insert(set.nets.end(), import_.nets.begin(), import_.nets.end());
  std::sort(set.nets.begin(), set.nets.end());
  session_.Put(tr("Import %n network(s) into %1", nullptr, static_cast<int>(import_.nets.size()))
                   .arg(Q(name)),
               set);
  Q_EMIT finished(Q(name));
}

}  // namespace gw::gui
