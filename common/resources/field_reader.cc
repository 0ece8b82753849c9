#include "common/resources/field_reader.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/policy/nearest_name.h"

namespace gw {
namespace {

constexpr absl::string_view kDigits = "0123456789";

std::string Child(const std::string& path, absl::string_view name) {
  return path.empty() ? std::string(name) : absl::StrCat(path, ".", name);
}

bool IsCollection(const Node& node) {
  return node.kind == Node::Kind::kMap || node.kind == Node::Kind::kSequence;
}

bool IsPlain(const Node& node) { return node.kind == Node::Kind::kScalar && !node.quoted; }

// Truth values of YAML 1.1, which many readers still know.
bool IsTruthWord(absl::string_view text) {
  for (const char* word : {"true", "false", "yes", "no", "on", "off"}) {
    if (absl::EqualsIgnoreCase(text, word)) return true;
  }
  return false;
}

bool IsNullWord(absl::string_view text) {
  return text.empty() || text == "~" || absl::EqualsIgnoreCase(text, "null");
}

size_t SkipDigits(absl::string_view text, size_t at) {
  while (at < text.size() &&
         (absl::ascii_isdigit(static_cast<unsigned char>(text[at])) || text[at] == '_')) {
    ++at;
  }
  return at;
}

// Whole numbers of any base, and decimal fractions. Addresses, port ranges and dates are none.
bool LooksLikeNumber(absl::string_view written) {
  const std::string lower = absl::AsciiStrToLower(written);
  absl::string_view text = lower;
  if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
  if (text == ".inf" || text == ".nan" || text == "inf" || text == "nan") return true;
  if (text.size() > 2 && text[0] == '0' && absl::string_view("xob").find(text[1]) != text.npos) {
    return text.find_first_not_of("0123456789abcdef_", 2) == text.npos;
  }
  size_t at = SkipDigits(text, 0);
  size_t digits = at;
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = at + 1;
    at = SkipDigits(text, fraction);
    digits += at - fraction;
  }
  if (digits == 0) return false;
  if (at < text.size() && text[at] == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const size_t exponent = at;
    at = SkipDigits(text, at);
    if (at == exponent) return false;
  }
  return at == text.size();
}

// Messages quote what was written, but not a whole file of it.
std::string Shown(absl::string_view text) {
  constexpr size_t kShownBytesMax = 100;
  if (text.size() <= kShownBytesMax) return std::string(text);
  size_t end = kShownBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "...");
}

}  // namespace

PlainType PlainTypeOf(absl::string_view text) {
  if (IsNullWord(text) || IsTruthWord(text)) return PlainType::kOther;
  const absl::string_view digits = text.substr(text[0] == '-' ? 1 : 0);
  if (!digits.empty() && digits.find_first_not_of(kDigits) == absl::string_view::npos &&
      (digits[0] != '0' || text == "0")) {
    return PlainType::kInteger;
  }
  return LooksLikeNumber(text) ? PlainType::kOther : PlainType::kText;
}

std::string Describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kSequence:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
    case Node::Kind::kScalar:
      break;
  }
  return absl::StrCat(node.quoted ? "the text `" : "`", Shown(node.text), "`");
}

std::optional<int64_t> ParseDigits(absl::string_view text, int64_t max) {
  int64_t value = 0;
  if (text.empty() || text.find_first_not_of(kDigits) != absl::string_view::npos ||
      !absl::SimpleAtoi(text, &value) || value > max) {
    return std::nullopt;
  }
  return value;
}

void FieldReader::Error(const Node& at, const std::string& path, absl::string_view message) {
  wrong_fields_.insert(path);
  problems_->push_back({Severity::kError, PlaceOf(at), std::string(message)});
}

void FieldReader::Warn(const Node& at, absl::string_view message) {
  problems_->push_back({Severity::kWarning, PlaceOf(at), std::string(message)});
}

// A map or list is placed at its key: its own mark is at its first entry, lines below.
void FieldReader::Record(const Node& key, const Node& value, const std::string& path) {
  const bool at_key = value.kind == Node::Kind::kNull || IsCollection(value);
  places_[path] = PlaceOf(at_key ? key : value);
  // Only selectors have problems at a column of their own.
  if (!value.literal || !absl::EndsWithIgnoreCase(path, "selector")) return;
  Place text = PlaceOf(value);
  if (value.quoted) ++text.column;
  text_places_[path] = text;
}

