// NetworkListModel: the networks of one set as a list of any length: rows are made when a view asks
// for them, so that 100,000 are as quick as ten. GUI thread.

#ifndef ADMIN_GUI_MODELS_NETWORK_LIST_MODEL_H_
#define ADMIN_GUI_MODELS_NETWORK_LIST_MODEL_H_

#include <cstdint>
#include <vector>

#include <QAbstractListModel>
#include <QString>

#include "common/net/prefix.h"

namespace gw::gui {

class NetworkListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  explicit NetworkListModel(QObject* parent = nullptr);

  // Keeps the filter.
  void SetNetworks(std::vector<Prefix> nets);
  const std::vector<Prefix>& networks() const { return nets_; }
  // Networks whose text contains `text`, or, if it is an address, that hold it.
  void SetFilter(const QString& text);
  const Prefix& network(int row) const { return nets_[PlaceOf(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  size_t PlaceOf(int row) const;
  void Filter();

  std::vector<Prefix> nets_;
  QString filter_;
  std::vector<uint32_t> shown_;  // places in nets_; only with a filter
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_NETWORK_LIST_MODEL_H_
