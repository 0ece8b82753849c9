// ErrnoText: what an error number of the C library or the kernel says, in words, for a Status. Any
// thread.

#ifndef COMMON_BASE_ERRNO_TEXT_H_
#define COMMON_BASE_ERRNO_TEXT_H_

#include <cerrno>
#include <cstring>
#include <string>

namespace gw {

inline std::string ErrnoText(int error = errno) {
  return std::strerror(error);  // NOLINT(concurrency-mt-unsafe): glibc's text is the thread's own
}

}  // namespace gw

#endif  // COMMON_BASE_ERRNO_TEXT_H_
