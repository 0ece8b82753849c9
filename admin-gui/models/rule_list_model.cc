#include "admin-gui/models/rule_list_model.h"

#include <algorithm>
#include <utility>

#include "admin-gui/models/policy_words.h"

namespace gw::gui {

QString ShadowSentence(const ResourceKey& policy, const Shadow& shadow) {
  const int rule = static_cast<int>(shadow.rule) + 1;
  const int by = static_cast<int>(shadow.by_rule) + 1;
  if (shadow.by == policy) {
    return RuleListModel::tr("Rule %1 is never reached: rule %2 decides everything first.")
        .arg(rule)
        .arg(by);
  }
  return RuleListModel::tr("Rule %1 is never reached: %2 rule %3 decides everything first.")
      .arg(rule)
      .arg(QString::fromStdString(shadow.by.name))
      .arg(by);
}

RuleListModel::RuleListModel(QObject* parent) : QAbstractListModel(parent) {}

void RuleListModel::SetRules(const Model& model, const Policy& policy, Direction direction,
                             const std::vector<Shadow>& shadows, const HitsOfRule& hits) {
  staged_ = policy.staged;
  const std::vector<Rule>& rules = policy.rules(direction);
  const ResourceKey key = KeyOf(policy);
  const NextTiers next = NextTiersOf(EvaluationOrder(model));
  std::vector<RuleRow> rows;
  rows.reserve(rules.size());
  for (size_t i = 0; i < rules.size(); ++i) {
    RuleRow row;
    row.rule = rules[i];
    row.sentence = RuleSentence(model, next, policy, direction, rules[i], /*short_form=*/false);
    if (row.sentence.endsWith(QLatin1Char('.'))) row.sentence.chop(1);
    if (hits) row.hits = hits(i);
    const auto shadow = std::find_if(shadows.begin(), shadows.end(), [&](const Shadow& other) {
      return other.direction == direction && other.rule == i;
    });
    if (shadow != shadows.end()) row.shadow = ShadowSentence(key, *shadow);
    rows.push_back(std::move(row));
  }
  TakeRows(std::move(rows));
}

void RuleListModel::TakeRows(std::vector<RuleRow> rows) {
  const auto same_rule = [](const RuleRow& a, const RuleRow& b) { return a.rule == b.rule; };
  const size_t shorter = std::min(rows.size(), rows_.size());
  size_t head = 0;
  while (head < shorter && same_rule(rows[head], rows_[head])) ++head;
  const auto at = [](size_t i) { return static_cast<int>(i); };
  const auto place = [](auto& list, size_t i) {
    return list.begin() + static_cast<std::ptrdiff_t>(i);
  };
  // As many rows as before are the same rows, changed; else the difference stands at `head`.
  if (rows.size() > rows_.size()) {
    const size_t more = rows.size() - rows_.size();
    beginInsertRows({}, at(head), at(head + more) - 1);
    rows_.insert(place(rows_, head), place(rows, head), place(rows, head + more));
    endInsertRows();
  } else if (rows.size() < rows_.size()) {
    const size_t fewer = rows_.size() - rows.size();
    beginRemoveRows({}, at(head), at(head + fewer) - 1);
    rows_.erase(place(rows_, head), place(rows_, head + fewer));
    endRemoveRows();
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == rows_[i]) continue;
    rows_[i] = std::move(rows[i]);
    Q_EMIT dataChanged(index(at(i)), index(at(i)));
  }
}

int RuleListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant RuleListModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const RuleRow& row = rows_[static_cast<size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return row.sentence;
    case Qt::ToolTipRole:
      return row.shadow.isEmpty() ? row.sentence : row.shadow;
    case Qt::AccessibleTextRole:
      return row.shadow.isEmpty()
                 ? tr("Rule %1: %2").arg(index.row() + 1).arg(row.sentence)
                 : tr("Rule %1: %2. %3").arg(index.row() + 1).arg(row.sentence, row.shadow);
    case kAction:
      return static_cast<int>(row.rule.action);
    case kIsStaged:
      return staged_;
    case kCount:
      return row.hits.observed ? QVariant(row.hits.count) : QVariant();
    case kShadow:
      return row.shadow;
    case kNumber:
      return index.row() + 1;
    default:
      return {};
  }
}

}  // namespace gw::gui
