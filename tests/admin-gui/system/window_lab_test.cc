// The window at a real gateway: gatewardend in a lab of namespaces, real packets, and every step
// done by clicks and keys, from the first start to going back in the history.

#include "tests/admin-gui/system/window_lab.h"

#include <gmock/gmock.h>

#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>

#include "admin-gui/models/impact_model.h"
#include "admin-gui/views/endpoint_pane.h"
#include "admin-gui/views/endpoints_page.h"
#include "admin-gui/views/entity_editor.h"
#include "admin-gui/views/first_run_page.h"
#include "admin-gui/views/first_run_steps.h"
#include "admin-gui/views/flow_log_page.h"
#include "admin-gui/views/flow_pane.h"
#include "admin-gui/views/like_this_popover.h"
#include "admin-gui/views/policies_page.h"
#include "admin-gui/views/policy_editor.h"
#include "admin-gui/views/policy_table.h"
#include "admin-gui/views/rule_card.h"
#include "admin-gui/views/text_chips.h"
#include "admin-gui/views/value_chips.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/trace_panel.h"
#include "tests/admin-gui/support/office.h"

namespace gw::gui {
namespace {

using gw::testing::Outcome;
using Place = Destination::Place;

class WindowLabTest : public WindowLab {
 protected:
  void GoTo(Place place, Qt::Key digit) {
    // As a window manager does when a popup closes; the offscreen platform has none.
    QApplication::setActiveWindow(window_.get());
    QTest::keyClick(window_.get(), digit, Qt::ControlModifier);
    ASSERT_EQ(window_->current(), place);
  }
  Outcome Web() { return WindowLab::Web(lab_->lab().client()); }

  // Ctrl+Return, what is on the page, and the button that writes.
  void Apply(const std::function<void(QWidget& page)>& look = {}) {
    QTest::keyClick(window_.get(), Qt::Key_Return, Qt::ControlModifier);
    ASSERT_EQ(window_->current(), Place::kApply);
    Page& apply = window_->page(Place::kApply);
    if (look) look(apply);
    const int64_t before = session().base_revision();
    QAbstractButton* button = Button(&apply, QStringLiteral("Apply"));
    ASSERT_NE(button, nullptr);
    Click(button);
    ASSERT_TRUE(Wait([&] { return session().base_revision() == before + 1; }));
    ASSERT_TRUE(lab_->WaitForRevision(before + 1)) << lab_->DaemonLog();
  }

