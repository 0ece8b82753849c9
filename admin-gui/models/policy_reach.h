// PolicyReach: which endpoints policies select, what holds on an endpoint for what no rule decides,
// and which rules are never reached. Keeps what it read of a model, so that asking about a thousand
// policies parses each selector once. GUI thread.

#ifndef ADMIN_GUI_MODELS_POLICY_REACH_H_
#define ADMIN_GUI_MODELS_POLICY_REACH_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "common/policy/evaluation_order.h"
#include "common/policy/model.h"
#include "common/policy/selector.h"

namespace gw::gui {

struct ReachedEndpoint {
  ResourceKey key;
  std::string interface_name;
  Labels labels;  // with those of its profiles

  friend bool operator==(const ReachedEndpoint&, const ReachedEndpoint&) = default;
};

// What holds on one endpoint when no rule decides.
struct EndpointEnd {
  std::string name;
  bool routed_denied = false;   // arriving, to be routed
  bool gateway_denied = false;  // arriving, for the gateway itself

  friend bool operator==(const EndpointEnd&, const EndpointEnd&) = default;
};

// Why a rule is never reached.
struct Shadow {
  Direction direction = Direction::kIngress;
  size_t rule = 0;
  ResourceKey by;  // the policy that decides first
  size_t by_rule = 0;

  friend bool operator==(const Shadow&, const Shadow&) = default;
};

class PolicyReach {
 public:
  PolicyReach();
  ~PolicyReach();

  // Reads the endpoints of `model`; what policies say is asked with each question. True if they
  // are others than before.
  bool SetModel(const Model& model);

  const std::vector<ReachedEndpoint>& endpoints() const { return endpoints_; }
  // Indexes into endpoints(), in their order. None where the selector cannot be read.
  const std::vector<size_t>& Selected(const std::string& selector) const;
  bool Selects(const Policy& policy, const ResourceKey& endpoint) const;

  // Of every host endpoint, by name.
  std::vector<EndpointEnd> Ends(const Model& model, const std::vector<OrderedTier>& order) const;

  // Rules of `policy` which nothing can reach, because a rule before them decides about all that
  // they are asked about. Sound, not complete: what is not here may still be unreachable.
  std::vector<Shadow> Shadows(const std::vector<OrderedTier>& order,
                              const ResourceKey& policy) const;

 private:
  // Of each of endpoints(): whether a tier ends with Deny for what reaches its end there.
  std::vector<bool> DeniesAtEnd(const std::vector<OrderedTier>& order, bool routed) const;

  std::vector<ReachedEndpoint> endpoints_;
  mutable std::map<std::string, std::vector<size_t>> selected_;
};

// "Everything else is denied", "Everything else: to this gateway denied; routed traffic denied on 4
// endpoints, passes on lan".
QString EndsInWords(const std::vector<EndpointEnd>& ends);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_POLICY_REACH_H_
