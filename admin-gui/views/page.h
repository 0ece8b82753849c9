// Page: one page of the window (gui.md §2). The window owns pages, shows one at a time, and puts
// the page's title, fact and tools into the header and its detail pane beside the content.

#ifndef ADMIN_GUI_VIEWS_PAGE_H_
#define ADMIN_GUI_VIEWS_PAGE_H_

#include <QString>
#include <QVariantMap>
#include <QWidget>

#include "admin-gui/session/gateway.h"
#include "admin-gui/session/policy_session.h"

namespace gw::gui {

// What a page may ask of the window, by signal, without knowing other pages.
struct Destination {
  enum class Place : uint8_t {
    kOverview,
    kEndpoints,
    kNetworkSets,
    kPolicies,
    kFlowLog,
    kSimulator,
    kHistory,
    kSettings,
    kApply,
    kFirstRun,
    kHelp,
  };
  Place place = Place::kOverview;
  // kPolicies: "policy" (name), "rule" ("ingress/0"), "staged" (bool), "edit" (bool)
  // kEndpoints, kNetworkSets: "name"; kFlowLog: "query" (QString), "since"/"until" (QDateTime),
  // "id" (qint64), "export" (asks for a file to open); kSimulator: "source", "destination",
  // "service"; kHistory: "revision", "object"
  QVariantMap arguments;
};

class Page : public QWidget {
  Q_OBJECT

 public:
  Page(Gateway& gateway, PolicySession& session, QWidget* parent);
  ~Page() override;

  virtual QString title() const = 0;
  // Titles of the way here: empty on the page itself, {"guest-internet"} in an editor.
  virtual QStringList breadcrumb() const { return {}; }
  // One muted fact beside the title; empty for none.
  virtual QString subtitle() const { return {}; }
  // Right-aligned in the header, 8 px apart; owned by the page; shown while the page is.
  virtual QList<QWidget*> tools() const { return {}; }
  // Window-coloured pane at the right; owned by the page; nullptr for none.
  virtual QWidget* detail() const { return nullptr; }

  // Shown as the answer to `arguments` of a Destination.
  virtual void Show(const QVariantMap& arguments) { Q_UNUSED(arguments); }
  // Ctrl+N, Ctrl+F, Ctrl+L, F5, Esc, Alt+Left and Ctrl+Return while the page is shown. False: not
  // handled.
  virtual bool CreateNew() { return false; }
  virtual bool Find() { return false; }
  virtual bool Query() { return false; }
  virtual bool ReadAgain() { return false; }
  virtual bool Escape() { return false; }
  virtual bool Back() { return false; }
  virtual bool Finish() { return false; }
  // Columns, filters, sort: kept per gateway by the window.
  virtual QVariantMap SaveState() const { return {}; }
  virtual void RestoreState(const QVariantMap& state) { Q_UNUSED(state); }

 Q_SIGNALS:
  void headerChanged();  // title, breadcrumb, subtitle, tools or detail
  void goTo(const gw::gui::Destination& destination);
  // Something there needs attention, or nothing more does: the mark in the navigation.
  void attentionChanged(gw::gui::Destination::Place place, bool needed);
  // A toast; `undo` offers Undo of the newest step.
  void announced(const QString& text, bool undo);

 protected:
  Gateway& gateway() const { return gateway_; }
  PolicySession& session() const { return session_; }

 private:
  Gateway& gateway_;
  PolicySession& session_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_PAGE_H_
