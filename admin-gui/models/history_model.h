// HistoryModel: the revisions of a gateway, newest first, read as far as the view has scrolled.
// GUI thread.

#ifndef ADMIN_GUI_MODELS_HISTORY_MODEL_H_
#define ADMIN_GUI_MODELS_HISTORY_MODEL_H_

#include <vector>

#include <QAbstractTableModel>

#include "admin-gui/session/gateway.h"
#include "common/store/policy_store.h"

namespace gw::gui {

// "2 policies, 1 endpoint", and for one resource "GlobalNetworkPolicy web" by its name: what a
// revision changed, short enough for a column.
QString ChangesInWords(const std::vector<RevisionInfo::Change>& changes);

class HistoryModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int { kRevision, kWhen, kWho, kWhy, kChanges, kColumnCount };
  enum Role : int {
    kRevisionNumber = Qt::UserRole,  // qint64
    kTime,                           // qint64, milliseconds since the epoch
  };

  explicit HistoryModel(Gateway& gateway, QObject* parent = nullptr);

  // Reads the newest revisions again; rows already there stay.
  void Reload();
  // Only revisions that touched this resource (among those read so far); no key shows all.
  void SetObject(const std::optional<ResourceKey>& object);
  const RevisionInfo& revision(int row) const { return shown_[static_cast<size_t>(row)]; }
  int RowOf(qint64 number) const;  // -1 if it is not among the rows
  bool loading() const { return loading_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;

 Q_SIGNALS:
  void loaded();
  void failed(const QString& message);

 private:
  void Ask(std::optional<int64_t> before);
  void Append(std::vector<RevisionInfo> older);
  void PutNewer(std::vector<RevisionInfo> newest);
  bool Shown(const RevisionInfo& revision) const;

  Gateway& gateway_;
  std::vector<RevisionInfo> all_;
  std::vector<RevisionInfo> shown_;
  std::optional<ResourceKey> object_;
  bool loading_ = false;
  bool complete_ = false;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_HISTORY_MODEL_H_
