// gatewarden simulate: what a policy says about flows, without a kernel and, with -f, without a
// database. The policy is compiled once; flows are answered as they arrive, so that another program
// can keep this one running and ask it line by line.

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "common/base/status_macros.h"
#include "common/policy/compile.h"
#include "common/policy/evaluate.h"
#include "common/policy/limits.h"
#include "common/policy/settings.h"
#include "common/resources/flow_text.h"
#include "common/service/local_service.h"
#include "enforcer/cli/command.h"
#include "enforcer/cli/input_lines.h"
#include "enforcer/cli/resource_files.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

constexpr char kStandardInput[] = "-";

struct SimulateOptions {
  std::vector<std::string> paths;
  bool skip_unsupported = false;
  std::string node;
  std::vector<std::string> settings;  // NAME=VALUE
  std::string interfaces_path;
  std::vector<std::string> flows;
  std::string flows_path;
  bool trace = false;
  Format format = Format::kTable;
};

absl::Status CheckUsage(const SimulateOptions& options) {
  if (options.flows.empty() == options.flows_path.empty()) {
    return absl::InvalidArgumentError("give either --flow 'in=eth0 proto=tcp ...' or --flows FILE");
  }
  if (options.flows_path == kStandardInput && std::find(options.paths.begin(), options.paths.end(),
                                                        kStandardInput) != options.paths.end()) {
    return absl::InvalidArgumentError("-f - and --flows - cannot both read standard input");
  }
  return absl::OkStatus();
}

// One --set, over what the resources say.
absl::Status Override(const std::string& text, FelixConfiguration* configuration) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "`: expected NAME=VALUE"));
  }
  const std::string written = text.substr(0, equals);
  const auto name = ParameterName(written);
  if (!name) {
    return absl::InvalidArgumentError(absl::StrCat("unknown setting `", written, "`"));
  }
  FelixConfiguration alone;
  alone.metadata.name = "default";
  alone.values[*name] = text.substr(equals + 1);
  std::vector<SettingProblem> problems;
  ReadSettings(alone, &problems);
  if (!problems.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(problems.front().parameter, ": ", problems.front().message));
  }
  configuration->values[*name] = alone.values[*name];
  return absl::OkStatus();
}

