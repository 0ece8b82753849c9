#include "admin-gui/views/simulator_page.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSysInfo>
#include <QVBoxLayout>

#include "admin-gui/models/flow_names.h"
#include "admin-gui/models/gateway_site.h"
#include "admin-gui/models/like_this.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/theme.h"
#include "common/base/status_macros.h"

namespace gw::gui {
namespace {

constexpr int kDebounceMs = 150;
constexpr int kRecentMax = 10;
constexpr size_t kRevisionsShown = 20;
constexpr int kServiceWidth = 170;
constexpr uint16_t kSomeSourcePort = 40'000;

const char* const kCommonServices[] = {"https 443/tcp", "http 80/tcp", "dns 53/udp", "ssh 22/tcp",
                                       "ipp 631/tcp",   "smb 445/tcp", "icmp"};

QString LabelText(const Labels& labels) {
  QStringList parts;
  for (const auto& [key, value] : labels) {
    parts << QStringLiteral("%1 = %2").arg(QString::fromStdString(key),
                                           QString::fromStdString(value));
  }
  return parts.join(QStringLiteral(", "));
}

// The model that `source` stands for.
absl::StatusOr<Model> ModelFor(Service& service, const CallContext& context,
                               const PolicySource& source) {
  if (source.from == PolicySource::From::kGiven) return source.model;
  if (source.from == PolicySource::From::kRevision) {
    return service.LoadRevision(context, source.revision);
  }
  GW_ASSIGN_OR_RETURN(LoadedPolicy loaded, service.Load(context));
  return std::move(loaded.model);
}

}  // namespace

SimulatorPage::SimulatorPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kContentMargin, 12, kContentMargin, kContentMargin);
  column->setSpacing(12);
  column->addWidget(MakeQuestion());
  column->addWidget(MakeMore());
  problem_ = new QWidget(this);
  problem_choices_ = new QHBoxLayout(problem_);
  problem_choices_->setContentsMargins(0, 0, 0, 0);
  problem_choices_->setSpacing(12);
  problem_words_ = new TextLabel(QString(), TextSize::kBody, Role::kText, QFont::Medium, problem_);
  problem_choices_->addWidget(problem_words_);
  problem_choices_->addStretch(1);
  problem_->hide();
  column->addWidget(problem_);
  content_ = new QStackedWidget(this);
  content_->addWidget(MakeEmpty());
  content_->addWidget(MakeAnswers());
  column->addWidget(content_, 1);

  timer_.setSingleShot(true);
  timer_.setInterval(kDebounceMs);
  connect(&timer_, &QTimer::timeout, this, &SimulatorPage::Ask);
  connect(&session, &PolicySession::modelChanged, this, [this] {
    FillPickers();
    AskSoon();
  });
  connect(&session, &PolicySession::loadedChanged, this, [this] {
    FillPickers();
    AskRevisions();
  });
  connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_T), this), &QShortcut::activated, this,
          &SimulatorPage::Swap);
  FillPickers();
  right_->SetPolicies(session.base_revision(), session.change_count() > 0, {});
  left_->SetPolicies(session.base_revision(), session.change_count() > 0, {});
  right_->Choose(PolicySource::From::kGiven);
}

SimulatorPage::~SimulatorPage() {
  asking_.Cancel();
  counting_.Cancel();
}

