// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/saveddevices.h"

#include "base/json.h"
#include "base/nearest.h"
#include "project/atomicfile.h"

#include <QStandardPaths>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

fs::path devicesFile() {
    return settingsFolder() / "devices.json";
}

Status write(const std::vector<SavedDevice>& devices) {
    Json::Array list;
    for (const auto& device : devices) {
        Json entry;
        entry.set("address", device.address);
        if (!device.pairingKey.empty())
            entry.set("pairing_key", device.pairingKey);
        list.push_back(std::move(entry));
    }
    Json json;
    json.set("lapidary_devices", 1);
    json.set("devices", std::move(list));
    if (auto status = writeFileAtomically(devicesFile(), json.dump(2) + "\n"); !status)
        return status;
    std::error_code ignored;
    fs::permissions(devicesFile(), fs::perms::owner_read | fs::perms::owner_write, ignored);
    return {};
}

} // namespace

fs::path settingsFolder() {
    const auto given = qEnvironmentVariable("LAPIDARY_CONFIG");
    const auto folder = !given.isEmpty() ? given
                                         : QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                                               QStringLiteral("/lapidary");
    return folder.toStdString();
}

Result<std::vector<SavedDevice>> savedDevices() {
    std::ifstream file(devicesFile(), std::ios::binary);
    if (!file)
        return std::vector<SavedDevice>();
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto json = Json::parse(text);
    if (!json)
        return errorDiagnostic("devices.format", "The list of devices cannot be read: " + json.error().message,
                               "Mend it, or delete it and add the devices again.")
            .inFile(devicesFile().string());
    std::vector<SavedDevice> devices;
    for (const auto& entry : (*json)["devices"].array())
        if (auto address = entry["address"].toString(); !address.empty())
            devices.push_back({std::move(address), entry["pairing_key"].toString()});
    std::sort(devices.begin(), devices.end(), [](const auto& a, const auto& b) { return a.address < b.address; });
    return devices;
}

Status saveDevice(const SavedDevice& device) {
    auto devices = savedDevices();
    if (!devices)
        return devices.status();
    std::erase_if(*devices, [&](const SavedDevice& other) { return other.address == device.address; });
    devices->push_back(device);
    std::sort(devices->begin(), devices->end(), [](const auto& a, const auto& b) { return a.address < b.address; });
    return write(*devices);
}

Status forgetDevice(const std::string& address) {
    auto devices = savedDevices();
    if (!devices)
        return devices.status();
    std::vector<std::string> known;
    for (const auto& device : *devices)
        known.push_back(device.address);
    if (std::erase_if(*devices, [&](const SavedDevice& other) { return other.address == address; }) == 0)
        return errorDiagnostic("device.unknown", "No device was added at '" + address + "'",
                               nearestHint(address, known));
    return write(*devices);
}

} // namespace lapidary
