#include "admin-gui/views/page.h"

namespace gw::gui {

Page::Page(Gateway& gateway, PolicySession& session, QWidget* parent)
    : QWidget(parent), gateway_(gateway), session_(session) {}

Page::~Page() = default;

}  // namespace gw::gui
