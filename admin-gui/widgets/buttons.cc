#include "admin-gui/widgets/buttons.h"

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/style.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

QPushButton* Button(const QString& text, QWidget* parent, const QString& icon, const QString& kind,
                    Role icon_role) {
  auto* button = new QPushButton(Icons::Get(icon, icon_role), text, parent);
  button->setProperty(kKindProperty, kind);
  button->setAutoDefault(false);
  button->setAccessibleName(text);
  return button;
}

}  // namespace

QPushButton* PlainButton(const QString& text, QWidget* parent, const QString& icon) {
  return Button(text, parent, icon, QStringLiteral("plain"), Role::kMuted);
}

QPushButton* PrimaryButton(const QString& text, QWidget* parent, const QString& icon) {
  return Button(text, parent, icon, QStringLiteral("primary"), Role::kOnAccent);
}

QPushButton* QuietButton(const QString& text, QWidget* parent, const QString& icon) {
  return Button(text, parent, icon, QStringLiteral("quiet"), Role::kMuted);
}

QPushButton* LinkButton(const QString& text, QWidget* parent) {
  QPushButton* button = Button(text, parent, {}, QStringLiteral("link"), Role::kAccent);
  button->setCursor(Qt::PointingHandCursor);
  return button;
}

QToolButton* IconButton(const QString& icon, const QString& name, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setIcon(Icons::Get(icon));
  button->setIconSize(QSize(16, 16));
  button->setProperty(kKindProperty, QStringLiteral("quiet"));
  button->setToolTip(name);
  button->setAccessibleName(name);
  button->setFocusPolicy(Qt::TabFocus);
  return button;
}

}  // namespace gw::gui
