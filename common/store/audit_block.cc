#include "common/store/audit_block.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"

namespace gw {
namespace {

constexpr size_t kNumberBytes = sizeof(uint64_t);

uint64_t LittleEndian(uint64_t number) {
  return std::endian::native == std::endian::big ? __builtin_bswap64(number) : number;
}

bool IsOptional(AuditColumn column) { return column >= kFirstOptionalColumn; }

// ---- writing ----------------------------------------------------------------------------------

void PutNumber(uint64_t number, std::string* out) {
  number = LittleEndian(number);
  char bytes[kNumberBytes];
  std::memcpy(bytes, &number, kNumberBytes);
  out->append(bytes, kNumberBytes);
}

void PutText(absl::string_view text, std::string* out) {
  PutNumber(text.size(), out);
  absl::StrAppend(out, text);
}

void PutValue(int64_t value, std::string* out) { PutNumber(static_cast<uint64_t>(value), out); }

// The family, then 4 or 16 bytes in network order.
void PutValue(const Address& address, std::string* out) {
  out->push_back(static_cast<char>(address.family));
  const std::array<uint8_t, 16> bytes = address.Bytes();
  out->append(bytes.begin(), bytes.begin() + AddressBits(address.family) / 8);
}

void PutValue(const AuditService& service, std::string* out) {
  PutNumber(uint64_t{service.port} | uint64_t{service.protocol} << 16 |
                uint64_t{service.icmp_type} << 24 | uint64_t{service.icmp_code} << 32,
            out);
}

void PutLabels(const Labels& labels, std::string* out) {
  PutNumber(labels.size(), out);
  for (const auto& [key, value] : labels) {
    PutText(key, out);
    PutText(value, out);
  }
}

void PutValue(const AuditParty& party, std::string* out) {
  PutNumber(party.size(), out);
  for (const KnownObject& object : party) {
    PutText(object.name, out);
    PutLabels(object.labels, out);
  }
}

// Flags of a ruling.
constexpr uint64_t kRejected = 1;
constexpr uint64_t kRedecided = 2;
constexpr uint64_t kDetailed = 4;  // what came later: version of the rule, labels of the endpoints

bool IsDetailed(const AuditRuling& ruling) {
  return ruling.rule_version != 0 || !ruling.in_labels.empty() || !ruling.out_labels.empty();
}

void PutValue(const AuditRuling& ruling, std::string* out) {
  PutNumber(static_cast<uint64_t>(ruling.hook), out);
  PutNumber(static_cast<uint64_t>(ruling.verdict), out);
  PutNumber(static_cast<uint64_t>(ruling.pending_verdict), out);
  PutNumber((ruling.rejected ? kRejected : 0) | (ruling.redecided ? kRedecided : 0) |
                (IsDetailed(ruling) ? kDetailed : 0),
            out);
  PutNumber(static_cast<uint64_t>(ruling.revision), out);
  PutNumber(ruling.generation, out);
  for (const std::string* text :
       {&ruling.in, &ruling.out, &ruling.decided_by, &ruling.tier, &ruling.in_endpoint,
        &ruling.out_endpoint, &ruling.pending_decided_by}) {
    PutText(*text, out);
  }
  PutNumber(ruling.logs.size(), out);
  for (const std::string& log : ruling.logs) PutText(log, out);
  if (!IsDetailed(ruling)) return;
  PutNumber(static_cast<uint64_t>(ruling.rule_version), out);
  PutLabels(ruling.in_labels, out);
  PutLabels(ruling.out_labels, out);
}

// Numbers as their distance from the least, in as few bytes as the greatest needs. Eight bytes of
// nothing follow, so that each can be read as eight bytes and cut off.
template <typename T>
void EncodeNumbers(const std::vector<T>& numbers, std::string* bytes) {
  const auto [least, greatest] = std::minmax_element(numbers.begin(), numbers.end());
  const uint64_t base = numbers.empty() ? 0 : static_cast<uint64_t>(*least);
  const uint64_t range = numbers.empty() ? 0 : static_cast<uint64_t>(*greatest) - base;
  const auto width = static_cast<size_t>((std::bit_width(range) + 7) / 8);
  bytes->clear();
  PutNumber(base, bytes);
  PutNumber(width, bytes);
  const size_t begin = bytes->size();
  bytes->resize(begin + numbers.size() * width + kNumberBytes);
  char* place = bytes->data() + begin;
  for (const T number : numbers) {
    const uint64_t distance = LittleEndian(static_cast<uint64_t>(number) - base);
    std::memcpy(place, &distance, kNumberBytes);
    place += width;
  }
  std::memset(place, 0, kNumberBytes);
}

template <typename T>
void EncodeValues(const std::vector<T>& values, std::string* bytes) {
  bytes->clear();
  PutNumber(values.size(), bytes);
  for (const T& value : values) PutValue(value, bytes);
}

// ---- reading ----------------------------------------------------------------------------------

// Takes values off the front of a column; after the first that is not there, all are zero.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  size_t left() const { return bytes_.size(); }

