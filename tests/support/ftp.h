// An FTP server and client that speak as much of RFC 959 and RFC 2428 as the kernel's conntrack
// helper reads: one file, passive and active transfers, IPv4 and IPv6. Every step is bounded.

#ifndef TESTS_SUPPORT_FTP_H_
#define TESTS_SUPPORT_FTP_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/base/closer.h"
#include "tests/support/netns.h"

namespace gw::testing {

enum class FtpMode { kPassive, kActive };

// Serves `content` under any name, one session at a time. The namespace must outlive it.
class FtpServer {
 public:
  static absl::StatusOr<std::unique_ptr<FtpServer>> Start(const Namespace& in, std::string content,
                                                          uint16_t port = 21);
  ~FtpServer();
  FtpServer(const FtpServer&) = delete;
  FtpServer& operator=(const FtpServer&) = delete;

  // Files sent whole.
  int transfers() const { return transfers_.load(); }

 private:
  FtpServer(const Namespace& in, FileDescriptor listener, std::string content);
  void Serve();

  const Namespace& in_;
  const FileDescriptor listener_;
  const std::string content_;
  std::atomic<bool> stop_{false};
  std::atomic<int> transfers_{0};
  std::thread thread_;
};

// Logs in at `address`, fetches the file, leaves. `timeout` bounds each wait; the error tells the
// step that failed.
absl::StatusOr<std::string> FetchByFtp(const Namespace& from, const std::string& address,
                                       FtpMode mode, absl::Duration timeout = absl::Seconds(2),
                                       uint16_t port = 21);

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_FTP_H_
