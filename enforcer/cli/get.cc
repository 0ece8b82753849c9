// gatewarden get

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "common/resources/writer.h"
#include "enforcer/cli/command.h"
#include "enforcer/cli/resource_argument.h"
#include "enforcer/cli/resource_table.h"

namespace gw::cli {
namespace {

struct GetOptions {
  std::string kind;
  std::string name;
  Format format = Format::kTable;
};

// `kinds`: every kind for `all`.
std::vector<Resource> Select(const Model& model, const std::vector<ResourceKind>& kinds,
                             const std::string& name) {
  std::vector<Resource> selected;
  for (Resource& resource : AllResources(model)) {
    const ResourceKey key = KeyOf(resource);
    if (std::find(kinds.begin(), kinds.end(), key.kind) == kinds.end()) continue;
    if (name.empty() || key.name == name) selected.push_back(std::move(resource));
  }
  return selected;
}

void PrintTables(const Model& model, const std::vector<ResourceKind>& kinds,
                 const std::string& name, std::ostream& out) {
  bool first = true;
  for (const ResourceKind kind : kinds) {
    if (Select(model, {kind}, name).empty()) continue;
    if (kinds.size() > 1) out << (first ? "" : "\n") << KindName(kind) << "\n";
    first = false;
    PrintResourceTable(model, kind, name, out);
  }
}

// One resource is a document of its own, so that it can be edited; several are a List, which
// `apply` takes too.
void PrintJson(const std::vector<Resource>& resources, bool single, std::ostream& out) {
  if (single) {
    PrintDocument(ToJson(resources.front()), Format::kJson, out);
    return;
  }
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (const Resource& resource : resources) items.push_back(ToJson(resource));
  PrintDocument(
      {{"apiVersion", "projectcalico.org/v3"}, {"kind", "List"}, {"items", std::move(items)}},
      Format::kJson, out);
}

int RunGet(const GetOptions& options, Invocation& invocation) {
  std::vector<ResourceKind> kinds(std::begin(kAllResourceKinds), std::end(kAllResourceKinds));
  if (!absl::EqualsIgnoreCase(options.kind, "all")) {
    const auto kind = ParseKind(options.kind);
    if (!kind.ok()) return invocation.WrongUsage(absl::StrCat(kind.status().message(), ", all"));
    kinds = {*kind};
  } else if (!options.name.empty()) {
    return invocation.WrongUsage("`get all` takes no name");
  }
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const auto policy = (*service)->Load(invocation.context);
  if (!policy.ok()) return invocation.Fail(policy.status());

  const std::vector<Resource> selected = Select(policy->model, kinds, options.name);
  if (selected.empty() && !options.name.empty()) {
    return invocation.Fail(FindResource(policy->model, {kinds.front(), options.name}).status());
  }
  switch (options.format) {
    case Format::kJson:
      PrintJson(selected, !options.name.empty(), invocation.out);
      break;
    case Format::kYaml:
      invocation.out << ToYaml(selected);
      break;
    default:
      if (selected.empty()) invocation.err << "there are none\n";
      PrintTables(policy->model, kinds, options.name, invocation.out);
  }
  return kExitOk;
}

}  // namespace

void AddGet(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<GetOptions>();
  CLI::App& command = *app.add_subcommand("get", "Show resources");
  command.add_option("KIND", options->kind, "HostEndpoint, GlobalNetworkPolicy, ..., or all")
      ->required();
  command.add_option("NAME", options->name, "Only this one");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback([options, &invocation] { invocation.exit_code = RunGet(*options, invocation); });
}

}  // namespace gw::cli