QWidget* SimulatorPage::MakeQuestion() {
  auto* widget = new QWidget(this);
  auto* row = new QHBoxLayout(widget);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kToolGap);
  source_ = new EndpointPicker(tr("From"), widget);
  source_->setPlaceholderText(tr("Name, label or address"));
  destination_ = new EndpointPicker(tr("To"), widget);
  destination_->setPlaceholderText(tr("Name, label or address"));
  service_ = new QComboBox(widget);
  service_->setAccessibleName(tr("Service"));
  service_->setEditable(true);
  service_->setInsertPolicy(QComboBox::NoInsert);
  service_->lineEdit()->setAccessibleName(tr("Service"));
  service_->setFixedWidth(kServiceWidth);
  for (const char* service : kCommonServices) service_->addItem(QString::fromUtf8(service));
  auto* swap =
      IconButton(QStringLiteral("simulator"), tr("Swap source and destination (Ctrl+T)"), widget);
  more_ = QuietButton(tr("More"), widget, QStringLiteral("right"));
  more_->setCheckable(true);
  row->addWidget(new TextLabel(tr("From"), TextSize::kBody, Role::kMuted, widget));
  row->addWidget(source_, 1);
  row->addWidget(swap);
  row->addWidget(new TextLabel(tr("To"), TextSize::kBody, Role::kMuted, widget));
  row->addWidget(destination_, 1);
  row->addWidget(new TextLabel(tr("Service"), TextSize::kBody, Role::kMuted, widget));
  row->addWidget(service_);
  row->addWidget(more_);
  for (EndpointPicker* picker : {source_, destination_}) {
    connect(picker, &EndpointPicker::picked, this, &SimulatorPage::AskSoon);
    connect(picker, &QLineEdit::textEdited, this, &SimulatorPage::AskSoon);
  }
  connect(service_, &QComboBox::currentTextChanged, this, &SimulatorPage::AskSoon);
  connect(swap, &QToolButton::clicked, this, &SimulatorPage::Swap);
  connect(more_, &QPushButton::toggled, this, [this](bool on) { more_row_->setVisible(on); });
  return widget;
}

QWidget* SimulatorPage::MakeMore() {
  more_row_ = new QWidget(this);
  auto* row = new QHBoxLayout(more_row_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kToolGap);
  source_port_ = new QSpinBox(more_row_);
  source_port_->setRange(0, 65'535);
  source_port_->setValue(kSomeSourcePort);
  source_port_->setAccessibleName(tr("Source port"));
  in_ = new QComboBox(more_row_);
  in_->setAccessibleName(tr("Arriving by"));
  out_ = new QComboBox(more_row_);
  out_->setAccessibleName(tr("Leaving by"));
  const std::pair<QString, QWidget*> fields[] = {
      {tr("Source port"), source_port_}, {tr("Arriving by"), in_}, {tr("Leaving by"), out_}};
  for (const auto& [name, field] : fields) {
    row->addWidget(new TextLabel(name, TextSize::kBody, Role::kMuted, more_row_));
    row->addWidget(field);
    row->addSpacing(kLabelGap);
  }
  row->addStretch(1);
  connect(source_port_, &QSpinBox::valueChanged, this, &SimulatorPage::AskSoon);
  connect(in_, &QComboBox::activated, this, &SimulatorPage::AskSoon);
  connect(out_, &QComboBox::activated, this, &SimulatorPage::AskSoon);
  more_row_->hide();
  return more_row_;
}

QWidget* SimulatorPage::MakeAnswers() {
  answers_ = new QWidget(this);
  auto* column = new QVBoxLayout(answers_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(12);
  auto* sides = new QHBoxLayout;
  sides->setSpacing(kCardGap);
  left_ = new SimulatedSide(tr("Left"), answers_);
  right_ = new SimulatedSide(tr("Right"), answers_);
  for (SimulatedSide* side : {left_, right_}) {
    sides->addWidget(side, 1);
    connect(side, &SimulatedSide::policyChosen, this, &SimulatorPage::Ask);
  }
  auto* facts = new QHBoxLayout;
  reply_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, answers_);
  count_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, answers_);
  facts->addWidget(reply_);
  facts->addStretch(1);
  facts->addWidget(count_);
  column->addLayout(sides, 1);
  column->addLayout(facts);
  return answers_;
}

QWidget* SimulatorPage::MakeEmpty() {
  nothing_ = new QWidget(this);
  auto* column = new QVBoxLayout(nothing_);
  column->setContentsMargins(0, 0, 0, 0);
  empty_ = new EmptyState(nothing_);
  empty_->Show(QStringLiteral("simulator"), tr("What would happen if…"),
               tr("Choose a source and a destination."));
  questions_ = new QListWidget(nothing_);
  questions_->setAccessibleName(tr("Last questions"));
  questions_->setFrameShape(QFrame::NoFrame);
  questions_->hide();
  column->addWidget(empty_, 1);
  column->addWidget(questions_, 1);
  connect(questions_, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
    const QStringList parts = item->data(Qt::UserRole).toStringList();
    Show({{QStringLiteral("source"), parts.value(0)},
          {QStringLiteral("destination"), parts.value(1)},
          {QStringLiteral("service"), parts.value(2)}});
  });
  return nothing_;
}

