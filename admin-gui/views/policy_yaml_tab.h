// PolicyYamlTab: one policy as Calico's YAML, to read, edit and paste (gui.md §4.5). A text that
// can be read changes the policy after 400 ms; one that cannot marks its line. GUI thread.

#ifndef ADMIN_GUI_VIEWS_POLICY_YAML_TAB_H_
#define ADMIN_GUI_VIEWS_POLICY_YAML_TAB_H_

#include <QPlainTextEdit>
#include <QTimer>
#include <QWidget>

#include "admin-gui/session/policy_session.h"

namespace gw::gui {

class FieldNote;
class TextLabel;
class YamlEdit;

class PolicyYamlTab : public QWidget {
  Q_OBJECT

 public:
  PolicyYamlTab(PolicySession& session, QWidget* parent);

  // Follows the policy, unless the text means just that already, or cannot be read yet.
  void Show(const ResourceKey& policy);
  QPlainTextEdit* editor() const;
  // Reads the text now.
  void Take();

 Q_SIGNALS:
  void renamed(const gw::ResourceKey& policy);

 private:
  void Refuse(int line, int column, const QString& message);
  void Accept();

  PolicySession& session_;
  ResourceKey key_;
  YamlEdit* editor_ = nullptr;
  FieldNote* note_ = nullptr;
  TextLabel* comments_ = nullptr;
  QTimer quiet_;
  bool setting_ = false;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_POLICY_YAML_TAB_H_
