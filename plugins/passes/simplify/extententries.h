// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rewriter.h"

namespace lapidary {

/// One entry of a computed shape: a number, or "extent `axis` of `value`", or neither.
struct ExtentEntry {
    std::int64_t number = -1;
    ValueId value;
    int axis = -1;
    bool known() const { return !value.valid() && axis < 0 && number >= 0; }
    bool isOpen() const { return !value.valid() && number < 0; } ///< -1 written by hand, or not understood
};

/// The entries of a 1-D (or scalar) integer value that the graph computes from shapes; nullopt if it does something
/// else.
std::optional<std::vector<ExtentEntry>> extentEntries(Rewriter& rewriter, ValueId value, int depth = 0);

/// The earliest value and axis known to have the same extent: follows operators that keep the axis.
std::pair<ValueId, int> extentOrigin(const Rewriter& rewriter, ValueId value, int axis);

} // namespace lapidary
