// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/sensitivity.h"

#include <mutex>

namespace lapidary {

Json toJson(const SensitivityPoint& point);
std::optional<SensitivityPoint> sensitivityPointFromJson(const Json& json);

/// Points measured so far, in a file named by what they depend on. Every new point is written at once, under another
/// name first, so that the file is whole at any moment. A file that cannot be read or written counts as absent. Any
/// thread.
class SensitivityStore {
public:
    SensitivityStore(const std::filesystem::path& folder, const std::string& key);

    std::optional<SensitivityPoint> find(const std::string& layer, double level) const;
    void add(const SensitivityPoint& point);

private:
    void write() const;

    std::filesystem::path m_file; ///< empty: nothing is kept
    std::string m_key;
    mutable std::mutex m_mutex;
    std::map<std::pair<std::string, double>, SensitivityPoint> m_points;
};

} // namespace lapidary