// ---- what can be chosen ----

GatewayHost SimulatorPage::Host() const {
  return HostOf(gateway().status(), session().model(), QSysInfo::machineHostName().toStdString());
}

void SimulatorPage::FillPickers() {
  std::vector<PickerEntry> entries;
  const auto add = [&](const QString& group, const QString& icon, const std::string& name,
                       const std::string& address, const Labels& labels) {
    entries.push_back({group,
                       icon,
                       QString::fromStdString(name),
                       QString::fromStdString(address),
                       LabelText(labels),
                       {}});
  };
  const Model& model = session().model();
  for (const auto& [name, endpoint] : model.host_endpoints) {
    for (const Address& address : endpoint.expected_ips) {
      add(tr("Endpoints"), QStringLiteral("endpoints"), name, ToString(address),
          endpoint.metadata.labels);
    }
  }
  for (const auto& [name, endpoint] : model.workload_endpoints) {
    for (const Prefix& net : endpoint.ip_networks) {
      add(tr("Endpoints"), QStringLiteral("endpoints"), name, ToString(net.address),
          endpoint.metadata.labels);
    }
  }
  for (const auto& [name, set] : model.network_sets) {
    if (set.nets.empty()) continue;
    // Of a network, its first usable address stands for the others.
    const Prefix& net = set.nets.front();
    const Address address = net.IsSingleAddress() ? net.address : Next(net.address);
    add(tr("Devices and sets"), QStringLiteral("netset"), name, ToString(address),
        set.metadata.labels);
  }
  source_->SetEntries(entries);
  destination_->SetEntries(std::move(entries));
  const auto sets = [this](const QString& text) {
    const auto address = ParseAddress(text.toStdString());
    if (!address.ok()) return QString();
    QStringList names;
    for (const auto& [name, set] : session().model().network_sets) {
      const bool holds = std::any_of(set.nets.begin(), set.nets.end(), [&](const Prefix& net) {
        return net.address.family == address->family && net.Contains(*address);
      });
      if (holds) names << QString::fromStdString(name);
    }
    return names.isEmpty() ? QString() : tr("in %1").arg(names.join(QStringLiteral(", ")));
  };
  source_->SetSetsOf(sets);
  destination_->SetSetsOf(sets);
  const bool changed = session().change_count() > 0;
  if (left_ == nullptr) return;
  left_->SetPolicies(session().base_revision(), changed, revisions_);
  right_->SetPolicies(session().base_revision(), changed, revisions_);
}

void SimulatorPage::AskInterfaces() {
  if (!Host().is_here) return;
  gateway().Ask<std::vector<HostInterface>>(
      this, Gateway::Lane::kQuick,
      [](Service& service, const CallContext& context) { return service.Interfaces(context); },
      [this](absl::StatusOr<std::vector<HostInterface>> interfaces) {
        if (!interfaces.ok() || interfaces_ == *interfaces) return;
        interfaces_ = *std::move(interfaces);
        for (QComboBox* box : {in_, out_}) {
          const QString before = box->currentText();
          box->clear();
          box->addItem(tr("As routed"));
          for (const HostInterface& one : interfaces_)
            box->addItem(QString::fromStdString(one.name));
          box->setCurrentIndex(std::max(box->findText(before), 0));
        }
        AskSoon();
      });
}

void SimulatorPage::AskRevisions() {
  gateway().Ask<std::vector<RevisionInfo>>(
      this, Gateway::Lane::kQuick,
      [](Service& service, const CallContext& context) {
        return service.History(context, kRevisionsShown, std::nullopt);
      },
      [this](absl::StatusOr<std::vector<RevisionInfo>> revisions) {
        if (!revisions.ok()) return;
        revisions_ = *std::move(revisions);
        FillPickers();
      });
}

void SimulatorPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  AskInterfaces();
  AskRevisions();
  ShowRecent();
}

// ---- asking ----

void SimulatorPage::AskSoon() { timer_.start(); }