  uint64_t Number() {
    if (bytes_.size() < kNumberBytes) ok_ = false;
    if (!ok_) return 0;
    uint64_t number = 0;
    std::memcpy(&number, bytes_.data(), kNumberBytes);
    bytes_.remove_prefix(kNumberBytes);
    return LittleEndian(number);
  }

  // At most `max`.
  uint64_t Number(uint64_t max) {
    const uint64_t number = Number();
    if (number > max) ok_ = false;
    return ok_ ? number : 0;
  }

  absl::string_view Bytes(uint64_t size) {
    if (size > bytes_.size()) ok_ = false;
    if (!ok_) return "";
    const absl::string_view bytes = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return bytes;
  }

  uint8_t Byte() {
    const absl::string_view byte = Bytes(1);
    return byte.empty() ? uint8_t{0} : static_cast<uint8_t>(byte[0]);
  }

  absl::string_view Text() { return Bytes(Number()); }

  absl::string_view rest() const { return bytes_; }

 private:
  absl::string_view bytes_;
  bool ok_ = true;
};

// As many as `numbers` is long, from `place` on; returns the greatest.
template <typename T>
uint64_t DecodeNumbers(uint64_t base, size_t width, const char* place, std::vector<T>* numbers) {
  const uint64_t mask = width == 0 ? 0 : ~uint64_t{0} >> (64 - 8 * width);
  uint64_t greatest = 0;
  for (T& number : *numbers) {
    uint64_t distance = 0;
    std::memcpy(&distance, place, kNumberBytes);
    place += width;
    const uint64_t value = base + (LittleEndian(distance) & mask);
    greatest = std::max(greatest, value);
    number = static_cast<T>(value);
  }
  return greatest;
}

// The same, in a form that compilers make vector instructions of.
template <typename Stored>
uint64_t DecodeCodes(const char* place, std::vector<uint32_t>* numbers) {
  uint32_t greatest = 0;
  for (uint32_t& number : *numbers) {
    Stored stored = 0;
    std::memcpy(&stored, place, sizeof(stored));
    place += sizeof(stored);
    number = stored;
    greatest = std::max(greatest, number);
  }
  return greatest;
}

uint64_t DecodeNumbers(uint64_t base, size_t width, const char* place,
                       std::vector<uint32_t>* numbers) {
  if (base == 0 && width == 1) return DecodeCodes<uint8_t>(place, numbers);
  if (base == 0 && width == 2 && std::endian::native == std::endian::little) {
    return DecodeCodes<uint16_t>(place, numbers);
  }
  return DecodeNumbers<uint32_t>(base, width, place, numbers);
}

constexpr auto kLastHook = static_cast<uint64_t>(Hook::kOutput);
constexpr auto kLastVerdict = static_cast<uint64_t>(Verdict::kDeny);

void Get(Reader& reader, int64_t* value) { *value = static_cast<int64_t>(reader.Number()); }

void Get(Reader& reader, Address* address) {
  const bool is_ipv6 = reader.Byte() == static_cast<uint8_t>(Family::kIPv6);
  const Family family = is_ipv6 ? Family::kIPv6 : Family::kIPv4;
  const absl::string_view bytes = reader.Bytes(AddressBits(family) / 8);
  if (!reader.ok()) return;
  uint8_t network_order[16];
  std::memcpy(network_order, bytes.data(), bytes.size());
  *address = Address::FromBytes(family, network_order);
}

void Get(Reader& reader, AuditService* service) {
  const uint64_t number = reader.Number();
  service->port = static_cast<uint16_t>(number);
  service->protocol = static_cast<uint8_t>(number >> 16);
  service->icmp_type = static_cast<uint8_t>(number >> 24);
  service->icmp_code = static_cast<uint8_t>(number >> 32);
}

void GetLabels(Reader& reader, Labels* labels) {
  const uint64_t count = reader.Number();
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    std::string key(reader.Text());
    labels->insert_or_assign(std::move(key), std::string(reader.Text()));
  }
}

