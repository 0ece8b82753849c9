#include "admin-gui/models/gateway_site.h"

#include "common/service/local_service.h"

namespace gw::gui {

Site SiteOf(const GatewayHost& host) {
  Site site = LiveSite();
  site.node = host.node;
  if (!host.is_here) site.interfaces.clear();
  return site;
}

}  // namespace gw::gui
