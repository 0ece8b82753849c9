#include "admin-gui/views/main_window.h"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "admin-gui/session/start_command.h"
#include "admin-gui/views/go_to_box.h"
#include "admin-gui/views/header_bar.h"
#include "admin-gui/views/navigation.h"
#include "admin-gui/views/pages.h"
#include "admin-gui/widgets/pending_bar.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/state_band.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr QSize kDefaultSize(1280, 800);
constexpr QSize kMinimumSize(960, 600);
constexpr int kNarrowBelow = 1080;        // of the window: icons only
constexpr int kDetailOverlayBelow = 960;  // of the content: the detail pane goes
constexpr int kDetailWidth = 364;
constexpr int kDetailWidthMin = 320;
constexpr int kDetailWidthMax = 520;
constexpr double kDetailScaleMax = 1.2;
constexpr int kDetailShare = 38;  // percent of what the content and the pane have

GatewayCard::State CardState(const Gateway& gateway) {
  const auto& status = gateway.status();
  if (!status) return GatewayCard::State::kUnknown;
  if (status->enforcer.state != EnforcerStatus::State::kRunning) {
    return GatewayCard::State::kAbsent;
  }
  return status->enforcer.last.problem.empty() ? GatewayCard::State::kEnforcing
                                               : GatewayCard::State::kTrouble;
}

// Asks for the room of the page that it shows, not for that of the widest.
class PageStack : public QStackedWidget {
 public:
  explicit PageStack(QWidget* parent) : QStackedWidget(parent) {
    connect(this, &QStackedWidget::currentChanged, this, &QWidget::updateGeometry);
  }
  QSize minimumSizeHint() const override {
    return currentWidget() == nullptr ? QSize() : currentWidget()->minimumSizeHint();
  }
};

}  // namespace

MainWindow::MainWindow(const GatewayFiles& files, QWidget* parent)
    : QMainWindow(parent),
      gateway_(std::make_unique<Gateway>(files)),
      session_(std::make_unique<PolicySession>(*gateway_)) {
  setWindowTitle(tr("%1 – Gatewarden").arg(files.name));
  setMinimumSize(kMinimumSize);
  resize(kDefaultSize);
  MakePages();
  MakeLayout();
  MakeMenus();
  ConnectSession();
  RestoreState();
  session_->Load();
  gateway_->SetWatching(true);
}

MainWindow::~MainWindow() {
  KeepState();
  // Pages refer to the session and the gateway: they go first. Hidden, or each that goes would show
  // the next one.
  hide();
  for (auto& [place, page] : pages_) delete page;
  pages_.clear();
}

Page& MainWindow::page(Destination::Place place) const {
  const auto found = std::find_if(pages_.begin(), pages_.end(),
                                  [&](const auto& entry) { return entry.first == place; });
  Q_ASSERT(found != pages_.end());
  return *found->second;
}

// ---- making -------------------------------------------------------------------------------------

void MainWindow::MakePages() {
  content_ = new PageStack(this);
  detail_ = new PageStack(this);
  pages_ = MakeAllPages(*gateway_, *session_, content_);
  for (auto& [place, page] : pages_) {
    content_->addWidget(page);
    connect(page, &Page::headerChanged, this, [this, page = page] {
      if (content_->currentWidget() == page) ShowHeader();
    });
    connect(page, &Page::goTo, this, &MainWindow::GoTo);
    connect(page, &Page::attentionChanged, this, [this](Destination::Place where, bool needed) {
      if (where == Destination::Place::kEndpoints) navigation_->SetEndpointWarning(needed);
    });
    connect(page, &Page::announced, this, &MainWindow::Announce);
  }
}

