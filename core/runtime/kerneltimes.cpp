// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/kerneltimes.h"

#include "base/json.h"

#include <fstream>
#include <sstream>

namespace lapidary {

namespace {

constexpr std::string_view suffix = "_kernel_time";

/// "output_type_shape": [{"float": [1, 64, 56, 56]}]
std::string firstType(const Json& typesAndShapes) {
    const auto& list = typesAndShapes.array();
    return list.empty() || list.front().object().empty() ? std::string() : list.front().object().begin()->first;
}

} // namespace

Result<std::vector<KernelTime>> readKernelTimes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file)
        return errorDiagnostic("runtime.profiling", "The runtime's profile cannot be read").inFile(path);
    const auto events = Json::parse(text.str());
    if (!events)
        return errorDiagnostic("runtime.profiling", "The runtime's profile is broken: " + events.error().message);
    std::vector<KernelTime> times;
    for (const auto& event : events->array()) {
        const auto name = event["name"].toString();
        if (event["cat"].toString() != "Node" || !name.ends_with(suffix))
            continue;
        const auto& args = event["args"];
        KernelTime time;
        time.node = name.substr(0, name.size() - suffix.size());
        time.opType = args["op_name"].toString();
        time.provider = args["provider"].toString();
        time.microseconds = event["dur"].toDouble();
        time.inputType = firstType(args["input_type_shape"]);
        time.outputType = firstType(args["output_type_shape"]);
        times.push_back(std::move(time));
    }
    return times;
}

} // namespace lapidary
