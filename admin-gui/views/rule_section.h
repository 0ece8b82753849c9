// RuleSection: the rules of one direction of a policy: heading, list, the rule that is open, and
// what an empty or absent list means (gui.md §4.5). Edits go to the session at once. GUI thread.

#ifndef ADMIN_GUI_VIEWS_RULE_SECTION_H_
#define ADMIN_GUI_VIEWS_RULE_SECTION_H_

#include <functional>
#include <vector>

#include <QPushButton>
#include <QWidget>

#include "admin-gui/models/rule_list_model.h"
#include "admin-gui/session/policy_session.h"
#include "admin-gui/views/rule_list.h"
#include "admin-gui/widgets/selector_edit.h"

namespace gw::gui {

class RuleCard;
class TextLabel;

class RuleSection : public QWidget {
  Q_OBJECT

 public:
  RuleSection(PolicySession& session, const PolicyTableModel& table, Direction direction,
              QWidget* parent);

  void Show(const ResourceKey& policy);
  void SetCount(const SelectorEdit::Count& count, const SelectorEdit::CompleteWord& complete);
  // Opens the rule as a card; none closes it.
  void Open(std::optional<size_t> rule);
  std::optional<size_t> open_rule() const;
  RuleList* list() const { return list_; }
  RuleCard* card() const { return card_; }
  QPushButton* add() const { return add_; }
  void AddRule();

 Q_SIGNALS:
  void opened(std::optional<size_t> rule);  // by the user; also when it was closed
  void selectorShown(const gw::Selector& selector);
  void announced(const QString& text, bool undo);

 private:
  // The rules, and where each was before: none for new ones.
  struct Arranged {
    std::vector<Rule> rules;
    std::vector<std::optional<size_t>> was;
  };
  void Put(const QString& step, const Arranged& arranged, const QString& merge = {});
  Arranged Now() const;
  void Change(const Rule& rule, const QString& what, const QString& field);
  void Move(int row, int step);
  void Duplicate(int row);
  void Delete(int row);
  void Decide(bool decide);
  void ShowMenu(int row, const QPoint& global);
  void ShowHeading(const Policy& policy);
  QString EmptyWords(const Policy& policy) const;
  QString RuleWithPolicy(size_t rule) const;
  const Policy* policy() const;

  PolicySession& session_;
  const PolicyTableModel& table_;
  const Direction direction_;
  ResourceKey key_;
  RuleListModel model_;
  QWidget* heading_ = nullptr;
  TextLabel* title_ = nullptr;
  TextLabel* fact_ = nullptr;
  QPushButton* add_ = nullptr;
  RuleList* list_ = nullptr;
  RuleCard* card_ = nullptr;
  TextLabel* empty_ = nullptr;
  QWidget* absent_ = nullptr;
  QPushButton* stop_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_RULE_SECTION_H_
