// SPDX-License-Identifier: GPL-3.0-or-later
#include "hostdevice.h"

#include "plugin/plugininterface.h"

#include <QObject>

namespace lapidary {

namespace {

class HostBackend final : public DeviceBackend {
public:
    std::string id() const override { return "host"; }
    std::vector<std::shared_ptr<Device>> discover() override {
        std::vector<std::shared_ptr<Device>> devices{m_device};
        for (auto& provider : providerDevices())
            devices.push_back(std::make_shared<HostDevice>(std::move(provider)));
        return devices;
    }

private:
    std::shared_ptr<Device> m_device = std::make_shared<HostDevice>();
};

} // namespace

class HostPlugin final : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "host.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<DeviceBackend>> deviceBackends() override { return {std::make_shared<HostBackend>()}; }
};

} // namespace lapidary

#include "hostplugin.moc"