  void SetUpInterfaces();
  void LabelLan();
  void WriteNoWeb();
  int RowOfDenial();
};

void WindowLabTest::SetUpInterfaces() {
  ASSERT_TRUE(Wait([this] { return window_->current() == Place::kFirstRun; }));
  auto& first = page<FirstRunPage>(Place::kFirstRun);
  ASSERT_TRUE(Wait([&] { return first.roles()->choices().size() == 3; }));
  Click(first.continue_button());
  ASSERT_EQ(first.step(), 1);
  const std::pair<const char*, SetupRole> roles[] = {
      {"eth0", SetupRole::kWan}, {"eth1", SetupRole::kLan}, {"eth2", SetupRole::kGuests}};
  for (const auto& [interface, role] : roles) {
    QComboBox* box = first.roles()->role_box(interface);
    ASSERT_NE(box, nullptr);
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Home);
    const auto chosen = [&first, name = std::string(interface)] {
      for (const SetupChoice& choice : first.roles()->choices()) {
        if (choice.found.name == name) return choice.role;
      }
      return SetupRole::kLeaveAlone;
    };
    for (int i = 0; i < box->count() && chosen() != role; ++i) QTest::keyClick(box, Qt::Key_Down);
    ASSERT_EQ(chosen(), role) << interface;
  }
  Click(first.continue_button());
  ASSERT_EQ(first.step(), 2);
  Click(first.templates()->card(1));
  Click(first.continue_button());
  ASSERT_EQ(first.step(), 3);
  EXPECT_GT(first.review()->line_count(), 3);
  EXPECT_TRUE(first.review()->yaml().contains(QStringLiteral("kind: HostEndpoint")));
  EXPECT_TRUE(lab_->Records().empty());
  const int64_t before = session().base_revision();
  Click(first.continue_button());
  ASSERT_TRUE(Wait([&] { return session().base_revision() == before + 1; }));
  ASSERT_TRUE(lab_->WaitForRevision(before + 1)) << lab_->DaemonLog();
  EXPECT_EQ(window_->current(), Place::kOverview);
}

void WindowLabTest::LabelLan() {
  GoTo(Place::kEndpoints, Qt::Key_2);
  auto& endpoints = page<EndpointsPage>(Place::kEndpoints);
  const auto row_of = [&endpoints](const std::string& interface) {
    for (int row = 0; row < endpoints.model().rowCount(); ++row) {
      const EndpointRow* endpoint = endpoints.model().endpoint(row);
      if (endpoint != nullptr && endpoint->interface_name == interface) return row;
    }
    return -1;
  };
  ASSERT_TRUE(Wait([&] { return row_of("eth1") >= 0; }));
  QTableView* table = endpoints.table();
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                    table->visualRect(table->model()->index(row_of("eth1"), 0)).center());
  auto* pane = endpoints.detail()->findChild<EndpointPane*>();
  ASSERT_NE(pane, nullptr);
  Type(pane->labels()->edit(), QStringLiteral("floor=ground"));
  EXPECT_EQ(session().model().host_endpoints.at("lan").metadata.labels.at("floor"), "ground");
  EXPECT_EQ(session().change_count(), 1);
}

// Deny TCP 80 to what comes from the ground floor, before everything else.
void WindowLabTest::WriteNoWeb() {
  GoTo(Place::kPolicies, Qt::Key_4);
  auto& policies = page<PoliciesPage>(Place::kPolicies);
  QTest::keyClick(window_.get(), Qt::Key_N, Qt::ControlModifier);
  ASSERT_TRUE(policies.editing());
  PolicyForm* form = policies.editor()->form();
  form->name()->selectAll();
  Type(form->name(), QStringLiteral("no-web"));
  QPlainTextEdit* selector = form->selector()->editor();
  selector->setFocus();
  selector->selectAll();
  QTest::keyClicks(selector, QStringLiteral("floor == 'ground'"));
  RuleSection* arriving = policies.editor()->section(Direction::kIngress);
  Click(arriving->add());
  RuleCard* card = arriving->card();
  ASSERT_TRUE(card->isVisible());
  Click(Button(card->actions(), QStringLiteral("Deny")));
  card->protocol()->setFocus();
  QTest::keyClicks(card->protocol(), QStringLiteral("TCP"));
  Type(card->ports()->chips()->edit(), QStringLiteral("80"));
  Click(Button(form->state(), QStringLiteral("Enforced")));
  ASSERT_EQ(session().model().policies.count("no-web"), 1U);
  const Policy& policy = session().model().policies.at("no-web");
  EXPECT_EQ(policy.selector, "floor == 'ground'");
  ASSERT_EQ(policy.ingress.size(), 1U);
  EXPECT_EQ(policy.ingress[0].action, RuleAction::kDeny);
  ASSERT_EQ(policy.ingress[0].destination.ports.size(), 1U);
  EXPECT_TRUE(policy.apply_on_forward);
  // To the top, by keys, in the table.
  QTest::keyClick(window_.get(), Qt::Key_Left, Qt::AltModifier);
  ASSERT_FALSE(policies.editing());
  policies.table()->setFocus();
  for (int i = 0; i < 10 && policies.table()->current_row()->number != 1; ++i) {
    QTest::keyClick(policies.table(), Qt::Key_Up, Qt::AltModifier);
  }
}

int WindowLabTest::RowOfDenial() {
  FlowLogModel& model = page<FlowLogPage>(Place::kFlowLog).model();
  for (int row = 0; row < model.rowCount(); ++row) {
    const AuditRecord* record = model.record(row);
    if (record != nullptr && record->decided_by == "policy:no-web/ingress/0") return row;
  }
  return -1;
}

