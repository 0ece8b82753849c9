#include "common/resources/reader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"
#include "common/policy/limits.h"
#include "common/resources/document.h"
#include "common/resources/field_reader.h"
#include "common/resources/resource_reader.h"

namespace gw {
namespace {

constexpr char kStandardInput[] = "-";

bool IsBefore(const PlacedProblem& a, const PlacedProblem& b) {
  return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
}

// ---- one text -------------------------------------------------------------------------------

class TextReader {
 public:
  TextReader(absl::string_view file, const ReadOptions& options, ReadResult* result)
      : file_(file), options_(options), result_(result) {
    for (const ReadResource& read : result->resources) Remember(read);
    for (const IncompleteResource& incomplete : result->incomplete) Remember(incomplete.read);
  }

  void Read(absl::string_view text) {
    const size_t problems_before = result_->problems.size();
    const ParsedText parsed = ParseDocuments(text);
    for (const SyntaxProblem& problem : parsed.problems) {
      AddError({file_, problem.line, problem.column}, problem.message);
    }
    for (const Document& document : parsed.documents) ReadRoot(document.root, document.damaged);
    std::stable_sort(result_->problems.begin() + static_cast<std::ptrdiff_t>(problems_before),
                     result_->problems.end(), IsBefore);
  }

 private:
  void Remember(const ReadResource& read) {
    const auto name = read.places.find("metadata.name");
    first_places_.emplace(KeyOf(read.resource), name == read.places.end() ? Place() : name->second);
  }

  void AddError(Place place, std::string message) {
    result_->problems.push_back({Severity::kError, std::move(place), std::move(message)});
  }

  // `kind: List`, or calicoctl's `kind: HostEndpointList`.
  static bool IsList(const Node& root) {
    const Node* kind = root.Find("kind");
    if (kind == nullptr || root.Find("items") == nullptr) return false;
    return absl::EndsWith(kind->text, "List");
  }

  void ReadRoot(const Node& root, bool damaged) {
    if (!IsList(root)) return ReadOne(root, damaged);
    const Node& items = *root.Find("items");
    if (items.kind == Node::Kind::kNull) return;
    if (items.kind != Node::Kind::kSequence) {
      AddError({file_, items.line, items.column},
               absl::StrCat("`items` is a list of resources, but ", Describe(items), " is here"));
      return;
    }
    for (const Node& item : items.children) ReadRoot(item, damaged);
  }

  void ReadOne(const Node& root, bool damaged) {
    FieldReader fields(file_, options_, &result_->problems);
    std::optional<Resource> resource = ReadResourceTree(root, fields);
    if (!resource) return;
    ReadResource read{*std::move(resource), std::move(fields.places()),
                      std::move(fields.text_places())};
    const bool repeated = IsRepeated(read);
    Remember(read);
    if (repeated) return;
    if (damaged || fields.has_errors()) {
      result_->incomplete.push_back({std::move(read), fields.wrong_fields()});
    } else {
      result_->resources.push_back(std::move(read));
    }
  }

  bool IsRepeated(const ReadResource& read) {
    const ResourceKey key = KeyOf(read.resource);
    const auto first = first_places_.find(key);
    if (first == first_places_.end()) return false;
    AddError(read.places.at("metadata.name"),
             absl::StrCat(ToString(key), " appears twice, first at ", ToString(first->second),
                          ": keep one"));
    return true;
  }

  std::string file_;
  const ReadOptions& options_;
  ReadResult* result_;
  std::map<ResourceKey, Place> first_places_;
};

// ---- files ----------------------------------------------------------------------------------

absl::StatusOr<std::string> ReadStream(std::istream& stream) {
  std::string text;
  std::vector<char> block(size_t{1} << 16);
  while (stream) {
    stream.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block.data(), static_cast<size_t>(stream.gcount()));
    if (text.size() > kInputFileBytesMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("more than ", kInputFileBytesMax >> 20, " MiB: split the file"));
    }
  }
  if (stream.bad()) return absl::UnavailableError("cannot be read to its end");
  return text;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    const std::error_code error(errno, std::generic_category());
    return absl::NotFoundError(absl::StrCat("cannot be opened: ", error.message()));
  }
  return ReadStream(stream);
}

