// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/themedicon.h"

#include "ui/theme/theme.h"

#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <memory>
#include <utility>

// Outside the namespace, as Qt asks: makes the drawings known when the room is linked statically.
static void initIconResources() {
    Q_INIT_RESOURCE(icons);
}

namespace lapidary {
namespace {

QString iconPath(const QString& name) {
    return QStringLiteral(":/lapidary/icons/%1.svg").arg(name);
}

class LineIconEngine : public QIconEngine {
public:
    LineIconEngine(QString name, QColor fixed) : m_name(std::move(name)), m_fixed(fixed) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const double scale = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        painter->drawPixmap(rect, scaledPixmap(rect.size() * scale, mode, state, scale));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1.0);
    }

    // `size` is in device pixels here: QIcon has multiplied it by the scale already.
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal scale) override {
        if (size.isEmpty()) // a button that was squeezed away
            return {};
        const QColor color = colorFor(mode);
        const QString key = QStringLiteral("lapidary-icon/%1/%2x%3@%4/%5")
                                .arg(m_name)
                                .arg(size.width())
                                .arg(size.height())
                                .arg(scale)
                                .arg(color.rgba(), 0, 16);
        QPixmap result;
        if (!QPixmapCache::find(key, &result)) {
            result = render(size, color);
            QPixmapCache::insert(key, result);
        }
        result.setDevicePixelRatio(scale);
        return result;
    }

    QIconEngine* clone() const override { return new LineIconEngine(m_name, m_fixed); }
    QString key() const override { return QStringLiteral("lapidary-line-icon"); }
    QString iconName() override { return m_name; }
    bool isNull() override { return false; }

private:
    QColor colorFor(QIcon::Mode mode) const {
        const QPalette palette = QGuiApplication::palette();
        if (mode == QIcon::Disabled) {
            return Theme::of(palette).disabled;
        }
        if (m_fixed.isValid()) {
            return m_fixed;
        }
        return palette.color(QPalette::ButtonText);
    }

    QPixmap render(const QSize& size, const QColor& color) const {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QSvgRenderer renderer(iconPath(m_name));
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        QPainter painter(&pixmap);
        renderer.render(&painter, QRectF(QPointF(0, 0), QSizeF(size)));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(pixmap.rect(), color);
        return pixmap;
    }

    QString m_name;
    QColor m_fixed;
};

QIcon makeIcon(const QString& name, const QColor& fixed) {
    initIconResources();
    if (!QFile::exists(iconPath(name))) {
        return {};
    }
    return QIcon(new LineIconEngine(name, fixed));
}

} // namespace

QIcon themedIcon(const QString& name) {
    return makeIcon(name, {});
}

QIcon tintedIcon(const QString& name, const QColor& color) {
    return makeIcon(name, color);
}

QStringList themedIconNames() {
    initIconResources();
    QStringList names = QDir(QStringLiteral(":/lapidary/icons")).entryList({QStringLiteral("*.svg")}, QDir::Files);
    for (QString& name : names) {
        name.chop(4);
    }
    names.sort();
    return names;
}

} // namespace lapidary
