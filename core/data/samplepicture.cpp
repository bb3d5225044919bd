// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/samplepicture.h"

#include "data/imagepipeline.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary {

namespace {

constexpr std::size_t maxSide = 512;

SamplePicture pictureOf(const Pixels& pixels) {
    SamplePicture picture;
    picture.width = pixels.width;
    picture.height = pixels.height;
    const auto bytes = pixels.data.bytes();
    const std::size_t count = std::size_t(pixels.width) * std::size_t(pixels.height);
    picture.bytes.resize(3 * count);
    const std::size_t channels = std::size_t(pixels.channels());
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t c = 0; c < 3; ++c) {
            const std::size_t from = channels == 1 ? 0 : pixels.order == PixelOrder::Bgr ? 2 - c : c;
            picture.bytes[3 * i + c] = std::to_integer<std::uint8_t>(bytes[i * channels + from]);
        }
    return picture;
}

/// A sample's numbers as a plane of values.
struct Plane {
    std::size_t width = 0, height = 0, channels = 1;
    std::size_t channelStep = 0, pixelStep = 1;
};

Plane planeOf(const Shape& shape, Layout layout, std::size_t count) {
    Plane plane;
    const auto extent = [&](std::size_t axis) { return std::size_t(std::max<std::int64_t>(shape[axis], 1)); };
    if (shape.size() == 3) {
        const bool last = layout == Layout::Nhwc;
        plane.channels = extent(last ? 2 : 0);
        plane.height = extent(last ? 0 : 1);
        plane.width = extent(last ? 1 : 2);
        plane.channelStep = last ? 1 : plane.height * plane.width;
        plane.pixelStep = last ? plane.channels : 1;
    } else if (shape.size() >= 2 && extent(shape.size() - 1) > 1 && count / extent(shape.size() - 1) > 1) {
        plane.width = extent(shape.size() - 1);
        plane.height = count / plane.width;
    } else {
        // A vector: nearly square, so that it fills a thumbnail.
        plane.width = count <= 16 ? count : std::size_t(std::ceil(std::sqrt(double(count))));
        plane.height = (count + plane.width - 1) / plane.width;
    }
    return plane;
}

SamplePicture heatOf(std::span<const float> values, const Plane& plane) {
    const std::size_t across = std::min(plane.width, maxSide), down = std::min(plane.height, maxSide);
    std::vector<float> cells(across * down, std::numeric_limits<float>::quiet_NaN());
    float lowest = std::numeric_limits<float>::infinity(), highest = -lowest;
    for (std::size_t y = 0; y < down; ++y)
        for (std::size_t x = 0; x < across; ++x) {
            const std::size_t pixel = y * plane.height / down * plane.width + x * plane.width / across;
            double sum = 0;
            bool whole = true;
            for (std::size_t c = 0; c < plane.channels; ++c) {
                const std::size_t at = pixel * plane.pixelStep + c * plane.channelStep;
                whole = whole && at < values.size();
                sum += whole ? double(values[at]) : 0;
            }
            if (!whole || !std::isfinite(sum))
                continue;
            const float value = float(sum / double(plane.channels));
            cells[y * across + x] = value;
            lowest = std::min(lowest, value);
            highest = std::max(highest, value);
        }
    SamplePicture picture;
    picture.width = int(across);
    picture.height = int(down);
    picture.heat = true;
    if (lowest <= highest) {
        picture.lowest = lowest;
        picture.highest = highest;
    }
    picture.bytes.resize(cells.size(), 0);
    const float range = picture.highest - picture.lowest;
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (range > 0 && !std::isnan(cells[i]))
            picture.bytes[i] = std::uint8_t(std::lround(255 * (cells[i] - picture.lowest) / range));
    return picture;
}

} // namespace

Result<SamplePicture> samplePicture(const Dataset& data, std::size_t index, const Work& work) {
    const auto pixels = data.pixels(index);
    if (pixels)
        return pictureOf(*pixels);
    if (pixels.error().code != "dataset.no_picture")
        return pixels.status();
    const auto batch = data.batch(index, 1, work);
    if (!batch)
        return batch.status();
    const auto values = batch->size() == 1 ? toFloats(*batch->input) : Result<std::vector<float>>(pixels.status());
    if (!values)
        return values.status();
    if (values->empty())
        return pixels.status();
    return heatOf(*values, planeOf(data.sampleShape(), data.preprocess().layout, values->size()));
}

} // namespace lapidary
