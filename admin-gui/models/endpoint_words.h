// What people read about an endpoint, in the language of the program. GUI thread.

#ifndef ADMIN_GUI_MODELS_ENDPOINT_WORDS_H_
#define ADMIN_GUI_MODELS_ENDPOINT_WORDS_H_

#include <QString>

#include "admin-gui/models/endpoint_rows.h"

namespace gw::gui {

// The exact text of gui.md §4.11.
QString WarningText(const EndpointWarning& warning, const EndpointRow& row);
// "up", "not there now", "on gw-shop".
QString PresenceWords(const EndpointRow& row);
// "eth1.30 · up", "not checked", "exempt".
QString StateWords(const EndpointRow& row);
// Instead of labels, where nothing governs the interface: what happens to its traffic. Else empty.
QString NoteOf(const EndpointRow& row);
// "name eth1.30, so * does not count".
QString GovernedWords(const EndpointRow& row);
// "10.30.0.1/24".
QString AddressWords(const InterfaceAddress& address);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_ENDPOINT_WORDS_H_
