// The pages of the window, in the order of the navigation. The one place that knows them all.

#ifndef ADMIN_GUI_VIEWS_PAGES_H_
#define ADMIN_GUI_VIEWS_PAGES_H_

#include <utility>
#include <vector>

#include "admin-gui/views/page.h"

namespace gw::gui {

// Children of `parent`.
std::vector<std::pair<Destination::Place, Page*>> MakeAllPages(Gateway& gateway,
                                                               PolicySession& session,
                                                               QWidget* parent);

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_PAGES_H_
