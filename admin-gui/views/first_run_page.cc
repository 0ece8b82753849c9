#include "admin-gui/views/first_run_page.h"

#include <utility>

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QSysInfo>
#include <QVBoxLayout>

#include "admin-gui/models/endpoint_rows.h"
#include "admin-gui/models/naming.h"
#include "admin-gui/session/language.h"
#include "admin-gui/session/templates.h"
#include "admin-gui/views/first_run_steps.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/state_band.h"
#include "admin-gui/widgets/text_label.h"
#include "common/policy/rule_words.h"
#include "common/policy/settings.h"
#include "common/resources/writer.h"

namespace gw::gui {
namespace {

constexpr int kColumnWidth = 640;
constexpr int kSteps = 4;
constexpr int kLastStep = kSteps - 1;
constexpr uint16_t kSshPort = 22;

QString Q(const std::string& text) { return QString::fromStdString(text); }

std::vector<TemplateStep::Card> Cards() {
  return {
      {FirstRunPage::tr("Observe only"),
       FirstRunPage::tr("Nothing is blocked. You see what happens."),
       FirstRunPage::tr("The policies of Home, staged: the log says what they would deny.")},
      {FirstRunPage::tr("Home"), FirstRunPage::tr("Inside may go anywhere."),
       FirstRunPage::tr(
           "Guests and devices reach the internet only. From the internet nothing comes in.")},
      {FirstRunPage::tr("Office"), FirstRunPage::tr("The networks inside are apart."),
       FirstRunPage::tr(
           "Guests may browse. LAN reaches servers; from the internet nothing comes in.")},
      {FirstRunPage::tr("Default deny"), FirstRunPage::tr("Only what you allow passes."),
       FirstRunPage::tr(
           "Guests, LAN and internet reach nothing through this gateway until a policy says "
           "so.")},
  };
}

QString LabelsInWords(const Labels& labels) {
  QStringList words;
  for (const auto& [key, value] : labels) words << Q(key) + QStringLiteral(" = ") + Q(value);
  return words.join(QStringLiteral(", "));
}

// The first sentence of a policy and how many more there are.
QString SentenceOf(const Model& model, const Policy& policy) {
  for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
    const std::vector<Rule>& rules = policy.rules(direction);
    if (rules.empty()) continue;
    QString words = RuleSentence(rules.front(), RuleWordsContextOf(model, policy, direction));
    const auto more = static_cast<int>(policy.ingress.size() + policy.egress.size()) - 1;
    if (more > 0) words += FirstRunPage::tr("  +%n rule(s)", nullptr, more);
    return words;
  }
  return policy.staged ? FirstRunPage::tr("No rules: would deny what nothing else allows")
                       : FirstRunPage::tr("No rules: denies what nothing else allows");
}

ReviewStep::Line LineOf(const Model& model, const Resource& resource) {
  ReviewStep::Line line;
  line.name = Q(MetadataOf(resource).name);
  if (const auto* host = std::get_if<HostEndpoint>(&resource)) {
    line.icon = QStringLiteral("endpoints");
    line.sentence = FirstRunPage::tr("Endpoint %1, labelled %2")
                        .arg(Q(host->interface_name), LabelsInWords(host->metadata.labels));
  } else if (const auto* set = std::get_if<NetworkSet>(&resource)) {
    QStringList nets;
    for (const Prefix& net : set->nets) nets << Q(ToString(net));
    line.icon = QStringLiteral("netset");
    line.sentence = FirstRunPage::tr("Networks %1, labelled %2")
                        .arg(nets.join(QStringLiteral(", ")), LabelsInWords(set->metadata.labels));
  } else if (const auto* policy = std::get_if<Policy>(&resource)) {
    line.icon = policy->staged ? QStringLiteral("staged") : QStringLiteral("policies");
    line.sentence = SentenceOf(model, *policy);
  } else {
    line.icon = QStringLiteral("settings");
    line.sentence = Q(std::string(KindName(KeyOf(resource).kind)));
  }
  return line;
}

// How whoever sits at the other end of an SSH connection keeps it.
QString ConnectionWords(const Model& model) {
  const QString peer = qEnvironmentVariable("SSH_CONNECTION").section(QLatin1Char(' '), 0, 0);
  for (const Failsafe& failsafe : SettingsOf(model).failsafe_inbound) {
    if (failsafe.protocol != kProtocolTcp || failsafe.port != kSshPort) continue;
    if (failsafe.net) {
      return FirstRunPage::tr("You stay connected: SSH 22/tcp from %1 is a failsafe.")
          .arg(Q(ToString(*failsafe.net)));
    }
    return peer.isEmpty() ? FirstRunPage::tr("You stay connected: SSH 22/tcp is a failsafe.")
                          : FirstRunPage::tr("You stay connected: SSH 22/tcp from %1").arg(peer);
  }
  return {};
}

}  // namespace

