// The menus of the window, what their keys do, and the ways to go that are not a page's own.

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QMenuBar>
#include <QSplitter>
#include <QStackedWidget>

#include "admin-gui/views/go_to_box.h"
#include "admin-gui/views/header_bar.h"
#include "admin-gui/views/main_window.h"
#include "admin-gui/views/navigation.h"
#include "admin-gui/widgets/pending_bar.h"

namespace gw::gui {
namespace {

constexpr char kNameProperty[] = "name";

// Without the mark of the key that opens it in a menu.
QString PlainText(const QAction& action) {
  // An action whose text says what it would undo has a name for itself.
  const QString name = action.property(kNameProperty).toString();
  QString text = name.isEmpty() ? action.text() : name;
  return text.remove(QLatin1Char('&'));
}

QString KeysText(const QAction& action) {
  QStringList keys;
  for (const QKeySequence& sequence : action.shortcuts()) {
    keys << sequence.toString(QKeySequence::NativeText);
  }
  return keys.join(QStringLiteral(", "));
}

// What Tab would reach first in `pane`.
QWidget* FirstStop(QWidget* pane) {
  QWidget* at = pane;
  do {
    const bool stop = (at->focusPolicy() & Qt::TabFocus) != 0 && at->isEnabled();
    if (stop && at->isVisible() && (at == pane || pane->isAncestorOf(at))) return at;
    at = at->nextInFocusChain();
  } while (at != pane);
  return nullptr;
}

template <typename Map>
void AddNames(std::vector<GoToEntry>* entries, const Map& map, const QString& group,
              const QString& icon, const std::function<void(const QString&)>& go) {
  for (const auto& [key, object] : map) {
    const QString name = QString::fromStdString(object.metadata.name);
    Completion shown;
    shown.text = name;
    shown.group = group;
    shown.icon = icon;
    entries->push_back({shown, [go, name] { go(name); }});
  }
}

}  // namespace

QAction* MainWindow::Add(QMenu* menu, const QString& text, const QKeySequence& keys,
                         std::function<void()> run) {
  auto* action = new QAction(text, this);
  action->setShortcut(keys);
  connect(action, &QAction::triggered, this, std::move(run));
  menu->addAction(action);
  addAction(action);  // works while the menu bar is hidden
  return action;
}

void MainWindow::AddEditMenu(QMenuBar* bar) {
  QMenu* edit = bar->addMenu(tr("&Edit"));
  QUndoStack& stack = session_->undo_stack();
  QAction* undo = stack.createUndoAction(this, tr("Undo"));
  undo->setShortcut(QKeySequence::Undo);
  QAction* redo = stack.createRedoAction(this, tr("Redo"));
  redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence::Redo});
  undo->setProperty(kNameProperty, tr("Undo"));
  redo->setProperty(kNameProperty, tr("Redo"));
  for (QAction* action : {undo, redo}) {
    edit->addAction(action);
    addAction(action);
  }
  edit->addSeparator();
  const auto current = [this]() -> Page& { return page(current_); };
  Add(edit, tr("New"), QKeySequence::New, [current] { current().CreateNew(); });
  Add(edit, tr("Find in page"), QKeySequence::Find, [current] { current().Find(); });
  Add(edit, tr("Filter"), Qt::CTRL | Qt::Key_L, [current] { current().Query(); });
}

void MainWindow::AddGoMenu(QMenuBar* bar) {
  using Place = Destination::Place;
  QMenu* go = bar->addMenu(tr("&Go"));
  const std::pair<Place, QKeySequence> places[] = {
      {Place::kOverview, Qt::CTRL | Qt::Key_1},    {Place::kEndpoints, Qt::CTRL | Qt::Key_2},
      {Place::kNetworkSets, Qt::CTRL | Qt::Key_3}, {Place::kPolicies, Qt::CTRL | Qt::Key_4},
      {Place::kFlowLog, Qt::CTRL | Qt::Key_5},     {Place::kSimulator, Qt::CTRL | Qt::Key_6},
      {Place::kHistory, Qt::CTRL | Qt::Key_7},     {Place::kSettings, Qt::CTRL | Qt::Key_Comma}};
  for (const auto& [place, keys] : places) {
    Add(go, page(place).title(), keys, [this, place = place] { GoTo({place, {}}); });
  }
  go->addSeparator();
  Add(go, tr("Go to anything…"), Qt::CTRL | Qt::Key_K, [this] { OpenGoTo(); });
  Add(go, tr("Back"), Qt::ALT | Qt::Key_Left, [this] { GoBack(); });
  Add(go, tr("Forward"), Qt::ALT | Qt::Key_Right, [this] { GoForward(); });
}

