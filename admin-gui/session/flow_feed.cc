#include "admin-gui/session/flow_feed.h"

#include <algorithm>
#include <utility>

namespace gw::gui {

FlowFeed::FlowFeed(Gateway& gateway, QObject* parent) : QObject(parent), gateway_(gateway) {}

FlowFeed::~FlowFeed() { call_.Cancel(); }

void FlowFeed::SetSearching(bool searching) {
  if (searching == searching_) return;
  searching_ = searching;
  Q_EMIT searchingChanged();
}

void FlowFeed::Ask(AuditQuery query, std::function<void(Records)> take) {
  query.limit = kPage;
  SetSearching(true);
  call_ = gateway_.Ask<Records>(
      this, Gateway::Lane::kLong,
      [query = std::move(query)](Service& service, const CallContext& context) {
        return service.Flows(context, query);
      },
      [this, take = std::move(take)](absl::StatusOr<Records> records) {
        SetSearching(false);
        if (records.ok()) {
          take(*std::move(records));
        } else {
          Q_EMIT failed(QString::fromStdString(std::string(records.status().message())));
        }
      });
}

void FlowFeed::SetQuery(const AuditQuery& query) {
  call_.Cancel();
  query_ = query;
  query_.before_id.reset();
  query_.after_id.reset();
  newest_.reset();
  oldest_.reset();
  begun_ = false;
  at_end_ = false;
  more_ = false;
  Ask(query_, [this](const Records& records) {
    begun_ = true;
    at_end_ = records.size() < kPage;
    if (!records.empty()) {
      newest_ = records.front().id;
      oldest_ = records.back().id;
    }
    Q_EMIT newestArrived(records);
  });
}

void FlowFeed::FetchOlder() {
  if (searching_ || at_end_) return;
  if (!begun_) return SetQuery(query_);
  AuditQuery older = query_;
  older.before_id = oldest_;
  Ask(std::move(older), [this](const Records& records) {
    at_end_ = records.size() < kPage;
    if (!records.empty()) oldest_ = records.back().id;
    Q_EMIT olderArrived(records);
  });
}

void FlowFeed::FetchNewer() {
  if (searching_ || !begun_) return;
  AuditQuery newer = query_;
  newer.after_id = newest_.value_or(0);
  Ask(std::move(newer), [this](Records records) {
    more_ = records.size() == kPage;
    if (records.empty()) return;
    // Following comes oldest first.
    std::reverse(records.begin(), records.end());
    newest_ = records.front().id;
    if (!oldest_) oldest_ = records.back().id;
    Q_EMIT newerArrived(records);
  });
}

void FlowFeed::Stop() {
  call_.Cancel();
  SetSearching(false);
}

}  // namespace gw::gui
