// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace lapidary::match {

/// Whether a name tells nodes apart, or only counts them: "conv1" and "/layer1/Conv" do, "Conv_12", "node_7" and "123"
/// do not.
bool saysMuch(std::string_view name, std::string_view opType);

/// A node's or weight's name in lower case without what exporters and tools put around it: wrapping modules, the
/// operator at the end, output numbers, "_quantized" and the like. "/conv1/Conv" and "model.conv1" give "conv1".
std::string normalizedName(std::string_view name, std::string_view opType);

} // namespace lapidary::match
