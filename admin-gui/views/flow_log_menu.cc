// What can be done with a row of the flow log: the context menu and what it leads to.

#include <algorithm>
#include <string>

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QStringList>

#include "admin-gui/views/flow_log_page.h"
#include "admin-gui/views/flow_terms.h"

namespace gw::gui {
namespace {

std::string TextOf(const Address& address) { return ToString(address); }

}  // namespace

void FlowLogPage::AddTerm(const std::string& field, const std::string& value, bool exclude) {
  filter_->AddTerm(ChipOf(
      CompareAudit(field, exclude ? AuditOperator::kNotEqual : AuditOperator::kEqual, value)));
}

void FlowLogPage::AddTermsOf(const AuditRecord& record, int column, bool exclude) {
  switch (column) {
    case FlowLogModel::kVerdict:
      return AddTerm("action", VerdictName(record.verdict), exclude);
    case FlowLogModel::kSource:
      return AddTerm("src", TextOf(record.tuple.source), exclude);
    case FlowLogModel::kDestination:
      return AddTerm("dst", TextOf(record.tuple.destination), exclude);
    case FlowLogModel::kService:
      // "Not 443/tcp" is not "neither TCP nor 443": of two terms only the port is excluded.
      if (HasPorts(record.tuple.protocol)) {
        AddTerm("dport", std::to_string(record.tuple.destination_port), exclude);
        if (exclude) return;
      }
      return AddTerm(
          "proto",
          QString::fromStdString(ProtocolName(record.tuple.protocol)).toLower().toStdString(),
          exclude);
    case FlowLogModel::kPath:
      return AddTerm("interface", record.in.empty() ? record.out : record.in, exclude);
    case FlowLogModel::kDecidedBy:
      return AddTerm("rule", record.decided_by, exclude);
    default:
      return;
  }
}

QMenu* FlowLogPage::MenuFor(const QModelIndex& index) {
  const AuditRecord* found = index.isValid() ? model_.record(index.row()) : nullptr;
  if (found == nullptr) return nullptr;
  // The rows may move while the menu is open.
  const AuditRecord record = *found;
  auto* menu = new QMenu(this);
  menu->setAccessibleName(tr("Decision"));
  const auto add = [menu, this](const QString& text, auto act) {
    connect(menu->addAction(text), &QAction::triggered, this, act);
  };
  const int column = index.column();
  const bool one = record.repeats == 0;  // it has a source
  if (column != FlowLogModel::kTime && (one || column != FlowLogModel::kSource)) {
    add(tr("Filter by this"), [this, record, column] { AddTermsOf(record, column, false); });
    add(tr("Exclude"), [this, record, column] { AddTermsOf(record, column, true); });
    menu->addSeparator();
  }
  if (one) {
    add(tr("Only this source"),
        [this, record] { AddTermsOf(record, FlowLogModel::kSource, false); });
  }
  add(tr("Only this destination"),
      [this, record] { AddTermsOf(record, FlowLogModel::kDestination, false); });
  add(tr("Only this service"),
      [this, record] { AddTermsOf(record, FlowLogModel::kService, false); });
  add(tr("Only this rule"),
      [this, record] { AddTermsOf(record, FlowLogModel::kDecidedBy, false); });
  menu->addSeparator();
  add(tr("Explain"), [this, row = index.row()] {
    table_->selectRow(row);
    pane_->setFocus();
  });
  const bool denied = record.verdict == Verdict::kDeny;
  const QPoint at = table_->viewport()->mapToGlobal(table_->visualRect(index).bottomLeft());
  add(denied ? tr("Allow like this…") : tr("Deny like this…"),
      [this, record, at] { OpenLikeThis(record, at); });
  if (one) add(tr("Simulate"), [this, record] { Simulate(record); });
  if (const auto rule = RuleOfDecider(record.decided_by); rule && !rule->is_profile) {
    add(tr("Open policy"), [this, record] {
      pane_->Show(record, model_.names());
      OpenRule();
    });
  }
  menu->addSeparator();
  add(tr("Copy"), [this, row = index.row()] {
    if (!table_->selectionModel()->isRowSelected(row)) table_->selectRow(row);
    CopyRows();
  });
  add(tr("Copy as query"), [record] {
    QStringList terms;
    const auto term = [&](const char* field, const std::string& value) {
      terms << QString::fromStdString(ToString(CompareAudit(field, AuditOperator::kEqual, value)));
    };
    if (record.repeats == 0) term("src", TextOf(record.tuple.source));
    term("dst", TextOf(record.tuple.destination));
    term("proto",
         QString::fromStdString(ProtocolName(record.tuple.protocol)).toLower().toStdString());
    if (HasPorts(record.tuple.protocol)) {
      term("dport", std::to_string(record.tuple.destination_port));
    }
    QApplication::clipboard()->setText(terms.join(QStringLiteral(" and ")));
  });
  return menu;
}

void FlowLogPage::OpenRule() {
  if (!pane_->record()) return;
  const auto rule = RuleOfDecider(pane_->record()->decided_by);
  if (!rule || rule->is_profile) return;
  Destination destination;
  destination.place = Destination::Place::kPolicies;
  destination.arguments = {{QStringLiteral("policy"), QString::fromStdString(rule->owner)},
                           {QStringLiteral("rule"), QStringLiteral("%1/%2")
                                                        .arg(rule->direction == Direction::kIngress
                                                                 ? QStringLiteral("ingress")
                                                                 : QStringLiteral("egress"))
                                                        .arg(rule->index)}};
  Q_EMIT goTo(destination);
}

void FlowLogPage::Simulate(const AuditRecord& record) {
  Destination destination;
  destination.place = Destination::Place::kSimulator;
  const QString protocol = QString::fromStdString(ProtocolName(record.tuple.protocol)).toLower();
  destination.arguments = {
      {QStringLiteral("source"), QString::fromStdString(TextOf(record.tuple.source))},
      {QStringLiteral("destination"), QString::fromStdString(TextOf(record.tuple.destination))},
      {QStringLiteral("service"),
       HasPorts(record.tuple.protocol)
           ? QStringLiteral("%1/%2").arg(record.tuple.destination_port).arg(protocol)
           : protocol},
      {QStringLiteral("in"), QString::fromStdString(record.in)},
      {QStringLiteral("out"), QString::fromStdString(record.out)}};
  Q_EMIT goTo(destination);
}

void FlowLogPage::OpenLikeThis(const AuditRecord& record, const QPoint& position) {
  popover_->Open(record, model_.names(),
                 record.verdict == Verdict::kDeny ? RuleAction::kAllow : RuleAction::kDeny,
                 position);
}

void FlowLogPage::CopyRows() const {
  QModelIndexList rows = table_->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end());
  QStringList lines;
  for (const QModelIndex& row : rows) {
    QStringList cells;
    for (int column = 0; column < FlowLogModel::kColumnCount; ++column) {
      cells << row.siblingAtColumn(column).data().toString();
    }
    lines << cells.join(QLatin1Char('\t'));
  }
  QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

}  // namespace gw::gui
