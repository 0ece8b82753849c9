// Theme: the one table of colours, measures and fonts of the window (docs: gui.md §3) and the light
// or dark scheme in force. Theme::Color is the only way to a colour. GUI thread.

#ifndef ADMIN_GUI_WIDGETS_THEME_H_
#define ADMIN_GUI_WIDGETS_THEME_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>
#include <QString>

class QApplication;
class QDBusVariant;

namespace gw::gui {

enum class Role : uint8_t {
  kWindow,
  kSurface,
  kRaised,
  kSunken,
  kBorder,
  kControl,
  kText,
  kMuted,
  kFaint,
  kAccent,
  kOnAccent,
  kAccentSoft,
  kAllow,
  kAllowSoft,
  kDeny,
  kDenySoft,
  kReject,
  kRejectSoft,
  kStaged,
  kStagedSoft,
  kWarn,
  kWarnSoft,
  kFocus,
  kSelection,
  kHover,
  kC1,  // chart: allowed
  kC2,  // chart: denied
  kC3,  // chart: staged
  kC4,  // chart: rejected, always hatched
};

struct Token {
  Role role = Role::kWindow;
  QRgb light = 0;
  QRgb dark = 0;
};

// In the order of Role, so that a role is its index.
inline constexpr std::array<Token, 29> kTokens = {{
    {Role::kWindow, 0xFFF4F5F7, 0xFF17191D},   {Role::kSurface, 0xFFFFFFFF, 0xFF1F2227},
    {Role::kRaised, 0xFFFFFFFF, 0xFF282C32},   {Role::kSunken, 0xFFECEEF1, 0xFF121417},
    {Role::kBorder, 0xFFDDE0E5, 0xFF343941},   {Role::kControl, 0xFF858D99, 0xFF757E8C},
    {Role::kText, 0xFF1C2128, 0xFFE7EAEE},     {Role::kMuted, 0xFF5A6372, 0xFFA3ABB7},
    {Role::kFaint, 0xFF5F6876, 0xFF98A1AD},    {Role::kAccent, 0xFF2B5FD9, 0xFF7AA5FF},
    {Role::kOnAccent, 0xFFFFFFFF, 0xFF0E1726}, {Role::kAccentSoft, 0xFFE6EDFC, 0xFF24324D},
    {Role::kAllow, 0xFF08706A, 0xFF58C9B9},    {Role::kAllowSoft, 0xFFDDF2EE, 0xFF15382F},
    {Role::kDeny, 0xFFB3361B, 0xFFFF9078},     {Role::kDenySoft, 0xFFFCE9E4, 0xFF46251D},
    {Role::kReject, 0xFF8A5200, 0xFFE8B44F},   {Role::kRejectSoft, 0xFFFBF0DC, 0xFF3D2F14},
    {Role::kStaged, 0xFF6B46C1, 0xFFB9A2F5},   {Role::kStagedSoft, 0xFFEFEAFB, 0xFF332A4D},
    {Role::kWarn, 0xFF8A5200, 0xFFE8B44F},     {Role::kWarnSoft, 0xFFFBF0DC, 0xFF3D2F14},
    {Role::kFocus, 0xFF2B5FD9, 0xFF7AA5FF},    {Role::kSelection, 0xFFE3EBFB, 0xFF2A3750},
    {Role::kHover, 0xFFF0F2F5, 0xFF262A30},    {Role::kC1, 0xFF1D8A7E, 0xFF3DB3A2},
    {Role::kC2, 0xFFD9573A, 0xFFEB7359},       {Role::kC3, 0xFF8B6BD6, 0xFFA88DF0},
    {Role::kC4, 0xFFB7791F, 0xFFD9A441},
}};

enum class Scheme : uint8_t { kSystem, kLight, kDark };

// Measures, px at 1x (§3.1).
inline constexpr int kContentMargin = 24;
inline constexpr int kPaneMargin = 20;
inline constexpr int kCardPadding = 16;
inline constexpr int kCardGap = 16;
inline constexpr int kLabelGap = 16;
inline constexpr int kFormRowGap = 9;
inline constexpr int kToolGap = 8;
inline constexpr int kChipRadius = 5;
inline constexpr int kFieldRadius = 6;
inline constexpr int kBarRadius = 7;
inline constexpr int kCardRadius = 8;
inline constexpr int kControlHeight = 30;
inline constexpr int kChipHeight = 22;
inline constexpr int kBadgeHeight = 22;
inline constexpr int kAccentBarWidth = 3;
inline constexpr int kRowLog = 28;
inline constexpr int kRowCompact = 30;
inline constexpr int kRowNote = 32;
inline constexpr int kRowDevice = 36;
inline constexpr int kRowRule = 36;
inline constexpr int kRowPolicy = 38;
inline constexpr int kRowTier = 38;
inline constexpr int kRowEndpoint = 54;
inline constexpr int kRowHeader = 34;

enum class TextSize : uint8_t { kCaption, kSmall, kBody, kLead, kSection, kState, kTitle, kFigure };

// The application's font times the factor of `size`, in the weight of `size` (600 from kSection
// on, else 400) or the given one; never below 11 px.
QFont FontFor(TextSize size);
QFont FontFor(TextSize size, QFont::Weight weight);
// The system's fixed font without ligatures, for selectors, queries and YAML.
QFont FixedFont();
// max(token, height of one line of `font` + 12): rows grow with the font.
int RowHeight(int token, const QFont& font);

class Theme : public QObject {
  Q_OBJECT

 public:
  static Theme& Instance();
  static QColor Color(Role role);

  // Reads the platform's own scheme, then sets style and palette of `application`. Once, before
  // the first window.
  static void Apply(QApplication& application);

  // What was asked for; kSystem follows the desktop while the program runs.
  Scheme scheme() const { return scheme_; }
  void SetScheme(Scheme scheme);
  bool dark() const { return dark_; }
  // The desktop asks for more contrast: lines are as strong as control edges, soft fills get an
  // edge in their strong colour.
  bool more_contrast() const { return more_contrast_; }

  static QPalette PaletteFor(bool dark);

 Q_SIGNALS:
  void schemeChanged();  // after palette and icons are the new ones

 private Q_SLOTS:
  void portalSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

 private:
  Theme();
  void ReadPortal();
  void Take(bool dark, bool more_contrast);
  bool WantsDark() const;

  Scheme scheme_ = Scheme::kSystem;
  bool system_dark_ = false;
  bool system_contrast_ = false;
  bool dark_ = false;
  bool more_contrast_ = false;
  bool applied_ = false;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_THEME_H_