std::optional<TrafficQuestion> SimulatorPage::Question() {
  const auto source = ParseAddress(source_->address().toStdString());
  const auto destination = ParseAddress(destination_->address().toStdString());
  if (!source.ok() || !destination.ok()) return std::nullopt;
  TrafficQuestion question;
  question.source = *source;
  question.destination = *destination;
  const auto service = ReadTrafficService(service_->currentText().toStdString());
  if (!service.ok()) {
    ShowProblem({TrafficProblem::Kind::kImpossible,
                 QString::fromStdString(std::string(service.status().message())),
                 {}});
    return std::nullopt;
  }
  question.service = *service;
  question.source_port = static_cast<uint16_t>(source_port_->value());
  if (in_->currentIndex() > 0) question.in = in_->currentText().toStdString();
  if (out_->currentIndex() > 0) question.out = out_->currentText().toStdString();
  return question;
}

void SimulatorPage::Ask() {
  ShowProblem({});
  const auto question = Question();
  if (!question) {
    if (problem_->isHidden()) content_->setCurrentWidget(nothing_);
    return;
  }
  const TrafficPacket packet = PacketFor(*question, interfaces_);
  if (packet.problem.kind != TrafficProblem::Kind::kNone) return ShowProblem(packet.problem);
  Remember();
  SimulateRequest left;
  left.policy = left_->chosen();
  left.packets = {packet.packet};
  left.with_trace = true;
  SimulateRequest right = left;
  right.policy = right_->chosen();
  for (SimulateRequest* request : {&left, &right}) {
    if (request->policy.from == PolicySource::From::kGiven) {
      request->policy.model = session().model();
    }
  }
  asking_.Cancel();
  asking_ = gateway().Ask<Answers>(
      this, Gateway::Lane::kQuick,
      [left = std::move(left), right = std::move(right), host = Host()](
          Service& service, const CallContext& context) mutable -> absl::StatusOr<Answers> {
        left.site = right.site = SiteOf(host);
        Answers answers{service.Simulate(context, left), service.Simulate(context, right), {}, {}};
        GW_ASSIGN_OR_RETURN(answers.left_model, ModelFor(service, context, left.policy));
        GW_ASSIGN_OR_RETURN(answers.right_model, ModelFor(service, context, right.policy));
        return answers;
      },
      [this](absl::StatusOr<Answers> answers) {
        if (answers.ok()) return TakeAnswers(*answers);
        ShowProblem({TrafficProblem::Kind::kImpossible,
                     QString::fromStdString(std::string(answers.status().message())),
                     {}});
      });
  AskCount(packet.packet.packet.tuple);
}

void SimulatorPage::TakeAnswers(const Answers& answers) {
  content_->setCurrentWidget(answers_);
  const auto show = [](SimulatedSide* side, const absl::StatusOr<std::vector<SimulateResult>>& got,
                       const Model& model) {
    if (got.ok() && !got->empty()) return side->Show(got->front(), model);
    side->ShowError(QString::fromStdString(std::string(got.status().message())));
  };
  show(left_, answers.left, answers.left_model);
  show(right_, answers.right, answers.right_model);
  const auto difference = FirstDifference(left_->steps(), right_->steps());
  left_->MarkDifference(difference);
  right_->MarkDifference(difference);
  if (answers.right.ok() && !answers.right->empty()) ShowReply(answers.right->front());
}

void SimulatorPage::ShowReply(const SimulateResult& result) {
  if (result.explanation.verdict == Verdict::kDeny) {
    reply_->setText(tr("Reply direction: none, the flow does not begin"));
  } else if (result.explanation.untracked) {
    reply_->setText(tr("Reply direction: decided by rules of its own, the flow is not tracked"));
  } else {
    reply_->setText(tr("Reply direction: allowed, the flow is tracked"));
  }
}

