// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include "engine/saveddevices.h"

#include <iostream>
#include <thread>

namespace lapidary::cli {

namespace {

std::string_view stateName(DeviceState state) {
    switch (state) {
    case DeviceState::Ready:
        return "ready";
    case DeviceState::NeedsRuntime:
        return "needs a runtime";
    case DeviceState::Busy:
        return "busy";
    case DeviceState::Offline:
        return "offline";
    case DeviceState::Error:
        break;
    }
    return "error";
}

/// Asks all devices at the same time; one that does not answer says so in its state.
void refreshAll(const std::vector<std::shared_ptr<Device>>& devices, const Work& work) {
    std::vector<std::jthread> threads;
    for (const auto& device : devices)
        threads.emplace_back([&device, work] { (void)device->refresh(work); });
}

} // namespace

void addDevices(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("devices", "Devices that can run models");
    commands.emplace_back(command, [&context, change = addDeviceOptions(*command)] {
        if (auto status = change(context); !status)
            return fail(status.error());
        if (const auto saved = savedDevices(); !saved)
            return fail(saved.error());
        const auto devices = context.engine().devices();
        refreshAll(devices, context.work());
        Json::Array list;
        for (const auto& device : devices) {
            const auto info = device->info();
            Json entry;
            entry.set("id", info.id);
            entry.set("name", info.name);
            entry.set("kind", info.kind);
            entry.set("state", stateName(info.state));
            if (!info.stateReason.empty())
                entry.set("reason", info.stateReason);
            Json::Object capabilities;
            for (const auto& [key, value] : info.capabilities)
                capabilities.emplace(key, value);
            entry.set("capabilities", std::move(capabilities));
            list.push_back(std::move(entry));
        }
        Json json;
        json.set("devices", list);
        context.print(json, [&] {
            for (const auto& entry : list) {
                std::cout << entry["id"].toString() << "  " << entry["name"].toString() << "  " << entry["state"].toString()
                          << (entry.contains("reason") ? ": " + entry["reason"].toString() : "") << '\n';
                for (const auto& [key, value] : entry["capabilities"].object())
                    std::cout << "    " << key << ": " << value.toString() << '\n';
            }
        });
        return 0;
    });
}

} // namespace lapidary::cli
