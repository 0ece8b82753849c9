#include "admin-gui/models/network_set_model.h"

#include <algorithm>
#include <set>
#include <utility>

#include <QDateTime>
#include <QLocale>
#include <QStringList>

#include "common/policy/selector.h"

namespace gw::gui {
namespace {

QString Q(const std::string& text) { return QString::fromStdString(text); }

// The selectors of all rules, each read once, with the policies that have them.
std::vector<std::pair<Selector, std::vector<ResourceKey>>> RuleSelectors(const Model& model) {
  std::map<std::string, std::set<ResourceKey>> users;
  for (const auto* policies : {&model.policies, &model.staged_policies}) {
    for (const auto& [name, policy] : *policies) {
      const ResourceKey key = KeyOf(Resource(policy));
      for (const auto* rules : {&policy.ingress, &policy.egress}) {
        for (const Rule& rule : *rules) {
          for (const EntityRule* side : {&rule.source, &rule.destination}) {
            if (!side->selector.empty()) users[side->selector].insert(key);
            if (!side->not_selector.empty()) users[side->not_selector].insert(key);
          }
        }
      }
    }
  }
  std::vector<std::pair<Selector, std::vector<ResourceKey>>> selectors;
  for (const auto& [text, keys] : users) {
    auto selector = Selector::Parse(text);
    if (!selector.ok()) continue;
    selectors.emplace_back(*std::move(selector), std::vector(keys.begin(), keys.end()));
  }
  return selectors;
}

bool Before(const NetworkSetRow& a, const NetworkSetRow& b, int column) {
  switch (column) {
    case NetworkSetModel::kNetworks:
      return a.networks < b.networks;
    case NetworkSetModel::kUsedBy:
      return a.used_by.size() < b.used_by.size();
    case NetworkSetModel::kChanged:
      return a.changed.value_or(absl::InfinitePast()) < b.changed.value_or(absl::InfinitePast());
    default:
      return a.name < b.name;
  }
}

}  // namespace

std::vector<NetworkSetRow> NetworkSetRows(const Model& model,
                                          const std::map<std::string, absl::Time>& changed) {
  const auto selectors = RuleSelectors(model);
  std::vector<NetworkSetRow> rows;
  for (const auto& [name, set] : model.network_sets) {
    NetworkSetRow row;
    row.name = name;
    row.labels = set.metadata.labels;
    row.networks = set.nets.size();
    std::set<ResourceKey> users;
    for (const auto& [selector, keys] : selectors) {
      if (selector.Matches(row.labels)) users.insert(keys.begin(), keys.end());
    }
    row.used_by.assign(users.begin(), users.end());
    const auto when = changed.find(name);
    if (when != changed.end()) row.changed = when->second;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::map<std::string, absl::Time> LastChanges(const std::vector<RevisionInfo>& revisions) {
  std::map<std::string, absl::Time> changed;
  for (const RevisionInfo& revision : revisions) {
    for (const RevisionInfo::Change& change : revision.changes) {
      if (change.key.kind != ResourceKind::kGlobalNetworkSet) continue;
      changed.try_emplace(change.key.name, revision.time);
    }
  }
  return changed;
}

NetworkSetModel::NetworkSetModel(QObject* parent) : QAbstractTableModel(parent) {}

void NetworkSetModel::SetRows(std::vector<NetworkSetRow> rows) {
  if (rows == all_) return;
  all_ = std::move(rows);
  Show(Arrange());
}

void NetworkSetModel::SetFilter(const QString& text) {
  filter_ = text.trimmed();
  Show(Arrange());
}

void NetworkSetModel::sort(int column, Qt::SortOrder order) {
  if (column == kLabels || column < 0) return;
  sort_column_ = column;
  sort_order_ = order;
  Show(Arrange());
}

// Rows of the same sets only say that they changed, so that selection and scrolling stay.
void NetworkSetModel::Show(std::vector<NetworkSetRow> rows) {
  const bool same = std::equal(rows.begin(), rows.end(), shown_.begin(), shown_.end(),
                               [](const auto& a, const auto& b) { return a.name == b.name; });
  if (!same) beginResetModel();
  shown_ = std::move(rows);
  if (!same) return endResetModel();
  if (!shown_.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumnCount - 1));
}

std::vector<NetworkSetRow> NetworkSetModel::Arrange() const {
  std::vector<NetworkSetRow> rows;
  std::copy_if(all_.begin(), all_.end(), std::back_inserter(rows), [this](const auto& row) {
    if (filter_.isEmpty() || Q(row.name).contains(filter_, Qt::CaseInsensitive)) return true;
    return std::any_of(row.labels.begin(), row.labels.end(), [this](const auto& label) {
      return Q(label.first + "=" + label.second).contains(filter_, Qt::CaseInsensitive);
    });
  });
  std::stable_sort(rows.begin(), rows.end(), [this](const auto& a, const auto& b) {
    return sort_order_ == Qt::AscendingOrder ? Before(a, b, sort_column_)
                                             : Before(b, a, sort_column_);
  });
  return rows;
}

int NetworkSetModel::RowOf(const std::string& name) const {
  const auto found = std::find_if(shown_.begin(), shown_.end(),
                                  [&name](const auto& row) { return row.name == name; });
  return found == shown_.end() ? -1 : static_cast<int>(found - shown_.begin());
}

int NetworkSetModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int NetworkSetModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumnCount;
}

QString NetworkSetModel::UsedBy(const NetworkSetRow& row) const {
  if (row.used_by.empty()) return tr("No rule uses it");
  if (row.used_by.size() == 1) return Q(row.used_by.front().name);
  return tr("%n policies", nullptr, static_cast<int>(row.used_by.size()));
}

QVariant NetworkSetModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const NetworkSetRow& row = shown_[static_cast<size_t>(index.row())];
  QStringList chips;
  for (const auto& [key, value] : row.labels) chips << Q(key) + QLatin1Char('=') + Q(value);
  switch (role) {
    case kChips:
      return chips;
    case kCount:
      return static_cast<qint64>(row.networks);
    case kUses:
      return static_cast<int>(row.used_by.size());
    case kTime:
      return row.changed ? QVariant(static_cast<qint64>(absl::ToUnixMillis(*row.changed)))
                         : QVariant();
    case Qt::AccessibleTextRole:
      return tr("%1, labels %2, %n network(s), %3", nullptr, static_cast<int>(row.networks))
          .arg(Q(row.name), chips.join(u' '), UsedBy(row));
    case Qt::TextAlignmentRole:
      return index.column() == kNetworks || index.column() == kChanged
                 ? static_cast<int>(Qt::AlignRight | Qt::AlignVCenter)
                 : static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::ToolTipRole:
      if (index.column() == kLabels) return chips.join(QStringLiteral(", "));
      if (index.column() == kName) return Q(row.name);
      return {};
    case Qt::DisplayRole:
      break;
    default:
      return {};
  }
  switch (index.column()) {
    case kName:
      return Q(row.name);
    case kNetworks:
      return QLocale().toString(static_cast<qulonglong>(row.networks));
    case kUsedBy:
      return UsedBy(row);
    default:
      return {};
  }
}

QVariant NetworkSetModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  const bool right = section == kNetworks || section == kChanged;
  if (role == Qt::TextAlignmentRole) {
    return static_cast<int>((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case kName:
      return tr("Name");
    case kLabels:
      return tr("Labels");
    case kNetworks:
      return tr("Networks");
    case kUsedBy:
      return tr("Used by");
    case kChanged:
      return tr("Changed");
    default:
      return {};
  }
}

}  // namespace gw::gui
