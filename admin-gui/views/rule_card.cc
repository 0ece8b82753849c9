#include "admin-gui/views/rule_card.h"

#include <utility>

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

#include "admin-gui/views/field_note.h"
#include "admin-gui/views/value_chips.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/text_label.h"
#include "common/net/protocol.h"

namespace gw::gui {
namespace {

constexpr int kLabelWidth = 66;
constexpr int kProtocolWidth = 112;
constexpr char kNoteAnnotation[] = "note";

// In the order of the choices; the first is any, the last is typed under More.
constexpr uint8_t kProtocols[] = {
    0, kProtocolTcp, kProtocolUdp, kProtocolSctp, kProtocolIcmp, kProtocolIcmpv6, kProtocolUdpLite};
constexpr int kProtocolCount = static_cast<int>(std::size(kProtocols));

QString Q(const std::string& text) { return QString::fromStdString(text); }

QString FirstWord(const QString& text) { return text.trimmed().section(QLatin1Char(' '), 0, 0); }

// "Destination label" and the like, for the undo step.
QString SideStep(bool source, const QString& field) {
  if (field.contains(u"ets"))
    return source ? RuleCard::tr("networks of From") : RuleCard::tr("networks of To");
  return source ? RuleCard::tr("From") : RuleCard::tr("To");
}

}  // namespace

RuleCard::RuleCard(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Rule"));
  setBackgroundRole(QPalette::Window);  // not that of the list it stands in
  grid_ = new QGridLayout(this);
  grid_->setContentsMargins(16, 12, 16, 12);
  grid_->setHorizontalSpacing(8);
  grid_->setVerticalSpacing(8);
  grid_->setColumnMinimumWidth(0, kLabelWidth);
  grid_->setColumnStretch(1, 1);
  MakeRows();
  MakeMore();
  ConnectFields();
}

void RuleCard::AddRow(const QString& label, QWidget* field) {
  auto* text = new TextLabel(label, TextSize::kBody, Role::kMuted, this);
  text->setBuddy(field);
  text->setMinimumHeight(kControlHeight);
  grid_->addWidget(text, rows_, 0, Qt::AlignLeft | Qt::AlignTop);
  grid_->addWidget(field, rows_++, 1);
  ports_label_ = text;
}

void RuleCard::MakeRows() {
  auto* head = new QHBoxLayout;
  head->setSpacing(10);
  number_ = new TextLabel({}, TextSize::kBody, Role::kMuted, QFont::DemiBold, this);
  actions_ = new Segmented(tr("Action"), this);
  actions_->AddSegment(tr("Allow"), QStringLiteral("allow"));
  actions_->AddSegment(tr("Deny"), QStringLiteral("deny"));
  actions_->AddSegment(tr("Pass"), QStringLiteral("pass"));
  actions_->AddSegment(tr("Log"), QStringLiteral("log"));
  QToolButton* menu =
      IconButton(QStringLiteral("more"), tr("What can be done with this rule"), this);
  head->addWidget(number_);
  head->addWidget(actions_);
  head->addStretch(1);
  head->addWidget(menu);
  grid_->addLayout(head, rows_++, 0, 1, 2);
  auto* protocols = new QWidget(this);
  auto* row = new QHBoxLayout(protocols);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  protocol_ = new QComboBox(protocols);
  protocol_->setAccessibleName(tr("Protocol"));
  protocol_->addItem(tr("Any"));
  for (int i = 1; i < kProtocolCount; ++i) protocol_->addItem(Q(ProtocolName(kProtocols[i])));
  protocol_->addItem(tr("Other…"));
  protocol_->setMinimumWidth(kProtocolWidth);
  version_ = new QComboBox(protocols);
  version_->setAccessibleName(tr("IP version"));
  version_->addItems({tr("IPv4 and IPv6"), tr("IPv4 only"), tr("IPv6 only")});
  row->addWidget(protocol_);
  row->addWidget(version_);
  row->addStretch(1);
  AddRow(tr("Protocol"), protocols);
  from_ = new EntityEditor(tr("From"), this);
  to_ = new EntityEditor(tr("To"), this);
  AddRow(tr("From"), from_);
  AddRow(tr("To"), to_);
  ports_ = MakePorts(tr("Ports"), &Rule::destination, &EntityRule::ports,
                     QStringLiteral("destination.ports"));
  AddRow(tr("Ports"), ports_);
  connect(menu, &QToolButton::clicked, this,
          [this, menu] { Q_EMIT menuAsked(menu->mapToGlobal(QPoint(0, menu->height()))); });
}

void RuleCard::AddMore(const QString& label, QWidget* field, const std::function<bool()>& used) {
  AddRow(label, field);
  more_rows_.push_back({ports_label_, field, used});
}

void RuleCard::MakeMore() {
  auto* links = new QWidget(this);
  auto* row = new QHBoxLayout(links);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(16);
  more_ = LinkButton(tr("More"), links);
  except_from_ = LinkButton(tr("Except… (From)"), links);
  except_to_ = LinkButton(tr("Except… (To)"), links);
  row->addWidget(more_);
  row->addWidget(except_from_);
  row->addWidget(except_to_);
  row->addStretch(1);
  grid_->addWidget(links, rows_++, 1);
  using Ports = std::vector<RulePort> EntityRule::*;
  const auto ports = [this](const QString& label, EntityRule Rule::*side, Ports which,
                            const QString& path) {
    AddMore(label, MakePorts(label, side, which, path),
            [this, side, which] { return !(rule_.*side.*which).empty(); });
  };
  ports(tr("Not ports"), &Rule::destination, &EntityRule::not_ports,
        QStringLiteral("destination.notPorts"));
  ports(tr("Source ports"), &Rule::source, &EntityRule::ports, QStringLiteral("source.ports"));
  ports(tr("Not source"), &Rule::source, &EntityRule::not_ports, QStringLiteral("source.notPorts"));
  const auto text = [this](const QString& label, const QString& placeholder, const QString& path,
                           const ReadText& read, const std::function<QString()>& value) {
    QWidget* whole = nullptr;
    MakeText(label, placeholder, path, read, value, &whole);
    AddMore(label, whole, [value] { return !value().isEmpty(); });
  };
  const auto icmp = [](std::optional<RuleIcmp> Rule::*field) -> ReadText {
    return [field](const QString& typed, Rule* rule) -> std::optional<TextProblem> {
      const auto read = ReadRuleIcmp(typed);
      if (const auto* problem = std::get_if<TextProblem>(&read)) return *problem;
      rule->*field = std::get<0>(read);
      return std::nullopt;
    };
  };
  const auto protocol = [](std::optional<RuleProtocol> Rule::*field) -> ReadText {
    return [field](const QString& typed, Rule* rule) -> std::optional<TextProblem> {
      const auto read = ReadRuleProtocol(typed);
      if (const auto* problem = std::get_if<TextProblem>(&read)) return *problem;
      rule->*field = std::get<0>(read);
      return std::nullopt;
    };
  };
  text(tr("Number"), tr("protocol 47"), QStringLiteral("protocol"), protocol(&Rule::protocol),
       [this] {
         const bool listed = protocol_->currentIndex() < kProtocolCount;
         return listed ? QString() : RuleProtocolText(rule_.protocol);
       });
  text(tr("Not protocol"), tr("UDP"), QStringLiteral("notProtocol"), protocol(&Rule::not_protocol),
       [this] { return RuleProtocolText(rule_.not_protocol); });
  text(tr("ICMP type"), tr("8 or 3/4"), QStringLiteral("icmp"), icmp(&Rule::icmp),
       [this] { return RuleIcmpText(rule_.icmp); });
  text(tr("Not ICMP"), tr("8 or 3/4"), QStringLiteral("notICMP"), icmp(&Rule::not_icmp),
       [this] { return RuleIcmpText(rule_.not_icmp); });
  MakeAnnotation(tr("Schedule"), tr("Mon-Fri 07:00-21:00"), kScheduleAnnotation, ScheduleProblem);
  MakeAnnotation(tr("Expires"), tr("2026-12-31T18:00:00+01:00"), kExpiresAnnotation, ExpiryProblem);
  MakeAnnotation(tr("Note"), tr("Why this rule is there"), kNoteAnnotation,
                 [](const QString&) { return std::optional<TextProblem>(); });
}

void RuleCard::MakeAnnotation(
    const QString& label, const QString& placeholder, const char* key,
    const std::function<std::optional<TextProblem>(const QString&)>& check) {
  const std::string name = key;
  const auto value = [this, name] {
    const auto found = rule_.annotations.find(name);
    return found == rule_.annotations.end() ? QString() : Q(found->second);
  };
  const ReadText read = [check, name](const QString& typed, Rule* rule) {
    const auto problem = check(typed);
    if (problem) return problem;
    if (typed.trimmed().isEmpty()) {
      rule->annotations.erase(name);
    } else {
      rule->annotations[name] = typed.trimmed().toStdString();
    }
    return problem;
  };
  QWidget* whole = nullptr;
  MakeText(label, placeholder, QStringLiteral("metadata.annotations.%1").arg(Q(name)), read, value,
           &whole);
  AddMore(label, whole, [value] { return !value().isEmpty(); });
}

ValueChips* RuleCard::MakePorts(const QString& name, EntityRule Rule::*side,
                                std::vector<RulePort> EntityRule::*ports, const QString& path) {
  auto* chips = new ValueChips(name, tr("Port, range or service"), this);
  const auto read = [this](const QString& text) {
    return ReadRulePort(drafts_->session().model(), FirstWord(text));
  };
  chips->SetCheck([read](const QString& text) {
    const auto result = read(text);
    const auto* problem = std::get_if<TextProblem>(&result);
    return problem == nullptr ? std::nullopt : std::optional(*problem);
  });
  connect(chips, &ValueChips::textsChanged, this,
          [this, side, ports, read, path](const QStringList& texts) {
            std::vector<RulePort> values;
            for (const QString& text : texts) {
              const auto result = read(text);
              if (const auto* port = std::get_if<RulePort>(&result)) values.push_back(*port);
            }
            rule_.*side.*ports = std::move(values);
            Change(tr("ports"), path);
          });
  connect(chips, &ValueChips::problemRemedied, this, [this] { ChooseProtocol(1); });
  show_.emplace_back([this, chips, side, ports, path] {
    QStringList texts;
    const uint8_t protocol = rule_.protocol ? rule_.protocol->number : uint8_t{0};
    for (const RulePort& port : rule_.*side.*ports) texts << RulePortChip(port, protocol);
    chips->Show(texts, *drafts_, Path(path));
    const bool used = !(rule_.*side.*ports).empty();
    chips->SetProblem(used ? PortsWithoutProtocol(rule_) : std::nullopt);
  });
  return chips;
}

QLineEdit* RuleCard::MakeText(const QString& name, const QString& placeholder, const QString& path,
                              const ReadText& read, const std::function<QString()>& value,
                              QWidget** whole) {
  *whole = new QWidget(this);
  auto* column = new QVBoxLayout(*whole);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* edit = new QLineEdit(*whole);
  edit->setAccessibleName(name);
  edit->setPlaceholderText(placeholder);
  auto* note = new FieldNote(*whole);
  column->addWidget(edit);
  column->addWidget(note);
  connect(edit, &QLineEdit::textEdited, this, [this, note, read, path, name](const QString& typed) {
    Rule changed_rule = rule_;
    const auto problem = read(typed, &changed_rule);
    note->ShowSoon(problem);
    if (problem) {
      drafts_->Keep(Path(path), typed, problem->message);
      return;
    }
    drafts_->Clear(Path(path));
    rule_ = std::move(changed_rule);
    Change(name.toLower(), path);
  });
  show_.emplace_back([this, edit, note, read, value, path] {
    const auto draft = drafts_->Text(Path(path));
    const QString text = draft.value_or(value());
    if (edit->hasFocus() && edit->text().trimmed() == text.trimmed()) return;
    if (edit->text() != text) edit->setText(text);
    Rule ignored = rule_;
    note->Show(draft ? read(text, &ignored) : std::nullopt);
  });
  return edit;
}

void RuleCard::ConnectFields() {
  connect(actions_, &Segmented::currentChanged, this, [this](int index) {
    rule_.action = index == 0   ? RuleAction::kAllow
                   : index == 1 ? RuleAction::kDeny
                   : index == 2 ? RuleAction::kPass
                                : RuleAction::kLog;
    Change(tr("action"), QStringLiteral("action"));
  });
  connect(protocol_, &QComboBox::activated, this, &RuleCard::ChooseProtocol);
  connect(version_, &QComboBox::activated, this, [this](int index) {
    rule_.ip_version = index == 0 ? std::nullopt : std::optional<uint8_t>(index == 1 ? 4 : 6);
    Change(tr("IP version"), QStringLiteral("ipVersion"));
  });
  connect(from_, &EntityEditor::changed, this,
          [this](const EntityRule& side, const QString& field) {
            rule_.source = side;
            Change(SideStep(true, field), QStringLiteral("source.") + field);
          });
  connect(to_, &EntityEditor::changed, this, [this](const EntityRule& side, const QString& field) {
    rule_.destination = side;
    Change(SideStep(false, field), QStringLiteral("destination.") + field);
  });
  connect(from_, &EntityEditor::selectorShown, this, &RuleCard::selectorShown);
  connect(to_, &EntityEditor::selectorShown, this, &RuleCard::selectorShown);
  connect(more_, &QPushButton::clicked, this, [this] { SetMore(!more_wanted_); });
  connect(except_from_, &QPushButton::clicked, from_, &EntityEditor::ShowExceptions);
  connect(except_to_, &QPushButton::clicked, to_, &EntityEditor::ShowExceptions);
}

void RuleCard::SetCount(const SelectorEdit::Count& count,
                        const SelectorEdit::CompleteWord& complete) {
  from_->SetCount(count, complete);
  to_->SetCount(count, complete);
}

void RuleCard::Show(const Rule& rule, const FieldDrafts& drafts, Direction direction,
                    size_t index) {
  const bool other = !drafts_ || drafts_->policy() != drafts.policy() || direction != direction_ ||
                     index != index_;
  if (other) more_wanted_ = false;
  rule_ = rule;
  drafts_ = drafts;
  direction_ = direction;
  index_ = index;
  number_->setText(QString::number(index + 1));
  setAccessibleName(tr("Rule %1").arg(index + 1));
  actions_->SetCurrent(rule.action == RuleAction::kAllow  ? 0
                       : rule.action == RuleAction::kDeny ? 1
                       : rule.action == RuleAction::kPass ? 2
                                                          : 3);
  ShowProtocol();
  version_->setCurrentIndex(!rule.ip_version ? 0 : *rule.ip_version == 4 ? 1 : 2);
  from_->Show(rule.source, drafts, Path(QStringLiteral("source")));
  to_->Show(rule.destination, drafts, Path(QStringLiteral("destination")));
  for (const auto& show : show_) show();
  ArrangeMore();
}

void RuleCard::ShowProtocol() {
  int index = rule_.protocol ? kProtocolCount : 0;
  for (int i = 1; i < kProtocolCount; ++i) {
    if (rule_.protocol && rule_.protocol->number == kProtocols[i]) index = i;
  }
  const bool choosing = protocol_->currentIndex() == kProtocolCount && protocol_->hasFocus();
  if (!choosing || rule_.protocol) protocol_->setCurrentIndex(index);
}

void RuleCard::ChooseProtocol(int index) {
  if (index == kProtocolCount) {  // the number is written under More
    SetMore(true);
    return;
  }
  const uint8_t number = kProtocols[index];
  rule_.protocol = index == 0 ? std::nullopt : std::optional(RuleProtocol{number, true});
  if (!rule_.protocol || !IsIcmp(number)) rule_.icmp.reset();
  drafts_->Clear(Path(QStringLiteral("protocol")));
  Change(tr("protocol"), QStringLiteral("protocol"));
}

void RuleCard::SetMore(bool more) {
  more_wanted_ = more;
  ArrangeMore();
}

// What is used shows itself; the rest comes with More.
void RuleCard::ArrangeMore() {
  more_->setText(more_wanted_ ? tr("Less") : tr("More"));
  more_->setAccessibleName(more_->text());
  for (const MoreRow& row : more_rows_) {
    const bool shown = more_wanted_ || row.used();
    row.label->setVisible(shown);
    row.field->setVisible(shown);
  }
  Q_EMIT heightChanged();
}

void RuleCard::Change(const QString& what, const QString& field) {
  Q_EMIT changed(rule_, what, field);
}

QString RuleCard::Path(const QString& field) const {
  return RulePath(direction_, index_) + QLatin1Char('.') + field;
}

QSize RuleCard::sizeHint() const {
  const int width = std::max(this->width(), 400);
  const int height = grid_->hasHeightForWidth() ? grid_->totalHeightForWidth(width)
                                                : grid_->totalSizeHint().height();
  return {width, std::max(height, grid_->totalMinimumSize().height())};
}

bool RuleCard::event(QEvent* event) {
  if (event->type() == QEvent::LayoutRequest) {
    const bool done = QWidget::event(event);
    Q_EMIT heightChanged();
    return done;
  }
  return QWidget::event(event);
}

void RuleCard::paintEvent(QPaintEvent* event) {
  Q_UNUSED(event);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF card = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  FillRounded(&painter, card, kCardRadius, Theme::Color(Role::kWindow),
              Theme::Color(Role::kBorder));
  painter.fillRect(QRectF(0, kCardRadius, kAccentBarWidth, height() - 2 * kCardRadius),
                   Theme::Color(Role::kAccent));
}

}  // namespace gw::gui