TEST_F(WindowLabTest, FromTheFirstStartToGoingBack) {
  SetUpInterfaces();
  EXPECT_EQ(Web(), Outcome::kConnected);
  LabelLan();
  WriteNoWeb();
  if (HasFatalFailure()) return;

  // The effect, on the flow that just was.
  Apply([this](QWidget& apply) {
    auto* groups = apply.findChild<QTableView*>();
    ASSERT_TRUE(Wait([&] { return groups->isVisible() && groups->model()->rowCount() == 1; }));
    const QModelIndex row = groups->model()->index(0, 0);
    EXPECT_TRUE(row.data(ImpactModel::kNewlyDenied).toBool());
    EXPECT_EQ(row.data().toString(), QString::fromLatin1(gw::testing::kClient));
    EXPECT_EQ(session().change_count(), 2);
  });
  if (HasFatalFailure()) return;
  const int64_t with_no_web = session().base_revision();

  // Denied, and the row arrives by itself.
  GoTo(Place::kFlowLog, Qt::Key_5);
  EXPECT_EQ(Web(), Outcome::kTimedOut);
  ASSERT_TRUE(Wait([this] { return RowOfDenial() >= 0; }));
  auto& log = page<FlowLogPage>(Place::kFlowLog);
  auto* table = log.findChild<QTableView*>();
  QTest::mouseClick(
      table->viewport(), Qt::LeftButton, {},
      table->visualRect(log.model().index(RowOfDenial(), FlowLogModel::kDestination)).center());
  auto* trace = log.detail()->findChild<TracePanel*>();
  ASSERT_TRUE(Wait([&] { return trace->AsText().contains(QStringLiteral("no-web")); }))
      << trace->AsText().toStdString();

  // Allow like this.
  const std::unique_ptr<QMenu> menu(
      log.MenuFor(log.model().index(RowOfDenial(), FlowLogModel::kDestination)));
  ASSERT_NE(menu, nullptr);
  for (QAction* action : menu->actions()) {
    if (action->text().startsWith(QStringLiteral("Allow like this"))) action->trigger();
  }
  auto* popover = window_->findChild<LikeThisPopover*>();
  ASSERT_TRUE(Wait([&] { return popover->isVisible(); }));
  QTest::keyClick(popover, Qt::Key_Return);
  ASSERT_EQ(session().change_count(), 1);
  Apply();
  EXPECT_EQ(Web(), Outcome::kConnected);

  // Undo says what it undoes; redo; then the revision before, from the history.
  GoTo(Place::kHistory, Qt::Key_7);
  auto* revisions = window_->page(Place::kHistory).findChild<QTableView*>();
  ASSERT_TRUE(Wait([&] { return revisions->model()->rowCount() >= 3; }));
  for (int row = 0; row < revisions->model()->rowCount(); ++row) {
    if (revisions->model()->index(row, 0).data().toLongLong() != with_no_web) continue;
    QTest::mouseClick(revisions->viewport(), Qt::LeftButton, {},
                      revisions->visualRect(revisions->model()->index(row, 0)).center());
  }
  QAbstractButton* back =
      Button(window_->page(Place::kHistory).detail(), QStringLiteral("Go back to this"));
  ASSERT_NE(back, nullptr);
  Click(back);
  ASSERT_TRUE(Wait([this] { return session().change_count() == 1; }));
  QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(session().change_count(), 0);
  QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_EQ(session().change_count(), 1);
  Apply();
  EXPECT_EQ(Web(), Outcome::kTimedOut);
}

// Every step goes to what has the focus, and the focus gets there by keys alone.
class KeyboardLabTest : public WindowLab {
 protected:
  std::string StoredPolicy() const override { return gw::testing::kOfficePolicy; }

  static QWidget* Focus() { return QApplication::focusWidget(); }

