// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/imagepipeline.h"

#include "data/imageheader.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace lapidary {

namespace {

constexpr std::uint64_t maxPixels = std::uint64_t(128) << 20;

int interpolationFlag(Interpolation interpolation) {
    switch (interpolation) {
    case Interpolation::Area:
        return cv::INTER_AREA;
    case Interpolation::Linear:
        return cv::INTER_LINEAR;
    case Interpolation::Cubic:
        return cv::INTER_CUBIC;
    case Interpolation::Nearest:
        return cv::INTER_NEAREST;
    }
    return cv::INTER_LINEAR;
}

/// The decoders run on threads of ours already.
void keepOpenCvOnCallersThread() {
    static const bool once = [] {
        cv::setNumThreads(1);
        return true;
    }();
    (void)once;
}

PixelOrder wantedOrder(ColorOrder color) {
    switch (color) {
    case ColorOrder::Gray:
        return PixelOrder::Gray;
    case ColorOrder::Bgr:
        return PixelOrder::Bgr;
    case ColorOrder::Rgb:
        break;
    }
    return PixelOrder::Rgb;
}

cv::Mat inOrder(const cv::Mat& image, PixelOrder have, PixelOrder want) {
    if (have == want)
        return image;
    cv::Mat out;
    if (want == PixelOrder::Gray)
        cv::cvtColor(image, out, have == PixelOrder::Rgb ? cv::COLOR_RGB2GRAY : cv::COLOR_BGR2GRAY);
    else if (have == PixelOrder::Gray)
        cv::cvtColor(image, out, cv::COLOR_GRAY2RGB);
    else
        cv::cvtColor(image, out, cv::COLOR_BGR2RGB);
    return out;
}

cv::Size resizedSize(const cv::Mat& image, const Preprocess& preprocess) {
    if (preprocess.resizeTo)
        return {preprocess.resizeTo->first, preprocess.resizeTo->second};
    if (!preprocess.resizeShorter)
        return image.size();
    const double factor = double(*preprocess.resizeShorter) / std::min(image.cols, image.rows);
    return {std::max(1, int(std::lround(image.cols * factor))), std::max(1, int(std::lround(image.rows * factor)))};
}

Result<Pixels> shape(const cv::Mat& decoded, PixelOrder have, const Preprocess& preprocess) {
    const PixelOrder want = wantedOrder(preprocess.color);
    cv::Mat image = inOrder(decoded, have, want);
    const cv::Size size = resizedSize(image, preprocess);
    if (std::uint64_t(size.width) * std::uint64_t(size.height) > maxPixels)
        return errorDiagnostic("image.size", "The image would be resized to " + std::to_string(size.width) + "x" +
                                                 std::to_string(size.height) + " pixels, which is too large.");
    if (size != image.size()) {
        cv::Mat resized;
        cv::resize(image, resized, size, 0, 0, interpolationFlag(preprocess.interpolation));
        image = resized;
    }
    if (preprocess.crop) {
        const int crop = *preprocess.crop;
        if (image.cols < crop || image.rows < crop)
            return errorDiagnostic("image.size",
                                   "The image is " + std::to_string(image.cols) + "x" + std::to_string(image.rows) +
                                       ", smaller than the crop of " + std::to_string(crop) + ".",
                                   "Resize before cropping.");
        image = image(cv::Rect((image.cols - crop) / 2, (image.rows - crop) / 2, crop, crop));
    }
    Pixels pixels;
    pixels.width = image.cols;
    pixels.height = image.rows;
    pixels.order = want;
    std::vector<std::byte> bytes(pixels.bytes());
    const std::size_t row = std::size_t(image.cols) * std::size_t(pixels.channels());
    for (int y = 0; y < image.rows; ++y)
        std::copy_n(reinterpret_cast<const std::byte*>(image.ptr(y)), row, bytes.data() + std::size_t(y) * row);
    pixels.data = Blob(std::move(bytes));
    return pixels;
}

template <typename Call>
Result<Pixels> guarded(Call&& call) {
    try {
        keepOpenCvOnCallersThread();
        return call();
    } catch (const cv::Exception& error) {
        return errorDiagnostic("image.decode", "The image cannot be used: " + error.err + ".");
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("image.decode", "There is not enough memory for the image.");
    }
}

} // namespace

Result<Pixels> decodeImage(std::span<const std::byte> encoded, const Preprocess& preprocess) {
    if (encoded.empty())
        return errorDiagnostic("image.decode", "The file is empty.");
    if (const auto extent = imageExtent(encoded); extent && (extent->first > maxPixels || extent->second > maxPixels ||
                                                             extent->first * extent->second > maxPixels))
        return errorDiagnostic("image.size", "The image says it has " + std::to_string(extent->first) + "x" +
                                                 std::to_string(extent->second) + " pixels, which is too large.");
    return guarded([&]() -> Result<Pixels> {
        const cv::Mat buffer(1, int(encoded.size()), CV_8UC1, const_cast<std::byte*>(encoded.data()));
        const cv::Mat image = cv::imdecode(buffer, cv::IMREAD_COLOR);
        if (image.empty())
            return errorDiagnostic("image.decode", "This is not an image that can be decoded, or it is damaged.");
        return shape(image, PixelOrder::Bgr, preprocess);
    });
}

Result<Pixels> shapePixels(const Pixels& pixels, const Preprocess& preprocess) {
    return guarded([&]() -> Result<Pixels> {
        const auto* bytes = pixels.data.bytes().data();
        const cv::Mat image(pixels.height, pixels.width, pixels.channels() == 1 ? CV_8UC1 : CV_8UC3,
                            const_cast<std::byte*>(bytes));
        return shape(image, pixels.order, preprocess);
    });
}

PixelScaler::PixelScaler(const Preprocess& preprocess) : m_layout(preprocess.layout) {
    const auto pick = [](const std::vector<double>& list, int channel, double fallback) {
        return list.empty() ? fallback : list[list.size() == 1 ? 0 : std::size_t(channel)];
    };
    for (int channel = 0; channel < preprocess.channels(); ++channel)
        for (int pixel = 0; pixel < 256; ++pixel)
            m_table.push_back(float((pixel * preprocess.scale - pick(preprocess.mean, channel, 0)) /
                                    pick(preprocess.std, channel, 1)));
}

void PixelScaler::scale(const Pixels& pixels, float* out) const {
    const auto* in = reinterpret_cast<const std::uint8_t*>(pixels.data.bytes().data());
    const std::size_t channels = std::size_t(pixels.channels());
    const std::size_t plane = std::size_t(pixels.width) * std::size_t(pixels.height);
    for (std::size_t c = 0; c < channels; ++c) {
        const float* table = m_table.data() + 256 * c;
        float* to = m_layout == Layout::Nchw ? out + c * plane : out + c;
        const std::size_t step = m_layout == Layout::Nchw ? 1 : channels;
        for (std::size_t i = 0; i < plane; ++i)
            to[i * step] = table[in[i * channels + c]];
    }
}

std::string geometryText(const Preprocess& preprocess) {
    Preprocess geometry;
    geometry.resizeShorter = preprocess.resizeShorter;
    geometry.resizeTo = preprocess.resizeTo;
    geometry.interpolation = preprocess.interpolation;
    geometry.crop = preprocess.crop;
    geometry.color = preprocess.color;
    return geometry.toJson().dump() + " opencv " CV_VERSION;
}

} // namespace lapidary
