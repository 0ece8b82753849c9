// Any text as a question to the audit log: what parses can be asked, what does not says where; its
// terms are read as they are written; and where it ends can be completed.

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/base/check.h"
#include "common/base/error_column.h"
#include "common/store/audit_store.h"
#include "common/store/audit_where.h"

namespace {

gw::AuditStore& Store() {
  static const std::unique_ptr<gw::AuditStore> store = [] {
    auto opened = gw::AuditStore::Open(gw::kMemoryDatabase, gw::AuditStore::Mode::kWriter);
    GW_CHECK(opened.ok());
    std::vector<gw::AuditRecord> records(2);
    records[1].verdict = gw::Verdict::kDeny;
    records[1].tuple.protocol = gw::kProtocolTcp;
    records[1].decided_by = "policy:a/ingress/0";
    GW_CHECK((*opened)->Append(records).ok());
    return *std::move(opened);
  }();
  return *store;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(bytes), size);
  GW_CHECK(gw::AuditCursorOf(text).begin <= size);
  const auto names = gw::AnyAuditNames();
  const auto read = gw::ParseAuditExpression(text, absl::FromUnixSeconds(1'700'000'000), names);
  if (!read.ok()) {
    const size_t column = gw::ErrorColumn(read.status());
    GW_CHECK(column >= 1 && column <= size + 1);
    return 0;
  }
  std::string written;
  bool simple = true;  // brackets of their own may be too deep
  for (const gw::AuditTerm& term : read->terms) {
    simple = simple && term.comparison.has_value();
    absl::StrAppend(&written, written.empty() ? "" : " and ", gw::ToString(term));
  }
  const auto again = gw::ParseAuditExpression(written, absl::UnixEpoch(), names);
  GW_CHECK(again.ok() || !simple || written.size() > gw::kAuditWhereBytesMax);
  GW_CHECK(!again.ok() || again->terms.size() == read->terms.size());
  gw::AuditQuery query;
  query.where = read->filter;
  const auto records = Store().Query(query);
  GW_CHECK(records.ok() && records->size() <= 2);
  return 0;
}
