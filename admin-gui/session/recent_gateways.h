// The gateways that were opened lately, newest first, in the user's settings. GUI thread.

#ifndef ADMIN_GUI_SESSION_RECENT_GATEWAYS_H_
#define ADMIN_GUI_SESSION_RECENT_GATEWAYS_H_

#include <vector>

#include <QDateTime>

#include "admin-gui/session/gateway.h"

namespace gw::gui {

struct RecentGateway {
  GatewayFiles files;
  QDateTime opened;

  friend bool operator==(const RecentGateway&, const RecentGateway&) = default;
};

class RecentGateways {
 public:
  static constexpr size_t kMax = 10;

  static std::vector<RecentGateway> List();
  // To the front; a gateway is its policy database.
  static void Add(const GatewayFiles& files, const QDateTime& opened);
  static void Remove(const QString& policy_path);
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_RECENT_GATEWAYS_H_