void FieldReader::Object(const Node& node, const std::string& path, absl::string_view what,
                         std::initializer_list<KnownField> known,
                         absl::Span<const UnsupportedField> unsupported,
                         absl::Span<const absl::string_view> ignored) {
  if (node.kind != Node::Kind::kMap) {
    Error(node, path, absl::StrCat(what, " is a map of fields, but ", Describe(node), " is here"));
    return;
  }
  Entries(node, path, [&](const Node& key, const Node& value) {
    ObjectEntry(key, value, path, what, known, unsupported, ignored);
  });
}

void FieldReader::ObjectEntry(const Node& key, const Node& value, const std::string& path,
                              absl::string_view what, std::initializer_list<KnownField> known,
                              absl::Span<const UnsupportedField> unsupported,
                              absl::Span<const absl::string_view> ignored) {
  const std::string field_path = Child(path, key.text);
  for (const KnownField& field : known) {
    if (field.name != key.text) continue;
    Record(key, value, field_path);
    if (value.kind != Node::Kind::kNull) field.read(value, field_path);
    return;
  }
  for (const UnsupportedField& field : unsupported) {
    if (field.name != key.text) continue;
    if (value.kind != Node::Kind::kNull) Unsupported(key, field_path, field);
    return;
  }
  for (const absl::string_view name : ignored) {
    if (name == key.text) return;
  }
  std::vector<std::string> names;
  for (const KnownField& field : known) names.emplace_back(field.name);
  const auto nearest = NearestName(key.text, names);
  Error(key, field_path,
        absl::StrCat("unknown field `", Shown(key.text), "` in ", what, ": ",
                     nearest ? absl::StrCat("did you mean `", *nearest, "`?")
                             : absl::StrCat("the fields are ", absl::StrJoin(names, ", "))));
}

void FieldReader::Unsupported(const Node& key, const std::string& path,
                              const UnsupportedField& field) {
  if (!field.can_be_left_out) {
    Error(key, path, absl::StrCat("`", field.name, "` is not supported: ", field.reason));
    return;
  }
  if (!options_.skip_unsupported) {
    Error(key, path,
          absl::StrCat("`", field.name, "` is not supported: ", field.reason,
                       "; remove it, or load the rest with --skip-unsupported"));
    return;
  }
  absl::string_view left_out = "left out";
  if (field.leave_out == LeaveOut::kRule) {
    leave_rule_out_ = true;
    left_out = "the whole rule is left out, which without it would match more than was written";
  } else if (field.leave_out == LeaveOut::kResource) {
    leave_resource_out_ = true;
    left_out =
        "the whole resource is left out, which without it would apply to more than was written";
  }
  Warn(key, absl::StrCat("`", field.name, "` is not supported: ", field.reason, "; ", left_out));
}

void FieldReader::Entries(const Node& node, const std::string& path,
                          const std::function<void(const Node&, const Node&)>& read) {
  if (node.kind != Node::Kind::kMap) {
    Error(node, path, absl::StrCat("a map is needed here, but ", Describe(node), " is here"));
    return;
  }
  std::map<absl::string_view, int> first_lines;
  for (size_t i = 0; i < node.entry_count(); ++i) {
    const Node& key = node.key(i);
    if (key.kind != Node::Kind::kScalar) {
      Error(key, path,
            absl::StrCat("a name is needed before `:`, but ", Describe(key),
                         " is here: write the name, in quotes if it has signs"));
      continue;
    }
    const auto [first, added] = first_lines.emplace(key.text, key.line);
    if (!added) {
      Error(key, Child(path, key.text),
            absl::StrCat("field `", Shown(key.text), "` appears twice, first on line ",
                         first->second, ": keep one"));
      continue;
    }
    read(key, node.value(i));
  }
}

void FieldReader::List(const Node& node, const std::string& path, const ReadField& read) {
  if (node.kind != Node::Kind::kSequence) {
    Error(node, path,
          absl::StrCat("a list is needed here, but ", Describe(node),
                       " is here: write each item on a line of its own after `- `"));
    return;
  }
  for (size_t i = 0; i < node.children.size(); ++i) {
    const Node& item = node.children[i];
    const std::string item_path = absl::StrCat(path, "[", i, "]");
    Record(item, item, item_path);
    if (item.kind == Node::Kind::kNull) {
      Error(item, item_path, "the item is empty: remove it, or write its value");
      continue;
    }
    read(item, item_path);
  }
}

