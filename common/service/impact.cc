#include "common/service/impact.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/clock.h"

#include "common/base/status_macros.h"
#include "common/policy/evaluate.h"

namespace gw {
namespace {

constexpr size_t kPageRows = 2000;
constexpr absl::Duration kProgressInterval = absl::Milliseconds(100);

bool IsDenied(const Decision& decision) { return decision.verdict == Verdict::kDeny; }

// One policy, and what it makes of the interfaces seen so far.
class Judge {
 public:
  explicit Judge(const PolicySnapshot& snapshot) : snapshot_(snapshot) {}

  Decision Decide(const InterfacePacket& packet) {
    return Evaluate(snapshot_, RoleOf(packet.in), RoleOf(packet.out), packet.packet);
  }
  std::string DecidedBy(const Decision& decision) const {
    return snapshot_.DecidedBy(decision.reason);
  }

 private:
  const InterfaceRole& RoleOf(const std::string& name) {
    const auto known = roles_.find(name);
    if (known != roles_.end()) return known->second;
    return roles_.emplace(name, snapshot_.RoleOf(name)).first->second;
  }

  const PolicySnapshot& snapshot_;
  std::map<std::string, InterfaceRole> roles_;
};

class Impact {
 public:
  Impact(const PolicySnapshot& before, const PolicySnapshot& after, const ImpactRequest& request)
      : before_(before), after_(after), groups_max_(request.limit_groups) {}

  void LookAt(const AuditRecord& record) {
    if (record.repeats > 0) return;  // a sum of no one source; what it repeats is looked at
    ++result_.looked_at;
    const InterfacePacket packet = PacketOf(record);
    const Decision before = before_.Decide(packet);
    const Decision after = after_.Decide(packet);
    if (IsDenied(before) == IsDenied(after)) {
      ++result_.unchanged;
      return;
    }
    ++(IsDenied(after) ? result_.newly_denied : result_.newly_allowed);
    AddToGroup(record, before, after);
  }

  ImpactResult& result() { return result_; }

 private:
  // Source, destination, protocol, destination port, decided by before and after. The deciders
  // stand for the verdicts.
  using GroupKey = std::tuple<Address, Address, uint8_t, uint16_t, std::string, std::string>;

  void AddToGroup(const AuditRecord& record, const Decision& before, const Decision& after) {
    const Tuple& tuple = record.tuple;
    GroupKey key{tuple.source,           tuple.destination,         tuple.protocol,
                 tuple.destination_port, before_.DecidedBy(before), after_.DecidedBy(after)};
    auto known = numbers_.find(key);
    if (known == numbers_.end()) {
      if (result_.groups.size() == groups_max_) {
        ++result_.groups_omitted_flows;
        return;
      }
      // Decisions come newest first, so the first of a group is its newest.
      result_.groups.push_back(
          {record, before.verdict, std::get<4>(key), after.verdict, std::get<5>(key), 0});
      known = numbers_.emplace(std::move(key), result_.groups.size() - 1).first;
    }
    ++result_.groups[known->second].flows;
  }

  Judge before_;
  Judge after_;
  const size_t groups_max_;
  std::map<GroupKey, size_t> numbers_;  // of groups
  ImpactResult result_;
};

// Reports at most so often.
class Reporter {
 public:
  explicit Reporter(const ImpactProgress& progress) : progress_(progress), last_(absl::Now()) {}

  void Report(const ImpactResult& result) {
    if (!progress_ || absl::Now() - last_ < kProgressInterval) return;
    progress_(result);
    last_ = absl::Now();
  }
  absl::Status Stop(const ImpactResult& result) {
    if (progress_) progress_(result);
    return absl::CancelledError("cancelled");
  }

 private:
  const ImpactProgress& progress_;
  absl::Time last_;
};

absl::StatusOr<int64_t> TotalOf(AuditStore& store, const ImpactRequest& request) {
  GW_ASSIGN_OR_RETURN(const int64_t recorded, store.CountSince(request.since));
  const auto limit = static_cast<uint64_t>(request.limit_flows);
  return static_cast<uint64_t>(recorded) < limit ? recorded : static_cast<int64_t>(limit);
}

}  // namespace

InterfacePacket PacketOf(const AuditRecord& record) {
  InterfacePacket packet{record.in, record.out, {}};
  packet.packet.hook = record.hook;
  packet.packet.tuple = record.tuple;
  return packet;
}

absl::StatusOr<ImpactResult> ComputeImpact(const CallContext& context, AuditStore& store,
                                           const PolicySnapshot& before,
                                           const PolicySnapshot& after,
                                           const ImpactRequest& request,
                                           const ImpactProgress& progress) {
  Impact impact(before, after, request);
  Reporter reporter(progress);
  ImpactResult& result = impact.result();
  GW_ASSIGN_OR_RETURN(result.total, TotalOf(store, request));
  AuditQuery query;
  if (request.since != absl::InfinitePast()) query.since = request.since;
  size_t left = request.limit_flows;
  while (left > 0) {
    query.limit = std::min(left, kPageRows);
    const auto page = store.Query(query);
    if (context.cancelled()) return reporter.Stop(result);
    GW_RETURN_IF_ERROR(page.status());
    for (const AuditRecord& record : *page) impact.LookAt(record);
    if (page->size() < query.limit) break;
    query.before_id = page->back().id;
    left -= page->size();
    reporter.Report(result);
  }
  // Decisions that were added since they were counted.
  result.total = std::max(result.total, result.looked_at);
  result.complete = true;
  return absl::StatusOr<ImpactResult>(std::move(result));
}

}  // namespace gw
