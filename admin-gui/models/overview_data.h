// OverviewData: what the overview shows beside the state of the enforcer: decisions over time, most
// denied, new pairs, rules never hit. Asked again every few seconds while shown; what is there
// stays until the new answer is. GUI thread.

#ifndef ADMIN_GUI_MODELS_OVERVIEW_DATA_H_
#define ADMIN_GUI_MODELS_OVERVIEW_DATA_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include <QObject>

#include "admin-gui/models/flow_names.h"
#include "admin-gui/session/gateway.h"
#include "admin-gui/session/policy_session.h"
#include "common/store/audit_summary.h"

class QTimer;

namespace gw::gui {

// A rule of the enforced policies that no recorded decision names.
struct NeverHitRule {
  ResourceKey policy;
  Direction direction = Direction::kIngress;
  uint32_t index = 0;

  friend bool operator==(const NeverHitRule&, const NeverHitRule&) = default;
};

// In evaluation order as stored; `hits` as of Service::RuleHits. Log rules and rules of staged
// policies are left out.
std::vector<NeverHitRule> NeverHit(const Model& model, const RuleHitsResult& hits);

class OverviewData : public QObject {
  Q_OBJECT

 public:
  static constexpr size_t kBars = 96;
  static constexpr size_t kRows = 6;

  OverviewData(Gateway& gateway, PolicySession& session, QObject* parent = nullptr);

  // 1 h, 24 h, 7 d or 30 d; asks at once.
  void SetSpan(absl::Duration span);
  absl::Duration span() const { return span_; }
  void SetActive(bool active);
  void Refresh();

  bool answered() const { return answered_; }
  const AuditHistogram& histogram() const { return histogram_; }
  AuditBucket totals() const;
  const std::vector<AuditTop>& most_denied() const { return most_denied_; }
  const std::vector<AuditRecord>& new_pairs() const { return new_pairs_; }
  const std::vector<NeverHitRule>& never_hit() const { return never_hit_; }
  // Of the stored policy, for the addresses of these rows.
  const FlowNames& names() const { return *names_; }
  // Whole days over which never_hit was observed.
  int observed_days() const { return observed_days_; }

 Q_SIGNALS:
  void changed();

 private:
  struct Answers;
  void Take(Answers answers);

  Gateway& gateway_;
  PolicySession& session_;
  QTimer* timer_ = nullptr;
  Call call_;
  absl::Duration span_ = absl::Hours(24);
  bool asking_ = false;
  bool answered_ = false;
  AuditHistogram histogram_;
  std::vector<AuditTop> most_denied_;
  std::vector<AuditRecord> new_pairs_;
  std::vector<NeverHitRule> never_hit_;
  int observed_days_ = 0;
  std::shared_ptr<const FlowNames> names_ = std::make_shared<const FlowNames>();
  std::optional<int64_t> names_revision_;  // that they are of
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_OVERVIEW_DATA_H_
