// AuditBlock: consecutive decisions as columns, the form in which audit.db keeps them.
//
// What repeats is written once: a dictionary column holds the distinct rulings, addresses, services
// and so on of a block, a column of codes says for each decision which of them it has. So a block
// is small (some 15 bytes a decision), knows by itself what is in it and what is not, and a
// condition is tried on each distinct value instead of on each decision.
//
//   kTimes, kSourcePorts             numbers: base, width, then count numbers of that width
//   k...Codes                        numbers, each an index into the dictionary before it
//   kRulings, kServices, k...        dictionaries: a length, then the values
//
// Numbers are little-endian. Nothing here changes once it is on disk: new columns get new numbers.

#ifndef COMMON_STORE_AUDIT_BLOCK_H_
#define COMMON_STORE_AUDIT_BLOCK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/net/address.h"
#include "common/store/audit_batch.h"
#include "common/store/audit_record.h"

namespace gw {

enum class AuditColumn : uint8_t {
  kRulings = 0,
  kRulingCodes = 1,
  kTimes = 2,  // nanoseconds since 1970, UTC
  kSources = 3,
  kSourceCodes = 4,
  kDestinations = 5,
  kDestinationCodes = 6,
  kServices = 7,
  kServiceCodes = 8,
  kSourcePorts = 9,
  kRepeats = 10,
  kRepeatCodes = 11,
  // Missing in blocks that were written before there were parties: nobody is known then.
  kSourceParties = 12,
  kSourcePartyCodes = 13,
  kDestinationParties = 14,
  kDestinationPartyCodes = 15,
};
inline constexpr size_t kAuditColumns = 16;
// Columns from here on may be missing.
inline constexpr AuditColumn kFirstOptionalColumn = AuditColumn::kSourceParties;

// Of a sealed block's column in the table `block_column`.
inline constexpr int64_t AuditColumnId(int64_t first_id, size_t column) {
  return first_id * 16 + static_cast<int64_t>(column);
}

// What a destination offers.
struct AuditService {
  uint8_t protocol = 0;
  uint8_t icmp_type = 0;
  uint8_t icmp_code = 0;
  uint16_t port = 0;

  friend bool operator==(const AuditService&, const AuditService&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const AuditService& s) {
    return H::combine(std::move(h), s.protocol, s.icmp_type, s.icmp_code, s.port);
  }
};

// What is known of a block without opening it.
struct AuditBlockInfo {
  int64_t first_id = 0;
  size_t count = 0;
  int64_t oldest_ns = 0;  // the least and the greatest time in it
  int64_t newest_ns = 0;
  int64_t decisions = 0;  // count, with what its sums stand for
  bool sealed = false;    // its columns are kept one by one

  // What a damaged file may say is not believed.
  bool Plausible() const {
    return first_id > 0 && first_id < int64_t{1} << 58 && count > 0 && count < size_t{1} << 24;
  }
  int64_t EndId() const { return first_id + static_cast<int64_t>(count); }
};

// Reads a block, each column when it is first asked for. Errors stick: after the first, columns are
// of the right length and hold nothing true, and status() tells; so a reader asks once, at the end.
// Thread-compatible.
class AuditBlock {
 public:
  // Puts a column's bytes in the place of what the string holds; NotFound if the block has none.
  using ReadColumn = std::function<absl::Status(const AuditBlockInfo&, AuditColumn, std::string*)>;
  // Adds what is known of the flows of a block's decisions, besides these.
  using ReadFlows = std::function<absl::Status(const AuditBlockInfo&, std::vector<AuditFlow>*)>;
  AuditBlock(const AuditBlockInfo& info, ReadColumn read, ReadFlows read_flows = {})
      : info_(info), read_(std::move(read)), read_flows_(std::move(read_flows)) {}

  // Another block instead, into the same memory.
  void Reset(const AuditBlockInfo& info);

  const AuditBlockInfo& info() const { return info_; }
  size_t size() const { return info_.count; }

