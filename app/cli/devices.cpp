// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include <iostream>

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

} // namespace

void addDevices(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("devices", "Devices that can run models");
    commands.emplace_back(command, [&context] {
        Json::Array list;
        for (const auto& device : context.engine().devices()) {
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
