#include "common/store/audit_verify.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/base/status_macros.h"
#include "common/store/audit_block.h"
#include "common/store/audit_blocks.h"
#include "common/store/audit_chain.h"

namespace gw {
namespace {

using Kind = AuditFinding::Kind;

std::string TimeText(int64_t time_ns) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixNanos(time_ns), absl::UTCTimeZone());
}

std::string Span(int64_t first, int64_t last) {
  return first == last ? absl::StrCat(first) : absl::StrCat(first, " to ", last);
}

std::string Made(const AuditLink& link) {
  return absl::StrCat("link ", link.number, " of ", TimeText(link.time_ns));
}

bool Plausible(const AuditLink& link) {
  constexpr int64_t kMax = int64_t{1} << 58;
  const bool has_decisions = link.kind == AuditLinkKind::kDecisions;
  return link.end_id > 0 && link.end_id < kMax && has_decisions == (link.first_id > 0) &&
         link.first_id < link.end_id;
}

// Everything in a block, and whether its row says what is in it.
absl::Status Read(AuditBlock block) {
  const std::vector<int64_t>& times = block.times_ns();
  int64_t decisions = 0;
  for (const uint32_t code : block.repeat_codes()) decisions += DecisionsOf(block.repeats()[code]);
  (void)block.ruling_codes();
  (void)block.source_codes();
  (void)block.destination_codes();
  (void)block.service_codes();
  (void)block.source_ports();
  GW_RETURN_IF_ERROR(block.status());
  const auto [oldest, newest] = std::minmax_element(times.begin(), times.end());
  const AuditBlockInfo& info = block.info();
  if (*oldest == info.oldest_ns && *newest == info.newest_ns && decisions == info.decisions) {
    return absl::OkStatus();
  }
  return absl::DataLossError("its row is about other decisions");
}

class Verification {
 public:
  Verification(Database& database, AuditBlockReader& reader,
               const std::function<bool()>& interrupted)
      : database_(database), reader_(reader), interrupted_(interrupted) {}

  absl::Status Run(const std::optional<AuditHead>& head) {
    GW_RETURN_IF_ERROR(ReadLinks());
    CheckLinks();
    if (head) CheckHead(*head);
    GW_RETURN_IF_ERROR(CheckKept());
    GW_RETURN_IF_ERROR(CheckDecisions());
    GW_RETURN_IF_ERROR(CheckLooseColumns());
    GW_RETURN_IF_ERROR(CheckEvents());
    return CheckFlows();
  }

  AuditVerification result;

 private:
  absl::Status ReadLinks();
  void CheckLinks();
  void CheckHead(const AuditHead& head);
  absl::Status CheckKept();

  absl::Status CheckDecisions();
  bool IsLinked(int64_t first_id, int64_t end_id) const;
  absl::Status CheckLinked(const AuditLink& link, int64_t rows);
  absl::Status CheckUnlinked(const AuditBlockInfo& info);
  absl::Status CheckLooseColumns();
  absl::Status CheckEvents();

  absl::Status CheckFlows();
  // Entries of flow_parts, by block and link.
  using PartsOfBlocks = std::map<std::pair<int64_t, int64_t>, LinkedFlowParts>;
  PartsOfBlocks LinkedParts();
  struct HashedParts {
    int64_t count = 0;
    Sha256 hash;
  };
  void CheckFlowsOf(int64_t first_id, int64_t last_id, std::map<int64_t, HashedParts>& found,
                    const PartsOfBlocks& linked);

  void Find(Kind kind, int64_t link, int64_t first_id, int64_t last_id, std::string text) {
    if (result.findings.size() >= AuditVerification::kFindingsMax) {
      ++result.findings_omitted;
      return;
    }
    result.findings.push_back({kind, link, first_id, last_id, std::move(text)});
  }

  absl::Status CheckInterrupted() const {
    return interrupted_ && interrupted_() ? absl::CancelledError("cancelled") : absl::OkStatus();
  }

  int64_t LastNumber() const { return links_.empty() ? 0 : links_.back().number; }
  // Of numbers up to the last.
  bool IsMissing(int64_t number) const {
    const auto found = std::lower_bound(
        links_.begin(), links_.end(), number,
        [](const AuditLink& link, int64_t wanted) { return link.number < wanted; });
    return number > 0 && found != links_.end() && found->number != number;
  }

