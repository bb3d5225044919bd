// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/devicespanel.h"

#include "ui/theme/themedicon.h"

#include <QListWidget>
#include <QVBoxLayout>

namespace lapidary {

namespace {

QString stateText(const DeviceInfo& info) {
    const auto reason = QString::fromStdString(info.stateReason);
    switch (info.state) {
    case DeviceState::Ready:
        return info.kind == "estimate" ? DevicesPanel::tr("estimate") : DevicesPanel::tr("ready");
    case DeviceState::NeedsRuntime:
        return DevicesPanel::tr("needs a runtime: %1").arg(reason);
    case DeviceState::Busy:
        return DevicesPanel::tr("busy");
    case DeviceState::Offline:
        return DevicesPanel::tr("offline");
    case DeviceState::Error:
        break;
    }
    return reason;
}

} // namespace

DevicesPanel::DevicesPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_list(new QListWidget(this)) {
    setObjectName(QStringLiteral("devicesPanel"));
    m_list->setObjectName(QStringLiteral("devicesList"));
    m_list->setAccessibleName(tr("Devices"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list);
    refresh();
}

void DevicesPanel::refresh() {
    m_workspace.jobs().start<std::vector<DeviceInfo>>(
        tr("Find devices"), Lane::io(),
        [&engine = m_workspace.engine()](const Work&) -> Result<std::vector<DeviceInfo>> {
            std::vector<DeviceInfo> infos;
            for (const auto& device : engine.devices())
                infos.push_back(device->info());
            return infos;
        },
        this, [this](std::vector<DeviceInfo> infos) {
            const auto keep = current();
            m_list->clear();
            for (const auto& info : infos) {
                auto* item = new QListWidgetItem(themedIcon(QStringLiteral("device")),
                                                 tr("%1 (%2)").arg(QString::fromStdString(info.name), stateText(info)), m_list);
                item->setData(Qt::UserRole, QString::fromStdString(info.id));
                QString facts;
                for (const auto& [key, value] : info.capabilities)
                    facts += QStringLiteral("%1: %2\n").arg(QString::fromStdString(key), QString::fromStdString(value));
                item->setToolTip(facts.trimmed());
                if (info.id == keep)
                    m_list->setCurrentItem(item);
            }
        });
}

std::string DevicesPanel::current() const {
    const auto* item = m_list->currentItem();
    return item ? item->data(Qt::UserRole).toString().toStdString() : "host";
}

} // namespace lapidary
