#include "admin-gui/models/network_list_model.h"

#include <utility>

#include "absl/strings/match.h"

namespace gw::gui {

NetworkListModel::NetworkListModel(QObject* parent) : QAbstractListModel(parent) {}

void NetworkListModel::SetNetworks(std::vector<Prefix> nets) {
  if (nets == nets_) return;
  beginResetModel();
  nets_ = std::move(nets);
  Filter();
  endResetModel();
}

void NetworkListModel::SetFilter(const QString& text) {
  if (text.trimmed() == filter_) return;
  beginResetModel();
  filter_ = text.trimmed();
  Filter();
  endResetModel();
}

void NetworkListModel::Filter() {
  shown_.clear();
  if (filter_.isEmpty()) return;
  const std::string wanted = filter_.toLower().toStdString();
  const auto address = ParseAddress(wanted);
  for (size_t i = 0; i < nets_.size(); ++i) {
    const bool holds = address.ok() && nets_[i].Contains(*address);
    if (holds || absl::StrContains(ToString(nets_[i]), wanted)) {
      shown_.push_back(static_cast<uint32_t>(i));
    }
  }
}

size_t NetworkListModel::PlaceOf(int row) const {
  const auto at = static_cast<size_t>(row);
  return filter_.isEmpty() ? at : shown_[at];
}

int NetworkListModel::rowCount(const QModelIndex& parent) const {
  if (parent.isValid()) return 0;
  return static_cast<int>(filter_.isEmpty() ? nets_.size() : shown_.size());
}

QVariant NetworkListModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
  return QString::fromStdString(ToString(network(index.row())));
}

}  // namespace gw::gui
