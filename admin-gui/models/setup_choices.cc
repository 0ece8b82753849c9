#include "admin-gui/models/setup_choices.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include <QCoreApplication>

namespace gw::gui {
namespace {

using Kind = HostInterface::Kind;

class SetupText {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::SetupText)
};

bool HasDefaultRoute(const HostInterface& found) {
  return found.default_route_ipv4 || found.default_route_ipv6;
}

bool LeadsToContainers(const HostInterface& found) {
  return found.kind == Kind::kVirtual || found.name.starts_with("docker") ||
         found.name.starts_with("br-") || found.name.starts_with("virbr") ||
         found.name.starts_with("veth");
}

SetupRole Guess(const HostInterface& found) {
  if (HasDefaultRoute(found)) return SetupRole::kWan;
  if (LeadsToContainers(found)) return SetupRole::kLeaveAlone;
  if (found.kind == Kind::kTunnel) return SetupRole::kVpn;
  return found.addresses.empty() ? SetupRole::kLeaveAlone : SetupRole::kLan;
}

QString Why(const SetupChoice& choice) {
  if (HasDefaultRoute(choice.found)) return SetupText::tr("default route");
  if (LeadsToContainers(choice.found)) return SetupText::tr("containers");
  if (choice.found.kind == Kind::kTunnel) return SetupText::tr("tunnel");
  if (choice.found.addresses.empty()) return SetupText::tr("no address");
  return choice.devices == 0
             ? SetupText::tr("no device seen yet")
             : SetupText::tr("%n device(s)", nullptr, static_cast<int>(choice.devices));
}

}  // namespace

QString NameOf(SetupRole role) {
  switch (role) {
    case SetupRole::kWan:
      return SetupText::tr("WAN");
    case SetupRole::kLan:
      return SetupText::tr("LAN");
    case SetupRole::kGuests:
      return SetupText::tr("Guests");
    case SetupRole::kDevices:
      return SetupText::tr("Devices (IoT)");
    case SetupRole::kServers:
      return SetupText::tr("Servers");
    case SetupRole::kVpn:
      return SetupText::tr("VPN");
    case SetupRole::kManagement:
      return SetupText::tr("Management");
    case SetupRole::kLeaveAlone:
      return SetupText::tr("Leave alone");
  }
  return {};
}

const char* LabelOf(SetupRole role) {
  switch (role) {
    case SetupRole::kWan:
      return "wan";
    case SetupRole::kLan:
      return "lan";
    case SetupRole::kGuests:
      return "guest";
    case SetupRole::kDevices:
      return "iot";
    case SetupRole::kServers:
      return "server";
    case SetupRole::kVpn:
      return "vpn";
    case SetupRole::kManagement:
      return "mgmt";
    case SetupRole::kLeaveAlone:
      return "";
  }
  return "";
}

Labels LabelsOf(SetupRole role) {
  if (role == SetupRole::kLeaveAlone) return {};
  const bool outside = role == SetupRole::kWan || role == SetupRole::kGuests;
  return {{"role", LabelOf(role)}, {"zone", outside ? "outside" : "inside"}};
}

std::vector<SetupChoice> ProposeSetup(const std::vector<HostInterface>& interfaces,
                                      const std::vector<Neighbour>& neighbours) {
  std::map<std::string, size_t> devices;
  for (const Neighbour& neighbour : neighbours) {
    if (!neighbour.mac.empty()) ++devices[neighbour.interface_name];
  }
  std::vector<SetupChoice> choices;
  for (const HostInterface& found : interfaces) {
    if (found.kind == Kind::kLoopback) continue;
    SetupChoice choice;
    choice.found = found;
    choice.devices = devices[found.name];
    choice.role = Guess(found);
    choice.why = Why(choice);
    choice.labels = LabelsOf(choice.role);
    choices.push_back(std::move(choice));
  }
  std::stable_sort(choices.begin(), choices.end(), [](const auto& a, const auto& b) {
    return std::make_pair(!HasDefaultRoute(a.found), a.found.name) <
           std::make_pair(!HasDefaultRoute(b.found), b.found.name);
  });
  return choices;
}

std::vector<HostEndpoint> EndpointsOf(const std::vector<SetupChoice>& choices,
                                      const std::string& node) {
  std::vector<HostEndpoint> endpoints;
  std::map<std::string, int> used;
  for (const SetupChoice& choice : choices) {
    if (choice.role == SetupRole::kLeaveAlone) continue;
    HostEndpoint host;
    host.metadata.name = LabelOf(choice.role);
    const int count = ++used[host.metadata.name];
    if (count > 1) absl::StrAppend(&host.metadata.name, "-", count);
    host.metadata.labels = choice.labels;
    host.node = node;
    host.interface_name = choice.found.name;
    endpoints.push_back(std::move(host));
  }
  return endpoints;
}

}  // namespace gw::gui