  void Press(int key, Qt::KeyboardModifiers modifiers = {}) {
    // As a window manager does when a popup closes; the offscreen platform has none.
    QApplication::setActiveWindow(window_.get());
    QWidget* to = Focus() == nullptr ? static_cast<QWidget*>(window_.get()) : Focus();
    QTest::keyClick(to, static_cast<Qt::Key>(key), modifiers);
  }
  void Write(const QString& text) {
    ASSERT_NE(Focus(), nullptr);
    Press(Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(Focus(), text);
  }
  // Tab until `there` has the focus.
  void TabTo(const QWidget* there) {
    ASSERT_NE(there, nullptr);
    constexpr int kStopsMax = 80;
    for (int i = 0; i < kStopsMax; ++i) {
      if (Focus() != nullptr && (Focus() == there || there->isAncestorOf(Focus()))) return;
      Press(Qt::Key_Tab);
    }
    FAIL() << "no way by Tab to " << there->metaObject()->className() << " "
           << there->accessibleName().toStdString();
  }
  void TabToButton(QWidget* root, const QString& text) { TabTo(Button(root, text)); }
  void GoTo(Place place, Qt::Key digit) {
    Press(digit, Qt::ControlModifier);
    ASSERT_EQ(window_->current(), place);
  }
  // Down from the first row until `is_it`.
  void Choose(QTableView* table, const std::function<bool(int row)>& is_it) {
    ASSERT_TRUE(Wait([&] {
      for (int row = 0; row < table->model()->rowCount(); ++row) {
        if (is_it(row)) return true;
      }
      return false;
    }));
    TabTo(table);
    Press(Qt::Key_Home, Qt::ControlModifier);  // moves there, selects nothing yet
    Press(Qt::Key_Down);
    Press(Qt::Key_Up);
    for (int i = 0; i < 200 && !is_it(table->currentIndex().row()); ++i) Press(Qt::Key_Down);
    ASSERT_TRUE(is_it(table->currentIndex().row()));
  }
  void Apply() {
    const int64_t before = session().base_revision();
    Press(Qt::Key_Return, Qt::ControlModifier);
    ASSERT_EQ(window_->current(), Place::kApply);
    Press(Qt::Key_Return, Qt::ControlModifier);
    ASSERT_TRUE(Wait([&] { return session().base_revision() == before + 1; }));
    ASSERT_TRUE(lab_->WaitForRevision(before + 1)) << lab_->DaemonLog();
  }
  Outcome Web() { return WindowLab::Web(lab_->lab().client()); }

  void LabelLan();
  void WriteNoWeb();
  void AllowLikeThis();
  void GoBackTo(int64_t revision);
};

void KeyboardLabTest::LabelLan() {
  GoTo(Place::kEndpoints, Qt::Key_2);
  auto& endpoints = page<EndpointsPage>(Place::kEndpoints);
  Choose(endpoints.table(), [&](int row) {
    const EndpointRow* endpoint = endpoints.model().endpoint(row);
    return endpoint != nullptr && endpoint->interface_name == "eth1";
  });
  Press(Qt::Key_F2);
  QTest::keyClicks(Focus(), QStringLiteral("floor=ground"));
  Press(Qt::Key_Return);
  EXPECT_EQ(session().model().host_endpoints.at("lan").metadata.labels.at("floor"), "ground");
}

void KeyboardLabTest::WriteNoWeb() {
  GoTo(Place::kPolicies, Qt::Key_4);
  auto& policies = page<PoliciesPage>(Place::kPolicies);
  Press(Qt::Key_N, Qt::ControlModifier);
  ASSERT_TRUE(policies.editing());
  PolicyForm* form = policies.editor()->form();
  ASSERT_EQ(Focus(), form->name());
  Write(QStringLiteral("no-web"));
  Press(Qt::Key_Return);
  TabTo(form->selector()->editor());
  Write(QStringLiteral("floor == 'ground'"));
  RuleSection* arriving = policies.editor()->section(Direction::kIngress);
  TabTo(arriving->add());
  Press(Qt::Key_Space);
  RuleCard* card = arriving->card();
  ASSERT_TRUE(card->isVisible());
  TabTo(card->actions());
  for (int i = 0; i < 4 && session().model().staged_policies.at("no-web").ingress[0].action !=
                               RuleAction::kDeny;
       ++i) {
    Press(Qt::Key_Right);
  }
  TabTo(card->protocol());
  QTest::keyClicks(Focus(), QStringLiteral("TCP"));
  TabTo(card->ports()->chips()->edit());
  QTest::keyClicks(Focus(), QStringLiteral("80"));
  Press(Qt::Key_Return);
  TabTo(form->state());
  Press(Qt::Key_Left);
  ASSERT_EQ(session().model().policies.count("no-web"), 1U);
  const Policy& policy = session().model().policies.at("no-web");
  EXPECT_EQ(policy.selector, "floor == 'ground'");
  ASSERT_EQ(policy.ingress.size(), 1U);
  EXPECT_EQ(policy.ingress[0].action, RuleAction::kDeny);
  EXPECT_EQ(policy.ingress[0].destination.ports.size(), 1U);
  Press(Qt::Key_Left, Qt::AltModifier);
  ASSERT_FALSE(policies.editing());
  TabTo(policies.table());
  for (int i = 0; i < 20 && policies.table()->current_row()->number != 1; ++i) {
    Press(Qt::Key_Up, Qt::AltModifier | Qt::ShiftModifier);
    Press(Qt::Key_Up, Qt::AltModifier);
  }
  EXPECT_EQ(policies.table()->current_row()->key.name, "no-web");
  EXPECT_EQ(policies.table()->current_row()->number, 1);
}

void KeyboardLabTest::AllowLikeThis() {
  GoTo(Place::kFlowLog, Qt::Key_5);
  auto& log = page<FlowLogPage>(Place::kFlowLog);
  Choose(log.findChild<QTableView*>(), [&](int row) {
    const AuditRecord* record = log.model().record(row);
    return record != nullptr && record->decided_by == "policy:no-web/ingress/0";
  });
  auto* trace = log.detail()->findChild<TracePanel*>();
  ASSERT_TRUE(Wait([&] { return trace->AsText().contains(QStringLiteral("no-web")); }));
  TabToButton(log.detail(), QStringLiteral("Allow like this"));
  Press(Qt::Key_Space);
  auto* popover = window_->findChild<LikeThisPopover*>();
  ASSERT_TRUE(Wait([&] { return popover->isVisible(); }));
  QTest::keyClick(popover, Qt::Key_Return);
  ASSERT_EQ(session().change_count(), 1);
}

void KeyboardLabTest::GoBackTo(int64_t revision) {
  GoTo(Place::kHistory, Qt::Key_7);
  auto* revisions = window_->page(Place::kHistory).findChild<QTableView*>();
  Choose(revisions, [&](int row) {
    return revisions->model()->index(row, 0).data().toLongLong() == revision;
  });
  TabToButton(window_->page(Place::kHistory).detail(), QStringLiteral("Go back to this"));
  Press(Qt::Key_Space);
  ASSERT_TRUE(Wait([this] { return session().change_count() == 1; }));
}

TEST_F(KeyboardLabTest, TheWholeTaskWithoutAMouse) {
  EXPECT_EQ(Web(), Outcome::kConnected);
  LabelLan();
  if (!HasFatalFailure()) WriteNoWeb();
  if (!HasFatalFailure()) Apply();
  if (HasFatalFailure()) return;
  const int64_t with_no_web = session().base_revision();
  EXPECT_EQ(Web(), Outcome::kTimedOut);
  AllowLikeThis();
  if (!HasFatalFailure()) Apply();
  if (HasFatalFailure()) return;
  EXPECT_EQ(Web(), Outcome::kConnected);
  GoBackTo(with_no_web);
  if (!HasFatalFailure()) Apply();
  if (HasFatalFailure()) return;
  EXPECT_EQ(Web(), Outcome::kTimedOut);
}

}  // namespace
}  // namespace gw::gui
