// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/evaluator.h"
#include "onnx/onnxwriter.h"

#include <cstdlib>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

/// A folder under the system's temporary one that goes away with the object.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::error_code error;
        std::string pattern = (fs::temp_directory_path(error) / "lapidary-model-XXXXXX").string();
        if (!error && ::mkdtemp(pattern.data()))
            m_path = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!m_path.empty())
            fs::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

/// One protobuf message ends at 2 GiB, so larger models go through files. The runtime has read or mapped them when the
/// session is open; they may be unlinked then.
Result<std::unique_ptr<InferenceSession>> openThroughFile(const Model& model, const SessionOptions& options) {
    const TemporaryFolder folder;
    if (folder.path().empty())
        return errorDiagnostic("file.write", "No temporary folder can be made for a model of over 2 GiB.",
                               "Set TMPDIR to a folder with enough room.");
    WriteOptions writing;
    writing.keepExternal = false;
    const fs::path file = folder.path() / "model.onnx";
    if (auto written = writeOnnx(model, file, writing); !written)
        return written.error();
    return openSessionFile(file.string(), options);
}

} // namespace

Result<std::unique_ptr<InferenceSession>> openSession(const Model& model, const SessionOptions& options) {
    auto bytes = serializeOnnx(model);
    if (!bytes) {
        if (bytes.error().code == "onnx.too_large")
            return openThroughFile(model, options);
        return bytes.error();
    }
    return openSession(std::as_bytes(std::span(*bytes)), options, std::string());
}

} // namespace lapidary