  Database& database_;
  AuditBlockReader& reader_;
  const std::function<bool()>& interrupted_;
  std::vector<AuditLink> links_;  // by number
};

// ---- the chain ----------------------------------------------------------------------------------

absl::Status Verification::ReadLinks() {
  Statement rows =
      database_.Prepare(absl::StrCat("SELECT ", kLinkColumns, " FROM link ORDER BY number"));
  while (rows.Step()) links_.push_back(ReadLink(rows));
  GW_RETURN_IF_ERROR(rows.status());
  result.links = static_cast<int64_t>(links_.size());
  if (links_.empty()) {
    Find(Kind::kLink, 0, 0, 0,
         "the chain has no link: they were removed, for every log that gatewardend writes to has "
         "one");
    return absl::OkStatus();
  }
  result.head = HeadOf(links_.back());
  result.stopped = links_.back().kind == AuditLinkKind::kStop;
  return absl::OkStatus();
}

void Verification::CheckLinks() {
  int64_t number = 1;
  int64_t end_id = 1;
  std::string before;           // as the file has it
  std::string before_computed;  // the same, unless it was altered
  for (const AuditLink& link : links_) {
    const bool follows = link.number == number;
    if (!follows) {
      Find(Kind::kLink, number, 0, 0,
           absl::StrCat(link.number - 1 == number
                            ? absl::StrCat("link ", number, " is missing")
                            : absl::StrCat("links ", Span(number, link.number - 1), " are missing"),
                        ": the chain is broken before ", Made(link)));
    }
    const std::string computed = DigestOf(link, before);
    // The link after a missing one cannot be computed; the one after an altered one can.
    if (follows && computed != link.digest && DigestOf(link, before_computed) != link.digest) {
      Find(Kind::kLink, link.number, link.first_id, link.first_id > 0 ? link.end_id - 1 : 0,
           absl::StrCat(Made(link), " was altered, or does not follow on the link before"));
    } else if (!Plausible(link) || (follows && link.end_id < end_id)) {
      Find(Kind::kLink, link.number, link.first_id, 0,
           absl::StrCat(Made(link), " is about decisions that it cannot be about"));
    }
    if (link.flow_parts && Sha256Of(*link.flow_parts) != link.flows) {
      Find(Kind::kLink, link.number, 0, 0,
           absl::StrCat(Made(link), " was altered: its list of flows"));
    }
    before_computed = follows ? computed : link.digest;
    before = link.digest;
    number = link.number + 1;
    end_id = link.end_id;
  }
}

void Verification::CheckHead(const AuditHead& head) {
  const auto found = std::find_if(links_.begin(), links_.end(), [&](const AuditLink& link) {
    return link.number == head.number;
  });
  if (found == links_.end()) {
    Find(Kind::kLink, head.number, 0, 0,
         absl::StrCat("link ", head.number, " of --head is not there: the newest is ",
                      LastNumber()));
  } else if (HeadOf(*found) != head) {
    Find(Kind::kLink, head.number, 0, 0,
         absl::StrCat(Made(*found), " has another digest than --head: the chain was made anew"));
  }
}

// What retention took, it took from the front.
absl::Status Verification::CheckKept() {
  Statement row = database_.Prepare(
      "SELECT first_id, event_id, (SELECT count(*) FROM kept), (SELECT min(first_id) FROM block), "
      "(SELECT min(id) FROM event) FROM kept");
  if (!row.Step() || row.Int(2) != 1) {
    GW_RETURN_IF_ERROR(row.status());
    Find(Kind::kLink, 0, 0, 0, "the row that says what retention dropped was altered");
    return absl::OkStatus();
  }
  result.first_kept_id = row.Int(0);
  result.first_kept_event = row.Int(1);
  const int64_t first_id = row.IsNull(3) ? result.first_kept_id : row.Int(3);
  const int64_t first_event = row.IsNull(4) ? result.first_kept_event : row.Int(4);
  const auto compare = [this](Kind kind, const char* what, int64_t first, int64_t first_kept) {
    if (first > first_kept) {
      Find(kind, 0, first_kept, first - 1,
           absl::StrCat(what, " ", Span(first_kept, first - 1),
                        " were removed, and not by retention"));
    } else if (first < first_kept) {
      Find(kind, 0, first, first_kept - 1,
           absl::StrCat(what, " before ", first_kept, " were dropped by retention, but ", first,
                        " is there"));
    }
  };
  compare(Kind::kDecisions, "decisions", first_id, result.first_kept_id);
  compare(Kind::kEvents, "events", first_event, result.first_kept_event);
  for (const AuditLink& link : links_) {
    if (link.kept_id <= result.first_kept_id && link.kept_event <= result.first_kept_event) {
      continue;
    }
    Find(Kind::kLink, link.number, 0, 0,
         absl::StrCat("the row that says what retention dropped was altered: ", Made(link),
                      " knows of more"));
    break;
  }
  return absl::OkStatus();
}

