#include "admin-gui/session/recent_gateways.h"

#include <algorithm>

#include <QFileInfo>
#include <QSettings>

namespace gw::gui {
namespace {

constexpr char kArray[] = "recentGateways";

QString Canonical(const QString& path) { return QFileInfo(path).absoluteFilePath(); }

void Write(const std::vector<RecentGateway>& gateways) {
  QSettings settings;
  settings.remove(QLatin1String(kArray));
  settings.beginWriteArray(QLatin1String(kArray), static_cast<int>(gateways.size()));
  for (size_t i = 0; i < gateways.size(); ++i) {
    settings.setArrayIndex(static_cast<int>(i));
    settings.setValue(QStringLiteral("name"), gateways[i].files.name);
    settings.setValue(QStringLiteral("policy"), gateways[i].files.policy_path);
    settings.setValue(QStringLiteral("audit"), gateways[i].files.audit_path);
    settings.setValue(QStringLiteral("opened"), gateways[i].opened.toString(Qt::ISODateWithMs));
  }
  settings.endArray();
}

}  // namespace

std::vector<RecentGateway> RecentGateways::List() {
  QSettings settings;
  std::vector<RecentGateway> gateways;
  const int count = settings.beginReadArray(QLatin1String(kArray));
  for (int i = 0; i < count && gateways.size() < kMax; ++i) {
    settings.setArrayIndex(i);
    RecentGateway gateway;
    gateway.files.name = settings.value(QStringLiteral("name")).toString();
    gateway.files.policy_path = settings.value(QStringLiteral("policy")).toString();
    gateway.files.audit_path = settings.value(QStringLiteral("audit")).toString();
    gateway.opened = QDateTime::fromString(settings.value(QStringLiteral("opened")).toString(),
                                           Qt::ISODateWithMs);
    if (!gateway.files.policy_path.isEmpty()) gateways.push_back(std::move(gateway));
  }
  settings.endArray();
  return gateways;
}

void RecentGateways::Add(const GatewayFiles& files, const QDateTime& opened) {
  GatewayFiles absolute = files;
  absolute.policy_path = Canonical(files.policy_path);
  if (!files.audit_path.isEmpty()) absolute.audit_path = Canonical(files.audit_path);
  std::vector<RecentGateway> gateways = List();
  std::erase_if(gateways, [&](const RecentGateway& gateway) {
    return gateway.files.policy_path == absolute.policy_path;
  });
  gateways.insert(gateways.begin(), {absolute, opened});
  if (gateways.size() > kMax) gateways.resize(kMax);
  Write(gateways);
}

void RecentGateways::Remove(const QString& policy_path) {
  std::vector<RecentGateway> gateways = List();
  std::erase_if(gateways, [&](const RecentGateway& gateway) {
    return gateway.files.policy_path == Canonical(policy_path);
  });
  Write(gateways);
}

}  // namespace gw::gui
