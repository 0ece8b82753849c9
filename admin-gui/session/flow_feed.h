// FlowFeed: pages of the audit log for one query, by keyset: the newest, older ones below, newer
// ones above. Asks the gateway's long lane, one question at a time; a new query ends the old one's.
// Holds no rows: who listens keeps them. GUI thread.

#ifndef ADMIN_GUI_SESSION_FLOW_FEED_H_
#define ADMIN_GUI_SESSION_FLOW_FEED_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <QObject>
#include <QString>

#include "admin-gui/session/gateway.h"
#include "common/store/audit_store.h"

namespace gw::gui {

class FlowFeed : public QObject {
  Q_OBJECT

 public:
  static constexpr size_t kPage = 200;

  explicit FlowFeed(Gateway& gateway, QObject* parent = nullptr);
  ~FlowFeed() override;

  // Begins anew with the newest page of `query`; its paging does not count.
  void SetQuery(const AuditQuery& query);
  const AuditQuery& query() const { return query_; }
  // Nothing while a page is awaited, or where there is none.
  void FetchOlder();
  // At most kPage; there may be more, then more() is true.
  void FetchNewer();
  // Ends what runs; what arrived stays. FetchOlder goes on from there.
  void Stop();

  bool searching() const { return searching_; }
  // The oldest decision of the query arrived.
  bool at_end() const { return at_end_; }
  // The last FetchNewer was a full page.
  bool more() const { return more_; }

 Q_SIGNALS:
  void searchingChanged();
  // In place of whatever arrived before; newest first.
  void newestArrived(const std::vector<gw::AuditRecord>& records);
  // Below what is there; newest first.
  void olderArrived(const std::vector<gw::AuditRecord>& records);
  // Above what is there; newest first. Not sent if there are none.
  void newerArrived(const std::vector<gw::AuditRecord>& records);
  void failed(const QString& message);

 private:
  using Records = std::vector<AuditRecord>;

  void Ask(AuditQuery query, std::function<void(Records)> take);
  void SetSearching(bool searching);

  Gateway& gateway_;
  AuditQuery query_;
  Call call_;
  // Of what arrived.
  std::optional<int64_t> newest_;
  std::optional<int64_t> oldest_;
  bool begun_ = false;  // the newest page arrived
  bool searching_ = false;
  bool at_end_ = false;
  bool more_ = false;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_FLOW_FEED_H_
