// MainWindow: navigation, header, band, page, detail pane, pending bar, status bar (gui.md §2) over
// one gateway. Owns its gateway, session and pages. GUI thread.

#ifndef ADMIN_GUI_VIEWS_MAIN_WINDOW_H_
#define ADMIN_GUI_VIEWS_MAIN_WINDOW_H_

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QMainWindow>

#include "admin-gui/session/gateway.h"
#include "admin-gui/session/policy_session.h"
#include "admin-gui/views/page.h"
#include "admin-gui/widgets/state_band.h"

class QAction;
class QSplitter;
class QStackedWidget;

namespace gw::gui {

class GoToBox;
class HeaderBar;
class Navigation;
class PendingBar;
class StatusLine;
class Toast;
struct GoToEntry;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(const GatewayFiles& files, QWidget* parent = nullptr);
  ~MainWindow() override;  // keeps geometry, page and the pages' states

  Gateway& gateway() { return *gateway_; }
  PolicySession& session() { return *session_; }
  Page& page(Destination::Place place) const;
  Destination::Place current() const { return current_; }

  // Shows a page; Alt+Left leads back to where it was.
  void GoTo(const Destination& destination);

 Q_SIGNALS:
  // From the menu of the gateway card.
  void otherGatewayWanted();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void MakePages();
  void MakeLayout();
  void MakeMenus();
  void ConnectSession();
  QAction* Add(class QMenu* menu, const QString& text, const QKeySequence& keys,
               std::function<void()> run);
  void AddGoMenu(class QMenuBar* bar);
  void AddEditMenu(class QMenuBar* bar);

  void ShowPage(Destination::Place place);
  void ShowHeader();
  void ShowPending();
  void ShowBand();
  struct BandAction {
    QString name;
    std::function<void()> run;
  };
  void PutBand(StateBand::Kind kind, const QString& text, std::vector<BandAction> actions);
  void ShowEmptyGateway();
  void ColourPane();
  void ArrangeForWidth();
  void GoBack();
  void GoForward();
  void GoToPane(int step);  // the next one that can take the focus, or the one before
  void ToggleDetail();
  std::vector<GoToEntry> WhereToGo();
  void OpenGoTo();
  void ShowHelp();
  void ReviewAndApply();
  void Announce(const QString& text, bool undo);
  void RestoreState();
  void KeepState();
  QString SettingsGroup() const;

  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<PolicySession> session_;
  std::vector<std::pair<Destination::Place, Page*>> pages_;
  std::vector<Destination> way_;
  std::vector<Destination> forward_;
  Destination::Place current_ = Destination::Place::kOverview;
  Navigation* navigation_ = nullptr;
  HeaderBar* header_ = nullptr;
  StateBand* band_ = nullptr;
  std::vector<std::function<void()>> band_runs_;  // of its actions, in order
  QSplitter* split_ = nullptr;
  QStackedWidget* content_ = nullptr;
  QStackedWidget* detail_ = nullptr;
  PendingBar* pending_ = nullptr;
  StatusLine* status_ = nullptr;
  Toast* toast_ = nullptr;
  GoToBox* go_to_ = nullptr;
  bool detail_wanted_ = true;
  std::optional<int> dragged_detail_width_;  // by the user; else that of the font
  bool asked_for_first_run_ = false;
  bool had_changes_ = false;  // when the band was shown
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_MAIN_WINDOW_H_
