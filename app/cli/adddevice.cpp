// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include "engine/agentdeploy.h"
#include "engine/saveddevices.h"

#include <iostream>

namespace lapidary::cli {

namespace {

/// The device answers, so it is worth remembering; a device that is only away may be added with --force later.
Status addAddress(Context& context, const SavedDevice& wanted, bool force) {
    auto device = context.engine().device(wanted.address);
    if (!device)
        return device.status();
    if ((*device)->info().kind != "agent")
        return errorDiagnostic("device.address", "'" + wanted.address + "' is found by itself and needs not be added");
    const auto status = context.engine().refreshDevice(wanted.address, wanted.pairingKey, context.work());
    if (!status && !force)
        return status;
    return saveDevice(wanted);
}

} // namespace

DeviceCommands addDeviceOptions(CLI::App& command) {
    struct Options {
        SavedDevice device;
        std::string remove, deploy;
        bool force = false;
    };
    auto options = std::make_shared<Options>();
    command.add_option(
        "--add", options->device.address,
        "Remember a device: ssh://user@host, serial:///dev/ttyACM0@921600, tcp://host:5577 or exec:COMMAND");
    command
        .add_option("--key", options->device.pairingKey,
                    "Pairing key of a tcp device; its agent prints it at its start")
        ->needs("--add");
    command.add_flag("--force", options->force, "Add the device even if it does not answer now")->needs("--add");
    command.add_option("--remove", options->remove, "Forget a device that was added");
    command.add_option("--deploy", options->deploy,
                       "Copy the agent to ssh://user@host, start it, and remember the device");
    return [options](Context& context) -> Status {
        if (!options->remove.empty())
            if (auto status = forgetDevice(options->remove); !status)
                return status;
        if (!options->device.address.empty())
            if (auto status = addAddress(context, options->device, options->force); !status)
                return status;
        if (options->deploy.empty())
            return {};
        const auto tell = [&context](const DeployStep& step) {
            if (!context.quiet)
                std::cerr << step.name << (step.detail.empty() ? "…" : ": " + step.detail) << '\n';
        };
        return addDeviceOverSsh(options->deploy, tell, context.work()).status();
    };
}

} // namespace lapidary::cli
