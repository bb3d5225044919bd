// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

namespace lapidary {

/// The external files that a model's missing weights should be in, as the model names them; sorted, each once.
std::vector<std::string> missingFiles(const Model& model);

} // namespace lapidary
