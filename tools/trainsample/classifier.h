// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clothing.h"

#include <memory>
#include <string>

namespace lapidary::sample {

/// An ONNX file with input `image` [N, 1, 28, 28] and output `logits` [N, 10], run by ONNX Runtime on the processor.
/// Throws std::runtime_error or Ort::Exception.
class Classifier {
public:
    explicit Classifier(const std::string& path, int threads);
    ~Classifier();

    /// kClasses logits for each of `images.size() / kPixels` normalised images.
    std::vector<float> logits(std::vector<float> images);

    /// How many of `images` get their own label, normalised with `mean` and `std`.
    int64_t countRight(const ImageSet& images, float mean, float std);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace lapidary::sample
