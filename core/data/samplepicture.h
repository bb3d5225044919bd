// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"

#include <cstdint>

namespace lapidary {

/// A sample for people to look at. Rows from the top, without gaps.
struct SamplePicture {
    int width = 0, height = 0;
    bool heat = false;               ///< the sample is numbers: one byte a pixel, 0 the lowest and 255 the highest
    float lowest = 0, highest = 0;   ///< of a heat map
    std::vector<std::uint8_t> bytes; ///< RGB, or one byte a pixel of a heat map
};

/// The image as the model sees it (resized, cropped, in its colours), before scaling; for numbers a heat map of the
/// preprocessed sample: the mean over channels, a long row folded into lines, large ones thinned out to 512 a side. Any
/// thread. Fails with what the dataset fails with, "dataset.no_picture" for a sample without numbers.
Result<SamplePicture> samplePicture(const Dataset& data, std::size_t index, const Work& work = {});

} // namespace lapidary
