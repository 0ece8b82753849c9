#include "admin-gui/models/endpoint_words.h"

#include <QCoreApplication>

namespace gw::gui {
namespace {

using Governed = EndpointRow::Governed;
using Presence = EndpointRow::Presence;

QString Q(const std::string& text) { return QString::fromStdString(text); }
class EndpointText {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::EndpointText)
};

QString InterfaceWords(const EndpointRow& row) {
  if (row.interface_name == kAnyInterface) return EndpointText::tr("all interfaces");
  if (row.interface_name.empty()) return EndpointText::tr("by its address");
  // Its own name already says it.
  if (row.governed == Governed::kByAny)
    return EndpointText::tr("all interfaces (%1)").arg(Q(row.endpoint->name));
  return Q(row.interface_name);
}

}  // namespace

QString PresenceWords(const EndpointRow& row) {
  switch (row.presence) {
    case Presence::kUp:
      return EndpointText::tr("up");
    case Presence::kDown:
      return EndpointText::tr("down");
    case Presence::kAbsent:
      return EndpointText::tr("not there now");
    case Presence::kElsewhere:
      return EndpointText::tr("on %1").arg(Q(row.node));
    case Presence::kUnknown:
      return EndpointText::tr("not known from here");
  }
  return {};
}

QString NoteOf(const EndpointRow& row) {
  switch (row.governed) {
    case Governed::kNone:
      return EndpointText::tr("No labels: passes without a decision");
    case Governed::kLoopback:
      return EndpointText::tr("Passes without a decision, unless named");
    case Governed::kExcluded:
      return EndpointText::tr("Left out by the settings: passes without a decision");
    case Governed::kUnknownLoad:
      return EndpointText::tr("No workload endpoint: everything is denied");
    default:
      return {};
  }
}

QString AddressWords(const InterfaceAddress& address) {
  return Q(ToString(address.address)) + QLatin1Char('/') + QString::number(address.prefix_length);
}

QString StateWords(const EndpointRow& row) {
  switch (row.governed) {
    case Governed::kNone:
      return EndpointText::tr("not checked");
    case Governed::kLoopback:
      return EndpointText::tr("exempt");
    case Governed::kExcluded:
      return EndpointText::tr("left out");
    default:
      return EndpointText::tr("%1 · %2").arg(InterfaceWords(row), PresenceWords(row));
  }
}

QString GovernedWords(const EndpointRow& row) {
  const QString interface = Q(row.interface_name);
  switch (row.governed) {
    case Governed::kByName:
      return row.any_shadowed ? EndpointText::tr("name %1, so * does not count").arg(interface)
                              : EndpointText::tr("name %1").arg(interface);
    case Governed::kByAddress:
      return row.any_shadowed ? EndpointText::tr("its address, so * does not count")
                              : EndpointText::tr("its address");
    case Governed::kByAny:
      return row.interface_name == kAnyInterface
                 ? EndpointText::tr("*: every interface that no other endpoint governs")
                 : EndpointText::tr("*, because no endpoint names %1").arg(interface);
    case Governed::kWorkload:
      return EndpointText::tr("workload behind %1").arg(interface);
    case Governed::kNone:
      return EndpointText::tr("nothing");
    case Governed::kLoopback:
      return EndpointText::tr("nothing: * does not count for lo");
    case Governed::kExcluded:
      return EndpointText::tr("nothing: the settings leave it out");
    case Governed::kUnknownLoad:
      return EndpointText::tr("nothing names this workload interface");
  }
  return {};
}

QString WarningText(const EndpointWarning& warning, const EndpointRow& row) {
  switch (warning.kind) {
    case EndpointWarning::Kind::kNoEgress:
      return EndpointText::tr(
          "This endpoint has no egress policy or profile: the gateway itself will not be able to "
          "open connections through it, except failsafes.");
    case EndpointWarning::Kind::kNoIngress:
      return EndpointText::tr("Nothing may reach this gateway through %1, except failsafes.")
          .arg(Q(row.name));
    case EndpointWarning::Kind::kMissingProfile:
      return EndpointText::tr("Profile %1 does not exist: everything that reaches it is denied.")
          .arg(Q(warning.profile));
    case EndpointWarning::Kind::kNotChecked:
      return EndpointText::tr("%1 is not checked. Traffic through it passes without a decision.")
          .arg(Q(row.name));
  }
  return {};
}

}  // namespace gw::gui
