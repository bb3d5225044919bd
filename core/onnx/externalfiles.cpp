// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/externalfiles.h"

#include "tensor/mappedfile.h"

#include <algorithm>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

Diagnostic outside(const std::string& location) {
    return errorDiagnostic("onnx.external_outside",
                           "The model wants weights from outside its folder: \"" + location + "\"",
                           "Weights must lie in the folder of the model or below it. Do not trust this file.");
}

bool isInside(const fs::path& path, const fs::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

} // namespace

Result<ExternalFiles::Found> ExternalFiles::open(const std::string& location) {
    const auto known = m_files.find(location);
    if (known != m_files.end())
        return known->second;
    auto found = find(location);
    if (found)
        m_files.emplace(location, *found);
    return found;
}

Result<ExternalFiles::Found> ExternalFiles::find(const std::string& location) const {
    const fs::path relative(location);
    const bool climbs = std::find(relative.begin(), relative.end(), fs::path("..")) != relative.end();
    if (location.empty() || location.find('\0') != std::string::npos || relative.is_absolute() || climbs)
        return outside(location);
    if (const auto chosen = m_standIns.find(location); chosen != m_standIns.end())
        return map(chosen->second, location);
    if (m_folder.empty())
        return Found{{}, "the model was read without a folder to look for \"" + location + "\""};
    std::error_code error;
    const auto folder = fs::canonical(m_folder, error);
    if (error)
        return Found{{}, "the model's folder cannot be read"};
    const auto path = fs::weakly_canonical(folder / relative, error);
    if (error)
        return Found{{}, "\"" + location + "\" cannot be found: " + error.message()};
    if (!isInside(path, folder))
        return outside(location);
    if (!fs::exists(path, error))
        return Found{{}, "the file \"" + location + "\" is not there"};
    return map(path, location);
}

ExternalFiles::Found ExternalFiles::map(const fs::path& path, const std::string& location) {
    auto mapped = mapFile(path);
    if (!mapped)
        return {{}, "the file \"" + location + "\" cannot be opened: " + mapped.error().message};
    return {*std::move(mapped), {}};
}

} // namespace lapidary
