// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "modelbuilder.h"

#include <random>

namespace lapidary::test {

/// Grows convolutional networks from a seed: plain, grouped and depthwise convolutions, normalizations, residuals
/// (padded ones too), concatenations, splits, squeeze-and-excite, shuffles, pixel shuffles, attention heads, resizing,
/// space to depth, group normalization as exporters write it, shared weights, several outputs, and a head behind
/// Flatten or pooling.
class RandomNetwork {
public:
    /// With group normalizations a cut is no longer exact: statistics are those of the channels that are left.
    explicit RandomNetwork(std::uint64_t seed, bool groupNorms = false) : m_random(seed), m_groupNorms(groupNorms) {}
    ModelPtr build(int blocks);

private:
    struct Tensor4 {
        std::string name;
        std::int64_t channels = 0;
        std::int64_t size = 0; ///< height and width
    };

    std::int64_t pick(std::int64_t low, std::int64_t high);
    std::string fresh(const char* prefix) { return prefix + std::to_string(++m_names); }
    std::string weight(const Shape& shape);
    std::string integers(std::vector<std::int64_t> values);
    Tensor4 node(const char* op, std::vector<std::string> inputs, std::int64_t channels, std::int64_t size,
                 std::vector<Attribute> attributes = {});

    Tensor4 conv(const Tensor4& x, std::int64_t channels, std::int64_t kernel, std::int64_t groups = 1);
    Tensor4 transposedConv(const Tensor4& x);
    Tensor4 norm(const Tensor4& x);
    Tensor4 activation(const Tensor4& x);
    Tensor4 residual(const Tensor4& x);
    Tensor4 paddedResidual(const Tensor4& x);
    Tensor4 squeezeExcite(const Tensor4& x);
    Tensor4 shuffle(const Tensor4& x, std::int64_t groups);
    Tensor4 splitAndJoin(const Tensor4& x);
    Tensor4 sliceOrGather(const Tensor4& x);
    Tensor4 pixelShuffle(const Tensor4& x);
    Tensor4 scaleByChannel(const Tensor4& x);
    Tensor4 attention(const Tensor4& x);
    Tensor4 resize(const Tensor4& x);
    Tensor4 spaceToDepth(const Tensor4& x);
    Tensor4 groupNorm(const Tensor4& x);
    Tensor4 sharedWeight(const Tensor4& x);
    Tensor4 detectionHead(const Tensor4& x);
    Tensor4 block(const Tensor4& x);
    void head(const Tensor4& x);

    ModelBuilder m_builder{17};
    std::mt19937_64 m_random;
    bool m_groupNorms;
    int m_names = 0;
};

} // namespace lapidary::test
