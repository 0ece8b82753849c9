// PolicyTableModel: every policy in the order in which it is asked, under its tier, between the
// failsafes and what holds for the rest. Roles carry values; the delegate paints. It follows the
// session's working copy; policies that the copy removed stay, struck through, until it is applied.
// GUI thread.

#ifndef ADMIN_GUI_MODELS_POLICY_TABLE_MODEL_H_
#define ADMIN_GUI_MODELS_POLICY_TABLE_MODEL_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include <QAbstractTableModel>
#include <QList>
#include <QString>
#include <QStringList>

#include "admin-gui/models/policy_reach.h"
#include "admin-gui/models/policy_words.h"
#include "common/service/service.h"

class QTimer;

namespace gw::gui {

enum class PolicyChange : int { kNone, kNew, kEdited, kDeleted };

// What was decided in 24 hours. `observed` is false until the service answered.
struct PolicyHits {
  bool observed = false;
  qint64 count = 0;
  std::optional<absl::Time> last;
  std::vector<qint64> series;

  friend bool operator==(const PolicyHits&, const PolicyHits&) = default;
};

struct PolicyRow {
  enum class Kind : int { kFailsafes, kTier, kPolicy, kRest };

  Kind kind = Kind::kPolicy;
  std::string tier;  // of kTier and kPolicy
  ResourceKey key;   // of kPolicy
  int number = 0;    // of kPolicy; 0 for a deleted one
  QString text;      // name, or the sentence of the row
  QString fact;      // kTier: "3 policies · order 100"
  QString end;       // kTier: what no rule decides
  bool collapsed = false;
  bool staged = false;
  PolicyChange change = PolicyChange::kNone;
  QString selector;
  int endpoints = 0;
  QString scope;
  QString directions;
  PolicySummary summary;
  bool denies = false;  // kRest: something is denied

  friend bool operator==(const PolicyRow&, const PolicyRow&) = default;
};

class PolicyTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int { kNumber, kName, kSelector, kTraffic, kWhat, kHits, kLast, kColumnCount };
  enum Role : int {
    kKind = Qt::UserRole,  // int, PolicyRow::Kind
    kFact,                 // QString
    kEnd,                  // QString
    kIsCollapsed,          // bool
    kIsStaged,             // bool
    kChange,               // int, PolicyChange
    kEndpoints,            // int
    kSecond,               // QString: directions, "+3 rules"
    kAction,               // int, RuleAction; -1 without rules
    kDenies,               // bool
    kCount,                // qint64; absent if not observed
    kSeries,               // QList<qint64>
    kLastHit,              // qint64 ms since the epoch; absent for none
  };

  explicit PolicyTableModel(QObject* parent = nullptr);

  // Shows `model` against what is stored. `keys` are what changed since the last call; none means
  // everything. Both must live until the next SetPolicy.
  void SetPolicy(const Model& model, const Model& base, const QList<ResourceKey>& keys = {});
  void SetHits(const RuleHitsResult& hits);
  // Policies whose name, selector, rules (words, ports, addresses, labels) contain `text`. In a
  // large policy the words are still being made: rows come as they are found (searching()).
  void SetFilter(const QString& text);
  // Only those that select the endpoint; none for all.
  void SetEndpoint(const std::optional<ResourceKey>& endpoint);
  void SetCollapsed(const std::set<std::string>& tiers);
  const QString& filter() const { return filter_; }
  bool searching() const { return !filter_.isEmpty() && words_missing_; }
  const std::optional<ResourceKey>& endpoint() const { return endpoint_; }
  const std::set<std::string>& collapsed() const { return collapsed_; }

  const PolicyRow* row(int index) const;       // nullptr beyond the end
  int RowOf(const ResourceKey& policy) const;  // -1 if it is not shown
  int policy_count() const { return policy_count_; }
  int tier_count() const { return tier_count_; }
  const PolicyReach& reach() const { return reach_; }
  const std::vector<EndpointEnd>& ends() const { return ends_; }
  // Of one rule, or of the whole policy.
  PolicyHits HitsOf(const ResourceKey& policy, Direction direction, size_t rule) const;
  PolicyHits HitsOf(const ResourceKey& policy) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 Q_SIGNALS:
  // Rows came that the filter could not know before.
  void foundMore();

 private:
  // What is asked of a policy alone, kept until it changes.
  struct Facts {
    PolicySummary summary;
    QString search;         // lower case
    bool searched = false;  // it is made
  };

  void Forget(const QList<ResourceKey>& keys);
  // ---- what Find looks at (policy_search.cc)
  bool Finds(const ResourceKey& key, const Policy& policy);
  void MakeSearchText(const ResourceKey& key, const Policy& policy);
  void MakeSearchTexts();
  // ---- rows (policy_table_rows.cc)
  std::vector<PolicyRow> MakeRows();
  void AddTier(const std::vector<OrderedTier>& order, size_t tier, std::vector<PolicyRow>* rows);
  PolicyRow MakePolicyRow(const ResourceKey& key, const Policy& policy);
  PolicyRow MakeTierRow(const std::vector<OrderedTier>& order, size_t tier) const;
  PolicyChange ChangeOf(const ResourceKey& key, const Policy& policy) const;
  bool Shows(const ResourceKey& key, const Policy& policy);

  void TakeRows(std::vector<PolicyRow> rows);
  void Rebuild();
  QVariant PolicyData(const PolicyRow& row, int column, int role) const;
  QVariant HitsData(const PolicyRow& row, int role) const;
  QString Sentence(const PolicyRow& row) const;

  const Model* model_ = nullptr;
  const Model* base_ = nullptr;
  PolicyReach reach_;
  std::vector<EndpointEnd> ends_;
  NextTiers next_tiers_;
  std::map<ResourceKey, Facts> facts_;
  QString filter_;
  QTimer* words_timer_ = nullptr;  // a slice at a time, while nothing else is to be done
  bool words_missing_ = true;      // of some policy
  size_t words_made_at_once_ = 0;  // in this rebuild
  std::optional<ResourceKey> endpoint_;
  std::set<std::string> collapsed_;
  std::vector<PolicyRow> rows_;
  int policy_count_ = 0;
  int tier_count_ = 0;
  bool observed_ = false;
  std::map<std::string, PolicyHits> policy_hits_;  // by name
  std::map<int64_t, PolicyHits> rule_hits_;        // by RuleVersion
  // By decided_by: of before there were versions.
  std::map<std::string, PolicyHits> unversioned_hits_;
  PolicyHits failsafe_hits_;
  PolicyHits rest_hits_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_POLICY_TABLE_MODEL_H_
