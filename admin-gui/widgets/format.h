// How times, addresses, ports, bytes and counts read (gui.md §3.5), in the language of a QLocale.
// Pure functions; any thread.

#ifndef ADMIN_GUI_WIDGETS_FORMAT_H_
#define ADMIN_GUI_WIDGETS_FORMAT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <QDateTime>
#include <QLocale>
#include <QString>

#include "common/net/address.h"
#include "common/net/tuple.h"

namespace gw::gui {

// Today "14:31:52", "yesterday 14:31", within a week "Fri 20:14", this year "12 Nov 14:31", else
// "2025-11-12". Both times in the zone to show.
QString FormatTime(const QDateTime& time, const QDateTime& now, const QLocale& locale = QLocale());
// ".118", which the flow log adds to a time of today.
QString FormatMilliseconds(const QDateTime& time);
// "now" below 2 s, "12 s ago", "38 min ago", "5 h ago", "3 days ago"; from a week on FormatTime.
QString FormatRelative(const QDateTime& time, const QDateTime& now,
                       const QLocale& locale = QLocale());
// ISO 8601 with zone, for tooltips and copying.
QString FormatIsoTime(const QDateTime& time);
// "9 min", "1:12" style countdowns: minutes and two digits of seconds.
QString FormatCountdown(std::chrono::seconds left);

QString FormatAddress(const Address& address);  // RFC 5952
// "10.20.0.77:41822", "[2001:db8::2]:443".
QString FormatAddressAndPort(const Address& address, uint16_t port);

// The name of a service, empty if it has none.
using ServiceName = std::function<QString(uint16_t port, const QString& protocol)>;
// The program's own table; nothing is looked up.
QString KnownServiceName(uint16_t port, const QString& protocol);
// In rows: "https 443/tcp", "8800/udp". `protocol` as "tcp".
QString FormatPort(uint16_t port, const QString& protocol,
                   const ServiceName& name = KnownServiceName);
// "echo request icmp", "type 42 icmp".
QString FormatIcmp(uint8_t type, bool v6);
// In rules: "631 (ipp) and 9100", "137–139"; more than 3: "80, 443 (https) and 4 more ports".
QString FormatPorts(const std::vector<std::pair<uint16_t, uint16_t>>& ranges,
                    const QString& protocol, const QLocale& locale = QLocale(),
                    const ServiceName& name = KnownServiceName);

// Powers of 1000, three figures, no-break space: "214 B", "2.1 MB"; without a value "–".
QString FormatBytes(std::optional<uint64_t> bytes, const QLocale& locale = QLocale());
// "240 ms", "1.2 s", "4 min 10 s", "3 h 5 min", "2 d 4 h".
QString FormatDuration(std::chrono::nanoseconds duration, const QLocale& locale = QLocale());
// "1,204"; never shortened.
QString FormatCount(qint64 count, const QLocale& locale = QLocale());
// A hit count: "Never" for an observed 0, empty if not observed.
QString FormatHits(std::optional<qint64> hits, const QLocale& locale = QLocale());

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_FORMAT_H_
