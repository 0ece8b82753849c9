#include "admin-gui/views/flow_pane.h"

#include <utility>

#include <QDateTime>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QSysInfo>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "admin-gui/models/flow_words.h"
#include "admin-gui/models/gateway_site.h"
#include "admin-gui/views/flow_delegate.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/theme.h"
#include "admin-gui/widgets/wrapping_row.h"

namespace gw::gui {
namespace {

constexpr int kFactName = 92;

InterfacePacket PacketOfRecord(const AuditRecord& record) {
  InterfacePacket packet;
  packet.in = record.in;
  packet.out = record.out;
  packet.packet.hook = record.hook;
  packet.packet.tuple = record.tuple;
  return packet;
}

// The pane scrolls as a whole: the tree is as high as what it shows.
void FitTree(QTreeWidget* tree) {
  int height = 2 * tree->frameWidth();
  for (QTreeWidgetItem* item = tree->topLevelItem(0); item != nullptr;
       item = tree->itemBelow(item)) {
    height += tree->visualItemRect(item).height();
  }
  tree->setFixedHeight(height);
}

QString EndPointWords(const Address& address, uint8_t protocol, uint16_t port) {
  return HasPorts(protocol) ? FormatAddressAndPort(address, port) : FormatAddress(address);
}

// As it came; behind DNAT, where that happened, is for TranslatedWords.
QString SentWords(const AuditRecord& record) {
  const Tuple& tuple = record.tuple;
  const TransportAddress to = record.original_destination.value_or(
      TransportAddress{tuple.destination, tuple.destination_port});
  return QStringLiteral("%1 → %2").arg(
      record.repeats > 0 ? RepeatWords(record)
                         : EndPointWords(tuple.source, tuple.protocol, tuple.source_port),
      EndPointWords(to.address, tuple.protocol, to.port));
}

// Empty if nothing was translated, as far as is known.
QString TranslatedWords(const AuditRecord& record) {
  if (!record.original_destination && !record.translated_source) return {};
  const Tuple& tuple = record.tuple;
  const TransportAddress from =
      record.translated_source.value_or(TransportAddress{tuple.source, tuple.source_port});
  return QStringLiteral("%1 → %2").arg(
      EndPointWords(from.address, tuple.protocol, from.port),
      EndPointWords(tuple.destination, tuple.protocol, tuple.destination_port));
}

QString TrafficWords(const FlowEnd& end) {
  const auto words = [](int64_t packets, int64_t bytes) {
    const QString count = packets == 1 ? FlowPane::tr("1 packet")
                                       : FlowPane::tr("%1 packets").arg(FormatCount(packets));
    return QStringLiteral("%1, %2").arg(count, FormatBytes(static_cast<uint64_t>(bytes)));
  };
  return FlowPane::tr("%1 sent; %2 received")
      .arg(words(end.packets_sent, end.bytes_sent),
           words(end.packets_received, end.bytes_received));
}

QString EndWords(const FlowEnd& end) {
  const auto reason = [&end] {
    switch (end.reason) {
      case FlowEnd::Reason::kClosed:
        return FlowPane::tr("closed by both sides");
      case FlowEnd::Reason::kReset:
        return FlowPane::tr("reset by one side");
      case FlowEnd::Reason::kRemoved:
        return FlowPane::tr("taken out of connection tracking");
      case FlowEnd::Reason::kTimeout:
        break;
    }
    return FlowPane::tr("nothing more came");
  };
  const auto time = QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(end.time));
  return FlowPane::tr("%1, after %2: %3")
      .arg(FormatTime(time, QDateTime::currentDateTime()),
           FormatDuration(absl::ToChronoNanoseconds(end.duration)), reason());
}

QString InterfaceWords(const std::string& interface_name, const std::string& endpoint) {
  if (interface_name.empty()) return FlowPane::tr("this gateway");
  const QString name = QString::fromStdString(interface_name);
  return endpoint.empty() ? name
                          : QStringLiteral("%1 %2").arg(name, QString::fromStdString(endpoint));
}

}  // namespace

