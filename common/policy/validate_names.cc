#include "common/policy/validate_names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/policy/limits.h"

namespace gw {
namespace {

bool IsLower(char c) { return absl::ascii_islower(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsLowerAlnum(char c) { return IsLower(c) || IsDigit(c); }
bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

// `is_end` holds for the first and the last byte, `is_inner` or `is_end` for those between.
template <typename IsEnd>
bool IsWord(absl::string_view text, IsEnd is_end, absl::string_view inner) {
  return !text.empty() && is_end(text.front()) && is_end(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [&is_end, inner](char c) { return is_end(c) || absl::StrContains(inner, c); });
}

bool IsDnsLabel(absl::string_view text) { return IsWord(text, IsLowerAlnum, "-"); }

// DNS labels joined by dots.
bool IsDnsName(absl::string_view text, size_t labels_max) {
  const std::vector<absl::string_view> labels = absl::StrSplit(text, '.');
  return labels.size() <= labels_max && std::all_of(labels.begin(), labels.end(), IsDnsLabel);
}

bool IsLabelWord(absl::string_view text, size_t length_max) {
  return text.size() <= length_max && IsWord(text, IsAlnum, "-_.");
}

std::string TooLong(absl::string_view what, size_t size, size_t size_max) {
  return absl::StrCat(what, " has ", size, " characters: at most ", size_max, " are possible");
}

std::string DnsNameProblem(absl::string_view name, size_t length_max, size_t labels_max,
                           absl::string_view remedy) {
  if (name.empty()) return "name must be specified";
  if (name.size() > length_max) return TooLong("name", name.size(), length_max);
  if (IsDnsName(name, labels_max)) return "";
  return absl::StrCat("`", name, "` is not a legal name: ", remedy);
}

}  // namespace

std::string ResourceNameProblem(absl::string_view name) {
  return DnsNameProblem(name, kNameLengthMax, name.size() + 1,
                        "use lower-case letters, digits, - and ., and begin and end each part "
                        "with a letter or digit");
}

std::string PolicyNameProblem(absl::string_view name) {
  return DnsNameProblem(name, kNameLengthMax, 2,
                        "use lower-case letters, digits and -, and at most one dot, as in `web` "
                        "or `security.web`");
}

std::string TierNameProblem(absl::string_view name) {
  return DnsNameProblem(name, kTierNameLengthMax, 1,
                        "use lower-case letters, digits and -, without dots");
}

std::string LabelKeyProblem(absl::string_view key) {
  absl::string_view word = key;
  if (const size_t slash = key.find('/'); slash != absl::string_view::npos) {
    const absl::string_view prefix = key.substr(0, slash);
    word = key.substr(slash + 1);
    if (prefix.size() > kLabelPrefixLengthMax || !IsDnsName(prefix, prefix.size() + 1)) {
      return absl::StrCat("key `", key,
                          "` is not legal: what stands before / must be a DNS name "
                          "in lower case");
    }
  }
  if (IsLabelWord(word, kLabelNameLengthMax)) return "";
  return absl::StrCat("key `", key, "` is not legal: use up to ", kLabelNameLengthMax,
                      " letters, digits and - _ ., and begin and end with a letter or digit");
}

std::string LabelValueProblem(absl::string_view value) {
  if (value.empty() || IsLabelWord(value, kLabelValueLengthMax)) return "";
  return absl::StrCat("value `", value, "` is not legal: use up to ", kLabelValueLengthMax,
                      " letters, digits and - _ ., and begin and end with a letter or digit");
}

std::string InterfaceNameProblem(absl::string_view name) {
  const bool is_legal = !name.empty() && name.size() <= kInterfaceNameLengthMax &&
                        std::all_of(name.begin(), name.end(), [](char c) {
                          return IsAlnum(c) || absl::StrContains("_.-", c);
                        });
  if (is_legal) return "";
  return absl::StrCat("`", name, "` is not the name of an interface: use 1 to ",
                      kInterfaceNameLengthMax, " letters, digits and _ . -");
}

std::string PortNameProblem(absl::string_view name) {
  const bool is_legal = name.size() <= kPortNameLengthMax && IsDnsLabel(name) &&
                        !absl::StrContains(name, "--") &&
                        std::any_of(name.begin(), name.end(), IsLower);
  if (is_legal) return "";
  return absl::StrCat("`", name, "` is not the name of a port: use 1 to ", kPortNameLengthMax,
                      " lower-case letters, digits and single -, with at least one letter");
}

std::string MacProblem(absl::string_view mac) {
  const std::vector<absl::string_view> octets =
      absl::StrSplit(mac, absl::StrContains(mac, '-') ? '-' : ':');
  const bool is_legal =
      octets.size() == 6 && std::all_of(octets.begin(), octets.end(), [](absl::string_view octet) {
        return octet.size() == 2 && std::all_of(octet.begin(), octet.end(), [](char c) {
                 return absl::ascii_isxdigit(static_cast<unsigned char>(c));
               });
      });
  if (is_legal) return "";
  return absl::StrCat("`", mac, "` is not a MAC address: write it like 02:00:5e:10:00:01");
}

}  // namespace gw
