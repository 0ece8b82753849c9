// ImpactModel: what recorded traffic would get from the working copy: newly denied, newly allowed,
// unchanged, and the groups of flows that differ. Figures count up while it runs. GUI thread.

#ifndef ADMIN_GUI_MODELS_IMPACT_MODEL_H_
#define ADMIN_GUI_MODELS_IMPACT_MODEL_H_

#include "absl/time/time.h"
#include <QAbstractTableModel>
#include <QString>

#include "admin-gui/session/impact_run.h"
#include "admin-gui/session/policy_session.h"

namespace gw::gui {

class ImpactModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int {
    kSource,
    kDestination,
    kService,
    kDecidedBy,
    kFlows,
    kLastSeen,
    kColumnCount
  };
  enum Role : int { kNewlyDenied = Qt::UserRole, kTime };
  using State = ImpactRun::State;

  explicit ImpactModel(PolicySession& session, QObject* parent = nullptr);

  // Decides the recorded flows since `since` again under the stored policy and the working copy.
  void Run(absl::Time since);
  // Keeps what is known; it is then partial.
  void Stop() { run_.Stop(); }

  State state() const { return run_.state(); }
  const ImpactResult& result() const { return result_; }
  const QString& error() const { return run_.message(); }
  const ImpactGroup& group(int row) const { return result_.groups[static_cast<size_t>(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 Q_SIGNALS:
  void progressed();

 private:
  void Take(const ImpactResult& result);

  ImpactRun run_;
  ImpactResult result_;  // what the rows show
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_IMPACT_MODEL_H_
