#include "common/service/host_network.h"

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/base/closer.h"
#include "common/base/errno_text.h"
#include "common/base/status_macros.h"

namespace gw {
namespace {

using Kind = HostInterface::Kind;
using MnlSocket = std::unique_ptr<mnl_socket, Closer<&mnl_socket_close>>;
using Table = std::map<uint32_t, HostInterface>;  // by index
using Visit = absl::FunctionRef<void(const nlmsghdr*)>;

// The kernel fills datagrams of a dump up to this size.
constexpr size_t kReceiveBytes = 1 << 16;

absl::Status NetlinkError(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat("ask the kernel for ", what, ": ", ErrnoText()));
}

// ---- asking -----------------------------------------------------------------------------------

// Visits the messages of one datagram; true at the end of the dump.
absl::StatusOr<bool> VisitDatagram(const std::vector<char>& bytes, ssize_t size,
                                   absl::string_view what, Visit visit) {
  int left = static_cast<int>(size);
  const auto* message = reinterpret_cast<const nlmsghdr*>(bytes.data());
  while (mnl_nlmsg_ok(message, left)) {
    if (message->nlmsg_type == NLMSG_DONE) return true;
    if (message->nlmsg_type == NLMSG_ERROR) {
      errno = -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message))->error;
      return NetlinkError(what);
    }
    visit(message);
    message = mnl_nlmsg_next(message, &left);
  }
  return false;
}

// Visits what the kernel lists for a request of `type` whose own header is `header`.
template <typename Header>
absl::Status Dump(uint16_t type, const Header& header, absl::string_view what, Visit visit) {
  const MnlSocket socket(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
  if (socket == nullptr || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return NetlinkError(what);
  }
  alignas(nlmsghdr) char request[256];
  nlmsghdr* message = mnl_nlmsg_put_header(request);
  message->nlmsg_type = type;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  *static_cast<Header*>(mnl_nlmsg_put_extra_header(message, sizeof(Header))) = header;
  if (mnl_socket_sendto(socket.get(), message, message->nlmsg_len) < 0) return NetlinkError(what);
  std::vector<char> answer(kReceiveBytes);
  for (bool done = false; !done;) {
    const ssize_t size = mnl_socket_recvfrom(socket.get(), answer.data(), answer.size());
    if (size < 0) return NetlinkError(what);
    GW_ASSIGN_OR_RETURN(done, VisitDatagram(answer, size, what, visit));
  }
  return absl::OkStatus();
}

template <typename Visitor>
void ForEachAttribute(const nlattr* attribute, const void* tail, Visitor&& visit) {
  const char* const end = static_cast<const char*>(tail);
  while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
    visit(attribute);
    attribute = mnl_attr_next(attribute);
  }
}

// Those behind the `header_bytes` of the family's own header.
template <typename Visitor>
void ForEachAttribute(const nlmsghdr* message, size_t header_bytes, Visitor&& visit) {
  ForEachAttribute(static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(message, header_bytes)),
                   mnl_nlmsg_get_payload_tail(message), visit);
}

std::optional<Address> AddressOf(int family, const nlattr* attribute) {
  const auto* bytes = static_cast<const uint8_t*>(mnl_attr_get_payload(attribute));
  const uint16_t size = mnl_attr_get_payload_len(attribute);
  if (family == AF_INET && size == 4) return Address::FromBytes(Family::kIPv4, bytes);
  if (family == AF_INET6 && size == 16) return Address::FromBytes(Family::kIPv6, bytes);
  return std::nullopt;
}

// Empty for what is no Ethernet address, or none.
std::string MacOf(const nlattr* attribute) {
  const auto* bytes = static_cast<const uint8_t*>(mnl_attr_get_payload(attribute));
  if (mnl_attr_get_payload_len(attribute) != 6) return "";
  if (std::all_of(bytes, bytes + 6, [](uint8_t byte) { return byte == 0; })) return "";
  return absl::StrFormat("%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2], bytes[3],
                         bytes[4], bytes[5]);
}

// ---- interfaces -------------------------------------------------------------------------------

struct DriverKind {
  const char* driver;  // IFLA_INFO_KIND
  Kind kind;
};
constexpr DriverKind kDriverKinds[] = {
    {"bridge", Kind::kBridge},    {"bond", Kind::kBond},        {"team", Kind::kBond},
    {"vlan", Kind::kVlan},        {"veth", Kind::kVirtual},     {"dummy", Kind::kVirtual},
    {"tun", Kind::kTunnel},       {"wireguard", Kind::kTunnel}, {"vxlan", Kind::kTunnel},
    {"geneve", Kind::kTunnel},    {"gre", Kind::kTunnel},       {"gretap", Kind::kTunnel},
    {"erspan", Kind::kTunnel},    {"ip6gre", Kind::kTunnel},    {"ip6gretap", Kind::kTunnel},
    {"ip6erspan", Kind::kTunnel}, {"ipip", Kind::kTunnel},      {"ip6tnl", Kind::kTunnel},
    {"sit", Kind::kTunnel},       {"vti", Kind::kTunnel},       {"vti6", Kind::kTunnel},
    {"xfrm", Kind::kTunnel},      {"ppp", Kind::kTunnel},
};

