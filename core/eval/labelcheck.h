// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "eval/classscores.h"

namespace lapidary {

/// Whether a dataset's labels can be answers of a model with `columns` classes. Fails with "eval.output", which says
/// both numbers and, for a background class, the label_offset to set. Precondition: the model has scored once.
Status checkLabels(const Dataset& data, const Scorer& model, std::size_t columns);

} // namespace lapidary
