// SPDX-License-Identifier: GPL-3.0-or-later
#include "usbbackend.h"

#include "device/devicedata.h"
#include "plugin/plugininterface.h"

#include <QObject>

namespace lapidary {

class UsbPlugin final : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "usb.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<DeviceBackend>> deviceBackends() override {
        return {std::make_shared<UsbBackend>(deviceDataFolder() / "usb.json")};
    }
};

} // namespace lapidary

#include "usbplugin.moc"
