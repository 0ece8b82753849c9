#include "admin-gui/views/settings_page.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "admin-gui/session/program_settings.h"
#include "admin-gui/views/failsafe_table.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/style.h"
#include "admin-gui/widgets/text_label.h"
#include "common/net/address.h"
#include "common/net/protocol.h"

namespace gw::gui {
namespace {

constexpr int kColumnWidth = 640;
constexpr int kNameWidth = 200;
constexpr int kWideText = 320;  // a path, an IPv6 address with a port
constexpr uint16_t kSshPort = 22;
constexpr char kConfiguration[] = "default";
constexpr char kNoFailsafe[] = "none";

QString Q(const std::string& text) { return QString::fromStdString(text); }

ResourceKey ConfigurationKey() { return {ResourceKind::kFelixConfiguration, kConfiguration}; }

QString FieldOf(const QString& parameter) { return QStringLiteral("spec.") + parameter; }

bool IsOpenSsh(const Failsafe& failsafe) {
  return failsafe.protocol == kProtocolTcp && failsafe.port == kSshPort && !failsafe.net;
}

std::string ListText(const std::vector<Failsafe>& failsafes) {
  if (failsafes.empty()) return kNoFailsafe;
  return absl::StrJoin(failsafes, ",", [](std::string* out, const Failsafe& failsafe) {
    out->append(ToString(failsafe));
  });
}

std::string DefaultText(const std::string& parameter) {
  static const auto* const kAll = new std::vector<ParameterDescription>(AllParameters());
  const auto found = std::find_if(kAll->begin(), kAll->end(), [&parameter](const auto& known) {
    return known.name == parameter;
  });
  return found == kAll->end() ? std::string() : found->default_text;
}

// Where the user of a remote desktop or a forwarded display comes from.
std::optional<Address> OwnAddress() {
  const QString peer = qEnvironmentVariable("SSH_CONNECTION").section(QLatin1Char(' '), 0, 0);
  const auto address = ParseAddress(peer.toStdString());
  return address.ok() ? std::optional<Address>(*address) : std::nullopt;
}

}  // namespace

SettingsPage::SettingsPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent), area_(new QScrollArea(this)) {
  auto* middle = new QWidget(area_);
  middle->setMaximumWidth(Scaled(kColumnWidth) + 2 * kContentMargin);
  column_ = new QVBoxLayout(middle);
  column_->setContentsMargins(kContentMargin, 20, kContentMargin, kContentMargin);
  column_->setSpacing(kCardGap);
  QVBoxLayout* enforcement = AddSection(tr("Enforcement"), {});
  AddChoice(enforcement, tr("If the enforcer stops"), QStringLiteral("failMode"),
            {{tr("Closed"), tr("New flows are dropped; running ones go on."), "Closed"},
             {tr("Open"), tr("New flows pass without a decision."), "Open"}},
            [](const Settings& settings) { return settings.fail_mode == FailMode::kOpen ? 1 : 0; });
  AddChoice(
      enforcement, tr("What is denied"), QStringLiteral("iptablesFilterDenyAction"),
      {{tr("Drop silently"), tr("Who asks hears nothing and tries again for a while."), "Drop"},
       {tr("Refuse"), tr("Who asks hears at once that it is not allowed."), "Reject"}},
      [](const Settings& settings) { return settings.deny_action == DenyAction::kReject ? 1 : 0; });
  AddChoice(enforcement, tr("Running flows, when a policy changes"),
            QStringLiteral("establishedFlows"),
            {{tr("Decide again"), tr("A flow that is no longer allowed ends at its next packet."),
              "Redecide"},
             {tr("Leave alone"), tr("The new policy holds for new flows only."), "Keep"}},
            [](const Settings& settings) {
              return settings.established_flows == EstablishedFlows::kKeep ? 1 : 0;
            });
  QVBoxLayout* failsafes = AddSection(
      tr("Failsafes"), tr("Ways to and from the gateway itself that no policy can close, for "
                          "every address or for some networks only."));
  open_ = new QWidget(this);
  auto* open_row = new QHBoxLayout(open_);
  open_row->setContentsMargins(0, 0, 0, 0);
  open_row->setSpacing(8);
  open_row->addWidget(new IconLabel(QStringLiteral("warn"), Role::kWarn, 16, open_));
  open_line_ = new TextLabel(tr("SSH failsafe is open to every address."), TextSize::kBody,
                             Role::kText, open_);
  narrow_ = LinkButton(QString(), open_);
  open_row->addWidget(open_line_);
  open_row->addWidget(narrow_);
  open_row->addStretch(1);
  failsafes->addWidget(open_);
  connect(narrow_, &QPushButton::clicked, this, &SettingsPage::NarrowFailsafes);
  AddFailsafes(failsafes, tr("To the gateway"), QStringLiteral("failsafeInboundHostPorts"),
               &Settings::failsafe_inbound);
  AddFailsafes(failsafes, tr("From the gateway"), QStringLiteral("failsafeOutboundHostPorts"),
               &Settings::failsafe_outbound);
  AddAuditLog();
  AddProgram();
  QVBoxLayout* advanced = AddSection(tr("Advanced"), {});
  AddText(advanced, tr("Mark bits"), QStringLiteral("markMask"),
          tr("12 adjacent bits of the packet mark that no other program uses. Taken over when "
             "gatewardend starts."));
  AddText(advanced, tr("Kernel queues"), QStringLiteral("queues"),
          tr("0 is one for each processor. Taken over when gatewardend starts."));
  column_->addStretch(1);
  area_->setAccessibleName(tr("Settings"));
  area_->setFrameShape(QFrame::NoFrame);
  area_->setWidgetResizable(true);
  area_->setWidget(middle);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(area_);
  connect(&this->session(), &PolicySession::modelChanged, this, &SettingsPage::ShowSettings);
  connect(&this->session(), &PolicySession::loadedChanged, this, &SettingsPage::ShowSettings);
  connect(&this->session(), &PolicySession::fieldDraftsChanged, this, &SettingsPage::ShowSettings);
  ShowSettings();
}

