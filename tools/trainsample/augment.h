// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clothing.h"

#include <random>
#include <span>

namespace lapidary::sample {

/// Varies one training image: mirrored half of the time, shifted by up to a pixel either way, and with a
/// rectangle of random grey over it an eighth of the time (Zhong et al. 2020, "Random Erasing Data Augmentation").
/// Draws a fixed number of values from `random` whatever the outcome, and only its raw output, so that a seed gives
/// the same images with every standard library.
void augment(std::span<const uint8_t> image, std::span<uint8_t> out, std::mt19937_64& random);

/// Indices 0..count-1 in an order given by `random` (Fisher-Yates on the raw output).
std::vector<int64_t> shuffled(int64_t count, std::mt19937_64& random);

} // namespace lapidary::sample
