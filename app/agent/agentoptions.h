// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>

namespace lapidary::agent {

struct Options {
    bool stdio = false, once = false, version = false, help = false;
    std::string serial; ///< DEV[@BAUD]
    std::string tcp;    ///< [ADDR:]PORT
    std::filesystem::path cache;
};

Result<Options> parseOptions(int argc, char** argv);
std::string usage();
std::string versionText(); ///< "lapidary-agent 0.1.0, protocol 1, onnxruntime 1.30.0"

} // namespace lapidary::agent