// Netlink does not tell; the wireless drivers have this folder in sysfs.
bool IsWireless(const std::string& name) {
  return access(absl::StrCat("/sys/class/net/", name, "/phy80211").c_str(), F_OK) == 0;
}

std::string DriverOf(const nlattr* link_info) {
  std::string driver;
  const char* const begin = static_cast<const char*>(mnl_attr_get_payload(link_info));
  ForEachAttribute(reinterpret_cast<const nlattr*>(begin),
                   begin + mnl_attr_get_payload_len(link_info), [&](const nlattr* attribute) {
                     if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND) {
                       driver.assign(static_cast<const char*>(mnl_attr_get_payload(attribute)),
                                     mnl_attr_get_payload_len(attribute));
                     }
                   });
  // With its terminating zero, in most kernels.
  return driver.substr(0, driver.find('\0'));
}

Kind KindOf(const ifinfomsg& link, const std::string& name, const std::string& driver) {
  if ((link.ifi_flags & IFF_LOOPBACK) != 0) return Kind::kLoopback;
  // A tap carries Ethernet frames of a virtual machine, a tun packets of a tunnel.
  if (driver == "tun" && link.ifi_type == ARPHRD_ETHER) return Kind::kVirtual;
  for (const DriverKind& known : kDriverKinds) {
    if (driver == known.driver) return known.kind;
  }
  if (link.ifi_type == ARPHRD_ETHER) return IsWireless(name) ? Kind::kWireless : Kind::kEthernet;
  switch (link.ifi_type) {
    case ARPHRD_PPP:
    case ARPHRD_TUNNEL:
    case ARPHRD_TUNNEL6:
    case ARPHRD_SIT:
    case ARPHRD_IPGRE:
    case ARPHRD_IP6GRE:
    case ARPHRD_NONE:
      return Kind::kTunnel;
    default:
      return Kind::kEthernet;
  }
}

void ReadLink(const nlmsghdr* message, Table* table) {
  if (message->nlmsg_type != RTM_NEWLINK) return;
  const auto* link = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message));
  HostInterface found;
  found.index = static_cast<uint32_t>(link->ifi_index);
  found.up = (link->ifi_flags & IFF_UP) != 0;
  found.running = found.up && (link->ifi_flags & IFF_RUNNING) != 0;
  std::string driver;
  ForEachAttribute(message, sizeof(ifinfomsg), [&](const nlattr* attribute) {
    const uint16_t type = mnl_attr_get_type(attribute);
    if (type == IFLA_IFNAME) found.name = mnl_attr_get_str(attribute);
    if (type == IFLA_ADDRESS) found.mac = MacOf(attribute);
    if (type == IFLA_LINKINFO) driver = DriverOf(attribute);
  });
  found.kind = KindOf(*link, found.name, driver);
  table->insert_or_assign(found.index, std::move(found));
}

void ReadAddress(const nlmsghdr* message, Table* table) {
  if (message->nlmsg_type != RTM_NEWADDR) return;
  const auto* header = static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(message));
  const auto interface = table->find(header->ifa_index);
  if (interface == table->end()) return;
  const nlattr* own = nullptr;
  ForEachAttribute(message, sizeof(ifaddrmsg), [&](const nlattr* attribute) {
    const uint16_t type = mnl_attr_get_type(attribute);
    // IFA_LOCAL is this end of a point-to-point link, where IFA_ADDRESS is the other.
    if (type == IFA_LOCAL || (type == IFA_ADDRESS && own == nullptr)) own = attribute;
  });
  if (own == nullptr) return;
  if (const auto address = AddressOf(header->ifa_family, own)) {
    interface->second.addresses.push_back({*address, header->ifa_prefixlen});
  }
}

void SetDefaultRoute(uint8_t family, uint32_t index, Table* table) {
  const auto interface = table->find(index);
  if (interface == table->end()) return;
  if (family == AF_INET) interface->second.default_route_ipv4 = true;
  if (family == AF_INET6) interface->second.default_route_ipv6 = true;
}

// A route over several ways names an interface for each.
void ReadNextHops(const nlattr* hops, uint8_t family, Table* table) {
  const auto* hop = static_cast<const rtnexthop*>(mnl_attr_get_payload(hops));
  int left = mnl_attr_get_payload_len(hops);
  while (left >= static_cast<int>(sizeof(rtnexthop)) && hop->rtnh_len >= sizeof(rtnexthop) &&
         hop->rtnh_len <= left) {
    SetDefaultRoute(family, static_cast<uint32_t>(hop->rtnh_ifindex), table);
    const int step = static_cast<int>(MNL_ALIGN(hop->rtnh_len));
    left -= step;
    hop = reinterpret_cast<const rtnexthop*>(reinterpret_cast<const char*>(hop) + step);
  }
}

