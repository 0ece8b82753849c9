// DecisionSteps: what decides about the traffic of one endpoint, in the order in which it is asked:
// failsafes, policies by their number, profiles, and what holds for the rest. Pure functions; GUI
// thread (they translate).

#ifndef ADMIN_GUI_MODELS_DECISION_STEPS_H_
#define ADMIN_GUI_MODELS_DECISION_STEPS_H_

#include <cstdint>
#include <vector>

#include <QAbstractListModel>
#include <QString>

#include "common/policy/model.h"

namespace gw::gui {

struct DecisionStep {
  enum class Kind : uint8_t { kFailsafes, kPolicy, kProfile, kMissingProfile, kRest };
  // What the first rule, or the rest, comes to.
  enum class Outcome : uint8_t { kAllow, kDeny, kPass, kLog, kStaged, kNothing };

  Kind kind = Kind::kRest;
  Outcome outcome = Outcome::kNothing;
  int number = 0;        // of a policy in evaluation order, else 0
  ResourceKey resource;  // of policies and profiles
  QString name;          // "no-lateral", "Failsafes", "Nothing else may come in"
  QString reason;        // the first sentence, or why

  friend bool operator==(const DecisionStep&, const DecisionStep&) = default;
};

enum class TrafficScope : uint8_t { kRouted, kThisGateway };

// `endpoint` is a host endpoint, or a workload endpoint, whose traffic has no scope. Direction is
// the endpoint's own: ingress arrives at the gateway through a host endpoint, and at a workload.
std::vector<DecisionStep> DecisionStepsOf(const Model& model, const ResourceKey& endpoint,
                                          Direction direction, TrafficScope scope);

class DecisionStepModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role : int {
    kNumber = Qt::UserRole,  // int, 0 for none
    kOutcome,                // int, DecisionStep::Outcome
    kIsFailsafe,             // bool
    kReason,                 // QString
  };

  explicit DecisionStepModel(QObject* parent = nullptr);

  // Nothing happens if they are the same as before.
  void SetSteps(std::vector<DecisionStep> steps);
  const DecisionStep& step(int row) const { return steps_[static_cast<size_t>(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  std::vector<DecisionStep> steps_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_DECISION_STEPS_H_
