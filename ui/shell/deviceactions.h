// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QAction;
class QMenu;
class QWidget;

namespace lapidary {

class DevicesPanel;
class Workspace;

/// Opens the dialogs that the devices panel asks for, puts all its actions into a menu, and keeps the panel up to date
/// with what the dialogs did. Lives as long as the panel.
class DeviceActions : public QObject {
    Q_OBJECT

public:
    /// `profile`: the window's action that profiles on the panel's device.
    DeviceActions(Workspace& workspace, DevicesPanel& panel, QMenu& menu, QAction& profile, QWidget& window);

private:
    void openDialog(const QString& address, bool deploy);

    Workspace& m_workspace;
    DevicesPanel& m_panel;
    QWidget& m_window;
};

} // namespace lapidary
