// gatewarden flows: the audit log, oldest first, as a log reads.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "CLI/CLI.hpp"
#include "common/base/status_macros.h"
#include "common/store/audit_json.h"
#include "enforcer/cli/audit_question.h"
#include "enforcer/cli/command.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

constexpr absl::Duration kFollowInterval = absl::Milliseconds(200);
constexpr size_t kPageRows = 1000;

struct FlowsOptions {
  AuditQuestion question;
  size_t limit = 100;
  bool follow = false;
  Format format = Format::kTable;
};

// An address with its port, in brackets where the colons would run together.
std::string EndText(const Address& address, uint8_t protocol, uint16_t port) {
  std::string text = ToString(address);
  if (!HasPorts(protocol)) return text;
  return address.family == Family::kIPv6 ? absl::StrCat("[", text, "]:", port)
                                         : absl::StrCat(text, ":", port);
}

std::string ProtocolText(const Tuple& tuple) {
  std::string name = ProtocolName(tuple.protocol);
  if (!IsIcmp(tuple.protocol)) return name;
  return absl::StrCat(name, " ", tuple.icmp_type, "/", tuple.icmp_code);
}

std::string VerdictText(const AuditRecord& record) {
  return record.rejected ? "reject" : VerdictName(record.verdict);
}

std::string SourceText(const AuditRecord& record) {
  if (record.repeats > 0)
    return absl::StrCat("any, ", Counted(static_cast<size_t>(record.repeats), "packet", "packets"));
  return EndText(record.tuple.source, record.tuple.protocol, record.tuple.source_port);
}

// Prints records in one format, headings first and once.
class FlowPrinter {
 public:
  FlowPrinter(Format format, std::ostream& out)
      : format_(format),
        out_(out),
        table_({"ID", "TIME", "HOOK", "IN", "OUT", "PROTOCOL", "SOURCE", "DESTINATION", "VERDICT",
                "DECIDED BY"}) {
    if (format_ == Format::kCsv) {
      out_ << CsvLine({"id",
                       "time",
                       "hook",
                       "in",
                       "out",
                       "proto",
                       "src",
                       "sport",
                       "dst",
                       "dport",
                       "icmpType",
                       "icmpCode",
                       "verdict",
                       "rejected",
                       "decidedBy",
                       "inEndpoint",
                       "outEndpoint",
                       "revision",
                       "repeats",
                       "originalDst",
                       "originalDport",
                       "translatedSrc",
                       "translatedSport",
                       "ended",
                       "reason",
                       "seconds",
                       "packetsSent",
                       "bytesSent",
                       "packetsReceived",
                       "bytesReceived"});
    }
  }

  void Print(const std::vector<AuditRecord>& oldest_first) {
    for (const AuditRecord& record : oldest_first) PrintOne(record);
    if (format_ == Format::kTable) table_.Print(out_);
    out_.flush();
  }

 private:
  void PrintOne(const AuditRecord& record) {
    const Tuple& tuple = record.tuple;
    switch (format_) {
      case Format::kJson:
        out_ << AuditLine(record) << "\n";
        break;
      case Format::kCsv:
        PrintCsv(record);
        break;
      default:
        table_.Add({absl::StrCat(record.id), LocalTimeText(record.time), HookName(record.hook),
                    record.in, record.out, ProtocolText(tuple), SourceText(record),
                    EndText(tuple.destination, tuple.protocol, tuple.destination_port),
                    VerdictText(record), record.decided_by});
    }
  }

  void PrintCsv(const AuditRecord& record) {
    const Tuple& tuple = record.tuple;
    const bool ports = HasPorts(tuple.protocol);
    const bool one = record.repeats == 0;  // has a source
    const bool icmp = IsIcmp(tuple.protocol);
    auto number = [](bool present, uint32_t value) {
      return present ? absl::StrCat(value) : std::string();
    };
    std::vector<std::string> cells = {absl::StrCat(record.id),
                                      JsonTimeText(record.time),
                                      HookName(record.hook),
                                      record.in,
                                      record.out,
                                      ProtocolName(tuple.protocol),
                                      one ? ToString(tuple.source) : "",
                                      number(ports && one, tuple.source_port),
                                      ToString(tuple.destination),
                                      number(ports, tuple.destination_port),
                                      number(icmp, tuple.icmp_type),
                                      number(icmp, tuple.icmp_code),
                                      VerdictName(record.verdict),
                                      record.rejected ? "true" : "false",
                                      record.decided_by,
                                      record.in_endpoint,
                                      record.out_endpoint,
                                      absl::StrCat(record.revision),
                                      absl::StrCat(record.repeats)};
    AddCells(record.original_destination, ports, cells);
    AddCells(record.translated_source, ports, cells);
    AddCells(record.end, cells);
    out_ << CsvLine(cells);
  }

