// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/systemscheme.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>
#include <QPalette>
#include <QStyle>

#include <optional>

#ifdef LAPIDARY_HAS_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#endif

namespace lapidary {
namespace {

// The platform's own palette is only visible until the application sets another one.
bool platformPaletteIsDark() {
    static const bool dark = [] {
        const QPalette palette = QGuiApplication::palette();
        return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
    }();
    return dark;
}

#ifdef LAPIDARY_HAS_DBUS
constexpr auto portalService = "org.freedesktop.portal.Desktop";
constexpr auto portalPath = "/org/freedesktop/portal/desktop";
constexpr auto portalInterface = "org.freedesktop.portal.Settings";
constexpr auto appearanceGroup = "org.freedesktop.appearance";
constexpr auto schemeKey = "color-scheme";

// Asking for the bus where there is none would make libdbus start one, so look before asking.
bool sessionBusExists() {
    if (!qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS")) {
        return true;
    }
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return !runtime.isEmpty() && QFileInfo::exists(QDir(runtime).filePath(QStringLiteral("bus")));
}

std::optional<bool> portalPrefersDark() {
    if (!sessionBusExists() || !QDBusConnection::sessionBus().isConnected()) {
        return std::nullopt;
    }
    QDBusMessage call =
        QDBusMessage::createMethodCall(QString::fromLatin1(portalService), QString::fromLatin1(portalPath),
                                       QString::fromLatin1(portalInterface), QStringLiteral("Read"));
    call << QString::fromLatin1(appearanceGroup) << QString::fromLatin1(schemeKey);
    const QDBusMessage reply = QDBusConnection::sessionBus().call(call, QDBus::Block, 150);
    if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty()) {
        return std::nullopt;
    }
    QVariant value = reply.arguments().constFirst();
    while (value.canConvert<QDBusVariant>()) {
        value = value.value<QDBusVariant>().variant();
    }
    switch (value.toUInt()) {
    case 1:
        return true;
    case 2:
        return false;
    default:
        return std::nullopt;
    }
}
#endif

} // namespace

bool systemPrefersDark() {
    const bool byPalette = platformPaletteIsDark();
#ifdef LAPIDARY_HAS_DBUS
    return portalPrefersDark().value_or(byPalette);
#else
    return byPalette;
#endif
}

SystemSchemeWatcher::SystemSchemeWatcher(QObject* parent) : QObject(parent) {
#ifdef LAPIDARY_HAS_DBUS
    if (sessionBusExists() && QDBusConnection::sessionBus().isConnected()) {
        QDBusConnection::sessionBus().connect(QString::fromLatin1(portalService), QString::fromLatin1(portalPath),
                                              QString::fromLatin1(portalInterface), QStringLiteral("SettingChanged"),
                                              this, SLOT(onPortalSetting(QString, QString)));
    }
#endif
}

void SystemSchemeWatcher::onPortalSetting(const QString& group, const QString& key) {
#ifdef LAPIDARY_HAS_DBUS
    if (group == QLatin1String(appearanceGroup) && key == QLatin1String(schemeKey)) {
        Q_EMIT preferenceChanged();
    }
#else
    Q_UNUSED(group);
    Q_UNUSED(key);
#endif
}

} // namespace lapidary
