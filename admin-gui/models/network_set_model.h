// NetworkSetModel: the network sets of the working copy with what uses them and when they last
// changed. GUI thread.

#ifndef ADMIN_GUI_MODELS_NETWORK_SET_MODEL_H_
#define ADMIN_GUI_MODELS_NETWORK_SET_MODEL_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include <QAbstractTableModel>
#include <QString>

#include "common/policy/model.h"
#include "common/store/policy_store.h"

namespace gw::gui {

struct NetworkSetRow {
  std::string name;
  Labels labels;
  size_t networks = 0;
  std::vector<ResourceKey> used_by;   // policies with a rule whose selector matches the labels
  std::optional<absl::Time> changed;  // absent: not among the revisions read

  friend bool operator==(const NetworkSetRow&, const NetworkSetRow&) = default;
};

// By name. Policies that name no selector match every address, known or not; they do not count.
std::vector<NetworkSetRow> NetworkSetRows(const Model& model,
                                          const std::map<std::string, absl::Time>& changed);
// When each set was last written, from revisions newest first.
std::map<std::string, absl::Time> LastChanges(const std::vector<RevisionInfo>& revisions);

class NetworkSetModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int { kName, kLabels, kNetworks, kUsedBy, kChanged, kColumnCount };
  enum Role : int {
    kChips = Qt::UserRole,  // QStringList "key=value"
    kCount,                 // qint64, networks
    kUses,                  // int, policies
    kTime,                  // qint64 milliseconds since the epoch; absent if not known
  };

  explicit NetworkSetModel(QObject* parent = nullptr);

  void SetRows(std::vector<NetworkSetRow> rows);
  // Sets whose name or label contains `text`.
  void SetFilter(const QString& text);
  const NetworkSetRow& row(int row) const { return shown_[static_cast<size_t>(row)]; }
  int RowOf(const std::string& name) const;  // -1 if it is not shown
  const std::vector<NetworkSetRow>& rows() const { return all_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;

 private:
  std::vector<NetworkSetRow> Arrange() const;
  void Show(std::vector<NetworkSetRow> rows);
  QString UsedBy(const NetworkSetRow& row) const;

  std::vector<NetworkSetRow> all_;
  std::vector<NetworkSetRow> shown_;
  QString filter_;
  int sort_column_ = kName;
  Qt::SortOrder sort_order_ = Qt::AscendingOrder;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_NETWORK_SET_MODEL_H_
