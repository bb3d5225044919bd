// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace lapidary::sample {

/// Compares every convolution of the network (output, gradient of the input, gradient of the weights), at the given
/// batch size, with a plain loop in double precision, and prints the largest error. Some builds of oneDNN compute
/// some shapes wrongly on some processors: when one disagrees, oneDNN is switched off for this process and the
/// comparison repeated. Throws std::runtime_error if it still disagrees. Seeds torch's generator.
void checkConvolutions(int64_t batch);

} // namespace lapidary::sample