FirstRunPage::FirstRunPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent) {
  content_ = new QStackedWidget(this);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(content_);
  nothing_ = new EmptyState(content_);
  nothing_->Show(QStringLiteral("endpoints"), tr("No network interface was found."),
                 tr("Gatewarden can still open a policy file."), tr("Try again"));
  auto* middle = new QWidget(content_);
  auto* centre = new QHBoxLayout(middle);
  centre->setContentsMargins(kContentMargin, 40, kContentMargin, kContentMargin);
  column_ = new QWidget(middle);
  column_->setFixedWidth(Scaled(kColumnWidth));
  centre->addStretch(1);
  centre->addWidget(column_);
  centre->addStretch(1);
  content_->addWidget(middle);
  content_->addWidget(nothing_);
  auto* column = new QVBoxLayout(column_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kCardGap);
  auto* head = new QHBoxLayout;
  question_ = new TextLabel(QString(), TextSize::kState, Role::kText, column_);
  place_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, column_);
  head->addWidget(question_, 1);
  head->addWidget(place_);
  column->addLayout(head);
  steps_ = new QStackedWidget(column_);
  interfaces_ = new InterfacesStep(steps_);
  roles_ = new RolesStep(steps_);
  templates_ = new TemplateStep(Cards(), steps_);
  review_ = new ReviewStep(steps_);
  const auto scrolled = [this](QWidget* step) {
    auto* area = new QScrollArea(steps_);
    area->setAccessibleName(tr("Interfaces"));
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(step);
    steps_->addWidget(area);
  };
  scrolled(interfaces_);
  scrolled(roles_);
  steps_->addWidget(templates_);
  steps_->addWidget(review_);
  column->addWidget(steps_, 1);
  auto* foot = new QHBoxLayout;
  back_ = PlainButton(tr("Back"), column_);
  continue_ = PrimaryButton(tr("Continue"), column_);
  foot->addWidget(back_);
  foot->addStretch(1);
  foot->addWidget(continue_);
  column->addLayout(foot);
  connect(back_, &QPushButton::clicked, this, [this] { GoToStep(step() - 1); });
  connect(continue_, &QPushButton::clicked, this, &FirstRunPage::Continue);
  connect(nothing_, &EmptyState::actionAsked, this, &FirstRunPage::ReadAgain);
  connect(roles_, &RolesStep::changed, this, &FirstRunPage::ShowFoot);
  connect(&session, &PolicySession::applied, this, [this] {
    if (isVisible() && step() == kLastStep) Q_EMIT goTo({Destination::Place::kOverview, {}});
  });
  connect(&session, &PolicySession::applyRefused, this, [this](const QString& message) {
    if (isVisible()) Q_EMIT announced(tr("Nothing was written. %1").arg(message), false);
    ShowFoot();
  });
  GoToStep(0);
}

QString FirstRunPage::subtitle() const { return tr("Nothing is written before the last step"); }

int FirstRunPage::step() const { return steps_->currentIndex(); }

void FirstRunPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  ReadAgain();
}

bool FirstRunPage::ReadAgain() {
  using Found = std::pair<std::vector<HostInterface>, std::vector<Neighbour>>;
  call_.Cancel();
  call_ = gateway().Ask<Found>(
      this, Gateway::Lane::kQuick,
      [](Service& service, const CallContext& context) -> absl::StatusOr<Found> {
        auto interfaces = service.Interfaces(context);
        if (!interfaces.ok()) return interfaces.status();
        auto neighbours = service.Neighbours(context);
        if (!neighbours.ok()) return neighbours.status();
        return Found(*std::move(interfaces), *std::move(neighbours));
      },
      [this](absl::StatusOr<Found> found) {
        if (found.ok()) {
          ShowFound(found->first, found->second);
        } else if (roles_->choices().empty()) {
          content_->setCurrentWidget(nothing_);
        }
      });
  return true;
}

