// SimulatorPage: what would happen if: a source, a destination and a service, answered by two
// policies side by side while it is typed (gui.md §4.7).

#ifndef ADMIN_GUI_VIEWS_SIMULATOR_PAGE_H_
#define ADMIN_GUI_VIEWS_SIMULATOR_PAGE_H_

#include <optional>
#include <vector>

#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTimer>

#include "admin-gui/models/endpoint_rows.h"
#include "admin-gui/models/traffic_question.h"
#include "admin-gui/views/page.h"
#include "admin-gui/views/simulated_side.h"
#include "admin-gui/widgets/endpoint_picker.h"
#include "admin-gui/widgets/state_band.h"
#include "admin-gui/widgets/text_label.h"

class QHBoxLayout;

namespace gw::gui {

class SimulatorPage : public Page {
  Q_OBJECT

 public:
  SimulatorPage(Gateway& gateway, PolicySession& session, QWidget* parent);
  ~SimulatorPage() override;

  QString title() const override { return tr("Simulator"); }
  QString subtitle() const override { return tr("What would happen if…"); }
  // "source", "destination", "service", "in", "out".
  void Show(const QVariantMap& arguments) override;
  bool Find() override;
  bool Query() override { return Find(); }
  bool ReadAgain() override;
  QVariantMap SaveState() const override;
  void RestoreState(const QVariantMap& state) override;

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  struct Answers {
    absl::StatusOr<std::vector<SimulateResult>> left;
    absl::StatusOr<std::vector<SimulateResult>> right;
    Model left_model;
    Model right_model;
  };

  QWidget* MakeQuestion();
  QWidget* MakeMore();
  QWidget* MakeAnswers();
  QWidget* MakeEmpty();

  void FillPickers();
  void AskInterfaces();
  void AskRevisions();
  void AskSoon();
  void Ask();
  void AskCount(const Tuple& tuple);
  void TakeAnswers(const Answers& answers);
  void ShowProblem(const TrafficProblem& problem);
  void ShowReply(const SimulateResult& result);
  void Swap();
  void Remember();
  void ShowRecent();
  std::optional<TrafficQuestion> Question();
  GatewayHost Host() const;

  std::vector<HostInterface> interfaces_;
  std::vector<RevisionInfo> revisions_;
  QStringList recent_;  // "source destination service", newest first
  QTimer timer_;
  Call asking_;
  Call counting_;
  EndpointPicker* source_ = nullptr;
  EndpointPicker* destination_ = nullptr;
  QComboBox* service_ = nullptr;
  QPushButton* more_ = nullptr;
  QWidget* more_row_ = nullptr;
  QSpinBox* source_port_ = nullptr;
  QComboBox* in_ = nullptr;
  QComboBox* out_ = nullptr;
  QWidget* problem_ = nullptr;
  TextLabel* problem_words_ = nullptr;
  QHBoxLayout* problem_choices_ = nullptr;
  QStackedWidget* content_ = nullptr;
  QWidget* answers_ = nullptr;
  QWidget* nothing_ = nullptr;
  EmptyState* empty_ = nullptr;
  QListWidget* questions_ = nullptr;
  SimulatedSide* left_ = nullptr;
  SimulatedSide* right_ = nullptr;
  TextLabel* reply_ = nullptr;
  TextLabel* count_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_SIMULATOR_PAGE_H_