void Get(Reader& reader, AuditParty* party) {
  const uint64_t count = reader.Number();
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    KnownObject& object = party->emplace_back();
    object.name = std::string(reader.Text());
    GetLabels(reader, &object.labels);
  }
}

void Get(Reader& reader, AuditRuling* ruling) {
  ruling->hook = static_cast<Hook>(reader.Number(kLastHook));
  ruling->verdict = static_cast<Verdict>(reader.Number(kLastVerdict));
  ruling->pending_verdict = static_cast<Verdict>(reader.Number(kLastVerdict));
  const uint64_t flags = reader.Number(kRejected | kRedecided | kDetailed);
  ruling->rejected = (flags & kRejected) != 0;
  ruling->redecided = (flags & kRedecided) != 0;
  ruling->revision = static_cast<int64_t>(reader.Number());
  ruling->generation = static_cast<uint32_t>(reader.Number(std::numeric_limits<uint32_t>::max()));
  for (std::string* text :
       {&ruling->in, &ruling->out, &ruling->decided_by, &ruling->tier, &ruling->in_endpoint,
        &ruling->out_endpoint, &ruling->pending_decided_by}) {
    *text = std::string(reader.Text());
  }
  const uint64_t logs = reader.Number();
  for (uint64_t i = 0; i < logs && reader.ok(); ++i) ruling->logs.emplace_back(reader.Text());
  if ((flags & kDetailed) == 0) return;
  ruling->rule_version = static_cast<int64_t>(reader.Number());
  GetLabels(reader, &ruling->in_labels);
  GetLabels(reader, &ruling->out_labels);
}

}  // namespace

// ---- AuditBlock -------------------------------------------------------------------------------

void AuditBlock::Fail(AuditColumn column, absl::string_view what) {
  if (!status_.ok()) return;
  status_ =
      absl::DataLossError(absl::StrCat("column ", static_cast<int>(column),
                                       " of the decisions from ", info_.first_id, " on ", what));
}

template <typename T>
void AuditBlock::Dictionary<T>::Clear() {
  values.clear();
  codes.clear();
}

void AuditBlock::Reset(const AuditBlockInfo& info) {
  info_ = info;
  status_ = absl::OkStatus();
  rulings_.Clear();
  sources_.Clear();
  destinations_.Clear();
  services_.Clear();
  repeats_.Clear();
  source_parties_.Clear();
  destination_parties_.Clear();
  times_ns_.clear();
  source_ports_.clear();
  flows_.clear();
  flows_read_ = false;
}

const std::vector<AuditFlow>& AuditBlock::flows() {
  if (flows_read_ || !read_flows_ || !status_.ok()) return flows_;
  flows_read_ = true;
  status_ = read_flows_(info_, &flows_);
  std::erase_if(flows_, [this](const AuditFlow& flow) {
    return flow.id < info_.first_id || flow.id >= info_.EndId();
  });
  return flows_;
}

absl::string_view AuditBlock::Read(AuditColumn column) {
  if (!status_.ok()) return "";
  const absl::Status read = read_(info_, column, &bytes_);
  if (absl::IsNotFound(read) && IsOptional(column)) return "";
  status_ = read;
  return status_.ok() ? absl::string_view(bytes_) : "";
}

