// main() of every test of the window: a QApplication without a screen unless the environment names
// one (QT_QPA_PLATFORM=xcb under Xvfb), and settings that never touch the user's own.

#include <gmock/gmock.h>

#include <QApplication>
#include <QStandardPaths>

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);
  QApplication application(argc, argv);
  QApplication::setOrganizationName(QStringLiteral("gatewarden-tests"));
  QApplication::setApplicationName(QStringLiteral("gatewarden-admin"));
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