QString SettingsPage::subtitle() const {
  return tr("Those of the gateway are applied like policies");
}

// ---- making -------------------------------------------------------------------------------------

QVBoxLayout* SettingsPage::AddSection(const QString& title, const QString& line) {
  auto* card = new Card(title, QString(), this);
  column_->addWidget(card);
  card->body()->setSpacing(12);
  if (!line.isEmpty()) AddLine(card->body(), line);
  return card->body();
}

TextLabel* SettingsPage::AddLine(QVBoxLayout* section, const QString& text) {
  auto* line = new TextLabel(text, TextSize::kSmall, Role::kMuted, this);
  line->setWordWrap(true);
  section->addWidget(line);
  return line;
}

void SettingsPage::AddRow(QVBoxLayout* section, const QString& name, const QString& parameter,
                          QWidget* control) {
  auto* row = new QHBoxLayout;
  row->setSpacing(kLabelGap);
  auto* label = new TextLabel(name, TextSize::kBody, Role::kText, this);
  label->setFixedWidth(kNameWidth);
  label->setWordWrap(true);
  label->setToolTip(parameter);
  control->setToolTip(parameter);
  const bool is_table = qobject_cast<FailsafeTable*>(control) != nullptr;
  row->addWidget(label, 0, is_table ? Qt::AlignTop : Qt::Alignment());
  const bool narrow = qobject_cast<Segmented*>(control) != nullptr;
  row->addWidget(control, narrow ? 0 : 1);
  if (narrow) row->addStretch(1);
  section->addLayout(row);
}

void SettingsPage::AddChoice(QVBoxLayout* section, const QString& name, const QString& parameter,
                             const std::vector<Choice>& choices,
                             std::function<int(const Settings& settings)> chosen) {
  QStringList texts;
  for (const Choice& choice : choices) texts << choice.text;
  auto* control = new Segmented(name, texts, this);
  auto* side = new QWidget(this);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  column->addWidget(control, 0, Qt::AlignLeft);
  TextLabel* line = AddLine(column, QString());
  AddRow(section, name, parameter, side);
  controls_.push_back({parameter, control,
                       [control, line, choices, chosen = std::move(chosen)](const Settings& now) {
                         const int index = chosen(now);
                         control->SetCurrent(index);
                         line->setText(choices[static_cast<size_t>(index)].line);
                       }});
  connect(control, &Segmented::currentChanged, this, [this, name, parameter, choices](int index) {
    PutValue(name, parameter, choices[static_cast<size_t>(index)].value);
  });
}

void SettingsPage::AddFailsafes(QVBoxLayout* section, const QString& name, const QString& parameter,
                                std::vector<Failsafe> Settings::*list) {
  auto* table =
      new FailsafeTable(name,
                        list == &Settings::failsafe_inbound ? FailsafeTable::Peer::kSource
                                                            : FailsafeTable::Peer::kDestination,
                        this);
  AddRow(section, name, parameter, table);
  controls_.push_back({parameter, table, [this, table, list, parameter](const Settings& now) {
                         if (const FieldDraft* draft = DraftOf(parameter)) {
                           return table->SetEntries(draft->text.split(QLatin1Char(',')));
                         }
                         QStringList entries;
                         for (const Failsafe& failsafe : now.*list) {
                           entries << Q(ToString(failsafe));
                         }
                         table->SetEntries(entries);
                       }});
  connect(table, &FailsafeTable::entriesChanged, this,
          [this, name, parameter, table] { PutFailsafes(name, parameter, *table); });
}

