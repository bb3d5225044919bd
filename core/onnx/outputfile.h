// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "onnx/wirereader.h"

#include <filesystem>

namespace lapidary {

/// A file that appears under its name only when it is complete: written under a temporary name in the same folder,
/// synced, then renamed. Unless commit() succeeded, nothing is left behind. Failures: "file.write".
class OutputFile {
public:
    explicit OutputFile(std::filesystem::path path) : m_path(std::move(path)) {}
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    Status open();
    Status write(wire::Bytes bytes);
    Status zeros(std::uint64_t count);
    Status sync(); ///< flushes and closes; only commit() may follow
    Status commit();

private:
    Status flush();
    Status failure(const char* what) const;

    std::filesystem::path m_path;
    std::string m_temporary;
    std::string m_buffer;
    int m_fd = -1;
};

} // namespace lapidary