// ---- decisions ----------------------------------------------------------------------------------

absl::Status Verification::CheckDecisions() {
  Statement rows = database_.Prepare(
      "SELECT first_id, count, oldest, newest, decisions, columns IS NULL FROM block "
      "ORDER BY first_id");
  std::vector<AuditBlockInfo> unlinked;
  auto link = links_.begin();
  int64_t rows_of_link = 0;
  int64_t next_id = 0;
  // Links up to one that ends behind `id`.
  const auto advance = [&](int64_t id) -> absl::Status {
    for (; link != links_.end() && (!Plausible(*link) || link->end_id <= id); ++link) {
      if (Plausible(*link)) GW_RETURN_IF_ERROR(CheckLinked(*link, rows_of_link));
      rows_of_link = 0;
    }
    return absl::OkStatus();
  };
  while (rows.Step()) {
    GW_RETURN_IF_ERROR(CheckInterrupted());
    const AuditBlockInfo info = {rows.Int(0), static_cast<size_t>(rows.Int(1)),
                                 rows.Int(2), rows.Int(3),
                                 rows.Int(4), rows.Int(5) != 0};
    if (!info.Plausible()) {
      Find(Kind::kDecisions, 0, info.first_id, 0,
           absl::StrCat("block ", info.first_id, " was altered: it says to have ", info.count,
                        " decisions"));
      continue;
    }
    GW_RETURN_IF_ERROR(advance(info.first_id));
    const bool linked =
        link != links_.end() && link->first_id > 0 && info.first_id >= link->first_id;
    if (next_id > 0 && info.first_id != next_id) {
      const auto [first, end] = std::minmax(next_id, info.first_id);
      if (!IsLinked(first, end)) {
        Find(Kind::kDecisions, 0, first, end - 1,
             absl::StrCat("block ", info.first_id, " does not begin where the one before ends, at ",
                          next_id, ": decisions were removed or added"));
      }
    }
    next_id = info.EndId();
    if (linked) {
      rows_of_link += static_cast<int64_t>(info.count);
    } else {
      unlinked.push_back(info);
    }
  }
  GW_RETURN_IF_ERROR(rows.status());
  GW_RETURN_IF_ERROR(advance(std::numeric_limits<int64_t>::max()));
  for (const AuditBlockInfo& info : unlinked) GW_RETURN_IF_ERROR(CheckUnlinked(info));
  GW_ASSIGN_OR_RETURN(const int64_t old, database_.ReadInt("SELECT count(*) FROM decision"));
  result.decisions.outside += old;
  return absl::OkStatus();
}

// Whether a link is about some of them, and so tells if they are not there.
bool Verification::IsLinked(int64_t first_id, int64_t end_id) const {
  return std::any_of(links_.begin(), links_.end(), [&](const AuditLink& link) {
    return link.first_id > 0 && link.first_id < end_id && link.end_id > first_id;
  });
}

absl::Status Verification::CheckLinked(const AuditLink& link, int64_t rows) {
  if (link.first_id == 0 || link.end_id <= result.first_kept_id) return absl::OkStatus();
  GW_RETURN_IF_ERROR(CheckInterrupted());
  GW_ASSIGN_OR_RETURN(const CountedDigest found, HashBlocks(database_, link.first_id, link.end_id));
  if (found.digest == link.decisions) {
    result.decisions.covered += rows;
    return absl::OkStatus();
  }
  const char* what = found.count == 0 ? " were removed" : " were altered, removed or added";
  Find(Kind::kDecisions, link.number, link.first_id, link.end_id - 1,
       absl::StrCat("block ", link.first_id, ": decisions ", Span(link.first_id, link.end_id - 1),
                    what, " since ", Made(link)));
  return absl::OkStatus();
}

