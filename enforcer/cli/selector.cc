// gatewarden selector: does a selector match these labels, and what is its canonical text?

#include "common/policy/selector.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "CLI/CLI.hpp"
#include "common/base/error_column.h"
#include "common/base/status_macros.h"
#include "enforcer/cli/command.h"
#include "enforcer/cli/input_lines.h"

namespace gw::cli {
namespace {

using Json = nlohmann::ordered_json;

struct SelectorOptions {
  std::optional<std::string> expression;
  std::string labels;
  std::string jsonl_path;
  Format format = Format::kTable;
};

// "k=v,k=v"; empty text is no labels.
absl::StatusOr<Labels> ParseLabels(absl::string_view text) {
  Labels labels;
  if (text.empty()) return labels;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const size_t equals = part.find('=');
    if (equals == absl::string_view::npos || equals == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("`", part, "` is no label: write `key=value`, separated by commas"));
    }
    const std::string key(part.substr(0, equals));
    if (!labels.emplace(key, part.substr(equals + 1)).second) {
      return absl::InvalidArgumentError(absl::StrCat("label `", key, "` is given twice"));
    }
  }
  return labels;
}

struct Question {
  std::string selector;
  Labels labels;
};

absl::StatusOr<Labels> LabelsFromJson(const Json& json) {
  Labels labels;
  if (json.is_null()) return labels;
  if (!json.is_object()) return absl::InvalidArgumentError("`labels` is not an object");
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the value of label `", key, "` is not a string"));
    }
    labels[key] = value.get<std::string>();
  }
  return labels;
}

// Members other than the two are of no concern here.
absl::StatusOr<Question> ParseQuestion(const std::string& line) {
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) return absl::InvalidArgumentError("the line is not JSON");
  if (!json.is_object()) return absl::InvalidArgumentError("the line is not a JSON object");
  const auto selector = json.find("selector");
  if (selector == json.end() || !selector->is_string()) {
    return absl::InvalidArgumentError("the object has no string `selector`");
  }
  Question question{selector->get<std::string>(), {}};
  if (const auto labels = json.find("labels"); labels != json.end()) {
    GW_ASSIGN_OR_RETURN(question.labels, LabelsFromJson(*labels));
  }
  return question;
}

Json Refusal(const absl::Status& status) {
  return {{"ok", false}, {"error", std::string(status.message())}, {"column", ErrorColumn(status)}};
}

Json Answer(const Question& question) {
  const auto selector = Selector::Parse(question.selector);
  if (!selector.ok()) return Refusal(selector.status());
  return {{"ok", true},
          {"match", selector->Matches(question.labels)},
          {"canonical", selector->Canonical()}};
}

Json AnswerLine(const InputLines& line) {
  if (line.too_long()) {
    return Refusal(absl::InvalidArgumentError(
        absl::StrCat("the line is longer than ", kInputLineBytesMax, " bytes")));
  }
  const auto question = ParseQuestion(line.text());
  return question.ok() ? Answer(*question) : Refusal(question.status());
}

int RunLines(const SelectorOptions& options, Invocation& invocation) {
  const absl::Status read =
      ForEachLine(options.jsonl_path, invocation.in, [&invocation](const InputLines& line) {
        invocation.out << JsonLine(AnswerLine(line)) << "\n";
        if (line.Waiting()) invocation.out.flush();
      });
  return read.ok() ? kExitOk : invocation.Fail(read);
}

int RunOne(const SelectorOptions& options, Invocation& invocation) {
  const auto labels = ParseLabels(options.labels);
  if (!labels.ok()) {
    return invocation.WrongUsage(absl::StrCat("--labels: ", labels.status().message()));
  }
  const auto selector = Selector::Parse(*options.expression);
  if (options.format != Format::kTable) {
    const Json answer = Answer({*options.expression, *labels});
    if (options.format == Format::kJson) {
      invocation.out << JsonLine(answer) << "\n";
    } else {
      invocation.out << YamlDocument(answer);
    }
    return selector.ok() ? kExitOk : kExitFailed;
  }
  if (!selector.ok()) {
    // With the text above the message, the column can be pointed at.
    invocation.err << Printable(*options.expression) << "\n";
    if (const size_t column = ErrorColumn(selector.status()); column > 0) {
      const absl::string_view before = absl::string_view(*options.expression).substr(0, column - 1);
      invocation.err << std::string(DisplayWidth(Printable(before)), ' ') << "^\n";
    }
    return invocation.Fail(selector.status());
  }
  PrintPairs(
      {{"canonical", selector->Canonical()}, {"match", selector->Matches(*labels) ? "yes" : "no"}},
      invocation.out);
  return kExitOk;
}

int RunSelector(const SelectorOptions& options, Invocation& invocation) {
  if (options.expression.has_value() == !options.jsonl_path.empty()) {
    return invocation.WrongUsage("give either EXPRESSION, or --jsonl FILE");
  }
  return options.expression ? RunOne(options, invocation) : RunLines(options, invocation);
}

}  // namespace

void AddSelector(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<SelectorOptions>();
  CLI::App& command = *app.add_subcommand("selector", "Check selectors against labels");
  command.add_option_function<std::string>(
      "EXPRESSION", [options](const std::string& text) { options->expression = text; },
      "\"role == 'guest' && !has(quarantine)\"");
  command.add_option("--labels", options->labels, "Labels to match")
      ->expected(0, 1)  // `--labels=` is no labels
      ->type_name("k=v,...");
  command
      .add_option("--jsonl", options->jsonl_path,
                  R"(Lines {"selector":...,"labels":{...}} to answer line by line)")
      ->type_name("FILE|-");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunSelector(*options, invocation); });
}

}  // namespace gw::cli
