// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "tensor/blob.h"

#include <filesystem>
#include <map>
#include <string>

namespace lapidary {

/// The files beside a model that hold its weights. Only files inside the model's folder, symbolic links resolved.
class ExternalFiles {
public:
    /// An empty folder: there are no external files.
    explicit ExternalFiles(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    struct Found {
        Blob bytes;
        std::string missingReason; ///< not empty: there is no such file
    };
    /// The mapped file. Fails with "onnx.external_outside".
    Result<Found> open(const std::string& location);

private:
    Result<Found> find(const std::string& location) const;

    std::filesystem::path m_folder;
    std::map<std::string, Found> m_files;
};

} // namespace lapidary
