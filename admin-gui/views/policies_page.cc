#include "admin-gui/views/policies_page.h"

#include <chrono>

#include "absl/time/clock.h"
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "admin-gui/views/policy_editor.h"
#include "admin-gui/views/policy_pane.h"
#include "admin-gui/views/policy_table.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/state_band.h"

namespace gw::gui {
namespace {

using Place = Destination::Place;
using Kind = PolicyRow::Kind;

constexpr std::chrono::seconds kAskAgain{15};
constexpr absl::Duration kHitsSpan = absl::Hours(24);
constexpr size_t kHitsBuckets = 24;
constexpr int kFindWidth = 260;

QString Q(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

PoliciesPage::PoliciesPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent) {
  content_ = new QStackedWidget(this);
  table_ = new PolicyTable(model_, content_);
  empty_ = new EmptyState(content_);
  empty_->Show(QStringLiteral("policies"), tr("No policies yet"),
               tr("Labelled endpoints without a policy let routed traffic pass and block traffic "
                  "to this gateway."),
               tr("New policy"));
  content_->addWidget(table_);
  content_->addWidget(empty_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(content_);
  pane_ = new PolicyPane(this);
  pane_->hide();
  MakeTools();
  MakeEditor();
  ConnectTable();
  hits_timer_ = new QTimer(this);
  hits_timer_->setInterval(kAskAgain);
  connect(hits_timer_, &QTimer::timeout, this, &PoliciesPage::ReadAgain);
  connect(&session, &PolicySession::modelChanged, this, &PoliciesPage::TakeModel);
  connect(&session, &PolicySession::loadedChanged, this, [this] { TakeModel({}); });
  connect(&session, &PolicySession::applied, this, [this] { TakeModel({}); });
  connect(empty_, &EmptyState::actionAsked, this, &PoliciesPage::CreateNew);
  connect(pane_, &PolicyPane::openAsked, this, &PoliciesPage::OpenPolicy);
  connect(pane_, &PolicyPane::flowsAsked, this, [this](const QString& query) {
    Q_EMIT goTo({Place::kFlowLog, {{QStringLiteral("query"), query}}});
  });
  TakeModel({});
}

void PoliciesPage::MakeTools() {
  find_ = new QLineEdit(this);
  find_->setPlaceholderText(tr("Find policy, label, port, address"));
  find_->setAccessibleName(tr("Find"));
  find_->setClearButtonEnabled(true);
  find_->addAction(Icons::Get(QStringLiteral("search")), QLineEdit::LeadingPosition);
  find_->setFixedWidth(kFindWidth);
  endpoint_ = PlainButton(tr("All endpoints"), this, QStringLiteral("filter"));
  new_ = PlainButton(tr("New policy"), this, QStringLiteral("plus"));
  tabs_ = new Segmented(tr("View of the policy"), {tr("Form"), tr("YAML")}, this);
  tabs_->SetCurrent(0);
  close_ = PlainButton(tr("Close"), this);
  for (QWidget* tool : QList<QWidget*>{find_, endpoint_, new_, tabs_, close_}) tool->hide();
  connect(find_, &QLineEdit::textChanged, this, [this](const QString& text) {
    model_.SetFilter(text);
    ShowRows();
  });
  connect(&model_, &PolicyTableModel::foundMore, this, &PoliciesPage::ShowRows);
  connect(endpoint_, &QPushButton::clicked, this, &PoliciesPage::ChooseEndpoint);
  connect(new_, &QPushButton::clicked, this, &PoliciesPage::CreateNew);
  connect(tabs_, &Segmented::currentChanged, this,
          [this](int index) { editor_->SetYaml(index == 1); });
  connect(close_, &QPushButton::clicked, this, &PoliciesPage::CloseEditor);
}

void PoliciesPage::MakeEditor() {
  editor_ = new PolicyEditor(gateway(), session(), model_, content_);
  content_->addWidget(editor_);
  connect(editor_, &PolicyEditor::keyChanged, this, [this] {
    selected_ = editor_->key();
    Q_EMIT headerChanged();
  });
  connect(editor_, &PolicyEditor::announced, this, &Page::announced);
}

void PoliciesPage::ConnectTable() {
  connect(table_, &PolicyTable::currentRowChanged, this, [this] {
    if (selecting_) return;
    const PolicyRow* row = table_->current_row();
    selected_ =
        row != nullptr && row->kind == Kind::kPolicy ? std::optional(row->key) : std::nullopt;
    ShowSelected();
  });
  connect(table_, &PolicyTable::opened, this, &PoliciesPage::OpenPolicy);
  connect(table_, &PolicyTable::tierToggled, this, &PoliciesPage::ToggleTier);
  connect(table_, &PolicyTable::duplicateAsked, this, &PoliciesPage::DuplicatePolicy);
  connect(table_, &PolicyTable::deleteAsked, this, &PoliciesPage::DeletePolicy);
  connect(table_, &PolicyTable::menuAsked, this, &PoliciesPage::ShowMenu);
  connect(table_, &PolicyTable::moveAsked, this,
          [this](const ResourceKey& policy, const QString& tier, int position) {
            Move(policy, {tier.toStdString(), static_cast<size_t>(position)});
          });
  connect(table_, &PolicyTable::stepAsked, this,
          [this](const ResourceKey& policy, int step, bool whole_tier) {
            const auto place = PlaceBeside(session().model(), policy, step, whole_tier);
            if (place) Move(policy, *place);
          });
  table_->installEventFilter(this);
}

// ---- what there is ------------------------------------------------------------------------------

void PoliciesPage::TakeModel(const QList<ResourceKey>& keys) {
  selecting_ = true;
  model_.SetPolicy(session().model(), session().base(), keys);
  selecting_ = false;
  if (editing() && !editor_->Follow()) CloseEditor();
  ShowRows();
}

void PoliciesPage::ShowRows() {
  const bool empty = session().loaded() && session().model().policies.empty() &&
                     session().model().staged_policies.empty() &&
                     session().base().policies.empty() && session().base().staged_policies.empty();
  if (!editing()) {
    content_->setCurrentWidget(empty ? static_cast<QWidget*>(empty_) : table_);
  }
  if (selected_) {
    const int row = model_.RowOf(*selected_);
    if (row >= 0 && row != table_->currentIndex().row()) table_->SelectPolicy(*selected_);
  }
  ShowSelected();
  Q_EMIT headerChanged();
}

void PoliciesPage::ShowSelected() {
  if (editing()) return;
  pane_->Show(session().model(), model_, table_->current_row());
}

bool PoliciesPage::editing() const { return content_->currentWidget() == editor_; }

QStringList PoliciesPage::breadcrumb() const {
  return editing() ? QStringList{Q(editor_->key().name)} : QStringList();
}

QString PoliciesPage::subtitle() const {
  if (editing()) return {};
  const int policies = model_.policy_count();
  if (policies == 0) return {};
  const QString tiers =
      model_.tier_count() == 1 ? tr("1 tier") : tr("%n tiers", nullptr, model_.tier_count());
  return tr("%1 in %2, first match from the top").arg(FormatCount(policies), tiers);
}

QList<QWidget*> PoliciesPage::tools() const {
  if (editing()) return {tabs_, close_};
  return {find_, endpoint_, new_};
}

QWidget* PoliciesPage::detail() const {
  if (editing()) return editor_->panel();
  return content_->currentWidget() == table_ ? pane_ : nullptr;
}

bool PoliciesPage::ReadAgain() {
  hits_call_.Cancel();
  hits_call_ = gateway().Ask<RuleHitsResult>(
      this, Gateway::Lane::kQuick,
      [](Service& service, const CallContext& context) {
        return service.RuleHits(context, absl::Now() - kHitsSpan, kHitsBuckets);
      },
      [this](absl::StatusOr<RuleHitsResult> hits) {
        if (hits.ok()) ShowHits(*hits);
      });
  return true;
}

void PoliciesPage::ShowHits(const RuleHitsResult& hits) {
  model_.SetHits(hits);
  if (editing()) {
    editor_->Follow();
  } else {
    ShowSelected();
  }
}

void PoliciesPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  hits_timer_->start();
  ReadAgain();
}

void PoliciesPage::hideEvent(QHideEvent* event) {
  hits_timer_->stop();
  Page::hideEvent(event);
}

// ---- the editor ---------------------------------------------------------------------------------

void PoliciesPage::OpenPolicy(const ResourceKey& policy) {
  if (FindPolicy(session().model(), policy) == nullptr) return;
  selected_ = policy;
  tabs_->SetCurrent(0);
  editor_->SetYaml(false);
  editor_->Open(policy);
  content_->setCurrentWidget(editor_);
  editor_->form()->name()->setFocus();
  editor_->form()->name()->deselect();
  editor_->form()->name()->setCursorPosition(0);
  Q_EMIT headerChanged();
}

void PoliciesPage::CloseEditor() {
  if (!editing()) return;
  content_->setCurrentWidget(table_);
  ShowRows();
  table_->setFocus();
}

bool PoliciesPage::Back() {
  if (!editing()) return false;
  CloseEditor();
  return true;
}

bool PoliciesPage::Escape() {
  if (editing()) {
    if (!editor_->CloseRule()) CloseEditor();
    return true;
  }
  if (!find_->text().isEmpty()) {
    find_->clear();
    table_->setFocus();
    return true;
  }
  if (model_.endpoint()) {
    model_.SetEndpoint(std::nullopt);
    endpoint_->setText(tr("All endpoints"));
    ShowRows();
    return true;
  }
  if (table_->hasFocus()) return false;
  table_->setFocus();
  return true;
}

void PoliciesPage::Show(const QVariantMap& arguments) {
  const std::string name = arguments.value(QStringLiteral("policy")).toString().toStdString();
  if (name.empty()) return;
  ResourceKey key{arguments.value(QStringLiteral("staged")).toBool()
                      ? ResourceKind::kStagedGlobalNetworkPolicy
                      : ResourceKind::kGlobalNetworkPolicy,
                  name};
  // Who asks may not know which of the two it is.
  if (FindPolicy(session().model(), key) == nullptr) {
    key.kind = ResourceKind::kStagedGlobalNetworkPolicy;
  }
  if (FindPolicy(session().model(), key) == nullptr) return;
  find_->clear();
  model_.SetEndpoint(std::nullopt);
  model_.SetCollapsed({});
  selected_ = key;
  const QString rule = arguments.value(QStringLiteral("rule")).toString();
  if (rule.isEmpty() && !arguments.value(QStringLiteral("edit")).toBool()) {
    CloseEditor();
    return ShowRows();
  }
  OpenPolicy(key);
  if (rule.isEmpty()) return;
  editor_->OpenRule(rule.startsWith(u"egress") ? Direction::kEgress : Direction::kIngress,
                    rule.section(QLatin1Char('/'), 1).toULongLong());
}

bool PoliciesPage::Find() {
  if (editing()) CloseEditor();
  find_->setFocus(Qt::ShortcutFocusReason);
  find_->selectAll();
  return true;
}

QVariantMap PoliciesPage::SaveState() const {
  QStringList tiers;
  for (const std::string& tier : model_.collapsed()) tiers << Q(tier);
  return {{QStringLiteral("collapsed"), tiers}};
}

void PoliciesPage::RestoreState(const QVariantMap& state) {
  std::set<std::string> tiers;
  for (const QString& tier : state.value(QStringLiteral("collapsed")).toStringList()) {
    tiers.insert(tier.toStdString());
  }
  model_.SetCollapsed(tiers);
}

bool PoliciesPage::eventFilter(QObject* watched, QEvent* event) {
  if (watched == table_ && event->type() == QEvent::KeyPress) {
    auto* key = static_cast<QKeyEvent*>(event);
    const PolicyRow* row = table_->current_row();
    const bool stages =
        key->key() == Qt::Key_S && key->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier);
    if (stages && row != nullptr && row->kind == Kind::kPolicy && row->number > 0) {
      SetStaged(row->key, !row->staged);
      return true;
    }
  }
  return Page::eventFilter(watched, event);
}

}  // namespace gw::gui
