#include "admin-gui/widgets/icons.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QSvgRenderer>

static void InitIconResources() { Q_INIT_RESOURCE(gw_icons); }

namespace gw::gui {
namespace {

// Thin lines vanish at 14 px and below, so they are drawn stronger there (§7).
constexpr int kSmallSize = 14;

QString Folder() {
  static const bool kReady = [] {
    InitIconResources();
    return true;
  }();
  Q_UNUSED(kReady);
  return QStringLiteral(":/icons");
}

QByteArray Source(const QString& name) {
  static QHash<QString, QByteArray> sources;
  const auto found = sources.constFind(name);
  if (found != sources.constEnd()) return *found;
  QFile file(Folder() + QLatin1Char('/') + name + QStringLiteral(".svg"));
  QByteArray text;
  if (file.open(QIODevice::ReadOnly)) text = file.readAll();
  sources.insert(name, text);
  return text;
}

QHash<QString, QPixmap>& Cache() {
  static QHash<QString, QPixmap> cache;
  return cache;
}

QPixmap Render(const QString& name, const QColor& colour, int size, qreal ratio) {
  QByteArray source = Source(name);
  if (source.isEmpty()) return {};
  source.replace("currentColor", colour.name().toLatin1());
  if (size <= kSmallSize) source.replace("stroke-width=\"1.7\"", "stroke-width=\"2\"");
  QPixmap pixmap(QSize(size, size) * ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  QSvgRenderer(source).render(&painter, QRectF(QPointF(0, 0), QSizeF(pixmap.size())));
  painter.end();
  pixmap.setDevicePixelRatio(ratio);
  return pixmap;
}

// Asks for the colour when it paints, so one QIcon serves both schemes.
class Engine : public QIconEngine {
 public:
  Engine(QString name, Role role) : name_(std::move(name)), role_(role) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    Icons::Paint(painter, rect, name_, RoleIn(mode), std::min(rect.width(), rect.height()));
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override {
    return Icons::Pixmap(name_, RoleIn(mode), std::min(size.width(), size.height()));
  }
  QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal scale) override {
    const int side = qRound(std::min(size.width(), size.height()) / scale);
    return Icons::Pixmap(name_, RoleIn(mode), side, scale);
  }
  QIconEngine* clone() const override { return new Engine(*this); }
  QString key() const override { return QStringLiteral("gatewarden"); }

 private:
  Role RoleIn(QIcon::Mode mode) const { return mode == QIcon::Disabled ? Role::kFaint : role_; }

  QString name_;
  Role role_;
};

}  // namespace

QIcon Icons::Get(const QString& name, Role role) {
  return name.isEmpty() ? QIcon() : QIcon(new Engine(name, role));
}

QPixmap Icons::Pixmap(const QString& name, Role role, int size, qreal ratio) {
  const QColor colour = Theme::Color(role);
  const QString key = QStringLiteral("%1/%2/%3/%4").arg(name, colour.name()).arg(size).arg(ratio);
  const auto found = Cache().constFind(key);
  if (found != Cache().constEnd()) return *found;
  const QPixmap pixmap = Render(name, colour, size, ratio);
  Cache().insert(key, pixmap);
  return pixmap;
}

void Icons::Paint(QPainter* painter, const QRect& rect, const QString& name, Role role, int size) {
  const QPixmap pixmap = Pixmap(name, role, size, painter->device()->devicePixelRatioF());
  if (pixmap.isNull()) return;
  painter->drawPixmap(rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2,
                      pixmap);
}

QStringList Icons::Names() {
  QStringList names;
  const QStringList files = QDir(Folder()).entryList({QStringLiteral("*.svg")}, QDir::Files);
  for (const QString& file : files) names << file.chopped(4);
  return names;
}

void Icons::DropCache() { Cache().clear(); }

}  // namespace gw::gui
