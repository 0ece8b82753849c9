// VerdictState: what the window says about a decision (gui.md §3.3), in words, icon and colours.

#ifndef ADMIN_GUI_WIDGETS_VERDICT_H_
#define ADMIN_GUI_WIDGETS_VERDICT_H_

#include <cstdint>

#include <QString>

#include "admin-gui/widgets/theme.h"

namespace gw::gui {

enum class VerdictState : uint8_t {
  kAllow,
  kDeny,
  kReject,
  kFailsafe,    // allowed by a failsafe
  kNoOpinion,   // allowed, no policy decides
  kWouldAllow,  // denied, a staged policy would allow
  kWouldDeny,   // allowed, a staged policy would deny
  kPass,
  kLog,
};

struct VerdictLook {
  QString word;  // "Allowed"; for the staged states what is in force
  QString icon;
  Role strong = Role::kText;
  Role soft = Role::kSunken;
  bool filled = false;  // a badge even in tables
};
VerdictLook LookOf(VerdictState state);

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_VERDICT_H_
