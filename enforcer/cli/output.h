// How results are printed: tables for people, YAML, JSON and CSV for programs. Pure but for the
// stream written to; any thread.

#ifndef ENFORCER_CLI_OUTPUT_H_
#define ENFORCER_CLI_OUTPUT_H_

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/resources/json_text.h"
#include "nlohmann/json.hpp"

namespace gw::cli {

enum class Format : uint8_t { kTable, kYaml, kJson, kCsv };

// Columns that UTF-8 text takes on a terminal; bytes that are not UTF-8 count one each.
size_t DisplayWidth(absl::string_view text);

// `text` with control characters as \xNN, so that nothing stored can drive the terminal. Line ends
// and tabs too: the result is one line.
std::string Printable(absl::string_view text);

// Columns aligned, two blanks between them, the last one ragged. A table that grows (following a
// log) is printed repeatedly: headings once, widths kept and only ever widened.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  // As many cells as headings.
  void Add(std::vector<std::string> cells);
  // Prints what was added since the last Print.
  void Print(std::ostream& out);
  bool empty() const { return rows_.empty(); }

 private:
  void PrintRow(const std::vector<std::string>& cells, std::ostream& out) const;

  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<size_t> widths_;
  bool headings_printed_ = false;
};

// "NAME   VALUE" lines with the values aligned.
void PrintPairs(const std::vector<std::pair<std::string, std::string>>& pairs, std::ostream& out);

// One record of RFC 4180, but ended with a line feed alone, as text tools here expect.
std::string CsvLine(const std::vector<std::string>& cells);

// Indented, for documents.
std::string JsonDocument(const nlohmann::ordered_json& value);
// Block style YAML of the same value.
std::string YamlDocument(const nlohmann::ordered_json& value);

// kYaml or kJson, with the line end.
void PrintDocument(const nlohmann::ordered_json& value, Format format, std::ostream& out);

// "2026-01-31 08:00:00" in local time, for people.
std::string LocalTimeText(absl::Time time);

// "3 rules", "1 rule", "no rules".
std::string Counted(size_t count, absl::string_view one, absl::string_view many);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_OUTPUT_H_
