// Reads Calico's YAML and JSON resources (apiVersion projectcalico.org/v3, several documents a
// file) into the model, collecting every problem with file, line and column, and keeps the place of
// every field so that problems found later (Validate) can be placed too. Any thread.

#ifndef COMMON_RESOURCES_READER_H_
#define COMMON_RESOURCES_READER_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/policy/model.h"
#include "common/policy/validate.h"

namespace gw {

struct Place {
  std::string file;  // "-" is standard input
  int line = 0;      // from 1; 0: the file as a whole
  int column = 0;    // from 1
};
// "policy.yaml:12:7"
std::string ToString(const Place& place);

struct PlacedProblem {
  Severity severity = Severity::kError;
  Place place;
  std::string message;
};
// "policy.yaml:12:7: `10.0.0.1/8` has host bits set: ..."
std::string ToString(const PlacedProblem& problem);

struct ReadOptions {
  // Leave out kinds and fields that only mean something in Kubernetes (with a warning each)
  // instead of refusing them.
  bool skip_unsupported = false;
};

// A resource as read, and where each of its fields stands. Keys of `places` are field paths as in
// Problem::field ("spec.ingress[0].source.nets[1]"); "" is the document.
struct ReadResource {
  Resource resource;
  std::map<std::string, Place> places;
  // Where the first character of a selector stands, if its text is on one line as it is.
  std::map<std::string, Place> text_places;
};

// A resource with errors, as far as it could be read.
struct IncompleteResource {
  ReadResource read;
  std::set<std::string> wrong_fields;  // the fields that the errors are about
};

struct ReadResult {
  std::vector<ReadResource> resources;         // those without errors of their own
  std::vector<IncompleteResource> incomplete;  // the others, for AllProblems; not to be applied
  std::vector<PlacedProblem> problems;         // in order of place
};

// Appends what `text` holds to `result`. A resource with an error is left out of `resources`; the
// others are still read, so that one run shows all problems. A kind and name that appear twice in
// one result are an error at the second place.
void ReadResources(absl::string_view text, absl::string_view file, const ReadOptions& options,
                   ReadResult* result);

// Reads a file, a directory (every *.yaml, *.yml, *.json in it, not below, by name) or "-"
// (standard input). The Status says that something could not be read at all.
absl::Status ReadResourceFiles(absl::string_view path, const ReadOptions& options,
                               ReadResult* result);

// Puts a problem of Validate at the place of its field, or of the nearest enclosing field; the
// column within a selector is added to it where the text stands on one line. A resource that was
// not read here (stored earlier) gives its name in the message instead of a place.
PlacedProblem PlaceProblem(const Problem& problem, const ReadResult& read);

// What to show before `read` is applied to `model` (what is stored; empty for the files alone):
// the problems of reading, and those that Validate finds in the two together, in order of place.
// Resources with errors take part as far as they were read, so that their other mistakes show in
// the same run and nothing seems to be missing that is only misspelt; problems that may only
// follow from a mistake already reported are left out.
std::vector<PlacedProblem> AllProblems(const Model& model, const ReadResult& read);

}  // namespace gw

#endif  // COMMON_RESOURCES_READER_H_
