// EndpointRow, DeviceRow: the interfaces of a gateway beside the endpoints of a policy: what
// governs each interface and why, what is amiss; and the devices that the gateway sees. Pure
// functions over values; any thread.

#ifndef ADMIN_GUI_MODELS_ENDPOINT_ROWS_H_
#define ADMIN_GUI_MODELS_ENDPOINT_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "admin-gui/session/attention.h"
#include "common/policy/model.h"
#include "common/service/host_network.h"
#include "common/service/service.h"

namespace gw::gui {

// The machine that the rows are about.
struct GatewayHost {
  std::string node;
  // What Service::Interfaces found belongs to it, not to the machine that looks at its files.
  bool is_here = true;

  friend bool operator==(const GatewayHost&, const GatewayHost&) = default;
};
// The node of the running enforcer; else this machine, unless every endpoint is of another node.
GatewayHost HostOf(const std::optional<StatusResult>& status, const Model& model,
                   absl::string_view this_machine);

struct EndpointWarning {
  enum class Kind : uint8_t {
    kNoEgress,        // neither policy nor profile lets the gateway open connections
    kNoIngress,       // likewise for reaching the gateway
    kMissingProfile,  // `profile` does not exist
    kNotChecked,      // an interface that nothing governs
  };
  Kind kind = Kind::kNotChecked;
  std::string profile;

  friend bool operator==(const EndpointWarning&, const EndpointWarning&) = default;
};

struct EndpointRow {
  enum class Presence : uint8_t {
    kUp,
    kDown,
    kAbsent,     // the endpoint's interface does not exist now
    kElsewhere,  // the endpoint is of another node
    kUnknown,    // the gateway is not this machine
  };
  // Why `endpoint` governs the interface, or why nothing does.
  enum class Governed : uint8_t {
    kByName,
    kByAddress,
    kByAny,        // `*`, which no named endpoint shadows
    kWorkload,     // a workload endpoint names the interface
    kNone,         // traffic passes without a decision
    kLoopback,     // likewise, unless an endpoint names it
    kExcluded,     // named by interfaceExclude
    kUnknownLoad,  // a workload interface without endpoint: everything is denied
  };

  std::string interface_name;  // `*` where the endpoint for all interfaces has no other row
  std::optional<ResourceKey> endpoint;  // what governs it
  std::string name;  // of the endpoint; of the interface if it has none of its own
  std::string node;
  Presence presence = Presence::kUnknown;
  Governed governed = Governed::kNone;
  bool any_shadowed = false;  // there is a `*`, which does not count here
  HostInterface::Kind interface_kind = HostInterface::Kind::kEthernet;
  bool default_route = false;
  std::string mac;
  std::vector<InterfaceAddress> addresses;
  Labels labels;        // the endpoint's own
  size_t policies = 0;  // that select it, staged ones too
  std::vector<EndpointWarning> warnings;

  friend bool operator==(const EndpointRow&, const EndpointRow&) = default;
};

// Interfaces and the endpoints without one, default route first, then by name; endpoints of other
// nodes last. `model` may have errors: a selector that cannot be read selects nothing.
std::vector<EndpointRow> EndpointRows(const Model& model, const GatewayHost& host,
                                      const std::vector<HostInterface>& interfaces);

struct DeviceRow {
  Address address;
  std::string mac;  // empty if not known
  std::string interface_name;
  std::optional<Neighbour::State> state;  // absent: not a neighbour now
  std::optional<absl::Time> last_seen;    // of its newest recorded flow
  std::string network_set;                // that names the address and nothing else; empty if none
  Labels labels;                          // of the sets that name the address

  friend bool operator==(const DeviceRow&, const DeviceRow&) = default;
};

// Neighbours that answered at some time, and addresses of `seen` (Service::Top of sources) that lie
// in a network of an interface; without the gateway's own. Named ones first, then by address.
std::vector<DeviceRow> DeviceRows(const Model& model, const std::vector<HostInterface>& interfaces,
                                  const std::vector<Neighbour>& neighbours,
                                  const std::vector<AuditTop>& seen);

// The labels that selectors see: the endpoint's own and those of its profiles.
Labels EffectiveLabels(const Model& model, const ResourceKey& endpoint);
const std::vector<std::string>& ProfilesOf(const Model& model, const ResourceKey& endpoint);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_ENDPOINT_ROWS_H_
