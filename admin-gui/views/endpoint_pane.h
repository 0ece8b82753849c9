// EndpointPane: one row of the endpoints page in detail: what is amiss, labels, addresses, what
// governs it, profiles, named ports, and what decides there in order (gui.md §4.3). Every edit is a
// step of the session. An interface that nothing governs gets its endpoint with its first label.
// GUI thread.

#ifndef ADMIN_GUI_VIEWS_ENDPOINT_PANE_H_
#define ADMIN_GUI_VIEWS_ENDPOINT_PANE_H_

#include <optional>

#include <QListView>
#include <QScrollArea>

#include "admin-gui/models/decision_steps.h"
#include "admin-gui/models/endpoint_rows.h"
#include "admin-gui/session/policy_session.h"

class QGridLayout;
class QLineEdit;
class QVBoxLayout;

namespace gw::gui {

class Card;
class IconLabel;
class LabelChips;
class Segmented;
class TextChips;
class TextLabel;

class EndpointPane : public QScrollArea {
  Q_OBJECT

 public:
  EndpointPane(PolicySession& session, QWidget* parent);

  // `row` is of `host`. What is being typed stays if it is about the same thing.
  void ShowRow(const EndpointRow& row, const GatewayHost& host);
  void EditLabels();
  LabelChips* labels() const { return labels_; }
  QListView* steps() const { return steps_; }

 Q_SIGNALS:
  void policyWanted(const gw::ResourceKey& policy);
  // The name of the row's endpoint is another from now on.
  void renamed(const gw::ResourceKey& endpoint);

 private:
  void MakeForm(QVBoxLayout* column);
  void MakeSteps(QVBoxLayout* column);
  void ShowWarnings();
  void ShowForm();
  void ShowSteps();
  void AddWarning(QVBoxLayout* lines, const EndpointWarning& warning);
  void SetMeant(const char* what);
  void AddPolicyFor(const EndpointWarning& warning);
  void PutLabels(const Labels& labels);
  void PutName();
  void PutProfiles(const QStringList& names);
  void PutPorts(const QStringList& texts);
  QString PortProblem(const QString& text) const;
  // Puts the endpoint with `change` made to it.
  template <typename Change>
  void Put(const QString& name, Change change);

  PolicySession& session_;
  EndpointRow row_;
  GatewayHost host_;
  DecisionStepModel step_model_;
  IconLabel* icon_ = nullptr;
  TextLabel* title_ = nullptr;
  TextLabel* fact_ = nullptr;
  Card* warnings_ = nullptr;
  QWidget* warning_lines_ = nullptr;
  LabelChips* labels_ = nullptr;
  QWidget* form_ = nullptr;
  QLineEdit* name_ = nullptr;
  TextLabel* name_problem_ = nullptr;
  TextLabel* addresses_ = nullptr;
  TextLabel* governed_ = nullptr;
  TextChips* profiles_ = nullptr;
  TextChips* ports_ = nullptr;
  QWidget* decides_ = nullptr;
  Segmented* direction_ = nullptr;
  Segmented* scope_ = nullptr;
  QListView* steps_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_ENDPOINT_PANE_H_