absl::Status Verification::CheckUnlinked(const AuditBlockInfo& info) {
  GW_RETURN_IF_ERROR(CheckInterrupted());
  const auto rows = static_cast<int64_t>(info.count);
  // Nobody vouches for it, but it should be readable.
  if (absl::Status read = Read(reader_.Open(info)); !read.ok()) {
    if (absl::IsCancelled(read)) return read;
    Find(Kind::kDecisions, 0, info.first_id, info.EndId() - 1,
         absl::StrCat("block ", info.first_id, " is damaged: ", read.message()));
  }
  // The last link before it says whether the chain went on.
  const AuditLink* before = nullptr;
  for (const AuditLink& link : links_) {
    if (link.end_id > info.first_id) break;
    before = &link;
  }
  const bool runs = before != nullptr && before->kind != AuditLinkKind::kStop;
  const bool last = before == nullptr || before == &links_.back();
  if (runs && (info.sealed || !last)) {
    Find(
        Kind::kDecisions, 0, info.first_id, info.EndId() - 1,
        absl::StrCat("block ", info.first_id, ": decisions ", Span(info.first_id, info.EndId() - 1),
                     " from ", TimeText(info.oldest_ns), " to ", TimeText(info.newest_ns),
                     " are in no link, though the chain was not "
                     "stopped: they were added, or links were removed"));
  }
  (runs && !info.sealed ? result.decisions.not_yet : result.decisions.outside) += rows;
  return absl::OkStatus();
}

absl::Status Verification::CheckLooseColumns() {
  Statement row = database_.Prepare(
      "SELECT count(*), min(id >> 4), max(id >> 4) FROM block_column WHERE id >> 4 NOT IN "
      "(SELECT first_id FROM block)");
  if (row.Step() && row.Int(0) > 0) {
    Find(Kind::kDecisions, 0, row.Int(1), row.Int(2),
         absl::StrCat(row.Int(0), " columns belong to no block: those of ",
                      Span(row.Int(1), row.Int(2)), " were removed or added"));
  }
  return row.status();
}

// ---- events -------------------------------------------------------------------------------------

absl::Status Verification::CheckEvents() {
  int64_t after = 0;
  for (const AuditLink& link : links_) {
    const int64_t first = std::max(after + 1, result.first_kept_event);
    const int64_t last = link.last_event;
    if (last < after) {
      Find(Kind::kLink, link.number, 0, 0,
           absl::StrCat(Made(link), " is about events that it cannot be about"));
      continue;
    }
    after = last;
    // None, or dropped; or nobody knows where they begin.
    if (last < first || IsMissing(link.number - 1)) continue;
    GW_ASSIGN_OR_RETURN(const CountedDigest found, HashEvents(database_, first - 1, last));
    if (found.digest == link.events && found.count == link.event_count) {
      result.events.covered += found.count;
      continue;
    }
    Find(Kind::kEvents, link.number, first, last,
         absl::StrCat("events ", Span(first, last), " were altered, removed or added since ",
                      Made(link), ": ", found.count, " of ", link.event_count, " are there"));
  }
  Statement rest = database_.Prepare("SELECT count(*) FROM event WHERE id > ?");
  rest.BindInt(after);
  const int64_t count = rest.Step() ? rest.Int(0) : 0;
  GW_RETURN_IF_ERROR(rest.status());
  (result.stopped || links_.empty() ? result.events.outside : result.events.not_yet) += count;
  return absl::OkStatus();
}

// ---- flows --------------------------------------------------------------------------------------

Verification::PartsOfBlocks Verification::LinkedParts() {
  PartsOfBlocks parts;
  for (const AuditLink& link : links_) {
    if (!link.flow_parts) {
      if (link.end_id > result.first_kept_id) {
        Find(Kind::kLink, link.number, 0, 0,
             absl::StrCat(Made(link), " was altered: its list of flows is gone"));
      }
      continue;
    }
    absl::string_view left = *link.flow_parts;
    LinkedFlowParts one;
    while (TakeFrom(&left, &one)) {
      if (one.first_id >= result.first_kept_id) parts[{one.first_id, link.number}] = one;
    }
  }
  return parts;
}

