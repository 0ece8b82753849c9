// FlowPane: one recorded decision in full: the sentence, why, what was sent, what the policy knew
// of both sides and of the endpoints then, with labels, every step of the decision, and what the
// pending changes would make of it. Beside the flow log; it asks the gateway itself.

#ifndef ADMIN_GUI_VIEWS_FLOW_PANE_H_
#define ADMIN_GUI_VIEWS_FLOW_PANE_H_

#include <memory>
#include <optional>
#include <vector>

#include <QLabel>
#include <QPushButton>
#include <QWidget>

#include "admin-gui/models/endpoint_rows.h"
#include "admin-gui/models/flow_names.h"
#include "admin-gui/session/policy_session.h"
#include "admin-gui/views/known_rows.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/trace_panel.h"
#include "admin-gui/widgets/verdict_badge.h"

class QGridLayout;
class QVBoxLayout;

namespace gw::gui {

class FlowPane : public QWidget {
  Q_OBJECT

 public:
  FlowPane(Gateway& gateway, PolicySession& session, QWidget* parent);
  ~FlowPane() override;

  void Show(const AuditRecord& record, const std::shared_ptr<const FlowNames>& names);
  void Clear();
  const std::optional<AuditRecord>& record() const { return record_; }

 Q_SIGNALS:
  void likeThisAsked();
  void ruleAsked();
  void stepActivated(const gw::TraceStep& step);
  // Of the language of queries: "src.label.role".
  void filterAsked(const QString& field, const QString& value);

 private:
  GatewayHost Host() const;
  void FillHead();
  void FillFacts();
  void FillEnd();
  void AskTrace();
  void ShowTrace(const ExplainResult& result);
  void AskPending();
  void ShowPending(const SimulateResult& result);
  TextLabel* AddFact(QGridLayout* grid, const QString& name);
  // A label that is chosen is asked for as `field` and its key.
  KnownRows* AddKnown(QGridLayout* grid, const QString& name, const QString& field);
  // An empty one is not shown, nor is its name.
  static void SetFact(TextLabel* value, const QString& text);
  static void SetKnown(KnownRows* rows, const std::vector<KnownObject>& objects);
  static void ShowRow(QWidget* value, bool shown);

  Gateway& gateway_;
  PolicySession& session_;
  std::optional<AuditRecord> record_;
  std::shared_ptr<const FlowNames> names_;
  Call explaining_;
  Call pending_;
  QWidget* body_ = nullptr;
  TextLabel* nothing_ = nullptr;
  VerdictBadge* badge_ = nullptr;
  TextLabel* time_ = nullptr;
  TextLabel* sentence_ = nullptr;
  TextLabel* reason_ = nullptr;
  QPushButton* like_ = nullptr;
  QPushButton* open_ = nullptr;
  TextLabel* sent_ = nullptr;
  TextLabel* translated_ = nullptr;
  TextLabel* path_ = nullptr;
  TextLabel* traffic_ = nullptr;
  TextLabel* end_ = nullptr;
  TextLabel* pending_words_ = nullptr;
  KnownRows* source_ = nullptr;
  KnownRows* destination_ = nullptr;
  KnownRows* endpoints_ = nullptr;
  TracePanel* trace_ = nullptr;
  QWidget* changes_ = nullptr;
  VerdictBadge* changes_badge_ = nullptr;
  TextLabel* changes_reason_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FLOW_PANE_H_
