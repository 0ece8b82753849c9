#include "admin-gui/models/endpoint_table_model.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include <QDateTime>
#include <QStringList>
#include <QSysInfo>

#include "admin-gui/models/endpoint_words.h"

namespace gw::gui {
namespace {

using Governed = EndpointRow::Governed;
using Presence = EndpointRow::Presence;

// An address whose newest flow is younger is there now.
constexpr absl::Duration kSeenNow = absl::Minutes(1);

QString Q(const std::string& text) { return QString::fromStdString(text); }

QStringList ChipsOf(const Labels& labels) {
  QStringList chips;
  for (const auto& [key, value] : labels) chips << Q(key) + QLatin1Char('=') + Q(value);
  return chips;
}

QString IconOf(const EndpointRow& row) {
  if (row.default_route) return QStringLiteral("globe");
  switch (row.interface_kind) {
    case HostInterface::Kind::kTunnel:
      return QStringLiteral("key");
    case HostInterface::Kind::kLoopback:
      return QStringLiteral("gateway");
    case HostInterface::Kind::kBridge:
    case HostInterface::Kind::kVirtual:
      return QStringLiteral("endpoints");
    default:
      return QStringLiteral("device");
  }
}

bool IsQuiet(const EndpointRow& row) { return !row.endpoint; }

bool Contains(const std::string& text, const QString& wanted) {
  return Q(text).contains(wanted, Qt::CaseInsensitive);
}

bool Contains(const Labels& labels, const QString& wanted) {
  return std::any_of(labels.begin(), labels.end(), [&](const auto& label) {
    return Contains(label.first + "=" + label.second, wanted);
  });
}

}  // namespace

// ---- contents -----------------------------------------------------------------------------------

EndpointTableModel::EndpointTableModel(QObject* parent) : QAbstractTableModel(parent) {}

void EndpointTableModel::SetPolicy(const Model& model, const std::optional<StatusResult>& status) {
  model_ = &model;
  host_ = HostOf(status, model, QSysInfo::machineHostName().toStdString());
  Rebuild();
}

void EndpointTableModel::SetFound(FoundNetwork found) {
  found_ = std::move(found);
  most_decisions_ = 0;
  for (const AuditTop& top : found_.traffic) {
    most_decisions_ = std::max<qint64>(most_decisions_, top.count);
  }
  Rebuild();
}

void EndpointTableModel::SetFilter(const QString& text) {
  if (text.trimmed() == filter_) return;
  filter_ = text.trimmed();
  beginResetModel();
  lines_ = Arrange();
  endResetModel();
}

void EndpointTableModel::sort(int column, Qt::SortOrder order) {
  if (column == kLabels || (column == sort_column_ && order == sort_order_)) return;
  sort_column_ = column;
  sort_order_ = order;
  Q_EMIT layoutAboutToBeChanged();
  const std::vector<Line> before = std::exchange(lines_, Arrange());
  const QModelIndexList old = persistentIndexList();
  QModelIndexList now;
  for (const QModelIndex& index : old) {
    const auto at =
        std::find(lines_.begin(), lines_.end(), before[static_cast<size_t>(index.row())]);
    now << createIndex(static_cast<int>(at - lines_.begin()), index.column());
  }
  changePersistentIndexList(old, now);
  Q_EMIT layoutChanged();
}

// Rows about the same things stay and only say that they changed, so that selection, scroll
// position and focus survive an edit.
void EndpointTableModel::Rebuild() {
  if (model_ == nullptr) return;
  std::vector<QString> before;
  for (const Line& line : lines_) before.push_back(Identity(line));
  auto endpoints = EndpointRows(*model_, host_, found_.interfaces);
  auto devices = host_.is_here
                     ? DeviceRows(*model_, found_.interfaces, found_.neighbours, found_.seen)
                     : std::vector<DeviceRow>();
  std::swap(endpoints, endpoints_);
  std::swap(devices, devices_);
  std::vector<Line> lines = Arrange();
  const bool same = lines.size() == before.size() &&
                    std::equal(lines.begin(), lines.end(), before.begin(),
                               [this](const Line& line, const QString& identity) {
                                 return Identity(line) == identity;
                               });
  if (same) {
    lines_ = std::move(lines);
    if (!lines_.empty()) {
      Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumnCount - 1));
    }
    return;
  }
  std::swap(endpoints, endpoints_);
  std::swap(devices, devices_);
  beginResetModel();
  std::swap(endpoints, endpoints_);
  std::swap(devices, devices_);
  lines_ = std::move(lines);
  endResetModel();
}

