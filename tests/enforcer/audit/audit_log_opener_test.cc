#include "enforcer/audit/audit_log_opener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/common/store/temp_directory.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryDirectory;
using testing::Tmpfs;

// A folder that is renamed stands for a disk that is unmounted: another one has its name then.
class AuditLogOpenerTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(mount_point_); }
  void Unmount() {
    std::filesystem::rename(mount_point_, folder_.File("disk"));
    std::filesystem::create_directory(mount_point_);
  }
  void Mount() {
    std::filesystem::remove(mount_point_);
    std::filesystem::rename(folder_.File("disk"), mount_point_);
  }

  const TemporaryDirectory folder_;
  const std::string mount_point_ = folder_.File("mounted");
  const std::string path_ = mount_point_ + "/audit.db";
};

TEST_F(AuditLogOpenerTest, MakesTheFileAndOpensItAgain) {
  AuditLogOpener open(path_);
  EXPECT_OK(open());
  EXPECT_TRUE(std::filesystem::exists(path_));
  EXPECT_OK(open());
}

TEST_F(AuditLogOpenerTest, MakesNoneBelowTheMountPointOfItsDisk) {
  AuditLogOpener open(path_);
  ASSERT_OK(open());
  Unmount();
  const auto refused = open();
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("mount its disk"));
  EXPECT_FALSE(std::filesystem::exists(path_));
  Mount();
  EXPECT_OK(open());
}

// Also if it could not be opened when it was there.
TEST_F(AuditLogOpenerTest, RemembersTheFolderOfAFileThatItCouldNotOpen) {
  (void)folder_.Write("mounted/audit.db", "no database at all, but long enough for a header");
  AuditLogOpener open(path_);
  EXPECT_FALSE(open().ok());
  Unmount();
  EXPECT_FALSE(open().ok());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

// What is read-only in a service's mount namespace stays so when it is remounted outside.
TEST_F(AuditLogOpenerTest, SaysToRestartAfterARemount) {
  Tmpfs disk(mount_point_, "size=4m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount here";
  AuditLogOpener open(path_);
  ASSERT_OK(open());
  ASSERT_TRUE(disk.MakeReadOnly());
  EXPECT_THAT(std::string(open().status().message()),
              AllOf(HasSubstr("remount it writable"), HasSubstr("restart gatewardend")));
}

// Somebody made room.
TEST_F(AuditLogOpenerTest, MakesTheFileAnewWhereItWasRemoved) {
  AuditLogOpener open(path_);
  ASSERT_OK(open());
  std::filesystem::remove(path_);
  EXPECT_OK(open());
  EXPECT_TRUE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace gw
