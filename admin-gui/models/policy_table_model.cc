#include "admin-gui/models/policy_table_model.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include <QDateTime>
#include <QLocale>
#include <QTimer>

#include "admin-gui/models/flow_words.h"
#include "common/policy/rule_version.h"

namespace gw::gui {
namespace {

using Kind = PolicyRow::Kind;

bool IsPolicy(ResourceKind kind) {
  return kind == ResourceKind::kGlobalNetworkPolicy ||
         kind == ResourceKind::kStagedGlobalNetworkPolicy;
}

// What endpoints are, and their labels.
bool IsEndpointOrProfile(ResourceKind kind) {
  return kind == ResourceKind::kHostEndpoint || kind == ResourceKind::kWorkloadEndpoint ||
         kind == ResourceKind::kProfile;
}

// Rows of one identity are about the same thing.
auto IdentityOf(const PolicyRow& row) { return std::tie(row.kind, row.key, row.tier); }

bool SameThing(const PolicyRow& a, const PolicyRow& b) {
  if (a.kind == Kind::kPolicy && b.kind == Kind::kPolicy) return a.key == b.key;
  return IdentityOf(a) == IdentityOf(b);
}

void AddHits(const RuleHits& hits, PolicyHits* sum) {
  sum->observed = true;
  sum->count += hits.count;
  sum->last = std::max(sum->last.value_or(hits.last), hits.last);
  if (sum->series.size() < hits.series.size()) sum->series.resize(hits.series.size());
  for (size_t i = 0; i < hits.series.size(); ++i) sum->series[i] += hits.series[i];
}

void AddHits(const PolicyHits& hits, PolicyHits* sum) {
  sum->count += hits.count;
  if (hits.last) sum->last = std::max(sum->last.value_or(*hits.last), *hits.last);
  if (sum->series.size() < hits.series.size()) sum->series.resize(hits.series.size());
  for (size_t i = 0; i < hits.series.size(); ++i) sum->series[i] += hits.series[i];
}

bool IsRest(absl::string_view decided_by) {
  return absl::StartsWith(decided_by, "end-of-tier:") || decided_by == "no-profile-match" ||
         absl::StartsWith(decided_by, "forward-");
}

std::string RuleKey(const std::string& policy, Direction direction, size_t rule) {
  return absl::StrCat("policy:", policy,
                      direction == Direction::kIngress ? "/ingress/" : "/egress/", rule);
}

}  // namespace

PolicyTableModel::PolicyTableModel(QObject* parent)
    : QAbstractTableModel(parent), words_timer_(new QTimer(this)) {
  words_timer_->setInterval(0);
  connect(words_timer_, &QTimer::timeout, this, &PolicyTableModel::MakeSearchTexts);
}

void PolicyTableModel::SetPolicy(const Model& model, const Model& base,
                                 const QList<ResourceKey>& keys) {
  model_ = &model;
  base_ = &base;
  Forget(keys);
  const bool endpoints =
      keys.isEmpty() || std::any_of(keys.begin(), keys.end(),
                                    [](const auto& key) { return IsEndpointOrProfile(key.kind); });
  if (endpoints && reach_.SetModel(model)) facts_.clear();
  words_missing_ = true;
  words_timer_->start();
  Rebuild();
}

// What a policy says in words depends on tiers, and on which endpoints there are.
void PolicyTableModel::Forget(const QList<ResourceKey>& keys) {
  const bool all = keys.isEmpty() || std::any_of(keys.begin(), keys.end(), [](const auto& key) {
                     return !IsPolicy(key.kind);
                   });
  if (all) {
    facts_.clear();
    return;
  }
  for (const ResourceKey& key : keys) facts_.erase(key);
}

void PolicyTableModel::SetFilter(const QString& text) {
  if (text.trimmed() == filter_) return;
  filter_ = text.trimmed();
  Rebuild();
}

void PolicyTableModel::SetEndpoint(const std::optional<ResourceKey>& endpoint) {
  if (endpoint == endpoint_) return;
  endpoint_ = endpoint;
  Rebuild();
}

void PolicyTableModel::SetCollapsed(const std::set<std::string>& tiers) {
  if (tiers == collapsed_) return;
  collapsed_ = tiers;
  Rebuild();
}

void PolicyTableModel::Rebuild() {
  words_made_at_once_ = 0;
  if (model_ != nullptr) TakeRows(MakeRows());
}

// Takes away what is between the equal ends of the two lists and puts in what is new there; one row
// that only moved is moved.
void PolicyTableModel::TakeRows(std::vector<PolicyRow> rows) {
  const size_t shorter = std::min(rows.size(), rows_.size());
  size_t head = 0;
  while (head < shorter && SameThing(rows[head], rows_[head])) ++head;
  size_t tail = 0;
  while (tail < shorter - head &&
         SameThing(rows[rows.size() - 1 - tail], rows_[rows_.size() - 1 - tail])) {
    ++tail;
  }
  const auto at = [](size_t i) { return static_cast<int>(i); };
  const size_t old_end = rows_.size() - tail;
  const size_t new_end = rows.size() - tail;
  const auto old_begin = rows_.begin() + static_cast<std::ptrdiff_t>(head);
  const auto old_last = rows_.begin() + static_cast<std::ptrdiff_t>(old_end);
  const auto new_begin = rows.begin() + static_cast<std::ptrdiff_t>(head);
  const auto new_last = rows.begin() + static_cast<std::ptrdiff_t>(new_end);
  const bool same_count = old_end == new_end && old_end - head > 1;
  if (same_count && std::equal(old_begin + 1, old_last, new_begin, SameThing)) {
    beginMoveRows({}, at(head), at(head), {}, at(old_end));
    std::rotate(old_begin, old_begin + 1, old_last);
    endMoveRows();
  } else if (same_count && std::equal(old_begin, old_last - 1, new_begin + 1, SameThing)) {
    beginMoveRows({}, at(old_end - 1), at(old_end - 1), {}, at(head));
    std::rotate(old_begin, old_last - 1, old_last);
    endMoveRows();
  } else {
    if (head < old_end) {
      beginRemoveRows({}, at(head), at(old_end) - 1);
      rows_.erase(old_begin, old_last);
      endRemoveRows();
    }
    if (head < new_end) {
      beginInsertRows({}, at(head), at(new_end) - 1);
      rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(head), new_begin, new_last);
      endInsertRows();
    }
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == rows_[i]) continue;
    rows_[i] = std::move(rows[i]);
    Q_EMIT dataChanged(index(at(i), 0), index(at(i), kColumnCount - 1));
  }
}

