// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

namespace lapidary {

/// What belongs to every measurement: facts about this computer, and the versions of Lapidary and its runtime.
Json environmentJson();

} // namespace lapidary
