// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <QStringList>

#include <string>

namespace lapidary::test {

/// What one call of lapidary-cli left behind.
struct CliResult {
    int exitCode = -1; ///< -1: it did not end by itself
    std::string out, err;
    double seconds = 0;

    /// stdout as the one JSON object that it must be; null, with a reason in `problem`, if it is anything else.
    Json json(std::string* problem = nullptr) const;
};

CliResult runCli(const QStringList& arguments);
/// Starts it, waits, sends `signal` and waits for the end; `seconds` counts from the signal.
CliResult interruptCli(const QStringList& arguments, int afterMs, int signal);

} // namespace lapidary::test
