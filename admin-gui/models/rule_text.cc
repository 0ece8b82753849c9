#include "admin-gui/models/rule_text.h"

#include <algorithm>
#include <utility>

#include <QCoreApplication>
#include <QRegularExpression>

#include "common/net/protocol.h"
#include "common/net/service_names.h"
#include "common/policy/limits.h"
#include "common/policy/schedule.h"

namespace gw::gui {
namespace {

class RuleText {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::RuleText)
};

constexpr int kPortMax = 65535;

QString Q(absl::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

// With a capital and a full stop, as people read it.
TextProblem AsSentence(const absl::Status& status) {
  QString words = Q(status.message()).replace(QLatin1Char('`'), QLatin1Char('"'));
  if (!words.isEmpty()) words[0] = words[0].toUpper();
  return {words + QLatin1Char('.'), {}, {}};
}

bool IsPortName(const Model& model, const std::string& name) {
  const auto has = [&name](const auto& endpoint) {
    const auto& ports = endpoint.second.ports;
    return std::any_of(ports.begin(), ports.end(),
                       [&name](const EndpointPort& port) { return port.name == name; });
  };
  return std::any_of(model.host_endpoints.begin(), model.host_endpoints.end(), has) ||
         std::any_of(model.workload_endpoints.begin(), model.workload_endpoints.end(), has);
}

bool IsLegalPortName(const QString& text) {
  static const QRegularExpression kPattern(QStringLiteral("^[A-Za-z0-9_.-]+$"));
  return static_cast<size_t>(text.size()) <= kPortNameLengthMax && kPattern.match(text).hasMatch();
}

}  // namespace

std::variant<RulePort, TextProblem> ReadRulePort(const Model& model, const QString& text) {
  static const QRegularExpression kRange(
      QStringLiteral("^\\s*(\\d{1,9})\\s*(?:[-:–]\\s*(\\d{1,9})\\s*)?$"));
  const auto match = kRange.match(text);
  if (!match.hasMatch()) {
    const QString word = text.trimmed();
    const std::string name = word.toStdString();
    if (!IsPortName(model, name)) {
      if (const auto service = ServiceByName(name)) return PortRange{service->port, service->port};
    }
    if (IsLegalPortName(word)) return name;
    return TextProblem{
        RuleText::tr("A port is a number, a range such as 80-90, or a name."), {}, {}};
  }
  const int first = match.captured(1).toInt();
  const int last = match.captured(2).isEmpty() ? first : match.captured(2).toInt();
  if (first < 1 || first > kPortMax || last < 1 || last > kPortMax) {
    return TextProblem{RuleText::tr("Ports go from 1 to 65535."), {}, {}};
  }
  if (first > last) {
    const QString turned = QStringLiteral("%1–%2").arg(last).arg(first);
    return TextProblem{RuleText::tr("The range starts above its end."), turned, turned};
  }
  return PortRange{static_cast<uint16_t>(first), static_cast<uint16_t>(last)};
}

QString RulePortText(const RulePort& port) {
  const auto* range = std::get_if<PortRange>(&port);
  if (range == nullptr) return Q(std::get<std::string>(port));
  if (range->first == range->last) return QString::number(range->first);
  return QStringLiteral("%1–%2").arg(range->first).arg(range->last);
}

QString RulePortChip(const RulePort& port, uint8_t protocol) {
  const auto* range = std::get_if<PortRange>(&port);
  const QString service = range == nullptr ? QString() : Q(ServiceName(protocol, *range));
  return service.isEmpty() ? RulePortText(port) : RulePortText(port) + QLatin1Char(' ') + service;
}

std::variant<Prefix, TextProblem> ReadRuleNet(const std::vector<Prefix>& others, bool excepted,
                                              const QString& text) {
  const std::string trimmed = text.trimmed().toStdString();
  const auto net = ParsePrefix(trimmed);
  if (!net.ok()) {
    const auto meant = ParseNetwork(trimmed);
    if (!meant.ok()) return AsSentence(net.status());
    const QString remedy = Q(ToString(*meant));
    if (!text.contains(QLatin1Char('/'))) {
      return TextProblem{RuleText::tr("Add the prefix length."), remedy, remedy};
    }
    return TextProblem{RuleText::tr("%1 has host bits.").arg(text.trimmed()), remedy, remedy};
  }
  if (excepted && net->length == 0) {
    return TextProblem{RuleText::tr("This excludes everything: the rule would match nothing."),
                       RuleText::tr("Remove"),
                       {}};
  }
  const bool mixed = std::any_of(others.begin(), others.end(), [&net](const Prefix& other) {
    return other.address.family != net->address.family;
  });
  if (mixed) {
    return TextProblem{RuleText::tr("One rule holds IPv4 or IPv6 networks, not both."), {}, {}};
  }
  return *net;
}

std::variant<std::optional<RuleIcmp>, TextProblem> ReadRuleIcmp(const QString& text) {
  if (text.trimmed().isEmpty()) return std::optional<RuleIcmp>();
  static const QRegularExpression kPattern(QStringLiteral("^\\s*(\\d*)\\s*(?:/\\s*(\\d+)\\s*)?$"));
  const auto match = kPattern.match(text);
  if (!match.hasMatch()) {
    return TextProblem{RuleText::tr("Write the type, or type/code: 8 or 3/4."), {}, {}};
  }
  if (match.captured(1).isEmpty()) {
    return TextProblem{RuleText::tr("A code needs a type."), {}, {}};
  }
  const int type = match.captured(1).toInt();
  const int code = match.captured(2).toInt();
  if (type > 254 || code > 255 || match.captured(1).size() > 3 || match.captured(2).size() > 3) {
    return TextProblem{RuleText::tr("Types go from 0 to 254, codes from 0 to 255."), {}, {}};
  }
  RuleIcmp icmp;
  icmp.type = static_cast<uint8_t>(type);
  if (!match.captured(2).isEmpty()) icmp.code = static_cast<uint8_t>(code);
  return std::optional(icmp);
}

QString RuleIcmpText(const std::optional<RuleIcmp>& icmp) {
  if (!icmp) return {};
  const QString type = QString::number(icmp->type);
  return icmp->code ? QStringLiteral("%1/%2").arg(type).arg(*icmp->code) : type;
}

std::variant<std::optional<RuleProtocol>, TextProblem> ReadRuleProtocol(const QString& text) {
  const QString word = text.trimmed();
  if (word.isEmpty()) return std::optional<RuleProtocol>();
  if (const auto number = ProtocolByName(word.toStdString())) {
    return std::optional(RuleProtocol{*number, true});
  }
  bool is_number = false;
  const int number = word.toInt(&is_number);
  if (is_number && number >= 1 && number <= 255) {
    return std::optional(RuleProtocol{static_cast<uint8_t>(number), false});
  }
  return TextProblem{RuleText::tr("A protocol is a number from 1 to 255, or TCP, UDP, SCTP, "
                                  "UDPLite, ICMP or ICMPv6."),
                     {},
                     {}};
}

QString RuleProtocolText(const std::optional<RuleProtocol>& protocol) {
  if (!protocol) return {};
  return protocol->by_name ? Q(ProtocolName(protocol->number)) : QString::number(protocol->number);
}

std::optional<TextProblem> ScheduleProblem(const QString& text) {
  if (text.trimmed().isEmpty()) return std::nullopt;
  const auto schedule = ParseSchedule(text.trimmed().toStdString());
  return schedule.ok() ? std::nullopt : std::optional(AsSentence(schedule.status()));
}

std::optional<TextProblem> ExpiryProblem(const QString& text) {
  if (text.trimmed().isEmpty()) return std::nullopt;
  const auto expiry = ParseExpiry(text.trimmed().toStdString());
  return expiry.ok() ? std::nullopt : std::optional(AsSentence(expiry.status()));
}

std::optional<TextProblem> PortsWithoutProtocol(const Rule& rule) {
  const auto has = [](const EntityRule& side) {
    return !side.ports.empty() || !side.not_ports.empty();
  };
  if (!has(rule.source) && !has(rule.destination)) return std::nullopt;
  if (rule.protocol && HasPorts(rule.protocol->number)) return std::nullopt;
  return TextProblem{RuleText::tr("Ports need TCP, UDP or SCTP."), QStringLiteral("TCP"),
                     QStringLiteral("TCP")};
}

}  // namespace gw::gui
