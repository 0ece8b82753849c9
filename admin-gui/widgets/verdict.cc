#include "admin-gui/widgets/verdict.h"

#include <QCoreApplication>

namespace gw::gui {
namespace {

struct VerdictWords {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::VerdictWords)
};

}  // namespace

VerdictLook LookOf(VerdictState state) {
  switch (state) {
    case VerdictState::kAllow:
      return {VerdictWords::tr("Allowed"), QStringLiteral("allow"), Role::kAllow, Role::kAllowSoft,
              false};
    case VerdictState::kDeny:
      return {VerdictWords::tr("Denied"), QStringLiteral("deny"), Role::kDeny, Role::kDenySoft,
              true};
    case VerdictState::kReject:
      return {VerdictWords::tr("Rejected"), QStringLiteral("reject"), Role::kReject,
              Role::kRejectSoft, true};
    case VerdictState::kFailsafe:
      return {VerdictWords::tr("Allowed"), QStringLiteral("key"), Role::kAllow, Role::kAllowSoft,
              false};
    case VerdictState::kNoOpinion:
      return {VerdictWords::tr("Allowed"), QStringLiteral("skip"), Role::kMuted, Role::kSunken,
              false};
    case VerdictState::kWouldAllow:
      return {VerdictWords::tr("Denied"), QStringLiteral("staged"), Role::kStaged,
              Role::kStagedSoft, true};
    case VerdictState::kWouldDeny:
      return {VerdictWords::tr("Allowed"), QStringLiteral("staged"), Role::kStaged,
              Role::kStagedSoft, false};
    case VerdictState::kPass:
      return {VerdictWords::tr("Goes on"), QStringLiteral("pass"), Role::kMuted, Role::kSunken,
              false};
    case VerdictState::kLog:
      return {VerdictWords::tr("Logged"), QStringLiteral("log"), Role::kMuted, Role::kSunken,
              false};
  }
  return {};
}

}  // namespace gw::gui
