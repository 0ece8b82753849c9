#include "admin-gui/widgets/theme.h"

#include <algorithm>
#include <optional>

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetrics>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/style.h"

namespace gw::gui {
namespace {

constexpr int kFontPixelsMin = 11;
constexpr int kLightnessOfDark = 128;
constexpr int kPortalTimeoutMs = 250;
constexpr char16_t kAppearance[] = u"org.freedesktop.appearance";

struct TextToken {
  double factor = 1;
  QFont::Weight weight = QFont::Normal;
};

TextToken TokenOf(TextSize size) {
  switch (size) {
    case TextSize::kCaption:
      return {0.85, QFont::Normal};
    case TextSize::kSmall:
      return {0.92, QFont::Normal};
    case TextSize::kBody:
      return {1, QFont::Normal};
    case TextSize::kLead:
      return {1.08, QFont::Normal};
    case TextSize::kSection:
      return {1.15, QFont::DemiBold};
    case TextSize::kState:
      return {1.38, QFont::DemiBold};
    case TextSize::kTitle:
    case TextSize::kFigure:
      return {1.54, QFont::DemiBold};
  }
  return {};
}

QString Appearance() { return QString::fromUtf16(kAppearance); }

// The portal wraps what it reads in one variant more than its newer versions say.
uint Number(QVariant value) {
  while (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
  return value.toUInt();
}

}  // namespace

QFont FontFor(TextSize size) { return FontFor(size, TokenOf(size).weight); }

QFont FontFor(TextSize size, QFont::Weight weight) {
  QFont font = QApplication::font();
  const double base = QFontInfo(font).pixelSize();
  font.setPixelSize(std::max(kFontPixelsMin, qRound(base * TokenOf(size).factor)));
  font.setWeight(weight);
  return font;
}

QFont FixedFont() {
  QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  font.setPixelSize(FontFor(TextSize::kSmall).pixelSize());
  return font;
}

int RowHeight(int token, const QFont& font) {
  return std::max(token, QFontMetrics(font).height() + 12);
}

Theme::Theme() = default;

Theme& Theme::Instance() {
  static Theme theme;
  return theme;
}

QColor Theme::Color(Role role) {
  const Theme& theme = Instance();
  if (role == Role::kBorder && theme.more_contrast_) role = Role::kControl;
  const Token& token = kTokens[static_cast<size_t>(role)];
  return QColor::fromRgba(theme.dark_ ? token.dark : token.light);
}

void Theme::Apply(QApplication& application) {
  Theme& theme = Instance();
  theme.system_dark_ = application.palette().color(QPalette::Window).lightness() < kLightnessOfDark;
  theme.ReadPortal();
  theme.applied_ = true;
  QApplication::setStyle(new Style);
  theme.Take(theme.WantsDark(), theme.system_contrast_);
}

void Theme::ReadPortal() {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
  const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
  const QString interface = QStringLiteral("org.freedesktop.portal.Settings");
  bus.connect(service, path, interface, QStringLiteral("SettingChanged"), this,
              SLOT(portalSettingChanged(QString, QString, QDBusVariant)));
  const auto read = [&](const QString& key) -> std::optional<uint> {
    QDBusMessage call =
        QDBusMessage::createMethodCall(service, path, interface, QStringLiteral("Read"));
    call << Appearance() << key;
    const QDBusMessage answer = bus.call(call, QDBus::Block, kPortalTimeoutMs);
    if (answer.type() != QDBusMessage::ReplyMessage || answer.arguments().isEmpty()) return {};
    return Number(answer.arguments().constFirst());
  };
  // 0 is "no preference": what the platform's palette looks like stays.
  if (const auto value = read(QStringLiteral("color-scheme")); value.value_or(0) != 0) {
    system_dark_ = *value == 1;
  }
  system_contrast_ = read(QStringLiteral("contrast")).value_or(0) == 1;
}

void Theme::portalSettingChanged(const QString& group, const QString& key,
                                 const QDBusVariant& value) {
  if (group != Appearance()) return;
  if (key == u"color-scheme") system_dark_ = Number(value.variant()) == 1;
  if (key == u"contrast") system_contrast_ = Number(value.variant()) == 1;
  Take(WantsDark(), system_contrast_);
}

bool Theme::WantsDark() const {
  return scheme_ == Scheme::kSystem ? system_dark_ : scheme_ == Scheme::kDark;
}

void Theme::SetScheme(Scheme scheme) {
  scheme_ = scheme;
  Take(WantsDark(), system_contrast_);
}

void Theme::Take(bool dark, bool more_contrast) {
  const bool same = dark == dark_ && more_contrast == more_contrast_;
  dark_ = dark;
  more_contrast_ = more_contrast;
  if (!applied_) return;
  const QPalette palette = PaletteFor(dark_);
  if (same && QApplication::palette() == palette) return;
  Icons::DropCache();
  QApplication::setPalette(palette);
  Q_EMIT schemeChanged();
}

QPalette Theme::PaletteFor(bool dark) {
  const auto colour = [dark](Role role) {
    const Token& token = kTokens[static_cast<size_t>(role)];
    return QColor::fromRgba(dark ? token.dark : token.light);
  };
  QPalette palette;
  const std::pair<QPalette::ColorRole, Role> roles[] = {
      {QPalette::Window, Role::kSurface},
      {QPalette::Base, Role::kSurface},
      {QPalette::AlternateBase, Role::kHover},
      {QPalette::Button, Role::kRaised},
      {QPalette::WindowText, Role::kText},
      {QPalette::Text, Role::kText},
      {QPalette::ButtonText, Role::kText},
      {QPalette::BrightText, Role::kOnAccent},
      {QPalette::PlaceholderText, Role::kFaint},
      {QPalette::Highlight, Role::kAccent},
      {QPalette::HighlightedText, Role::kOnAccent},
      {QPalette::Link, Role::kAccent},
      {QPalette::LinkVisited, Role::kAccent},
      {QPalette::Light, Role::kBorder},
      {QPalette::Midlight, Role::kBorder},
      {QPalette::Mid, Role::kBorder},
      {QPalette::Dark, Role::kBorder},
      {QPalette::Shadow, Role::kBorder},
      {QPalette::ToolTipBase, Role::kRaised},
      {QPalette::ToolTipText, Role::kText}};
  for (const auto& [target, role] : roles) palette.setColor(target, colour(role));
  for (const QPalette::ColorRole text :
       {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, text, colour(Role::kFaint));
  }
  palette.setColor(QPalette::Disabled, QPalette::Highlight, colour(Role::kSunken));
  palette.setColor(QPalette::Disabled, QPalette::HighlightedText, colour(Role::kFaint));
  return palette;
}

}  // namespace gw::gui
