// What the first-run assistant writes: from the endpoints that were chosen, the policies and
// network sets of a template (gui.md §4.1). Everything passes Validate without errors, and leaves a
// way to stay connected. Pure; any thread.

#ifndef ADMIN_GUI_SESSION_TEMPLATES_H_
#define ADMIN_GUI_SESSION_TEMPLATES_H_

#include <cstdint>
#include <vector>

#include "common/net/prefix.h"
#include "common/policy/model.h"
#include "common/service/host_network.h"

namespace gw::gui {

enum class PolicyTemplate : uint8_t {
  kObserve,      // Home, all of it staged: nothing is blocked
  kHome,         // inside may go anywhere; guests and devices only out
  kOffice,       // networks inside are apart; guests may browse
  kDefaultDeny,  // nothing is routed until a policy allows it
};
inline constexpr PolicyTemplate kAllPolicyTemplates[] = {
    PolicyTemplate::kObserve, PolicyTemplate::kHome, PolicyTemplate::kOffice,
    PolicyTemplate::kDefaultDeny};

// An interface that was given a role: its host endpoint with labels and node, and the networks
// behind it. The labels `role` (wan, lan, guest, iot, server, vpn, mgmt) and `zone` (inside,
// outside) say what policies do with it.
struct TemplateInterface {
  HostEndpoint endpoint;
  std::vector<Prefix> networks;

  friend bool operator==(const TemplateInterface&, const TemplateInterface&) = default;
};

// The networks of an interface's addresses, without link-local ones and single addresses.
std::vector<Prefix> NetworksOf(const HostInterface& interface);

// The endpoints, for each one that is not the uplink (role wan) a network set of its networks with
// the same labels, and the policies that select one of them. An endpoint of an interface that
// does not ask for policies is not to be among them.
std::vector<Resource> MakeTemplate(PolicyTemplate which,
                                   const std::vector<TemplateInterface>& interfaces);

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_TEMPLATES_H_
