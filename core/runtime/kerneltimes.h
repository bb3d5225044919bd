// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runtime/session.h"

namespace lapidary {

/// Kernel calls from ONNX Runtime's profile file (Chrome trace events of category "Node" named "…_kernel_time").
Result<std::vector<KernelTime>> readKernelTimes(const std::string& path);

} // namespace lapidary
