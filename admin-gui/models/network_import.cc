#include "admin-gui/models/network_import.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace gw::gui {
namespace {

constexpr size_t kLinesBetweenLooks = 4096;  // at whether somebody cancelled

class ImportReader {
 public:
  explicit ImportReader(const std::vector<Prefix>& existing) : existing_(existing) {}

  void TakeLine(size_t number, absl::string_view line) {
    line = line.substr(0, line.find_first_of("#;"));
    bool holds = false;
    for (const absl::string_view word : absl::StrSplit(line, absl::ByAnyChar(", \t\r"))) {
      if (word.empty()) continue;
      holds = true;
      TakeWord(number, word);
    }
    if (holds) ++import_.lines;
  }

  NetworkImport Finish() {
    std::sort(import_.nets.begin(), import_.nets.end());
    import_.nets.erase(std::unique(import_.nets.begin(), import_.nets.end()), import_.nets.end());
    return std::move(import_);
  }

 private:
  using Kind = NetworkImport::Note::Kind;

  void TakeWord(size_t number, absl::string_view word) {
    const auto net = ParseNetwork(word);
    if (!net.ok()) {
      ++import_.not_understood;
      Note(Kind::kNotUnderstood, number, word, {}, std::string(net.status().message()));
      return;
    }
    if (word.find('/') != absl::string_view::npos && !ParsePrefix(word).ok()) {
      ++import_.host_bits;
      Note(Kind::kHostBits, number, word, *net, {});
    }
    const bool known = std::binary_search(existing_.begin(), existing_.end(), *net);
    if (known || !seen_.insert(Key(*net)).second) {
      ++import_.duplicates;
      Note(Kind::kDuplicate, number, word, *net, {});
      return;
    }
    import_.nets.push_back(*net);
  }

  static std::pair<Address, uint8_t> Key(const Prefix& net) { return {net.address, net.length}; }

  void Note(Kind kind, size_t number, absl::string_view text, const Prefix& written,
            std::string message) {
    size_t& kept = kept_[static_cast<size_t>(kind)];
    if (kept == NetworkImport::kNotesMax) return;
    ++kept;
    import_.notes.push_back({kind, number, std::string(text), written, std::move(message)});
  }

  const std::vector<Prefix>& existing_;
  absl::flat_hash_set<std::pair<Address, uint8_t>> seen_;
  std::array<size_t, 3> kept_{};
  NetworkImport import_;
};

}  // namespace

NetworkImport ReadNetworks(absl::string_view text, const std::vector<Prefix>& existing,
                           const CallContext& context) {
  ImportReader reader(existing);
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (++number % kLinesBetweenLooks == 0 && context.cancelled()) break;
    reader.TakeLine(number, line);
  }
  return reader.Finish();
}

}  // namespace gw::gui
