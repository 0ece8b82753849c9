// Network namespaces that a test makes, by name, and moving the calling thread into one.

#ifndef TESTS_SUPPORT_NETNS_H_
#define TESTS_SUPPORT_NETNS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/base/closer.h"

namespace gw::testing {

// A named network namespace (ip-netns(8)), removed when the object goes. Thread-compatible.
class Namespace {
 public:
  // The name is unique and tells the pid of its maker and its `role`: gwlab-PID-RANDOM-ROLE.
  static absl::StatusOr<Namespace> Create(absl::string_view role);

  Namespace(Namespace&& other) noexcept;
  Namespace& operator=(Namespace&& other) noexcept;
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;
  ~Namespace();

  // As below /run/netns and for `ip netns exec`.
  const std::string& name() const { return name_; }
  int fd() const { return fd_.get(); }

 private:
  Namespace(std::string name, FileDescriptor fd);
  void Remove();

  std::string name_;
  FileDescriptor fd_;
};

// Removes namespaces of this kind whose maker no longer runs: what a killed test left behind.
void RemoveAbandonedNamespaces();

// While it lives, the calling thread is in the namespace. A socket belongs to the namespace it was
// opened in for ever, so a scope around socket(2) is enough to talk from there; /proc/sys is that
// of the thread too, but /proc/net is not: read /proc/thread-self/net.
class NamespaceScope {
 public:
  explicit NamespaceScope(const Namespace& enter);
  ~NamespaceScope();
  NamespaceScope(const NamespaceScope&) = delete;
  NamespaceScope& operator=(const NamespaceScope&) = delete;

 private:
  FileDescriptor before_;
};

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_NETNS_H_
