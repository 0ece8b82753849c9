// NetworkImportPane: text of many networks before it becomes part of a set: how many lines, what
// was not understood and why, what was corrected (gui.md §4.4). Reads on a worker of the gateway.
// GUI thread.

#ifndef ADMIN_GUI_VIEWS_NETWORK_IMPORT_PANE_H_
#define ADMIN_GUI_VIEWS_NETWORK_IMPORT_PANE_H_

#include <string>
#include <vector>

#include <QWidget>

#include "admin-gui/models/network_import.h"
#include "admin-gui/session/policy_session.h"

class QComboBox;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTimer;

namespace gw::gui {

class TextLabel;

class NetworkImportPane : public QWidget {
  Q_OBJECT

 public:
  NetworkImportPane(PolicySession& session, QWidget* parent);

  // Empty, for a new set; or for the set of this name.
  void Begin(const std::string& set);
  // The text is read at once; `name` proposes a name for a new set.
  void SetText(const QString& text, const QString& name);
  void ChooseFile();
  const NetworkImport& import() const { return import_; }
  QPushButton* accept_button() const { return accept_; }

 Q_SIGNALS:
  void finished(const QString& set);  // imported into it; empty: cancelled

 private:
  void Read();
  void ShowImport();
  void ShowNotes();
  void Accept();

  PolicySession& session_;
  NetworkImport import_;
  QString text_;  // of a file, which is not shown; else that of the field
  bool from_file_ = false;
  bool reading_ = false;
  Call call_;
  QTimer* read_timer_ = nullptr;
  QTimer* slow_timer_ = nullptr;
  QComboBox* set_ = nullptr;
  TextLabel* source_ = nullptr;
  QPlainTextEdit* edit_ = nullptr;
  TextLabel* summary_ = nullptr;
  QListWidget* notes_ = nullptr;
  QPushButton* accept_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_NETWORK_IMPORT_PANE_H_
