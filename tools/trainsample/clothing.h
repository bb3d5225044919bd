// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lapidary::sample {

constexpr int64_t kSide = 28;
constexpr int64_t kPixels = kSide * kSide;
constexpr int64_t kClasses = 10;

/// What the network is trained on and what resources/sample/*.json say: (pixel - mean) / std, pixel in 0..255.
/// The two numbers are the mean and the standard deviation of all pixels of the 60 000 training images.
constexpr float kMean = 72.94F;
constexpr float kStd = 90.02F;

/// 28 x 28 grey images with a class each; a plain value.
struct ImageSet {
    std::vector<uint8_t> pixels; ///< kPixels bytes per image
    std::vector<uint8_t> labels;

    [[nodiscard]] int64_t size() const { return int64_t(labels.size()); }
    [[nodiscard]] std::span<const uint8_t> image(int64_t index) const {
        return {pixels.data() + index * kPixels, size_t(kPixels)};
    }
    /// Images [first, first + count).
    [[nodiscard]] ImageSet part(int64_t first, int64_t count) const;
};

/// Reads a pair of idx files. Throws std::runtime_error when they are not kSide x kSide images with one label below
/// kClasses each.
ImageSet readImages(const std::string& imagesPath, const std::string& labelsPath);

/// Writes (pixel - mean) / std of every byte of `pixels` to `out` (same length).
void normalise(std::span<const uint8_t> pixels, std::span<float> out, float mean = kMean, float std = kStd);

} // namespace lapidary::sample
