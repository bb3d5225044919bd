// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/bytestream.h"

#include <cstring>

namespace lapidary {

ByteStream::~ByteStream() = default;

Diagnostic streamClosed(const std::string& detail) {
    return errorDiagnostic("link.closed", "The connection ended" + (detail.empty() ? std::string() : ": " + detail));
}

Diagnostic streamFailed(const std::string& what, int error) {
    return errorDiagnostic("link.io", what + ": " + std::strerror(error));
}

} // namespace lapidary
