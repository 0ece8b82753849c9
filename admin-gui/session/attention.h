// What needs attention: facts about the gateway that its administrator probably did not mean, each
// with its cause and the one thing to do (gui.md §4.11). Pure; any thread.

#ifndef ADMIN_GUI_SESSION_ATTENTION_H_
#define ADMIN_GUI_SESSION_ATTENTION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include <QString>

#include "admin-gui/session/gateway.h"
#include "common/policy/model.h"
#include "common/policy/validate.h"
#include "common/service/host_network.h"
#include "common/service/service.h"

namespace gw::gui {

// By harm, most first: the order of the list.
enum class AttentionKind : uint8_t {
  kError,           // the working copy cannot be applied
  kNothingDecides,  // fail mode open, and no enforcer
  kRevisionRefused,
  kNotRecorded,  // decisions are lost: the audit log cannot be written
  kFailsafeOpen,
  kInterfaceFree,  // an interface without endpoint
  kMissingProfile,
  kNoEgress,  // the gateway cannot open connections there
  kNoIngress,
  kNamedPortUnknown,
  kSelectsNothing,
  kRuleShadowed,
  kHashChain,       // the audit log's chain is not as the settings say
  kWorkloadExempt,  // before-NAT and untracked policies, and workloads
  kOther,           // another warning of Validate
  kAnyShadowed,     // `*` does not count where a name does
};

// An endpoint's annotation: warnings that are meant so, by comma.
inline constexpr char kMeantAnnotation[] = "gatewarden/meant";
inline constexpr char kMeantNoEgress[] = "no-egress";
inline constexpr char kMeantNoIngress[] = "no-ingress";
bool IsMeant(const Metadata& metadata, absl::string_view warning);

enum class AttentionAction : uint8_t {
  kShow,
  kWhatToDo,
  kNarrowFailsafe,
  kLabelInterface,
  kCreateProfile,
  kAddPolicy,
};

struct AttentionItem {
  AttentionKind kind = AttentionKind::kOther;
  QString title;
  QString cause;
  AttentionAction action = AttentionAction::kShow;
  QString action_text;
  // What the action is about: a resource and a field of it (Calico's path), or an interface.
  std::optional<ResourceKey> subject;
  QString field;
  QString interface_name;

  // The same for the same fact, also after a restart: what was set aside stays so.
  QString Identity() const;

  friend bool operator==(const AttentionItem&, const AttentionItem&) = default;
};

struct AttentionInput {
  const Model& model;
  const std::vector<Problem>& problems;  // of model
  const std::vector<HostInterface>& interfaces;
  const std::optional<StatusResult>& status;
  const GatewayProblem& problem;
  std::string node;  // endpoints of others do not count for interfaces; empty: all count
};

std::vector<AttentionItem> FindAttention(const AttentionInput& input);

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_ATTENTION_H_
