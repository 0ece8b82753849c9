#include "admin-gui/views/page.h"

#include <QApplication>

namespace gw::gui {

Page::Page(Gateway& gateway, PolicySession& session, QWidget* parent)
    : QWidget(parent), gateway_(gateway), session_(session) {}

// The members of the page are gone, its widgets not yet: a field that loses the focus now must not
// tell a page of it that is half there.
Page::~Page() {
  for (QObject* child : findChildren<QObject*>()) child->disconnect(this);
  QWidget* focus = QApplication::focusWidget();
  if (focus != nullptr && isAncestorOf(focus)) focus->clearFocus();
}

}  // namespace gw::gui
