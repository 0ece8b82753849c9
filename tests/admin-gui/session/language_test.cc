// The catalogues: whole, and with the placeholders of their texts.

#include "admin-gui/session/language.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include <QCoreApplication>
#include <QFile>
#include <QRegularExpression>

#include "admin-gui/i18n/rule_words_texts.h"
#include "tests/support/policy_builder.h"

namespace gw::gui {
namespace {

using gw::testing::Does;
using gw::testing::DoesTcp;

class LanguageTest : public ::testing::Test {
 protected:
  void TearDown() override { SetLanguage(QLocale(QLocale::English)); }
};

QStringList Placeholders(const QString& text) {
  static const QRegularExpression kPlaceholder(QStringLiteral("%([a-z]+|\\d)"));
  QStringList found;
  for (auto all = kPlaceholder.globalMatch(text); all.hasNext();) found << all.next().captured();
  found.sort();
  return found;
}

TEST_F(LanguageTest, EveryPatternOfRuleWordsIsListedForTheCatalogue) {
  std::vector<std::string> listed(std::begin(kRuleWordsTexts), std::end(kRuleWordsTexts));
  std::vector<std::string> patterns;
  for (const absl::string_view pattern : RuleWordsPatterns()) patterns.emplace_back(pattern);
  EXPECT_EQ(listed, patterns);
}

TEST_F(LanguageTest, EveryPatternOfRuleWordsIsGerman) {
  SetLanguage(QLocale(QLocale::German));
  for (const char* english : kRuleWordsTexts) {
    const QString german = QCoreApplication::translate("RuleWords", english);
    EXPECT_EQ(Placeholders(german), Placeholders(QString::fromUtf8(english))) << english;
  }
}

TEST_F(LanguageTest, RulesReadInGerman) {
  SetLanguage(QLocale(QLocale::German));
  Rule web = DoesTcp(RuleAction::kAllow, 80);
  web.destination.ports.emplace_back(PortRange{443, 443});
  Rule inside = Does(RuleAction::kDeny);
  inside.destination.selector = "zone == 'inside'";
  EXPECT_EQ(RuleSentence(inside, {}),
            QStringLiteral("Blockiert jeden Verkehr zu bekannten Adressen mit zone = 'inside'."));
  EXPECT_TRUE(RuleSentence(web, {}).startsWith(QStringLiteral("Erlaubt TCP 80 (http) und 443")))
      << RuleSentence(web, {}).toStdString();
}

TEST_F(LanguageTest, OneIsNotMany) {
  const auto changes = [](int count) {
    return QCoreApplication::translate("gw::gui::ApplyPage", "Apply %n change(s)", nullptr, count);
  };
  SetLanguage(QLocale(QLocale::English));
  EXPECT_EQ(changes(1), QStringLiteral("Apply 1 change"));
  EXPECT_EQ(changes(4), QStringLiteral("Apply 4 changes"));
  SetLanguage(QLocale(QLocale::German));
  EXPECT_TRUE(changes(1).contains(QStringLiteral("Änderung")));
  EXPECT_TRUE(changes(4).contains(QStringLiteral("Änderungen")));
}

}  // namespace
}  // namespace gw::gui
