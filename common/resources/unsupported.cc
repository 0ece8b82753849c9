#include "common/resources/unsupported.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace gw {
namespace {

constexpr absl::string_view kNamespaces =
    "it selects by Kubernetes namespace, and a gateway has no namespaces";
constexpr absl::string_view kServiceAccounts =
    "it selects by Kubernetes service account, and a gateway has none";
constexpr absl::string_view kOrchestrator =
    "only an orchestrator such as Kubernetes has a use for it";
constexpr absl::string_view kDomains =
    "domain names need the DNS answers that pass the gateway, which are not followed yet; name the "
    "addresses in `nets`, or a GlobalNetworkSet in `selector`";

struct UnsupportedKind {
  absl::string_view name;
  absl::string_view reason;
};
constexpr UnsupportedKind kKinds[] = {
    {"NetworkPolicy", "it belongs to a Kubernetes namespace; write a GlobalNetworkPolicy"},
    {"StagedNetworkPolicy",
     "it belongs to a Kubernetes namespace; write a StagedGlobalNetworkPolicy"},
    {"StagedKubernetesNetworkPolicy",
     "it belongs to a Kubernetes namespace; write a StagedGlobalNetworkPolicy"},
    {"NetworkSet", "it belongs to a Kubernetes namespace; write a GlobalNetworkSet"},
    {"IPPool", "addresses of pods are not assigned here"},
    {"IPReservation", "addresses of pods are not assigned here"},
    {"IPAMConfig", "addresses of pods are not assigned here"},
    {"IPAMConfiguration", "addresses of pods are not assigned here"},
    {"IPAMBlock", "addresses of pods are not assigned here"},
    {"IPAMHandle", "addresses of pods are not assigned here"},
    {"BlockAffinity", "addresses of pods are not assigned here"},
    {"BGPPeer", "routes are not distributed here"},
    {"BGPConfiguration", "routes are not distributed here"},
    {"BGPFilter", "routes are not distributed here"},
    {"CalicoNodeStatus", "there is no cluster of nodes here; see `gatewarden status`"},
    {"Node", "there is no cluster of nodes here; `gatewardend --node` names this machine"},
    {"ClusterInformation", "there is no cluster here"},
    {"KubeControllersConfiguration", "there are no Kubernetes controllers here"},
    {"KubernetesControllersConfiguration", "there are no Kubernetes controllers here"},
    {"RemoteClusterConfiguration", "there are no clusters to connect here"},
    {"ExternalNetwork", "routes are not distributed here"},
    {"LiveMigration", "virtual machines are not moved here"},
};

constexpr UnsupportedField kMetadata[] = {
    {"namespace", "no resource here belongs to a Kubernetes namespace"},
    {"generateName", "a Kubernetes server would make up the name; write `name`"},
    {"ownerReferences", kOrchestrator},
    {"finalizers", kOrchestrator},
};
constexpr UnsupportedField kHostEndpoint[] = {
    {"qosControls", "bandwidth is not controlled here"},
};
constexpr UnsupportedField kWorkloadEndpoint[] = {
    {"orchestrator", kOrchestrator},
    {"workload", kOrchestrator},
    {"pod", kOrchestrator},
    {"endpoint", kOrchestrator},
    {"containerID", kOrchestrator},
    {"serviceAccountName", kOrchestrator},
    {"ipNATs", "addresses are not translated here"},
    {"ipv4Gateway", "routes to workloads are not made here"},
    {"ipv6Gateway", "routes to workloads are not made here"},
    {"qosControls", "bandwidth is not controlled here"},
};
constexpr UnsupportedField kEndpointPort[] = {
    {"hostPort", "ports of the host are not mapped to workloads here"},
    {"hostIP", "ports of the host are not mapped to workloads here"},
};
constexpr UnsupportedField kPolicy[] = {
    {"namespaceSelector", kNamespaces, LeaveOut::kResource},
    {"serviceAccountSelector", kServiceAccounts, LeaveOut::kResource},
    {"performanceHints", "policies are always compiled whole here"},
};
constexpr UnsupportedField kRule[] = {
    {"http", "it needs a proxy that reads HTTP", LeaveOut::kRule},
};
constexpr UnsupportedField kEntityRule[] = {
    {"namespaceSelector", kNamespaces, LeaveOut::kRule},
    {"serviceAccounts", kServiceAccounts, LeaveOut::kRule},
    {"services", "it names Kubernetes services, and a gateway has none", LeaveOut::kRule},
    {"domains", kDomains, LeaveOut::kRule, /*can_be_left_out=*/false},
};
constexpr UnsupportedField kNetworkSet[] = {
    {"allowedEgressDomains", kDomains, LeaveOut::kField, /*can_be_left_out=*/false},
};

constexpr absl::string_view kServerMetadata[] = {
    "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink"};
constexpr absl::string_view kServerResource[] = {"status"};

}  // namespace

std::optional<absl::string_view> WhyUnsupportedKind(absl::string_view kind) {
  for (const absl::string_view name : {kind, absl::StripSuffix(kind, "List")}) {
    for (const UnsupportedKind& unsupported : kKinds) {
      if (absl::EqualsIgnoreCase(name, unsupported.name)) return unsupported.reason;
    }
  }
  return std::nullopt;
}

absl::Span<const UnsupportedField> UnsupportedInMetadata() { return kMetadata; }
absl::Span<const UnsupportedField> UnsupportedInHostEndpoint() { return kHostEndpoint; }
absl::Span<const UnsupportedField> UnsupportedInWorkloadEndpoint() { return kWorkloadEndpoint; }
absl::Span<const UnsupportedField> UnsupportedInEndpointPort() { return kEndpointPort; }
absl::Span<const UnsupportedField> UnsupportedInPolicy() { return kPolicy; }
absl::Span<const UnsupportedField> UnsupportedInRule() { return kRule; }
absl::Span<const UnsupportedField> UnsupportedInEntityRule() { return kEntityRule; }
absl::Span<const UnsupportedField> UnsupportedInNetworkSet() { return kNetworkSet; }
absl::Span<const absl::string_view> ServerSetInMetadata() { return kServerMetadata; }
absl::Span<const absl::string_view> ServerSetInResource() { return kServerResource; }

}  // namespace gw