// ---- hits ---------------------------------------------------------------------------------------

void PolicyTableModel::SetHits(const RuleHitsResult& hits) {
  observed_ = true;
  policy_hits_.clear();
  rule_hits_.clear();
  unversioned_hits_.clear();
  failsafe_hits_ = {};
  rest_hits_ = {};
  for (const RuleHits& rule : hits.rules) {
    if (const auto deciding = RuleOfDecider(rule.decided_by)) {
      if (deciding->is_profile) continue;
      AddHits(rule, &policy_hits_[deciding->owner]);
      if (rule.version == kNoRuleVersion) {
        AddHits(rule, &unversioned_hits_[rule.decided_by]);
      } else {
        AddHits(rule, &rule_hits_[rule.version]);
      }
    } else if (absl::StartsWith(rule.decided_by, "failsafe:")) {
      AddHits(rule, &failsafe_hits_);
    } else if (IsRest(rule.decided_by)) {
      AddHits(rule, &rest_hits_);
    }
  }
  if (rows_.empty()) return;
  Q_EMIT dataChanged(index(0, kHits), index(rowCount() - 1, kLast));
}

// A staged policy decides nothing, so that nothing is counted for it.
PolicyHits PolicyTableModel::HitsOf(const ResourceKey& policy) const {
  PolicyHits hits;
  if (policy.kind != ResourceKind::kGlobalNetworkPolicy || !observed_) return hits;
  const auto found = policy_hits_.find(policy.name);
  if (found != policy_hits_.end()) return found->second;
  hits.observed = true;
  return hits;
}

PolicyHits PolicyTableModel::HitsOf(const ResourceKey& policy, Direction direction,
                                    size_t rule) const {
  PolicyHits hits;
  if (policy.kind != ResourceKind::kGlobalNetworkPolicy || !observed_) return hits;
  hits.observed = true;
  const auto add = [&hits](const auto& map, const auto& key) {
    if (const auto found = map.find(key); found != map.end()) AddHits(found->second, &hits);
  };
  add(unversioned_hits_, RuleKey(policy.name, direction, rule));
  if (model_ == nullptr) return hits;
  const auto found = model_->policies.find(policy.name);
  if (found == model_->policies.end() || rule >= found->second.rules(direction).size()) return hits;
  add(rule_hits_, RuleVersion(found->second, direction, found->second.rules(direction)[rule]));
  return hits;
}

// ---- asked by views -----------------------------------------------------------------------------

const PolicyRow* PolicyTableModel::row(int index) const {
  return index < 0 || index >= rowCount() ? nullptr : &rows_[static_cast<size_t>(index)];
}

