// A small office at the lab's gateway, for pictures of the window that look like somebody's: its
// policy, and two days of decisions before now.

#ifndef TESTS_ADMIN_GUI_SUPPORT_OFFICE_H_
#define TESTS_ADMIN_GUI_SUPPORT_OFFICE_H_

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "absl/time/time.h"

#include "common/base/check.h"
#include "common/policy/known_addresses.h"
#include "common/resources/reader.h"
#include "common/store/audit_store.h"
#include "tests/support/policy_builder.h"

namespace gw::testing {

inline constexpr char kOfficePolicy[] = R"(
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 100, defaultAction: Pass}
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: site}
spec: {order: 200, defaultAction: Pass}
---
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: wan, labels: {role: wan, zone: outside}}
spec: {node: gw, interfaceName: eth0}
---
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: lan, labels: {role: lan, zone: inside}}
spec: {node: gw, interfaceName: eth1, ports: [{name: web, port: 443, protocol: TCP}]}
---
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: guest, labels: {role: guest, zone: guest}}
spec: {node: gw, interfaceName: eth2}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: anna-laptop, labels: {role: laptop, owner: anna, zone: inside}}
spec: {nets: [192.168.10.7/32]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: printer-2nd-floor, labels: {role: printer, zone: inside}}
spec: {nets: [192.168.10.40/32]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: nas, labels: {role: storage, zone: inside}}
spec: {nets: [192.168.10.12/32, "2001:db8:10::12/128"]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: galaxy-a54, labels: {role: phone, owner: visitor}}
spec: {nets: [192.168.20.77/32]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: threat-feed, labels: {threat: feed}}
spec: {nets: [45.148.10.0/24, 185.220.101.0/24, 198.51.100.0/25, "2001:db8:bad::/48"]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: block-known-bad}
spec:
  tier: security
  order: 10
  selector: role == 'wan'
  applyOnForward: true
  types: [Ingress, Egress]
  ingress:
  - {action: Deny, source: {selector: threat == 'feed'}}
  egress:
  - {action: Deny, destination: {selector: threat == 'feed'}}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: no-lateral}
spec:
  tier: security
  order: 20
  selector: role == 'guest'
  applyOnForward: true
  types: [Ingress]
  ingress:
  - {action: Deny, destination: {selector: zone == 'inside'}}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: lan-internet}
spec:
  tier: site
  order: 10
  selector: role == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: TCP, destination: {ports: [80, 443, 8443]}}
  - {action: Allow, protocol: UDP, destination: {ports: [53, 123]}}
  - {action: Allow, protocol: ICMP}
  - {action: Deny, protocol: UDP, destination: {ports: ['137:139']}}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: guest-internet}
spec:
  tier: site
  order: 20
  selector: role == 'guest'
  applyOnForward: true
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: UDP, destination: {ports: [53]}}
  - {action: Allow, protocol: TCP, destination: {ports: [80, 443]}}
  - {action: Allow, protocol: TCP, destination: {selector: role == 'printer', ports: [631, 9100]}}
---
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: {name: guest-no-plain-http}
spec:
  tier: site
  order: 15
  selector: role == 'guest'
  applyOnForward: true
  types: [Ingress]
  ingress:
  - {action: Deny, protocol: TCP, destination: {ports: [80]}}
  - {action: Pass}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: old-fax}
spec:
  tier: site
  order: 30
  selector: role == 'fax'
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: TCP, destination: {ports: [515]}}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: out-to-the-internet}
spec:
  order: 5
  selector: role == 'wan'
  applyOnForward: true
  types: [Egress]
  egress:
  - {action: Allow}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: gateway-management}
spec:
  order: 10
  selector: role == 'lan'
  types: [Ingress, Egress]
  ingress:
  - {action: Allow, protocol: TCP, destination: {ports: [22, 443]}}
  - {action: Allow, protocol: UDP, destination: {ports: [53, 67]}}
  egress:
  - {action: Allow}
)";

