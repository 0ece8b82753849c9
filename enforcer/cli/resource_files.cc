#include "enforcer/cli/resource_files.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace gw::cli {
namespace {

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

std::vector<PlacedProblem> ProblemsOf(const ResourceFiles& files, const Model& model) {
  std::vector<PlacedProblem> problems = AllProblems(model, files.read);
  SortByPlace(&problems);
  return problems;
}

std::vector<PlacedProblem> ProblemsOf(const ResourceFiles& files,
                                      const std::vector<Problem>& found) {
  std::vector<PlacedProblem> problems = files.read.problems;
  for (const Problem& problem : found) problems.push_back(PlaceProblem(problem, files.read));
  SortByPlace(&problems);
  return problems;
}

size_t PrintProblems(const ResourceFiles& files, const std::vector<PlacedProblem>& problems,
                     Invocation& invocation) {
  size_t errors = files.unreadable.size();
  for (const PlacedProblem& problem : problems) errors += problem.severity == Severity::kError;
  for (const absl::Status& status : files.unreadable) {
    invocation.err << Printable(status.message()) << "\n";
  }
  for (const PlacedProblem& problem : problems) {
    if (errors > 0 && problem.severity == Severity::kWarning) continue;
    invocation.err << Printable(ToString(problem)) << "\n";
  }
  return errors;
}

}  // namespace gw::cli