FlowPane::FlowPane(Gateway& gateway, PolicySession& session, QWidget* parent)
    : QWidget(parent), gateway_(gateway), session_(session) {
  setAccessibleName(tr("Decision"));
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  auto* area = new QScrollArea(this);
  area->setAccessibleName(tr("Decision"));
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area->viewport()->setBackgroundRole(QPalette::Window);
  nothing_ = new TextLabel(tr("Select a decision to see how it came about."), TextSize::kBody,
                           Role::kMuted, this);
  nothing_->setAlignment(Qt::AlignCenter);
  nothing_->setWordWrap(true);
  nothing_->setContentsMargins(kPaneMargin, kPaneMargin, kPaneMargin, kPaneMargin);
  outer->addWidget(nothing_, 1);
  outer->addWidget(area, 1);
  body_ = new QWidget(area);
  area->setWidget(body_);
  auto* column = new QVBoxLayout(body_);
  column->setContentsMargins(kPaneMargin, kCardPadding, kPaneMargin, kPaneMargin);
  column->setSpacing(kToolGap);

  auto* head = new QHBoxLayout;
  badge_ = new VerdictBadge(VerdictState::kAllow, body_);
  time_ = new TextLabel(QString(), TextSize::kSmall, Role::kMuted, body_);
  head->addWidget(badge_);
  head->addStretch(1);
  head->addWidget(time_);
  sentence_ = new TextLabel(QString(), TextSize::kSection, Role::kText, body_);
  reason_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, body_);
  sentence_->setWordWrap(true);
  reason_->setWordWrap(true);
  auto* actions = new WrappingRow(kToolGap, body_);
  like_ = PlainButton(tr("Allow like this…"), body_, QStringLiteral("allow"));
  open_ = PlainButton(tr("Open rule"), body_, QStringLiteral("policies"));
  actions->Add(like_);
  actions->Add(open_);
  column->addLayout(head);
  column->addSpacing(8);
  column->addWidget(sentence_);
  column->addWidget(reason_);
  column->addSpacing(4);
  column->addWidget(actions);
  column->addSpacing(8);
  auto* facts = new QGridLayout;
  facts->setHorizontalSpacing(kToolGap);
  facts->setVerticalSpacing(6);
  facts->setColumnMinimumWidth(0, kFactName);
  facts->setColumnStretch(1, 1);
  sent_ = AddFact(facts, tr("Sent"));
  translated_ = AddFact(facts, tr("After NAT"));
  path_ = AddFact(facts, tr("Path"));
  traffic_ = AddFact(facts, tr("Traffic"));
  end_ = AddFact(facts, tr("Ended"));
  pending_words_ = AddFact(facts, tr("If staged"));
  source_ = AddKnown(facts, tr("Source"), QStringLiteral("src.label."));
  destination_ = AddKnown(facts, tr("Destination"), QStringLiteral("dst.label."));
  endpoints_ = AddKnown(facts, tr("Endpoints"), QStringLiteral("label."));
  column->addLayout(facts);
  column->addSpacing(8);
  column->addWidget(new Line(Qt::Horizontal, body_));
  trace_ = new TracePanel(body_);
  column->addWidget(trace_);
  changes_ = new QWidget(body_);
  auto* changes = new QVBoxLayout(changes_);
  changes->setContentsMargins(0, 0, 0, 0);
  changes->addWidget(new Line(Qt::Horizontal, changes_));
  auto* changes_head = new QHBoxLayout;
  changes_head->addWidget(new TextLabel(tr("With your changes"), TextSize::kBody, Role::kText,
                                        QFont::DemiBold, changes_));
  changes_head->addStretch(1);
  changes_badge_ = new VerdictBadge(VerdictState::kAllow, changes_);
  changes_head->addWidget(changes_badge_);
  changes_reason_ = new TextLabel(QString(), TextSize::kSmall, Role::kMuted, changes_);
  changes_reason_->setWordWrap(true);
  changes->addLayout(changes_head);
  changes->addWidget(changes_reason_);
  column->addWidget(changes_);
  column->addStretch(1);

  connect(like_, &QPushButton::clicked, this, &FlowPane::likeThisAsked);
  connect(open_, &QPushButton::clicked, this, &FlowPane::ruleAsked);
  connect(trace_, &TracePanel::stepActivated, this, &FlowPane::stepActivated);
  const auto fit = [this] { FitTree(trace_->tree()); };
  connect(trace_->tree(), &QTreeWidget::itemExpanded, this, fit);
  connect(trace_->tree(), &QTreeWidget::itemCollapsed, this, fit);
  connect(&session_, &PolicySession::modelChanged, this, &FlowPane::AskPending);
  Clear();
}

