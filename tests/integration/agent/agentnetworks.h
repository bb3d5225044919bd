// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "tests/support/modelbuilder.h"

namespace lapidary::test {

/// Convolutions with ReLUs, one after the other; the same for the same seed.
ModelPtr network(int layers, int channels, int side, std::uint64_t seed = 1);
/// One thread, a third of a second.
ProfileOptions shortProfile(bool perNode = true);

} // namespace lapidary::test
