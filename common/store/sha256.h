// Sha256: FIPS 180-4, as libcrypto computes it, over values instead of bytes: each value is written
// so that no other sequence of values gives the same bytes. Thread-compatible.

#ifndef COMMON_STORE_SHA256_H_
#define COMMON_STORE_SHA256_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

struct evp_md_ctx_st;  // NOLINT(readability-identifier-naming): the name is not ours

namespace gw {

inline constexpr size_t kSha256Bytes = 32;

class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();

  // Eight bytes, the least first.
  Sha256& Number(int64_t number);
  // Its length as a number, then its bytes.
  Sha256& Text(absl::string_view bytes);

  // kSha256Bytes bytes. The object is as new afterwards.
  std::string Digest();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };

  void Begin();
  void Add(const char* bytes, size_t size);

  std::unique_ptr<evp_md_ctx_st, Free> context_;
  // Small values are handed on together.
  std::array<char, 512> buffer_{};
  size_t buffered_ = 0;
};

// The digest of one text.
std::string Sha256Of(absl::string_view bytes);

}  // namespace gw

#endif  // COMMON_STORE_SHA256_H_
