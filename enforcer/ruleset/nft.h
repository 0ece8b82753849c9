// Applies ruleset text through the program nft(8): its grammar is the documented interface, and one
// run is one kernel transaction, all or nothing. Control thread only. libnftables is not linked
// because of its licence (GPL-2.0-only).

#ifndef ENFORCER_RULESET_NFT_H_
#define ENFORCER_RULESET_NFT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/policy/mark.h"

namespace gw {

class Nft {
 public:
  virtual ~Nft() = default;
  // One transaction. Unavailable, with the first line that nft complains about, if the kernel or
  // nft refuses it; then nothing has changed.
  virtual absl::Status Apply(absl::string_view text) = 0;
  // The same, but returns as soon as `in_force` says that the kernel has it, which is asked each
  // millisecond; it must be false before. nft itself ends some 20 ms later, when the kernel has
  // freed what was there before (netlink.h, NetfilterSocket).
  virtual absl::Status ApplyUntil(absl::string_view text, absl::FunctionRef<bool()> in_force) = 0;
  // The same, but the kernel only checks (nft -c).
  virtual absl::Status Check(absl::string_view text) = 0;
  // True if our table exists and has `chain`.
  virtual absl::StatusOr<bool> HasChain(absl::string_view chain) = 0;
  // The generation whose marks are valid in the kernel now; nothing if the table is not there.
  virtual absl::StatusOr<std::optional<uint32_t>> Generation(const MarkLayout& marks) = 0;
};

// Runs the program; found in $PATH, /usr/sbin or /sbin. A run that takes over 10 s is killed.
// Behind each Apply the next run is started already, and waits for its text in the network
// namespace of this moment: starting takes longer than what the kernel has to do. When this process
// ends, it does so, too, having done nothing. A run of ApplyUntil is waited for by the next call.
class NftProgram final : public Nft {
 public:
  NftProgram();
  ~NftProgram() override;
  NftProgram(const NftProgram&) = delete;
  NftProgram& operator=(const NftProgram&) = delete;

  absl::Status Apply(absl::string_view text) override;
  absl::Status ApplyUntil(absl::string_view text, absl::FunctionRef<bool()> in_force) override;
  absl::Status Check(absl::string_view text) override;
  absl::StatusOr<bool> HasChain(absl::string_view chain) override;
  absl::StatusOr<std::optional<uint32_t>> Generation(const MarkLayout& marks) override;

 private:
  struct Run;
  absl::StatusOr<std::unique_ptr<Run>> TakeWaiting();
  void StartNext();

  std::unique_ptr<Run> waiting_;
  // Of ApplyUntil, while it frees what it has.
  std::unique_ptr<Run> ending_;
};

}  // namespace gw

#endif  // ENFORCER_RULESET_NFT_H_