std::optional<std::string> FieldReader::Text(const Node& node, const std::string& path) {
  if (node.kind != Node::Kind::kScalar) {
    Error(node, path, absl::StrCat("a text is needed here, but ", Describe(node), " is here"));
    return std::nullopt;
  }
  if (node.tagged) {
    const char* const quote = absl::StrContains(node.text, '"') ? "'" : "\"";
    Error(node, path,
          absl::StrCat("`!` at the start of a value has a meaning of its own in YAML: put the "
                       "value into quotes, ",
                       quote, Shown(node.text), quote));
    return std::nullopt;
  }
  if (!node.quoted && PlainTypeOf(node.text) == PlainType::kOther) {
    Error(node, path,
          absl::StrCat("`", node.text,
                       "` is a number or truth value in YAML, but a text is needed: put it into "
                       "quotes, \"",
                       node.text, "\""));
    return std::nullopt;
  }
  return node.text;
}

std::optional<bool> FieldReader::Boolean(const Node& node, const std::string& path) {
  if (IsPlain(node) && (node.text == "true" || node.text == "false")) return node.text == "true";
  std::string remedy = "write true or false";
  for (const char* word : {"true", "yes", "on"}) {
    if (absl::EqualsIgnoreCase(node.text, word)) remedy = "write true, without quotes";
  }
  for (const char* word : {"false", "no", "off"}) {
    if (absl::EqualsIgnoreCase(node.text, word)) remedy = "write false, without quotes";
  }
  Error(node, path, absl::StrCat(Describe(node), " is neither true nor false: ", remedy));
  return std::nullopt;
}

std::optional<int64_t> FieldReader::Integer(const Node& node, const std::string& path, int64_t min,
                                            int64_t max) {
  int64_t value = 0;
  if (IsPlain(node) && PlainTypeOf(node.text) == PlainType::kInteger &&
      absl::SimpleAtoi(node.text, &value) && value >= min && value <= max) {
    return value;
  }
  const bool only_quoted = node.quoted && PlainTypeOf(node.text) == PlainType::kInteger;
  Error(node, path,
        absl::StrCat(Describe(node), " is not a whole number from ", min, " to ", max,
                     only_quoted ? ": write it without quotes" : ""));
  return std::nullopt;
}

std::optional<double> FieldReader::Number(const Node& node, const std::string& path) {
  double value = 0;
  if (IsPlain(node) && PlainTypeOf(node.text) != PlainType::kText &&
      node.text.find_first_not_of("0123456789.eE+-") == std::string::npos &&
      absl::SimpleAtod(node.text, &value) && std::isfinite(value)) {
    return value;
  }
  Error(node, path,
        absl::StrCat(Describe(node), " is not a finite number: write one such as 100 or -2.5",
                     node.quoted ? ", without quotes" : ""));
  return std::nullopt;
}

std::optional<size_t> FieldReader::Choice(const Node& node, const std::string& path,
                                          absl::Span<const absl::string_view> choices) {
  if (node.kind == Node::Kind::kScalar && !node.tagged) {
    for (size_t i = 0; i < choices.size(); ++i) {
      if (choices[i] == node.text) return i;
    }
  }
  const auto nearest = NearestName(node.text, {choices.begin(), choices.end()});
  Error(node, path,
        absl::StrCat(Describe(node), " is not one of ", absl::StrJoin(choices, ", "),
                     nearest ? absl::StrCat(": did you mean `", *nearest, "`?") : ""));
  return std::nullopt;
}

void FieldReader::TextInto(const Node& node, const std::string& path, std::string* text) {
  if (auto read = Text(node, path)) *text = *std::move(read);
}

void FieldReader::BooleanInto(const Node& node, const std::string& path, bool* value) {
  if (const auto read = Boolean(node, path)) *value = *read;
}

void FieldReader::TextsInto(const Node& node, const std::string& path,
                            std::vector<std::string>* texts) {
  List(node, path, [&](const Node& item, const std::string& item_path) {
    if (auto read = Text(item, item_path)) texts->push_back(*std::move(read));
  });
}

void FieldReader::LabelsInto(const Node& node, const std::string& path, Labels* labels) {
  Entries(node, path, [&](const Node& key, const Node& value) {
    const std::string label_path = Child(path, key.text);
    Record(key, value, label_path);
    if (value.kind == Node::Kind::kNull) {
      Error(key, label_path,
            absl::StrCat("`", Shown(key.text),
                         "` has no value: write one, or \"\" for an empty one"));
      return;
    }
    if (auto text = Text(value, label_path)) (*labels)[key.text] = *std::move(text);
  });
}

}  // namespace gw
