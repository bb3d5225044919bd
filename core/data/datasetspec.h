// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "data/preprocess.h"

#include <filesystem>

namespace lapidary {

enum class DatasetKind { ImageFolder, ImageList, Idx, Cifar, Npy };

/// A dataset file as it is written; paths made relative to its folder.
struct DatasetSpec {
    DatasetKind kind = DatasetKind::ImageFolder;
    std::string name;
    std::filesystem::path root;
    std::filesystem::path list;   ///< image-list: the CSV file
    std::filesystem::path labels; ///< idx and npy; may be empty
    std::vector<std::string> classes;
    std::int64_t labelOffset = 0;
    std::size_t limit = 0; ///< 0: all
    Preprocess preprocess;

    /// Fails with "dataset.format", "dataset.version", "dataset.preprocess", "dataset.missing", "json.syntax".
    static Result<DatasetSpec> parse(std::string_view text, const std::filesystem::path& folder, std::string name);
    static Result<DatasetSpec> read(const std::filesystem::path& file);
    /// What identifies the meaning of the file wherever it lies.
    std::string identity() const;
};

} // namespace lapidary
