#include "common/store/sha256.h"

#include <openssl/evp.h>

#include <bit>
#include <cstring>
#include <utility>

#include "common/base/check.h"

namespace gw {
namespace {

// Looked up once: libcrypto would go through its providers for each new digest.
const EVP_MD* Algorithm() {
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  GW_CHECK(kAlgorithm != nullptr);
  return kAlgorithm;
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) { Begin(); }
Sha256::Sha256(Sha256&& other) noexcept = default;
Sha256& Sha256::operator=(Sha256&& other) noexcept = default;
Sha256::~Sha256() = default;

// Nothing here fails but for want of memory.
void Sha256::Begin() {
  buffered_ = 0;
  GW_CHECK(context_ != nullptr && EVP_DigestInit_ex2(context_.get(), Algorithm(), nullptr) == 1);
}

void Sha256::Add(const char* bytes, size_t size) {
  if (size > buffer_.size() - buffered_) {
    GW_CHECK(EVP_DigestUpdate(context_.get(), buffer_.data(), buffered_) == 1);
    buffered_ = 0;
  }
  if (size > buffer_.size()) {
    GW_CHECK(EVP_DigestUpdate(context_.get(), bytes, size) == 1);
    return;
  }
  if (size > 0) std::memcpy(buffer_.data() + buffered_, bytes, size);
  buffered_ += size;
}

Sha256& Sha256::Number(int64_t number) {
  auto bytes = std::bit_cast<std::array<char, sizeof(number)>>(
      std::endian::native == std::endian::big
          ? static_cast<int64_t>(__builtin_bswap64(static_cast<uint64_t>(number)))
          : number);
  Add(bytes.data(), bytes.size());
  return *this;
}

Sha256& Sha256::Text(absl::string_view bytes) {
  Number(static_cast<int64_t>(bytes.size()));
  Add(bytes.data(), bytes.size());
  return *this;
}

std::string Sha256::Digest() {
  std::string digest(kSha256Bytes, '\0');
  GW_CHECK(EVP_DigestUpdate(context_.get(), buffer_.data(), buffered_) == 1);
  GW_CHECK(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()),
                              nullptr) == 1);
  Begin();
  return digest;
}

std::string Sha256Of(absl::string_view bytes) { return Sha256().Text(bytes).Digest(); }

}  // namespace gw
