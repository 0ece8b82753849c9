#include "admin-gui/models/history_model.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "absl/time/time.h"
#include <QDateTime>
#include <QStringList>

namespace gw::gui {
namespace {

constexpr size_t kPage = 100;

QString CountOf(ResourceKind kind, int count) {
  switch (kind) {
    case ResourceKind::kHostEndpoint:
    case ResourceKind::kWorkloadEndpoint:
      return HistoryModel::tr("%n endpoint(s)", nullptr, count);
    case ResourceKind::kGlobalNetworkPolicy:
    case ResourceKind::kStagedGlobalNetworkPolicy:
      return HistoryModel::tr("%n policies", nullptr, count);
    case ResourceKind::kGlobalNetworkSet:
      return HistoryModel::tr("%n network set(s)", nullptr, count);
    case ResourceKind::kProfile:
      return HistoryModel::tr("%n profile(s)", nullptr, count);
    case ResourceKind::kTier:
      return HistoryModel::tr("%n tier(s)", nullptr, count);
    case ResourceKind::kFelixConfiguration:
      return HistoryModel::tr("settings");
  }
  return {};
}

// Staged and enforced policies, host and workload endpoints count as one thing to people.
ResourceKind Family(ResourceKind kind) {
  if (kind == ResourceKind::kStagedGlobalNetworkPolicy) return ResourceKind::kGlobalNetworkPolicy;
  if (kind == ResourceKind::kWorkloadEndpoint) return ResourceKind::kHostEndpoint;
  return kind;
}

}  // namespace

QString ChangesInWords(const std::vector<RevisionInfo::Change>& changes) {
  if (changes.size() == 1) return QString::fromStdString(changes.front().key.name);
  constexpr std::array kFamilies = {ResourceKind::kGlobalNetworkPolicy,
                                    ResourceKind::kHostEndpoint,
                                    ResourceKind::kGlobalNetworkSet,
                                    ResourceKind::kTier,
                                    ResourceKind::kProfile,
                                    ResourceKind::kFelixConfiguration};
  QStringList parts;
  for (const ResourceKind family : kFamilies) {
    const auto count = std::count_if(changes.begin(), changes.end(), [&](const auto& change) {
      return Family(change.key.kind) == family;
    });
    if (count > 0) parts << CountOf(family, static_cast<int>(count));
  }
  return parts.join(QStringLiteral(", "));
}

HistoryModel::HistoryModel(Gateway& gateway, QObject* parent)
    : QAbstractTableModel(parent), gateway_(gateway) {
  connect(&gateway_, &Gateway::revisionChanged, this, &HistoryModel::Reload);
}

void HistoryModel::Reload() { Ask(std::nullopt); }

void HistoryModel::SetObject(const std::optional<ResourceKey>& object) {
  if (object == object_) return;
  beginResetModel();
  object_ = object;
  shown_.clear();
  std::copy_if(all_.begin(), all_.end(), std::back_inserter(shown_),
               [this](const RevisionInfo& revision) { return Shown(revision); });
  endResetModel();
}

bool HistoryModel::Shown(const RevisionInfo& revision) const {
  return !object_ || std::any_of(revision.changes.begin(), revision.changes.end(),
                                 [this](const auto& change) { return change.key == *object_; });
}

int HistoryModel::RowOf(qint64 number) const {
  const auto found = std::find_if(shown_.begin(), shown_.end(),
                                  [&](const RevisionInfo& r) { return r.number == number; });
  return found == shown_.end() ? -1 : static_cast<int>(found - shown_.begin());
}

void HistoryModel::Ask(std::optional<int64_t> before) {
  loading_ = true;
  gateway_.Ask<std::vector<RevisionInfo>>(
      this, Gateway::Lane::kQuick,
      [before](Service& service, const CallContext& context) {
        return service.History(context, kPage, before);
      },
      [this, before](absl::StatusOr<std::vector<RevisionInfo>> page) {
        loading_ = false;
        if (!page.ok()) {
          Q_EMIT failed(QString::fromStdString(std::string(page.status().message())));
          return;
        }
        if (before) {
          Append(*std::move(page));
        } else {
          PutNewer(*std::move(page));
        }
        Q_EMIT loaded();
      });
}

void HistoryModel::Append(std::vector<RevisionInfo> older) {
  complete_ = older.size() < kPage;
  std::vector<RevisionInfo> shown;
  for (RevisionInfo& revision : older) {
    if (Shown(revision)) shown.push_back(revision);
    all_.push_back(std::move(revision));
  }
  if (shown.empty()) return;
  const int first = rowCount();
  beginInsertRows({}, first, first + static_cast<int>(shown.size()) - 1);
  std::move(shown.begin(), shown.end(), std::back_inserter(shown_));
  endInsertRows();
}

void HistoryModel::PutNewer(std::vector<RevisionInfo> newest) {
  if (all_.empty()) return Append(std::move(newest));
  // History only grows, so what is known stays; a gap means that more than a page was written
  // since, or that the file is another one: begin anew.
  const int64_t known = all_.front().number;
  if (newest.empty() || newest.back().number > known + 1 || newest.front().number < known) {
    beginResetModel();
    all_.clear();
    shown_.clear();
    endResetModel();
    return Append(std::move(newest));
  }
  std::erase_if(newest, [&](const RevisionInfo& r) { return r.number <= known; });
  std::vector<RevisionInfo> shown;
  std::copy_if(newest.begin(), newest.end(), std::back_inserter(shown),
               [this](const RevisionInfo& r) { return Shown(r); });
  all_.insert(all_.begin(), std::make_move_iterator(newest.begin()),
              std::make_move_iterator(newest.end()));
  if (shown.empty()) return;
  beginInsertRows({}, 0, static_cast<int>(shown.size()) - 1);
  shown_.insert(shown_.begin(), std::make_move_iterator(shown.begin()),
                std::make_move_iterator(shown.end()));
  endInsertRows();
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int HistoryModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumnCount;
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const RevisionInfo& revision = shown_[static_cast<size_t>(index.row())];
  if (role == kRevisionNumber) return static_cast<qint64>(revision.number);
  const qint64 time = absl::ToUnixMillis(revision.time);
  if (role == kTime) return time;
  if (role == Qt::AccessibleTextRole) {
    return tr("Revision %1 by %2: %3")
        .arg(revision.number)
        .arg(QString::fromStdString(revision.author), QString::fromStdString(revision.reason));
  }
  if (role == Qt::ToolTipRole && index.column() == kWhen) {
    return QDateTime::fromMSecsSinceEpoch(time).toOffsetFromUtc(0).toString(Qt::ISODate);
  }
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case kRevision:
      return static_cast<qint64>(revision.number);
    case kWhen:
      return QDateTime::fromMSecsSinceEpoch(time);
    case kWho:
      return QString::fromStdString(revision.author);
    case kWhy:
      return QString::fromStdString(revision.reason);
    case kChanges:
      return ChangesInWords(revision.changes);
    default:
      return {};
  }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case kRevision:
      return tr("Rev");
    case kWhen:
      return tr("When");
    case kWho:
      return tr("Who");
    case kWhy:
      return tr("Why");
    case kChanges:
      return tr("Changes");
    default:
      return {};
  }
}

bool HistoryModel::canFetchMore(const QModelIndex& parent) const {
  return !parent.isValid() && !complete_ && !loading_ && !all_.empty();
}

void HistoryModel::fetchMore(const QModelIndex& parent) {
  if (canFetchMore(parent)) Ask(all_.back().number);
}

}  // namespace gw::gui