void MainWindow::MakeLayout() {
  auto* whole = new QWidget(this);
  navigation_ = new Navigation(whole);
  header_ = new HeaderBar(whole);
  band_ = new StateBand(whole);
  pending_ = new PendingBar(whole);
  status_ = new StatusLine(whole);
  split_ = new QSplitter(Qt::Horizontal, whole);
  split_->setHandleWidth(1);
  split_->setChildrenCollapsible(false);
  split_->addWidget(content_);
  split_->addWidget(detail_);
  split_->setStretchFactor(0, 1);
  detail_->setMinimumWidth(kDetailWidthMin);
  detail_->setMaximumWidth(Scaled(kDetailWidthMax));
  detail_->setAutoFillBackground(true);
  connect(split_, &QSplitter::splitterMoved, this,
          [this] { dragged_detail_width_ = detail_->width(); });
  ColourPane();
  connect(&Theme::Instance(), &Theme::schemeChanged, this, &MainWindow::ColourPane);
  auto* right = new QVBoxLayout;
  right->setSpacing(0);
  right->addWidget(header_);
  right->addWidget(band_);
  right->addWidget(split_, 1);
  right->addWidget(pending_);
  auto* middle = new QHBoxLayout;
  middle->setSpacing(0);
  middle->addWidget(navigation_);
  middle->addLayout(right, 1);
  auto* column = new QVBoxLayout(whole);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(middle, 1);
  column->addWidget(status_);
  setCentralWidget(whole);
  toast_ = new Toast(content_);
  go_to_ = new GoToBox(this);
  navigation_->card().SetName(gateway_->files().name);
  band_->Clear();
  connect(header_, &HeaderBar::backWanted, this, &MainWindow::GoBack);
  connect(status_, &StatusLine::chosen, this, &MainWindow::GoTo);
  connect(navigation_, &Navigation::chosen, this, [this](Destination::Place place) {
    GoTo({place, {}});
  });
}

void MainWindow::ConnectSession() {
  connect(session_.get(), &PolicySession::modelChanged, this, &MainWindow::ShowPending);
  connect(session_.get(), &PolicySession::fieldDraftsChanged, this, &MainWindow::ShowPending);
  connect(session_.get(), &PolicySession::problemsChanged, this, &MainWindow::ShowPending);
  connect(session_.get(), &PolicySession::loadedChanged, this, &MainWindow::ShowEmptyGateway);
  connect(session_.get(), &PolicySession::draftRestored, this, [this](int changes) {
    Announce(tr("%n change(s) from last time were not applied. They are back.", nullptr, changes),
             false);
  });
  connect(session_.get(), &PolicySession::applied, this, [this](qint64 revision) {
    if (current_ == Destination::Place::kApply) GoBack();
    Announce(tr("Revision %1 is stored. The gateway takes it over at once.").arg(revision), false);
  });
  connect(&session_->undo_stack(), &QUndoStack::indexChanged, this, &MainWindow::ShowPending);
  connect(gateway_.get(), &Gateway::statusChanged, this, [this] {
    status_->ShowStatus(*gateway_);
    navigation_->card().SetState(CardState(*gateway_));
  });
  connect(gateway_.get(), &Gateway::problemChanged, this, &MainWindow::ShowBand);
  connect(band_, &StateBand::actionAsked, this, [this](int index) {
    // By value: what it does may change the band.
    const std::function<void()> run = band_runs_.at(static_cast<size_t>(index));
    run();
  });
  connect(session_.get(), &PolicySession::goBackRefused, this,
          [this](const QString& message) { Announce(message, false); });
  connect(session_.get(), &PolicySession::draftNotSaved, this, [this](const QString& message) {
    PutBand(StateBand::Kind::kWarn,
            tr("Your changes are kept in memory only, until they can be saved. %1").arg(message),
            {});
  });
  connect(pending_, &PendingBar::undoAsked, this, [this] { session_->undo_stack().undo(); });
  connect(pending_, &PendingBar::reviewAsked, this, &MainWindow::ReviewAndApply);
  connect(pending_, &PendingBar::problemsAsked, this, &MainWindow::ReviewAndApply);
  connect(pending_, &PendingBar::discardAsked, this, [this] {
    session_->Discard();
    Announce(tr("All changes discarded."), true);
  });
  connect(toast_, &Toast::actionAsked, this, [this] { session_->undo_stack().undo(); });
  status_->ShowStatus(*gateway_);
  ShowPending();
}

// ---- going --------------------------------------------------------------------------------------

