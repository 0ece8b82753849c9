// Every page of the window at a real gateway, in both schemes and both languages: nothing is cut,
// every control has a name; and pictures for people to look at (GW_SCREENSHOTS names the folder,
// `packaging/dev screenshots` sets it).

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QTableView>

#include "admin-gui/session/language.h"
#include "admin-gui/session/recent_gateways.h"
#include "admin-gui/views/endpoints_page.h"
#include "admin-gui/views/first_run_page.h"
#include "admin-gui/views/first_run_steps.h"
#include "admin-gui/views/flow_log_page.h"
#include "admin-gui/views/network_sets_page.h"
#include "admin-gui/views/policies_page.h"
#include "admin-gui/views/policy_editor.h"
#include "admin-gui/views/policy_table.h"
#include "admin-gui/views/simulator_page.h"
#include "admin-gui/views/windows.h"
#include "tests/admin-gui/support/flow_log.h"
#include "tests/admin-gui/support/office.h"
#include "tests/admin-gui/system/window_lab.h"

namespace gw::gui {
namespace {

using Place = Destination::Place;

// Pictures wait until charts and traces are there; without pictures a short look is enough.
int SettleMs() { return qEnvironmentVariableIsSet("GW_SCREENSHOTS") ? 700 : 150; }

class PicturesLab : public WindowLab {
 protected:
  void TearDown() override {
    WindowLab::TearDown();
    SetLanguage(QLocale(QLocale::English));
    Theme::Instance().SetScheme(Scheme::kLight);
  }

  virtual QString suffix() const = 0;  // of the pictures' names
  std::string StoredPolicy() const override { return testing::kOfficePolicy; }
  void FillLog(const std::string& audit_path) override {
    testing::FillOfficeLog(audit_path, absl::Now(), 20'000);
  }

  // Looks at the page that is shown; keeps pictures if they are wanted.
  void Look(const QString& name) { Look(window_.get(), name); }

  void Look(QWidget* window, const QString& name) {
    QTest::qWait(SettleMs());
    CheckNames(window, name);
    CheckHeights(window, name);
    CheckWidths(window, name);
    const QString folder = qEnvironmentVariable("GW_SCREENSHOTS");
    for (const Scheme scheme : {Scheme::kDark, Scheme::kLight}) {
      Theme::Instance().SetScheme(scheme);
      QTest::qWait(30);
      const QImage picture = window->grab().toImage();
      EXPECT_GT(picture.width(), 0);
      if (folder.isEmpty()) continue;
      QDir().mkpath(folder);
      const QString file =
          QStringLiteral("%1-%2-%3.png")
              .arg(name, scheme == Scheme::kDark ? QStringLiteral("dark") : QStringLiteral("light"),
                   suffix());
      EXPECT_TRUE(picture.save(QDir(folder).filePath(file))) << file.toStdString();
    }
  }

  // A control that can be reached by Tab says what it is.
  void CheckNames(QWidget* window, const QString& where) {
    for (const QWidget* widget : window->findChildren<QWidget*>()) {
      if (!widget->isVisible() || (widget->focusPolicy() & Qt::TabFocus) == 0) continue;
      // Its view speaks for it.
      const auto* view = qobject_cast<const QAbstractScrollArea*>(widget->parentWidget());
      if (view != nullptr && view->viewport() == widget) continue;
      const auto* button = qobject_cast<const QAbstractButton*>(widget);
      const bool named =
          !widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
      EXPECT_TRUE(named) << where.toStdString() << ": " << widget->metaObject()->className() << " "
                         << widget->objectName().toStdString() << " in "
                         << widget->parentWidget()->metaObject()->className();
    }
  }

  // A line of text has the height that its font needs.
  void CheckHeights(QWidget* window, const QString& where) {
    const auto check = [&](const QWidget* widget, const QString& text) {
      if (!widget->isVisible() || text.trimmed().isEmpty()) return;
      // Accents of capitals may stand out of the font's own height.
      const QFontMetrics metrics = widget->fontMetrics();
      EXPECT_GE(widget->height(),
                std::min(metrics.height(), metrics.tightBoundingRect(text).height()))
          << where.toStdString() << ": " << text.left(60).toStdString() << " is cut";
    };
    for (const auto* label : window->findChildren<QLabel*>()) check(label, label->text());
    for (const auto* button : window->findChildren<QAbstractButton*>()) {
      check(button, button->text());
    }
    for (const auto* field : window->findChildren<QLineEdit*>()) check(field, field->text());
  }

  // Those in `root` that ask for most room.
  static std::string Widest(QWidget* root) {
    constexpr int kWide = 200;
    std::string all;
    for (const auto* widget : root->findChildren<QWidget*>()) {
      const int asked = std::max(widget->minimumSizeHint().width(), widget->minimumWidth());
      if (!widget->isVisible() || asked < kWide) continue;
      const auto* label = qobject_cast<const QLabel*>(widget);
      absl::StrAppend(
          &all, "\n  ", widget->metaObject()->className(), " ", asked, " ",
          (label == nullptr ? widget->accessibleName() : label->text()).left(60).toStdString());
    }
    return all;
  }

  // What scrolls up and down only is not wider than it shows.
  void CheckWidths(QWidget* window, const QString& where) {
    for (const auto* area : window->findChildren<QScrollArea*>()) {
      if (!area->isVisible() || area->widget() == nullptr) continue;
      if (area->horizontalScrollBarPolicy() != Qt::ScrollBarAlwaysOff) continue;
      EXPECT_LE(area->widget()->width(), area->viewport()->width())
          << where.toStdString() << ": " << area->accessibleName().toStdString()
          << " is cut at the right; it asks for " << area->widget()->minimumSizeHint().width()
          << Widest(area->widget());
    }
  }

  // Two hours of the day before, in a file of that name.
  void OpenExport(const QString& name) {
    const QString path = QFileInfo(QString::fromStdString(lab_->audit_path())).dir().filePath(name);
    const absl::Time since = absl::Now() - absl::Hours(30);
    testing::ExportTo(path.toStdString(), lab_->audit_path(), since, since + absl::Hours(2));
    window_->gateway().OpenExportedLog(path);
    ASSERT_TRUE(Wait([this] { return window_->gateway().exported_log_open(); }));
    auto& log = page<FlowLogPage>(Place::kFlowLog);
    ASSERT_TRUE(Wait([&log] { return log.model().rowCount() > 20; }));
  }

  void Show(Place place, const QVariantMap& arguments = {}) {
    window_->GoTo({place, arguments});
    QTest::qWait(SettleMs());
  }
};

class PicturesLabTest : public PicturesLab, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    SetLanguage(QLocale(QString::fromLatin1(GetParam())));
    WindowLab::SetUp();
  }
  QString suffix() const override { return QString::fromLatin1(GetParam()); }
};

// In percent of the system's font, as people set it who see less well; in the longer language.
class LargeFontTest : public PicturesLab, public ::testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    SetLanguage(QLocale(QLocale::German));
    system_font_ = QApplication::font();
    QFont large = system_font_;
    large.setPointSizeF(system_font_.pointSizeF() * GetParam() / 100);
    QApplication::setFont(large);
    WindowLab::SetUp();
  }
  void TearDown() override {
    PicturesLab::TearDown();
    QApplication::setFont(system_font_);
  }
  QString suffix() const override { return QStringLiteral("font%1").arg(GetParam()); }

 private:
  QFont system_font_;
};

