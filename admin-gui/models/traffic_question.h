// TrafficQuestion: what the simulator is asked ("from 10.20.0.77 to 10.10.0.40, 631/tcp") and the
// packet that it is: which hook sees it and by which interfaces, as the gateway would route it.
// Pure; any thread.

#ifndef ADMIN_GUI_MODELS_TRAFFIC_QUESTION_H_
#define ADMIN_GUI_MODELS_TRAFFIC_QUESTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include <QString>

#include "common/policy/packet.h"
#include "common/service/host_network.h"

namespace gw::gui {

struct TrafficService {
  uint8_t protocol = kProtocolTcp;
  uint16_t port = 0;
  uint8_t icmp_type = 8;

  friend bool operator==(const TrafficService&, const TrafficService&) = default;
};
// "443/tcp", "https", "https 443/tcp", "icmp", "47". InvalidArgument in words.
absl::StatusOr<TrafficService> ReadTrafficService(absl::string_view text);
// "443/tcp", "icmp"; what ReadTrafficService reads.
std::string WriteTrafficService(const TrafficService& service);

struct TrafficQuestion {
  Address source;
  Address destination;
  TrafficService service;
  uint16_t source_port = 40'000;
  // By which interfaces, where the question says so.
  std::optional<std::string> in;
  std::optional<std::string> out;
};

// What a question lacks, or why it makes no sense.
struct TrafficProblem {
  enum class Kind : uint8_t {
    kNone,
    kArrivesBy,   // "Which interface does 8.8.8.8 arrive by?": `choices`
    kLeavesBy,    // likewise
    kImpossible,  // does not pass the gateway
  };
  Kind kind = Kind::kNone;
  QString words;
  std::vector<std::string> choices;
};

struct TrafficPacket {
  InterfacePacket packet;  // of no use with a problem
  TrafficProblem problem;
};

// `interfaces` as Service::Interfaces gives them. An address of the gateway's own is the gateway.
TrafficPacket PacketFor(const TrafficQuestion& question,
                        const std::vector<HostInterface>& interfaces);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_TRAFFIC_QUESTION_H_
