#include "admin-gui/session/exported_log.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>
#include <QLocale>

#include "admin-gui/session/gateway.h"
#include "common/base/status_macros.h"

namespace gw::gui {
namespace {

// Where these words are written, for the catalogue.
class Words {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::ExportedLog)
};

// As AuditStore's export names it.
constexpr char kExportEvent[] = "export";

absl::StatusOr<absl::Time> TimeOfFirst(Service& service, const CallContext& context,
                                       const AuditQuery& query) {
  GW_ASSIGN_OR_RETURN(const auto records, service.Flows(context, query));
  if (records.empty()) return absl::OutOfRangeError("it has no decisions");
  return records.front().time;
}

QDateTime Local(absl::Time time) {
  return QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(time));
}

}  // namespace

absl::StatusOr<ExportedLog> ReadExportedLog(Service& service, const CallContext& context,
                                            const QString& path) {
  // To a service a log that is not there is one that nothing was written to yet.
  if (!QFileInfo::exists(path)) return absl::NotFoundError("no such file");
  ExportedLog log;
  log.path = path;
  AuditQuery query;
  query.limit = 1;
  GW_ASSIGN_OR_RETURN(log.newest, TimeOfFirst(service, context, query));
  query.after_id = 0;
  GW_ASSIGN_OR_RETURN(log.oldest, TimeOfFirst(service, context, query));
  return log;
}

bool IsExport(const std::vector<AuditEvent>& events) {
  return !events.empty() && events.front().kind == kExportEvent;
}

QString TimeRangeOf(const ExportedLog& log) {
  const QDateTime oldest = Local(log.oldest);
  const QDateTime newest = Local(log.newest);
  // A day is said once.
  const QString end = oldest.date() == newest.date()
                          ? QLocale().toString(newest.time(), QLocale::ShortFormat)
                          : QLocale().toString(newest, QLocale::ShortFormat);
  return Words::tr("%1 to %2").arg(QLocale().toString(oldest, QLocale::ShortFormat), end);
}

QString WhyNotShown(const QString& path, const absl::Status& status) {
  using Kind = GatewayProblem::Kind;
  if (absl::IsOutOfRange(status)) {
    return Words::tr("%1 has no decisions: there is nothing to show. Choose another file.")
        .arg(path);
  }
  switch (const GatewayProblem problem = ProblemOf(status); problem.kind) {
    case Kind::kMissing:
      return Words::tr("%1 is not there. Choose another file.").arg(path);
    case Kind::kNotOurs:
      return Words::tr(
                 "%1 is not an audit log. Choose a file that “gatewarden audit export” wrote.")
          .arg(path);
    case Kind::kDamaged:
      return Words::tr("%1 is damaged. Take another copy of it, or export that time again.")
          .arg(path);
    case Kind::kNewer:
      return Words::tr("%1 was written by a newer version of Gatewarden. Upgrade this one.")
          .arg(path);
    case Kind::kOlder:
      return Words::tr(
                 "%1 was written by an older version of Gatewarden. Export that time again, or "
                 "open it with that version.")
          .arg(path);
    case Kind::kReadOnly:
      return Words::tr("You may not read %1. Ask for a copy of it, or for the right to read it.")
          .arg(path);
    default:
      return Words::tr("%1 cannot be opened. %2").arg(path, problem.text);
  }
}

}  // namespace gw::gui
