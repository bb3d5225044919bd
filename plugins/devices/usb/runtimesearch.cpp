// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtimesearch.h"

#include <cstdlib>
#include <sstream>

namespace lapidary {

namespace {

std::vector<std::filesystem::path> folders() {
    std::vector<std::filesystem::path> list;
    if (const char* given = std::getenv("LD_LIBRARY_PATH")) {
        std::istringstream text(given);
        for (std::string folder; std::getline(text, folder, ':');)
            if (!folder.empty())
                list.emplace_back(folder);
    }
    for (const char* folder :
         {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/local/lib", "/lib",
          "/opt/intel/openvino/runtime/lib/intel64", "/opt/intel/openvino_2022/runtime/lib/intel64",
          "/opt/intel/openvino/deployment_tools/inference_engine/lib/intel64"})
        list.emplace_back(folder);
    return list;
}

} // namespace

std::filesystem::path findLibrary(const std::vector<std::string>& names) {
    std::error_code ignored;
    for (const auto& folder : folders())
        for (const auto& name : names)
            if (std::filesystem::exists(folder / name, ignored))
                return folder / name;
    return {};
}

} // namespace lapidary