bool HoldsResources(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

// The files of a directory by name, or the file itself.
absl::StatusOr<std::vector<std::string>> FilesAt(const std::string& path) {
  std::error_code error;
  std::vector<std::string> files;
  if (!std::filesystem::is_directory(path, error)) return std::vector<std::string>{path};
  for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (HoldsResources(entry->path())) files.push_back(entry->path().string());
  }
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("`", path, "`: cannot be listed: ", error.message()));
  }
  if (files.empty()) {
    return absl::NotFoundError(
        absl::StrCat("`", path, "`: no .yaml, .yml or .json file is in this directory"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

// ---- places of problems ---------------------------------------------------------------------

// "spec.ingress[2].source" for "spec.ingress[2].source.nets"; "" at the end.
std::string Enclosing(const std::string& field) {
  const size_t cut = field.find_last_of(".[");
  return cut == std::string::npos ? std::string() : field.substr(0, cut);
}

PlacedProblem PlaceIn(const Problem& problem, const ReadResource& read) {
  PlacedProblem placed{problem.severity, Place(), problem.message};
  const auto text = read.text_places.find(problem.field);
  if (problem.column > 0 && text != read.text_places.end()) {
    placed.place = text->second;
    placed.place.column += static_cast<int>(problem.column) - 1;
    return placed;
  }
  if (problem.column > 0) {
    placed.message = absl::StrCat("column ", problem.column, ": ", problem.message);
  }
  std::string field = problem.field;
  auto found = read.places.find(field);
  while (found == read.places.end() && !field.empty()) {
    field = Enclosing(field);
    found = read.places.find(field);
  }
  if (found != read.places.end()) placed.place = found->second;
  if (field != problem.field) placed.message = absl::StrCat(problem.field, ": ", placed.message);
  return placed;
}

// "spec.ingress[2]" for a field inside a rule, "" for others.
std::string RuleOf(const std::string& field) {
  for (const char* prefix : {"spec.ingress[", "spec.egress["}) {
    if (!absl::StartsWith(field, prefix)) continue;
    return field.substr(0, field.find(']') + 1);
  }
  return std::string();
}

// Whether a problem of an incomplete resource says something that its own errors do not: other
// fields of a rule with an error, or of a spec with one, may only look wrong because of it.
bool IsIndependent(const Problem& problem, const std::set<std::string>& wrong_fields) {
  if (problem.severity != Severity::kError || wrong_fields.count(problem.field) > 0) return false;
  if (absl::EndsWithIgnoreCase(problem.field, "selector") ||
      absl::StartsWith(problem.field, "metadata.")) {
    return true;
  }
  const std::string rule = RuleOf(problem.field);
  if (rule.empty()) return false;
  return std::none_of(wrong_fields.begin(), wrong_fields.end(), [&rule](const std::string& wrong) {
    return RuleOf(wrong) == rule || absl::StartsWith(rule, wrong + "[");
  });
}

}  // namespace

std::string ToString(const Place& place) {
  if (place.line == 0) return place.file;
  return absl::StrCat(place.file, ":", place.line, ":", place.column);
}

std::string ToString(const PlacedProblem& problem) {
  const std::string place = ToString(problem.place);
  return absl::StrCat(place, place.empty() ? "" : ": ",
                      problem.severity == Severity::kWarning ? "warning: " : "", problem.message);
}

void ReadResources(absl::string_view text, absl::string_view file, const ReadOptions& options,
                   ReadResult* result) {
  if (text.size() > kInputFileBytesMax) {
    result->problems.push_back(
        {Severity::kError,
         {std::string(file), 0, 0},
         absl::StrCat("more than ", kInputFileBytesMax >> 20, " MiB: split the file")});
    return;
  }
  TextReader(file, options, result).Read(text);
}

absl::Status ReadResourceFiles(absl::string_view path, const ReadOptions& options,
                               ReadResult* result) {
  if (path == kStandardInput) {
    const auto text = ReadStream(std::cin);
    if (!text.ok()) return Annotate(text.status(), "standard input");
    ReadResources(*text, path, options, result);
    return absl::OkStatus();
  }
  GW_ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesAt(std::string(path)));
  for (const std::string& file : files) {
    const auto text = ReadFile(file);
    if (!text.ok()) return Annotate(text.status(), absl::StrCat("`", file, "`"));
    ReadResources(*text, file, options, result);
  }
  return absl::OkStatus();
}

PlacedProblem PlaceProblem(const Problem& problem, const ReadResult& read) {
  for (const ReadResource& resource : read.resources) {
    if (KeyOf(resource.resource) == problem.resource) return PlaceIn(problem, resource);
  }
  for (const IncompleteResource& incomplete : read.incomplete) {
    if (KeyOf(incomplete.read.resource) == problem.resource) {
      return PlaceIn(problem, incomplete.read);
    }
  }
  return {problem.severity, Place(), ToString(problem)};
}

std::vector<PlacedProblem> AllProblems(const Model& model, const ReadResult& read) {
  Model together = model;
  std::map<ResourceKey, const ReadResource*> complete;
  std::map<ResourceKey, const IncompleteResource*> incomplete;
  for (const ReadResource& resource : read.resources) {
    complete[KeyOf(resource.resource)] = &resource;
    Put(together, resource.resource);
  }
  for (const IncompleteResource& resource : read.incomplete) {
    incomplete[KeyOf(resource.read.resource)] = &resource;
    Put(together, resource.read.resource);
  }
  std::vector<PlacedProblem> all = read.problems;
  for (const Problem& problem : Validate(together)) {
    if (const auto found = complete.find(problem.resource); found != complete.end()) {
      all.push_back(PlaceIn(problem, *found->second));
    } else if (const auto partial = incomplete.find(problem.resource);
               partial == incomplete.end()) {
      all.push_back({problem.severity, Place(), ToString(problem)});
    } else if (IsIndependent(problem, partial->second->wrong_fields)) {
      all.push_back(PlaceIn(problem, partial->second->read));
    }
  }
  // Files stay in the order in which they were read.
  std::map<std::string, size_t> file_order;
  for (const PlacedProblem& problem : all)
    file_order.emplace(problem.place.file, file_order.size());
  std::stable_sort(all.begin(), all.end(), [&](const PlacedProblem& a, const PlacedProblem& b) {
    const size_t order_a = file_order[a.place.file];
    const size_t order_b = file_order[b.place.file];
    return order_a != order_b ? order_a < order_b : IsBefore(a, b);
  });
  return all;
}

}  // namespace gw
