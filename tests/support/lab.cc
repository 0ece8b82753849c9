#include "tests/support/lab.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "common/base/status_macros.h"

namespace gw::testing {
namespace {

constexpr absl::Duration kPollInterval = absl::Milliseconds(5);

constexpr uint32_t kOffloads[] = {ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO, ETHTOOL_STXCSUM};

// What Calico gives each of its host-side interfaces, so that workloads have one IPv6 router.
constexpr char kWorkloadRouter6[] = "fe80::ecee:eeff:feee:eeee";
// Nobody has this address; the gateway answers ARP for it because it has a default route.
constexpr char kWorkloadRouter[] = "169.254.1.1";

absl::Status Check(const Finished& finished, absl::string_view what) {
  if (finished.ok()) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat(what, ": ", finished.err, finished.out, finished.timed_out ? "timed out" : ""));
}

// `lines` of ip(8) commands without the leading `ip`.
absl::Status Ip(const Namespace& in, const std::string& lines) {
  const Finished run =
      RunProgram({"ip", "-batch", "-"}, kRunTimeout, {.netns = in.name(), .input = lines});
  return Annotate(Check(run, "ip"), lines);
}

// Addresses are usable at once (no duplicate detection) and nobody but the lab gives any; error
// messages are not rate limited, since a test that waits for one waits for each.
absl::Status PrepareStack(const Namespace& in) {
  for (const char* scope : {"all", "default"}) {
    const std::string ipv6 = absl::StrCat("net/ipv6/conf/", scope, "/");
    GW_RETURN_IF_ERROR(SetSysctl(in, absl::StrCat(ipv6, "accept_dad"), "0"));
    GW_RETURN_IF_ERROR(SetSysctl(in, absl::StrCat(ipv6, "dad_transmits"), "0"));
    GW_RETURN_IF_ERROR(SetSysctl(in, absl::StrCat(ipv6, "accept_ra"), "0"));
    GW_RETURN_IF_ERROR(SetSysctl(in, absl::StrCat(ipv6, "router_solicitations"), "0"));
    GW_RETURN_IF_ERROR(SetSysctl(in, absl::StrCat("net/ipv4/conf/", scope, "/rp_filter"), "0"));
  }
  GW_RETURN_IF_ERROR(SetSysctl(in, "net/ipv4/icmp_ratelimit", "0"));
  GW_RETURN_IF_ERROR(SetSysctl(in, "net/ipv6/icmp/ratelimit", "0"));
  return Ip(in, "link set lo up\n");
}

absl::Status SetForwarding(const Namespace& in) {
  GW_RETURN_IF_ERROR(SetSysctl(in, "net/ipv4/ip_forward", "1"));
  return SetSysctl(in, "net/ipv6/conf/all/forwarding", "1");
}

absl::Status DisableOffload(const Namespace& in, const std::string& interface) {
  NamespaceScope scope(in);
  const FileDescriptor socket_fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  for (const uint32_t command : kOffloads) {
    ethtool_value value{command, 0};
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&value);
    if (ioctl(socket_fd.get(), SIOCETHTOOL, &request) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("offload of `", interface, "`"));
    }
  }
  return absl::OkStatus();
}

// One cable between the gateway and a peer. Without an index of its own each end may get the same
// as the other, and the kernel then takes up to a second to notice that the link is up
// (net/core/link_watch.c, linkwatch_urgent_event()).
std::string VethText(absl::string_view interface, const Namespace& peer) {
  static std::atomic<int> next_index{1000};
  return absl::StrCat("link add ", interface, " index ", next_index++,
                      " type veth peer name eth0 netns ", peer.name(), "\n");
}

// The link-local address comes when IPv6 is ready to use the link; before, solicitations of
// neighbours are not answered.
absl::Status WaitForIpv6(const Namespace& in, absl::string_view interface) {
  const auto ready = [&] {
    const auto addresses = ReadProcNet(in, "if_inet6");
    for (const absl::string_view line : absl::StrSplit(addresses.value_or(""), '\n')) {
      if (absl::StartsWith(line, "fe80") && absl::EndsWith(line, absl::StrCat(" ", interface))) {
        return true;
      }
    }
    return false;
  };
  if (WaitUntil(ready, kRunTimeout)) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat("`", interface, "` is not ready for IPv6"));
}

// One cable: the gateway's end and the peer's.
struct Cable {
  const Namespace* peer;
  const char* gateway_interface;
  const char* gateway_address;
  const char* gateway_address6;
  const char* peer_address;
  const char* peer_address6;
};