void SimulatorPage::AskCount(const Tuple& tuple) {
  AuditQuery like;
  like.conditions = {AuditCondition::Source(Prefix::Of(tuple.source)),
                     AuditCondition::Destination(Prefix::Of(tuple.destination)),
                     AuditCondition::Protocol(tuple.protocol)};
  if (HasPorts(tuple.protocol)) {
    like.conditions.push_back(AuditCondition::DestinationPort(tuple.destination_port));
  }
  counting_.Cancel();
  counting_ = gateway().Ask<int64_t>(
      this, Gateway::Lane::kLong,
      [like](Service& service, const CallContext& context) {
        return CountLikeThis(service, context, like, absl::Now());
      },
      [this](absl::StatusOr<int64_t> count) {
        if (!count.ok()) return count_->clear();
        count_->setText(*count == 0
                            ? tr("No recorded flow matches in 7 days")
                            : tr("Real flows like this: %1 in 7 days").arg(FormatCount(*count)));
      });
}

void SimulatorPage::ShowProblem(const TrafficProblem& problem) {
  while (problem_choices_->count() > 2) {
    QLayoutItem* item = problem_choices_->takeAt(1);
    delete item->widget();
    delete item;
  }
  problem_->setVisible(problem.kind != TrafficProblem::Kind::kNone);
  problem_words_->setText(problem.words);
  QComboBox* box = problem.kind == TrafficProblem::Kind::kLeavesBy ? out_ : in_;
  for (size_t i = 0; i < problem.choices.size(); ++i) {
    const QString name = QString::fromStdString(problem.choices[i]);
    auto* choice = LinkButton(name, problem_);
    problem_choices_->insertWidget(static_cast<int>(i) + 1, choice);
    connect(choice, &QPushButton::clicked, this, [this, box, name] {
      if (box->findText(name) < 0) box->addItem(name);
      box->setCurrentText(name);
      more_->setChecked(true);
      AskSoon();
    });
  }
}

// ---- the question ----

void SimulatorPage::Swap() {
  const QString source = source_->address();
  source_->SetAddress(destination_->address());
  destination_->SetAddress(source);
  const int in = in_->currentIndex();
  in_->setCurrentIndex(out_->currentIndex());
  out_->setCurrentIndex(in);
  AskSoon();
}

void SimulatorPage::Remember() {
  const QString question =
      QStringList{source_->address(), destination_->address(), service_->currentText()}.join(
          QLatin1Char('\t'));
  recent_.removeAll(question);
  recent_.prepend(question);
  while (recent_.size() > kRecentMax) recent_.removeLast();
}

void SimulatorPage::ShowRecent() {
  questions_->clear();
  for (const QString& question : recent_) {
    const QStringList parts = question.split(QLatin1Char('\t'));
    auto* item = new QListWidgetItem(
        tr("%1 → %2, %3").arg(parts.value(0), parts.value(1), parts.value(2)), questions_);
    item->setData(Qt::UserRole, parts);
  }
  questions_->setVisible(!recent_.isEmpty());
}

void SimulatorPage::Show(const QVariantMap& arguments) {
  if (arguments.isEmpty()) return;
  const auto text = [&](const QString& key) { return arguments.value(key).toString(); };
  source_->SetAddress(text(QStringLiteral("source")));
  destination_->SetAddress(text(QStringLiteral("destination")));
  if (const QString service = text(QStringLiteral("service")); !service.isEmpty()) {
    const QSignalBlocker blocker(service_);
    service_->setEditText(service);
  }
  const std::pair<QComboBox*, QString> sides[] = {{in_, text(QStringLiteral("in"))},
                                                  {out_, text(QStringLiteral("out"))}};
  for (const auto& [box, name] : sides) {
    if (box->count() == 0) box->addItem(tr("As routed"));
    if (!name.isEmpty() && box->findText(name) < 0) box->addItem(name);
    box->setCurrentIndex(name.isEmpty() ? 0 : box->findText(name));
    if (!name.isEmpty()) more_->setChecked(true);
  }
  Ask();
}

bool SimulatorPage::Find() {
  source_->setFocus(Qt::ShortcutFocusReason);
  return true;
}

bool SimulatorPage::ReadAgain() {
  AskInterfaces();
  Ask();
  return true;
}

QVariantMap SimulatorPage::SaveState() const { return {{QStringLiteral("recent"), recent_}}; }

void SimulatorPage::RestoreState(const QVariantMap& state) {
  recent_ = state.value(QStringLiteral("recent")).toStringList();
  ShowRecent();
}

}  // namespace gw::gui
