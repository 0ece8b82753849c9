// FieldReader: typed access to the fields of one resource's tree. Every mistake becomes a problem
// with its place and its remedy, and reading goes on; the place of every field is kept. Used by
// one thread, for one resource.

#ifndef COMMON_RESOURCES_FIELD_READER_H_
#define COMMON_RESOURCES_FIELD_READER_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/policy/model.h"
#include "common/resources/document.h"
#include "common/resources/reader.h"

namespace gw {

// Reads the value of a field that is there and not null; `path` is its field path.
using ReadField = std::function<void(const Node& value, const std::string& path)>;

struct KnownField {
  absl::string_view name;
  ReadField read;
};

// What goes when a field that is not supported is left out: what it stands in would otherwise
// apply to more than was written.
enum class LeaveOut : uint8_t { kField, kRule, kResource };

// A field that Calico has and this product has not.
struct UnsupportedField {
  absl::string_view name;
  absl::string_view reason;
  LeaveOut leave_out = LeaveOut::kField;
  bool can_be_left_out = true;  // false: refused with `skip_unsupported` too
};

class FieldReader {
 public:
  FieldReader(absl::string_view file, const ReadOptions& options,
              std::vector<PlacedProblem>* problems)
      : file_(file), options_(options), problems_(problems) {}

  const ReadOptions& options() const { return options_; }
  std::map<std::string, Place>& places() { return places_; }
  std::map<std::string, Place>& text_places() { return text_places_; }
  const std::set<std::string>& wrong_fields() const { return wrong_fields_; }
  bool has_errors() const { return !wrong_fields_.empty(); }
  bool leave_resource_out() const { return leave_resource_out_; }
  // Whether a field read since the last call asked for its rule to go.
  bool TakeLeaveRuleOut() { return std::exchange(leave_rule_out_, false); }

  void Error(const Node& at, const std::string& path, absl::string_view message);
  void Warn(const Node& at, absl::string_view message);
  void Error(const Node& at, const std::string& path, const absl::Status& status) {
    Error(at, path, status.message());
  }
  Place PlaceOf(const Node& node) const { return {file_, node.line, node.column}; }

  // Keeps the place of a field; Object, List and LabelsInto do that themselves.
  void Record(const Node& key, const Node& value, const std::string& path);

  // Reads a map of fields. Keys that are in none of the lists are errors; `ignored` are those that
  // a server writes. `what` names the map in messages ("a rule").
  void Object(const Node& node, const std::string& path, absl::string_view what,
              std::initializer_list<KnownField> known,
              absl::Span<const UnsupportedField> unsupported = {},
              absl::Span<const absl::string_view> ignored = {});

  // Calls `read` for each entry of a map whose keys are free.
  void Entries(const Node& node, const std::string& path,
               const std::function<void(const Node& key, const Node& value)>& read);

  // Calls `read` for each item of a list.
  void List(const Node& node, const std::string& path, const ReadField& read);

  // Each of these is an error and nothing where the node is of another type.
  std::optional<std::string> Text(const Node& node, const std::string& path);
  std::optional<bool> Boolean(const Node& node, const std::string& path);
  std::optional<int64_t> Integer(const Node& node, const std::string& path, int64_t min,
                                 int64_t max);
  std::optional<double> Number(const Node& node, const std::string& path);
  // A text that is one of `choices`; its index.
  std::optional<size_t> Choice(const Node& node, const std::string& path,
                               absl::Span<const absl::string_view> choices);

  // The same, into a field of a model, which keeps its value where there is an error.
  void TextInto(const Node& node, const std::string& path, std::string* text);
  void BooleanInto(const Node& node, const std::string& path, bool* value);
  void TextsInto(const Node& node, const std::string& path, std::vector<std::string>* texts);
  void LabelsInto(const Node& node, const std::string& path, Labels* labels);

 private:
  void ObjectEntry(const Node& key, const Node& value, const std::string& path,
                   absl::string_view what, std::initializer_list<KnownField> known,
                   absl::Span<const UnsupportedField> unsupported,
                   absl::Span<const absl::string_view> ignored);
  void Unsupported(const Node& key, const std::string& path, const UnsupportedField& field);
  std::string file_;
  const ReadOptions& options_;
  std::vector<PlacedProblem>* problems_;
  std::map<std::string, Place> places_;
  std::map<std::string, Place> text_places_;
  std::set<std::string> wrong_fields_;
  bool leave_rule_out_ = false;
  bool leave_resource_out_ = false;
};

// What a scalar written without quotes is to YAML.
enum class PlainType : uint8_t { kText, kInteger, kOther };
// kInteger is a decimal whole number in its shortest form; kOther is every other number, and what
// YAML 1.1 or 1.2 takes for a truth value or null.
PlainType PlainTypeOf(absl::string_view text);

// "a map", "a list", "the number `5`": how a message names what was found.
std::string Describe(const Node& node);

// The digits of `text` as a number; nothing unless it is all digits and at most `max`.
std::optional<int64_t> ParseDigits(absl::string_view text, int64_t max);

}  // namespace gw

#endif  // COMMON_RESOURCES_FIELD_READER_H_
