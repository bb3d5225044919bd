// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/diagnostic.h"
#include "base/json.h"

namespace lapidary {

/// The notes of a step, from what StepReport::toJson() wrote. An entry without a text is left out; an unknown severity
/// is that of a note. Any thread.
Diagnostics notesOfStep(const Json& step);

} // namespace lapidary
