#include "tests/enforcer/ruleset/fills.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "common/base/check.h"

namespace gw::testing {
namespace {

std::vector<Failsafe> Failsafes(absl::string_view text) {
  const auto failsafes = ParseFailsafes(text);
  GW_CHECK(failsafes.ok());
  return *failsafes;
}

std::string FailsafeWords(const std::vector<Failsafe>& failsafes) {
  if (failsafes.empty()) return "none";
  return absl::StrJoin(failsafes, ",", [](std::string* out, const Failsafe& failsafe) {
    absl::StrAppend(out, ToString(failsafe));
  });
}

std::string ListWords(const std::vector<std::string>& names) {
  return names.empty() ? "none" : absl::StrJoin(names, ",");
}

// A gateway with two named interfaces and the least of everything else.
Fill Named() {
  Fill fill;
  fill.policed_interfaces = {"eth0", "eth1"};
  fill.workload_prefixes = {"cali"};
  return fill;
}

template <typename Change>
NamedFill Changed(const char* name, Change change) {
  Fill fill = Named();
  change(fill);
  return {name, fill};
}

}  // namespace

MarkLayout LowMarks() {
  const auto marks = MarkLayout::FromMask(0x00000fff);
  GW_CHECK(marks.ok());
  return *marks;
}

std::vector<NamedFill> AllFills() {
  return {
      {"nothing_policed", Fill()},
      Changed("named_interfaces", [](Fill&) {}),
      Changed("loopback_named",
              [](Fill& fill) {
                fill.policed_interfaces = {"lo"};
                fill.workload_prefixes = {};
              }),
      Changed("workloads_only", [](Fill& fill) { fill.policed_interfaces = {}; }),
      Changed("several_workload_prefixes",
              [](Fill& fill) {
                // One prefix within another, and one as long as a whole name.
                fill.policed_interfaces = {"cali0a1b2c", "eth0"};
                fill.workload_prefixes = {"cali", "calico", "tap", "abcdefghijklmno"};
              }),
      Changed("any_interface",
              [](Fill& fill) {
                fill.policed_interfaces = {};
                fill.polices_any_interface = true;
              }),
      Changed("any_interface_and_loopback",
              [](Fill& fill) {
                fill.policed_interfaces = {"eth0", "lo"};
                fill.polices_any_interface = true;
              }),
      Changed("failsafes",
              [](Fill& fill) {
                fill.failsafe_inbound =
                    Failsafes("tcp:22,udp:10.0.0.0/8:53,tcp:[2001:db8::/32]:443");
                fill.failsafe_outbound = Failsafes("sctp:36412,udp:[::1/128]:67");
              }),
      Changed("keep_established",
              [](Fill& fill) { fill.established_flows = EstablishedFlows::kKeep; }),
      Changed("fail_open",
              [](Fill& fill) {
                fill.fail_mode = FailMode::kOpen;
                fill.queue.bypass = true;
              }),
      Changed("reject", [](Fill& fill) { fill.deny_action = DenyAction::kReject; }),
      Changed("invalid_is_judged", [](Fill& fill) { fill.drop_invalid = false; }),
      Changed("last_generation", [](Fill& fill) { fill.generation = kGenerationMax; }),
      Changed("other_mark_mask",
              [](Fill& fill) {
                fill.marks = LowMarks();
                fill.generation = 2;
              }),
      Changed("four_queues", [](Fill& fill) { fill.queue.count = 4; }),
      Changed("upcall_guard",
              [](Fill& fill) {
                fill.upcall_rate_per_source = 100;
                fill.upcall_burst_per_source = 200;
              }),
      Changed("learned_accepts", [](Fill& fill) { fill.learns_accepts = true; }),
      Changed("before_dnat",
              [](Fill& fill) {
                fill.before_dnat.names = {"eth0"};
                fill.failsafe_inbound = Failsafes("tcp:22,udp:10.0.0.0/8:53");
                fill.upcall_rate_per_source = 100;
              }),
      Changed("before_dnat_any_interface",
              [](Fill& fill) {
                fill.before_dnat = {.all_but = true, .names = {"eth1", "lo"}};
              }),
      Changed("untracked",
              [](Fill& fill) {
                fill.stateless.chains = {"tcp dport 8080 counter goto untracked_allowed\n",
                                         "counter goto untracked_denied\n"};
                fill.stateless.untracked_in = "iifname vmap { \"eth0\" : jump stateless_0 }\n";
                fill.stateless.untracked_out = "oifname vmap { \"eth0\" : jump stateless_1 }\n";
                fill.stateless.untracked_forward = "oifname \"cali*\" goto untracked_denied\n";
              }),
      Changed(
          "reverse_path",
          [](Fill& fill) { fill.stateless.reverse_path = "fib saddr . iif oif exists return\n"; }),
      Changed("queue_rule_of_xtables", [](Fill& fill) { fill.native_queue = false; }),
  };
}

std::string Describe(const Fill& fill) {
  return absl::StrCat(
      "# policed interfaces: ", ListWords(fill.policed_interfaces),
      fill.polices_any_interface ? ", and any other" : "", "\n",
      "# workload prefixes: ", ListWords(fill.workload_prefixes), "\n", "# failsafes: in ",
      FailsafeWords(fill.failsafe_inbound), ", out ", FailsafeWords(fill.failsafe_outbound), "\n",
      "# invalid: ", fill.drop_invalid ? "dropped" : "judged",
      ", denied: ", fill.deny_action == DenyAction::kReject ? "rejected" : "dropped",
      ", established flows: ",
      fill.established_flows == EstablishedFlows::kKeep ? "kept" : "decided again", "\n",
      "# fail mode: ", fill.fail_mode == FailMode::kOpen ? "open" : "closed", ", queues: ",
      fill.native_queue ? absl::StrCat(fill.queue.count, fill.queue.bypass ? " with bypass" : "")
                        : "by a rule of xtables",
      fill.upcall_rate_per_source > 0
          ? absl::StrCat(", new flows of a source: ", fill.upcall_rate_per_source, "/s and ",
                         fill.upcall_burst_per_source)
          : "",
      fill.learns_accepts ? ", learns accepts" : "", "\n",
      absl::StrFormat("# mark mask: 0x%08x, generation: %d\n", fill.marks.mask(), fill.generation));
}

}  // namespace gw::testing
