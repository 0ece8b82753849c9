#include "admin-gui/models/overview_data.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <QTimer>

#include "common/base/status_macros.h"
#include "common/policy/rule_version.h"

namespace gw::gui {
namespace {

constexpr int kRefreshMilliseconds = 5000;
constexpr absl::Duration kObserved = absl::Hours(24 * 90);

absl::Time Midnight() {
  const absl::TimeZone zone = absl::LocalTimeZone();
  return absl::FromCivil(absl::ToCivilDay(absl::Now(), zone), zone);
}

AuditQuery DeniedSince(absl::Time since) {
  AuditQuery query;
  query.since = since;
  query.conditions.push_back(AuditCondition::HasVerdict(Verdict::kDeny));
  return query;
}

}  // namespace

struct OverviewData::Answers {
  AuditHistogram histogram;
  std::vector<AuditTop> most_denied;
  std::vector<AuditRecord> new_pairs;
  RuleHitsResult hits;
  std::shared_ptr<const FlowNames> names;  // null: as they were
  int64_t names_revision = 0;
};

std::vector<NeverHitRule> NeverHit(const Model& model, const RuleHitsResult& hits) {
  std::set<std::string, std::less<>> hit;  // of before there were versions
  std::set<int64_t> versions;
  for (const RuleHits& rule : hits.rules) {
    if (rule.version == kNoRuleVersion) hit.insert(rule.decided_by);
    versions.insert(rule.version);
  }
  std::vector<NeverHitRule> never;
  for (const auto& [name, policy] : model.policies) {
    for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
      if (!policy.applies_to(direction)) continue;
      const absl::string_view way = direction == Direction::kIngress ? "ingress" : "egress";
      const auto& rules = policy.rules(direction);
      for (uint32_t i = 0; i < rules.size(); ++i) {
        const RuleAction action = rules[i].action;
        if (action != RuleAction::kAllow && action != RuleAction::kDeny) continue;
        if (versions.contains(RuleVersion(policy, direction, rules[i]))) continue;
        if (hit.contains(absl::StrCat("policy:", name, "/", way, "/", i))) continue;
        never.push_back({KeyOf(policy), direction, i});
      }
    }
  }
  return never;
}

OverviewData::OverviewData(Gateway& gateway, PolicySession& session, QObject* parent)
    : QObject(parent), gateway_(gateway), session_(session), timer_(new QTimer(this)) {
  timer_->setInterval(kRefreshMilliseconds);
  connect(timer_, &QTimer::timeout, this, &OverviewData::Refresh);
  connect(&gateway_, &Gateway::revisionChanged, this, &OverviewData::Refresh);
}

void OverviewData::SetSpan(absl::Duration span) {
  if (span == span_) return;
  span_ = span;
  call_.Cancel();
  asking_ = false;
  Refresh();
}

void OverviewData::SetActive(bool active) {
  if (active == timer_->isActive()) return;
  if (active) {
    timer_->start();
    Refresh();
  } else {
    timer_->stop();
  }
}

void OverviewData::Refresh() {
  if (asking_) return;
  asking_ = true;
  const absl::Duration span = span_;
  call_ = gateway_.Ask<Answers>(
      this, Gateway::Lane::kLong,
      [span, known = names_revision_](Service& service,
                                      const CallContext& context) -> absl::StatusOr<Answers> {
        Answers answers;
        // The last bar ends with the slot of now, so that long spans are answered from sums.
        const absl::Duration width = span / static_cast<int64_t>(kBars);
        absl::Time until = absl::Now();
        if (width >= kAuditSlot) until = AuditSlotOf(until) + kAuditSlot;
        GW_ASSIGN_OR_RETURN(answers.histogram,
                            service.Histogram(context, {}, until - span, until, kBars));
        GW_ASSIGN_OR_RETURN(AuditTops denied,
                            service.Top(context, DeniedSince(until - span), {"src"}, kRows));
        answers.most_denied = std::move(denied.tops);
        GW_ASSIGN_OR_RETURN(answers.new_pairs, service.NewPairs(context, Midnight(), kRows));
        GW_ASSIGN_OR_RETURN(answers.hits, service.RuleHits(context, absl::Now() - kObserved, 90));
        GW_ASSIGN_OR_RETURN(const LoadedPolicy policy, service.Load(context));
        answers.names_revision = policy.revision;
        if (known != policy.revision) {
          answers.names = std::make_shared<const FlowNames>(policy.model);
        }
        return answers;
      },
      [this](absl::StatusOr<Answers> answers) {
        asking_ = false;
        if (answers.ok()) Take(*std::move(answers));
      });
}

void OverviewData::Take(Answers answers) {
  histogram_ = std::move(answers.histogram);
  most_denied_ = std::move(answers.most_denied);
  new_pairs_ = std::move(answers.new_pairs);
  const absl::Duration observed = absl::Now() - answers.hits.observed_since;
  observed_days_ = static_cast<int>(std::max<int64_t>(0, observed / absl::Hours(24)));
  never_hit_ =
      observed_days_ > 0 ? NeverHit(session_.base(), answers.hits) : std::vector<NeverHitRule>{};
  if (answers.names != nullptr) {
    names_ = std::move(answers.names);
    names_revision_ = answers.names_revision;
  }
  answered_ = true;
  Q_EMIT changed();
}

AuditBucket OverviewData::totals() const {
  AuditBucket sum;
  for (const AuditBucket& bucket : histogram_.buckets) {
    sum.allowed += bucket.allowed;
    sum.denied += bucket.denied;
    sum.would_differ += bucket.would_differ;
  }
  return sum;
}

}  // namespace gw::gui
