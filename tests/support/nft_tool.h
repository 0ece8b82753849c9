// NftTool: an NftProgram for tests and benches, whose programs do not lie beside gatewarden-nft.

#ifndef TESTS_SUPPORT_NFT_TOOL_H_
#define TESTS_SUPPORT_NFT_TOOL_H_

#include "absl/status/statusor.h"

#include "enforcer/ruleset/nft.h"
#include "enforcer/ruleset/table_socket.h"

namespace gw::testing {

// Opens its socket in the network namespace in which it is made, and ends the program if it cannot.
// Thread-compatible.
class NftTool {
 public:
  NftTool();

  NftProgram* operator->() { return &program_; }
  NftProgram& operator*() { return program_; }
  const TableSocket& socket() const { return socket_; }

 private:
  TableSocket socket_;
  NftProgram program_;
};

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_NFT_TOOL_H_
