#include "enforcer/control/interfaces.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

constexpr unsigned kGroups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
// Room for bursts (a machine that makes a hundred interfaces at once); if it overflows all the
// same, Refresh lists everything anyway.
constexpr int kReceiveBufferBytes = 1 << 20;

// Requests need a socket of their own: on the subscribed one, answers and notifications would mix.
template <typename Header>
absl::Status List(uint16_t type, absl::FunctionRef<void(const nlmsghdr*)> visit) {
  GW_ASSIGN_OR_RETURN(const MnlSocket socket, OpenNetlink(NETLINK_ROUTE));
  char buffer[256];
  nlmsghdr* request = mnl_nlmsg_put_header(buffer);
  request->nlmsg_type = type;
  request->nlmsg_flags = NLM_F_REQUEST;
  auto* header = static_cast<Header*>(mnl_nlmsg_put_extra_header(request, sizeof(Header)));
  *header = Header{};
  return Dump(socket.get(), request, visit);
}

void ReadLink(const nlmsghdr* message, InterfaceTable* table) {
  const auto* link = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message));
  if (message->nlmsg_type != RTM_NEWLINK || link->ifi_family != AF_UNSPEC) return;
  ForEachAttribute(message, sizeof(ifinfomsg), [&](const nlattr* attribute) {
    if (mnl_attr_get_type(attribute) == IFLA_IFNAME) {
      (*table)[static_cast<uint32_t>(link->ifi_index)].name = mnl_attr_get_str(attribute);
    }
  });
}

void ReadAddress(const nlmsghdr* message, InterfaceTable* table) {
  const auto* header = static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(message));
  if (message->nlmsg_type != RTM_NEWADDR) return;
  const auto interface = table->find(header->ifa_index);
  if (interface == table->end()) return;
  const nlattr* address = nullptr;
  ForEachAttribute(message, sizeof(ifaddrmsg), [&](const nlattr* attribute) {
    const uint16_t type = mnl_attr_get_type(attribute);
    // IFA_LOCAL is this end of a point-to-point link, where IFA_ADDRESS is the other.
    if (type == IFA_LOCAL || (type == IFA_ADDRESS && address == nullptr)) address = attribute;
  });
  if (address == nullptr) return;
  const auto* bytes = static_cast<const uint8_t*>(mnl_attr_get_payload(address));
  const uint16_t size = mnl_attr_get_payload_len(address);
  if (header->ifa_family == AF_INET && size == 4) {
    interface->second.addresses.push_back(Address::FromBytes(Family::kIPv4, bytes));
  } else if (header->ifa_family == AF_INET6 && size == 16) {
    interface->second.addresses.push_back(Address::FromBytes(Family::kIPv6, bytes));
  }
}

absl::StatusOr<InterfaceTable> ListInterfaces() {
  InterfaceTable table;
  GW_RETURN_IF_ERROR(List<ifinfomsg>(
      RTM_GETLINK, [&table](const nlmsghdr* message) { ReadLink(message, &table); }));
  GW_RETURN_IF_ERROR(List<ifaddrmsg>(
      RTM_GETADDR, [&table](const nlmsghdr* message) { ReadAddress(message, &table); }));
  for (auto& [index, interface] : table) {
    std::sort(interface.addresses.begin(), interface.addresses.end());
  }
  return table;
}

class NetlinkInterfaces final : public Interfaces {
 public:
  NetlinkInterfaces(MnlSocket socket, InterfaceTable table)
      : socket_(std::move(socket)), table_(std::move(table)) {}

  int fd() const override { return mnl_socket_get_fd(socket_.get()); }

  absl::StatusOr<bool> Refresh() override {
    // What the notifications say is not looked at: a list cannot miss anything, even when the
    // socket's buffer overflowed.
    DrainMessages(socket_.get(), [](const nlmsghdr*) {});
    GW_ASSIGN_OR_RETURN(InterfaceTable now, ListInterfaces());
    const bool changed = now != table_;
    table_ = std::move(now);
    return changed;
  }

  const InterfaceTable& table() const override { return table_; }

 private:
  MnlSocket socket_;
  InterfaceTable table_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Interfaces>> OpenInterfaces() {
  GW_ASSIGN_OR_RETURN(MnlSocket socket, OpenNetlink(NETLINK_ROUTE, kGroups));
  GW_RETURN_IF_ERROR(SetReceiveBuffer(socket.get(), kReceiveBufferBytes).status());
  GW_ASSIGN_OR_RETURN(InterfaceTable table, ListInterfaces());
  return std::make_unique<NetlinkInterfaces>(std::move(socket), std::move(table));
}

}  // namespace gw
