// What the policies page changes: order, state, whole policies and tiers; and its menus.

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSysInfo>
#include <QVBoxLayout>
#include <QWidgetAction>

#include "admin-gui/models/gateway_site.h"
#include "admin-gui/models/naming.h"
#include "admin-gui/views/policies_page.h"
#include "admin-gui/views/policy_editor.h"
#include "admin-gui/views/policy_pane.h"
#include "admin-gui/views/policy_table.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/text_label.h"
#include "common/policy/evaluation_order.h"
#include "common/resources/writer.h"

namespace gw::gui {
namespace {

using Place = Destination::Place;
using Kind = PolicyRow::Kind;

constexpr absl::Duration kEvidence = absl::Hours(24 * 7);
constexpr size_t kEffectFlows = 100'000;

QString Q(const std::string& text) { return QString::fromStdString(text); }

// "before tills-to-bank", "last in tier site".
QString PlaceWords(const Model& model, const ResourceKey& policy) {
  for (const OrderedTier& tier : EvaluationOrder(model)) {
    for (size_t i = 0; i < tier.policies.size(); ++i) {
      if (!(tier.policies[i].key == policy)) continue;
      return i + 1 < tier.policies.size()
                 ? PoliciesPage::tr("before %1").arg(Q(tier.policies[i + 1].key.name))
                 : PoliciesPage::tr("last in tier %1").arg(Q(tier.name));
    }
  }
  return {};
}

}  // namespace

void PoliciesPage::Move(const ResourceKey& policy, const PolicyPlace& place) {
  const std::vector<ResourceChange> changes = MovePolicy(session().model(), policy, place);
  if (changes.empty()) return;
  const Policy* moved = FindPolicy(session().model(), policy);
  const bool other_tier = moved != nullptr && moved->tier != place.tier;
  Model before = session().model();
  selected_ = policy;
  session().Edit(other_tier ? tr("Move %1 to tier %2").arg(Q(policy.name), Q(place.tier))
                            : tr("Move %1").arg(Q(policy.name)),
                 changes);
  table_->SelectPolicy(policy);
  if (other_tier) {
    Q_EMIT announced(tr("%1 moved to tier %2.").arg(Q(policy.name), Q(place.tier)), true);
  }
  AskEffect(policy, std::move(before));
}

// How many of the recorded flows the move decides otherwise.
void PoliciesPage::AskEffect(const ResourceKey& policy, Model before) {
  ImpactRequest request;
  request.before.from = PolicySource::From::kGiven;
  request.before.model = std::move(before);
  request.after.from = PolicySource::From::kGiven;
  request.after.model = session().model();
  request.since = absl::Now() - kEvidence;
  request.limit_flows = kEffectFlows;
  request.limit_groups = 1;
  const QString where = tr("Moves %1").arg(PlaceWords(session().model(), policy));
  const GatewayHost host =
      HostOf(gateway().status(), session().model(), QSysInfo::machineHostName().toStdString());
  effect_call_.Cancel();
  effect_call_ = gateway().Ask<ImpactResult>(
      this, Gateway::Lane::kLong,
      [request, host](Service& service, const CallContext& context) {
        ImpactRequest asked = request;
        asked.site = SiteOf(host);
        return service.Impact(context, asked, nullptr);
      },
      [this, where, policy](absl::StatusOr<ImpactResult> impact) {
        if (!impact.ok() || impact->total == 0 || selected_ != policy) return;
        const qint64 changed = impact->newly_allowed + impact->newly_denied;
        const QString what = changed == 0 ? tr("no recorded flow changes")
                             : changed == 1
                                 ? tr("1 recorded flow changes")
                                 : tr("%1 recorded flows change").arg(FormatCount(changed));
        pane_->ShowEffect(QStringLiteral("%1: %2").arg(where, what));
        ShowSelected();
      });
}

void PoliciesPage::SetStaged(const ResourceKey& policy, bool staged) {
  const auto edit = WithState(session().model(), policy, staged);
  if (!edit) {
    Q_EMIT announced(staged ? tr("There is a staged policy of this name already.")
                            : tr("There is an enforced policy of this name already."),
                     false);
    return;
  }
  selected_ = edit->key;
  session().Edit(staged ? tr("Stage %1").arg(Q(policy.name)) : tr("Enforce %1").arg(Q(policy.name)),
                 edit->changes);
}

void PoliciesPage::DuplicatePolicy(const ResourceKey& policy) {
  const auto edit = Duplicate(session().model(), policy);
  if (!edit) return;
  selected_ = edit->key;
  session().Edit(tr("Duplicate %1").arg(Q(policy.name)), edit->changes);
}

void PoliciesPage::DeletePolicy(const ResourceKey& policy) {
  session().Remove(tr("Delete %1").arg(Q(policy.name)), policy);
  Q_EMIT announced(tr("%1 deleted.").arg(Q(policy.name)), true);
}

bool PoliciesPage::CreateNew() {
  if (editing()) Back();
  const PolicyRow* row = table_->current_row();
  const bool on_policy = row != nullptr && row->kind == Kind::kPolicy && row->number > 0;
  AddPolicy(row == nullptr || row->tier.empty() ? kDefaultTier : row->tier,
            on_policy ? std::optional(row->key) : std::nullopt);
  return true;
}

void PoliciesPage::AddPolicy(const std::string& tier, const std::optional<ResourceKey>& after) {
  if (!session().loaded()) return;
  std::string selector;
  if (const auto& endpoint = model_.endpoint()) {
    selector = SelectorOf(EffectiveLabels(session().model(), *endpoint));
  }
  const PolicyEdit edit = NewPolicy(session().model(), tier, after, selector);
  find_->clear();
  session().Edit(tr("Add policy %1").arg(Q(edit.key.name)), edit.changes);
  OpenPolicy(edit.key);
  editor_->form()->name()->selectAll();
}

void PoliciesPage::ToggleTier(const QString& tier) {
  std::set<std::string> collapsed = model_.collapsed();
  const std::string name = tier.toStdString();
  if (collapsed.erase(name) == 0) collapsed.insert(name);
  model_.SetCollapsed(collapsed);
  ShowRows();
}

// ---- menus --------------------------------------------------------------------------------------

void PoliciesPage::ShowMenu(const QPoint& global) {
  const PolicyRow* row = table_->current_row();
  if (row == nullptr) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  if (row->kind == Kind::kPolicy) FillPolicyMenu(menu, *row);
  if (row->kind == Kind::kTier) FillTierMenu(menu, *row);
  if (menu->isEmpty()) {
    delete menu;
    return;
  }
  menu->popup(global);
}

void PoliciesPage::FillPolicyMenu(QMenu* menu, const PolicyRow& row) {
  const ResourceKey key = row.key;
  if (row.change == PolicyChange::kDeleted) {
    menu->addAction(tr("Take back the deletion"), this, [this, key] { session().TakeBack(key); });
    return;
  }
  menu->addAction(tr("Open"), QKeySequence(Qt::Key_Return), this, [this, key] { OpenPolicy(key); });
  menu->addAction(row.staged ? tr("Enforce") : tr("Stage"),
                  QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), this,
                  [this, key, staged = row.staged] { SetStaged(key, !staged); });
  menu->addSeparator();
  const auto step = [this, menu, key](const QString& text, Qt::Key arrow, int by) {
    const auto place = PlaceBeside(session().model(), key, by, false);
    QAction* action = menu->addAction(text, QKeySequence(Qt::ALT | arrow), this,
                                      [this, key, place] { Move(key, *place); });
    action->setEnabled(place.has_value());
  };
  step(tr("Move up"), Qt::Key_Up, -1);
  step(tr("Move down"), Qt::Key_Down, 1);
  QMenu* tiers = menu->addMenu(tr("Move to tier"));
  for (const OrderedTier& tier : EvaluationOrder(session().model())) {
    QAction* action = tiers->addAction(
        Q(tier.name), this,
        [this, key, place = PolicyPlace{tier.name, tier.policies.size()}] { Move(key, place); });
    action->setEnabled(tier.name != row.tier);
  }
  menu->addAction(tr("Duplicate"), QKeySequence(Qt::CTRL | Qt::Key_D), this,
                  [this, key] { DuplicatePolicy(key); });
  menu->addAction(tr("Copy as YAML"), this, [this, key] {
    if (const auto resource = gw::Find(session().model(), key)) {
      QApplication::clipboard()->setText(Q(ToYaml(*resource)));
    }
  });
  menu->addAction(tr("Show flows"), this, [this, key] {
    Q_EMIT goTo({Place::kFlowLog,
                 {{QStringLiteral("query"), QStringLiteral("policy == '%1'").arg(Q(key.name))}}});
  });
  menu->addSeparator();
  menu->addAction(tr("Delete"), QKeySequence(QKeySequence::Delete), this,
                  [this, key] { DeletePolicy(key); });
}

