// NetworkImport: text of many networks (a file, a paste), read line by line: what was understood,
// what was corrected, what was not and why. Pure; any thread.

#ifndef ADMIN_GUI_MODELS_NETWORK_IMPORT_H_
#define ADMIN_GUI_MODELS_NETWORK_IMPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/net/prefix.h"
#include "common/service/service.h"

namespace gw::gui {

struct NetworkImport {
  // A line that was not understood, or understood otherwise than written.
  struct Note {
    enum class Kind : uint8_t { kNotUnderstood, kHostBits, kDuplicate } kind = Kind::kNotUnderstood;
    size_t line = 0;      // from 1
    std::string text;     // as written, without comment
    Prefix written;       // kHostBits: what will be written
    std::string message;  // kNotUnderstood: why

    friend bool operator==(const Note&, const Note&) = default;
  };

  size_t lines = 0;          // that hold something
  std::vector<Prefix> nets;  // sorted, each once
  size_t duplicates = 0;     // within the text, or of what the set has already
  size_t not_understood = 0;
  size_t host_bits = 0;
  std::vector<Note> notes;  // in the order of lines; of each kind at most kNotesMax
  static constexpr size_t kNotesMax = 1000;

  friend bool operator==(const NetworkImport&, const NetworkImport&) = default;
};

// One network or address a line; blanks, and comments from `#` or `;` on, do not count. Several on
// a line are divided by commas or blanks. `existing` is sorted. Stops early, with what is read so
// far, when `context` is cancelled.
NetworkImport ReadNetworks(absl::string_view text, const std::vector<Prefix>& existing,
                           const CallContext& context);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_NETWORK_IMPORT_H_
