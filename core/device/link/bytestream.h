// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace lapidary {

using Milliseconds = std::chrono::milliseconds;

/// Bytes in both directions: a child's pipes, a serial line, a socket. One thread uses it at a time; only interrupt()
/// may be called from any other. Destroying it closes it.
class ByteStream {
public:
    virtual ~ByteStream();
    /// At least one byte and at most `most`; an empty text if none came within `wait`. Fails with "link.closed" at the
    /// end of the stream (with the reason, if the stream knows one), "link.io".
    virtual Result<std::string> read(std::size_t most, Milliseconds wait) = 0;
    /// All of it. Fails with "link.stalled" if the other side takes no byte for `patience`, "link.closed", "link.io".
    virtual Status write(std::string_view bytes, Milliseconds patience) = 0;
    /// Makes a read or write that waits, and all later ones, fail with "link.closed".
    virtual void interrupt() = 0;
};
using ByteStreamPtr = std::unique_ptr<ByteStream>;

/// "link.closed": `who` ended the connection.
Diagnostic streamClosed(const std::string& detail = {});
/// "link.io" with the system's text for errno.
Diagnostic streamFailed(const std::string& what, int error);

} // namespace lapidary
