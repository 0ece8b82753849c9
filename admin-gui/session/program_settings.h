// ProgramSettings: what the user chose for this program, for all gateways, in the user's own
// settings. Read at each call. GUI thread.

#ifndef ADMIN_GUI_SESSION_PROGRAM_SETTINGS_H_
#define ADMIN_GUI_SESSION_PROGRAM_SETTINGS_H_

#include <cstdint>

#include <QLocale>
#include <QString>

namespace gw::gui {

class ProgramSettings {
 public:
  enum class SchemeChoice : uint8_t { kSystem, kLight, kDark };
  enum class LanguageChoice : uint8_t { kSystem, kEnglish, kGerman };

  static SchemeChoice Scheme();
  static void SetScheme(SchemeChoice scheme);

  static LanguageChoice Language();
  // In force when the program starts again.
  static void SetLanguage(LanguageChoice language);
  static QLocale Locale();
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_PROGRAM_SETTINGS_H_
