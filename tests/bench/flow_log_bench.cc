// How the flow log behaves over a large audit.db: prints the time to the first page and, while it
// is scrolled by script, how long single events kept the GUI thread. Prints, never fails.
//   flow_log_bench [decisions, default 1000000]

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTest>

#include "admin-gui/views/flow_log_page.h"
#include "admin-gui/widgets/theme.h"
#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/flow_log.h"
#include "tests/admin-gui/support/page_pictures.h"
#include "tests/bench/watched_application.h"

namespace gw::gui {
namespace {

int Run(WatchedApplication& application, int64_t count) {
  SessionFolder folder;
  folder.Write(gw::testing::Office());
  QElapsedTimer timer;
  timer.start();
  const std::string audit = folder.folder().File("audit.db");
  gw::testing::FillLog(audit, count, absl::Now() - absl::Seconds(5), absl::Milliseconds(600));
  std::printf("%lld decisions written in %.1f s\n", static_cast<long long>(count),
              static_cast<double>(timer.elapsed()) / 1e3);

  OpenSession open(folder);
  auto* page = new FlowLogPage(open.gateway, open.session, nullptr);
  PageFrame frame(page);
  QSignalSpy restarted(&page->model(), &FlowLogModel::restarted);
  application.Report("opening");
  timer.restart();
  frame.show();
  if (!Wait([&] { return restarted.count() > 0; })) return EXIT_FAILURE;
  std::printf("first page after %lld ms\n", static_cast<long long>(timer.elapsed()));
  Turn(500);
  application.Report("first page");

  auto* table = page->findChild<QTableView*>();
  QScrollBar* bar = table->verticalScrollBar();
  timer.restart();
  for (int step = 0; step < 400; ++step) {
    ScrollTo(bar, bar->value() + bar->pageStep());
    Turn(10);
  }
  application.Report("400 pages down");
  std::printf("  rows known %d, pages held %zu, %lld ms\n", page->model().rowCount(),
              page->model().pages_held(), static_cast<long long>(timer.elapsed()));
  for (int jump = 0; jump < 200; ++jump) {
    ScrollTo(bar, bar->maximum());
    Turn(10);
  }
  application.Report("200 jumps to the end");
  std::printf("  rows known %d, pages held %zu\n", page->model().rowCount(),
              page->model().pages_held());
  for (int jump = 0; jump < 100; ++jump) {
    ScrollTo(bar, static_cast<int>(static_cast<int64_t>(bar->maximum()) * (jump * 37 % 100) / 100));
    Turn(20);
  }
  application.Report("100 jumps anywhere");
  QMetaObject::invokeMethod(
      page,
      [page] {
        page->Show({{QStringLiteral("query"), QStringLiteral("action == deny")}});
      },
      Qt::QueuedConnection);
  Turn(3'000);
  application.Report("a filter");
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace gw::gui

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);
  gw::gui::WatchedApplication application(argc, argv);
  gw::gui::Theme::Apply(application);
  return gw::gui::Run(application, argc > 1 ? std::atoll(argv[1]) : 1'000'000);
}
