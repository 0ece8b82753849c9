// Applies ruleset text: nft's grammar is the documented interface (nft(8)), and one run is one
// kernel transaction, all or nothing. Control thread only.

#ifndef ENFORCER_RULESET_NFT_H_
#define ENFORCER_RULESET_NFT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "enforcer/ruleset/table_socket.h"

namespace gw {

class Nft {
 public:
  virtual ~Nft() = default;
  // One transaction, in force when this returns. Unavailable, with the first line that nft
  // complains about, if the kernel or nft refuses it; then nothing has changed.
  virtual absl::Status Apply(absl::string_view text) = 0;
  // The same, but the kernel only checks (nft -c).
  virtual absl::Status Check(absl::string_view text) = 0;
  // True if our table exists and has `chain`.
  virtual absl::StatusOr<bool> HasChain(absl::string_view chain) = 0;
};

// Where the program gatewarden-nft is: beside the program that runs, or where it is installed.
std::string NftProgramPath();

// Runs gatewarden-nft (enforcer/nft/main.cc), which is nft -f on a socket that it is given: nft(8)
// would use one of its own, which could not own the table beyond its run, and wait some 20 ms when
// it closes it (netlink.h, NetfilterSocket). libnftables is not linked because of its licence
// (GPL-2.0-only). A run that takes over 10 s is killed.
//
// Behind each Apply the next run is started already, and waits for its text: starting takes longer
// than what the kernel has to do. When this process ends, it does so, too, having done nothing.
class NftProgram final : public Nft {
 public:
  // `socket` has to outlive it, and is not used by others while a call runs.
  explicit NftProgram(const TableSocket& socket, std::string program = NftProgramPath());
  ~NftProgram() override;
  NftProgram(const NftProgram&) = delete;
  NftProgram& operator=(const NftProgram&) = delete;

  absl::Status Apply(absl::string_view text) override;
  absl::Status Check(absl::string_view text) override;
  absl::StatusOr<bool> HasChain(absl::string_view chain) override;

 private:
  struct Run;
  absl::StatusOr<std::unique_ptr<Run>> Start(bool check) const;

  const TableSocket& socket_;
  const std::string program_;
  std::unique_ptr<Run> waiting_;
};

}  // namespace gw

#endif  // ENFORCER_RULESET_NFT_H_
