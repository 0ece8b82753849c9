// How the page of policies behaves over a large policy: prints how long single events kept the GUI
// thread while it opens, is scrolled, filtered and edited by script. Prints, never
// fails.
//   policies_bench [policies, default 1000] [endpoints and sets, default 5000]

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <QLineEdit>
#include <QStandardPaths>

#include "admin-gui/views/policies_page.h"
#include "admin-gui/views/policy_table.h"
#include "admin-gui/widgets/theme.h"
#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/page_pictures.h"
#include "tests/bench/watched_application.h"

namespace gw::gui {
namespace {

constexpr int kRules = 10;
constexpr int kRoles = 50;

std::vector<Resource> LargePolicy(int policies, int others) {
  std::vector<Resource> all;
  const auto role = [](int i) { return absl::StrCat("role-", i % kRoles); };
  for (int i = 0; i < others; ++i) {
    if (i % 2 == 0) {
      all.push_back(testing::Hep(absl::StrCat("endpoint-", i), absl::StrCat("eth", i),
                                 {{"role", role(i)}, {"site", absl::StrCat("site-", i % 7)}}));
    } else {
      const std::string net = absl::StrCat("10.", i % 200, ".", i / 200 % 200, ".0/24");
      all.push_back(
          testing::Set(absl::StrCat("set-", i), {{"role", role(i)}}, {testing::Net(net)}));
    }
  }
  for (int i = 0; i < policies; ++i) {
    std::vector<Rule> rules;
    for (int r = 0; r < kRules; ++r) {
      Rule rule = testing::DoesTcp(r % 3 == 0 ? RuleAction::kDeny : RuleAction::kAllow,
                                   static_cast<uint16_t>(1000 + r));
      rule.destination.selector = absl::StrCat("role == '", role(i + r), "'");
      rules.push_back(rule);
    }
    Policy policy = testing::Forwarding(
        testing::Gnp(absl::StrCat("policy-", i), absl::StrCat("role == '", role(i), "'"), rules));
    policy.order = i;
    all.push_back(policy);
  }
  return all;
}

int Run(WatchedApplication& application, int policies, int others) {
  SessionFolder folder;
  folder.Write(LargePolicy(policies, others));
  std::printf("%d policies of %d rules, %d endpoints and sets\n", policies, kRules, others);
  QElapsedTimer timer;
  timer.start();
  OpenSession open(folder);
  Turn(2'000);
  application.Report("loading");
  auto* page = new PoliciesPage(open.gateway, open.session, nullptr);
  PageFrame frame(page);
  application.Report("making the page");
  frame.show();
  if (!Wait([&] { return page->table()->isVisible(); })) return EXIT_FAILURE;
  Turn(1'000);
  application.Report("showing");
  QScrollBar* bar = page->table()->verticalScrollBar();
  for (int step = 0; step < 200; ++step) {
    ScrollTo(bar, bar->value() + bar->pageStep());
    Turn(10);
  }
  application.Report("200 pages down");
  for (int jump = 0; jump < 100; ++jump) {
    ScrollTo(bar, static_cast<int>(static_cast<int64_t>(bar->maximum()) * (jump * 37 % 100) / 100));
    Turn(10);
  }
  application.Report("100 jumps anywhere");
  auto* find = frame.findChild<QLineEdit*>();
  if (find != nullptr) {
    find->setFocus();
    QTest::keyClicks(find, QStringLiteral("policy-77"), Qt::NoModifier, 30);
    Turn(500);
    application.Report("typing a filter");
    find->clear();
    Turn(500);
    application.Report("clearing it");
  }
  Policy policy = open.session.model().policies.at(absl::StrCat("policy-", policies / 2));
  for (int i = 0; i < 20; ++i) {
    policy.selector = absl::StrCat("role == 'role-", i, "'");
    QMetaObject::invokeMethod(
        page, [&] { open.session.Put(QStringLiteral("Change"), policy); }, Qt::QueuedConnection);
    Turn(200);
  }
  application.Report("20 edits");
  const ResourceKey key = KeyOf(Resource(policy));
  QMetaObject::invokeMethod(
      page, [&] { page->OpenPolicy(key); }, Qt::QueuedConnection);
  Turn(1'000);
  application.Report("opening the editor");
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace gw::gui

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);
  gw::gui::WatchedApplication application(argc, argv);
  gw::gui::Theme::Apply(application);
  return gw::gui::Run(application, argc > 1 ? std::atoi(argv[1]) : 1'000,
                      argc > 2 ? std::atoi(argv[2]) : 5'000);
}
