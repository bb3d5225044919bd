// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/devicebench.h"

#include <QList>
#include <QObject>

class QAction;
class QMenu;
class QWidget;

namespace lapidary {

class BenchPanel;
class DevicesPanel;
class VariantsPanel;

/// What can be measured on a device besides a profile: a menu beneath "Run", and the devices panel's own menu. Each
/// opens its page with the panel's device and measures at once. Belongs to the window.
class BenchActions : public QObject {
    Q_OBJECT

public:
    struct Parts {
        Workspace& workspace;
        BenchPanel& bench;
        DevicesPanel& devices;
        VariantsPanel& variants;
        QWidget& window;
    };
    BenchActions(const Parts& parts, QMenu& menu);

Q_SIGNALS:
    void shown(); ///< the panel is to be on top

private:
    QAction* make(const char* name, const QString& text, const char* keys, const QString& tip);
    void connectKind(QAction* action, DeviceBench::Kind kind, bool start);
    void compareInTurns();
    void refresh();

    Parts m_parts;
    QAction *m_devices = nullptr, *m_turns = nullptr, *m_matrix = nullptr, *m_load = nullptr, *m_accuracy = nullptr;
};

} // namespace lapidary
