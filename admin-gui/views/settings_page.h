// SettingsPage: enforcement, failsafes, audit log, the program itself, advanced (gui.md §4.10).
// What concerns the gateway is part of the working copy and applied like policies; what concerns
// this program takes effect at once. GUI thread.

#ifndef ADMIN_GUI_VIEWS_SETTINGS_PAGE_H_
#define ADMIN_GUI_VIEWS_SETTINGS_PAGE_H_

#include <functional>
#include <optional>
#include <vector>

#include "admin-gui/views/page.h"
#include "common/policy/settings.h"

class QLineEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace gw::gui {

class FailsafeTable;
class Segmented;
class TextLabel;

class SettingsPage : public Page {
  Q_OBJECT

 public:
  SettingsPage(Gateway& gateway, PolicySession& session, QWidget* parent);

  QString title() const override { return tr("Settings"); }
  QString subtitle() const override;
  // "field": a path such as "spec.failsafeInboundHostPorts".
  void Show(const QVariantMap& arguments) override;

  // The controls of one of Calico's parameters; nullptr if it is of another kind.
  Segmented* choice(const QString& parameter) const;
  FailsafeTable* failsafes(const QString& parameter) const;
  QLineEdit* text(const QString& parameter) const;
  Segmented* scheme() const { return scheme_; }
  Segmented* language() const { return language_; }
  QPushButton* narrow() const { return narrow_; }

 private:
  struct Choice {
    QString text;
    QString line;       // what it means
    std::string value;  // Calico's word
  };
  // A setting of the gateway: its control, and how that shows the working copy.
  struct Control {
    QString parameter;
    QWidget* widget = nullptr;
    std::function<void(const Settings& settings)> show;
  };

  static constexpr int kTextWidth = 200;

  QVBoxLayout* AddSection(const QString& title, const QString& line);
  void AddRow(QVBoxLayout* section, const QString& name, const QString& parameter,
              QWidget* control);
  void AddChoice(QVBoxLayout* section, const QString& name, const QString& parameter,
                 const std::vector<Choice>& choices,
                 std::function<int(const Settings& settings)> chosen);
  void AddFailsafes(QVBoxLayout* section, const QString& name, const QString& parameter,
                    std::vector<Failsafe> Settings::*list);
  void AddText(QVBoxLayout* section, const QString& name, const QString& parameter,
               const QString& line, int width = kTextWidth);
  void AddAuditLog();
  void AddProgram();
  TextLabel* AddLine(QVBoxLayout* section, const QString& text);
  QWidget* ControlOf(const QString& parameter) const;

  void ShowSettings();
  void ShowOpenFailsafe(const Settings& settings);
  void NarrowFailsafes();
  void PutValue(const QString& name, const QString& parameter, const std::string& value);
  void PutText(const QString& name, const QString& parameter, QLineEdit* edit);
  void PutFailsafes(const QString& name, const QString& parameter, const FailsafeTable& table);
  // What a typed value says of its parameter; nothing if it is wrong, which is then a field draft.
  std::optional<Settings> ReadOrKeep(const QString& parameter, const QString& typed);
  const FieldDraft* DraftOf(const QString& parameter) const;
  FelixConfiguration Written() const;
  QString TextOf(const QString& parameter) const;

  QScrollArea* area_ = nullptr;
  QVBoxLayout* column_ = nullptr;
  std::vector<Control> controls_;
  QWidget* open_ = nullptr;
  TextLabel* open_line_ = nullptr;
  QPushButton* narrow_ = nullptr;
  Segmented* scheme_ = nullptr;
  Segmented* language_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_SETTINGS_PAGE_H_
