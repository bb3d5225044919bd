// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace lapidary {

/// What the desktop prefers: asked of the XDG settings portal where a session bus answers within 150 ms,
/// otherwise read off the palette the platform started the application with. UI thread, after QApplication exists
/// and, for the palette to be the platform's own, before the first applyTheme().
bool systemPrefersDark();

/// Tells when the desktop's preference changes while the application runs. Silent where there is no portal.
class SystemSchemeWatcher : public QObject {
    Q_OBJECT
public:
    explicit SystemSchemeWatcher(QObject* parent = nullptr);

Q_SIGNALS:
    void preferenceChanged();

private Q_SLOTS:
    void onPortalSetting(const QString& group, const QString& key);
};

} // namespace lapidary