absl::Status Plug(const Namespace& gateway, const Cable& cable, bool offload) {
  const absl::string_view interface = cable.gateway_interface;
  GW_RETURN_IF_ERROR(
      Ip(gateway, absl::StrCat(VethText(interface, *cable.peer),  //
                               "address add ", cable.gateway_address, "/24 dev ", interface, "\n",
                               "address add ", cable.gateway_address6, "/64 dev ", interface,
                               " nodad\n",  //
                               "link set ", interface, " up\n")));
  GW_RETURN_IF_ERROR(
      Ip(*cable.peer, absl::StrCat("address add ", cable.peer_address, "/24 dev eth0\n",         //
                                   "address add ", cable.peer_address6, "/64 dev eth0 nodad\n",  //
                                   "link set eth0 up\n",                                         //
                                   "route add default via ", cable.gateway_address, "\n",        //
                                   "route add default via ", cable.gateway_address6, "\n")));
  GW_RETURN_IF_ERROR(WaitForIpv6(gateway, interface));
  GW_RETURN_IF_ERROR(WaitForIpv6(*cable.peer, "eth0"));
  if (offload) return absl::OkStatus();
  GW_RETURN_IF_ERROR(DisableOffload(gateway, cable.gateway_interface));
  return DisableOffload(*cable.peer, "eth0");
}

}  // namespace

absl::Status LabPossible() {
  if (geteuid() != 0) return absl::PermissionDeniedError("network namespaces need root");
  const auto probe = Namespace::Create("probe");
  if (!probe.ok()) return probe.status();
  return Annotate(Ip(*probe, "link add eth0 type veth peer name eth1\n"), "veth");
}

bool WaitUntil(const std::function<bool()>& condition, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + Patience(timeout);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(kPollInterval));
  }
  return true;
}

absl::StatusOr<std::unique_ptr<Lab>> Lab::Create(const Options& options) {
  RemoveAbandonedNamespaces();
  // Its settings (sysctl) are there once it is; where it is built in there is no module.
  RunProgram({"modprobe", "-q", "nf_conntrack"}, kRunTimeout);
  GW_ASSIGN_OR_RETURN(Namespace gateway, Namespace::Create("gateway"));
  GW_ASSIGN_OR_RETURN(Namespace client, Namespace::Create("client"));
  GW_ASSIGN_OR_RETURN(Namespace server, Namespace::Create("server"));
  GW_ASSIGN_OR_RETURN(Namespace guest, Namespace::Create("guest"));
  std::unique_ptr<Lab> lab(
      new Lab(std::move(gateway), std::move(client), std::move(server), std::move(guest)));
  GW_RETURN_IF_ERROR(lab->Connect(options));
  return lab;
}

absl::Status Lab::Connect(const Options& options) {
  offload_ = options.offload;
  for (const Namespace* each : {&gateway_, &client_, &server_, &guest_}) {
    GW_RETURN_IF_ERROR(PrepareStack(*each));
  }
  const Cable cables[] = {
      {&server_, "eth0", kGatewayWan, kGatewayWan6, kServer, kServer6},
      {&client_, "eth1", kGatewayLan, kGatewayLan6, kClient, kClient6},
      {&guest_, "eth2", kGatewayGuest, kGatewayGuest6, kGuest, kGuest6},
  };
  for (const Cable& cable : cables) GW_RETURN_IF_ERROR(Plug(gateway_, cable, offload_));
  GW_RETURN_IF_ERROR(Ip(gateway_, absl::StrCat("route add default via ", kServer, "\n",  //
                                               "route add default via ", kServer6, "\n")));
  return SetForwarding(gateway_);
}

absl::StatusOr<const Namespace*> Lab::AddWorkload(const std::string& interface,
                                                  const std::string& address,
                                                  const std::string& address6) {
  GW_ASSIGN_OR_RETURN(Namespace made, Namespace::Create("workload"));
  workloads_.push_back(std::make_unique<Namespace>(std::move(made)));
  const Namespace& workload = *workloads_.back();
  GW_RETURN_IF_ERROR(PrepareStack(workload));
  std::string host = absl::StrCat(VethText(interface, workload),  //
                                  "link set ", interface, " up\n");
  std::string inside = "link set eth0 up\n";
  if (!address.empty()) {
    absl::StrAppend(&host, "route add ", address, " dev ", interface, " scope link\n");
    absl::StrAppend(&inside, "address add ", address, "/32 dev eth0\n",       //
                    "route add ", kWorkloadRouter, " dev eth0 scope link\n",  //
                    "route add default via ", kWorkloadRouter, " dev eth0\n");
  }
  if (!address6.empty()) {
    absl::StrAppend(&host, "address add ", kWorkloadRouter6, "/64 dev ", interface, " nodad\n",
                    "route add ", address6, " dev ", interface, "\n");
    absl::StrAppend(&inside, "address add ", address6, "/128 dev eth0 nodad\n",
                    "route add default via ", kWorkloadRouter6, " dev eth0\n");
  }
  GW_RETURN_IF_ERROR(Ip(gateway_, host));
  GW_RETURN_IF_ERROR(
      SetSysctl(gateway_, absl::StrCat("net/ipv4/conf/", interface, "/proxy_arp"), "1"));
  GW_RETURN_IF_ERROR(
      SetSysctl(gateway_, absl::StrCat("net/ipv4/neigh/", interface, "/proxy_delay"), "0"));
  GW_RETURN_IF_ERROR(Ip(workload, inside));
  GW_RETURN_IF_ERROR(WaitForIpv6(gateway_, interface));
  GW_RETURN_IF_ERROR(WaitForIpv6(workload, "eth0"));
  if (!offload_) {
    GW_RETURN_IF_ERROR(DisableOffload(gateway_, interface));
    GW_RETURN_IF_ERROR(DisableOffload(workload, "eth0"));
  }
  return &workload;
}

