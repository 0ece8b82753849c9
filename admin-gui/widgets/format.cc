#include "admin-gui/widgets/format.h"

#include <algorithm>
#include <array>

#include <QCoreApplication>

namespace gw::gui {
namespace {

constexpr int kDaysOfWeek = 7;
constexpr qint64 kMinute = 60;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;
constexpr qint64 kNow = 2;
constexpr size_t kPortsShown = 3;
constexpr size_t kPortsBeforeMore = 2;
constexpr char16_t kNoBreakSpace = 0x00A0;
constexpr char16_t kEnDash = 0x2013;

struct FormatWords {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::FormatWords)
};

// The words of a language that has no catalogue loaded (a test, a locale of its own) come from
// here; all else goes through the catalogue.
struct Pattern {
  const char* english;
  const char* german;
};
constexpr Pattern kYesterday = {"yesterday %1", "gestern %1"};
constexpr Pattern kJustNow = {"now", "jetzt"};
constexpr Pattern kSecondsAgo = {"%1 s ago", "vor %1 s"};
constexpr Pattern kMinutesAgo = {"%1 min ago", "vor %1 min"};
constexpr Pattern kHoursAgo = {"%1 h ago", "vor %1 h"};
constexpr Pattern kDayAgo = {"%1 day ago", "vor %1 Tag"};
constexpr Pattern kDaysAgo = {"%1 days ago", "vor %1 Tagen"};
constexpr Pattern kNever = {"Never", "Nie"};
constexpr Pattern kAnd = {"%1 and %2", "%1 und %2"};
constexpr Pattern kMorePorts = {"%1 and %2 more ports", "%1 und %2 weitere Ports"};
constexpr Pattern kIcmpType = {"type %1", "Typ %1"};

QString In(const QLocale& locale, const Pattern& pattern) {
  const bool german = locale.language() == QLocale::German;
  return QString::fromUtf8(german ? pattern.german : pattern.english);
}

// "Fri" and "12 Nov" as the design has them: CLDR's abbreviations, "Fr." without its stop.
QString DayName(const QDateTime& time, const QLocale& locale) {
  QString name = locale.dayName(time.date().dayOfWeek(), QLocale::ShortFormat);
  if (name.endsWith(QLatin1Char('.'))) name.chop(1);
  return name;
}

QString DayAndMonth(const QDateTime& time, const QLocale& locale) {
  const bool german = locale.language() == QLocale::German;
  return locale.toString(time.date(), german ? QStringLiteral("d. MMM") : QStringLiteral("d MMM"));
}

struct Service {
  uint16_t port;
  const char* name;
};
constexpr std::array<Service, 62> kServices = {{
    {20, "ftp-data"},    {21, "ftp"},          {22, "ssh"},      {23, "telnet"},
    {25, "smtp"},        {37, "time"},         {43, "whois"},    {53, "dns"},
    {67, "dhcp"},        {68, "dhcp"},         {69, "tftp"},     {80, "http"},
    {88, "kerberos"},    {110, "pop3"},        {111, "rpcbind"}, {119, "nntp"},
    {123, "ntp"},        {135, "msrpc"},       {137, "netbios"}, {138, "netbios"},
    {139, "netbios"},    {143, "imap"},        {161, "snmp"},    {162, "snmptrap"},
    {179, "bgp"},        {389, "ldap"},        {443, "https"},   {445, "smb"},
    {465, "smtps"},      {500, "isakmp"},      {514, "syslog"},  {515, "printer"},
    {546, "dhcpv6"},     {547, "dhcpv6"},      {548, "afp"},     {554, "rtsp"},
    {587, "submission"}, {631, "ipp"},         {636, "ldaps"},   {853, "dot"},
    {873, "rsync"},      {989, "ftps-data"},   {990, "ftps"},    {993, "imaps"},
    {995, "pop3s"},      {1194, "openvpn"},    {1433, "mssql"},  {1701, "l2tp"},
    {1723, "pptp"},      {1812, "radius"},     {1813, "radius"}, {1883, "mqtt"},
    {1900, "ssdp"},      {2049, "nfs"},        {3306, "mysql"},  {3389, "rdp"},
    {4500, "ipsec-nat"}, {5060, "sip"},        {5353, "mdns"},   {5432, "postgresql"},
    {8883, "mqtts"},     {51820, "wireguard"},
}};

QString PortRange(std::pair<uint16_t, uint16_t> range, const QString& protocol,
                  const ServiceName& name) {
  if (range.first != range.second) {
    return QString::number(range.first) + QChar(kEnDash) + QString::number(range.second);
  }
  const QString service = name ? name(range.first, protocol) : QString();
  const QString port = QString::number(range.first);
  return service.isEmpty() ? port : QStringLiteral("%1 (%2)").arg(port, service);
}

}  // namespace

