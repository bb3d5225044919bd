// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/deviceactions.h"

#include "ui/dialogs/adddevicedialog.h"
#include "ui/panels/devicespanel.h"

#include <QAction>
#include <QMenu>

namespace lapidary {

DeviceActions::DeviceActions(Workspace& workspace, DevicesPanel& panel, QMenu& menu, QAction& profile, QWidget& window)
    : QObject(&panel), m_workspace(workspace), m_panel(panel), m_window(window) {
    menu.addSeparator();
    auto* devices = menu.addMenu(tr("Devices"));
    devices->setToolTipsVisible(true);
    devices->addActions(panel.deviceActions());
    connect(&panel, &DevicesPanel::addWanted, this, [this](const QString& address) { openDialog(address, false); });
    connect(&panel, &DevicesPanel::deployWanted, this, [this](const QString& address) { openDialog(address, true); });
    connect(&panel, &DevicesPanel::profileWanted, &profile, &QAction::trigger);
}

void DeviceActions::openDialog(const QString& address, bool deploy) {
    auto* dialog = new AddDeviceDialog(m_workspace, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &AddDeviceDialog::added, &m_panel, [this](const DeviceInfo& info) {
        m_panel.choose(info.id);
        m_panel.refresh();
    });
    if (!address.isEmpty())
        dialog->setAddress(address);
    dialog->open();
    if (deploy)
        dialog->deploy();
}

} // namespace lapidary
