// SPDX-License-Identifier: GPL-3.0-or-later
#include "usbtable.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lapidary {

namespace {

bool isUsbId(const std::string& id) {
    return id.size() == 9 && id[4] == ':' && std::all_of(id.begin(), id.end(), [](char c) {
               return c == ':' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> result;
    for (const auto& item : list.array())
        result.push_back(item.toString());
    return result;
}

Result<UsbKind> readKind(const Json& entry) {
    UsbKind kind;
    kind.ids = texts(entry["ids"]);
    kind.name = entry["name"].toString();
    if (kind.name.empty() || kind.ids.empty() || !std::all_of(kind.ids.begin(), kind.ids.end(), isUsbId))
        return errorDiagnostic("usb.table", "The entry '" + kind.name + "' has no name or no ids like 03e7:2485");
    kind.silicon = entry["silicon"].toString();
    kind.precisions = entry["precisions"].toString();
    kind.notPrecisions = entry["not_precisions"].toString();
    kind.estimate = entry["estimate"].toString();
    kind.provider = entry["provider"]["name"].toString();
    for (const auto& [key, value] : entry["provider"]["options"].object())
        kind.providerOptions[key] = value.toString();
    kind.runtime = entry["runtime"]["name"].toString();
    kind.libraries = texts(entry["runtime"]["libraries"]);
    kind.how = entry["runtime"]["how"].toString();
    return kind;
}

} // namespace

Result<std::vector<UsbKind>> readUsbTable(const std::filesystem::path& file) {
    const auto inFile = [&](Diagnostic problem) { return std::move(problem).inFile(file.string()); };
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream)
        return inFile(errorDiagnostic("usb.table", "The table of USB devices cannot be read"));
    const auto json = Json::parse(text.str());
    if (!json)
        return inFile(json.error());
    if ((*json)["lapidary_usb_devices"].toInteger() != 1)
        return inFile(errorDiagnostic("usb.table", "'lapidary_usb_devices' is not 1"));
    std::vector<UsbKind> table;
    for (const auto& entry : (*json)["devices"].array()) {
        auto kind = readKind(entry);
        if (!kind)
            return inFile(kind.error());
        table.push_back(std::move(*kind));
    }
    return table;
}

const UsbKind* findUsbKind(const std::vector<UsbKind>& table, const std::string& id) {
    for (const auto& kind : table)
        if (std::find(kind.ids.begin(), kind.ids.end(), id) != kind.ids.end())
            return &kind;
    return nullptr;
}

} // namespace lapidary
