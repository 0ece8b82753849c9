// The streams of JSON lines: to a file, and to the journal. The lines are those of audit_json.h.

#ifndef ENFORCER_AUDIT_JSON_LINES_H_
#define ENFORCER_AUDIT_JSON_LINES_H_

#include <memory>
#include <string>

#include "enforcer/audit/audit_sink.h"

namespace gw {

// One line, without its line end.
std::string JsonLineOf(const StreamItem& item);

// Appends whole lines to a file of mode 0640, and makes it if it is not there. Who moves it away
// (logrotate) gets what is written within a second after that, too; then a new file is made.
std::unique_ptr<AuditSink> MakeJsonFile(std::string path);

// Where systemd-journald listens (systemd.io/JOURNAL_NATIVE_PROTOCOL).
inline constexpr char kJournalSocket[] = "/run/systemd/journal/socket";
// An entry a line, which is its MESSAGE, with fields to look for:
//   SYSLOG_IDENTIFIER=gatewarden  PRIORITY=5 for what is denied, else 6
//   GATEWARDEN_EVENT=decision (end, translated, policy, …)  GATEWARDEN_ID=…
//   GATEWARDEN_ACTION=allow (deny, none)  GATEWARDEN_DECIDED_BY=…  GATEWARDEN_IN=… GATEWARDEN_OUT=…
//   GATEWARDEN_PROTOCOL=…  GATEWARDEN_SOURCE=…  GATEWARDEN_DESTINATION=…  …_PORT=…
// libsystemd's sd_journal_sendv would say the same, but waits without limit for a journal that
// hangs.
std::unique_ptr<AuditSink> MakeJournal(std::string socket_path = kJournalSocket);
// One datagram.
std::string JournalEntryOf(const StreamItem& item);

}  // namespace gw

#endif  // ENFORCER_AUDIT_JSON_LINES_H_