void SettingsPage::AddText(QVBoxLayout* section, const QString& name, const QString& parameter,
                           const QString& line, int width) {
  auto* side = new QWidget(this);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  auto* edit = new QLineEdit(side);
  edit->setAccessibleName(name);
  edit->setAccessibleDescription(line);
  edit->setMaximumWidth(Scaled(width));
  column->addWidget(edit);
  auto* problem = new TextLabel(QString(), TextSize::kSmall, Role::kDeny, side);
  problem->setWordWrap(true);
  problem->hide();
  column->addWidget(problem);
  AddLine(column, line);
  AddRow(section, name, parameter, side);
  controls_.push_back({parameter, edit, [this, edit, problem, parameter](const Settings&) {
                         const FieldDraft* draft = DraftOf(parameter);
                         const bool wrong = draft != nullptr;
                         problem->setText(wrong ? draft->message : QString());
                         problem->setVisible(wrong);
                         edit->setProperty(kInvalidProperty, wrong);
                         edit->update();
                         if (!edit->isModified()) {
                           edit->setText(wrong ? draft->text : TextOf(parameter));
                         }
                       }});
  connect(edit, &QLineEdit::editingFinished, this,
          [this, name, parameter, edit] { PutText(name, parameter, edit); });
}

void SettingsPage::AddAuditLog() {
  QVBoxLayout* section = AddSection(tr("Audit log"), {});
  AddText(section, tr("Days kept"), QStringLiteral("auditRetentionDays"),
          tr("Older decisions go, in small steps."));
  AddText(section, tr("Size at most"), QStringLiteral("auditMaxSize"),
          tr("Such as 500Mi or 4Gi: beyond it the oldest decisions go."));
  AddChoice(section, tr("Hash chain"), QStringLiteral("auditHashChain"),
            {{tr("On"),
              tr("“gatewarden audit verify” tells whether anything was altered, removed or added."),
              "Enabled"},
             {tr("Off"), tr("Nobody can tell whether the log was altered."), "Disabled"}},
            [](const Settings& settings) { return settings.audit_hash_chain ? 0 : 1; });
  AddText(section, tr("Also as JSON lines"), QStringLiteral("auditJsonLines"),
          tr("Off, Journal, or a file such as /var/log/gatewarden/audit.json."), kWideText);
  AddText(section, tr("Also to an IPFIX collector"), QStringLiteral("auditIpfixCollector"),
          tr("none, or address and port, such as 192.0.2.1:4739 or [2001:db8::1]:4739. Sent over "
             "UDP, in the clear."),
          kWideText);
}

void SettingsPage::AddProgram() {
  QVBoxLayout* section = AddSection(tr("This program"), {});
  scheme_ = new Segmented(tr("Colours"), {tr("As the desktop"), tr("Light"), tr("Dark")}, this);
  scheme_->SetCurrent(static_cast<int>(ProgramSettings::Scheme()));
  AddRow(section, tr("Colours"), {}, scheme_);
  language_ = new Segmented(
      tr("Language"), {tr("As the desktop"), QStringLiteral("English"), QStringLiteral("Deutsch")},
      this);
  language_->SetCurrent(static_cast<int>(ProgramSettings::Language()));
  AddRow(section, tr("Language"), {}, language_);
  TextLabel* later = AddLine(section, tr("The language changes when the program starts again."));
  later->hide();
  connect(scheme_, &Segmented::currentChanged, this, [](int index) {
    ProgramSettings::SetScheme(static_cast<ProgramSettings::SchemeChoice>(index));
    Theme::Instance().SetScheme(static_cast<Scheme>(index));
  });
  connect(language_, &Segmented::currentChanged, this, [later](int index) {
    ProgramSettings::SetLanguage(static_cast<ProgramSettings::LanguageChoice>(index));
    later->show();
  });
}

// ---- showing ------------------------------------------------------------------------------------

QWidget* SettingsPage::ControlOf(const QString& parameter) const {
  const auto found = std::find_if(controls_.begin(), controls_.end(), [&](const Control& control) {
    return control.parameter == parameter;
  });
  return found == controls_.end() ? nullptr : found->widget;
}

Segmented* SettingsPage::choice(const QString& parameter) const {
  return qobject_cast<Segmented*>(ControlOf(parameter));
}
FailsafeTable* SettingsPage::failsafes(const QString& parameter) const {
  return qobject_cast<FailsafeTable*>(ControlOf(parameter));
}
QLineEdit* SettingsPage::text(const QString& parameter) const {
  return qobject_cast<QLineEdit*>(ControlOf(parameter));
}

