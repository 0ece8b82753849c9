// KernelLog: first packets that the ruleset accepted without asking (failsafes, expected flows),
// as NFLOG sends them (include/uapi/linux/netfilter/nfnetlink_log.h). Recorder thread only.

#ifndef ENFORCER_AUDIT_KERNEL_LOG_H_
#define ENFORCER_AUDIT_KERNEL_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

#include "common/policy/packet.h"

namespace gw {

struct KernelLogEntry {
  Hook hook = Hook::kInput;
  uint32_t in_index = 0;
  uint32_t out_index = 0;
  Tuple tuple;
  std::string prefix;  // the reason, as the ruleset wrote it
};

class KernelLog {
 public:
  virtual ~KernelLog() = default;
  // For poll(2).
  virtual int fd() const = 0;
  // Visits what is there, without waiting.
  virtual void Drain(absl::FunctionRef<void(const KernelLogEntry&)> visit) = 0;
  // Entries that the kernel could not deliver, by its sequence numbers.
  virtual uint64_t lost() const = 0;
};

// Binds the NFLOG group of ruleset.h. FailedPrecondition without CAP_NET_ADMIN.
absl::StatusOr<std::unique_ptr<KernelLog>> OpenKernelLog(uint16_t group);

}  // namespace gw

#endif  // ENFORCER_AUDIT_KERNEL_LOG_H_