void PoliciesPage::AddNameField(QMenu* menu, const QString& title, const QString& name,
                                const std::function<void(const std::string&)>& take) {
  QMenu* inner = menu->addMenu(title);
  auto* action = new QWidgetAction(inner);
  auto* whole = new QWidget(inner);
  auto* column = new QVBoxLayout(whole);
  column->setContentsMargins(8, 6, 8, 6);
  column->setSpacing(4);
  auto* edit = new QLineEdit(name, whole);
  edit->setAccessibleName(title);
  edit->setMinimumWidth(200);
  auto* problem = new TextLabel({}, TextSize::kSmall, Role::kDeny, whole);
  problem->hide();
  column->addWidget(edit);
  column->addWidget(problem);
  action->setDefaultWidget(whole);
  inner->addAction(action);
  connect(inner, &QMenu::aboutToShow, edit, [edit] {
    edit->setFocus();
    edit->selectAll();
  });
  connect(edit, &QLineEdit::returnPressed, this, [this, menu, edit, problem, name, take] {
    const std::string wanted = edit->text().trimmed().toStdString();
    const QString wrong =
        NameProblem(session().model(), {ResourceKind::kTier, name.toStdString()}, wanted);
    problem->setText(wrong);
    problem->setVisible(!wrong.isEmpty());
    if (!wrong.isEmpty()) return;
    menu->close();
    take(wanted);
  });
}