void SettingsPage::Show(const QVariantMap& arguments) {
  const QString field = arguments.value(QStringLiteral("field")).toString();
  QWidget* control = ControlOf(field.section(QLatin1Char('.'), -1));
  if (control == nullptr) return;
  area_->ensureWidgetVisible(control, 0, 3 * kContentMargin);
  if (auto* table = qobject_cast<FailsafeTable*>(control)) {
    control = table->row_count() > 0 ? static_cast<QWidget*>(table->port(0)) : table->add();
  }
  control->setFocus(Qt::OtherFocusReason);
}

void SettingsPage::ShowSettings() {
  const Settings settings = SettingsOf(session().model());
  for (const Control& control : controls_) {
    control.widget->setEnabled(session().loaded());
    control.show(settings);
  }
  ShowOpenFailsafe(settings);
}

void SettingsPage::ShowOpenFailsafe(const Settings& settings) {
  const bool open =
      std::any_of(settings.failsafe_inbound.begin(), settings.failsafe_inbound.end(), IsOpenSsh);
  open_->setVisible(open);
  const auto own = OwnAddress();
  narrow_->setVisible(own.has_value());
  if (own) narrow_->setText(tr("Narrow to %1").arg(Q(ToString(*own))));
}

// ---- editing ------------------------------------------------------------------------------------

FelixConfiguration SettingsPage::Written() const {
  const auto& configurations = session().model().configurations;
  const auto found = configurations.find(kConfiguration);
  if (found != configurations.end()) return found->second;
  FelixConfiguration configuration;
  configuration.metadata.name = kConfiguration;
  return configuration;
}

QString SettingsPage::TextOf(const QString& parameter) const {
  const FelixConfiguration written = Written();
  const auto value = written.values.find(parameter.toStdString());
  if (value != written.values.end()) return Q(value->second);
  return Q(DefaultText(parameter.toStdString()));
}

void SettingsPage::PutValue(const QString& name, const QString& parameter,
                            const std::string& value) {
  FelixConfiguration configuration = Written();
  configuration.values[parameter.toStdString()] = value;
  session().Put(tr("Change “%1”").arg(name), configuration);
}

std::optional<Settings> SettingsPage::ReadOrKeep(const QString& parameter, const QString& typed) {
  FelixConfiguration alone;
  alone.values[parameter.toStdString()] = typed.trimmed().toStdString();
  std::vector<SettingProblem> problems;
  const Settings settings = ReadSettings(alone, &problems);
  if (!problems.empty()) {
    session().SetFieldDraft(
        {ConfigurationKey(), FieldOf(parameter), typed, Q(problems.front().message)});
    return std::nullopt;
  }
  session().ClearFieldDraft(ConfigurationKey(), FieldOf(parameter));
  return settings;
}

void SettingsPage::PutText(const QString& name, const QString& parameter, QLineEdit* edit) {
  edit->setModified(false);
  const QString text = edit->text().trimmed();
  if (!ReadOrKeep(parameter, edit->text())) return;
  if (text != TextOf(parameter)) PutValue(name, parameter, text.toStdString());
  ShowSettings();
}

void SettingsPage::PutFailsafes(const QString& name, const QString& parameter,
                                const FailsafeTable& table) {
  const QStringList entries = table.entries();
  const auto settings = ReadOrKeep(parameter, entries.isEmpty() ? QString::fromLatin1(kNoFailsafe)
                                                                : entries.join(QLatin1Char(',')));
  if (!settings) return ShowSettings();
  const bool inbound = parameter == QStringLiteral("failsafeInboundHostPorts");
  PutValue(name, parameter,
           ListText(inbound ? settings->failsafe_inbound : settings->failsafe_outbound));
  ShowSettings();
}

const FieldDraft* SettingsPage::DraftOf(const QString& parameter) const {
  const auto& drafts = session().field_drafts();
  const auto draft =
      std::find_if(drafts.begin(), drafts.end(), [&parameter](const FieldDraft& known) {
        return known.resource == ConfigurationKey() && known.field == FieldOf(parameter);
      });
  return draft == drafts.end() ? nullptr : &*draft;
}

void SettingsPage::NarrowFailsafes() {
  const auto own = OwnAddress();
  if (!own) return;
  std::vector<Failsafe> failsafes = SettingsOf(session().model()).failsafe_inbound;
  for (Failsafe& failsafe : failsafes) {
    if (IsOpenSsh(failsafe)) failsafe.net = Prefix::Of(*own);
  }
  PutValue(tr("To the gateway"), QStringLiteral("failsafeInboundHostPorts"), ListText(failsafes));
}

}  // namespace gw::gui