void Verification::CheckFlowsOf(int64_t first_id, int64_t last_id,
                                std::map<int64_t, HashedParts>& found,
                                const PartsOfBlocks& linked) {
  const auto report = [&](int64_t link, int64_t count, int64_t expected) {
    Find(Kind::kFlows, link, first_id, last_id,
         absl::StrCat("block ", first_id, ": what is known of flows of decisions ",
                      Span(first_id, last_id), " was altered, removed or added since link ", link,
                      ": ", count, " of ", expected, " parts are there"));
  };
  auto expected = linked.lower_bound({first_id, 0});
  for (; expected != linked.end() && expected->first.first == first_id; ++expected) {
    const int64_t link = expected->first.second;
    const LinkedFlowParts& parts = expected->second;
    const auto own = found.find(link);
    const int64_t count = own == found.end() ? 0 : own->second.count;
    if (count == parts.count && own != found.end() && own->second.hash.Digest() == parts.digest) {
      result.flows.covered += count;
    } else {
      report(link, count, parts.count);
    }
    if (own != found.end()) found.erase(own);
  }
  for (const auto& [link, parts] : found) {
    if (!IsMissing(link)) report(link, parts.count, 0);
  }
  found.clear();
}

absl::Status Verification::CheckFlows() {
  const PartsOfBlocks linked = LinkedParts();
  std::map<int64_t, HashedParts> found;  // of one block, by link
  const int64_t next = result.stopped || links_.empty() ? 0 : LastNumber() + 1;
  Statement blocks = database_.Prepare("SELECT first_id, count FROM block ORDER BY first_id");
  Statement rows =
      database_.Prepare(absl::StrCat("SELECT ", kFlowColumns, " FROM flow ORDER BY flow.id"));
  int64_t rows_to_link = 0;
  bool more = rows.Step();
  // While the chain runs each part gets a link.
  const bool never_stopped =
      !links_.empty() && std::none_of(links_.begin(), links_.end(), [](const AuditLink& link) {
        return link.kind == AuditLinkKind::kStop;
      });
  const int64_t started_at =
      never_stopped ? links_.front().end_id : std::numeric_limits<int64_t>::max();
  bool more_blocks = blocks.Step();
  while (more_blocks) {
    GW_RETURN_IF_ERROR(CheckInterrupted());
    const int64_t first_id = blocks.Int(0);
    const int64_t last_id = first_id + blocks.Int(1) - 1;
    more_blocks = blocks.Step();
    const int64_t next_block = more_blocks ? blocks.Int(0) : std::numeric_limits<int64_t>::max();
    int64_t without_link = 0;
    for (; more && rows.Int(0) < next_block; more = rows.Step()) {
      bool to_link = false;
      for (const FlowPart part : kFlowParts) {
        const std::optional<int64_t> link = LinkOf(rows, part);
        if (link && *link == next) {
          to_link = true;
          ++result.flows.not_yet;
        } else if (link) {
          HashedParts& parts = found[*link];
          HashPart(rows, part, &parts.hash);
          ++parts.count;
        } else if (HasPart(rows, part)) {
          ++result.flows.outside;
          if (rows.Int(0) >= started_at) ++without_link;
        }
      }
      if (to_link) ++rows_to_link;
    }
    CheckFlowsOf(first_id, last_id, found, linked);
    if (without_link > 0) {
      Find(Kind::kFlows, 0, first_id, last_id,
           absl::StrCat("block ", first_id, ": ", without_link,
                        " parts of what is known of flows of decisions ", Span(first_id, last_id),
                        " are marked for no link, though the chain was not stopped: they were "
                        "altered or added"));
    }
  }
  GW_RETURN_IF_ERROR(rows.status());
  GW_RETURN_IF_ERROR(blocks.status());
  Statement listed = database_.Prepare(
      "SELECT count(*), count(CASE WHEN ?1 IN (original_link, translated_link, end_link) THEN 1 "
      "END) "
      "FROM flow_to_link LEFT JOIN flow ON flow.id = flow_to_link.id");
  listed.BindInt(next);
  if (listed.Step() && (listed.Int(0) != rows_to_link || listed.Int(1) != rows_to_link)) {
    Find(Kind::kFlows, next, 0, 0,
         absl::StrCat("what the next link is to cover of flows was altered: ", rows_to_link,
                      " flows are marked, ", listed.Int(1), " of them among the ", listed.Int(0),
                      " listed"));
  }
  return listed.status();
}

}  // namespace

absl::StatusOr<AuditVerification> VerifyAudit(Database& database,
                                              const std::optional<AuditHead>& head,
                                              const std::function<bool()>& interrupted) {
  GW_ASSIGN_OR_RETURN(AuditBlockReader reader, AuditBlockReader::Begin(database, interrupted));
  Verification verification(database, reader, interrupted);
  GW_RETURN_IF_ERROR(verification.Run(head));
  return std::move(verification.result);
}

}  // namespace gw