template <typename T>
const std::vector<T>& AuditBlock::Values(AuditColumn column, Dictionary<T>* dictionary) {
  if (!dictionary->values.empty()) return dictionary->values;
  const absl::string_view bytes = Read(column);
  if (bytes.empty() && status_.ok() && IsOptional(column)) {
    dictionary->values.assign(1, T());
    dictionary->codes.assign(info_.count, 0);
    return dictionary->values;
  }
  Reader reader(bytes);
  // No value is smaller, so that a length that is wrong cannot ask for much memory.
  constexpr size_t kSmallestValue = 5;
  const uint64_t count = reader.Number(reader.left() / kSmallestValue);
  dictionary->values.resize(count);
  for (T& value : dictionary->values) Get(reader, &value);
  if (!reader.ok() || count == 0) {
    Fail(column, "is damaged");
    dictionary->values.assign(1, T());
  }
  return dictionary->values;
}

template <typename T>
void AuditBlock::ReadNumbers(AuditColumn column, uint64_t max, std::vector<T>* numbers) {
  if (!numbers->empty()) return;
  Reader reader(Read(column));
  const uint64_t base = reader.Number();
  const uint64_t width = reader.Number(kNumberBytes);
  const size_t count = info_.count;
  numbers->resize(count);
  if (!reader.ok() || reader.left() < count * width + kNumberBytes) {
    Fail(column, "is damaged");
    return;
  }
  const uint64_t greatest = DecodeNumbers(base, width, reader.rest().data(), numbers);
  if (greatest <= max) return;
  Fail(column, "is damaged");
  std::fill(numbers->begin(), numbers->end(), T());
}

template <typename T>
const std::vector<uint32_t>& AuditBlock::Codes(AuditColumn column, Dictionary<T>* dictionary) {
  // The dictionary of a column of codes is the column before.
  const auto of = static_cast<AuditColumn>(static_cast<uint8_t>(column) - 1);
  ReadNumbers(column, Values(of, dictionary).size() - 1, &dictionary->codes);
  return dictionary->codes;
}

const std::vector<AuditRuling>& AuditBlock::rulings() {
  return Values(AuditColumn::kRulings, &rulings_);
}
const std::vector<Address>& AuditBlock::sources() {
  return Values(AuditColumn::kSources, &sources_);
}
const std::vector<Address>& AuditBlock::destinations() {
  return Values(AuditColumn::kDestinations, &destinations_);
}
const std::vector<AuditService>& AuditBlock::services() {
  return Values(AuditColumn::kServices, &services_);
}
const std::vector<int64_t>& AuditBlock::repeats() {
  return Values(AuditColumn::kRepeats, &repeats_);
}
const std::vector<uint32_t>& AuditBlock::ruling_codes() {
  return Codes(AuditColumn::kRulingCodes, &rulings_);
}
const std::vector<uint32_t>& AuditBlock::source_codes() {
  return Codes(AuditColumn::kSourceCodes, &sources_);
}
const std::vector<uint32_t>& AuditBlock::destination_codes() {
  return Codes(AuditColumn::kDestinationCodes, &destinations_);
}
const std::vector<uint32_t>& AuditBlock::service_codes() {
  return Codes(AuditColumn::kServiceCodes, &services_);
}
const std::vector<uint32_t>& AuditBlock::repeat_codes() {
  return Codes(AuditColumn::kRepeatCodes, &repeats_);
}

const std::vector<AuditParty>& AuditBlock::source_parties() {
  return Values(AuditColumn::kSourceParties, &source_parties_);
}
const std::vector<AuditParty>& AuditBlock::destination_parties() {
  return Values(AuditColumn::kDestinationParties, &destination_parties_);
}
const std::vector<uint32_t>& AuditBlock::source_party_codes() {
  return Codes(AuditColumn::kSourcePartyCodes, &source_parties_);
}
const std::vector<uint32_t>& AuditBlock::destination_party_codes() {
  return Codes(AuditColumn::kDestinationPartyCodes, &destination_parties_);
}

const std::vector<int64_t>& AuditBlock::times_ns() {
  ReadNumbers(AuditColumn::kTimes, std::numeric_limits<uint64_t>::max(), &times_ns_);
  return times_ns_;
}

const std::vector<uint16_t>& AuditBlock::source_ports() {
  ReadNumbers(AuditColumn::kSourcePorts, std::numeric_limits<uint16_t>::max(), &source_ports_);
  return source_ports_;
}

