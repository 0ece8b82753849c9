// Lab: a private network world of namespaces around a gateway, for tests against the real kernel.
//
//                     eth1 192.168.10.1/24   +---------+ eth0 203.0.113.2/24
//   client .10.7 -----2001:db8:10::1/64------| gateway |-2001:db8:1::2/64------ server .113.9
//   guest  .20.7 -----eth2 192.168.20.1/24---|         |
//                     2001:db8:20::1/64      +---------+-- cali* -- workloads
//
// Each peer's own interface is eth0. The gateway forwards both families and has no rule of its own;
// the server knows the way back to the client and the guest. Nothing outside the namespaces is
// read or changed, and they go with the object. Needs root.

#ifndef TESTS_SUPPORT_LAB_H_
#define TESTS_SUPPORT_LAB_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "enforcer/netlink/kernel_queues.h"
#include "tests/support/netns.h"
#include "tests/support/subprocess.h"

namespace gw::testing {

inline constexpr char kGatewayWan[] = "203.0.113.2";
inline constexpr char kGatewayWan6[] = "2001:db8:1::2";
inline constexpr char kGatewayLan[] = "192.168.10.1";
inline constexpr char kGatewayLan6[] = "2001:db8:10::1";
inline constexpr char kGatewayGuest[] = "192.168.20.1";
inline constexpr char kGatewayGuest6[] = "2001:db8:20::1";
inline constexpr char kServer[] = "203.0.113.9";
inline constexpr char kServer6[] = "2001:db8:1::9";
inline constexpr char kClient[] = "192.168.10.7";
inline constexpr char kClient6[] = "2001:db8:10::7";
inline constexpr char kGuest[] = "192.168.20.7";
inline constexpr char kGuest6[] = "2001:db8:20::7";

inline constexpr absl::Duration kRunTimeout = absl::Seconds(10);

// Ok if this process may make labs here, otherwise the reason for a test to be skipped with.
absl::Status LabPossible();

// Asks `condition` every few milliseconds. False if it does not hold in time.
bool WaitUntil(const std::function<bool()>& condition, absl::Duration timeout);

// Thread-compatible.
class Lab {
 public:
  struct Options {
    // Segmentation and checksum offload between the namespaces. Without it, the default, packets
    // are what a wire would show: no larger than the MTU, checksums complete.
    bool offload = false;
  };

  // Also sweeps away namespaces that killed tests left behind.
  static absl::StatusOr<std::unique_ptr<Lab>> Create(const Options& options);
  static absl::StatusOr<std::unique_ptr<Lab>> Create() { return Create(Options()); }

  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  ~Lab() = default;

  const Namespace& gateway() const { return gateway_; }
  const Namespace& client() const { return client_; }
  const Namespace& server() const { return server_; }
  const Namespace& guest() const { return guest_; }

  // A workload behind the gateway's `interface` (such as "cali0a1b2c"), wired as Calico does it:
  // host routes, proxy ARP, no subnet. An empty address leaves that family out. The namespace
  // lives as long as the lab.
  absl::StatusOr<const Namespace*> AddWorkload(const std::string& interface,
                                               const std::string& address,
                                               const std::string& address6);

  // Address translation in table `inet gwlab` of the gateway.
  // What leaves by eth0 gets the gateway's address, both families.
  absl::Status Masquerade();
  // What arrives at eth0 for `port` ("tcp", "udp") goes to `address`.
  absl::Status ForwardPort(absl::string_view protocol, uint16_t port, absl::string_view address,
                           uint16_t to_port);
  // Has the kernel's FTP helper read control connections to TCP port 21 (nftables `ct helper`).
  absl::Status AssignFtpHelper();

 private:
  Lab(Namespace gateway, Namespace client, Namespace server, Namespace guest)
      : gateway_(std::move(gateway)),
        client_(std::move(client)),
        server_(std::move(server)),
        guest_(std::move(guest)) {}
  absl::Status Connect(const Options& options);

  Namespace gateway_;
  Namespace client_;
  Namespace server_;
  Namespace guest_;
  std::vector<std::unique_ptr<Namespace>> workloads_;
  bool offload_ = false;
};

// A program in a namespace.
Finished RunIn(const Namespace& in, const std::vector<std::string>& argv,
               absl::Duration timeout = kRunTimeout);
absl::StatusOr<Subprocess> StartIn(const Namespace& in, const std::vector<std::string>& argv);

// Loads nftables text in one transaction.
absl::Status Nft(const Namespace& in, const std::string& text);

// `name` as a path below /proc/sys: "net/ipv4/ip_forward".
absl::Status SetSysctl(const Namespace& in, absl::string_view name, absl::string_view value);
absl::StatusOr<std::string> GetSysctl(const Namespace& in, absl::string_view name);

// The text of a file below /proc/net as the namespace sees it.
absl::StatusOr<std::string> ReadProcNet(const Namespace& in, absl::string_view name);

// Queues that a program listens at. None before the first one has.
std::vector<KernelQueue> ListQueues(const Namespace& in);

// Flow entries of one family ("ipv4", "ipv6"), as conntrack(8) prints them, a line each.
absl::StatusOr<std::string> DumpConntrack(const Namespace& in, absl::string_view family = "ipv4");

}  // namespace gw::testing

// First line of a test that needs a lab.
#define GW_SKIP_WITHOUT_LAB()                                               \
  do {                                                                      \
    const absl::Status gw_lab_ = gw::testing::LabPossible();                \
    if (!gw_lab_.ok()) GTEST_SKIP() << "NOT TESTED: " << gw_lab_.message(); \
  } while (false)

#endif  // TESTS_SUPPORT_LAB_H_
