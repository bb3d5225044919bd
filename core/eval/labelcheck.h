// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"

namespace lapidary {

/// Whether a dataset's labels can be answers of a model with `columns` classes. Fails with "eval.output", which says
/// both numbers and, for a background class, the label_offset to set, or that the output has no class axis. `output`:
/// what the model's output is called in messages.
Status checkLabels(const Dataset& data, bool classifies, const std::string& output, std::size_t columns);

} // namespace lapidary
