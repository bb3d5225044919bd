// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include "engine/saveddevices.h"

#include <condition_variable>
#include <deque>
#include <iostream>
#include <mutex>
#include <thread>

namespace lapidary::cli {

namespace {

void printDevice(const DeviceInfo& info) {
    std::cout << info.id << "  " << info.name << "  "
              << (info.kind == "estimate" && info.state == DeviceState::Ready ? std::string_view("estimate")
                                                                               : deviceStateName(info.state))
              << (info.stateReason.empty() ? "" : ": " + info.stateReason) << '\n';
}

/// Events as they come, from the backends' threads to this one.
class Changes {
public:
    void push(DeviceEvent event) {
        const std::lock_guard lock(m_mutex);
        m_events.push_back(std::move(event));
        m_arrived.notify_one();
    }
    /// Nullopt when a stop is asked for.
    std::optional<DeviceEvent> next(const std::stop_token& stop) {
        std::unique_lock lock(m_mutex);
        if (!m_arrived.wait(lock, stop, [&] { return !m_events.empty(); }))
            return std::nullopt;
        auto event = std::move(m_events.front());
        m_events.pop_front();
        return event;
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_arrived;
    std::deque<DeviceEvent> m_events;
};

void printEvent(std::string_view what, const DeviceInfo& info, bool json) {
    if (json) {
        Json line = info.toJson();
        line.set("event", what);
        std::cout << line.dump() << std::endl;
        return;
    }
    std::cout << what << "  ";
    printDevice(info);
    std::cout.flush();
}

/// First what is there ("present"), then changes, one line each, until Ctrl+C.
int watch(Context& context) {
    Changes changes;
    const auto watch = context.engine().watchDevices([&changes](const DeviceEvent& event) { changes.push(event); });
    for (const auto& device : context.engine().devices())
        printEvent("present", device->info(), context.json);
    const auto work = context.work();
    while (const auto event = changes.next(work.stop))
        printEvent(deviceEventName(event->kind), event->device, context.json);
    return 0;
}

/// Asks all devices at the same time; one that does not answer says so in its state.
void refreshAll(const std::vector<std::shared_ptr<Device>>& devices, const Work& work) {
    std::vector<std::jthread> threads;
    for (const auto& device : devices)
        threads.emplace_back([&device, work] { (void)device->refresh(work); });
}

int list(Context& context) {
    const auto devices = context.engine().devices();
    refreshAll(devices, context.work());
    Json::Array all;
    std::vector<DeviceInfo> infos;
    for (const auto& device : devices) {
        infos.push_back(device->info());
        all.push_back(infos.back().toJson());
    }
    Json json;
    json.set("devices", std::move(all));
    context.print(json, [&] {
        for (const auto& info : infos) {
            printDevice(info);
            for (const auto& [key, value] : info.capabilities)
                std::cout << "    " << key << ": " << value << '\n';
        }
    });
    return 0;
}

} // namespace

void addDevices(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("devices", "Devices that can run models, and silicon that there are estimates for");
    auto watching = std::make_shared<bool>(false);
    command->add_flag("--watch", *watching, "Keep printing devices that come, go or change, one line each (with --json: JSON)");
    commands.emplace_back(command, [&context, watching, change = addDeviceOptions(*command)] {
        if (auto status = change(context); !status)
            return fail(status.error());
        if (const auto saved = savedDevices(); !saved)
            return fail(saved.error());
        return *watching ? watch(context) : list(context);
    });
}

} // namespace lapidary::cli
