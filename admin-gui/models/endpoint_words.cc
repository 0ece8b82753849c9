#include "admin-gui/models/endpoint_words.h"

#include <QCoreApplication>

namespace gw::gui {
namespace {

using Governed = EndpointRow::Governed;
using Presence = EndpointRow::Presence;

QString Q(const std::string& text) { return QString::fromStdString(text); }
QString Tr(const char* text) { return QCoreApplication::translate("gw::gui::EndpointWords", text); }

QString InterfaceWords(const EndpointRow& row) {
  if (row.interface_name == kAnyInterface) return Tr("all interfaces");
  if (row.interface_name.empty()) return Tr("by its address");
  // Its own name already says it.
  if (row.governed == Governed::kByAny) return Tr("all interfaces (%1)").arg(Q(row.endpoint->name));
  return Q(row.interface_name);
}

}  // namespace

QString PresenceWords(const EndpointRow& row) {
  switch (row.presence) {
    case Presence::kUp:
      return Tr("up");
    case Presence::kDown:
      return Tr("down");
    case Presence::kAbsent:
      return Tr("not there now");
    case Presence::kElsewhere:
      return Tr("on %1").arg(Q(row.node));
    case Presence::kUnknown:
      return Tr("not known from here");
  }
  return {};
}

QString NoteOf(const EndpointRow& row) {
  switch (row.governed) {
    case Governed::kNone:
      return Tr("No labels: passes without a decision");
    case Governed::kLoopback:
      return Tr("Passes without a decision, unless named");
    case Governed::kExcluded:
      return Tr("Left out by the settings: passes without a decision");
    case Governed::kUnknownLoad:
      return Tr("No workload endpoint: everything is denied");
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
      return Tr("not checked");
    case Governed::kLoopback:
      return Tr("exempt");
    case Governed::kExcluded:
      return Tr("left out");
    default:
      return Tr("%1 · %2").arg(InterfaceWords(row), PresenceWords(row));
  }
}

QString GovernedWords(const EndpointRow& row) {
  const QString interface = Q(row.interface_name);
  switch (row.governed) {
    case Governed::kByName:
      return row.any_shadowed ? Tr("name %1, so * does not count").arg(interface)
                              : Tr("name %1").arg(interface);
    case Governed::kByAddress:
      return row.any_shadowed ? Tr("its address, so * does not count") : Tr("its address");
    case Governed::kByAny:
      return row.interface_name == kAnyInterface
                 ? Tr("*: every interface that no other endpoint governs")
                 : Tr("*, because no endpoint names %1").arg(interface);
    case Governed::kWorkload:
      return Tr("workload behind %1").arg(interface);
    case Governed::kNone:
      return Tr("nothing");
    case Governed::kLoopback:
      return Tr("nothing: * does not count for lo");
    case Governed::kExcluded:
      return Tr("nothing: the settings leave it out");
    case Governed::kUnknownLoad:
      return Tr("nothing names this workload interface");
  }
  return {};
}

QString WarningText(const EndpointWarning& warning, const EndpointRow& row) {
  switch (warning.kind) {
    case EndpointWarning::Kind::kNoEgress:
      return Tr(
          "This endpoint has no egress policy or profile: the gateway itself will not be able to "
          "open connections through it, except failsafes.");
    case EndpointWarning::Kind::kNoIngress:
      return Tr("Nothing may reach this gateway through %1, except failsafes.").arg(Q(row.name));
    case EndpointWarning::Kind::kMissingProfile:
      return Tr("Profile %1 does not exist: everything that reaches it is denied.")
          .arg(Q(warning.profile));
    case EndpointWarning::Kind::kNotChecked:
      return Tr("%1 is not checked. Traffic through it passes without a decision.")
          .arg(Q(row.name));
  }
  return {};
}

}  // namespace gw::gui
