#include "admin-gui/models/impact_model.h"

#include <algorithm>

#include <QDateTime>

#include "admin-gui/models/flow_words.h"
#include "common/net/protocol.h"

namespace gw::gui {
namespace {

QString Text(const std::string& text) { return QString::fromStdString(text); }

QString ServiceText(const Tuple& tuple) {
  const std::string protocol = ProtocolName(tuple.protocol);
  if (tuple.destination_port == 0) return Text(protocol).toLower();
  return QStringLiteral("%1/%2").arg(tuple.destination_port).arg(Text(protocol).toLower());
}

}  // namespace

ImpactModel::ImpactModel(PolicySession& session, QObject* parent)
    : QAbstractTableModel(parent), run_(session) {
  connect(&run_, &ImpactRun::progressed, this, [this] { Take(run_.result()); });
  connect(&run_, &ImpactRun::stateChanged, this, &ImpactModel::progressed);
}

void ImpactModel::Run(absl::Time since) {
  Take(ImpactResult());
  run_.Start(since);
}

// Groups only grow at the end while a run goes on, and their figures change.
void ImpactModel::Take(const ImpactResult& result) {
  const int before = rowCount();
  const int after = static_cast<int>(result.groups.size());
  if (after < before) {
    beginRemoveRows({}, after, before - 1);
    result_ = result;
    endRemoveRows();
  } else if (after > before) {
    beginInsertRows({}, before, after - 1);
    result_ = result;
    endInsertRows();
  } else {
    result_ = result;
  }
  const int kept = std::min(before, after);
  if (kept > 0) Q_EMIT dataChanged(index(0, 0), index(kept - 1, kColumnCount - 1));
  Q_EMIT progressed();
}

int ImpactModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(result_.groups.size());
}

int ImpactModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumnCount;
}

QVariant ImpactModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const ImpactGroup& group = result_.groups[static_cast<size_t>(index.row())];
  const QDateTime last = QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(group.newest.time));
  if (role == kNewlyDenied) return group.newly_denied();
  if (role == kTime) return last;
  const Tuple& tuple = group.newest.tuple;
  if (role == Qt::AccessibleTextRole) {
    return (group.newly_denied() ? tr("Newly denied: %1 to %2, %3, %n flow(s)", nullptr,
                                      static_cast<int>(group.flows))
                                 : tr("Newly allowed: %1 to %2, %3, %n flow(s)", nullptr,
                                      static_cast<int>(group.flows)))
        .arg(Text(ToString(tuple.source)), Text(ToString(tuple.destination)), ServiceText(tuple));
  }
  if (role == Qt::TextAlignmentRole && index.column() >= kFlows) {
    return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
  }
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case kSource:
      return Text(ToString(tuple.source));
    case kDestination:
      return Text(ToString(tuple.destination));
    case kService:
      return ServiceText(tuple);
    case kDecidedBy:
      return DeciderWords(group.after_decided_by);
    case kFlows:
      return static_cast<qint64>(group.flows);
    case kLastSeen:
      return last;
    default:
      return {};
  }
}

QVariant ImpactModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case kSource:
      return tr("Source");
    case kDestination:
      return tr("Destination");
    case kService:
      return tr("Service");
    case kDecidedBy:
      return tr("Then decided by");
    case kFlows:
      return tr("Flows");
    case kLastSeen:
      return tr("Last seen");
    default:
      return {};
  }
}

}  // namespace gw::gui
