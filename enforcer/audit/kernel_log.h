// KernelLog: first packets that the ruleset accepted without asking (failsafes, expected flows,
// learned accepts), as NFLOG sends them (include/uapi/linux/netfilter/nfnetlink_log.h). Recorder
// thread only.

#ifndef ENFORCER_AUDIT_KERNEL_LOG_H_
#define ENFORCER_AUDIT_KERNEL_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/policy/packet.h"

namespace gw {

struct KernelLogEntry {
  Hook hook = Hook::kInput;
  uint32_t in_index = 0;
  uint32_t out_index = 0;
  Tuple tuple;
  std::string prefix;  // the reason, as the ruleset wrote it; empty for a learned accept
  // The generation of a learned accept.
  std::optional<uint32_t> learned;
};

class KernelLog {
 public:
  virtual ~KernelLog() = default;
  // For poll(2).
  virtual int fd() const = 0;
  // Visits what is there, without waiting, some thousands at most. True if there may be more.
  virtual bool Drain(absl::FunctionRef<void(const KernelLogEntry&)> visit) = 0;
  // Entries that the kernel could not deliver, by its sequence numbers.
  virtual uint64_t lost() const = 0;
};

// Binds the NFLOG group. Prefixes that begin with `learned_prefix` go on with a generation (both of
// ruleset.h). FailedPrecondition without CAP_NET_ADMIN.
absl::StatusOr<std::unique_ptr<KernelLog>> OpenKernelLog(uint16_t group,
                                                         absl::string_view learned_prefix);

}  // namespace gw

#endif  // ENFORCER_AUDIT_KERNEL_LOG_H_
