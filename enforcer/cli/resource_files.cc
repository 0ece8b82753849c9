#include "enforcer/cli/resource_files.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace gw::cli {
namespace {

bool Doubtful(const Problem& problem) {
  return problem.severity == Severity::kWarning || problem.field == "spec.tier";
}

// As they stand in the input: by file in the order read, then by line; what has no place last.
void SortByPlace(std::vector<PlacedProblem>* problems) {
  std::map<std::string, size_t> rank;
  for (const PlacedProblem& problem : *problems) rank.emplace(problem.place.file, rank.size());
  std::stable_sort(
      problems->begin(), problems->end(), [&rank](const PlacedProblem& a, const PlacedProblem& b) {
        const auto key = [&rank](const PlacedProblem& problem) {
          const Place& place = problem.place;
          return std::make_tuple(place.file.empty(), rank.at(place.file), place.line, place.column);
        };
        return key(a) < key(b);
      });
}

std::string Line(const PlacedProblem& problem) {
  const std::string place =
      problem.place.file.empty() ? "" : absl::StrCat(ToString(problem.place), ": ");
  const char* kind = problem.severity == Severity::kWarning ? "warning: " : "";
  return absl::StrCat(Printable(place), kind, Printable(problem.message));
}

}  // namespace

bool ResourceFiles::HasErrors() const {
  return !unreadable.empty() ||
         std::any_of(read.problems.begin(), read.problems.end(), [](const PlacedProblem& problem) {
           return problem.severity == Severity::kError;
         });
}

std::vector<Resource> ResourceFiles::Resources() const {
  std::vector<Resource> resources;
  resources.reserve(read.resources.size());
  for (const ReadResource& resource : read.resources) resources.push_back(resource.resource);
  return resources;
}

ResourceFiles ReadFiles(const std::vector<std::string>& paths, bool skip_unsupported) {
  ResourceFiles files;
  ReadOptions options;
  options.skip_unsupported = skip_unsupported;
  for (const std::string& path : paths) {
    absl::Status status = ReadResourceFiles(path, options, &files.read);
    if (!status.ok()) files.unreadable.push_back(std::move(status));
  }
  return files;
}

size_t PrintProblems(const ResourceFiles& files, const std::vector<Problem>& found,
                     Invocation& invocation) {
  std::vector<PlacedProblem> problems = files.read.problems;
  const bool read_in_part = files.HasErrors();
  for (const Problem& problem : found) {
    if (!read_in_part || !Doubtful(problem)) problems.push_back(PlaceProblem(problem, files.read));
  }
  SortByPlace(&problems);
  size_t errors = files.unreadable.size();
  for (const absl::Status& status : files.unreadable) {
    invocation.err << Printable(status.message()) << "\n";
  }
  for (const PlacedProblem& problem : problems) {
    errors += problem.severity == Severity::kError;
    invocation.err << Line(problem) << "\n";
  }
  return errors;
}

}  // namespace gw::cli
