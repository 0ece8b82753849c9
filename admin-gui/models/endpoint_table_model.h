// EndpointTableModel: the endpoints page's table: interfaces and endpoints, a heading, and the
// devices on their networks. Roles carry values; the delegate paints. It follows the session's
// working copy; what the gateway has and sees comes by SetFound. GUI thread.

#ifndef ADMIN_GUI_MODELS_ENDPOINT_TABLE_MODEL_H_
#define ADMIN_GUI_MODELS_ENDPOINT_TABLE_MODEL_H_

#include <optional>
#include <vector>

#include <QAbstractTableModel>
#include <QString>

#include "admin-gui/models/endpoint_rows.h"

namespace gw::gui {

// What the service answered; all empty before.
struct FoundNetwork {
  std::vector<HostInterface> interfaces;
  std::vector<Neighbour> neighbours;
  std::vector<AuditTop> seen;     // sources, 7 days
  std::vector<AuditTop> traffic;  // endpoints, 24 hours
};

class EndpointTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int { kName, kAddress, kLabels, kPolicies, kTraffic, kColumnCount };
  enum class RowKind : int { kEndpoint, kHeading, kDevice };
  enum Role : int {
    kKind = Qt::UserRole,  // int, RowKind
    kIdentity,             // QString, the same as long as the row is about the same thing
    kIcon,                 // QString
    kSecondLine,           // QString, of kName and kAddress
    kChips,                // QStringList "key=value"
    kCount,                // int, policies
    kWarnings,             // int
    kDecisions,            // qint64, 24 h; absent if not known
    kShare,                // double, of the largest, 0 to 1
    kIsQuiet,              // bool: nothing decides here, words are muted
    kNote,                 // QString, instead of chips
    kAction,               // QString, what can be done with the row in place; empty for none
    kLastSeen,             // qint64 milliseconds since the epoch; absent if not known
    kIsSeenNow,            // bool
  };

  explicit EndpointTableModel(QObject* parent = nullptr);

  // `model` is read again at each SetPolicy and SetFound; it must live until the next SetPolicy.
  void SetPolicy(const Model& model, const std::optional<StatusResult>& status);
  void SetFound(FoundNetwork found);
  // Rows whose name, label, address or MAC contains `text`.
  void SetFilter(const QString& text);
  const QString& filter() const { return filter_; }

  // nullptr where the row is of another kind.
  const EndpointRow* endpoint(int row) const;
  const DeviceRow* device(int row) const;
  RowKind kind(int row) const;
  int RowOf(const QString& identity) const;  // -1 if it is not shown
  static QString IdentityOf(const EndpointRow& row);
  // Over all, not only what the filter shows.
  int checked_count() const;
  int unchecked_count() const;
  int named_devices() const;
  int warning_count() const;
  const std::vector<EndpointRow>& endpoints() const { return endpoints_; }
  const std::vector<DeviceRow>& devices() const { return devices_; }
  const FoundNetwork& found() const { return found_; }
  const GatewayHost& host() const { return host_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  // Endpoints only; devices keep their order. kLabels is not sorted by. -1: as at first.
  void sort(int column, Qt::SortOrder order) override;

 private:
  // Which row of the table is which: index into endpoints_ or devices_.
  struct Line {
    RowKind kind = RowKind::kHeading;
    size_t index = 0;
    friend bool operator==(const Line&, const Line&) = default;
  };

  void Rebuild();
  std::vector<Line> Arrange() const;
  bool Before(const EndpointRow& a, const EndpointRow& b) const;
  bool Shows(const EndpointRow& row) const;
  bool Shows(const DeviceRow& row) const;
  QString Identity(const Line& line) const;
  std::optional<qint64> DecisionsOf(const EndpointRow& row) const;
  QVariant EndpointData(const EndpointRow& row, int column, int role) const;
  QVariant DeviceData(const DeviceRow& row, int column, int role) const;
  QVariant HeadingData(int column, int role) const;
  QString EndpointSentence(const EndpointRow& row) const;

  const Model* model_ = nullptr;
  GatewayHost host_;
  FoundNetwork found_;
  QString filter_;
  int sort_column_ = -1;
  Qt::SortOrder sort_order_ = Qt::AscendingOrder;
  std::vector<EndpointRow> endpoints_;
  std::vector<DeviceRow> devices_;
  std::vector<Line> lines_;
  qint64 most_decisions_ = 0;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_ENDPOINT_TABLE_MODEL_H_