void MainWindow::GoTo(const Destination& destination) {
  if (destination.place != current_) {
    way_.push_back({current_, {}});
    forward_.clear();
  }
  ShowPage(destination.place);
  if (!destination.arguments.isEmpty()) page(destination.place).Show(destination.arguments);
  ShowHeader();
}

void MainWindow::ShowPage(Destination::Place place) {
  current_ = place;
  content_->setCurrentWidget(&page(place));
  navigation_->SetCurrent(place);
  ShowHeader();
  ShowPending();
}

void MainWindow::GoBack() {
  if (page(current_).Back()) return ShowHeader();
  const Destination::Place place = way_.empty() ? Destination::Place::kOverview : way_.back().place;
  if (!way_.empty()) way_.pop_back();
  if (place != current_) forward_.push_back({current_, {}});
  ShowPage(place);
}

void MainWindow::GoForward() {
  if (forward_.empty()) return;
  const Destination::Place place = forward_.back().place;
  forward_.pop_back();
  way_.push_back({current_, {}});
  ShowPage(place);
}

void MainWindow::ReviewAndApply() {
  if (page(current_).Finish()) return;
  if (session_->change_count() == 0 && session_->field_drafts().empty()) {
    return Announce(tr("Nothing has been changed."), false);
  }
  GoTo({Destination::Place::kApply, {}});
}

void MainWindow::ShowHeader() {
  Page& shown = page(current_);
  header_->ShowPage(shown);
  QWidget* detail = shown.detail();
  if (detail != nullptr && detail_->indexOf(detail) < 0) detail_->addWidget(detail);
  if (detail != nullptr) detail_->setCurrentWidget(detail);
  ArrangeForWidth();
}

// Panes have the window's colour; fields in them that of the content.
void MainWindow::ColourPane() {
  QPalette palette;
  palette.setColor(QPalette::Window, Theme::Color(Role::kWindow));
  detail_->setPalette(palette);
}

void MainWindow::ArrangeForWidth() {
  navigation_->SetNarrow(width() < Scaled(kNarrowBelow));
  const bool has_room = width() >= kDetailOverlayBelow;
  const bool wanted = detail_wanted_ && page(current_).detail() != nullptr && has_room;
  detail_->setVisible(wanted);
  if (!wanted) return;
  // A larger font gets more room, not so much that the table has none.
  const int share = qRound(kDetailShare * std::min(FontScale(), kDetailScaleMax));
  const int room = std::max(kDetailWidthMin, split_->width() * share / 100);
  const int detail = dragged_detail_width_.value_or(std::min(Scaled(kDetailWidth), room));
  split_->setSizes({split_->width() - detail, detail});
}

// ---- showing ------------------------------------------------------------------------------------

void MainWindow::ShowPending() {
  const int changes = session_->change_count();
  navigation_->SetChangeCount(changes);
  // What the band offers depends on whether there is something to keep.
  if (std::exchange(had_changes_, changes > 0) != (changes > 0)) ShowBand();
  const bool reviewing =
      current_ == Destination::Place::kApply || current_ == Destination::Place::kFirstRun;
  pending_->SetProblems(static_cast<int>(session_->field_drafts().size()));
  pending_->ShowChanges(reviewing ? 0 : changes, session_->last_change(),
                        session_->undo_stack().canUndo());
}