absl::Status Lab::Masquerade() {
  return Nft(gateway_, R"(
    table inet gwlab {
      chain postrouting {
        type nat hook postrouting priority srcnat; policy accept;
        oifname "eth0" masquerade
      }
    })");
}

absl::Status Lab::ForwardPort(absl::string_view protocol, uint16_t port, absl::string_view address,
                              uint16_t to_port) {
  const bool ipv6 = address.find(':') != absl::string_view::npos;
  const std::string target = ipv6 ? absl::StrCat("ip6 to [", address, "]:", to_port)
                                  : absl::StrCat("ip to ", address, ":", to_port);
  return Nft(gateway_, absl::StrCat(R"(
    table inet gwlab {
      chain prerouting {
        type nat hook prerouting priority dstnat; policy accept;
        iifname "eth0" meta nfproto )",
                                    ipv6 ? "ipv6 " : "ipv4 ", protocol, " dport ", port, " dnat ",
                                    target, "\n      }\n    }\n"));
}

absl::Status Lab::AssignFtpHelper() {
  // The kernel loads the helper for nft, but not the half that rewrites addresses behind NAT. Where
  // that is built in, modprobe may find no module: what is missing shows in the transfers.
  RunProgram({"modprobe", "-q", "nf_nat_ftp"}, kRunTimeout);
  return Nft(gateway_, R"(
    table inet gwlab {
      ct helper ftp {
        type "ftp" protocol tcp
        l3proto inet
      }
      chain helper {
        type filter hook prerouting priority filter; policy accept;
        tcp dport 21 ct helper set "ftp"
      }
    })");
}

Finished RunIn(const Namespace& in, const std::vector<std::string>& argv, absl::Duration timeout) {
  return RunProgram(argv, timeout, {.netns = in.name()});
}

absl::StatusOr<Subprocess> StartIn(const Namespace& in, const std::vector<std::string>& argv) {
  return Subprocess::Start(argv, {.netns = in.name()});
}

absl::Status Nft(const Namespace& in, const std::string& text) {
  return Check(RunProgram({"nft", "-f", "-"}, kRunTimeout, {.netns = in.name(), .input = text}),
               "nft");
}

absl::Status SetSysctl(const Namespace& in, absl::string_view name, absl::string_view value) {
  NamespaceScope scope(in);
  std::ofstream file(absl::StrCat("/proc/sys/", name));
  file.write(value.data(), static_cast<std::streamsize>(value.size()));
  file.close();
  if (file) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("cannot set sysctl `", name, "` to `", value, "`"));
}

absl::StatusOr<std::string> GetSysctl(const Namespace& in, absl::string_view name) {
  NamespaceScope scope(in);
  std::ifstream file(absl::StrCat("/proc/sys/", name));
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return absl::NotFoundError(absl::StrCat("sysctl `", name, "`"));
  return std::string(absl::StripSuffix(text.str(), "\n"));
}

absl::StatusOr<std::string> ReadProcNet(const Namespace& in, absl::string_view name) {
  NamespaceScope scope(in);
  std::ifstream file(absl::StrCat("/proc/thread-self/net/", name));
  if (!file) return absl::NotFoundError(absl::StrCat("/proc/net/", name));
  std::stringstream text;
  text << file.rdbuf();  // An empty file sets `text`'s failbit, not an error.
  return text.str();
}

std::vector<KernelQueue> ListQueues(const Namespace& in) {
  NamespaceScope scope(in);
  return ReadKernelQueues().value_or(std::vector<KernelQueue>());
}

absl::StatusOr<std::string> DumpConntrack(const Namespace& in, absl::string_view family) {
  const Finished run = RunIn(in, {"conntrack", "-L", "-f", std::string(family)});
  GW_RETURN_IF_ERROR(Check(run, "conntrack"));
  return run.out;
}

}  // namespace gw::testing
