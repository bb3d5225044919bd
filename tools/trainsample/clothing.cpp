// SPDX-License-Identifier: GPL-3.0-or-later
#include "clothing.h"

#include "idxfile.h"

#include <algorithm>
#include <stdexcept>

namespace lapidary::sample {

ImageSet ImageSet::part(int64_t first, int64_t count) const {
    ImageSet result;
    result.pixels.assign(pixels.begin() + first * kPixels, pixels.begin() + (first + count) * kPixels);
    result.labels.assign(labels.begin() + first, labels.begin() + first + count);
    return result;
}

ImageSet readImages(const std::string& imagesPath, const std::string& labelsPath) {
    IdxFile images = readIdx(imagesPath);
    IdxFile labels = readIdx(labelsPath);
    if (images.dims != std::vector<int64_t>{images.items(), kSide, kSide}) {
        throw std::runtime_error(imagesPath + ": does not hold 28 x 28 images");
    }
    if (labels.dims != std::vector<int64_t>{images.items()}) {
        throw std::runtime_error(labelsPath + ": does not hold one label for each image of " + imagesPath);
    }
    if (std::any_of(labels.bytes.begin(), labels.bytes.end(), [](uint8_t label) { return label >= kClasses; })) {
        throw std::runtime_error(labelsPath + ": holds a label above 9");
    }
    return {std::move(images.bytes), std::move(labels.bytes)};
}

void normalise(std::span<const uint8_t> pixels, std::span<float> out, float mean, float std) {
    std::transform(pixels.begin(), pixels.end(), out.begin(),
                   [mean, std](uint8_t pixel) { return (float(pixel) - mean) / std; });
}

} // namespace lapidary::sample
