// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "graph/model.h"

#include <filesystem>
#include <map>

namespace lapidary {

struct ReadOptions {
    /// Refuse to allocate more than this for anything that is not mapped from a file.
    std::uint64_t maxAllocation = std::uint64_t(4) << 30;
    /// Nesting of subgraphs and functions.
    int maxDepth = 64;
    /// Files a person chose to stand in for external ones, by the location the model names; they may lie anywhere.
    std::map<std::string, std::filesystem::path> standIns;
};

struct ReadModel {
    ModelPtr model;
    Diagnostics problems; ///< what is wrong although the model can be shown (missing external data, odd shapes …)
};

/// Reads an ONNX file. Weights stay in the mapped file, external data too: nothing is copied that is larger than a few
/// kilobytes. External data must lie inside the model's folder (symbolic links out of it are refused). Everything
/// Lapidary does not know is kept for the writer. Fails with: "file.*", "onnx.not_onnx" (text, pointer files, other
/// formats: says which), "onnx.truncated", "onnx.corrupt", "onnx.no_graph", "onnx.too_large", "onnx.too_deep",
/// "onnx.external_outside", "onnx.tensor_size" (data does not fit dims), "graph.*" (cycle, undefined value …); each
/// names the node or tensor. Any thread.
Result<ReadModel> readOnnx(const std::filesystem::path& path, const ReadOptions& options = {}, const Work& work = {});

/// The same from memory; `bytes` is shared with the tensors. External data is then only found under `folder`, if given.
Result<ReadModel> readOnnx(const Blob& bytes, const std::filesystem::path& folder = {}, const ReadOptions& options = {},
                           const Work& work = {});

} // namespace lapidary
