// SPDX-License-Identifier: GPL-3.0-or-later
#include "agentdevice.h"

#include "plugin/plugininterface.h"

#include <QObject>

namespace lapidary {

namespace {

/// Devices that were asked for by address. Nothing is discovered: a network is not searched.
class AgentBackend final : public DeviceBackend {
public:
    std::string id() const override { return "agent"; }
    std::vector<std::shared_ptr<Device>> discover() override { return {}; }

    Result<std::shared_ptr<Device>> open(const std::string& address, const std::string& secret) override {
        if (!AgentAddress::looksLikeOne(address))
            return std::shared_ptr<Device>();
        auto parsed = AgentAddress::parse(address);
        if (!parsed)
            return parsed.status();
        const std::lock_guard lock(m_mutex);
        auto& device = m_devices[address];
        if (!device)
            device = std::make_shared<AgentDevice>(std::move(*parsed), secret);
        else if (!secret.empty())
            device->setSecret(secret);
        return std::shared_ptr<Device>(device);
    }

private:
    std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<AgentDevice>> m_devices;
};

} // namespace

class AgentPlugin final : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "agent.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<DeviceBackend>> deviceBackends() override { return {std::make_shared<AgentBackend>()}; }
};

} // namespace lapidary

#include "agentplugin.moc"
