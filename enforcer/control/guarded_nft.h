// GuardedNft: applies our changes, and notices those of others. After each change of our own the
// state of the table is noted; when the kernel's ruleset generation has moved without us, the state
// is read again and compared. A change of somebody else's tables costs one reading of ours and
// nothing else. Control thread only.

#ifndef ENFORCER_CONTROL_GUARDED_NFT_H_
#define ENFORCER_CONTROL_GUARDED_NFT_H_

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "enforcer/ruleset/nft.h"
#include "enforcer/ruleset/table_state.h"

namespace gw {

// Our table is not as we made it.
struct Disturbance {
  bool gone = false;  // it does not exist
  absl::Time since;   // of SteadyNow: when it was last seen as we made it
};

class GuardedNft final : public Nft {
 public:
  // `socket` has to outlive it.
  explicit GuardedNft(const TableSocket& socket) : program_(socket) {}

  absl::Status Apply(absl::string_view text) override;
  absl::Status Check(absl::string_view text) override { return program_.Check(text); }
  absl::StatusOr<bool> HasChain(absl::string_view chain) override {
    return program_.HasChain(chain);
  }

  // From the next change on. Nobody else can change an owned table (table_socket.h): nothing is
  // compared then.
  void SetOwned(bool owned);

  // `change` is one transaction of our own that does not go through Apply.
  absl::Status Around(absl::FunctionRef<absl::Status()> change);

  // What somebody else has done; nothing if the table is as we made it, and before the first
  // change. The caller then makes the table anew, whole: until that, nothing more is noticed.
  std::optional<Disturbance> Look(absl::Time now);  // SteadyNow

 private:
  std::optional<Disturbance> Compare(absl::Time now);

  NftProgram program_;
  bool owned_ = false;
  std::optional<uint32_t> seen_;  // the ruleset generation up to which the table is known
  TableState ours_;
  absl::Time seen_at_ = absl::InfinitePast();
  std::optional<Disturbance> untold_;
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_GUARDED_NFT_H_
