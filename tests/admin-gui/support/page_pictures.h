// Pictures of a page in both schemes, for people to look at, and waiting for a page.

#ifndef TESTS_ADMIN_GUI_SUPPORT_PAGE_PICTURES_H_
#define TESTS_ADMIN_GUI_SUPPORT_PAGE_PICTURES_H_

#include <QApplication>
#include <QDir>
#include <QHBoxLayout>
#include <QTest>

#include "admin-gui/views/page.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {

// A page with its detail pane beside it, as the window would show it.
class PageFrame : public QWidget {
 public:
  explicit PageFrame(Page* page) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    page->setParent(this);
    row->addWidget(page, 1);
    if (page->detail() != nullptr) {
      QWidget* detail = page->detail();
      detail->setParent(this);
      detail->setFixedWidth(364);
      detail->setBackgroundRole(QPalette::Window);
      detail->setAutoFillBackground(true);
      detail->show();
      row->addWidget(detail);
    }
    resize(1232, 760);
  }
};

// Into the folder GW_SCREENSHOTS, if that is set: NAME-light.png and NAME-dark.png.
inline void SavePictures(QWidget* widget, const QString& name) {
  const QString folder = qEnvironmentVariable("GW_SCREENSHOTS");
  if (folder.isEmpty()) return;
  Theme::Apply(*qApp);
  for (const Scheme scheme : {Scheme::kDark, Scheme::kLight}) {
    Theme::Instance().SetScheme(scheme);
    QTest::qWait(50);
    const QString suffix =
        scheme == Scheme::kDark ? QStringLiteral("dark") : QStringLiteral("light");
    widget->grab().save(
        QDir(folder).filePath(name + QLatin1Char('-') + suffix + QStringLiteral(".png")));
  }
}

}  // namespace gw::gui

#endif  // TESTS_ADMIN_GUI_SUPPORT_PAGE_PICTURES_H_
