// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lapidary {

/// Whether this processor sums pairs of unsigned times signed 8-bit products in 16 bits, where large weights overflow:
/// x86 with AVX2 or AVX-512 but without VNNI (Intel, "Lower Numerical Precision Deep Learning Inference and Training",
/// 2018). Any thread.
bool int8ProductsSaturate();

} // namespace lapidary
