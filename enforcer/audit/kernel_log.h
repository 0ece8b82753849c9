// KernelLog: packets that the ruleset decided without asking (failsafes, expected flows, learned
// accepts, untracked flows, sources on the wrong side), as NFLOG sends them
// (include/uapi/linux/netfilter/nfnetlink_log.h). Recorder thread only.

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

// What the prefixes begin with, each of which goes on with the generation in force (ruleset.h). Any
// other prefix is a reason in words.
struct KernelLogPrefixes {
  std::string learned;
  std::string untracked;
  std::string reverse_path;
};

struct KernelLogEntry {
  enum class Kind : uint8_t {
    kReason,       // accepted for the reason `prefix`
    kLearned,      // accepted, as a flow of its pair was before
    kUntracked,    // accepted or denied by a doNotTrack policy, or by what such a packet meets
    kReversePath,  // denied: a workload's source on the wrong side
  };
  Kind kind = Kind::kReason;
  // Before routing: which hook would have followed is for the destination to say; `hook` is not
  // set.
  bool prerouting = false;
  Hook hook = Hook::kInput;
  uint32_t in_index = 0;
  uint32_t out_index = 0;
  Tuple tuple;
  std::string prefix;       // of kReason
  uint32_t generation = 0;  // of the others
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

// Binds the NFLOG group. FailedPrecondition without CAP_NET_ADMIN.
absl::StatusOr<std::unique_ptr<KernelLog>> OpenKernelLog(uint16_t group,
                                                         const KernelLogPrefixes& prefixes);

}  // namespace gw

#endif  // ENFORCER_AUDIT_KERNEL_LOG_H_