struct OfficeFlowKind {
  const char* source;
  const char* destination;
  uint8_t protocol;
  uint16_t port;
  const char* in;
  const char* out;
  Verdict verdict;
  const char* decided_by;
  uint32_t weight;
  bool is_new = false;  // only in the last hour
};

inline constexpr std::array<OfficeFlowKind, 13> kOfficeFlows = {{
    {"192.168.10.7", "140.82.121.4", kProtocolTcp, 443, "eth1", "eth0", Verdict::kAllow,
     "policy:out-to-the-internet/egress/0", 300},
    {"192.168.10.12", "91.189.91.157", kProtocolUdp, 123, "eth1", "eth0", Verdict::kAllow,
     "policy:out-to-the-internet/egress/0", 60},
    {"192.168.10.7", "9.9.9.9", kProtocolUdp, 53, "eth1", "eth0", Verdict::kAllow,
     "policy:out-to-the-internet/egress/0", 220},
    {"192.168.20.77", "142.250.185.78", kProtocolTcp, 443, "eth2", "eth0", Verdict::kAllow,
     "policy:out-to-the-internet/egress/0", 180},
    {"2001:db8:10::7", "2606:4700::6810:84e5", kProtocolTcp, 443, "eth1", "eth0", Verdict::kAllow,
     "policy:out-to-the-internet/egress/0", 120},
    {"192.168.20.77", "192.168.10.40", kProtocolTcp, 631, "eth2", "eth1", Verdict::kDeny,
     "policy:no-lateral/ingress/0", 22},
    {"185.220.101.44", "203.0.113.2", kProtocolTcp, 22, "eth0", "", Verdict::kDeny,
     "policy:block-known-bad/ingress/0", 30},
    {"45.148.10.62", "203.0.113.2", kProtocolTcp, 3389, "eth0", "", Verdict::kDeny,
     "policy:block-known-bad/ingress/0", 9},
    {"192.168.10.7", "192.168.10.1", kProtocolTcp, 22, "eth1", "", Verdict::kAllow,
     "failsafe:tcp:22", 4},
    {"192.168.10.31", "192.168.10.255", kProtocolUdp, 138, "eth1", "eth0", Verdict::kDeny,
     "policy:lan-internet/ingress/3", 11},
    {"192.168.20.91", "142.250.185.78", kProtocolTcp, 443, "eth2", "eth0", Verdict::kAllow,
     "policy:out-to-the-internet/egress/0", 90, true},
    {"192.168.20.91", "192.168.10.12", kProtocolTcp, 445, "eth2", "eth1", Verdict::kDeny,
     "policy:no-lateral/ingress/0", 40, true},
    {"2001:db8:10:ab4f:1c2d:83e0:7b6a:951e", "2606:4700:3033:1a2b:9c4d:e5f6:7081:92a3",
     kProtocolTcp, 8443, "eth1", "eth0", Verdict::kAllow, "policy:out-to-the-internet/egress/0", 60,
     true},
}};

using OfficeNames = std::vector<std::pair<std::string, std::string>>;  // old, new

inline std::shared_ptr<const Model> OfficeModel(const OfficeNames& renamed) {
  ReadResult read;
  ReadResources(absl::StrReplaceAll(kOfficePolicy, renamed), "office.yaml", {}, &read);
  GW_CHECK(read.problems.empty());
  auto model = std::make_shared<Model>();
  for (ReadResource& one : read.resources) Put(*model, std::move(one.resource));
  return model;
}