absl::Status OverrideSettings(const std::vector<std::string>& settings, Model* model) {
  if (settings.empty()) return absl::OkStatus();
  FelixConfiguration& configuration = model->configurations["default"];
  configuration.metadata.name = "default";
  for (const std::string& setting : settings) {
    GW_RETURN_IF_ERROR(Annotate(Override(setting, &configuration), "--set"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  std::string text;
  GW_RETURN_IF_ERROR(ForEachLine(path, std::cin, [&text](const InputLines& line) {
    if (text.size() <= kInputFileBytesMax) absl::StrAppend(&text, line.text(), "\n");
  }));
  if (text.size() > kInputFileBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("`", path, "` is larger than ", kInputFileBytesMax, " bytes"));
  }
  return text;
}

absl::StatusOr<Site> SiteOf(const SimulateOptions& options) {
  Site site = LiveSite();
  if (!options.node.empty()) site.node = options.node;
  if (options.interfaces_path.empty()) return site;
  GW_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(options.interfaces_path));
  auto interfaces = ParseInterfacesJson(text);
  if (!interfaces.ok()) return Annotate(interfaces.status(), options.interfaces_path);
  site.interfaces = *std::move(interfaces);
  return site;
}

// Answers flows about one compiled policy, in the order and format asked for.
class Simulator {
 public:
  Simulator(std::shared_ptr<const PolicySnapshot> snapshot, const SimulateOptions& options,
            std::ostream& out)
      : snapshot_(std::move(snapshot)), options_(options), out_(out) {}

  void Answer(const InterfacePacket& packet) {
    SimulateResult result{Explain(*snapshot_, packet), {}};
    if (options_.trace) result.trace = Trace(*snapshot_, packet);
    switch (options_.format) {
      case Format::kJson:
        out_ << JsonLine(ToJson(result)) << "\n";
        break;
      case Format::kYaml:
        out_ << "---\n" << YamlDocument(ToJson(result));
        break;
      default:
        PrintAnswer(packet, result, out_);
    }
  }

  void Refuse(absl::string_view error) {
    const nlohmann::ordered_json json = {{"error", std::string(error)}};
    switch (options_.format) {
      case Format::kJson:
        out_ << JsonLine(json) << "\n";
        break;
      case Format::kYaml:
        out_ << "---\n" << YamlDocument(json);
        break;
      default:
        out_ << "error  " << Printable(error) << "\n";
    }
  }

  void AnswerLine(const InputLines& line) {
    if (line.too_long()) {
      Refuse(absl::StrCat("the line is longer than ", kInputLineBytesMax, " bytes"));
    } else if (const auto packet = ParseFlowJson(line.text()); packet.ok()) {
      Answer(*packet);
    } else {
      Refuse(packet.status().message());
    }
    if (line.Waiting()) out_.flush();
  }

 private:
  std::shared_ptr<const PolicySnapshot> snapshot_;
  const SimulateOptions& options_;
  std::ostream& out_;
};

// The flows of --flow, all of them readable or none answered.
absl::StatusOr<std::vector<InterfacePacket>> ParseFlows(const std::vector<std::string>& texts) {
  std::vector<InterfacePacket> packets;
  for (const std::string& text : texts) {
    auto packet = ParseFlow(text);
    if (!packet.ok()) return Annotate(packet.status(), absl::StrCat("--flow `", text, "`"));
    packets.push_back(*std::move(packet));
  }
  return packets;
}

absl::StatusOr<LoadedPolicy> PolicyToAsk(const SimulateOptions& options, const ResourceFiles& files,
                                         Invocation& invocation) {
  LoadedPolicy policy;
  if (options.paths.empty()) {
    GW_ASSIGN_OR_RETURN(const auto service, invocation.Open());
    GW_ASSIGN_OR_RETURN(policy, service->Load(invocation.context));
  }
  for (Resource& resource : files.Resources()) Put(policy.model, std::move(resource));
  return policy;
}

int RunSimulate(const SimulateOptions& options, Invocation& invocation) {
  if (const absl::Status usage = CheckUsage(options); !usage.ok()) {
    return invocation.WrongUsage(usage.message());
  }
  const auto packets = ParseFlows(options.flows);
  if (!packets.ok()) return invocation.WrongUsage(packets.status().message());
  const auto site = SiteOf(options);
  if (!site.ok()) return invocation.Fail(site.status());

  const ResourceFiles files = ReadFiles(options.paths, options.skip_unsupported);
  auto policy = PolicyToAsk(options, files, invocation);
  if (!policy.ok()) return invocation.Fail(policy.status());
  if (const absl::Status set = OverrideSettings(options.settings, &policy->model); !set.ok()) {
    return invocation.WrongUsage(set.message());
  }
  if (PrintProblems(files, ProblemsOf(files, policy->model), invocation) > 0) return kExitFailed;
  auto snapshot = Compile(policy->model, *site, policy->revision);
  if (!snapshot.ok()) return invocation.Fail(snapshot.status());

  Simulator simulator(*std::move(snapshot), options, invocation.out);
  for (const InterfacePacket& packet : *packets) simulator.Answer(packet);
  if (options.flows_path.empty()) return kExitOk;
  const absl::Status read =
      ForEachLine(options.flows_path, invocation.in,
                  [&simulator](const InputLines& line) { simulator.AnswerLine(line); });
  return read.ok() ? kExitOk : invocation.Fail(read);
}

}  // namespace

void AddSimulate(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<SimulateOptions>();
  CLI::App& command =
      *app.add_subcommand("simulate", "Say what would happen to flows, and which rule decides");
  AddFilesOption(command, &options->paths)->description("Resources to ask instead of the database");
  command.add_flag("--skip-unsupported", options->skip_unsupported,
                   "Leave out what only means something in Kubernetes");
  command.add_option("--node", options->node, "Whose endpoints are local (default: this host)")
      ->type_name("NAME");
  command.add_option("--set", options->settings, "Override a setting")->type_name("NAME=VALUE");
  command
      .add_option("--interfaces", options->interfaces_path,
                  R"(Interfaces to assume, {"eth0":["203.0.113.2"],...} (default: this host's))")
      ->type_name("FILE.json");
  command.add_option("--flow", options->flows, "'in=eth0 proto=tcp src=... dst=... dport=22'")
      ->allow_extra_args(false)
      ->type_name("FLOW");
  command.add_option("--flows", options->flows_path, "Flows as JSON, one a line")
      ->type_name("FILE|-");
  command.add_flag("--trace", options->trace, "Show everything that was looked at, and why not");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunSimulate(*options, invocation); });
}

}  // namespace gw::cli