std::vector<EndpointTableModel::Line> EndpointTableModel::Arrange() const {
  std::vector<Line> lines;
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    if (Shows(endpoints_[i])) lines.push_back({RowKind::kEndpoint, i});
  }
  if (sort_column_ >= 0) {
    std::stable_sort(lines.begin(), lines.end(), [this](const Line& a, const Line& b) {
      const bool descending = sort_order_ == Qt::DescendingOrder;
      const EndpointRow& left = endpoints_[descending ? b.index : a.index];
      return Before(left, endpoints_[descending ? a.index : b.index]);
    });
  }
  std::vector<Line> devices;
  for (size_t i = 0; i < devices_.size(); ++i) {
    if (Shows(devices_[i])) devices.push_back({RowKind::kDevice, i});
  }
  if (devices.empty()) return lines;
  lines.push_back({RowKind::kHeading, 0});
  lines.insert(lines.end(), devices.begin(), devices.end());
  return lines;
}

bool EndpointTableModel::Before(const EndpointRow& a, const EndpointRow& b) const {
  switch (sort_column_) {
    case kName:
      return a.name < b.name;
    case kAddress:
      return (a.addresses.empty() ? Address() : a.addresses.front().address) <
             (b.addresses.empty() ? Address() : b.addresses.front().address);
    case kPolicies:
      return a.policies < b.policies;
    case kTraffic:
      return DecisionsOf(a).value_or(-1) < DecisionsOf(b).value_or(-1);
    default:
      return false;
  }
}

bool EndpointTableModel::Shows(const EndpointRow& row) const {
  if (filter_.isEmpty() || Contains(row.name, filter_) || Contains(row.interface_name, filter_) ||
      Contains(row.labels, filter_) || Contains(row.mac, filter_)) {
    return true;
  }
  return std::any_of(row.addresses.begin(), row.addresses.end(), [this](const auto& address) {
    return AddressWords(address).contains(filter_, Qt::CaseInsensitive);
  });
}

bool EndpointTableModel::Shows(const DeviceRow& row) const {
  return filter_.isEmpty() || Contains(row.network_set, filter_) || Contains(row.mac, filter_) ||
         Contains(row.labels, filter_) || Contains(ToString(row.address), filter_);
}

QString EndpointTableModel::IdentityOf(const EndpointRow& row) {
  const QString name = row.endpoint ? Q(row.endpoint->name) : QString();
  // An interface is the same row whatever governs it.
  if (row.presence == Presence::kUp || row.presence == Presence::kDown) {
    return QStringLiteral("i/") + Q(row.interface_name);
  }
  return QStringLiteral("e/%1/%2")
      .arg(row.endpoint ? static_cast<int>(row.endpoint->kind) : 0)
      .arg(name);
}

QString EndpointTableModel::Identity(const Line& line) const {
  switch (line.kind) {
    case RowKind::kEndpoint:
      return IdentityOf(endpoints_[line.index]);
    case RowKind::kDevice:
      return QStringLiteral("d/") + Q(ToString(devices_[line.index].address));
    case RowKind::kHeading:
      break;
  }
  return QStringLiteral("h");
}

EndpointTableModel::RowKind EndpointTableModel::kind(int row) const {
  return lines_[static_cast<size_t>(row)].kind;
}

const EndpointRow* EndpointTableModel::endpoint(int row) const {
  if (row < 0 || row >= rowCount() || kind(row) != RowKind::kEndpoint) return nullptr;
  return &endpoints_[lines_[static_cast<size_t>(row)].index];
}

