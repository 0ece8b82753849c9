#include "enforcer/cli/command.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "common/service/local_service.h"

namespace gw::cli {
namespace {

struct FormatName {
  Format format;
  const char* name;
};
constexpr FormatName kFormatNames[] = {
    {Format::kTable, "table"},
    {Format::kYaml, "yaml"},
    {Format::kJson, "json"},
    {Format::kCsv, "csv"},
};

std::optional<absl::Duration> UnitOf(char letter) {
  switch (letter) {
    case 's':
      return absl::Seconds(1);
    case 'm':
      return absl::Minutes(1);
    case 'h':
      return absl::Hours(1);
    case 'd':
      return absl::Hours(24);
    case 'w':
      return absl::Hours(24 * 7);
    default:
      return std::nullopt;
  }
}

// "10m": nothing for text that is not a number and a unit.
std::optional<absl::Duration> ParseAge(absl::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto unit = UnitOf(text.back());
  uint32_t count = 0;
  if (!unit || !absl::ascii_isdigit(static_cast<unsigned char>(text.front())) ||
      !absl::SimpleAtoi(text.substr(0, text.size() - 1), &count)) {
    return std::nullopt;
  }
  return *unit * count;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Service>> Invocation::Open() {
  if (!socket.empty()) {
    return absl::UnimplementedError("--socket is not available yet: use --db FILE");
  }
  if (!host.empty()) {
    return absl::UnimplementedError("--host is not available yet: use --db FILE");
  }
  return OpenLocalService({policy_path, audit_path, true});
}

int Invocation::Fail(const absl::Status& status) {
  err << "gatewarden: " << Printable(status.message()) << "\n";
  if (absl::IsAborted(status)) return kExitConflict;
  if (absl::IsUnimplemented(status)) return kExitUsage;
  return kExitFailed;
}

int Invocation::WrongUsage(absl::string_view message) {
  err << "gatewarden: " << Printable(message) << "\n";
  return kExitUsage;
}

int Invocation::NotAvailableYet(absl::string_view what) {
  return WrongUsage(absl::StrCat(what, " is not available yet"));
}

std::string AuthorName() {
  // Nothing changes the environment of this program, which has one thread.
  const char* behind_sudo = std::getenv("SUDO_USER");  // NOLINT(concurrency-mt-unsafe)
  if (behind_sudo != nullptr && *behind_sudo != '\0') return behind_sudo;
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr) {
    return found->pw_name;
  }
  return absl::StrCat("uid ", geteuid());
}

void AddFormatOption(CLI::App& command, const std::vector<Format>& formats, Format* format) {
  std::vector<std::pair<std::string, Format>> names;
  for (const Format allowed : formats) {
    const auto* named =
        std::find_if(std::begin(kFormatNames), std::end(kFormatNames),
                     [allowed](const FormatName& name) { return name.format == allowed; });
    names.emplace_back(named->name, allowed);
  }
  std::string shown;
  for (const auto& [name, allowed] : names) absl::StrAppend(&shown, shown.empty() ? "" : "|", name);
  *format = formats.front();
  command
      .add_option_function<std::string>(
          "-o,--output",
          [names, shown, format](const std::string& text) {
            for (const auto& [name, allowed] : names) {
              if (text == name) {
                *format = allowed;
                return;
              }
            }
            throw CLI::ValidationError("-o", absl::StrCat("`", text, "` is not one of ", shown));
          },
          "How to print")
      ->type_name(shown);
}

CLI::Option* AddFilesOption(CLI::App& command, std::vector<std::string>* paths) {
  return command.add_option("-f,--file", *paths, "File, directory, or - for standard input")
      ->type_name("FILE");
}

absl::StatusOr<absl::Time> ParseWhen(absl::string_view text, absl::Time now) {
  if (const auto age = ParseAge(text)) return now - *age;
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
  return absl::InvalidArgumentError(absl::StrCat(
      "`", text, "` is no time: write how long ago (`90s`, `10m`, `2h`, `7d`) or a date and time ",
      "like `2026-01-31T08:00:00Z`"));
}

}  // namespace gw::cli
