// gatewardend: the enforcer. Flags, signals, privileges; daemon.h does the rest.

#include <cap-ng.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "common/base/log.h"
#include "enforcer/control/daemon.h"
#include "enforcer/control/keeper.h"
#include "enforcer/ruleset/nft.h"
#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/table_socket.h"
#include "enforcer/ruleset/table_state.h"

namespace {

constexpr char kDefaultPolicyPath[] = "/var/lib/gatewarden/policy.db";

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

// CAP_NET_ADMIN is all that it takes: queues, nftables (also in the gatewarden-nft that it runs)
// and netlink. Whatever else the process was started with goes.
void KeepNetAdminOnly() {
  capng_clear(CAPNG_SELECT_ALL);
  capng_updatev(CAPNG_ADD,
                static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE |
                                          CAPNG_BOUNDING_SET | CAPNG_AMBIENT),
                CAP_NET_ADMIN, -1);
  if (capng_apply(CAPNG_SELECT_ALL) != 0) {
    gw::LogWarning("could not give up other capabilities than CAP_NET_ADMIN");
  }
}

absl::Status Remove() {
  // The owner of the table may be kept for the next gatewardend, and the queues are: all of it
  // goes.
  gw::HeldSockets held = gw::TakeHeldSockets();
  absl::StatusOr<gw::TableSocket> socket = held.tables.empty()
                                               ? gw::TableSocket::Open()
                                               : gw::TableSocket(std::move(held.tables.front()));
  if (!socket.ok()) return socket.status();
  gw::NftProgram nft(*socket);
  const absl::Status removed = nft.Apply(gw::RemoveText());
  const auto left = gw::ReadTableOwner();
  if (removed.ok() || !left.ok() || left->port == 0 || left->port == socket->port()) return removed;
  return absl::FailedPreconditionError(
      "the table belongs to a gatewardend that runs, or that a service manager is about to start "
      "again: stop it first (systemctl stop gatewardend)");
}

}  // namespace

// What is thrown here is out of memory or a mistake in the options: the end, and systemd's
// business.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  CLI::App app("Gatewarden's enforcer: decides the first packet of every flow by policy.");
  gw::DaemonOptions options;
  options.policy_path = kDefaultPolicyPath;
  options.node = HostName();
  std::string socket_path;
  std::string level_text = "info";
  bool remove = false;
  app.add_option("--policy-db", options.policy_path, "the policy database")->capture_default_str();
  app.add_option("--audit-db", options.audit_path, "default: audit.db beside the policy database");
  app.add_option("--socket", socket_path, "control socket (reserved: nothing listens there yet)");
  app.add_option("--node", options.node, "endpoints of this node are local")->capture_default_str();
  app.add_option("--log-level", level_text, "debug, info, warning, error")->capture_default_str();
  app.add_flag("--remove", remove, "take our nftables table away and exit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  gw::LogLevel level = gw::LogLevel::kInfo;
  if (const absl::Status parsed = gw::ParseLogLevel(level_text, &level); !parsed.ok()) {
    std::fprintf(stderr, "gatewardend: %s\n", std::string(parsed.message()).c_str());
    return 2;
  }
  gw::InitLog(level);
  std::signal(SIGPIPE, SIG_IGN);  // a gatewarden-nft that dies early is an error value, not our end
  if (remove) {
    const absl::Status removed = Remove();
    if (!removed.ok()) gw::LogError(removed.message());
    return removed.ok() ? 0 : 1;
  }
  if (options.audit_path.empty()) {
    options.audit_path = std::filesystem::path(options.policy_path).replace_filename("audit.db");
  }
  KeepNetAdminOnly();
  auto daemon = gw::Daemon::Start(options);
  if (!daemon.ok()) {
    gw::LogError(daemon.status().message());
    return 1;
  }
  if (const absl::Status ended = (*daemon)->Run(); !ended.ok()) {
    gw::LogError(ended.message());
    return 1;
  }
  return 0;
}
