// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "tensor/blob.h"

#include <filesystem>
#include <map>
#include <string>

namespace lapidary {

/// The files beside a model that hold its weights. Only files inside the model's folder, symbolic links resolved, and
/// those that a person chose in their place.
class ExternalFiles {
public:
    using StandIns = std::map<std::string, std::filesystem::path>;

    /// An empty folder: there are no external files but those that stand in.
    explicit ExternalFiles(std::filesystem::path folder, StandIns standIns = {})
        : m_folder(std::move(folder)), m_standIns(std::move(standIns)) {}

    struct Found {
        Blob bytes;
        std::string missingReason; ///< not empty: there is no such file
    };
    /// The mapped file. Fails with "onnx.external_outside".
    Result<Found> open(const std::string& location);

private:
    Result<Found> find(const std::string& location) const;
    static Found map(const std::filesystem::path& path, const std::string& location);

    std::filesystem::path m_folder;
    StandIns m_standIns;
    std::map<std::string, Found> m_files;
};

} // namespace lapidary
