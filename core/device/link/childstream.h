// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/bytestream.h"

#include <functional>
#include <vector>

namespace lapidary {

/// Starts a program and talks through its standard input and output. When it ends, reads fail with "link.closed" and
/// say its exit code and the end of what it wrote on standard error. Destroying the stream closes its input, waits a
/// moment, and ends the program and its children. `arguments` begins with the program, found on the PATH. Fails with
/// "link.start".
Result<ByteStreamPtr> startProgram(const std::vector<std::string>& arguments);

/// What a program that ran to its end left behind.
struct ProgramResult {
    int exitCode = -1;               ///< 128 + signal if it was killed
    std::string output, errorOutput; ///< at most 1 MiB and 4 KiB, the end of the latter
};
/// Gives next bytes of the input, empty at the end.
using InputSource = std::function<std::string()>;
/// Runs a program, feeding it `input`. Fails with "link.start", "link.stalled" (takes nothing and says nothing for
/// `patience`), "base.cancelled" when `stopped` says so.
Result<ProgramResult> runProgram(const std::vector<std::string>& arguments, const InputSource& input,
                                 Milliseconds patience, const std::function<bool()>& stopped);

} // namespace lapidary