void MainWindow::MakeMenus() {
  QMenuBar* bar = menuBar();
  QMenu* file = bar->addMenu(tr("&File"));
  Add(file, tr("Open another gateway…"), QKeySequence::Open,
      [this] { Q_EMIT otherGatewayWanted(); });
  Add(file, tr("Open exported log…"), {}, [this] {
    GoTo({Destination::Place::kFlowLog, {{QStringLiteral("export"), true}}});
  });
  Add(file, tr("Set up interfaces…"), {}, [this] { GoTo({Destination::Place::kFirstRun, {}}); });
  file->addSeparator();
  Add(file, tr("Quit"), QKeySequence::Quit, [this] { close(); });
  AddEditMenu(bar);
  QMenu* view = bar->addMenu(tr("&View"));
  Add(view, tr("Detail pane"), Qt::CTRL | Qt::Key_I, [this] { ToggleDetail(); });
  Add(view, tr("Next pane"), Qt::Key_F6, [this] { GoToPane(1); });
  Add(view, tr("Previous pane"), Qt::SHIFT | Qt::Key_F6, [this] { GoToPane(-1); });
  Add(view, tr("Menu bar"), Qt::CTRL | Qt::Key_M,
      [this] { menuBar()->setVisible(!menuBar()->isVisible()); });
  Add(view, tr("Read again"), QKeySequence::Refresh, [this] {
    gateway_->Refresh();
    page(current_).ReadAgain();
  });
  AddGoMenu(bar);
  QMenu* policy = bar->addMenu(tr("&Policy"));
  QAction* review =
      Add(policy, tr("Review and apply"), Qt::CTRL | Qt::Key_Return, [this] { ReviewAndApply(); });
  review->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence::Save});
  Add(policy, tr("Discard all changes"), {}, [this] { session_->Discard(); });
  QMenu* help = bar->addMenu(tr("&Help"));
  QAction* about = Add(help, tr("Help for this page, and all keys"), {}, [this] { ShowHelp(); });
  about->setShortcuts({QKeySequence(Qt::Key_F1), QKeySequence(Qt::CTRL | Qt::Key_Question)});
  bar->hide();
  auto* all = new QMenu(this);
  for (QAction* action : bar->actions()) all->addAction(action);
  header_->SetMenu(all);
  auto* card_menu = new QMenu(this);
  card_menu->addActions(file->actions());
  navigation_->card().setMenu(card_menu);
}

// ---- what the keys do ---------------------------------------------------------------------------

void MainWindow::ToggleDetail() {
  detail_wanted_ = !detail_wanted_;
  ArrangeForWidth();
}

void MainWindow::GoToPane(int step) {
  std::vector<QWidget*> panes;
  for (QWidget* pane : {static_cast<QWidget*>(navigation_), static_cast<QWidget*>(header_),
                        static_cast<QWidget*>(content_), static_cast<QWidget*>(detail_),
                        static_cast<QWidget*>(pending_), static_cast<QWidget*>(status_)}) {
    if (pane->isVisible() && FirstStop(pane) != nullptr) panes.push_back(pane);
  }
  if (panes.empty()) return;
  const QWidget* focus = QApplication::focusWidget();
  const auto at = std::find_if(panes.begin(), panes.end(), [focus](const QWidget* pane) {
    return focus != nullptr && (pane == focus || pane->isAncestorOf(focus));
  });
  const auto count = static_cast<int>(panes.size());
  const int from = at == panes.end() ? (step > 0 ? -1 : 0) : static_cast<int>(at - panes.begin());
  FirstStop(panes[static_cast<size_t>((from + step + count) % count)])
      ->setFocus(Qt::TabFocusReason);
}

std::vector<GoToEntry> MainWindow::WhereToGo() {
  using Place = Destination::Place;
  std::vector<GoToEntry> entries;
  const Model& model = session_->model();
  const auto to = [this](Place place, const char* argument) {
    return [this, place, argument](const QString& name) {
      GoTo({place, {{QLatin1String(argument), name}}});
    };
  };
  for (const QAction* menu : menuBar()->actions()) {
    const QString group = PlainText(*menu);
    for (QAction* action : menu->menu()->actions()) {
      if (action->isSeparator() || action->text().isEmpty()) continue;
      Completion shown;
      shown.text = PlainText(*action);
      shown.detail = KeysText(*action);
      shown.group = group;
      entries.push_back({shown, [action] { action->trigger(); }});
    }
  }
  AddNames(&entries, model.policies, tr("Policies"), QStringLiteral("policies"),
           to(Place::kPolicies, "policy"));
  AddNames(&entries, model.staged_policies, tr("Staged policies"), QStringLiteral("staged"),
           [this](const QString& name) {
             GoTo({Place::kPolicies,
                   {{QStringLiteral("policy"), name}, {QStringLiteral("staged"), true}}});
           });
  AddNames(&entries, model.host_endpoints, tr("Endpoints"), QStringLiteral("endpoints"),
           to(Place::kEndpoints, "name"));
  AddNames(&entries, model.workload_endpoints, tr("Endpoints"), QStringLiteral("endpoints"),
           to(Place::kEndpoints, "name"));
  AddNames(&entries, model.network_sets, tr("Network sets"), QStringLiteral("netset"),
           to(Place::kNetworkSets, "name"));
  return entries;
}

void MainWindow::OpenGoTo() { go_to_->Open(WhereToGo()); }

void MainWindow::ShowHelp() {
  if (current_ == Destination::Place::kHelp) return;
  QStringList keys;
  for (const QAction* menu : menuBar()->actions()) {
    for (const QAction* action : menu->menu()->actions()) {
      const QString sequence = KeysText(*action);
      if (!sequence.isEmpty()) keys << sequence + QLatin1Char('\t') + PlainText(*action);
    }
  }
  GoTo({Destination::Place::kHelp,
        {{QStringLiteral("about"), page(current_).title()},
         {QStringLiteral("place"), static_cast<int>(current_)},
         {QStringLiteral("keys"), keys}}});
}

}  // namespace gw::gui