QString FormatTime(const QDateTime& time, const QDateTime& now, const QLocale& locale) {
  const QString clock = time.toString(u"HH:mm");
  const qint64 days = time.date().daysTo(now.date());
  if (days == 0) return time.toString(u"HH:mm:ss");
  if (days == 1) return In(locale, kYesterday).arg(clock);
  if (days > 1 && days < kDaysOfWeek) return DayName(time, locale) + QLatin1Char(' ') + clock;
  if (time.date().year() == now.date().year()) {
    return DayAndMonth(time, locale) + QLatin1Char(' ') + clock;
  }
  return time.date().toString(Qt::ISODate);
}

QString FormatMilliseconds(const QDateTime& time) { return time.toString(u".zzz"); }

QString FormatRelative(const QDateTime& time, const QDateTime& now, const QLocale& locale) {
  const qint64 seconds = std::max<qint64>(0, time.secsTo(now));
  if (seconds < kNow) return In(locale, kJustNow);
  if (seconds < kMinute) return In(locale, kSecondsAgo).arg(seconds);
  if (seconds < kHour) return In(locale, kMinutesAgo).arg(seconds / kMinute);
  if (seconds < kDay) return In(locale, kHoursAgo).arg(seconds / kHour);
  const qint64 days = seconds / kDay;
  if (days >= kDaysOfWeek) return FormatTime(time, now, locale);
  return In(locale, days == 1 ? kDayAgo : kDaysAgo).arg(days);
}

QString FormatIsoTime(const QDateTime& time) {
  return time.toOffsetFromUtc(time.offsetFromUtc()).toString(Qt::ISODateWithMs);
}

QString FormatCountdown(std::chrono::seconds left) {
  const auto seconds = std::max<qint64>(0, left.count());
  return QStringLiteral("%1:%2")
      .arg(seconds / kMinute)
      .arg(seconds % kMinute, 2, 10, QLatin1Char('0'));
}

QString FormatAddress(const Address& address) { return QString::fromStdString(ToString(address)); }

