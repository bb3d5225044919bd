// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/readcontext.h"

namespace lapidary {

Blob ReadContext::slice(wire::Bytes bytes) const {
    return file.slice(std::size_t(bytes.data() - file.bytes().data()), bytes.size());
}

Status ReadContext::charge(std::uint64_t bytes) {
    if (bytes > options.maxAllocation - m_allocated)
        return errorDiagnostic("onnx.too_large",
                               "Reading this model needs more than " +
                                   std::to_string(options.maxAllocation / (1024 * 1024)) + " MB of memory",
                               "Weights belong in raw data, which is mapped and not copied.");
    m_allocated += bytes;
    return {};
}

Diagnostic ReadContext::damaged(wire::State state, std::string_view what) const {
    if (state == wire::State::Truncated && what == "model")
        return errorDiagnostic("onnx.truncated", "The file ends in the middle of the model",
                               "Copy or download it again.");
    return errorDiagnostic("onnx.corrupt", "The file is damaged: a " + std::string(what) + " cannot be decoded",
                           "Copy or download it again, or export it anew.");
}

} // namespace lapidary
