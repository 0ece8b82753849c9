// The fields of a rule as people type them, and what is wrong with a text, with its remedy
// (gui.md §4.5, field errors). Pure; GUI thread (translates).

#ifndef ADMIN_GUI_MODELS_RULE_TEXT_H_
#define ADMIN_GUI_MODELS_RULE_TEXT_H_

#include <optional>
#include <variant>

#include <QString>
#include <QStringList>

#include "common/policy/model.h"

namespace gw::gui {

struct TextProblem {
  QString message;
  QString remedy;    // text of the link; empty if there is none
  QString remedied;  // what the text becomes by it

  friend bool operator==(const TextProblem&, const TextProblem&) = default;
};

// "443", "80-90" ("80:90", "80–90"), a service ("https"), or the name of an endpoint's port, which
// comes before a service of that name.
std::variant<RulePort, TextProblem> ReadRulePort(const Model& model, const QString& text);
QString RulePortText(const RulePort& port);                    // as typed: "80-90"
QString RulePortChip(const RulePort& port, uint8_t protocol);  // "631 ipp"

// `others`: the networks beside it, all of one family. `excepted`: the text is one of those that do
// not match.
std::variant<Prefix, TextProblem> ReadRuleNet(const std::vector<Prefix>& others, bool excepted,
                                              const QString& text);

// "8", "8/0", or a name ("echo request"); empty is none.
std::variant<std::optional<RuleIcmp>, TextProblem> ReadRuleIcmp(const QString& text);
QString RuleIcmpText(const std::optional<RuleIcmp>& icmp);

// Protocol by name or number; empty is none.
std::variant<std::optional<RuleProtocol>, TextProblem> ReadRuleProtocol(const QString& text);
QString RuleProtocolText(const std::optional<RuleProtocol>& protocol);

// What is wrong with the text of an annotation of ours; none for an empty text.
std::optional<TextProblem> ScheduleProblem(const QString& text);
std::optional<TextProblem> ExpiryProblem(const QString& text);

// Ports that the protocol of the rule cannot have.
std::optional<TextProblem> PortsWithoutProtocol(const Rule& rule);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_RULE_TEXT_H_