void PoliciesPage::FillTierMenu(QMenu* menu, const PolicyRow& row) {
  const std::string name = row.tier;
  const ResourceKey key{ResourceKind::kTier, name};
  const auto written = session().model().tiers.find(name);
  const bool changeable = written != session().model().tiers.end() && name != kDefaultTier;
  menu->addAction(tr("New policy here"), this, [this, name] { AddPolicy(name, std::nullopt); });
  AddNameField(menu, tr("New tier before this"), QString(),
               [this, name](const std::string& wanted) {
                 Tier tier;
                 tier.metadata.name = wanted;
                 const auto next = session().model().tiers.find(name);
                 const double order = next != session().model().tiers.end() && next->second.order
                                          ? *next->second.order
                                          : kDefaultTierOrder;
                 double before = 0;
                 for (const auto& [other, value] : session().model().tiers) {
                   if (value.order && *value.order < order) before = std::max(before, *value.order);
                 }
                 tier.order = before + (order - before) / 2;
                 tier.default_action = TierAction::kPass;
                 session().Put(tr("Add tier %1").arg(Q(wanted)), tier);
               });
  if (written == session().model().tiers.end() && name != kDefaultTier) {
    menu->addAction(tr("Create it"), this, [this, name] {
      Tier tier;
      tier.metadata.name = name;
      session().Put(tr("Add tier %1").arg(Q(name)), tier);
    });
  }
  if (!changeable) return;
  AddNameField(menu, tr("Rename"), Q(name), [this, key](const std::string& wanted) {
    session().Rename(tr("Rename tier %1 to %2").arg(Q(key.name), Q(wanted)), key, wanted);
  });
  QMenu* ends = menu->addMenu(tr("What no rule decides"));
  const auto end = [this, ends, tier = written->second](const QString& text, TierAction action) {
    QAction* choice = ends->addAction(text, this, [this, tier, action] {
      Tier changed = tier;
      changed.default_action = action;
      session().Put(tr("Change the end of tier %1").arg(Q(tier.metadata.name)), changed);
    });
    choice->setCheckable(true);
    choice->setChecked(tier.default_action == action);
  };
  end(tr("Goes on to the next tier"), TierAction::kPass);
  end(tr("Is denied"), TierAction::kDeny);
  menu->addSeparator();
  QAction* remove = menu->addAction(tr("Delete"), this, [this, key] {
    session().Remove(tr("Delete tier %1").arg(Q(key.name)), key);
    Q_EMIT announced(tr("Tier %1 deleted.").arg(Q(key.name)), true);
  });
  for (const OrderedTier& tier : EvaluationOrder(session().model())) {
    if (tier.name == name) remove->setEnabled(tier.policies.empty());
  }
}

void PoliciesPage::ChooseEndpoint() {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const auto choose = [this](const std::optional<ResourceKey>& endpoint, const QString& text) {
    model_.SetEndpoint(endpoint);
    endpoint_->setText(text);
    ShowRows();
  };
  const QString all = tr("All endpoints");
  menu->addAction(all, this, [choose, all] { choose(std::nullopt, all); });
  menu->addSeparator();
  for (const ReachedEndpoint& endpoint : model_.reach().endpoints()) {
    const QString name = Q(endpoint.key.name);
    menu->addAction(name, this, [choose, key = endpoint.key, name] { choose(key, name); });
  }
  menu->popup(endpoint_->mapToGlobal(QPoint(0, endpoint_->height())));
}

}  // namespace gw::gui