  static void AddCells(const std::optional<TransportAddress>& address, bool ports,
                       std::vector<std::string>& cells) {
    cells.push_back(address ? ToString(address->address) : "");
    cells.push_back(address && ports ? absl::StrCat(address->port) : "");
  }

  static void AddCells(const std::optional<FlowEnd>& end, std::vector<std::string>& cells) {
    constexpr size_t kCells = 7;
    if (!end) {
      cells.resize(cells.size() + kCells);
      return;
    }
    cells.insert(cells.end(),
                 {JsonTimeText(end->time), std::string(FlowEndReasonName(end->reason)),
                  absl::StrCat(absl::ToDoubleSeconds(end->duration)),
                  absl::StrCat(end->packets_sent), absl::StrCat(end->bytes_sent),
                  absl::StrCat(end->packets_received), absl::StrCat(end->bytes_received)});
  }

  Format format_;
  std::ostream& out_;
  Table table_;
};

// The newest records that match, at most `limit`; oldest first.
absl::StatusOr<AuditStore::Page> NewestMatching(Service& service, const CallContext& context,
                                                AuditQuery query, size_t limit) {
  query.limit = limit;
  GW_ASSIGN_OR_RETURN(AuditStore::Page found, service.Search(context, query));
  std::reverse(found.records.begin(), found.records.end());
  return found;
}

absl::StatusOr<int64_t> NewestId(Service& service, const CallContext& context) {
  AuditQuery newest;
  newest.limit = 1;
  GW_ASSIGN_OR_RETURN(const std::vector<AuditRecord> records, service.Flows(context, newest));
  return records.empty() ? 0 : records.front().id;
}

// Prints what is added after `after_id`; ends with the program, or when nobody reads any more.
absl::Status Follow(Service& service, AuditQuery query, int64_t after_id, FlowPrinter* printer,
                    Invocation& invocation) {
  query.limit = kPageRows;
  while (invocation.out.good()) {
    // What does not match need not be looked at again.
    GW_ASSIGN_OR_RETURN(const int64_t newest, NewestId(service, invocation.context));
    query.after_id = after_id;
    GW_ASSIGN_OR_RETURN(const std::vector<AuditRecord> page,
                        service.Flows(invocation.context, query));
    if (!page.empty()) {
      after_id = page.back().id;
      printer->Print(page);
    }
    if (page.size() == kPageRows) continue;
    after_id = std::max(after_id, newest);
    absl::SleepFor(kFollowInterval);
  }
  return absl::OkStatus();
}

absl::Status PrintFlows(const FlowsOptions& options, const AuditQuery& query, Service& service,
                        Invocation& invocation) {
  // Before the first page: what is written meanwhile belongs to what follows.
  GW_ASSIGN_OR_RETURN(const int64_t newest, NewestId(service, invocation.context));
  AuditQuery past = query;
  if (options.follow) past.before_id = newest + 1;
  GW_ASSIGN_OR_RETURN(const AuditStore::Page page,
                      NewestMatching(service, invocation.context, past, options.limit));
  FlowPrinter printer(options.format, invocation.out);
  if (page.searched) PrintSearchedTo(page.searched->to, invocation);
  if (page.records.empty() && !options.follow && options.format == Format::kTable) {
    invocation.err << "no flows\n";
    return absl::OkStatus();
  }
  printer.Print(page.records);
  return options.follow ? Follow(service, query, newest, &printer, invocation) : absl::OkStatus();
}

int RunFlows(const FlowsOptions& options, Invocation& invocation) {
  const auto query = QueryOf(options.question, invocation);
  if (!query.ok()) {
    return absl::IsInvalidArgument(query.status()) ? invocation.WrongUsage(query.status().message())
                                                   : invocation.Fail(query.status());
  }
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const absl::Status printed = PrintFlows(options, *query, **service, invocation);
  return printed.ok() ? kExitOk : invocation.Fail(printed);
}

}  // namespace

void AddFlows(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<FlowsOptions>();
  CLI::App& command = *app.add_subcommand("flows", "Show recorded decisions");
  AddQuestionOptions(command, &options->question);
  AddTimeMaxOption(command, &options->question);
  command.add_option("--limit", options->limit, "The newest so many")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_flag("--follow", options->follow, "Go on with what is added");
  AddFormatOption(command, {Format::kTable, Format::kJson, Format::kCsv}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunFlows(*options, invocation); });
}

}  // namespace gw::cli
