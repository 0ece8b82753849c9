#include "admin-gui/views/endpoint_pane.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include "admin-gui/models/endpoint_words.h"
#include "admin-gui/models/naming.h"
#include "admin-gui/models/policy_edits.h"
#include "admin-gui/views/endpoint_delegate.h"
#include "admin-gui/views/text_chips.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/style.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/wrapping_row.h"
#include "common/net/protocol.h"
#include "common/policy/limits.h"

namespace gw::gui {
namespace {

constexpr int kFormLabelWidth = 88;
constexpr int kWarningIndent = 28;
constexpr int kStepsMax = 400;  // px of the list's height before it scrolls by itself

QString Q(const std::string& text) { return QString::fromStdString(text); }

QString PortText(const EndpointPort& port) {
  return QStringLiteral("%1 %2 %3")
      .arg(Q(port.name), Q(ProtocolName(port.protocol)).toLower())
      .arg(port.port);
}

std::optional<EndpointPort> ReadPort(const QString& text) {
  const QStringList parts = text.simplified().split(QLatin1Char(' '));
  if (parts.size() != 3) return std::nullopt;
  EndpointPort port;
  port.name = parts[0].toStdString();
  const QString protocol = parts[1].toLower();
  port.protocol = protocol == u"tcp"    ? kProtocolTcp
                  : protocol == u"udp"  ? kProtocolUdp
                  : protocol == u"sctp" ? kProtocolSctp
                                        : uint8_t{0};
  bool number = false;
  port.port = parts[2].toUShort(&number);
  const bool legal =
      number && port.port != 0 && port.protocol != 0 && port.name.size() <= kPortNameLengthMax;
  return legal ? std::optional(port) : std::nullopt;
}

template <typename Visit>
auto WithEndpoint(Resource& resource, Visit visit) {
  if (auto* host = std::get_if<HostEndpoint>(&resource)) return visit(*host);
  if (auto* workload = std::get_if<WorkloadEndpoint>(&resource)) return visit(*workload);
}

}  // namespace

EndpointPane::EndpointPane(PolicySession& session, QWidget* parent)
    : QScrollArea(parent), session_(session) {
  setAccessibleName(tr("Endpoint"));
  setFrameShape(QFrame::NoFrame);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* content = new QWidget(this);
  content->setBackgroundRole(QPalette::Window);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(kPaneMargin, kPaneMargin, kPaneMargin, kPaneMargin);
  column->setSpacing(kToolGap);
  auto* head = new QHBoxLayout;
  head->setSpacing(12);
  icon_ = new IconLabel(QStringLiteral("device"), Role::kAccent, 18, content);
  title_ = new TextLabel(QString(), TextSize::kSection, Role::kText, content);
  fact_ = new TextLabel(QString(), TextSize::kSmall, Role::kMuted, content);
  head->addWidget(icon_);
  head->addWidget(title_, 1);
  head->addWidget(fact_);
  column->addLayout(head);
  warnings_ = new Card(content);
  warnings_->SetColours(Role::kWarnSoft, Role::kWarnSoft);
  warnings_->body()->setContentsMargins(14, 12, 14, 12);
  warnings_->setAccessibleName(tr("Warnings"));
  column->addWidget(warnings_);
  column->addSpacing(6);
  column->addWidget(new TextLabel(tr("Labels"), TextSize::kSmall, Role::kMuted, content));
  labels_ = new LabelChips(tr("Labels"), content);
  column->addWidget(labels_);
  column->addSpacing(6);
  MakeForm(column);
  MakeSteps(column);
  column->addStretch(1);
  setWidget(content);
  labels_->SetCompletion([this](const QString& key) {
    std::vector<LabelUse> uses;
    for (const auto& [text, count] : LabelUsesOf(session_.model(), key.toStdString())) {
      uses.push_back({Q(text), count});
    }
    return uses;
  });
  connect(labels_, &LabelChips::labelsChanged, this, &EndpointPane::PutLabels);
}

void EndpointPane::MakeForm(QVBoxLayout* column) {
  form_ = new QWidget(this);
  auto* grid = new QGridLayout(form_);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setVerticalSpacing(kFormRowGap);
  grid->setColumnMinimumWidth(0, kFormLabelWidth);
  grid->setColumnStretch(1, 1);
  int row = 0;
  const auto add = [&](const QString& label, QWidget* field) {
    auto* text = new TextLabel(label, TextSize::kSmall, Role::kMuted, form_);
    text->setBuddy(field);
    grid->addWidget(text, row, 0, Qt::AlignLeft | Qt::AlignVCenter);
    grid->addWidget(field, row++, 1);
  };
  const auto text = [this] {
    auto* label = new TextLabel(QString(), TextSize::kBody, Role::kText, form_);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
  };
  name_ = new QLineEdit(form_);
  name_->setAccessibleName(tr("Name"));
  name_problem_ = new TextLabel(QString(), TextSize::kSmall, Role::kDeny, form_);
  name_problem_->setWordWrap(true);
  name_problem_->hide();
  addresses_ = text();
  governed_ = text();
  profiles_ = new TextChips(tr("Profiles"), tr("none"), form_);
  ports_ = new TextChips(tr("Named ports"), tr("web tcp 443"), form_);
  add(tr("Name"), name_);
  grid->addWidget(name_problem_, row++, 1);
  add(tr("Addresses"), addresses_);
  add(tr("Governed by"), governed_);
  add(tr("Profiles"), profiles_);
  add(tr("Named ports"), ports_);
  column->addWidget(form_);
  connect(name_, &QLineEdit::editingFinished, this, &EndpointPane::PutName);
  connect(profiles_, &TextChips::textsChanged, this, &EndpointPane::PutProfiles);
  connect(ports_, &TextChips::textsChanged, this, &EndpointPane::PutPorts);
  profiles_->SetOffers([this](const QString& begun) {
    std::vector<Completion> offers;
    for (const auto& [name, profile] : session_.model().profiles) {
      if (Q(name).startsWith(begun)) offers.push_back({Q(name), {}, {}, {}, {}});
    }
    return offers;
  });
  ports_->SetCheck([this](const QString& words) { return PortProblem(words); });
}

void EndpointPane::MakeSteps(QVBoxLayout* column) {
  decides_ = new QWidget(this);
  auto* lines = new QVBoxLayout(decides_);
  lines->setContentsMargins(0, 8, 0, 0);
  lines->setSpacing(kToolGap);
  lines->addWidget(new Line(Qt::Horizontal, decides_));
  lines->addSpacing(4);
  auto* title = new TextLabel(tr("What decides here, in order"), TextSize::kBody, Role::kText,
                              QFont::DemiBold, decides_);
  title->setWordWrap(true);
  lines->addWidget(title);
  direction_ = new Segmented(tr("Direction"), {tr("Arriving"), tr("Leaving")}, decides_);
  scope_ = new Segmented(tr("Traffic"), {tr("Routed"), tr("This gateway")}, decides_);
  direction_->SetCurrent(0);
  scope_->SetCurrent(0);
  lines->addWidget(direction_);
  lines->addWidget(scope_);
  steps_ = new QListView(decides_);
  steps_->setAccessibleName(tr("What decides here, in order"));
  steps_->setModel(&step_model_);
  steps_->setItemDelegate(new DecisionStepDelegate(steps_));
  RowDelegate::PrepareTable(steps_);
  steps_->viewport()->setBackgroundRole(QPalette::Window);
  steps_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  lines->addWidget(steps_);
  column->addWidget(decides_);
  connect(direction_, &Segmented::currentChanged, this, &EndpointPane::ShowSteps);
  connect(scope_, &Segmented::currentChanged, this, &EndpointPane::ShowSteps);
  connect(steps_, &QListView::activated, this, [this](const QModelIndex& index) {
    const DecisionStep& step = step_model_.step(index.row());
    if (step.kind == DecisionStep::Kind::kPolicy) Q_EMIT policyWanted(step.resource);
  });
}

// ---- showing ------------------------------------------------------------------------------------

void EndpointPane::ShowRow(const EndpointRow& row, const GatewayHost& host) {
  const bool other = row.interface_name != row_.interface_name || row.endpoint != row_.endpoint;
  row_ = row;
  host_ = host;
  icon_->Set(row.default_route ? QStringLiteral("globe") : QStringLiteral("device"),
             row.endpoint ? Role::kAccent : Role::kMuted);
  title_->setText(Q(row.name));
  fact_->setText(StateWords(row));
  labels_->setAccessibleName(tr("Labels of %1").arg(Q(row.name)));
  if (labels_->labels() != row.labels) labels_->SetLabels(row.labels);
  if (other) {
    labels_->edit()->clear();
    labels_->SetError({});
    verticalScrollBar()->setValue(0);
  }
  ShowWarnings();
  ShowForm();
  ShowSteps();
}

void EndpointPane::EditLabels() {
  ensureWidgetVisible(labels_);
  labels_->edit()->setFocus(Qt::ShortcutFocusReason);
}

void EndpointPane::ShowWarnings() {
  if (warning_lines_ != nullptr) warning_lines_->deleteLater();
  warning_lines_ = new QWidget(warnings_);
  auto* lines = new QVBoxLayout(warning_lines_);
  lines->setContentsMargins(0, 0, 0, 0);
  lines->setSpacing(kToolGap);
  for (const EndpointWarning& warning : row_.warnings) AddWarning(lines, warning);
  warnings_->body()->addWidget(warning_lines_);
  warnings_->setVisible(!row_.warnings.empty());
}

void EndpointPane::AddWarning(QVBoxLayout* lines, const EndpointWarning& warning) {
  using Kind = EndpointWarning::Kind;
  auto* line = new QHBoxLayout;
  line->setSpacing(12);
  auto* icon = new IconLabel(QStringLiteral("warn"), Role::kWarn, 16, warning_lines_);
  auto* text =
      new TextLabel(WarningText(warning, row_), TextSize::kBody, Role::kText, warning_lines_);
  text->setWordWrap(true);
  line->addWidget(icon, 0, Qt::AlignTop);
  line->addWidget(text, 1);
  lines->addLayout(line);
  auto* links = new WrappingRow(kCardGap, warning_lines_);
  const auto link = [&](const QString& words, auto run) {
    QPushButton* button = LinkButton(words, warning_lines_);
    links->Add(button);
    // The lines are made anew by what the link does: not within its own click.
    connect(button, &QPushButton::clicked, this, run, Qt::QueuedConnection);
  };
  switch (warning.kind) {
    case Kind::kNoEgress:
    case Kind::kNoIngress: {
      link(tr("Add a policy…"), [this, warning] { AddPolicyFor(warning); });
      const char* meant = warning.kind == Kind::kNoEgress ? kMeantNoEgress : kMeantNoIngress;
      link(tr("It is meant so"), [this, meant] { SetMeant(meant); });
      break;
    }
    case Kind::kMissingProfile:
      link(tr("Create it"), [this, warning] {
        Profile profile;
        profile.metadata.name = warning.profile;
        session_.Put(tr("Create profile %1").arg(Q(warning.profile)), profile);
      });
      break;
    case Kind::kNotChecked:
      link(tr("Label it"), [this] { EditLabels(); });
      break;
  }
  auto* under = new QHBoxLayout;
  under->setContentsMargins(kWarningIndent, 0, 0, 0);
  under->addWidget(links, 1);
  lines->addLayout(under);
}

void EndpointPane::ShowForm() {
  const bool exists = row_.endpoint.has_value();
  for (QWidget* field : {static_cast<QWidget*>(name_), static_cast<QWidget*>(profiles_),
                         static_cast<QWidget*>(ports_)}) {
    field->setEnabled(exists);
  }
  if (!name_->hasFocus() || !exists) {
    name_->setText(exists ? Q(row_.endpoint->name) : tr("given with its first label"));
    name_->setCursorPosition(0);
    name_problem_->hide();
    name_->setProperty(kInvalidProperty, false);
  }
  QStringList addresses;
  for (const InterfaceAddress& address : row_.addresses) addresses << AddressWords(address);
  addresses_->setText(addresses.isEmpty() ? tr("none") : addresses.join(QLatin1Char('\n')));
  governed_->setText(GovernedWords(row_));
  QStringList profiles;
  QStringList ports;
  const auto resource = exists ? Find(session_.model(), *row_.endpoint) : std::nullopt;
  if (resource) {
    Resource endpoint = *resource;
    WithEndpoint(endpoint, [&](const auto& found) {
      for (const std::string& profile : found.profiles) profiles << Q(profile);
      for (const EndpointPort& port : found.ports) ports << PortText(port);
    });
  }
  if (profiles_->texts() != profiles) profiles_->SetTexts(profiles);
  if (ports_->texts() != ports) ports_->SetTexts(ports);
}

void EndpointPane::ShowSteps() {
  decides_->setVisible(row_.endpoint.has_value());
  if (!row_.endpoint) return step_model_.SetSteps({});
  scope_->setVisible(row_.endpoint->kind == ResourceKind::kHostEndpoint);
  // What leaves a workload arrives at the gateway.
  const bool is_host = row_.endpoint->kind == ResourceKind::kHostEndpoint;
  const bool ingress = (direction_->current() == 0) == is_host;
  step_model_.SetSteps(DecisionStepsOf(
      session_.model(), *row_.endpoint, ingress ? Direction::kIngress : Direction::kEgress,
      scope_->current() == 0 ? TrafficScope::kRouted : TrafficScope::kThisGateway));
  const int wanted = step_model_.rowCount() * DecisionStepDelegate::Height();
  steps_->setFixedHeight(std::min(wanted, std::max(kStepsMax, viewport()->height())) + 2);
}

// ---- editing ------------------------------------------------------------------------------------

template <typename Change>
void EndpointPane::Put(const QString& name, Change change) {
  if (!row_.endpoint) return;
  auto resource = Find(session_.model(), *row_.endpoint);
  if (!resource) return;
  WithEndpoint(*resource, change);
  session_.Put(name, *std::move(resource));
}

void EndpointPane::PutLabels(const Labels& labels) {
  if (row_.endpoint) {
    Put(tr("Change labels of %1").arg(Q(row_.endpoint->name)),
        [&labels](auto& endpoint) { endpoint.metadata.labels = labels; });
    return;
  }
  if (labels.empty()) return;
  HostEndpoint host;
  host.metadata.name = FreeName(session_.model(), ResourceKind::kHostEndpoint, row_.interface_name);
  host.metadata.labels = labels;
  host.node = host_.node;
  host.interface_name = row_.interface_name;
  session_.Put(tr("Label %1").arg(Q(row_.interface_name)), host);
}

void EndpointPane::PutName() {
  if (!row_.endpoint) return;
  const std::string wanted = name_->text().trimmed().toStdString();
  const QString problem = NameProblem(session_.model(), *row_.endpoint, wanted);
  name_problem_->setText(problem);
  name_problem_->setVisible(!problem.isEmpty());
  name_->setProperty(kInvalidProperty, !problem.isEmpty());
  name_->update();
  if (!problem.isEmpty() || wanted == row_.endpoint->name) return;
  const ResourceKey from = *row_.endpoint;
  Q_EMIT renamed({from.kind, wanted});
  session_.Rename(tr("Rename %1 to %2").arg(Q(from.name), Q(wanted)), from, wanted);
}

void EndpointPane::PutProfiles(const QStringList& names) {
  if (!row_.endpoint) return;
  Put(tr("Change profiles of %1").arg(Q(row_.endpoint->name)), [&names](auto& endpoint) {
    endpoint.profiles.clear();
    for (const QString& name : names) endpoint.profiles.push_back(name.toStdString());
  });
}

QString EndpointPane::PortProblem(const QString& text) const {
  if (ReadPort(text)) return {};
  return tr("Write name, protocol and port: web tcp 443");
}

void EndpointPane::PutPorts(const QStringList& texts) {
  if (!row_.endpoint) return;
  Put(tr("Change ports of %1").arg(Q(row_.endpoint->name)), [&texts](auto& endpoint) {
    endpoint.ports.clear();
    for (const QString& text : texts) {
      if (const auto port = ReadPort(text)) endpoint.ports.push_back(*port);
    }
  });
}

void EndpointPane::SetMeant(const char* what) {
  Put(tr("Say that %1 is meant so").arg(Q(row_.name)), [what](auto& endpoint) {
    std::string& meant = endpoint.metadata.annotations[kMeantAnnotation];
    meant = meant.empty() ? what : absl::StrCat(meant, ",", what);
  });
}

// One rule that allows what the warning says is denied, for this endpoint only.
void EndpointPane::AddPolicyFor(const EndpointWarning& warning) {
  if (!row_.endpoint) return;
  const bool egress = warning.kind == EndpointWarning::Kind::kNoEgress;
  const Policy policy =
      AllowAt(session_.model(), *row_.endpoint, egress ? Direction::kEgress : Direction::kIngress);
  const ResourceKey key = KeyOf(Resource(policy));
  session_.Put(tr("Add policy %1").arg(Q(policy.metadata.name)), policy);
  Q_EMIT policyWanted(key);
}

}  // namespace gw::gui