AuditRecord AuditBlock::Record(size_t row) {
  AuditRecord record;
  static_cast<AuditRuling&>(record) = rulings()[ruling_codes()[row]];
  record.id = info_.first_id + static_cast<int64_t>(row);
  record.time = absl::FromUnixNanos(times_ns()[row]);
  const AuditService& service = services()[service_codes()[row]];
  record.tuple.source = sources()[source_codes()[row]];
  record.tuple.destination = destinations()[destination_codes()[row]];
  record.tuple.protocol = service.protocol;
  record.tuple.source_port = source_ports()[row];
  record.tuple.destination_port = service.port;
  record.tuple.icmp_type = service.icmp_type;
  record.tuple.icmp_code = service.icmp_code;
  record.repeats = repeats()[repeat_codes()[row]];
  record.source_party = source_parties()[source_party_codes()[row]];
  record.destination_party = destination_parties()[destination_party_codes()[row]];
  return record;
}

// ---- AuditBlockBuilder ------------------------------------------------------------------------

template <typename T>
uint32_t AuditBlockBuilder::Dictionary<T>::NumberOf(const T& value) {
  // Mostly that of the decision before.
  if (!codes.empty() && values[codes.back()] == value) return codes.back();
  const auto [found, is_new] = numbers.try_emplace(value, static_cast<uint32_t>(values.size()));
  if (is_new) values.push_back(value);
  return found->second;
}

template <typename T>
void AuditBlockBuilder::Dictionary<T>::Add(const T& value) {
  codes.push_back(NumberOf(value));
}

template <typename T>
void AuditBlockBuilder::Dictionary<T>::AddAll(const std::vector<T>& others,
                                              const std::vector<uint32_t>& other_codes) {
  std::vector<uint32_t> own;
  own.reserve(others.size());
  for (const T& value : others) own.push_back(NumberOf(value));
  for (const uint32_t code : other_codes) codes.push_back(own[code]);
}

template <typename T>
void AuditBlockBuilder::Dictionary<T>::Clear() {
  values.clear();
  codes.clear();
  numbers.clear();
}

void AuditBlockBuilder::AddTime(int64_t time_ns) {
  if (times_ns_.empty()) oldest_ns_ = newest_ns_ = time_ns;
  oldest_ns_ = std::min(oldest_ns_, time_ns);
  newest_ns_ = std::max(newest_ns_, time_ns);
  times_ns_.push_back(time_ns);
}

absl::Status AuditBlockBuilder::Add(const AuditBatch& batch) {
  std::vector<uint32_t> ruling_codes;
  ruling_codes.reserve(batch.rulings().size());
  for (const AuditRuling& ruling : batch.rulings()) {
    if (ruling.hook > Hook::kOutput || ruling.verdict > Verdict::kDeny ||
        ruling.pending_verdict > Verdict::kDeny) {
      return absl::InvalidArgumentError("a decision without a known hook and verdict");
    }
    ruling_codes.push_back(rulings_.NumberOf(ruling));
  }
  constexpr uint32_t kUnknown = std::numeric_limits<uint32_t>::max();
  const size_t parties = batch.parties().size();
  std::vector<uint32_t> source_codes(parties, kUnknown);
  std::vector<uint32_t> destination_codes(parties, kUnknown);
  const auto code_of = [&batch](uint32_t party, std::vector<uint32_t>& codes,
                                Dictionary<AuditParty>& dictionary) {
    uint32_t& code = codes[party];
    if (code == kUnknown) code = dictionary.NumberOf(batch.parties()[party]);
    return code;
  };
  for (const AuditBatch::Row& row : batch.rows()) {
    AddTime(row.time_ns);
    source_parties_.codes.push_back(code_of(row.source_party, source_codes, source_parties_));
    destination_parties_.codes.push_back(
        code_of(row.destination_party, destination_codes, destination_parties_));
    rulings_.codes.push_back(ruling_codes[row.ruling]);
    sources_.Add(row.tuple.source);
    destinations_.Add(row.tuple.destination);
    services_.Add(
        {row.tuple.protocol, row.tuple.icmp_type, row.tuple.icmp_code, row.tuple.destination_port});
    source_ports_.push_back(row.tuple.source_port);
    repeats_.Add(row.repeats);
    decisions_ += DecisionsOf(row.repeats);
  }
  return absl::OkStatus();
}

