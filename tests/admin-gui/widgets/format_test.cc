#include "admin-gui/widgets/format.h"

#include <gtest/gtest.h>

namespace gw::gui {
namespace {

const QLocale kEnglish(QLocale::English, QLocale::UnitedStates);
const QLocale kGerman(QLocale::German, QLocale::Germany);

QDateTime At(const char* text) {
  return QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs);
}

TEST(FormatTime, SaysAsMuchAsTheDistanceNeeds) {
  const QDateTime now = At("2025-11-25T15:00:00");
  const struct {
    const char* time;
    QString english;
    QString german;
  } cases[] = {
      {"2025-11-25T14:31:52.118", u"14:31:52"_qs, u"14:31:52"_qs},
      {"2025-11-24T14:31:52", u"yesterday 14:31"_qs, u"gestern 14:31"_qs},
      {"2025-11-21T20:14:00", u"Fri 20:14"_qs, u"Fr 20:14"_qs},
      {"2025-11-12T14:31:00", u"12 Nov 14:31"_qs, u"12. Nov. 14:31"_qs},
      {"2024-11-12T14:31:00", u"2024-11-12"_qs, u"2024-11-12"_qs},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(FormatTime(At(c.time), now, kEnglish), c.english);
    EXPECT_EQ(FormatTime(At(c.time), now, kGerman), c.german);
  }
  EXPECT_EQ(FormatMilliseconds(At("2025-11-25T14:31:52.118")), u".118"_qs);
}

TEST(FormatRelative, IsNowBelowTwoSecondsAndATimeFromAWeekOn) {
  const QDateTime now = At("2025-11-25T15:00:00");
  EXPECT_EQ(FormatRelative(now.addSecs(-1), now, kEnglish), u"now"_qs);
  EXPECT_EQ(FormatRelative(now.addSecs(-12), now, kEnglish), u"12 s ago"_qs);
  EXPECT_EQ(FormatRelative(now.addSecs(-12), now, kGerman), u"vor 12 s"_qs);
  EXPECT_EQ(FormatRelative(now.addSecs(-38 * 60), now, kEnglish), u"38 min ago"_qs);
  EXPECT_EQ(FormatRelative(now.addDays(-1), now, kGerman), u"vor 1 Tag"_qs);
  EXPECT_EQ(FormatRelative(now.addDays(-3), now, kGerman), u"vor 3 Tagen"_qs);
  EXPECT_EQ(FormatRelative(now.addDays(-13), now, kEnglish), u"12 Nov 15:00"_qs);
}

TEST(FormatPort, NamesWhatTheProgramKnows) {
  EXPECT_EQ(FormatPort(443, u"tcp"_qs), u"https 443/tcp"_qs);
  EXPECT_EQ(FormatPort(8800, u"udp"_qs), u"8800/udp"_qs);
  EXPECT_EQ(FormatIcmp(8, false), u"echo request icmp"_qs);
  EXPECT_EQ(FormatPorts({{631, 631}, {9100, 9100}}, u"tcp"_qs, kEnglish), u"631 (ipp) and 9100"_qs);
  EXPECT_EQ(FormatPorts({{631, 631}, {9100, 9100}}, u"tcp"_qs, kGerman), u"631 (ipp) und 9100"_qs);
  EXPECT_EQ(FormatPorts({{137, 139}}, u"udp"_qs, kEnglish), u"137–139"_qs);
  EXPECT_EQ(
      FormatPorts({{80, 80}, {443, 443}, {1, 1}, {2, 2}, {3, 3}, {4, 4}}, u"tcp"_qs, kEnglish),
      u"80 (http), 443 (https) and 4 more ports"_qs);
}

TEST(FormatDuration, HasTwoUnitsAtMost) {
  using namespace std::chrono_literals;
  const auto text = [](std::chrono::nanoseconds duration) {
    return FormatDuration(duration, kEnglish).replace(QChar(0xA0), QLatin1Char('_'));
  };
  EXPECT_EQ(text(0ns), u"0_ms"_qs);
  EXPECT_EQ(text(240'900us), u"240_ms"_qs);
  EXPECT_EQ(text(1'240ms), u"1.2_s"_qs);
  EXPECT_EQ(text(60s), u"1_min"_qs);
  EXPECT_EQ(text(250s), u"4_min 10_s"_qs);
  EXPECT_EQ(text(3h + 5min + 59s), u"3_h 5_min"_qs);
  EXPECT_EQ(text(52h), u"2_d 4_h"_qs);
  EXPECT_EQ(FormatDuration(1'240ms, kGerman), u"1,2\u00A0s"_qs);
}

TEST(FormatBytes, UsesPowersOfThousandAndThreeFigures) {
  const auto bytes = [](uint64_t count) {
    return FormatBytes(count, kEnglish).replace(QChar(0xA0), QLatin1Char(' '));
  };
  EXPECT_EQ(bytes(214), u"214 B"_qs);
  EXPECT_EQ(bytes(18'000), u"18 kB"_qs);
  EXPECT_EQ(bytes(999'600), u"1.0 MB"_qs);
  EXPECT_EQ(bytes(2'100'000), u"2.1 MB"_qs);
  EXPECT_EQ(bytes(38'200'000), u"38.2 MB"_qs);
  EXPECT_EQ(bytes(412'000'000), u"412 MB"_qs);
  EXPECT_EQ(FormatBytes(2'100'000, kGerman), u"2,1\u00A0MB"_qs);
  EXPECT_EQ(FormatBytes(std::nullopt, kEnglish), u"–"_qs);
}

TEST(FormatCount, IsNeverShortened) {
  EXPECT_EQ(FormatCount(1204, kEnglish), u"1,204"_qs);
  EXPECT_EQ(FormatCount(1204, kGerman), u"1.204"_qs);
  EXPECT_EQ(FormatHits(0, kEnglish), u"Never"_qs);
  EXPECT_EQ(FormatHits(0, kGerman), u"Nie"_qs);
  EXPECT_EQ(FormatHits(std::nullopt, kEnglish), QString());
  EXPECT_EQ(FormatCountdown(std::chrono::seconds(72)), u"1:12"_qs);
}

}  // namespace
}  // namespace gw::gui
