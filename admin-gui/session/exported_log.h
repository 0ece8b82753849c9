// ExportedLog: an audit log that does not grow, such as `gatewarden audit export` writes, and what
// is said of it. Plain values.

#ifndef ADMIN_GUI_SESSION_EXPORTED_LOG_H_
#define ADMIN_GUI_SESSION_EXPORTED_LOG_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include <QString>

#include "common/service/service.h"

namespace gw::gui {

struct ExportedLog {
  QString path;
  // Of its first and its last decision.
  absl::Time oldest;
  absl::Time newest;

  friend bool operator==(const ExportedLog&, const ExportedLog&) = default;
};

// Of a service whose audit log is the file at `path`. NotFound: there is no such file; OutOfRange:
// it has no decisions; else as AuditStore::Open.
absl::StatusOr<ExportedLog> ReadExportedLog(Service& service, const CallContext& context,
                                            const QString& path);
// Whether the newest of `events`, which come first, is what an export ends with.
bool IsExport(const std::vector<AuditEvent>& events);

// "11/20/26 2:31 PM to 11/22/26 9:00 AM", "11/20/26 2:31 PM to 3:00 PM", in the user's language.
QString TimeRangeOf(const ExportedLog& log);
// Why the file cannot be shown and what to do, for people.
QString WhyNotShown(const QString& path, const absl::Status& status);

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_EXPORTED_LOG_H_
