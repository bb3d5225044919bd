// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace lapidary::bench {

/// Measured with an independent reference (ONNX Runtime 1.21 in Python, images by OpenCV): percent.
struct AssetModel {
    std::string_view model;
    std::string_view evaluation;
    std::string_view calibration;
    std::size_t calibrationSamples;
    std::size_t samples;
    double top1, top5;
    double peerMinMaxTop1, peerPercentileTop1; ///< ONNX Runtime's Python quantizer, per channel
    double peerMinMaxAgreement, peerPercentileAgreement;
    double peerMinMaxSqnr, peerPercentileSqnr;
    double peerMinMaxSeconds, peerPercentileSeconds; ///< processor time
    double peerMinMaxGb, peerPercentileGb;           ///< peak memory; 0: not stated
    /// The best that any of its settings reached, each column by itself.
    double peerBestTop1, peerBestAgreement, peerBestSqnr;
};

inline constexpr AssetModel assetModels[] = {
    {"mobilenet_v2.onnx", "imagenet-validation.mobilenet_v2.json", "imagenet-calibration.mobilenet_v2.json", 100, 400,
     86.00, 97.25, 85.75, 86.00, 95.5, 95.5, 16.7, 16.8, 4.0, 41, 0.63, 6.7, 86.00, 95.5, 16.8},
    {"mobilenet_v1_0.5_160.onnx", "imagenet-validation.mobilenet_v1_0.5_160.json",
     "imagenet-calibration.mobilenet_v1_0.5_160.json", 100, 400, 66.00, 85.25, 65.25, 65.75, 92.5, 93.0, 20.7, 20.7,
     1.1, 7.7, 0.49, 1.7, 65.75, 93.0, 20.7},
    {"squeezenet1.1.onnx", "imagenet-validation.squeezenet1.1.json", "imagenet-calibration.squeezenet1.1.json", 100,
     400, 55.75, 79.75, 55.25, 54.25, 93.5, 93.3, 32.2, 32.9, 2.3, 23, 0.55, 4.0, 55.75, 93.5, 32.9},
    {"resnet20_cifar10_unfused_bn.onnx", "cifar10-test.json", "cifar10-train.json", 200, 3000, 81.83, 98.70, 82.07,
     81.80, 98.8, 99.0, 28.8, 29.1, 0.5, 2.5, 0, 0, 82.17, 99.0, 29.1},
    {"resnet56_cifar10_unfused_bn.onnx", "cifar10-test.json", "cifar10-train.json", 200, 3000, 84.03, 99.00, 83.57,
     83.77, 98.2, 98.7, 27.5, 28.4, 2.6, 7.9, 0, 1.6, 83.83, 98.7, 28.4},
    {"resnet50v2_3stages_flowers5.onnx", "flowers5-validation.json", "flowers5-train.json", 100, 300, 91.33, 100, 89.67,
     90.67, 96.7, 98.3, 17.1, 21.5, 11.5, 90, 0.82, 13.4, 90.67, 98.3, 21.5},
};

} // namespace lapidary::bench
