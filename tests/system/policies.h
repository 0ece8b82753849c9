// The policies of the system tests, written as an administrator would write them.

#ifndef TESTS_SYSTEM_POLICIES_H_
#define TESTS_SYSTEM_POLICIES_H_

#include <string>

#include "absl/strings/str_cat.h"

namespace gw::testing {

inline const char kDocument[] = "---\napiVersion: projectcalico.org/v3\n";

// A host endpoint on `interface`, labelled zone=`name`.
inline std::string HostEndpointYaml(const std::string& name, const std::string& interface,
                                    const std::string& profiles = "[]") {
  return absl::StrCat(kDocument, "kind: HostEndpoint\nmetadata: {name: ", name,
                      ", labels: {zone: ", name, "}}\nspec: {node: gw, interfaceName: \"",
                      interface, "\", profiles: ", profiles, "}\n");
}

// A workload endpoint on `interface`, labelled app=`name`.
inline std::string WorkloadYaml(const std::string& name, const std::string& interface,
                                const std::string& address, const std::string& address6,
                                const std::string& profiles = "[allow-all]") {
  return absl::StrCat(kDocument, "kind: WorkloadEndpoint\nmetadata: {name: ", name,
                      ", labels: {app: ", name, "}}\nspec: {node: gw, interfaceName: ", interface,
                      ", profiles: ", profiles, ", ipNetworks: [", address, "/32, \"", address6,
                      "/128\"]}\n");
}

// `spec` is the flow-style body of a GlobalNetworkPolicy's spec.
inline std::string PolicyYaml(const std::string& name, const std::string& spec) {
  return absl::StrCat(kDocument, "kind: GlobalNetworkPolicy\nmetadata: {name: ", name, "}\nspec:\n",
                      spec, "\n");
}

inline std::string SettingsYaml(const std::string& spec) {
  return absl::StrCat(kDocument, "kind: FelixConfiguration\nmetadata: {name: default}\nspec: {",
                      spec, "}\n");
}

inline std::string AllowAllProfileYaml() {
  return absl::StrCat(kDocument,
                      "kind: Profile\nmetadata: {name: allow-all}\n"
                      "spec: {ingress: [{action: Allow}], egress: [{action: Allow}]}\n");
}

}  // namespace gw::testing

#endif  // TESTS_SYSTEM_POLICIES_H_
