// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

#include <string>
#include <utility>
#include <vector>

namespace lapidary::test {

/// Small networks every pass has to cope with, by name.
std::vector<std::pair<std::string, ModelPtr>> contractModels();
/// A network with an operator nobody knows in its middle.
ModelPtr modelWithUnknownOperator();
/// A network whose middle is control flow that captures values of the outer graph.
ModelPtr modelWithControlFlow();

} // namespace lapidary::test
