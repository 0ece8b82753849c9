// ServiceManager: as much of systemd(1) as a service needs that gives it descriptors to keep: the
// notification socket and FDSTORE= (sd_pid_notify_with_fds(3)), and what is passed at the next
// start (sd_listen_fds(3)).

#ifndef TESTS_SUPPORT_SERVICE_MANAGER_H_
#define TESTS_SUPPORT_SERVICE_MANAGER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "common/base/closer.h"

namespace gw::testing {

// Thread-compatible.
class ServiceManager {
 public:
  // Its socket is made in `folder`.
  static absl::StatusOr<ServiceManager> Create(const std::string& folder);

  // Reads what services have told since the last call.
  void Look();

  // As if a service had given it.
  void Add(const std::string& name, int descriptor);

  // FDNAME= of each kept descriptor, sorted. The same open file is kept once.
  std::vector<std::string> names() const;
  // Everything that was told, a line each.
  const std::string& told() const { return told_; }

  // For the start of a service: what a shell has to run before `command`, which gets `descriptors`
  // as 3, 4 and so on.
  std::vector<std::string> Command(const std::vector<std::string>& command) const;
  std::vector<int> descriptors() const;

 private:
  struct Kept {
    std::string name;
    FileDescriptor descriptor;
  };

  ServiceManager(std::string path, FileDescriptor socket)
      : path_(std::move(path)), socket_(std::move(socket)) {}
  void Obey(const std::string& message, std::vector<FileDescriptor> descriptors);

  std::string path_;
  FileDescriptor socket_;
  std::vector<Kept> kept_;
  std::string told_;
};

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_SERVICE_MANAGER_H_
