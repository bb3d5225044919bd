// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/savedviews.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QSettings>

namespace lapidary {

namespace {

constexpr int lastSlot = 0;

} // namespace

QString SavedViews::key(int slot) const {
    const auto hash = QCryptographicHash::hash(m_project.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    return QStringLiteral("views/%1/%2").arg(QString::fromLatin1(hash)).arg(slot);
}

void SavedViews::open(const QString& projectFolder) {
    if (m_project == projectFolder)
        return;
    m_project = projectFolder;
    const QSettings settings;
    for (int slot = 1; slot <= count; ++slot) {
        auto& place = m_places[std::size_t(slot - 1)];
        place = {};
        if (!m_project.isEmpty())
            place = ViewPlace::fromJson(QJsonDocument::fromJson(settings.value(key(slot)).toByteArray()).object());
    }
    Q_EMIT changed();
}

void SavedViews::store(int slot, const ViewPlace& place) {
    if (slot < 1 || slot > count || place.isEmpty())
        return;
    m_places[std::size_t(slot - 1)] = place;
    if (!m_project.isEmpty())
        QSettings().setValue(key(slot), QJsonDocument(place.toJson()).toJson(QJsonDocument::Compact));
    Q_EMIT changed();
}

void SavedViews::storeLast(const ViewPlace& place) {
    if (!m_project.isEmpty() && !place.isEmpty())
        QSettings().setValue(key(lastSlot), QJsonDocument(place.toJson()).toJson(QJsonDocument::Compact));
}

ViewPlace SavedViews::last() const {
    return m_project.isEmpty()
               ? ViewPlace()
               : ViewPlace::fromJson(QJsonDocument::fromJson(QSettings().value(key(lastSlot)).toByteArray()).object());
}

QString SavedViews::name(int slot) const {
    const auto& place = at(slot);
    if (place.isEmpty())
        return {};
    const auto node = place.current.isEmpty() ? place.anchor : place.current;
    return tr("%1 at %2 %").arg(node).arg(qRound(place.scale * 100));
}

} // namespace lapidary