const DeviceRow* EndpointTableModel::device(int row) const {
  if (row < 0 || row >= rowCount() || kind(row) != RowKind::kDevice) return nullptr;
  return &devices_[lines_[static_cast<size_t>(row)].index];
}

int EndpointTableModel::RowOf(const QString& identity) const {
  const auto found = std::find_if(lines_.begin(), lines_.end(),
                                  [&](const Line& line) { return Identity(line) == identity; });
  return found == lines_.end() ? -1 : static_cast<int>(found - lines_.begin());
}

int EndpointTableModel::checked_count() const {
  return static_cast<int>(std::count_if(endpoints_.begin(), endpoints_.end(),
                                        [](const auto& row) { return row.endpoint.has_value(); }));
}

int EndpointTableModel::unchecked_count() const {
  return static_cast<int>(std::count_if(endpoints_.begin(), endpoints_.end(), [](const auto& row) {
    return row.governed == Governed::kNone;
  }));
}

int EndpointTableModel::named_devices() const {
  return static_cast<int>(std::count_if(devices_.begin(), devices_.end(),
                                        [](const auto& row) { return !row.network_set.empty(); }));
}

int EndpointTableModel::warning_count() const {
  size_t count = 0;
  for (const EndpointRow& row : endpoints_) count += row.warnings.size();
  return static_cast<int>(count);
}

std::optional<qint64> EndpointTableModel::DecisionsOf(const EndpointRow& row) const {
  if (!row.endpoint) return std::nullopt;
  for (const AuditTop& top : found_.traffic) {
    if (top.text == row.endpoint->name) return top.count;
  }
  return std::nullopt;
}

// ---- as a table ---------------------------------------------------------------------------------

int EndpointTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(lines_.size());
}

int EndpointTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumnCount;
}

QVariant EndpointTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Line& line = lines_[static_cast<size_t>(index.row())];
  if (role == kKind) return static_cast<int>(line.kind);
  if (role == kIdentity) return Identity(line);
  switch (line.kind) {
    case RowKind::kEndpoint:
      return EndpointData(endpoints_[line.index], index.column(), role);
    case RowKind::kDevice:
      return DeviceData(devices_[line.index], index.column(), role);
    case RowKind::kHeading:
      return HeadingData(index.column(), role);
  }
  return {};
}

QString EndpointTableModel::EndpointSentence(const EndpointRow& row) const {
  QStringList parts = {Q(row.name)};
  if (row.endpoint && !row.interface_name.empty() && row.interface_name != kAnyInterface) {
    parts << tr("interface %1").arg(Q(row.interface_name));
  }
  parts << (row.endpoint ? PresenceWords(row) : StateWords(row));
  if (!row.addresses.empty()) parts << Q(ToString(row.addresses.front().address));
  QStringList labels;
  for (const auto& [key, value] : row.labels) labels << Q(key) + QLatin1Char(' ') + Q(value);
  if (!labels.empty()) parts << tr("labels %1").arg(labels.join(QStringLiteral(", ")));
  if (!NoteOf(row).isEmpty()) parts << NoteOf(row);
  if (row.endpoint) parts << tr("%n policies", nullptr, static_cast<int>(row.policies));
  const int warnings = static_cast<int>(row.warnings.size());
  if (warnings > 0) parts << tr("%n warning(s)", nullptr, warnings);
  return parts.join(QStringLiteral(", "));
}

