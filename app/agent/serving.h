// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agentoptions.h"

namespace lapidary::agent {

/// Serves workbenches in the way the options say, until a signal, the end of standard input, or with --once of the
/// first workbench.
Status serve(const Options& options);

} // namespace lapidary::agent
