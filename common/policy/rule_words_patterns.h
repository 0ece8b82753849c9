// The English patterns of rule_words.h. For rule_words*.cc only.

#ifndef COMMON_POLICY_RULE_WORDS_PATTERNS_H_
#define COMMON_POLICY_RULE_WORDS_PATTERNS_H_

#include <cstddef>
#include <cstdint>

#include "common/policy/model.h"

namespace gw::rule_words {

// ---- sentences ----------------------------------------------------------------------------------

enum class Verb : uint8_t { kAllow, kDeny, kPass, kPassLast, kLog, kWouldAllow, kWouldDeny };
inline constexpr size_t kVerbs = 7;

// Which sides are named.
enum class Sides : uint8_t { kNone, kSource, kDestination, kBoth };

// By verb and sides; the first four name what, the others do not.
inline constexpr const char* kSentences[kVerbs][2][4] = {
    {{"Allow %what", "Allow %what from %src", "Allow %what to %dst",
      "Allow %what from %src to %dst"},
     {"Allow", "Allow from %src", "Allow to %dst", "Allow from %src to %dst"}},
    {{"Deny %what", "Deny %what from %src", "Deny %what to %dst", "Deny %what from %src to %dst"},
     {"Deny", "Deny from %src", "Deny to %dst", "Deny from %src to %dst"}},
    {{"Go on to tier %tier with %what", "Go on to tier %tier with %what from %src",
      "Go on to tier %tier with %what to %dst", "Go on to tier %tier with %what from %src to %dst"},
     {"Go on to tier %tier", "Go on to tier %tier from %src", "Go on to tier %tier to %dst",
      "Go on to tier %tier from %src to %dst"}},
    {{"Go on after the last tier with %what", "Go on after the last tier with %what from %src",
      "Go on after the last tier with %what to %dst",
      "Go on after the last tier with %what from %src to %dst"},
     {"Go on after the last tier", "Go on after the last tier from %src",
      "Go on after the last tier to %dst", "Go on after the last tier from %src to %dst"}},
    {{"Log %what and go on", "Log %what from %src and go on", "Log %what to %dst and go on",
      "Log %what from %src to %dst and go on"},
     {"Log and go on", "Log from %src and go on", "Log to %dst and go on",
      "Log from %src to %dst and go on"}},
    {{"Would allow %what", "Would allow %what from %src", "Would allow %what to %dst",
      "Would allow %what from %src to %dst"},
     {"Would allow", "Would allow from %src", "Would allow to %dst",
      "Would allow from %src to %dst"}},
    {{"Would deny %what", "Would deny %what from %src", "Would deny %what to %dst",
      "Would deny %what from %src to %dst"},
     {"Would deny", "Would deny from %src", "Would deny to %dst", "Would deny from %src to %dst"}},
};

inline constexpr char kFull[] = "%sentence.";
inline constexpr char kFullWhen[] = "%sentence, %when.";
inline constexpr char kShortWhen[] = "%sentence, %when";

// ---- what ---------------------------------------------------------------------------------------

inline constexpr char kAllTraffic[] = "all traffic";
inline constexpr char kEverythingExcept[] = "everything except %what";
inline constexpr char kProtocolNumber[] = "protocol %number";
inline constexpr char kProtocolPorts[] = "%protocol %ports";
inline constexpr char kProtocolExceptPorts[] = "%protocol except %excluded";
inline constexpr char kProtocolPortsExcept[] = "%protocol %ports except %excluded";
inline constexpr char kPorts[] = "ports %ports";
inline constexpr char kExceptPorts[] = "all ports except %excluded";
inline constexpr char kPortsExcept[] = "ports %ports except %excluded";
inline constexpr char kPortService[] = "%port (%service)";
inline constexpr char kNamedPort[] = "\"%name\"";
inline constexpr char kMorePorts[] = "%list and %count more ports";
inline constexpr char kIcmpExcept[] = "%what except %excluded";

struct IcmpKind {
  uint8_t protocol;
  uint8_t type;
  const char* pattern;
};
inline constexpr IcmpKind kIcmpKinds[] = {
    {kProtocolIcmp, 0, "ICMP echo reply"},
    {kProtocolIcmp, 3, "ICMP destination unreachable"},
    {kProtocolIcmp, 5, "ICMP redirect"},
    {kProtocolIcmp, 8, "ICMP echo request"},
    {kProtocolIcmp, 11, "ICMP time exceeded"},
    {kProtocolIcmp, 12, "ICMP parameter problem"},
    {kProtocolIcmpv6, 1, "ICMPv6 destination unreachable"},
    {kProtocolIcmpv6, 2, "ICMPv6 packet too big"},
    {kProtocolIcmpv6, 3, "ICMPv6 time exceeded"},
    {kProtocolIcmpv6, 4, "ICMPv6 parameter problem"},
    {kProtocolIcmpv6, 128, "ICMPv6 echo request"},
    {kProtocolIcmpv6, 129, "ICMPv6 echo reply"},
    {kProtocolIcmpv6, 133, "ICMPv6 router solicitation"},
    {kProtocolIcmpv6, 134, "ICMPv6 router advertisement"},
    {kProtocolIcmpv6, 135, "ICMPv6 neighbour solicitation"},
    {kProtocolIcmpv6, 136, "ICMPv6 neighbour advertisement"},
};
inline constexpr char kIcmpType[] = "%protocol type %type";
inline constexpr char kIcmpTypeCode[] = "%protocol type %type code %code";

// ---- sides --------------------------------------------------------------------------------------

inline constexpr char kAnyAddress[] = "any address";
inline constexpr char kAnyKnownEndpoint[] = "any known endpoint";
inline constexpr char kThisGateway[] = "this gateway";
inline constexpr char kLabelled[] = "known addresses labelled %labels";
// Where %labels begins with "with" or "without".
inline constexpr char kWithLabels[] = "known addresses %labels";
inline constexpr char kSideWithin[] = "%side within %nets";
inline constexpr char kSideExcept[] = "%side, except %excluded";
inline constexpr char kSidePorts[] = "%side, source port %ports";
inline constexpr char kSideExceptPorts[] = "%side, except source port %ports";
inline constexpr char kMoreNetworks[] = "%list and %count more networks";

// ---- labels -------------------------------------------------------------------------------------

inline constexpr char kEqualTo[] = "%key = '%value'";
inline constexpr char kOneOf[] = "%key = %values";
inline constexpr char kNotEqualTo[] = "without %key = '%value'";
inline constexpr char kNoneOf[] = "without %key = %values";
inline constexpr char kHasLabel[] = "with label %key";
inline constexpr char kHasNoLabel[] = "without label %key";
inline constexpr char kStartingWith[] = "%key starting with '%value'";
inline constexpr char kEndingWith[] = "%key ending with '%value'";
inline constexpr char kContaining[] = "%key containing '%value'";
inline constexpr char kParentheses[] = "(%labels)";

// ---- lists and times ----------------------------------------------------------------------------

inline constexpr char kListAnd[] = "%first and %last";
inline constexpr char kListOr[] = "%first or %last";
inline constexpr char kListMore[] = "%first, %next";
// Of a list whose last two are joined by a comma as well.
inline constexpr char kListMoreAsLast[] = "%first, %last";
inline constexpr char kIPv4Only[] = "IPv4 only";
inline constexpr char kIPv6Only[] = "IPv6 only";
inline constexpr char kUntil[] = "until %date";
inline constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

}  // namespace gw::rule_words

#endif  // COMMON_POLICY_RULE_WORDS_PATTERNS_H_
