// Both files of vectors through the program, as whoever judges the product runs them: resources as
// Calico's YAML, settings as --set, packets as JSON lines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "enforcer/cli/output.h"
#include "nlohmann/json.hpp"
#include "tests/enforcer/cli/program.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/tests_folder.h"

namespace gw::testing {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kNode[] = "gateway";

std::vector<Json> Vectors(const std::string& file) {
  const Json json = Json::parse(ReadTextFile(InTestsFolder("vectors/" + file)), nullptr, false);
  EXPECT_TRUE(json.is_object()) << file;
  return json.value("vectors", std::vector<Json>());
}

// A vector's flattened resource as Calico writes it: name and labels are metadata, the rest spec.
Json CalicoResource(const std::string& kind, const Json& flat, bool has_node) {
  Json resource = {{"apiVersion", "projectcalico.org/v3"},
                   {"kind", flat.value("kind", kind)},
                   {"metadata", {{"name", flat.at("name")}}},
                   {"spec", Json::object()}};
  if (flat.contains("labels")) resource["metadata"]["labels"] = flat["labels"];
  if (has_node) resource["spec"]["node"] = kNode;
  for (const auto& [key, value] : flat.items()) {
    if (key != "name" && key != "labels" && key != "kind") resource["spec"][key] = value;
  }
  return resource;
}

std::string ResourcesYaml(const Json& resources) {
  struct List {
    const char* name;
    const char* kind;
    bool has_node;
  };
  std::string yaml;
  for (const List& list : {List{"tiers", "Tier", false}, List{"profiles", "Profile", false},
                           List{"hostEndpoints", "HostEndpoint", true},
                           List{"workloadEndpoints", "WorkloadEndpoint", true},
                           List{"networkSets", "GlobalNetworkSet", false},
                           List{"policies", "GlobalNetworkPolicy", false}}) {
    if (!resources.contains(list.name)) continue;
    for (const Json& flat : resources[list.name]) {
      absl::StrAppend(&yaml, "---\n",
                      cli::YamlDocument(CalicoResource(list.kind, flat, list.has_node)));
    }
  }
  return yaml;
}

void AddSetting(const std::string& name, const std::string& value,
                std::vector<std::string>* arguments) {
  arguments->push_back("--set");
  arguments->push_back(absl::StrCat(name, "=", value));
}

std::string FailsafesText(const Json& entries) {
  if (entries.empty()) return "none";
  return absl::StrJoin(entries.get<std::vector<std::string>>(), ",");
}

void AddSettings(const Json& config, std::vector<std::string>* arguments) {
  for (const auto& [key, value] : config.items()) {
    if (key == "interfacePrefix") {
      AddSetting("InterfacePrefix", value.get<std::string>(), arguments);
    } else if (key == "defaultEndpointToHostAction") {
      AddSetting("DefaultEndpointToHostAction", value.get<std::string>(), arguments);
    } else if (key == "failsafeInbound") {
      AddSetting("FailsafeInboundHostPorts", FailsafesText(value), arguments);
    } else if (key == "failsafeOutbound") {
      AddSetting("FailsafeOutboundHostPorts", FailsafesText(value), arguments);
    } else if (key == "dropInvalid") {
      AddSetting("DisableConntrackInvalidCheck", value.get<bool>() ? "false" : "true", arguments);
    } else {
      ADD_FAILURE() << "unknown configuration `" << key << "`";
    }
  }
}

void ExpectAnswer(const Json& expected, const std::string& line) {
  const Json answer = Json::parse(line, nullptr, false);
  ASSERT_TRUE(answer.is_object()) << line;
  EXPECT_EQ(answer.value("verdict", ""), expected.at("verdict"));
  EXPECT_EQ(answer.value("decidedBy", ""), expected.at("decidedBy"));
  for (const char* list : {"trace", "logs"}) {
    if (!expected.contains(list)) continue;
    ASSERT_TRUE(answer.contains(list)) << line;
    EXPECT_EQ(answer[list], expected[list]);
  }
  if (expected.contains("untracked")) {
    EXPECT_EQ(answer.value("untracked", false), expected["untracked"].get<bool>());
  }
}

TEST(CliVectors, SimulateDecidesEveryDecisionVector) {
  const TemporaryDirectory directory;
  const std::vector<Json> vectors = Vectors("decision-vectors.json");
  EXPECT_EQ(vectors.size(), 155u);
  for (const Json& vector : vectors) {
    SCOPED_TRACE(absl::StrCat(vector.at("id").get<std::string>(), " ",
                              vector.at("title").get<std::string>()));
    std::vector<std::string> arguments = {
        "simulate",
        "-f",
        directory.Write("policy.yaml", ResourcesYaml(vector.at("resources"))),
        "--node",
        kNode,
        "--interfaces",
        directory.Write("interfaces.json", vector.at("interfaces").dump()),
        "--flows",
        "-",
        "-o",
        "json"};
    AddSettings(vector.at("config"), &arguments);
    const Finished finished = Gatewarden(arguments, vector.at("packet").dump() + "\n");
    EXPECT_EQ(finished.status, 0) << finished;
    const std::vector<std::string> lines = LinesOf(finished.out);
    ASSERT_EQ(lines.size(), 1u) << finished;
    ExpectAnswer(vector.at("expect"), lines[0]);
  }
}

TEST(CliVectors, SelectorAnswersEverySelectorVector) {
  const std::vector<Json> vectors = Vectors("selector-vectors.json");
  EXPECT_EQ(vectors.size(), 134u);
  std::string input;
  for (const Json& vector : vectors) {
    const Json line = {{"selector", vector.at("selector")}, {"labels", vector.at("labels")}};
    absl::StrAppend(&input, line.dump(), "\n");
  }
  const Finished finished = Gatewarden({"selector", "--jsonl", "-"}, input);
  EXPECT_EQ(finished.status, 0) << finished;
  const std::vector<std::string> lines = LinesOf(finished.out);
  ASSERT_EQ(lines.size(), vectors.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    SCOPED_TRACE(absl::StrCat(vectors[i].dump(), " => ", lines[i]));
    const Json answer = Json::parse(lines[i], nullptr, false);
    ASSERT_TRUE(answer.is_object());
    EXPECT_EQ(answer.at("ok"), vectors[i].at("valid"));
    if (vectors[i].at("valid").get<bool>()) {
      EXPECT_EQ(answer.at("match"), vectors[i].at("match"));
      EXPECT_EQ(answer.at("canonical"), vectors[i].at("normalised"));
    } else {
      EXPECT_FALSE(answer.at("error").get<std::string>().empty());
      EXPECT_GE(answer.at("column").get<int>(), 1);
    }
  }
}

}  // namespace
}  // namespace gw::testing
