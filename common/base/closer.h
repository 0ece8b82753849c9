// Closer turns a C library's close function into a unique_ptr deleter; FileDescriptor owns an fd.

#ifndef COMMON_BASE_CLOSER_H_
#define COMMON_BASE_CLOSER_H_

#include <unistd.h>

#include <memory>
#include <utility>

namespace gw {

// std::unique_ptr<mnl_socket, Closer<&mnl_socket_close>> closes the socket when it goes.
template <auto kClose>
struct Closer {
  template <typename T>
  void operator()(T* handle) const {
    kClose(handle);
  }
};

// Owns a file descriptor; -1 means none. Thread-compatible.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) Reset(std::exchange(other.fd_, -1));
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { Reset(-1); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }
  void Reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

}  // namespace gw

#endif  // COMMON_BASE_CLOSER_H_
