// What the cells of FlowLogModel say.

#include <QDateTime>
#include <QLocale>

#include "admin-gui/models/flow_log_model.h"

namespace gw::gui {
namespace {

QDateTime CellTime(absl::Time time) {
  return QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(time));
}

QString PathOf(const AuditRecord& record) {
  const auto side = [](const std::string& endpoint, const std::string& interface_name) {
    if (!endpoint.empty()) return QString::fromStdString(endpoint);
    if (!interface_name.empty()) return QString::fromStdString(interface_name);
    return FlowLogModel::tr("gateway");
  };
  return FlowLogModel::tr("%1 → %2").arg(side(record.in_endpoint, record.in),
                                         side(record.out_endpoint, record.out));
}

qint64 BytesOf(const FlowEnd& end) { return end.bytes_sent + end.bytes_received; }

}  // namespace

QVariant FlowLogModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case kTime:
      return tr("Time");
    case kVerdict:
      return tr("Verdict");
    case kSource:
      return tr("Source");
    case kDestination:
      return tr("Destination");
    case kService:
      return tr("Service");
    case kPath:
      return tr("Path");
    case kDecidedBy:
      return tr("Decided by");
    case kBytes:
      return tr("Bytes");
    case kDuration:
      return tr("Duration");
    default:
      return {};
  }
}

QVariant FlowLogModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Place place = PlaceOf(index.row());
  if (place.note != nullptr) return NoteData(*place.note, role);
  if (place.record != nullptr) return FlowData(*place.record, index.column(), role);
  return role == kKind ? QVariant(static_cast<int>(RowKind::kUnread)) : QVariant();
}

QVariant FlowLogModel::NoteData(const Note& note, int role) const {
  switch (role) {
    case kKind:
      return static_cast<int>(note.kind);
    case kMilliseconds:
      return note.milliseconds;
    case kNote:
    case Qt::AccessibleTextRole:
      return note.words;
    default:
      return {};
  }
}

QString FlowLogModel::CellText(const AuditRecord& record, int column) const {
  switch (column) {
    case kTime:
      return CellTime(record.time)
          .toOffsetFromUtc(CellTime(record.time).offsetFromUtc())
          .toString(Qt::ISODateWithMs);
    case kVerdict:
      return VerdictWord(LookOfFlow(record));
    case kSource:
      return record.repeats > 0 ? RepeatWords(record)
                                : QString::fromStdString(ToString(record.tuple.source));
    case kDestination:
      return QString::fromStdString(ToString(record.tuple.destination));
    case kService: {
      const ServiceWords words = ServiceOf(record.tuple);
      return words.name.isEmpty() ? words.number
                                  : QStringLiteral("%1 %2").arg(words.name, words.number);
    }
    case kPath:
      return PathOf(record);
    case kDecidedBy:
      return DeciderWords(record.decided_by);
    case kBytes:
      return record.end ? QString::number(BytesOf(*record.end)) : QString();
    case kDuration:
      return record.end ? QString::number(absl::ToDoubleSeconds(record.end->duration)) : QString();
    default:
      return {};
  }
}

QString FlowLogModel::AccessibleText(const AuditRecord& record) const {
  return tr("%1, %2, %3 to %4, %5, %6")
      .arg(VerdictWord(LookOfFlow(record)),
           QLocale().toString(CellTime(record.time).time(), QStringLiteral("HH:mm:ss")),
           record.repeats > 0
               ? QStringLiteral("%1, %2").arg(SourceWords(*names_, record), RepeatWords(record))
               : SourceWords(*names_, record),
           NameOrAddress(*names_, record.tuple.destination),
           CellText(record, kService).replace(QLatin1Char('/'), QLatin1Char(' ')),
           DeciderInSentence(record.decided_by));
}

QVariant FlowLogModel::FlowData(const AuditRecord& record, int column, int role) const {
  switch (role) {
    case kKind:
      return static_cast<int>(RowKind::kFlow);
    case kId:
      return static_cast<qint64>(record.id);
    case kMilliseconds:
      return static_cast<qint64>(absl::ToUnixMillis(record.time));
    case kLook:
      return static_cast<int>(LookOfFlow(record));
    case kName:
      if (column == kService) return ServiceOf(record.tuple).name;
      if (column == kSource && record.repeats > 0) return SourceWords(*names_, record);
      return QString::fromStdString(
          names_->NameOf(column == kSource ? record.tuple.source : record.tuple.destination));
    case kAddress:
      if (column == kService) return ServiceOf(record.tuple).number;
      return CellText(record, column);
    case kStagedWords:
      if (LookOfFlow(record) == FlowLook::kWouldDeny) return tr("Would be denied");
      if (LookOfFlow(record) == FlowLook::kWouldAllow) return tr("Would be allowed");
      return QString();
    case kFigure:
      if (!record.end) return {};
      return column == kBytes ? BytesOf(*record.end)
                              : static_cast<qint64>(absl::ToInt64Nanoseconds(record.end->duration));
    case Qt::DisplayRole:
      return CellText(record, column);
    case Qt::ToolTipRole:
      if (column == kTime || column == kSource || column == kDestination) {
        return CellText(record, column);
      }
      if (column == kBytes && !record.end) return tr("Known when the flow has ended");
      return column == kDecidedBy ? QVariant(QString::fromStdString(record.decided_by))
                                  : QVariant();
    case Qt::AccessibleTextRole:
      return AccessibleText(record);
    default:
      return {};
  }
}

}  // namespace gw::gui
