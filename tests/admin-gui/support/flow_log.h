// An audit.db with a small office in it, for tests of the flow log and the simulator.

#ifndef TESTS_ADMIN_GUI_SUPPORT_FLOW_LOG_H_
#define TESTS_ADMIN_GUI_SUPPORT_FLOW_LOG_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/check.h"
#include "common/store/audit_store.h"
#include "tests/support/policy_builder.h"

namespace gw::testing {

inline AuditRecord FlowAt(absl::Time time, const Tuple& tuple, Verdict verdict,
                          const std::string& decided_by) {
  AuditRecord record;
  record.time = time;
  record.hook = Hook::kForward;
  record.in = "eth1.20";
  record.out = "eth1";
  record.in_endpoint = "guest";
  record.out_endpoint = "lan";
  record.tuple = tuple;
  record.verdict = verdict;
  record.pending_verdict = verdict;
  record.decided_by = decided_by;
  record.pending_decided_by = decided_by;
  record.revision = 1;
  return record;
}

// Record i of a mixture: one in seven is denied by no-lateral, the others are allowed.
inline AuditRecord OfficeFlow(absl::Time time, int64_t i) {
  const std::string source = "10.20.0." + std::to_string(20 + i % 200);
  if (i % 7 == 0) {
    return FlowAt(time, Tcp("10.20.0.77", "10.10.0.40", 631), Verdict::kDeny,
                  "policy:no-lateral/ingress/0");
  }
  return FlowAt(time, Tcp(source, "140.82.121.4", i % 3 == 0 ? 443 : 80), Verdict::kAllow,
                "policy:guest-internet/ingress/1");
}

// `count` records up to `newest`, `step` apart; appended in batches.
inline void FillLog(const std::string& path, int64_t count, absl::Time newest,
                    absl::Duration step) {
  auto store = AuditStore::Open(path, AuditStore::Mode::kWriter);
  GW_CHECK(store.ok());
  constexpr int64_t kBatch = 20'000;
  std::vector<AuditRecord> batch;
  for (int64_t i = 0; i < count; ++i) {
    batch.push_back(OfficeFlow(newest - step * (count - 1 - i), i));
    if (static_cast<int64_t>(batch.size()) < kBatch && i + 1 < count) continue;
    GW_CHECK((*store)->Append(batch).ok());
    batch.clear();
  }
}

inline void AppendTo(const std::string& path, const std::vector<AuditRecord>& records) {
  auto store = AuditStore::Open(path, AuditStore::Mode::kWriter);
  GW_CHECK(store.ok());
  GW_CHECK((*store)->Append(records).ok());
}

// As `gatewarden audit export` does.
inline void ExportTo(const std::string& path, const std::string& audit,
                     std::optional<absl::Time> since = {}, std::optional<absl::Time> until = {}) {
  auto store = AuditStore::Open(audit, AuditStore::Mode::kReadOnly);
  GW_CHECK(store.ok());
  AuditExportRequest request;
  request.path = path;
  request.query.since = since;
  request.query.until = until;
  GW_CHECK((*store)->Export(request).ok());
}

// Interfaces guest and lan, a phone, a printer, and the policies that FillLog names.
inline std::vector<Resource> Office() {
  Rule deny = Does(RuleAction::kDeny);
  deny.destination.selector = "zone == 'inside'";
  Policy lateral = Forwarding(Gnp("no-lateral", "role == 'guest'", {deny}));
  lateral.order = 10;
  Rule dns = Does(RuleAction::kAllow);
  dns.protocol = RuleProtocol{kProtocolUdp, true};
  dns.destination.ports = {PortRange{53, 53}};
  Policy internet =
      Forwarding(Gnp("guest-internet", "role == 'guest'", {dns, Does(RuleAction::kAllow)}));
  internet.order = 20;
  Policy lan = Forwarding(
      Gnp("lan-out", "role == 'lan'", {Does(RuleAction::kAllow)}, {Does(RuleAction::kAllow)}));
  lan.order = 30;
  return {
      Hep("guest", "eth1.20", {{"role", "guest"}}),
      Hep("lan", "eth1", {{"role", "lan"}, {"zone", "inside"}}),
      Set("galaxy-a54", {{"role", "guest"}, {"owner", "visitor"}}, {Net("10.20.0.77/32")}),
      Set("printer-2nd-floor", {{"role", "printer"}, {"zone", "inside"}}, {Net("10.10.0.40/32")}),
      lateral,
      internet,
      lan};
}

}  // namespace gw::testing

#endif  // TESTS_ADMIN_GUI_SUPPORT_FLOW_LOG_H_
