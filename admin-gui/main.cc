// gatewarden-admin: the window.

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>

#include "admin-gui/session/language.h"
#include "admin-gui/session/program_settings.h"
#include "admin-gui/views/windows.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

GatewayFiles FilesOf(const QCommandLineParser& parser, const QString& policy) {
  return {parser.value(QStringLiteral("name")), QFileInfo(policy).absoluteFilePath(),
          parser.value(QStringLiteral("audit-db"))};
}

int Main(int argc, char** argv) {
  QApplication application(argc, argv);
  QApplication::setOrganizationName(QStringLiteral("gatewarden"));
  QApplication::setApplicationName(QStringLiteral("gatewarden-admin"));
  QApplication::setApplicationDisplayName(QStringLiteral("Gatewarden"));
  QApplication::setApplicationVersion(QStringLiteral(GW_VERSION));
  QApplication::setDesktopFileName(QStringLiteral("gatewarden-admin"));
  SetLanguage(ProgramSettings::Locale());
  Theme::Apply(application);
  Theme::Instance().SetScheme(static_cast<Scheme>(ProgramSettings::Scheme()));
  QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/app.svg")));

  QCommandLineParser parser;
  parser.setApplicationDescription(QApplication::translate(
      "Main", "Edit what a Gatewarden gateway allows, and review what it decided."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addOption({QStringLiteral("policy-db"),
                    QApplication::translate("Main", "The gateway's policy database."),
                    QStringLiteral("file")});
  parser.addOption(
      {QStringLiteral("audit-db"),
       QApplication::translate("Main", "Its audit log; without it, audit.db beside the policy."),
       QStringLiteral("file")});
  parser.addOption({QStringLiteral("name"),
                    QApplication::translate("Main", "What to call the gateway in the window."),
                    QStringLiteral("name")});
  parser.addPositionalArgument(QStringLiteral("file"),
                               QApplication::translate("Main", "The same as --policy-db."),
                               QStringLiteral("[file]"));
  parser.process(application);

  Windows windows;
  QString policy = parser.value(QStringLiteral("policy-db"));
  if (policy.isEmpty()) policy = parser.positionalArguments().value(0);
  if (policy.isEmpty()) {
    windows.ShowStart();
  } else {
    windows.Open(FilesOf(parser, policy));
  }
  return QApplication::exec();
}

}  // namespace
}  // namespace gw::gui

int main(int argc, char** argv) { return gw::gui::Main(argc, argv); }