absl::Status AuditBlockBuilder::Add(AuditBlock& block) {
  for (const int64_t time_ns : block.times_ns()) AddTime(time_ns);
  rulings_.AddAll(block.rulings(), block.ruling_codes());
  sources_.AddAll(block.sources(), block.source_codes());
  destinations_.AddAll(block.destinations(), block.destination_codes());
  services_.AddAll(block.services(), block.service_codes());
  repeats_.AddAll(block.repeats(), block.repeat_codes());
  source_parties_.AddAll(block.source_parties(), block.source_party_codes());
  destination_parties_.AddAll(block.destination_parties(), block.destination_party_codes());
  source_ports_.insert(source_ports_.end(), block.source_ports().begin(),
                       block.source_ports().end());
  decisions_ += block.info().decisions;
  return block.status();
}

AuditBlockInfo AuditBlockBuilder::Info(int64_t first_id) const {
  return {first_id, size(), oldest_ns_, newest_ns_, decisions_, false};
}

void AuditBlockBuilder::Encode(AuditColumn column, std::string* bytes) const {
  switch (column) {
    case AuditColumn::kRulings:
      return EncodeValues(rulings_.values, bytes);
    case AuditColumn::kRulingCodes:
      return EncodeNumbers(rulings_.codes, bytes);
    case AuditColumn::kTimes:
      return EncodeNumbers(times_ns_, bytes);
    case AuditColumn::kSources:
      return EncodeValues(sources_.values, bytes);
    case AuditColumn::kSourceCodes:
      return EncodeNumbers(sources_.codes, bytes);
    case AuditColumn::kDestinations:
      return EncodeValues(destinations_.values, bytes);
    case AuditColumn::kDestinationCodes:
      return EncodeNumbers(destinations_.codes, bytes);
    case AuditColumn::kServices:
      return EncodeValues(services_.values, bytes);
    case AuditColumn::kServiceCodes:
      return EncodeNumbers(services_.codes, bytes);
    case AuditColumn::kSourcePorts:
      return EncodeNumbers(source_ports_, bytes);
    case AuditColumn::kRepeats:
      return EncodeValues(repeats_.values, bytes);
    case AuditColumn::kRepeatCodes:
      return EncodeNumbers(repeats_.codes, bytes);
    case AuditColumn::kSourceParties:
      return EncodeValues(source_parties_.values, bytes);
    case AuditColumn::kSourcePartyCodes:
      return EncodeNumbers(source_parties_.codes, bytes);
    case AuditColumn::kDestinationParties:
      return EncodeValues(destination_parties_.values, bytes);
    case AuditColumn::kDestinationPartyCodes:
      return EncodeNumbers(destination_parties_.codes, bytes);
  }
}

void AuditBlockBuilder::Clear() {
  rulings_.Clear();
  sources_.Clear();
  destinations_.Clear();
  services_.Clear();
  repeats_.Clear();
  source_parties_.Clear();
  destination_parties_.Clear();
  times_ns_.clear();
  source_ports_.clear();
  decisions_ = 0;
}

void PackColumns(const AuditBlockBuilder& builder, std::string* packed) {
  packed->clear();
  std::string column;
  for (size_t i = 0; i < kAuditColumns; ++i) {
    builder.Encode(static_cast<AuditColumn>(i), &column);
    PutText(column, packed);
  }
}

absl::Status UnpackColumn(absl::string_view packed, AuditColumn column, std::string* bytes) {
  Reader reader(packed);
  for (uint8_t other = 0; other < static_cast<uint8_t>(column); ++other) reader.Text();
  // Of before there was this column.
  if (IsOptional(column) && reader.left() == 0) return absl::NotFoundError("no such column");
  const absl::string_view text = reader.Text();
  if (!reader.ok()) {
    return absl::DataLossError(
        absl::StrCat("an open block ends before its column ", static_cast<int>(column)));
  }
  bytes->assign(text.begin(), text.end());
  return absl::OkStatus();
}

}  // namespace gw