FlowPane::~FlowPane() {
  explaining_.Cancel();
  pending_.Cancel();
}

TextLabel* FlowPane::AddFact(QGridLayout* grid, const QString& name) {
  const int row = grid->rowCount();
  auto* label = new TextLabel(name, TextSize::kSmall, Role::kMuted, body_);
  grid->addWidget(label, row, 0, Qt::AlignTop);
  auto* value = new TextLabel(QString(), TextSize::kSmall, Role::kText, body_);
  value->setWordWrap(true);
  value->setTextInteractionFlags(Qt::TextSelectableByMouse);
  grid->addWidget(value, row, 1);
  value->setProperty("label", QVariant::fromValue(static_cast<QObject*>(label)));
  return value;
}

KnownRows* FlowPane::AddKnown(QGridLayout* grid, const QString& name, const QString& field) {
  const int row = grid->rowCount();
  auto* label = new TextLabel(name, TextSize::kSmall, Role::kMuted, body_);
  grid->addWidget(label, row, 0, Qt::AlignTop);
  auto* rows = new KnownRows(name, body_);
  grid->addWidget(rows, row, 1);
  connect(rows, &KnownRows::labelChosen, this,
          [this, field](const QString& key, const QString& value) {
            Q_EMIT filterAsked(field + key, value);
          });
  rows->setProperty("label", QVariant::fromValue(static_cast<QObject*>(label)));
  return rows;
}

void FlowPane::ShowRow(QWidget* value, bool shown) {
  value->setVisible(shown);
  auto* label = qobject_cast<QWidget*>(value->property("label").value<QObject*>());
  if (label != nullptr) label->setVisible(shown);
}

void FlowPane::SetFact(TextLabel* value, const QString& text) {
  value->setText(text);
  ShowRow(value, !text.isEmpty());
}

void FlowPane::SetKnown(KnownRows* rows, const std::vector<KnownObject>& objects) {
  rows->Set(objects);
  ShowRow(rows, !objects.empty());
}

void FlowPane::Clear() {
  explaining_.Cancel();
  pending_.Cancel();
  record_.reset();
  body_->parentWidget()->parentWidget()->hide();
  nothing_->show();
}

void FlowPane::Show(const AuditRecord& record, const std::shared_ptr<const FlowNames>& names) {
  const bool same = record_ && record_->id == record.id;
  record_ = record;
  names_ = names;
  nothing_->hide();
  body_->parentWidget()->parentWidget()->show();
  FillHead();
  FillFacts();
  if (same) return;
  AskTrace();
  AskPending();
}

void FlowPane::FillHead() {
  const FlowLook look = LookOfFlow(*record_);
  badge_->SetState(StateOf(look));
  const auto time = QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(record_->time));
  const QDateTime now = QDateTime::currentDateTime();
  const QString text = FormatTime(time, now);
  time_->setText(time.date() == now.date() ? tr("today %1").arg(text + FormatMilliseconds(time))
                                           : text);
  time_->setToolTip(FormatIsoTime(time));
  sentence_->setText(FlowSentence(*names_, *record_));
  reason_->setText(ReasonSentence(session_.base(), record_->decided_by));
  const bool denied = record_->verdict == Verdict::kDeny;
  like_->setText(denied ? tr("Allow like this…") : tr("Deny like this…"));
  like_->setAccessibleName(like_->text());
  const auto rule = RuleOfDecider(record_->decided_by);
  open_->setVisible(rule.has_value() && !rule->is_profile);
}

