// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"
#include "graph/shapetable.h"

#include <span>
#include <vector>

namespace lapidary {

/// A layer with a constant weight as a matrix product: at every output position, a row of inputs (for Conv the unfolded
/// patch, "im2col") times a matrix gives a row of outputs. Grouped layers have one matrix per group. Conv and
/// ConvTranspose of one to three spatial axes, Gemm and MatMul with the weight on the right.
class LayerRows {
public:
    /// Fails with "calibration.layer", saying what is unusual about the layer: weight not constant, shapes not known …
    static Result<LayerRows> of(const Graph& graph, const ShapeTable& shapes, const Node& node);

    ValueId input, weight, output;
    ValueId bias;       ///< invalid: none
    int biasInput = -1; ///< input index of a bias, if the operator has one; -1: it has none
    std::size_t groups = 1;
    std::size_t channels = 0; ///< input channels of one group
    std::size_t taps = 1;     ///< weights per input and output channel (kernel volume)
    std::size_t outputs = 0;  ///< output channels of one group

    bool isProduct() const { return m_kind == Kind::Product; } ///< channels are the last axis
    std::size_t features() const { return channels * taps; }   ///< of one group; feature = channel * taps + tap
    /// Output positions of one sample in these tensors.
    std::size_t positions(const Shape& outputShape, std::size_t samples) const;

    /// Where in a channel's plane (for products: at which row) every tap reads at these output positions, position by
    /// position; negative: padding. The same for all channels.
    std::vector<std::int32_t> sources(const Shape& shape, const Shape& outputShape,
                                      std::span<const std::uint32_t> positions) const;
    /// Row after row of `rows` (features() wide) gets the inputs of group `group` of sample `sample` at `sources`.
    void unfold(std::span<const float> values, const Shape& shape, std::size_t samples, std::size_t sample,
                std::size_t group, std::span<const std::int32_t> sources, float* rows) const;
    /// Row r gets all channels (groups * outputs) of a tensor shaped like the layer's output.
    void gather(std::span<const float> values, const Shape& shape, std::size_t samples, std::size_t sample,
                std::span<const std::uint32_t> positions, float* rows) const;

    /// By tap: the share of output positions where it meets the input and not padding (1 for products).
    std::vector<double> tapCoverage(const Shape& shape, const Shape& outputShape) const;

    /// The weight as matrices: [group][output][feature].
    std::vector<float> matrices(std::span<const float> weight) const;
    /// The reverse, in the weight's own layout.
    std::vector<float> weightOf(std::span<const float> matrices) const;

private:
    enum class Kind { Conv, ConvTranspose, Product };
    std::size_t weightIndex(std::size_t group, std::size_t output, std::size_t feature) const;
    std::ptrdiff_t source(std::size_t position, std::size_t tap, const std::vector<std::int64_t>& in,
                          const std::vector<std::int64_t>& out) const;

    Kind m_kind = Kind::Conv;
    bool m_transposed = false; ///< Gemm with transB
    std::vector<std::int64_t> m_kernel, m_strides, m_dilations, m_padsBegin;
};

/// `count` distinct positions of [0, total) in rising order, evenly spread with seeded jitter; all of them if there are
/// no more. Same numbers on every machine.
std::vector<std::uint32_t> samplePositions(std::uint64_t seed, std::size_t sample, std::size_t total,
                                           std::size_t count);

} // namespace lapidary
