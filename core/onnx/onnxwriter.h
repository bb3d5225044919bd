// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "graph/model.h"

#include <filesystem>

namespace lapidary {

struct WriteOptions {
    /// Weights go into one file beside the model ("NAME.data") when the model would exceed this; Protobuf itself ends
    /// at 2 GiB. Tensors that came from external files go external again.
    std::uint64_t externalAbove = (std::uint64_t(2) << 30) - (std::uint64_t(16) << 20);
    bool keepExternal = true;
    std::uint64_t externalTensorBytes = 1024; ///< smaller tensors stay inside
};

struct WrittenModel {
    std::uint64_t bytes = 0; ///< of all files written
    std::string sha256;      ///< of the model file followed by its data file
};

/// Writes deterministically: same model, same bytes. Writes to temporary files and renames, so a failure or a full disk
/// leaves what was there. Fails with "file.write", "onnx.missing_data" (a weight whose external data was not found).
Result<WrittenModel> writeOnnx(const Model& model, const std::filesystem::path& path, const WriteOptions& options = {},
                               const Work& work = {});
/// The model as one protobuf message in memory. Fails with "onnx.too_large" over 2 GiB.
Result<std::string> serializeOnnx(const Model& model);
/// The same, but a tensor whose external data was not found is written with the reference the file had: reading it back
/// gives the same model, with the same weights missing.
Result<std::string> serializeOnnxAsFound(const Model& model);
/// Hash of what the model means to a runtime and a reader: serializeOnnx's bytes hashed while streaming; no size limit.
Result<std::string> modelHash(const Model& model);

} // namespace lapidary