// Busy by day, quiet at night, with a burst of knocking from outside at three. Always the same
// for the same `now`. Policies that are `renamed` have their names in the log too.
inline void FillOfficeLog(const std::string& path, absl::Time now, int64_t count,
                          const OfficeNames& renamed = {}) {
  auto store = AuditStore::Open(path, AuditStore::Mode::kWriter);
  GW_CHECK(store.ok());
  const std::shared_ptr<const Model> policy = OfficeModel(renamed);
  Site site;
  site.node = "gw";
  const KnownAddresses known(policy, site);
  const auto labels_of = [&policy](const std::string& endpoint) {
    return policy->host_endpoints.at(endpoint).metadata.labels;
  };
  uint64_t state = 12345;
  const auto random = [&state](uint64_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33U) % below;
  };
  constexpr absl::Duration kSpan = absl::Hours(48);
  uint32_t whole = 0;
  for (const OfficeFlowKind& kind : kOfficeFlows) whole += kind.weight;
  std::vector<AuditRecord> records;
  for (int64_t i = 0; i < count; ++i) {
    const absl::Time time = now - kSpan + kSpan * i / count;
    const double hours = absl::ToDoubleHours(now - time);
    const double day = 0.5 + 0.5 * std::cos(hours / 24 * 2 * 3.14159);
    const bool night = hours > 10 && hours < 11;
    if (!night && random(1000) > static_cast<uint64_t>(60 + 940 * day)) continue;
    auto pick = static_cast<uint32_t>(random(whole));
    const OfficeFlowKind* chosen = &kOfficeFlows[6];
    for (const OfficeFlowKind& kind : kOfficeFlows) {
      if (night && random(3) > 0) break;
      if (pick < kind.weight) {
        if (!kind.is_new || hours < 1) chosen = &kind;
        break;
      }
      pick -= kind.weight;
    }
    AuditRecord record;
    record.time = time;
    record.hook = *chosen->out == '\0' ? Hook::kInput : Hook::kForward;
    record.in = chosen->in;
    record.out = chosen->out;
    const auto endpoint = [](const std::string& interface) -> std::string {
      return interface == "eth0" ? "wan" : interface == "eth1" ? "lan" : "guest";
    };
    record.in_endpoint = endpoint(record.in);
    if (!record.out.empty()) record.out_endpoint = endpoint(record.out);
    record.in_labels = labels_of(record.in_endpoint);
    if (!record.out.empty()) record.out_labels = labels_of(record.out_endpoint);
    record.tuple = Tcp(chosen->source, chosen->destination, chosen->port);
    record.source_party = known.Find(record.tuple.source);
    record.destination_party = known.Find(record.tuple.destination);
    record.tuple.protocol = chosen->protocol;
    record.tuple.source_port = static_cast<uint16_t>(32768 + random(28000));
    record.verdict = chosen->verdict;
    record.pending_verdict = chosen->verdict;
    record.decided_by = absl::StrReplaceAll(chosen->decided_by, renamed);
    record.pending_decided_by = record.decided_by;
    record.revision = 1;
    records.push_back(record);
  }
  GW_CHECK((*store)->Append(records).ok());
  // What goes out is masqueraded; all but the newest has ended.
  std::vector<AuditFlow> flows;
  for (size_t i = 0; i < records.size(); ++i) {
    const AuditRecord& record = records[i];
    if (record.verdict != Verdict::kAllow) continue;
    AuditFlow flow;
    flow.id = static_cast<int64_t>(i + 1);
    if (record.out == "eth0" && record.tuple.family() == Family::kIPv4) {
      flow.translated_source =
          TransportAddress{*ParseAddress("203.0.113.2"), record.tuple.source_port};
    }
    if (now - record.time > absl::Minutes(3)) {
      const bool short_one = record.tuple.protocol == kProtocolUdp;
      FlowEnd& end = flow.end.emplace();
      end.duration = short_one ? absl::Milliseconds(12 + i % 30)
                               : absl::Milliseconds(140 + i * 7'919 % 90'000);
      end.time = record.time + end.duration;
      end.packets_sent = short_one ? 1 : static_cast<int64_t>(6 + i % 400);
      end.packets_received = short_one ? 1 : static_cast<int64_t>(5 + i * 31 % 2'000);
      end.bytes_sent = end.packets_sent * 76;
      end.bytes_received = end.packets_received * (short_one ? 92 : 1'340);
      end.reason = short_one ? FlowEnd::Reason::kTimeout : FlowEnd::Reason::kClosed;
    }
    flows.push_back(std::move(flow));
  }
  GW_CHECK((*store)->AppendFlows(flows).ok());
}

}  // namespace gw::testing

#endif  // TESTS_ADMIN_GUI_SUPPORT_OFFICE_H_