void FlowPane::FillEnd() {
  SetFact(translated_, TranslatedWords(*record_));
  SetFact(traffic_, record_->end ? TrafficWords(*record_->end) : QString());
  SetFact(end_, record_->end ? EndWords(*record_->end) : QString());
}

void FlowPane::FillFacts() {
  sent_->setText(SentWords(*record_));
  FillEnd();
  path_->setText(
      QStringLiteral("%1 → %2").arg(InterfaceWords(record_->in, record_->in_endpoint),
                                    InterfaceWords(record_->out, record_->out_endpoint)));
  const FlowLook look = LookOfFlow(*record_);
  const bool differs = look == FlowLook::kWouldAllow || look == FlowLook::kWouldDeny;
  pending_words_->setText(
      differs ? tr("Would be %1 %2")
                    .arg(look == FlowLook::kWouldDeny ? tr("denied") : tr("allowed"),
                         DeciderInSentence(record_->pending_decided_by))
              : tr("The same"));
  SetKnown(source_, record_->source_party);
  SetKnown(destination_, record_->destination_party);
  std::vector<KnownObject> endpoints;
  for (const KnownObject& endpoint : {KnownObject{record_->in_endpoint, record_->in_labels},
                                      KnownObject{record_->out_endpoint, record_->out_labels}}) {
    // The path has the names.
    if (!endpoint.labels.empty()) endpoints.push_back(endpoint);
  }
  SetKnown(endpoints_, endpoints);
}

GatewayHost FlowPane::Host() const {
  return HostOf(gateway_.status(), session_.model(), QSysInfo::machineHostName().toStdString());
}

void FlowPane::AskTrace() {
  explaining_.Cancel();
  explaining_ = gateway_.AskLog<ExplainResult>(
      this, Gateway::Lane::kQuick,
      [id = record_->id, host = Host()](Service& service, const CallContext& context) {
        return service.ExplainFlow(context, id, SiteOf(host));
      },
      [this](absl::StatusOr<ExplainResult> result) {
        if (result.ok()) return ShowTrace(*result);
        trace_->Show(tr("How it was decided"),
                     QString::fromStdString(std::string(result.status().message())), {});
      });
}

void FlowPane::ShowTrace(const ExplainResult& result) {
  // It may have ended since it was listed.
  if (record_ && record_->id == result.record.id) {
    record_->original_destination = result.record.original_destination;
    record_->translated_source = result.record.translated_source;
    record_->end = result.record.end;
    FillEnd();
  }
  const bool then = result.then.has_value();
  trace_->Show(tr("How it was decided"),
               then ? tr("Revision %1").arg(static_cast<qint64>(result.record.revision))
                    : tr("As the policy is now"),
               then ? result.then->trace : result.now.trace);
  FitTree(trace_->tree());
}

void FlowPane::AskPending() {
  pending_.Cancel();
  const bool changed = record_ && session_.change_count() > 0;
  if (!changed) {
    changes_->hide();
    return;
  }
  SimulateRequest request;
  request.policy.from = PolicySource::From::kGiven;
  request.policy.model = session_.model();
  request.packets = {PacketOfRecord(*record_)};
  pending_ = gateway_.Ask<std::vector<SimulateResult>>(
      this, Gateway::Lane::kQuick,
      [request = std::move(request), host = Host()](Service& service,
                                                    const CallContext& context) mutable {
        request.site = SiteOf(host);
        return service.Simulate(context, request);
      },
      [this](absl::StatusOr<std::vector<SimulateResult>> results) {
        if (results.ok() && !results->empty()) ShowPending(results->front());
      });
}

void FlowPane::ShowPending(const SimulateResult& result) {
  if (!record_) return;
  changes_->show();
  changes_badge_->SetState(StateOf(LookOfExplanation(result.explanation)));
  const bool same = result.explanation.decided_by == record_->decided_by;
  changes_reason_->setText(same ? tr("Same rule.")
                                : ReasonSentence(session_.model(), result.explanation.decided_by));
}

}  // namespace gw::gui
