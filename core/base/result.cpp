// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.h"

namespace lapidary {

Diagnostic cancelledDiagnostic() { return {Severity::Note, "base.cancelled", "Cancelled", {}, {}}; }

bool isCancelled(const Diagnostic& diagnostic) { return diagnostic.code == "base.cancelled"; }

} // namespace lapidary
