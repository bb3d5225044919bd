// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "tensor/tensor.h"

#include <optional>
#include <vector>

namespace lapidary {

enum class Interpolation { Area, Linear, Cubic, Nearest };
enum class ColorOrder { Rgb, Bgr, Gray };
enum class Layout { Nchw, Nhwc };

/// How an image becomes an input tensor: resize, centre crop, colour order, then (pixel * scale - mean) / std per
/// channel. The same object is used in calibration, evaluation, on devices and in exported bundles.
struct Preprocess {
    std::optional<int> resizeShorter;
    std::optional<std::pair<int, int>> resizeTo; ///< width, height
    Interpolation interpolation = Interpolation::Linear;
    std::optional<int> crop;
    ColorOrder color = ColorOrder::Rgb;
    double scale = 1;
    std::vector<double> mean; ///< one or one per channel; empty: 0
    std::vector<double> std;  ///< empty: 1
    Layout layout = Layout::Nchw;
    std::string input; ///< name of the model's input; empty: the first

    /// Fails with "dataset.preprocess" naming the key.
    static Result<Preprocess> fromJson(const Json& json);
    Json toJson() const;
    std::string hash() const;
    int channels() const { return color == ColorOrder::Gray ? 1 : 3; }
};

} // namespace lapidary