void MainWindow::ShowBand() {
  using Kind = GatewayProblem::Kind;
  using Band = StateBand::Kind;
  const GatewayProblem& problem = gateway_->problem();
  const BandAction again{tr("Try again"), [this] { gateway_->Refresh(); }};
  const BandAction another{tr("Choose another…"), [this] { Q_EMIT otherGatewayWanted(); }};
  switch (problem.kind) {
    case Kind::kNone:
    case Kind::kMissing:  // a new gateway: the first run leads on
      return PutBand(Band::kInfo, {}, {});
    case Kind::kEnforcerAbsent:
      return PutBand(Band::kWarn,
                     tr("No enforcer is running. You can edit; nothing new is enforced until "
                        "gatewardend runs."),
                     {{tr("Copy command"),
                       [this] {
                         const QString command = StartCommandOf(gateway_->files());
                         QApplication::clipboard()->setText(command);
                         Announce(tr("Copied: %1").arg(command), false);
                       }},
                      again});
    case Kind::kNoAuditLog:
      return PutBand(Band::kInfo,
                     tr("There is no audit log here: the flow log and the effect on recorded "
                        "traffic are empty."),
                     {});
    case Kind::kLargeAuditLog:
    case Kind::kExportedLog:
      return PutBand(Band::kInfo, problem.text, {});
    case Kind::kBusy:
    case Kind::kRevisionRefused:
      return PutBand(Band::kWarn, problem.text, {again});
    case Kind::kReadOnly:
    case Kind::kDiskFull: {
      std::vector<BandAction> actions = {again};
      if (session_->change_count() > 0) {
        actions.insert(actions.begin(), {tr("Keep my changes as YAML…"), [this] {
                                           GoTo({Destination::Place::kApply, {}});
                                         }});
      }
      return PutBand(problem.kind == Kind::kReadOnly ? Band::kWarn : Band::kError, problem.text,
                     std::move(actions));
    }
    case Kind::kDamaged:
    case Kind::kNewer:
    case Kind::kOlder:
    case Kind::kNotOurs:
    case Kind::kOther:
      return PutBand(Band::kError, problem.text, {another, again});
  }
}

// An empty `text` clears it.
void MainWindow::PutBand(StateBand::Kind kind, const QString& text,
                         std::vector<BandAction> actions) {
  band_runs_.clear();
  if (text.isEmpty()) return band_->Clear();
  QStringList names;
  for (BandAction& action : actions) {
    names << action.name;
    band_runs_.push_back(std::move(action.run));
  }
  band_->Show(kind, text, names);
}

void MainWindow::ShowEmptyGateway() {
  ShowPending();
  // Nothing is labelled yet: the assistant, once; from then on it is in the menu.
  const bool empty = session_->loaded() && session_->model() == Model();
  if (!empty || asked_for_first_run_) return;
  asked_for_first_run_ = true;
  GoTo({Destination::Place::kFirstRun, {}});
}

void MainWindow::Announce(const QString& text, bool undo) {
  toast_->Show(text, undo ? tr("Undo") : QString());
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  if (navigation_ != nullptr) ArrangeForWidth();
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && page(current_).Escape()) return event->accept();
  // Lists that have no use for Space pass it on.
  if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
    ToggleDetail();
    return event->accept();
  }
  if (event->key() == Qt::Key_F10) {
    menuBar()->show();
    menuBar()->setFocus();
    return event->accept();
  }
  QMainWindow::keyPressEvent(event);
}

// ---- kept over runs -----------------------------------------------------------------------------

QString MainWindow::SettingsGroup() const {
  return QStringLiteral("gateway/") + StateKeyOf(gateway_->files());
}

void MainWindow::RestoreState() {
  QSettings settings;
  settings.beginGroup(SettingsGroup());
  restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
  detail_wanted_ = settings.value(QStringLiteral("detail"), true).toBool();
  for (auto& [place, page] : pages_) {
    page->RestoreState(
        settings.value(QStringLiteral("page%1").arg(static_cast<int>(place))).toMap());
  }
  const int place = settings.value(QStringLiteral("place"), 0).toInt();
  const bool known = std::any_of(pages_.begin(), pages_.end(), [&](const auto& entry) {
    return static_cast<int>(entry.first) == place;
  });
  const auto wanted = static_cast<Destination::Place>(place);
  const bool lasting = known && wanted != Destination::Place::kApply &&
                       wanted != Destination::Place::kFirstRun &&
                       wanted != Destination::Place::kHelp;
  ShowPage(lasting ? wanted : Destination::Place::kOverview);
}

void MainWindow::KeepState() {
  QSettings settings;
  settings.beginGroup(SettingsGroup());
  settings.setValue(QStringLiteral("geometry"), saveGeometry());
  settings.setValue(QStringLiteral("detail"), detail_wanted_);
  settings.setValue(QStringLiteral("place"), static_cast<int>(current_));
  for (auto& [place, page] : pages_) {
    settings.setValue(QStringLiteral("page%1").arg(static_cast<int>(place)), page->SaveState());
  }
}

}  // namespace gw::gui
