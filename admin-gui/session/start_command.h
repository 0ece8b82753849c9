// The command that starts the enforcer of a gateway, for people to copy into a root shell there.

#ifndef ADMIN_GUI_SESSION_START_COMMAND_H_
#define ADMIN_GUI_SESSION_START_COMMAND_H_

#include <QString>

#include "admin-gui/session/gateway.h"

namespace gw::gui {

inline QString StartCommandOf(const GatewayFiles& files) {
  QString path = files.policy_path;
  path.replace(QLatin1Char('\''), QStringLiteral("'\\''"));
  return QStringLiteral("gatewardend --policy-db '%1'").arg(path);
}

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_START_COMMAND_H_