void FirstRunPage::ShowFound(const std::vector<HostInterface>& interfaces,
                             const std::vector<Neighbour>& neighbours) {
  std::vector<SetupChoice> proposed = ProposeSetup(interfaces, neighbours);
  for (SetupChoice& choice : proposed) {
    for (const auto& [name, host] : session().model().host_endpoints) {
      if (host.interface_name != choice.found.name) continue;
      choice.role = SetupRole::kLeaveAlone;
      choice.labels.clear();
      choice.why = tr("has the endpoint %1").arg(Q(name));
    }
  }
  interfaces_->ShowChoices(proposed);
  roles_->Propose(proposed);
  content_->setCurrentIndex(proposed.empty() ? 1 : 0);
  ShowFoot();
}

// ---- going through the steps --------------------------------------------------------------------

void FirstRunPage::GoToStep(int step) {
  if (step < 0 || step > kLastStep) return;
  if (step == kLastStep) ShowReview();
  steps_->setCurrentIndex(step);
  const QString questions[kSteps] = {tr("These interfaces were found"),
                                     tr("What is each interface for?"),
                                     tr("How strict shall it begin?"), tr("This will be written")};
  question_->setText(questions[step]);
  QString dots;
  for (int i = 0; i < kSteps; ++i) dots += i <= step ? QChar(0x25CF) : QChar(0x25CB);
  place_->setText(tr("%1 of %2  %3").arg(step + 1).arg(kSteps).arg(dots));
  place_->setAccessibleName(tr("Step %1 of %2").arg(step + 1).arg(kSteps));
  ShowFoot();
}

void FirstRunPage::ShowFoot() {
  back_->setEnabled(step() > 0);
  if (step() != kLastStep) {
    continue_->setText(tr("Continue"));
    continue_->setEnabled(step() == 0 || !EndpointsOf(roles_->choices(), {}).empty());
  } else {
    int endpoints = 0;
    int policies = 0;
    for (const Resource& resource : resources_) {
      if (std::holds_alternative<HostEndpoint>(resource)) ++endpoints;
      if (std::holds_alternative<Policy>(resource)) ++policies;
    }
    continue_->setText(
        tr("Write %1 and %2")
            .arg(tr("%n endpoint(s)", nullptr, endpoints), tr("%n policies", nullptr, policies)));
    continue_->setEnabled(!resources_.empty() && !session().applying());
  }
  continue_->setAccessibleName(continue_->text());
}

bool FirstRunPage::Back() {
  if (step() == 0) return false;
  GoToStep(step() - 1);
  return true;
}

void FirstRunPage::Continue() {
  if (step() == kLastStep) return Write();
  GoToStep(step() + 1);
}

// ---- the result ---------------------------------------------------------------------------------

void FirstRunPage::ShowReview() {
  const GatewayHost host =
      HostOf(gateway().status(), session().model(), QSysInfo::machineHostName().toStdString());
  std::vector<TemplateInterface> interfaces;
  for (HostEndpoint& endpoint : EndpointsOf(roles_->choices(), host.node)) {
    TemplateInterface chosen;
    for (const SetupChoice& choice : roles_->choices()) {
      if (choice.found.name == endpoint.interface_name) chosen.networks = NetworksOf(choice.found);
    }
    endpoint.metadata.name =
        FreeName(session().model(), ResourceKind::kHostEndpoint, endpoint.metadata.name);
    chosen.endpoint = std::move(endpoint);
    interfaces.push_back(std::move(chosen));
  }
  const auto which = kAllPolicyTemplates[static_cast<size_t>(templates_->chosen())];
  resources_ = MakeTemplate(which, interfaces);
  Model after = session().model();
  for (const Resource& resource : resources_) gw::Put(after, resource);
  std::vector<ReviewStep::Line> lines;
  for (const Resource& resource : resources_) lines.push_back(LineOf(after, resource));
  review_->ShowResources(lines, Q(ToYaml(resources_)), ConnectionWords(after));
}

// One step of the session, applied at once: what is refused stays as changes not applied yet.
void FirstRunPage::Write() {
  std::vector<ResourceChange> changes;
  for (const Resource& resource : resources_) changes.push_back({KeyOf(resource), resource});
  const QString chosen = templates_->card(templates_->chosen())->text();
  const QString name = tr("Set up interfaces (%1)").arg(chosen);
  session().Edit(name, changes);
  session().Apply(name);
  ShowFoot();
}

}  // namespace gw::gui
