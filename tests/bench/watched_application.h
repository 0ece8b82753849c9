// What measures of the window share: an application that times every event, and a script that runs
// between events.

#ifndef TESTS_BENCH_WATCHED_APPLICATION_H_
#define TESTS_BENCH_WATCHED_APPLICATION_H_

#include <cstdio>

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QTest>

namespace gw::gui {

// Times each outermost event that the application handles.
class WatchedApplication : public QApplication {
 public:
  using QApplication::QApplication;

  bool notify(QObject* receiver, QEvent* event) override {
    if (depth_++ > 0) return Inner(receiver, event);
    QElapsedTimer timer;
    timer.start();
    const int type = event->type();
    const QByteArray name = receiver->metaObject()->className();
    const bool taken = Inner(receiver, event);
    const double ms = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    if (ms > 16) ++over_;
    if (ms > worst_) {
      worst_ = ms;
      worst_name_ = name;
      worst_type_ = type;
    }
    return taken;
  }

  void Report(const char* what) {
    std::printf("%-28s worst event %.1f ms (%s, type %d), over 16 ms: %d\n", what, worst_,
                worst_name_.constData(), worst_type_, over_);
    worst_ = 0;
    over_ = 0;
    worst_name_.clear();
  }

 private:
  bool Inner(QObject* receiver, QEvent* event) {
    const bool taken = QApplication::notify(receiver, event);
    --depth_;
    return taken;
  }

  int depth_ = 0;
  int over_ = 0;
  int worst_type_ = 0;
  double worst_ = 0;
  QByteArray worst_name_;
};

// Events alone, so that the script itself does not count: it runs between them.
inline void Turn(int ms) { QTest::qWait(ms); }

inline void ScrollTo(QScrollBar* bar, int value) {
  QMetaObject::invokeMethod(
      bar, [bar, value] { bar->setValue(value); }, Qt::QueuedConnection);
}

}  // namespace gw::gui

#endif  // TESTS_BENCH_WATCHED_APPLICATION_H_
