// The site that questions about a gateway's policy are asked for.

#ifndef ADMIN_GUI_MODELS_GATEWAY_SITE_H_
#define ADMIN_GUI_MODELS_GATEWAY_SITE_H_

#include "admin-gui/models/endpoint_rows.h"
#include "common/policy/site.h"

namespace gw::gui {

// This machine's interfaces and time, under the host's name; without interfaces if the host is
// another machine. Asks the kernel: for a worker.
Site SiteOf(const GatewayHost& host);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_GATEWAY_SITE_H_
