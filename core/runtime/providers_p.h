// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runtime/ortcommon.h"
#include "runtime/providers.h"

namespace lapidary {

/// Appends options.providerDevice, or every device of options.providerLibrary, which is registered if it is not yet.
/// Throws std::exception with the reason.
void appendProviders(Ort::SessionOptions& settings, const SessionOptions& options);

} // namespace lapidary
