// The rows of the policy table, made from the working copy and what is stored.

#include <algorithm>
#include <tuple>
#include <utility>

#include <QLocale>

#include "admin-gui/models/policy_edits.h"
#include "admin-gui/models/policy_table_model.h"
#include "common/policy/evaluation_order.h"

namespace gw::gui {
namespace {

using Kind = PolicyRow::Kind;

QString Q(const std::string& text) { return QString::fromStdString(text); }

// Those of the stored policy that the working copy has no more, by their old place.
std::vector<OrderedPolicy> DeletedOf(const Model& model, const Model& base,
                                     const std::string& tier) {
  std::vector<OrderedPolicy> deleted;
  const auto add = [&](const std::map<std::string, Policy>& policies, ResourceKind kind) {
    for (const auto& [name, policy] : policies) {
      const ResourceKey key{kind, name};
      if (policy.tier == tier && FindPolicy(model, key) == nullptr) {
        deleted.push_back({key, &policy, 0});
      }
    }
  };
  add(base.policies, ResourceKind::kGlobalNetworkPolicy);
  add(base.staged_policies, ResourceKind::kStagedGlobalNetworkPolicy);
  return deleted;
}

bool StandsBefore(const OrderedPolicy& a, const OrderedPolicy& b) {
  const auto place = [](const OrderedPolicy& ordered) {
    return std::tuple(!ordered.policy->order, ordered.policy->order.value_or(0), ordered.key.name);
  };
  return place(a) < place(b);
}

}  // namespace

std::vector<PolicyRow> PolicyTableModel::MakeRows() {
  std::vector<PolicyRow> rows;
  const std::vector<OrderedTier> order = EvaluationOrder(*model_);
  NextTiers next = NextTiersOf(order);
  if (next != next_tiers_) {
    next_tiers_ = std::move(next);
    facts_.clear();  // what they say of going on
  }
  ends_ = reach_.Ends(*model_, order);
  policy_count_ = static_cast<int>(model_->policies.size() + model_->staged_policies.size());
  const bool nothing = policy_count_ == 0 && base_->policies.empty() &&
                       base_->staged_policies.empty() && model_->tiers.empty();
  tier_count_ = static_cast<int>(order.size());
  if (nothing) return rows;
  PolicyRow failsafes;
  failsafes.kind = Kind::kFailsafes;
  failsafes.text = FailsafeWords(*model_);
  rows.push_back(std::move(failsafes));
  for (size_t i = 0; i < order.size(); ++i) AddTier(order, i, &rows);
  PolicyRow rest;
  rest.kind = Kind::kRest;
  rest.text = EndsInWords(ends_);
  rest.denies = std::any_of(ends_.begin(), ends_.end(), [](const EndpointEnd& end) {
    return end.routed_denied || end.gateway_denied;
  });
  rows.push_back(std::move(rest));
  return rows;
}

void PolicyTableModel::AddTier(const std::vector<OrderedTier>& order, size_t tier,
                               std::vector<PolicyRow>* rows) {
  std::vector<OrderedPolicy> policies = order[tier].policies;
  for (const OrderedPolicy& deleted : DeletedOf(*model_, *base_, order[tier].name)) {
    policies.insert(std::upper_bound(policies.begin(), policies.end(), deleted, StandsBefore),
                    deleted);
  }
  const size_t heading = rows->size();
  rows->push_back(MakeTierRow(order, tier));
  for (const OrderedPolicy& ordered : policies) {
    if ((*rows)[heading].collapsed || !Shows(ordered.key, *ordered.policy)) continue;
    rows->push_back(MakePolicyRow(ordered.key, *ordered.policy));
    rows->back().number = ordered.number;
  }
  const bool filtered = !filter_.isEmpty() || endpoint_;
  if (filtered && rows->size() == heading + 1 && !(*rows)[heading].collapsed) rows->pop_back();
}

PolicyRow PolicyTableModel::MakeTierRow(const std::vector<OrderedTier>& order, size_t tier) const {
  const OrderedTier& ordered = order[tier];
  PolicyRow row;
  row.kind = Kind::kTier;
  row.tier = ordered.name;
  row.text = Q(ordered.name);
  row.fact = tr("%n policies", nullptr, static_cast<int>(ordered.policies.size()));
  if (ordered.policies.size() == 1) row.fact = tr("1 policy");
  if (ordered.tier != nullptr && ordered.tier->order) {
    row.fact = tr("%1 · order %2").arg(row.fact, QLocale().toString(*ordered.tier->order));
  }
  row.end = TierEndWords(order, tier);
  row.collapsed = collapsed_.count(ordered.name) > 0;
  return row;
}

PolicyChange PolicyTableModel::ChangeOf(const ResourceKey& key, const Policy& policy) const {
  const Policy* now = FindPolicy(*model_, key);
  if (now == nullptr) return PolicyChange::kDeleted;
  const Policy* stored = FindPolicy(*base_, key);
  if (stored == nullptr) return PolicyChange::kNew;
  return *stored == policy ? PolicyChange::kNone : PolicyChange::kEdited;
}

PolicyRow PolicyTableModel::MakePolicyRow(const ResourceKey& key, const Policy& policy) {
  const auto [facts, is_new] = facts_.try_emplace(key);
  if (is_new) facts->second.summary = SummaryOf(*model_, policy, next_tiers_);
  PolicyRow row;
  row.tier = policy.tier;
  row.key = key;
  row.text = Q(key.name);
  row.staged = policy.staged;
  row.change = ChangeOf(key, policy);
  row.selector = policy.selector.empty() ? QStringLiteral("all()") : Q(policy.selector);
  row.endpoints = static_cast<int>(reach_.Selected(policy.selector).size());
  row.scope = ScopeShort(ScopeOf(policy));
  row.directions = DirectionsShort(policy);
  row.summary = facts->second.summary;
  return row;
}

bool PolicyTableModel::Shows(const ResourceKey& key, const Policy& policy) {
  if (endpoint_ && !reach_.Selects(policy, *endpoint_)) return false;
  return filter_.isEmpty() || Finds(key, policy);
}

}  // namespace gw::gui
