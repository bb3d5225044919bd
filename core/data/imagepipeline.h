// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "data/preprocess.h"
#include "tensor/blob.h"

namespace lapidary {

enum class PixelOrder { Rgb, Bgr, Gray };

/// 8-bit pixels, interleaved, rows without gaps.
struct Pixels {
    int width = 0;
    int height = 0;
    PixelOrder order = PixelOrder::Rgb;
    Blob data;

    int channels() const { return order == PixelOrder::Gray ? 1 : 3; }
    std::size_t bytes() const { return std::size_t(width) * std::size_t(height) * std::size_t(channels()); }
};

/// Decodes an encoded image (turned upright by its EXIF data) and shapes it. Fails with "image.decode", "image.size".
Result<Pixels> decodeImage(std::span<const std::byte> encoded, const Preprocess& preprocess);
/// Colour, resize and centre crop, in this order; the result has the channel order that `preprocess` asks for. The
/// resized side that follows the aspect is rounded to the nearest pixel, the crop starts at floor((size - crop) / 2).
Result<Pixels> shapePixels(const Pixels& pixels, const Preprocess& preprocess);
/// (pixel * scale - mean) / std into `out`, in the layout asked for; out holds pixels.bytes() floats.
class PixelScaler {
public:
    explicit PixelScaler(const Preprocess& preprocess);
    void scale(const Pixels& pixels, float* out) const;

private:
    std::vector<float> m_table; ///< 256 results per channel: exact, and quicker than dividing
    Layout m_layout;
};
/// What the shape of a sample depends on, as text: pixels are cached under it.
std::string geometryText(const Preprocess& preprocess);

} // namespace lapidary
