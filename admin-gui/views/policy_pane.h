// PolicyPane: beside the policy table: all rules of the selected policy in words, what it applies
// to, which rules are never reached; for the last row, what holds on each endpoint. GUI thread.

#ifndef ADMIN_GUI_VIEWS_POLICY_PANE_H_
#define ADMIN_GUI_VIEWS_POLICY_PANE_H_

#include <QScrollArea>

#include "admin-gui/models/policy_table_model.h"
#include "admin-gui/widgets/theme.h"
#include "common/policy/model.h"

class QPushButton;
class QVBoxLayout;

namespace gw::gui {

class Card;
class TextLabel;

class PolicyPane : public QScrollArea {
  Q_OBJECT

 public:
  explicit PolicyPane(QWidget* parent);

  void Show(const Model& model, const PolicyTableModel& table, const PolicyRow* row);
  // What a move would do: "Moves before tills-to-bank: 3 recorded flows change". Stays until
  // another row is shown.
  void ShowEffect(const QString& words);
  QString text() const;  // everything that it says, for tests and copying

 Q_SIGNALS:
  void openAsked(const gw::ResourceKey& policy);
  void flowsAsked(const QString& query);

 private:
  void Clear();
  void AddText(const QString& text, TextSize size, Role role);
  void AddHeading(const QString& text);
  void AddLine(const QString& number, const QString& icon, Role role, const QString& text,
               const QString& fact);
  void ShowPolicy(const Model& model, const PolicyTableModel& table, const PolicyRow& row);
  void ShowRules(const Model& model, const PolicyTableModel& table, const Policy& policy,
                 Direction direction);
  void ShowRest(const PolicyTableModel& table);

  QVBoxLayout* column_ = nullptr;
  QString identity_;
  QString effect_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_POLICY_PANE_H_