QVariant EndpointTableModel::EndpointData(const EndpointRow& row, int column, int role) const {
  switch (role) {
    case Qt::AccessibleTextRole:
      return EndpointSentence(row);
    case kIcon:
      return IconOf(row);
    case kIsQuiet:
      return IsQuiet(row);
    case kChips:
      return ChipsOf(row.labels);
    case kNote:
      return NoteOf(row);
    case kCount:
      return static_cast<int>(row.policies);
    case kWarnings:
      return static_cast<int>(row.warnings.size());
    case kAction:
      return row.governed == Governed::kNone ? tr("Label it…") : QString();
    case kDecisions: {
      const auto decisions = DecisionsOf(row);
      return decisions ? QVariant(*decisions) : QVariant();
    }
    case kShare:
      return most_decisions_ == 0 ? 0.0
                                  : static_cast<double>(DecisionsOf(row).value_or(0)) /
                                        static_cast<double>(most_decisions_);
    default:
      break;
  }
  if (column == kAddress && (role == Qt::DisplayRole || role == kSecondLine)) {
    // IPv4 comes first, so the second line is the first IPv6 address, and what is left.
    const size_t at = role == Qt::DisplayRole ? 0 : 1;
    if (row.addresses.size() <= at) return {};
    const QString text = Q(ToString(row.addresses[at].address));
    const auto more = static_cast<int>(row.addresses.size()) - 2;
    return at == 1 && more > 0 ? QStringLiteral("%1  +%2").arg(text).arg(more) : text;
  }
  if (role == Qt::ToolTipRole && column == kAddress) {
    QStringList all;
    for (const InterfaceAddress& address : row.addresses) all << AddressWords(address);
    return all.join(QLatin1Char('\n'));
  }
  if (role == Qt::ToolTipRole && column == kLabels) {
    return ChipsOf(row.labels).join(QStringLiteral(", "));
  }
  if (role == Qt::ToolTipRole && column == kPolicies && !row.warnings.empty()) {
    return WarningText(row.warnings.front(), row);
  }
  if (column == kName && role == Qt::DisplayRole) return Q(row.name);
  if (column == kName && role == kSecondLine) return StateWords(row);
  if (column == kPolicies && role == Qt::DisplayRole && row.endpoint) {
    return static_cast<int>(row.policies);
  }
  return {};
}

QVariant EndpointTableModel::DeviceData(const DeviceRow& row, int column, int role) const {
  const bool named = !row.network_set.empty();
  const QString name = named ? Q(row.network_set) : tr("Unnamed");
  const bool now = row.state == Neighbour::State::kReachable ||
                   (row.last_seen && absl::Now() - *row.last_seen < kSeenNow);
  switch (role) {
    case Qt::AccessibleTextRole:
      return QStringList({name, Q(ToString(row.address)), Q(row.mac),
                          ChipsOf(row.labels).join(u' '), tr("on %1").arg(Q(row.interface_name))})
          .join(QStringLiteral(", "));
    case Qt::ToolTipRole:
      return row.mac.empty() ? tr("on %1").arg(Q(row.interface_name))
                             : tr("%1 on %2").arg(Q(row.mac), Q(row.interface_name));
    case kIcon:
      return named ? QStringLiteral("device") : QStringLiteral("info");
    case kIsQuiet:
      return !named;
    case kChips:
      return ChipsOf(row.labels);
    case kAction:
      return named ? QString() : tr("Name and label…");
    case kLastSeen:
      return row.last_seen ? QVariant(static_cast<qint64>(absl::ToUnixMillis(*row.last_seen)))
                           : QVariant();
    case kIsSeenNow:
      return now;
    default:
      break;
  }
  if (role != Qt::DisplayRole) return {};
  if (column == kName) return name;
  if (column == kAddress) return Q(ToString(row.address));
  return {};
}

QVariant EndpointTableModel::HeadingData(int column, int role) const {
  const QString fact = tr("%1 seen, %2 named").arg(devices_.size()).arg(named_devices());
  if (role == Qt::AccessibleTextRole)
    return tr("Devices on these networks") + QStringLiteral(", ") + fact;
  if (column != kName) return {};
  if (role == Qt::DisplayRole) return tr("Devices on these networks");
  if (role == kSecondLine) return fact;
  return {};
}

QVariant EndpointTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case kName:
      return tr("Endpoint");
    case kAddress:
      return tr("Address");
    case kLabels:
      return tr("Labels");
    case kPolicies:
      return tr("Policies");
    case kTraffic:
      return tr("Decisions, 24 h");
    default:
      return {};
  }
}

}  // namespace gw::gui
