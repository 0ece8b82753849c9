// Waiting for what happens in the event loop. One patience for every test of the window: it only
// bounds a test that fails, so it is long enough for a sanitizer on a machine with other work.

#ifndef TESTS_ADMIN_GUI_SUPPORT_PATIENCE_H_
#define TESTS_ADMIN_GUI_SUPPORT_PATIENCE_H_

#include <functional>

#include <QTest>

namespace gw::gui {

constexpr int kPatienceMs = 60'000;

inline bool Wait(const std::function<bool()>& condition) {
  return QTest::qWaitFor(condition, kPatienceMs);
}

}  // namespace gw::gui

#endif  // TESTS_ADMIN_GUI_SUPPORT_PATIENCE_H_
