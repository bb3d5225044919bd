// SPDX-License-Identifier: GPL-3.0-or-later
#include "usbbackend.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Without the table no stick is recognised: that must be seen.
class NoTable final : public Device {
public:
    explicit NoTable(Diagnostic problem) : m_problem(std::move(problem)) {}
    DeviceInfo info() const override {
        return {"usb", "USB accelerators", "usb", DeviceState::Error, m_problem.toString(), {}};
    }
    Result<Profile> profile(const Model&, const ProfileOptions&, const Work&) override { return m_problem; }

private:
    Diagnostic m_problem;
};

} // namespace

/// The devices that are plugged in, and who wants to know. Starts listening before it lists, so that nothing falls in
/// between.
class UsbBackend::Hub {
public:
    explicit Hub(std::filesystem::path table) : m_tableFile(std::move(table)) {}

    ~Hub() { m_monitor.reset(); } // its thread uses the rest

    /// The monitor runs from the first use on: programs that never ask for devices need no thread.
    void ensureRunning() {
        const std::lock_guard starting(m_startMutex);
        if (m_started)
            return;
        m_started = true;
        if (auto table = readUsbTable(m_tableFile))
            m_table = std::move(*table);
        else
            m_problem = table.error();
        m_monitor = std::make_unique<UdevMonitor>();
        m_events = m_monitor->start([this](const UdevDevice& place) { add(place); },
                                    [this](const std::string& path) { remove(path); });
        refresh();
    }

    /// Without events, what is there now is found by listing again.
    void refresh() {
        const auto places = UdevMonitor::list();
        for (const auto& place : places)
            add(place);
        std::vector<std::string> gone;
        {
            const std::lock_guard lock(m_mutex);
            for (const auto& [path, device] : m_devices)
                if (std::none_of(places.begin(), places.end(), [&](const auto& place) { return place.path == path; }))
                    gone.push_back(path);
        }
        for (const auto& path : gone)
            remove(path);
    }

    std::vector<std::shared_ptr<Device>> devices() {
        ensureRunning();
        if (!m_events)
            refresh();
        const std::lock_guard lock(m_mutex);
        std::vector<std::shared_ptr<Device>> list;
        for (const auto& [path, device] : m_devices)
            list.push_back(device);
        if (m_problem)
            list.push_back(std::make_shared<NoTable>(*m_problem));
        return list;
    }

    void subscribe(const void* who, DeviceListener listener) {
        const std::lock_guard lock(m_listenerMutex);
        m_listeners.emplace_back(who, std::move(listener));
    }
    void unsubscribe(const void* who) {
        const std::lock_guard lock(m_listenerMutex); // held while listeners are called
        std::erase_if(m_listeners, [&](const auto& entry) { return entry.first == who; });
    }

private:
    void add(const UdevDevice& place) {
        std::shared_ptr<Device> device;
        if (place.subsystem == "usb") {
            if (const auto* kind = findUsbKind(m_table, place.usbId))
                device = std::make_shared<UsbDevice>(place, *kind);
        } else if (UsbCandidate::mayBe(place)) {
            device = std::make_shared<UsbCandidate>(place);
        }
        if (!device)
            return;
        {
            const std::lock_guard lock(m_mutex);
            if (!m_devices.emplace(place.path, device).second) // "bind" follows "add"
                return;
        }
        tell({DeviceEvent::Kind::Added, device->info()});
    }

    void remove(const std::string& path) {
        std::shared_ptr<Device> device;
        {
            const std::lock_guard lock(m_mutex);
            const auto it = m_devices.find(path);
            if (it == m_devices.end())
                return;
            device = it->second;
            m_devices.erase(it);
        }
        if (auto* stick = dynamic_cast<UsbDevice*>(device.get()))
            stick->unplug();
        tell({DeviceEvent::Kind::Removed, device->info()});
    }

    void tell(const DeviceEvent& event) {
        const std::lock_guard lock(m_listenerMutex);
        for (const auto& [who, listener] : m_listeners)
            listener(event);
    }

    std::filesystem::path m_tableFile;
    std::vector<UsbKind> m_table;
    std::optional<Diagnostic> m_problem;
    std::mutex m_startMutex, m_mutex;
    std::recursive_mutex m_listenerMutex; ///< a listener may call discover(), which may find more
    bool m_started = false, m_events = false;
    std::map<std::string, std::shared_ptr<Device>> m_devices; ///< by path in /sys
    std::vector<std::pair<const void*, DeviceListener>> m_listeners;
    std::unique_ptr<UdevMonitor> m_monitor;
};

UsbBackend::UsbBackend(std::filesystem::path table) : m_hub(std::make_shared<Hub>(std::move(table))) {}

UsbBackend::~UsbBackend() = default;

std::vector<std::shared_ptr<Device>> UsbBackend::discover() {
    return m_hub->devices();
}

std::unique_ptr<DeviceWatch> UsbBackend::watch(DeviceListener listener) {
    class Watch final : public DeviceWatch {
    public:
        Watch(std::shared_ptr<Hub> hub, DeviceListener listener) : m_hub(std::move(hub)) {
            m_hub->ensureRunning();
            m_hub->subscribe(this, std::move(listener));
        }
        ~Watch() override { m_hub->unsubscribe(this); }

    private:
        std::shared_ptr<Hub> m_hub;
    };
    return std::make_unique<Watch>(m_hub, std::move(listener));
}

} // namespace lapidary
