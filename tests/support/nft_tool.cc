#include "tests/support/nft_tool.h"

namespace gw::testing {

NftTool::NftTool() : socket_(TableSocket::Open().value()), program_(socket_, GW_NFT) {}

}  // namespace gw::testing
