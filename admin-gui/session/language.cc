#include "admin-gui/session/language.h"

#include <string>

#include "absl/strings/string_view.h"
#include <QCoreApplication>
#include <QLibraryInfo>
#include <QTranslator>

// Outside of any namespace, as Qt wants it.
static void InitLanguageResources() { Q_INIT_RESOURCE(gw_i18n); }

namespace gw::gui {
namespace {

// Patterns are found in the catalogue by their English text (i18n/rule_words_texts.h lists them).
class Catalogue : public RuleWordsCatalogue {
 public:
  std::string Text(absl::string_view english_pattern) const override {
    return QCoreApplication::translate("RuleWords", std::string(english_pattern).c_str())
        .toStdString();
  }
};

// Owned by the application; the one of the language before goes.
QTranslator* NewTranslator(const QString& name) {
  delete QCoreApplication::instance()->findChild<QTranslator*>(name);
  auto* translator = new QTranslator(QCoreApplication::instance());
  translator->setObjectName(name);
  return translator;
}

}  // namespace

void SetLanguage(const QLocale& locale) {
  InitLanguageResources();
  QLocale::setDefault(locale);
  QTranslator* ours = NewTranslator(QStringLiteral("gatewarden"));
  if (ours->load(locale, QStringLiteral("gatewarden"), QStringLiteral("_"),
                 QStringLiteral(":/i18n"))) {
    QCoreApplication::installTranslator(ours);
  }
  QTranslator* qt = NewTranslator(QStringLiteral("qtbase"));
  if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
               QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
    QCoreApplication::installTranslator(qt);
  }
}

QString RuleSentence(const Rule& rule, const RuleWordsContext& context) {
  return QString::fromStdString(RuleWords(rule, context, Catalogue()));
}

}  // namespace gw::gui