QString FormatAddressAndPort(const Address& address, uint16_t port) {
  const QString text = FormatAddress(address);
  const bool v6 = text.contains(QLatin1Char(':'));
  return (v6 ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2")).arg(text).arg(port);
}

QString KnownServiceName(uint16_t port, const QString& protocol) {
  if (protocol == u"icmp" || protocol == u"icmpv6") return {};
  const auto* found = std::lower_bound(
      kServices.begin(), kServices.end(), port,
      [](const Service& service, uint16_t wanted) { return service.port < wanted; });
  if (found == kServices.end() || found->port != port) return {};
  return QString::fromLatin1(found->name);
}

QString FormatPort(uint16_t port, const QString& protocol, const ServiceName& name) {
  const QString number = QStringLiteral("%1/%2").arg(port).arg(protocol);
  const QString service = name ? name(port, protocol) : QString();
  return service.isEmpty() ? number : service + QLatin1Char(' ') + number;
}

QString FormatIcmp(uint8_t type, bool v6) {
  constexpr uint8_t kEchoReply = 0;
  constexpr uint8_t kUnreachable = 3;
  constexpr uint8_t kEcho = 8;
  constexpr uint8_t kTimeExceeded = 11;
  constexpr uint8_t kEchoV6 = 128;
  constexpr uint8_t kEchoReplyV6 = 129;
  const QString protocol = v6 ? QStringLiteral(" icmpv6") : QStringLiteral(" icmp");
  if (type == (v6 ? kEchoV6 : kEcho)) return FormatWords::tr("echo request") + protocol;
  if (type == (v6 ? kEchoReplyV6 : kEchoReply)) return FormatWords::tr("echo reply") + protocol;
  if (type == (v6 ? 1 : kUnreachable)) return FormatWords::tr("unreachable") + protocol;
  if (type == (v6 ? 3 : kTimeExceeded)) return FormatWords::tr("time exceeded") + protocol;
  return In(QLocale(), kIcmpType).arg(type) + protocol;
}

QString FormatPorts(const std::vector<std::pair<uint16_t, uint16_t>>& ranges,
                    const QString& protocol, const QLocale& locale, const ServiceName& name) {
  QStringList parts;
  for (const auto& range : ranges) parts << PortRange(range, protocol, name);
  if (ranges.size() > kPortsShown) {
    const QString first = parts.mid(0, kPortsBeforeMore).join(QStringLiteral(", "));
    return In(locale, kMorePorts).arg(first).arg(ranges.size() - kPortsBeforeMore);
  }
  if (parts.size() < 2) return parts.join(QString());
  const QString last = parts.takeLast();
  return In(locale, kAnd).arg(parts.join(QStringLiteral(", ")), last);
}

QString FormatDuration(std::chrono::nanoseconds duration, const QLocale& locale) {
  using std::chrono::duration_cast;
  const auto with = [](qint64 count, const char* unit) {
    return QString::number(count) + QChar(kNoBreakSpace) + QString::fromLatin1(unit);
  };
  const qint64 ms = duration_cast<std::chrono::milliseconds>(duration).count();
  if (ms < 1'000) return with(ms, "ms");
  if (ms < 60'000) {
    return locale.toString(static_cast<double>(ms) / 1'000, 'f', 1) + QChar(kNoBreakSpace) +
           QLatin1Char('s');
  }
  struct Unit {
    qint64 seconds;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits = {{{86'400, "d"}, {3'600, "h"}, {60, "min"}, {1, "s"}}};
  const qint64 seconds = ms / 1'000;
  size_t first = 0;
  while (seconds < kUnits[first].seconds) ++first;
  const qint64 rest = seconds % kUnits[first].seconds / kUnits[first + 1].seconds;
  const QString text = with(seconds / kUnits[first].seconds, kUnits[first].name);
  return rest == 0 ? text : text + QLatin1Char(' ') + with(rest, kUnits[first + 1].name);
}

QString FormatBytes(std::optional<uint64_t> bytes, const QLocale& locale) {
  constexpr std::array<const char*, 6> kUnits = {"B", "kB", "MB", "GB", "TB", "PB"};
  if (!bytes) return QString(QChar(kEnDash));
  double value = static_cast<double>(*bytes);
  size_t unit = 0;
  // 999.5 kB reads 1.0 MB, not 1000 kB.
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  // "2.1 MB", "38.2 MB", "412 kB": kB and B are whole.
  const int decimals = unit < 2 || value >= 99.95 ? 0 : 1;
  return locale.toString(value, 'f', decimals) + QChar(kNoBreakSpace) +
         QString::fromLatin1(kUnits[unit]);
}

QString FormatCount(qint64 count, const QLocale& locale) { return locale.toString(count); }

QString FormatHits(std::optional<qint64> hits, const QLocale& locale) {
  if (!hits) return {};
  return *hits == 0 ? In(locale, kNever) : FormatCount(*hits, locale);
}

}  // namespace gw::gui
