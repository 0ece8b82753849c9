#include "admin-gui/session/program_settings.h"

#include <QSettings>
#include <QStringList>

namespace gw::gui {
namespace {

// Words, so that the file can be read and written by hand. What it does not know is the first.
const QStringList& SchemeWords() {
  static const QStringList kWords = {QStringLiteral("system"), QStringLiteral("light"),
                                     QStringLiteral("dark")};
  return kWords;
}

const QStringList& LanguageWords() {
  static const QStringList kWords = {QStringLiteral("system"), QStringLiteral("en"),
                                     QStringLiteral("de")};
  return kWords;
}

template <typename Choice>
Choice Read(const QString& key, const QStringList& words) {
  const auto index = words.indexOf(QSettings().value(key).toString());
  return static_cast<Choice>(index < 0 ? 0 : index);
}

template <typename Choice>
void Write(const QString& key, const QStringList& words, Choice choice) {
  QSettings().setValue(key, words.at(static_cast<int>(choice)));
}

QString SchemeKey() { return QStringLiteral("scheme"); }
QString LanguageKey() { return QStringLiteral("language"); }

}  // namespace

ProgramSettings::SchemeChoice ProgramSettings::Scheme() {
  return Read<SchemeChoice>(SchemeKey(), SchemeWords());
}

void ProgramSettings::SetScheme(SchemeChoice scheme) { Write(SchemeKey(), SchemeWords(), scheme); }

ProgramSettings::LanguageChoice ProgramSettings::Language() {
  return Read<LanguageChoice>(LanguageKey(), LanguageWords());
}

void ProgramSettings::SetLanguage(LanguageChoice language) {
  Write(LanguageKey(), LanguageWords(), language);
}

QLocale ProgramSettings::Locale() {
  const LanguageChoice language = Language();
  if (language == LanguageChoice::kSystem) return QLocale::system();
  return QLocale(LanguageWords().at(static_cast<int>(language)));
}

}  // namespace gw::gui