void ReadRoute(const nlmsghdr* message, Table* table) {
  if (message->nlmsg_type != RTM_NEWROUTE) return;
  const auto* route = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(message));
  if (route->rtm_dst_len != 0 || route->rtm_type != RTN_UNICAST ||
      route->rtm_table != RT_TABLE_MAIN) {
    return;
  }
  ForEachAttribute(message, sizeof(rtmsg), [&](const nlattr* attribute) {
    const uint16_t type = mnl_attr_get_type(attribute);
    if (type == RTA_OIF && mnl_attr_get_payload_len(attribute) == 4) {
      SetDefaultRoute(route->rtm_family, mnl_attr_get_u32(attribute), table);
    }
    if (type == RTA_MULTIPATH) ReadNextHops(attribute, route->rtm_family, table);
  });
}

absl::StatusOr<Table> ReadLinks() {
  Table table;
  GW_RETURN_IF_ERROR(Dump(RTM_GETLINK, ifinfomsg{}, "the interfaces",
                          [&table](const nlmsghdr* message) { ReadLink(message, &table); }));
  return table;
}

// ---- neighbours -------------------------------------------------------------------------------

std::optional<Neighbour::State> StateOf(uint16_t kernel_state) {
  constexpr unsigned kAnswered = NUD_REACHABLE | NUD_PERMANENT;
  constexpr unsigned kKnown = NUD_STALE | NUD_DELAY | NUD_PROBE;
  if ((kernel_state & NUD_NOARP) != 0) return std::nullopt;
  if ((kernel_state & kAnswered) != 0) return Neighbour::State::kReachable;
  if ((kernel_state & kKnown) != 0) return Neighbour::State::kStale;
  if ((kernel_state & (NUD_FAILED | NUD_INCOMPLETE)) != 0) return Neighbour::State::kFailed;
  return std::nullopt;
}

void ReadNeighbour(const nlmsghdr* message, const Table& table, std::vector<Neighbour>* found) {
  if (message->nlmsg_type != RTM_NEWNEIGH) return;
  const auto* header = static_cast<const ndmsg*>(mnl_nlmsg_get_payload(message));
  const auto state = StateOf(header->ndm_state);
  const auto interface = table.find(static_cast<uint32_t>(header->ndm_ifindex));
  if (!state || interface == table.end() || header->ndm_type == RTN_MULTICAST) return;
  Neighbour neighbour;
  neighbour.interface_name = interface->second.name;
  neighbour.state = *state;
  std::optional<Address> address;
  ForEachAttribute(message, sizeof(ndmsg), [&](const nlattr* attribute) {
    const uint16_t type = mnl_attr_get_type(attribute);
    if (type == NDA_DST) address = AddressOf(header->ndm_family, attribute);
    if (type == NDA_LLADDR) neighbour.mac = MacOf(attribute);
  });
  if (!address) return;
  neighbour.address = *address;
  found->push_back(std::move(neighbour));
}

}  // namespace

const char* InterfaceKindName(Kind kind) {
  switch (kind) {
    case Kind::kLoopback:
      return "loopback";
    case Kind::kEthernet:
      return "ethernet";
    case Kind::kWireless:
      return "wireless";
    case Kind::kBridge:
      return "bridge";
    case Kind::kBond:
      return "bond";
    case Kind::kVlan:
      return "vlan";
    case Kind::kVirtual:
      return "virtual";
    case Kind::kTunnel:
      return "tunnel";
  }
  return "ethernet";
}

absl::StatusOr<std::vector<HostInterface>> ReadInterfaces() {
  GW_ASSIGN_OR_RETURN(Table table, ReadLinks());
  GW_RETURN_IF_ERROR(Dump(RTM_GETADDR, ifaddrmsg{}, "the addresses",
                          [&table](const nlmsghdr* message) { ReadAddress(message, &table); }));
  GW_RETURN_IF_ERROR(Dump(RTM_GETROUTE, rtmsg{}, "the routes",
                          [&table](const nlmsghdr* message) { ReadRoute(message, &table); }));
  std::vector<HostInterface> interfaces;
  interfaces.reserve(table.size());
  for (auto& [index, found] : table) {
    std::sort(
        found.addresses.begin(), found.addresses.end(),
        [](const InterfaceAddress& a, const InterfaceAddress& b) { return a.address < b.address; });
    interfaces.push_back(std::move(found));
  }
  std::sort(interfaces.begin(), interfaces.end(),
            [](const HostInterface& a, const HostInterface& b) { return a.name < b.name; });
  return interfaces;
}

absl::StatusOr<std::vector<Neighbour>> ReadNeighbours() {
  GW_ASSIGN_OR_RETURN(const Table table, ReadLinks());
  std::vector<Neighbour> neighbours;
  GW_RETURN_IF_ERROR(Dump(RTM_GETNEIGH, ndmsg{}, "the neighbours", [&](const nlmsghdr* message) {
    ReadNeighbour(message, table, &neighbours);
  }));
  std::sort(neighbours.begin(), neighbours.end(),
            [](const Neighbour& a, const Neighbour& b) { return a.address < b.address; });
  return neighbours;
}

}  // namespace gw
