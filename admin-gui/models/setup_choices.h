// SetupChoice: what the first-run assistant proposes for each interface, and why (gui.md §4.1).
// Pure functions; GUI thread (they translate).

#ifndef ADMIN_GUI_MODELS_SETUP_CHOICES_H_
#define ADMIN_GUI_MODELS_SETUP_CHOICES_H_

#include <cstdint>
#include <vector>

#include <QString>

#include "common/policy/model.h"
#include "common/service/host_network.h"

namespace gw::gui {

enum class SetupRole : uint8_t {
  kWan,
  kLan,
  kGuests,
  kDevices,
  kServers,
  kVpn,
  kManagement,
  kLeaveAlone,
};
inline constexpr SetupRole kAllSetupRoles[] = {
    SetupRole::kWan,     SetupRole::kLan, SetupRole::kGuests,     SetupRole::kDevices,
    SetupRole::kServers, SetupRole::kVpn, SetupRole::kManagement, SetupRole::kLeaveAlone};

QString NameOf(SetupRole role);
// "wan", "lan", "guest", "iot", "server", "vpn", "mgmt": the value of the label `role`.
const char* LabelOf(SetupRole role);
// What is written for a role, until somebody edits it; none for kLeaveAlone.
Labels LabelsOf(SetupRole role);

struct SetupChoice {
  HostInterface found;
  size_t devices = 0;  // neighbours that answered
  SetupRole role = SetupRole::kLeaveAlone;
  QString why;  // of the guess: "default route", "17 devices", "containers"
  Labels labels;

  friend bool operator==(const SetupChoice&, const SetupChoice&) = default;
};

// One for each interface but the loopback, default route first, then by name. A network of guests
// or of devices cannot be told from another by looking, so all inside are proposed as LAN.
std::vector<SetupChoice> ProposeSetup(const std::vector<HostInterface>& interfaces,
                                      const std::vector<Neighbour>& neighbours);

// A host endpoint for each choice that is not left alone, named after its role.
std::vector<HostEndpoint> EndpointsOf(const std::vector<SetupChoice>& choices,
                                      const std::string& node);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_SETUP_CHOICES_H_