int PolicyTableModel::RowOf(const ResourceKey& policy) const {
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].kind == Kind::kPolicy && rows_[i].key == policy) return static_cast<int>(i);
  }
  return -1;
}

int PolicyTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int PolicyTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumnCount;
}

QVariant PolicyTableModel::data(const QModelIndex& index, int role) const {
  const PolicyRow* row = this->row(index.row());
  if (row == nullptr || !index.isValid()) return {};
  switch (role) {
    case kKind:
      return static_cast<int>(row->kind);
    case kIsCollapsed:
      return row->collapsed;
    case kDenies:
      return row->denies;
    case kFact:
      return row->fact;
    case kEnd:
      return row->end;
    case kCount:
    case kSeries:
    case kLastHit:
      return HitsData(*row, role);
    case Qt::AccessibleTextRole:
      return Sentence(*row);
    default:
      break;
  }
  if (row->kind == Kind::kPolicy) return PolicyData(*row, index.column(), role);
  return role == Qt::DisplayRole && index.column() == kNumber ? QVariant(row->text) : QVariant();
}

QVariant PolicyTableModel::PolicyData(const PolicyRow& row, int column, int role) const {
  switch (role) {
    case kIsStaged:
      return row.staged;
    case kChange:
      return static_cast<int>(row.change);
    case kEndpoints:
      return row.endpoints;
    case kAction:
      return row.summary.empty ? -1 : static_cast<int>(row.summary.action);
    case kSecond:
      if (column == kTraffic) return row.directions;
      if (row.summary.more == 1) return tr("+1 rule");
      return row.summary.more == 0 ? QString() : tr("+%n rules", nullptr, row.summary.more);
    case Qt::ToolTipRole:
      if (column == kSelector) return row.selector;
      if (column == kWhat) return row.summary.sentence;
      return column == kName ? QVariant(row.text) : QVariant();
    case Qt::DisplayRole:
      break;
    default:
      return {};
  }
  switch (column) {
    case kNumber:
      return row.number == 0 ? QString() : QString::number(row.number);
    case kName:
      return row.text;
    case kSelector:
      return row.selector;
    case kTraffic:
      return row.scope;
    case kWhat:
      return row.summary.sentence;
    default:
      return {};
  }
}

QVariant PolicyTableModel::HitsData(const PolicyRow& row, int role) const {
  PolicyHits hits;
  if (row.kind == Kind::kPolicy && row.change != PolicyChange::kNew) hits = HitsOf(row.key);
  if (row.kind == Kind::kFailsafes) hits = failsafe_hits_;
  if (row.kind == Kind::kRest) hits = rest_hits_;
  if (!hits.observed) return {};
  if (role == kCount) return hits.count;
  if (role == kLastHit) {
    return hits.last ? QVariant(static_cast<qint64>(absl::ToUnixMillis(*hits.last))) : QVariant();
  }
  return QVariant::fromValue(QList<qint64>(hits.series.begin(), hits.series.end()));
}

// The sentence that a screen reader says for the row.
QString PolicyTableModel::Sentence(const PolicyRow& row) const {
  if (row.kind == Kind::kTier) return tr("Tier %1, %2, %3").arg(row.text, row.fact, row.end);
  if (row.kind != Kind::kPolicy) return row.text;
  QStringList parts;
  parts << (row.change == PolicyChange::kDeleted ? tr("deleted") : QString::number(row.number))
        << row.text << tr("tier %1").arg(QString::fromStdString(row.tier));
  if (row.staged) parts << tr("staged");
  parts << (row.endpoints == 1 ? tr("applies to 1 endpoint")
                               : tr("applies to %n endpoints", nullptr, row.endpoints))
        << QStringLiteral("%1 %2").arg(row.scope.toLower(), row.directions) << row.summary.sentence;
  if (row.summary.more == 1) parts << tr("and 1 more rule");
  if (row.summary.more > 1) parts << tr("and %n more rules", nullptr, row.summary.more);
  const QVariant count = HitsData(row, kCount);
  if (count.isValid()) {
    parts << (count.toLongLong() == 0 ? tr("never hit")
                                      : tr("%1 hits").arg(QLocale().toString(count.toLongLong())));
  }
  return parts.join(QStringLiteral(", "));
}

QVariant PolicyTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    const bool right = section == kNumber || section == kHits || section == kLast;
    return QVariant(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft));
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case kNumber:
      return QStringLiteral("#");
    case kName:
      return tr("Name");
    case kSelector:
      return tr("Applies to");
    case kTraffic:
      return tr("Traffic");
    case kWhat:
      return tr("What it does");
    case kHits:
      return tr("Hits, 24 h");
    case kLast:
      return tr("Last hit");
    default:
      return {};
  }
}

}  // namespace gw::gui
