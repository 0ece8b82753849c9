#include "enforcer/cli/output.h"

#include <wchar.h>

#include <algorithm>
#include <clocale>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace gw::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr absl::string_view kColumnGap = "  ";
constexpr absl::string_view kYamlIndent = "  ";

bool IsControl(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return value < 0x20 || value == 0x7f;
}

// The bytes of the UTF-8 sequence that starts with `lead`, by its first bits; 0 for none.
size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

struct Character {
  size_t length = 1;       // in bytes
  uint32_t code = 0xfffd;  // U+FFFD for a byte that is not UTF-8
  bool valid = false;
};

Character FirstCharacter(absl::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const size_t length = SequenceLength(lead);
  if (length == 1) return {1, lead, true};
  if (length == 0 || length > text.size()) return {};
  uint32_t code = lead & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return {};
    code = code << 6 | (next & 0x3fu);
  }
  return {length, code, true};
}

// wcwidth(3) knows the widths of Unicode only in a UTF-8 locale, and the user's may be another.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) previous_ = uselocale(locale_);
  }
  ~Utf8Locale() {
    if (locale_ == nullptr) return;
    uselocale(previous_);
    freelocale(locale_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  locale_t locale_;
  locale_t previous_ = nullptr;
};

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

bool IsPlainByte(char byte) {
  return absl::ascii_isalnum(static_cast<unsigned char>(byte)) ||
         absl::string_view("_./-@()*> ").find(byte) != absl::string_view::npos;
}

// Texts that YAML readers take for something else than a string.
bool IsYamlWord(absl::string_view text) {
  for (const char* word : {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}) {
    if (absl::EqualsIgnoreCase(text, word)) return true;
  }
  return false;
}

bool IsPlainYaml(absl::string_view text) {
  return !text.empty() && absl::ascii_isalpha(static_cast<unsigned char>(text.front())) &&
         text.back() != ' ' && !IsYamlWord(text) &&
         std::all_of(text.begin(), text.end(), IsPlainByte);
}

std::string YamlScalar(const Json& value) {
  if (value.is_string() && IsPlainYaml(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  // A JSON scalar, and an empty list or object, is one of YAML too.
  return JsonLine(value);
}

bool IsBlock(const Json& value) { return value.is_structured() && !value.empty(); }

void AppendYaml(const Json& value, const std::string& indent, std::string* text);

void AppendYamlMember(const std::string& key, const Json& value, const std::string& indent,
                      std::string* text) {
  absl::StrAppend(text, YamlScalar(key), ":");
  if (!IsBlock(value)) {
    absl::StrAppend(text, " ", YamlScalar(value), "\n");
    return;
  }
  const std::string inner = value.is_array() ? indent : absl::StrCat(indent, kYamlIndent);
  absl::StrAppend(text, "\n", inner);
  AppendYaml(value, inner, text);
}

// The caller has written the indentation of the first line. Our results are a few levels deep.
void AppendYaml(const Json& value, const std::string& indent, std::string* text) {
  if (!IsBlock(value)) {
    absl::StrAppend(text, YamlScalar(value), "\n");
    return;
  }
  bool first = true;
  for (const auto& [key, member] : value.items()) {
    if (!first) text->append(indent);
    first = false;
    if (value.is_array()) {
      text->append("- ");
      AppendYaml(member, absl::StrCat(indent, kYamlIndent), text);
    } else {
      AppendYamlMember(key, member, indent, text);
    }
  }
}

std::string CsvCell(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char byte : cell) {
    if (byte == '"') quoted.push_back('"');
    quoted.push_back(byte);
  }
  return absl::StrCat(quoted, "\"");
}

}  // namespace

size_t DisplayWidth(absl::string_view text) {
  if (IsAscii(text)) return text.size();
  const Utf8Locale locale;
  size_t width = 0;
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    const int columns = wcwidth(static_cast<wchar_t>(character.code));
    width += character.valid && columns >= 0 ? static_cast<size_t>(columns) : 1;
    text.remove_prefix(character.length);
  }
  return width;
}

std::string Printable(absl::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    const absl::string_view bytes = text.substr(0, character.length);
    // U+0080 to U+009F are control characters too; some terminals obey them.
    if (!character.valid || IsControl(bytes.front()) ||
        (character.code >= 0x80 && character.code < 0xa0)) {
      for (const char byte : bytes) {
        absl::StrAppendFormat(&printable, "\\x%02x", static_cast<unsigned char>(byte));
      }
    } else {
      absl::StrAppend(&printable, bytes);
    }
    text.remove_prefix(character.length);
  }
  return printable;
}

void Table::Add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

void Table::Print(std::ostream& out) {
  widths_.resize(headings_.size());
  for (size_t i = 0; i < headings_.size(); ++i) {
    widths_[i] = std::max(widths_[i], DisplayWidth(headings_[i]));
    for (const auto& row : rows_) widths_[i] = std::max(widths_[i], DisplayWidth(row[i]));
  }
  if (!headings_printed_) PrintRow(headings_, out);
  headings_printed_ = true;
  for (const auto& row : rows_) PrintRow(row, out);
  rows_.clear();
}

void Table::PrintRow(const std::vector<std::string>& cells, std::ostream& out) const {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    absl::StrAppend(&line, cells[i]);
    if (i + 1 == cells.size()) break;
    line.append(widths_[i] - DisplayWidth(cells[i]), ' ');
    absl::StrAppend(&line, kColumnGap);
  }
  absl::StripTrailingAsciiWhitespace(&line);
  out << line << "\n";
}

void PrintPairs(const std::vector<std::pair<std::string, std::string>>& pairs, std::ostream& out) {
  size_t width = 0;
  for (const auto& [name, value] : pairs) width = std::max(width, DisplayWidth(name));
  for (const auto& [name, value] : pairs) {
    std::string line = absl::StrCat(name, std::string(width - DisplayWidth(name), ' '), kColumnGap,
                                    Printable(value));
    absl::StripTrailingAsciiWhitespace(&line);
    out << line << "\n";
  }
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    absl::StrAppend(&line, &cell == &cells.front() ? "" : ",", CsvCell(cell));
  }
  return absl::StrCat(line, "\n");
}

std::string JsonDocument(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string YamlDocument(const Json& value) {
  std::string text;
  AppendYaml(value, "", &text);
  return text;
}

void PrintDocument(const Json& value, Format format, std::ostream& out) {
  if (format == Format::kYaml) {
    out << YamlDocument(value);
  } else {
    out << JsonDocument(value) << "\n";
  }
}

std::string LocalTimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::LocalTimeZone());
}

std::string Counted(size_t count, absl::string_view one, absl::string_view many) {
  if (count == 0) return absl::StrCat("no ", many);
  return absl::StrCat(count, " ", count == 1 ? one : many);
}

}  // namespace gw::cli
