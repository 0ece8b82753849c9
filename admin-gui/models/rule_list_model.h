// RuleListModel: the rules of one direction of a policy as sentences, with their hits. Follows by
// insertions, removals and changes of single rows. GUI thread.

#ifndef ADMIN_GUI_MODELS_RULE_LIST_MODEL_H_
#define ADMIN_GUI_MODELS_RULE_LIST_MODEL_H_

#include <functional>
#include <vector>

#include <QAbstractListModel>
#include <QString>

#include "admin-gui/models/policy_table_model.h"

namespace gw::gui {

struct RuleRow {
  Rule rule;
  QString sentence;
  PolicyHits hits;
  QString shadow;  // why it is never reached; empty if it is

  friend bool operator==(const RuleRow&, const RuleRow&) = default;
};

class RuleListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role : int {
    kAction = Qt::UserRole,  // int, RuleAction
    kIsStaged,               // bool
    kCount,                  // qint64; absent if not observed
    kShadow,                 // QString
    kNumber,                 // int, from 1
  };

  explicit RuleListModel(QObject* parent = nullptr);

  using HitsOfRule = std::function<PolicyHits(size_t rule)>;
  // `shadows` may hold those of other directions too.
  void SetRules(const Model& model, const Policy& policy, Direction direction,
                const std::vector<Shadow>& shadows, const HitsOfRule& hits);
  const std::vector<RuleRow>& rows() const { return rows_; }
  bool staged() const { return staged_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  void TakeRows(std::vector<RuleRow> rows);

  std::vector<RuleRow> rows_;
  bool staged_ = false;
};

// "Rule 2 is never reached: lan-internet rule 1 decides everything first."
QString ShadowSentence(const ResourceKey& policy, const Shadow& shadow);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_RULE_LIST_MODEL_H_
