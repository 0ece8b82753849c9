#include "tests/support/service_manager.h"

#include <linux/kcmp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace gw::testing {
namespace {

constexpr size_t kMessageMax = 4096;
constexpr size_t kDescriptorsMax = 253;  // SCM_MAX_FD of the kernel

std::string ValueOf(const std::vector<std::string>& lines, absl::string_view name) {
  for (absl::string_view line : lines) {
    if (absl::ConsumePrefix(&line, name) && absl::ConsumePrefix(&line, "=")) {
      return std::string(line);
    }
  }
  return "";
}

bool SameFile(int one, int other) {
  const pid_t self = getpid();
  return syscall(SYS_kcmp, self, self, KCMP_FILE, one, other) == 0;
}

}  // namespace

absl::StatusOr<ServiceManager> ServiceManager::Create(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/notify");
  FileDescriptor bound(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return absl::InvalidArgumentError(path);
  path.copy(address.sun_path, path.size());
  if (!bound.valid() ||
      bind(bound.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  return ServiceManager(path, std::move(bound));
}

void ServiceManager::Look() {
  while (true) {
    std::array<char, kMessageMax> text{};
    iovec part = {text.data(), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kDescriptorsMax)> control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t size = recvmsg(socket_.get(), &header, MSG_CMSG_CLOEXEC);
    if (size < 0) return;
    std::vector<FileDescriptor> descriptors;
    for (cmsghdr* one = CMSG_FIRSTHDR(&header); one != nullptr; one = CMSG_NXTHDR(&header, one)) {
      if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_RIGHTS) continue;
      const size_t count = (one->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (size_t i = 0; i < count; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(one) + i * sizeof(int), sizeof(int));
        descriptors.emplace_back(fd);
      }
    }
    Obey(std::string(text.data(), static_cast<size_t>(size)), std::move(descriptors));
  }
}

void ServiceManager::Obey(const std::string& message, std::vector<FileDescriptor> descriptors) {
  absl::StrAppend(&told_, message, "\n");
  const std::vector<std::string> lines = absl::StrSplit(message, '\n');
  const std::string name = ValueOf(lines, "FDNAME");
  if (ValueOf(lines, "FDSTOREREMOVE") == "1") {
    std::erase_if(kept_, [&name](const Kept& kept) { return kept.name == name; });
  }
  if (ValueOf(lines, "FDSTORE") != "1") return;
  for (FileDescriptor& descriptor : descriptors) {
    const bool there = std::any_of(kept_.begin(), kept_.end(), [&descriptor](const Kept& kept) {
      return SameFile(kept.descriptor.get(), descriptor.get());
    });
    if (!there) kept_.push_back({name, std::move(descriptor)});
  }
}

void ServiceManager::Add(const std::string& name, int descriptor) {
  kept_.push_back({name, FileDescriptor(dup(descriptor))});
}

std::vector<std::string> ServiceManager::names() const {
  std::vector<std::string> names;
  for (const Kept& kept : kept_) names.push_back(kept.name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> ServiceManager::Command(const std::vector<std::string>& command) const {
  std::vector<std::string> names;
  for (const Kept& kept : kept_) names.push_back(kept.name);
  std::string script = absl::StrCat("NOTIFY_SOCKET='", path_, "'; export NOTIFY_SOCKET; ");
  if (!names.empty()) {
    absl::StrAppend(&script, "LISTEN_PID=$$ LISTEN_FDS=", names.size(), " LISTEN_FDNAMES='",
                    absl::StrJoin(names, ":"), "' ");
  }
  absl::StrAppend(&script, "exec \"$@\"");
  std::vector<std::string> whole = {"sh", "-c", script, "sh"};
  whole.insert(whole.end(), command.begin(), command.end());
  return whole;
}

std::vector<int> ServiceManager::descriptors() const {
  std::vector<int> descriptors;
  for (const Kept& kept : kept_) descriptors.push_back(kept.descriptor.get());
  return descriptors;
}

}  // namespace gw::testing
