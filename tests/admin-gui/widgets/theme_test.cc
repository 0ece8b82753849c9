#include "admin-gui/widgets/theme.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QSignalSpy>

#include "admin-gui/widgets/icons.h"

namespace gw::gui {
namespace {

double Linear(int channel) {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double Luminance(QRgb colour) {
  return 0.2126 * Linear(qRed(colour)) + 0.7152 * Linear(qGreen(colour)) +
         0.0722 * Linear(qBlue(colour));
}

// WCAG 2.1.
double Contrast(QRgb one, QRgb other) {
  const auto [dark, light] = std::minmax({Luminance(one), Luminance(other)});
  return (light + 0.05) / (dark + 0.05);
}

QRgb Of(Role role, bool dark) {
  const Token& token = kTokens[static_cast<size_t>(role)];
  return dark ? token.dark : token.light;
}

TEST(Tokens, EachIsAtTheIndexOfItsRole) {
  for (size_t i = 0; i < kTokens.size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(kTokens[i].role), i);
  }
}

TEST(Tokens, TextIsReadableOnEveryGround) {
  for (const bool dark : {false, true}) {
    for (const Role text : {Role::kText, Role::kMuted, Role::kFaint, Role::kAccent, Role::kAllow,
                            Role::kDeny, Role::kReject, Role::kStaged, Role::kWarn}) {
      for (const Role ground : {Role::kSurface, Role::kWindow, Role::kHover, Role::kSelection,
                                Role::kSunken, Role::kRaised}) {
        EXPECT_GE(Contrast(Of(text, dark), Of(ground, dark)), 4.5)
            << "role " << static_cast<int>(text) << " on " << static_cast<int>(ground)
            << (dark ? " dark" : " light");
      }
    }
  }
}

TEST(Tokens, StrongColoursAreReadableOnTheirSoftOnes) {
  const std::pair<Role, Role> pairs[] = {
      {Role::kAllow, Role::kAllowSoft},   {Role::kDeny, Role::kDenySoft},
      {Role::kReject, Role::kRejectSoft}, {Role::kStaged, Role::kStagedSoft},
      {Role::kWarn, Role::kWarnSoft},     {Role::kAccent, Role::kAccentSoft},
      {Role::kOnAccent, Role::kAccent}};
  for (const bool dark : {false, true}) {
    for (const auto& [strong, soft] : pairs) {
      EXPECT_GE(Contrast(Of(strong, dark), Of(soft, dark)), 4.5);
      if (soft != Role::kAccent) {
        EXPECT_GE(Contrast(Of(Role::kMuted, dark), Of(soft, dark)), 4.5);
      }
    }
  }
}

TEST(Tokens, EdgesAndSeriesAreSeen) {
  for (const bool dark : {false, true}) {
    for (const Role role :
         {Role::kControl, Role::kFocus, Role::kC1, Role::kC2, Role::kC3, Role::kC4}) {
      for (const Role ground : {Role::kSurface, Role::kWindow}) {
        EXPECT_GE(Contrast(Of(role, dark), Of(ground, dark)), 3.0) << static_cast<int>(role);
      }
    }
  }
}

TEST(ThemeScheme, SwitchingReplacesPaletteAndSaysSoOnce) {
  Theme::Apply(*qobject_cast<QApplication*>(QApplication::instance()));
  Theme::Instance().SetScheme(Scheme::kLight);
  QSignalSpy changed(&Theme::Instance(), &Theme::schemeChanged);
  Theme::Instance().SetScheme(Scheme::kDark);
  EXPECT_EQ(changed.count(), 1);
  EXPECT_EQ(QApplication::palette().color(QPalette::Base).rgba(), Of(Role::kSurface, true));
  Theme::Instance().SetScheme(Scheme::kDark);
  EXPECT_EQ(changed.count(), 1);
  Theme::Instance().SetScheme(Scheme::kLight);
  EXPECT_EQ(Theme::Color(Role::kText).rgba(), Of(Role::kText, false));
}

int InkOf(const QPixmap& pixmap) {
  const QImage image = pixmap.toImage();
  int ink = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) ink += qAlpha(image.pixel(x, y)) > 100 ? 1 : 0;
  }
  return ink;
}

TEST(Icons, EachIsDrawnAtEverySizeInBothSchemes) {
  const QStringList names = Icons::Names();
  ASSERT_GE(names.size(), 40);
  for (const Scheme scheme : {Scheme::kLight, Scheme::kDark}) {
    Theme::Instance().SetScheme(scheme);
    for (const QString& name : names) {
      for (const int size : {14, 16, 18}) {
        const QPixmap pixmap = Icons::Pixmap(name, Role::kText, size, 2);
        EXPECT_EQ(pixmap.width(), 2 * size);
        EXPECT_GT(InkOf(pixmap), size / 2) << name.toStdString() << " at " << size;
      }
    }
  }
}

TEST(Icons, TakeTheColourOfTheirRoleAndTheSchemeInForce) {
  Theme::Instance().SetScheme(Scheme::kLight);
  const QImage light = Icons::Pixmap(QStringLiteral("deny"), Role::kDeny, 16).toImage();
  Theme::Instance().SetScheme(Scheme::kDark);
  const QImage dark = Icons::Pixmap(QStringLiteral("deny"), Role::kDeny, 16).toImage();
  EXPECT_NE(light, dark);
  EXPECT_EQ(Icons::Pixmap(QStringLiteral("deny"), Role::kDeny, 16).toImage(), dark);
  EXPECT_TRUE(Icons::Pixmap(QStringLiteral("no-such-icon"), Role::kDeny, 16).isNull());
}

}  // namespace
}  // namespace gw::gui
