#include "common/net/service_names.h"

#include "absl/strings/match.h"

namespace gw {
namespace {

constexpr unsigned kOverTcp = 1;
constexpr unsigned kOverUdp = 2;
constexpr unsigned kOverSctp = 4;

struct Service {
  uint16_t first;
  uint16_t last;
  unsigned protocols;
  const char* name;
};

// Names as administrators say them; a mail or mount port's official name ("submissions",
// "microsoft-ds") would be looked up first.
constexpr Service kServices[] = {
    {20, 20, kOverTcp, "ftp-data"},
    {21, 21, kOverTcp, "ftp"},
    {22, 22, kOverTcp, "ssh"},
    {23, 23, kOverTcp, "telnet"},
    {25, 25, kOverTcp, "smtp"},
    {43, 43, kOverTcp, "whois"},
    {49, 49, kOverTcp, "tacacs"},
    {53, 53, kOverTcp | kOverUdp, "dns"},
    {67, 68, kOverUdp, "dhcp"},
    {69, 69, kOverUdp, "tftp"},
    {79, 79, kOverTcp, "finger"},
    {80, 80, kOverTcp, "http"},
    {88, 88, kOverTcp | kOverUdp, "kerberos"},
    {110, 110, kOverTcp, "pop3"},
    {111, 111, kOverTcp | kOverUdp, "rpcbind"},
    {119, 119, kOverTcp, "nntp"},
    {123, 123, kOverUdp, "ntp"},
    {135, 135, kOverTcp, "msrpc"},
    {137, 139, kOverTcp | kOverUdp, "netbios"},
    {143, 143, kOverTcp, "imap"},
    {161, 161, kOverUdp, "snmp"},
    {162, 162, kOverUdp, "snmp-trap"},
    {179, 179, kOverTcp, "bgp"},
    {389, 389, kOverTcp | kOverUdp, "ldap"},
    {443, 443, kOverTcp, "https"},
    {443, 443, kOverUdp, "quic"},
    {445, 445, kOverTcp, "smb"},
    {464, 464, kOverTcp | kOverUdp, "kpasswd"},
    {465, 465, kOverTcp, "smtps"},
    {500, 500, kOverUdp, "ike"},
    {514, 514, kOverUdp, "syslog"},
    {515, 515, kOverTcp, "lpd"},
    {546, 547, kOverUdp, "dhcpv6"},
    {548, 548, kOverTcp, "afp"},
    {554, 554, kOverTcp, "rtsp"},
    {587, 587, kOverTcp, "submission"},
    {623, 623, kOverUdp, "ipmi"},
    {631, 631, kOverTcp, "ipp"},
    {636, 636, kOverTcp, "ldaps"},
    {853, 853, kOverTcp, "dns-over-tls"},
    {873, 873, kOverTcp, "rsync"},
    {989, 990, kOverTcp, "ftps"},
    {993, 993, kOverTcp, "imaps"},
    {995, 995, kOverTcp, "pop3s"},
    {1080, 1080, kOverTcp, "socks"},
    {1194, 1194, kOverTcp | kOverUdp, "openvpn"},
    {1433, 1433, kOverTcp, "mssql"},
    {1521, 1521, kOverTcp, "oracle"},
    {1645, 1646, kOverUdp, "radius"},
    {1701, 1701, kOverUdp, "l2tp"},
    {1723, 1723, kOverTcp, "pptp"},
    {1812, 1813, kOverUdp, "radius"},
    {1883, 1883, kOverTcp, "mqtt"},
    {1900, 1900, kOverUdp, "ssdp"},
    {2049, 2049, kOverTcp | kOverUdp, "nfs"},
    {2379, 2380, kOverTcp, "etcd"},
    {3128, 3128, kOverTcp, "squid"},
    {3260, 3260, kOverTcp, "iscsi"},
    {3306, 3306, kOverTcp, "mysql"},
    {3389, 3389, kOverTcp | kOverUdp, "rdp"},
    {3478, 3478, kOverTcp | kOverUdp, "stun"},
    {4500, 4500, kOverUdp, "ipsec-nat"},
    {4789, 4789, kOverUdp, "vxlan"},
    {5060, 5060, kOverTcp | kOverUdp | kOverSctp, "sip"},
    {5061, 5061, kOverTcp, "sips"},
    {5222, 5222, kOverTcp, "xmpp"},
    {5353, 5353, kOverUdp, "mdns"},
    {5355, 5355, kOverTcp | kOverUdp, "llmnr"},
    {5432, 5432, kOverTcp, "postgresql"},
    {5671, 5671, kOverTcp, "amqps"},
    {5672, 5672, kOverTcp, "amqp"},
    {5900, 5900, kOverTcp, "vnc"},
    {5985, 5986, kOverTcp, "winrm"},
    {6379, 6379, kOverTcp, "redis"},
    {6443, 6443, kOverTcp, "kubernetes"},
    {8883, 8883, kOverTcp, "mqtts"},
    {9418, 9418, kOverTcp, "git"},
    {10050, 10051, kOverTcp, "zabbix"},
    {10250, 10250, kOverTcp, "kubelet"},
    {27017, 27017, kOverTcp, "mongodb"},
    {51820, 51820, kOverUdp, "wireguard"},
};

unsigned OverOf(uint8_t protocol) {
  switch (protocol) {
    case kProtocolTcp:
      return kOverTcp;
    case kProtocolUdp:
      return kOverUdp;
    case kProtocolSctp:
      return kOverSctp;
    default:
      return 0;
  }
}

}  // namespace

absl::string_view ServiceName(uint8_t protocol, uint16_t port) {
  return ServiceName(protocol, PortRange{port, port});
}

absl::string_view ServiceName(uint8_t protocol, const PortRange& ports) {
  for (const Service& service : kServices) {
    if ((service.protocols & OverOf(protocol)) != 0 && service.first <= ports.first &&
        ports.last <= service.last) {
      return service.name;
    }
  }
  return "";
}

std::optional<NamedService> ServiceByName(absl::string_view name) {
  for (const Service& service : kServices) {
    if (!absl::EqualsIgnoreCase(name, service.name)) continue;
    const uint8_t protocol = (service.protocols & kOverTcp) != 0   ? kProtocolTcp
                             : (service.protocols & kOverUdp) != 0 ? kProtocolUdp
                                                                   : kProtocolSctp;
    return NamedService{protocol, service.first};
  }
  return std::nullopt;
}

}  // namespace gw
