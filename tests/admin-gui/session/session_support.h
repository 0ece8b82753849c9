// What the tests of the session share: a gateway in a folder of its own, and waiting for what
// happens in the event loop.

#ifndef TESTS_ADMIN_GUI_SESSION_SESSION_SUPPORT_H_
#define TESTS_ADMIN_GUI_SESSION_SESSION_SUPPORT_H_

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <QFile>
#include <QSignalSpy>
#include <QString>

#include "admin-gui/session/gateway.h"
#include "admin-gui/session/policy_session.h"
#include "common/base/check.h"
#include "common/store/policy_store.h"
#include "tests/admin-gui/support/patience.h"
#include "tests/support/policy_builder.h"
#include "tests/support/temporary_directory.h"

namespace gw::gui {

inline QString Text(const std::string& text) { return QString::fromStdString(text); }

// policy.db in a folder that vanishes with the test, as does the draft of its session.
class SessionFolder {
 public:
  SessionFolder() = default;
  ~SessionFolder() { QFile::remove(DraftPlace(Text(policy_path())).path()); }
  SessionFolder(const SessionFolder&) = delete;
  SessionFolder& operator=(const SessionFolder&) = delete;

  GatewayFiles Files() const { return {QStringLiteral("gw"), Text(policy_path()), QString()}; }
  std::string policy_path() const { return folder_.File("policy.db"); }
  const testing::TemporaryDirectory& folder() const { return folder_; }

  // As somebody else: one revision.
  int64_t Write(const std::vector<Resource>& put, const std::vector<ResourceKey>& remove = {},
                const std::string& author = "maria", const std::string& reason = "Printer fix") {
    auto store = PolicyStore::Open(policy_path(), PolicyStore::Mode::kCreate);
    GW_CHECK(store.ok());
    WriteRequest request;
    for (const Resource& resource : put) request.changes.push_back({KeyOf(resource), resource});
    for (const ResourceKey& key : remove) request.changes.push_back({key, std::nullopt});
    request.author = author;
    request.reason = reason;
    const auto revision = (*store)->Write(request);
    GW_CHECK(revision.ok());
    return *revision;
  }

  LoadedPolicy Stored() {
    auto store = PolicyStore::Open(policy_path(), PolicyStore::Mode::kReadOnly);
    GW_CHECK(store.ok());
    auto loaded = (*store)->Load();
    GW_CHECK(loaded.ok());
    return *std::move(loaded);
  }

 private:
  testing::TemporaryDirectory folder_;
};

// Everything behind the first 100 bytes of the file is rubbish from now on.
inline void Spoil(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(0, std::ios::end);
  const auto size = static_cast<size_t>(file.tellg());
  file.seekp(100);
  const std::string rubbish(size - 100, '\x5a');
  file.write(rubbish.data(), static_cast<std::streamsize>(rubbish.size()));
}

// A loaded session over the folder's gateway.
struct OpenSession {
  explicit OpenSession(const SessionFolder& folder) : gateway(folder.Files()), session(gateway) {
    session.Load();
    GW_CHECK(Wait([this] { return session.loaded(); }));
  }

  Gateway gateway;
  PolicySession session;
};

inline NetworkSet SetOf(const std::string& name, const std::string& role) {
  return testing::Set(name, {{"role", role}}, {testing::Net("10.0.0.0/24")});
}

inline ResourceKey SetKey(const std::string& name) {
  return {ResourceKind::kGlobalNetworkSet, name};
}

inline std::string RoleIn(const Model& model, const std::string& name) {
  const auto found = model.network_sets.find(name);
  return found == model.network_sets.end() ? "" : found->second.metadata.labels.at("role");
}

}  // namespace gw::gui

#endif  // TESTS_ADMIN_GUI_SESSION_SESSION_SUPPORT_H_
