// FailsafeTable: protocol, port and peer of each failsafe (spec §4.7) as fields that can be typed
// into. It shows and gives the text form of settings.h, entry by entry; entries that are not valid
// yet keep their text and say what is wrong with them. GUI thread.

#ifndef ADMIN_GUI_VIEWS_FAILSAFE_TABLE_H_
#define ADMIN_GUI_VIEWS_FAILSAFE_TABLE_H_

#include <vector>

#include <QStringList>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace gw::gui {

class TextLabel;

class FailsafeTable : public QWidget {
  Q_OBJECT

 public:
  // The peer is where traffic comes from or where it goes to; `name` is for assistive technology.
  enum class Peer : uint8_t { kSource, kDestination };
  FailsafeTable(const QString& name, Peer peer, QWidget* parent);

  // No signal. Rows that stand there already keep their fields, and the focus with them.
  void SetEntries(const QStringList& entries);
  // As typed; valid or not.
  QStringList entries() const;
  // What is wrong with the first entry that is not valid; empty if all are.
  QString problem() const;

  int row_count() const { return static_cast<int>(rows_.size()); }
  QComboBox* protocol(int row) const { return rows_.at(static_cast<size_t>(row)).protocol; }
  QLineEdit* port(int row) const { return rows_.at(static_cast<size_t>(row)).port; }
  QLineEdit* peer(int row) const { return rows_.at(static_cast<size_t>(row)).peer; }
  QPushButton* add() const { return add_; }

 Q_SIGNALS:
  void entriesChanged();  // by the user, when a field is left or chosen

 private:
  struct Row {
    QWidget* line = nullptr;
    QComboBox* protocol = nullptr;
    QLineEdit* port = nullptr;
    QLineEdit* peer = nullptr;
  };

  void AddRow(const QString& entry);
  void RemoveRow(const QWidget* line);
  void NumberRows();
  void ShowProblem();
  QString EntryOf(const Row& row) const;

  const QString name_;
  const Peer peer_;
  std::vector<Row> rows_;
  QVBoxLayout* column_ = nullptr;
  QWidget* header_ = nullptr;
  TextLabel* none_ = nullptr;
  TextLabel* problem_ = nullptr;
  QPushButton* add_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FAILSAFE_TABLE_H_