  // What is in the block, in no order.
  const std::vector<AuditRuling>& rulings();
  const std::vector<Address>& sources();
  const std::vector<Address>& destinations();
  const std::vector<AuditService>& services();
  const std::vector<int64_t>& repeats();
  const std::vector<AuditParty>& source_parties();
  const std::vector<AuditParty>& destination_parties();

  // Of each decision: the index of its value above.
  const std::vector<uint32_t>& ruling_codes();
  const std::vector<uint32_t>& source_codes();
  const std::vector<uint32_t>& destination_codes();
  const std::vector<uint32_t>& service_codes();
  const std::vector<uint32_t>& repeat_codes();
  const std::vector<uint32_t>& source_party_codes();
  const std::vector<uint32_t>& destination_party_codes();
  const std::vector<int64_t>& times_ns();
  const std::vector<uint16_t>& source_ports();

  // Some have none. Each id is one of the block's.
  const std::vector<AuditFlow>& flows();

  AuditRecord Record(size_t row);

  const absl::Status& status() const { return status_; }

 private:
  // Either is empty until asked for.
  template <typename T>
  struct Dictionary {
    std::vector<T> values;
    std::vector<uint32_t> codes;  // each an index of `values`

    void Clear();
  };

  // The bytes stay until the next call.
  absl::string_view Read(AuditColumn column);
  void Fail(AuditColumn column, absl::string_view what);
  template <typename T>
  const std::vector<T>& Values(AuditColumn column, Dictionary<T>* dictionary);
  template <typename T>
  const std::vector<uint32_t>& Codes(AuditColumn column, Dictionary<T>* dictionary);
  template <typename T>
  void ReadNumbers(AuditColumn column, uint64_t max, std::vector<T>* numbers);

  AuditBlockInfo info_;
  ReadColumn read_;
  ReadFlows read_flows_;
  std::string bytes_;
  absl::Status status_;
  Dictionary<AuditRuling> rulings_;
  Dictionary<Address> sources_;
  Dictionary<Address> destinations_;
  Dictionary<AuditService> services_;
  Dictionary<int64_t> repeats_;
  Dictionary<AuditParty> source_parties_;
  Dictionary<AuditParty> destination_parties_;
  std::vector<int64_t> times_ns_;
  std::vector<uint16_t> source_ports_;
  std::vector<AuditFlow> flows_;
  bool flows_read_ = false;
};

// Collects decisions and writes them as columns. Thread-compatible.
class AuditBlockBuilder {
 public:
  // InvalidArgument if a value is none that can be read back; the builder is to be cleared then.
  absl::Status Add(const AuditBatch& batch);
  // The error of `block` if it cannot be read.
  absl::Status Add(AuditBlock& block);

  // Of what was added, to which the caller gives the ids from `first_id` on.
  AuditBlockInfo Info(int64_t first_id) const;
  size_t size() const { return times_ns_.size(); }
  // Instead of what `bytes` holds, into its memory.
  void Encode(AuditColumn column, std::string* bytes) const;

  void Clear();

 private:
  template <typename T>
  struct Dictionary {
    std::vector<T> values;
    std::vector<uint32_t> codes;
    absl::flat_hash_map<T, uint32_t> numbers;

    uint32_t NumberOf(const T& value);
    void Add(const T& value);
    void AddAll(const std::vector<T>& others, const std::vector<uint32_t>& other_codes);
    void Clear();
  };

  void AddTime(int64_t time_ns);

  Dictionary<AuditRuling> rulings_;
  Dictionary<Address> sources_;
  Dictionary<Address> destinations_;
  Dictionary<AuditService> services_;
  Dictionary<int64_t> repeats_;
  Dictionary<AuditParty> source_parties_;
  Dictionary<AuditParty> destination_parties_;
  std::vector<int64_t> times_ns_;
  std::vector<uint16_t> source_ports_;
  int64_t oldest_ns_ = 0;
  int64_t newest_ns_ = 0;
  int64_t decisions_ = 0;
};

// All columns of a block one after the other, as an open block is kept.
void PackColumns(const AuditBlockBuilder& builder, std::string* packed);
// One of them again, instead of what `bytes` holds.
absl::Status UnpackColumn(absl::string_view packed, AuditColumn column, std::string* bytes);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_BLOCK_H_