// The longest names that a policy may have, where people look at them: nothing runs into anything.
class LongNamesTest : public PicturesLab {
 protected:
  void SetUp() override {
    SetLanguage(QLocale(QLocale::German));
    WindowLab::SetUp();
  }
  QString suffix() const override { return QStringLiteral("long"); }
  std::string StoredPolicy() const override {
    return absl::StrReplaceAll(testing::kOfficePolicy, names_);
  }
  void FillLog(const std::string& audit_path) override {
    testing::FillOfficeLog(audit_path, absl::Now(), 20'000, names_);
  }

  const std::string policy_ = std::string("no-lateral-") + std::string(242, 'n');
  const std::vector<std::pair<std::string, std::string>> names_ = {
      {"no-lateral", policy_},
      {"out-to-the-internet", std::string("out-to-the-internet-") + std::string(233, 'w')},
      {"anna-laptop", std::string("anna-laptop-") + std::string(51, 'a')},
      {"printer-2nd-floor", std::string("printer-") + std::string(55, 'p')},
      {"owner: anna", std::string("owner: ") + std::string(63, 'o')},
      {"role: storage", std::string("role: storage-") + std::string(55, 's')},
      {"role == 'fax'",
       absl::StrCat("role == '", std::string(63, 'q'), "' && has(", std::string(63, 'k'), ")")},
  };
};

TEST_P(PicturesLabTest, EveryPage) {
  EXPECT_EQ(Web(lab_->lab().client()), testing::Outcome::kConnected);
  EXPECT_EQ(Web(lab_->lab().guest()), testing::Outcome::kConnected);
  Show(Place::kOverview);
  Look(QStringLiteral("overview"));
  Show(Place::kEndpoints, {{QStringLiteral("name"), QStringLiteral("guest")}});
  Look(QStringLiteral("endpoints"));
  Show(Place::kNetworkSets, {{QStringLiteral("name"), QStringLiteral("threat-feed")}});
  Look(QStringLiteral("network-sets"));
  Show(Place::kPolicies, {{QStringLiteral("policy"), QStringLiteral("guest-internet")}});
  Look(QStringLiteral("policies"));
  Show(Place::kPolicies, {{QStringLiteral("policy"), QStringLiteral("guest-internet")},
                          {QStringLiteral("rule"), QStringLiteral("ingress/2")},
                          {QStringLiteral("edit"), true}});
  Look(QStringLiteral("policy-editor"));
  auto& policies = page<PoliciesPage>(Place::kPolicies);
  Click(Button(window_.get(), QStringLiteral("YAML")));
  Look(QStringLiteral("policy-yaml"));
  policies.Back();
  Show(Place::kFlowLog);
  auto* log = window_->page(Place::kFlowLog).findChild<QTableView*>();
  ASSERT_TRUE(Wait([&] { return log->model()->rowCount() > 20; }));
  log->selectRow(1);
  Look(QStringLiteral("flow-log"));
  OpenExport(QStringLiteral("november.db"));
  log->selectRow(2);
  Look(QStringLiteral("flow-log-exported"));
  window_->gateway().OpenExportedLog(QString::fromStdString(lab_->policy_path()));
  Look(QStringLiteral("flow-log-refused"));
  window_->gateway().CloseExportedLog();
  Show(Place::kSimulator, {{QStringLiteral("source"), QStringLiteral("192.168.20.77")},
                           {QStringLiteral("destination"), QStringLiteral("192.168.10.40")},
                           {QStringLiteral("service"), QStringLiteral("631/tcp")}});
  Look(QStringLiteral("simulator"));
  Show(Place::kSettings);
  Look(QStringLiteral("settings"));
  Show(Place::kSettings, {{QStringLiteral("field"), QStringLiteral("spec.auditIpfixCollector")}});
  Look(QStringLiteral("settings-audit"));
  // A change, and what it would do.
  Policy guests = session().model().policies.at("guest-internet");
  guests.ingress.erase(guests.ingress.begin() + 1);
  session().Put(QStringLiteral("Delete rule 2 of guest-internet"), guests);
  Policy lateral = session().model().policies.at("no-lateral");
  Rule print = guests.ingress.back();
  lateral.ingress.insert(lateral.ingress.begin(), print);
  session().Put(QStringLiteral("Add rule 1 to no-lateral"), lateral);
  Show(Place::kPolicies);
  Look(QStringLiteral("policies-changed"));
  Show(Place::kApply);
  QTest::qWait(SettleMs());
  Look(QStringLiteral("apply"));
  session().Apply(QStringLiteral("Guests may print"));
  ASSERT_TRUE(Wait([this] { return session().base_revision() == 2; }));
  Show(Place::kHistory, {{QStringLiteral("revision"), 2}});
  Look(QStringLiteral("history"));
  if (qEnvironmentVariableIsSet("GW_SCREENSHOTS")) QTest::qWait(6'500);  // the toast
  Show(Place::kFirstRun);
  Look(QStringLiteral("first-run"));
  auto& first = page<FirstRunPage>(Place::kFirstRun);
  Click(first.continue_button());
  Look(QStringLiteral("first-run-roles"));
  Show(Place::kPolicies);
  QTest::keyClick(window_.get(), Qt::Key_F1);
  Look(QStringLiteral("help"));
}

TEST_P(PicturesLabTest, Start) {
  QSettings().clear();
  RecentGateways::Add(window_->gateway().files(), QDateTime::currentDateTime());
  RecentGateways::Add({QStringLiteral("gw-shop"), QStringLiteral("/srv/shop/policy.db"), {}},
                      QDateTime::currentDateTime().addDays(-3));
  Windows windows;
  windows.ShowStart();
  Look(windows.start_window(), QStringLiteral("start"));
}

TEST_P(PicturesLabTest, SmallWindow) {
  window_->resize(960, 600);
  for (const auto& [place, name] :
       {std::pair{Place::kOverview, "overview"}, std::pair{Place::kEndpoints, "endpoints"},
        std::pair{Place::kPolicies, "policies"}, std::pair{Place::kFlowLog, "flow-log"},
        std::pair{Place::kSettings, "settings"}}) {
    Show(place);
    Look(QStringLiteral("small-") + QLatin1String(name));
  }
  EXPECT_EQ(window_->size(), QSize(960, 600)) << "a page asks for more room than there is";
}

TEST_P(PicturesLabTest, WithoutAnEnforcer) {
  ASSERT_TRUE(lab_->StopDaemon().ok());
  Show(Place::kOverview);
  ASSERT_TRUE(Wait([this] {
    return window_->gateway().problem().kind == GatewayProblem::Kind::kEnforcerAbsent;
  }));
  Look(QStringLiteral("overview-absent"));
}

TEST_P(LargeFontTest, EveryPage) {
  EXPECT_EQ(Web(lab_->lab().client()), testing::Outcome::kConnected);
  for (const auto& [place, name] :
       {std::pair{Place::kOverview, "overview"}, std::pair{Place::kEndpoints, "endpoints"},
        std::pair{Place::kNetworkSets, "network-sets"}, std::pair{Place::kPolicies, "policies"},
        std::pair{Place::kFlowLog, "flow-log"}, std::pair{Place::kSimulator, "simulator"},
        std::pair{Place::kHistory, "history"}, std::pair{Place::kSettings, "settings"},
        std::pair{Place::kFirstRun, "first-run"}}) {
    Show(place);
    Look(QLatin1String(name));
  }
  OpenExport(QStringLiteral("november.db"));
  Show(Place::kFlowLog);
  window_->page(Place::kFlowLog).findChild<QTableView*>()->selectRow(3);
  Look(QStringLiteral("flow-log-exported"));
  Show(Place::kPolicies, {{QStringLiteral("policy"), QStringLiteral("guest-internet")},
                          {QStringLiteral("rule"), QStringLiteral("ingress/2")},
                          {QStringLiteral("edit"), true}});
  Look(QStringLiteral("policy-editor"));
  QTest::keyClick(window_.get(), Qt::Key_F1);
  Look(QStringLiteral("help"));
}

TEST_F(LongNamesTest, EveryPage) {
  const QString policy = QString::fromStdString(policy_);
  EXPECT_EQ(Web(lab_->lab().client()), testing::Outcome::kConnected);
  for (const QSize size : {QSize(1280, 800), QSize(960, 600)}) {
    window_->resize(size);
    const QString prefix = size.width() < 1000 ? QStringLiteral("small-") : QString();
    Show(Place::kOverview);
    Look(prefix + QStringLiteral("overview"));
    Show(Place::kEndpoints, {{QStringLiteral("name"), QStringLiteral("guest")}});
    Look(prefix + QStringLiteral("endpoints"));
    Show(Place::kNetworkSets, {{QStringLiteral("name"), QStringLiteral("nas")}});
    Look(prefix + QStringLiteral("network-sets"));
    Show(Place::kPolicies, {{QStringLiteral("policy"), policy}});
    Look(prefix + QStringLiteral("policies"));
    Show(Place::kPolicies, {{QStringLiteral("policy"), policy}, {QStringLiteral("edit"), true}});
    Look(prefix + QStringLiteral("policy-editor"));
    page<PoliciesPage>(Place::kPolicies).Back();
    Show(Place::kFlowLog);
    auto* log = window_->page(Place::kFlowLog).findChild<QTableView*>();
    ASSERT_TRUE(Wait([&] { return log->model()->rowCount() > 20; }));
    log->selectRow(3);
    Look(prefix + QStringLiteral("flow-log"));
    OpenExport(prefix + QString(200, QLatin1Char('n')) + QStringLiteral(".db"));
    log->selectRow(3);
    Look(prefix + QStringLiteral("flow-log-exported"));
    window_->gateway().CloseExportedLog();
    Show(Place::kSimulator, {{QStringLiteral("source"), QStringLiteral("192.168.20.77")},
                             {QStringLiteral("destination"), QStringLiteral("192.168.10.40")},
                             {QStringLiteral("service"), QStringLiteral("631/tcp")}});
    Look(prefix + QStringLiteral("simulator"));
  }
  Policy changed = session().model().policies.at(policy_);
  changed.ingress.clear();
  session().Put(QStringLiteral("Delete rule 1 of %1").arg(policy), changed);
  Show(Place::kApply);
  QTest::qWait(SettleMs());
  Look(QStringLiteral("small-apply"));
  EXPECT_EQ(window_->size(), QSize(960, 600)) << "a long name asks for more room than there is";
}

INSTANTIATE_TEST_SUITE_P(Sizes, LargeFontTest, ::testing::Values(150, 200));
INSTANTIATE_TEST_SUITE_P(Languages, PicturesLabTest, ::testing::Values("en", "de"));

}  // namespace
}  // namespace gw::gui
