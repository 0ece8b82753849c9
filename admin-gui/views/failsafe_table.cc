#include "admin-gui/views/failsafe_table.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/style.h"
#include "admin-gui/widgets/text_label.h"
#include "common/policy/settings.h"

namespace gw::gui {
namespace {

constexpr int kProtocolWidth = 84;
constexpr int kPortWidth = 76;
constexpr int kRemoveWidth = 30;
constexpr int kGap = 8;

const QStringList& Protocols() {
  static const QStringList kAll = {QStringLiteral("TCP"), QStringLiteral("UDP"),
                                   QStringLiteral("SCTP")};
  return kAll;
}

// The parts of an entry of the text form, also of one that is not valid.
struct Parts {
  QString protocol = QStringLiteral("tcp");
  QString port;
  QString peer;
};

Parts Split(const QString& entry) {
  Parts parts;
  const auto first = entry.indexOf(QLatin1Char(':'));
  const auto last = entry.lastIndexOf(QLatin1Char(':'));
  parts.port = entry.mid(last + 1);
  if (first < 0) return parts;
  parts.protocol = entry.left(first);
  if (last > first) parts.peer = entry.mid(first + 1, last - first - 1);
  if (parts.peer.startsWith(QLatin1Char('[')) && parts.peer.endsWith(QLatin1Char(']'))) {
    parts.peer = parts.peer.mid(1, parts.peer.size() - 2);
  }
  return parts;
}

QString Join(const Parts& parts) {
  QString entry = parts.protocol + QLatin1Char(':');
  if (!parts.peer.isEmpty()) {
    const bool is_ipv6 = parts.peer.contains(QLatin1Char(':'));
    entry += (is_ipv6 ? QStringLiteral("[%1]:") : QStringLiteral("%1:")).arg(parts.peer);
  }
  return entry + parts.port;
}

QString ProblemOf(const QString& entry) {
  const auto failsafe = ParseFailsafe(entry.toStdString());
  return failsafe.ok() ? QString()
                       : QString::fromStdString(std::string(failsafe.status().message()));
}

}  // namespace

FailsafeTable::FailsafeTable(const QString& name, Peer peer, QWidget* parent)
    : QWidget(parent), name_(name), peer_(peer) {
  setAccessibleName(name);
  column_ = new QVBoxLayout(this);
  column_->setContentsMargins(0, 0, 0, 0);
  column_->setSpacing(4);
  header_ = new QWidget(this);
  auto* heads = new QHBoxLayout(header_);
  heads->setContentsMargins(0, 0, 0, 0);
  heads->setSpacing(kGap);
  const auto head = [&](const QString& text, int width) {
    auto* label = new TextLabel(text, TextSize::kSmall, Role::kMuted, header_);
    if (width > 0) label->setFixedWidth(width);
    heads->addWidget(label, width > 0 ? 0 : 1);
  };
  head(tr("Protocol"), Scaled(kProtocolWidth));
  head(tr("Port"), Scaled(kPortWidth));
  head(peer == Peer::kSource ? tr("From") : tr("To"), 0);
  heads->addSpacing(kRemoveWidth + kGap);
  column_->addWidget(header_);
  none_ = new TextLabel(tr("None: policies alone decide."), TextSize::kBody, Role::kMuted, this);
  column_->addWidget(none_);
  problem_ = new TextLabel(QString(), TextSize::kSmall, Role::kDeny, this);
  problem_->setWordWrap(true);
  column_->addWidget(problem_);
  add_ = LinkButton(tr("Add a failsafe"), this);
  add_->setAccessibleName(QStringLiteral("%1: %2").arg(name, add_->text()));
  column_->addWidget(add_, 0, Qt::AlignLeft);
  connect(add_, &QPushButton::clicked, this, [this] {
    AddRow(QStringLiteral("tcp:"));
    NumberRows();
    rows_.back().port->setFocus(Qt::OtherFocusReason);
  });
  NumberRows();
  ShowProblem();
}

QString FailsafeTable::EntryOf(const Row& row) const {
  return Join({row.protocol->currentText().toLower(), row.port->text().trimmed(),
               row.peer->text().trimmed()});
}

QStringList FailsafeTable::entries() const {
  QStringList all;
  for (const Row& row : rows_) all << EntryOf(row);
  return all;
}

QString FailsafeTable::problem() const {
  for (const Row& row : rows_) {
    const QString problem = ProblemOf(EntryOf(row));
    if (!problem.isEmpty()) return problem;
  }
  return {};
}

void FailsafeTable::SetEntries(const QStringList& entries) {
  // "10.0.0.1" and "10.0.0.1/32" are the same: what was typed stands as it is.
  const auto same = [](const QString& typed, const QString& stored) {
    const auto a = ParseFailsafe(typed.toStdString());
    const auto b = ParseFailsafe(stored.toStdString());
    return typed == stored || (a.ok() && b.ok() && *a == *b);
  };
  const QStringList shown = this->entries();
  if (!std::equal(shown.begin(), shown.end(), entries.begin(), entries.end(), same)) {
    for (const Row& row : rows_) row.line->deleteLater();
    rows_.clear();
    for (const QString& entry : entries) AddRow(entry);
    NumberRows();
  }
  ShowProblem();
}

void FailsafeTable::AddRow(const QString& entry) {
  const Parts parts = Split(entry);
  Row row;
  row.line = new QWidget(this);
  auto* fields = new QHBoxLayout(row.line);
  fields->setContentsMargins(0, 0, 0, 0);
  fields->setSpacing(kGap);
  row.protocol = new QComboBox(row.line);
  row.protocol->addItems(Protocols());
  row.protocol->setCurrentText(parts.protocol.toUpper());
  row.protocol->setFixedWidth(Scaled(kProtocolWidth));
  row.port = new QLineEdit(parts.port, row.line);
  row.port->setFixedWidth(Scaled(kPortWidth));
  row.peer = new QLineEdit(parts.peer, row.line);
  row.peer->setPlaceholderText(tr("every address"));
  QToolButton* remove = IconButton(QStringLiteral("close"), tr("Remove"), row.line);
  fields->addWidget(row.protocol);
  fields->addWidget(row.port);
  fields->addWidget(row.peer, 1);
  fields->addWidget(remove);
  column_->insertWidget(static_cast<int>(rows_.size()) + 1, row.line);
  connect(row.protocol, &QComboBox::activated, this, &FailsafeTable::entriesChanged);
  for (QLineEdit* field : {row.port, row.peer}) {
    connect(field, &QLineEdit::editingFinished, this, [this, field] {
      if (!field->isModified()) return;
      field->setModified(false);
      Q_EMIT entriesChanged();
    });
  }
  connect(remove, &QToolButton::clicked, this, [this, line = row.line] { RemoveRow(line); });
  rows_.push_back(row);
}

void FailsafeTable::RemoveRow(const QWidget* line) {
  const auto row = std::find_if(rows_.begin(), rows_.end(),
                                [line](const Row& other) { return other.line == line; });
  if (row == rows_.end()) return;
  const auto index = static_cast<size_t>(row - rows_.begin());
  // Its fields have nothing to say any more when they lose the focus.
  row->port->disconnect(this);
  row->peer->disconnect(this);
  row->line->hide();
  row->line->deleteLater();
  rows_.erase(row);
  NumberRows();
  if (rows_.empty()) {
    add_->setFocus(Qt::OtherFocusReason);
  } else {
    rows_[std::min(index, rows_.size() - 1)].port->setFocus(Qt::OtherFocusReason);
  }
  Q_EMIT entriesChanged();
}

void FailsafeTable::NumberRows() {
  for (size_t i = 0; i < rows_.size(); ++i) {
    const auto name = [&](const QString& field) {
      return QStringLiteral("%1 %2: %3").arg(name_).arg(i + 1).arg(field);
    };
    const Row& row = rows_[i];
    row.protocol->setAccessibleName(name(tr("Protocol")));
    row.port->setAccessibleName(name(tr("Port")));
    row.peer->setAccessibleName(name(peer_ == Peer::kSource ? tr("From") : tr("To")));
    row.line->findChild<QToolButton*>()->setAccessibleName(name(tr("Remove")));
  }
  header_->setVisible(!rows_.empty());
  none_->setVisible(rows_.empty());
}

void FailsafeTable::ShowProblem() {
  for (const Row& row : rows_) {
    const bool wrong = !ProblemOf(EntryOf(row)).isEmpty();
    // The port is what a new row lacks; else whatever makes it right alone.
    Parts without_peer = Split(EntryOf(row));
    without_peer.peer.clear();
    const bool port_wrong = wrong && !ProblemOf(Join(without_peer)).isEmpty();
    row.port->setProperty(kInvalidProperty, port_wrong);
    row.peer->setProperty(kInvalidProperty, wrong && !port_wrong);
    row.port->update();
    row.peer->update();
  }
  problem_->setText(problem());
  problem_->setVisible(!problem_->text().isEmpty());
}

}  // namespace gw::gui
