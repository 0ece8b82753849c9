// SimulatedSide: one of the two answers of the simulator: which policy was asked, the verdict, why,
// and the steps.

#ifndef ADMIN_GUI_VIEWS_SIMULATED_SIDE_H_
#define ADMIN_GUI_VIEWS_SIMULATED_SIDE_H_

#include <optional>
#include <vector>

#include <QComboBox>

#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/trace_panel.h"
#include "admin-gui/widgets/verdict_badge.h"
#include "common/service/service.h"

namespace gw::gui {

class SimulatedSide : public Card {
  Q_OBJECT

 public:
  SimulatedSide(const QString& name, QWidget* parent);

  // What can be asked: the stored policy, the working copy if there are changes, and revisions,
  // newest first. What was chosen stays chosen if it still can be.
  void SetPolicies(int64_t stored, bool changed, const std::vector<RevisionInfo>& revisions);
  // Without the model of kGiven.
  PolicySource chosen() const;
  void Choose(PolicySource::From from);

  // `model` has the rule that decided, for its words.
  void Show(const SimulateResult& result, const Model& model);
  void ShowError(const QString& message);
  // The step where the two answers part; nothing: they do not.
  void MarkDifference(std::optional<size_t> step);
  const std::vector<TraceStep>& steps() const { return steps_; }
  QString words() const;  // of the badge

 Q_SIGNALS:
  void policyChosen();

 private:
  QComboBox* policy_ = nullptr;
  VerdictBadge* badge_ = nullptr;
  TextLabel* reason_ = nullptr;
  TextLabel* difference_ = nullptr;
  TracePanel* trace_ = nullptr;
  std::vector<TraceStep> steps_;
};

// The first step that is in only one of the two, or decided otherwise; nothing if there is none.
std::optional<size_t> FirstDifference(const std::vector<TraceStep>& before,
                                      const std::vector<TraceStep>& after);

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_SIMULATED_SIDE_H_
