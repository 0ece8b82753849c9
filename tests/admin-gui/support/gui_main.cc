// main() of every test of the window: a QApplication, or a QGuiApplication where no widgets are
// linked, without a screen unless the environment names one (QT_QPA_PLATFORM=xcb under Xvfb), and
// settings that never touch the user's own.

#include <gmock/gmock.h>

#ifdef QT_WIDGETS_LIB
#include <QApplication>
#else
#include <QGuiApplication>
#endif
#include <QStandardPaths>

#ifdef QT_WIDGETS_LIB
using Application = QApplication;
#else
using Application = QGuiApplication;
#endif

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);
  const Application application(argc, argv);
  Application::setOrganizationName(QStringLiteral("gatewarden-tests"));
  Application::setApplicationName(QStringLiteral("gatewarden-admin"));
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
