// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/gram.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

void GramSums::center() {
    if (rows == 0)
        return;
    for (std::size_t g = 0; g < groups; ++g)
        for (std::size_t f = 0; f < features; ++f) {
            const double mean = inputMean(g, f);
            for (std::size_t other = 0; other < features; ++other)
                gram[g][f * features + other] -= mean * inputSum[g * features + other];
            for (std::size_t o = 0; o < outputs && !cross[g].empty(); ++o)
                cross[g][f * outputs + o] -= mean * targetSum[g * outputs + o];
        }
    for (std::size_t o = 0; o < targetSum.size(); ++o)
        targetSquare[o] = std::max(0.0, targetSquare[o] - targetSum[o] * targetSum[o] / double(rows));
}

Result<FloatView> FloatView::of(const Tensor& tensor) {
    FloatView view;
    if (tensor.type == DataType::Float && !tensor.missing() && tensor.aligned<float>()) {
        view.m_view = tensor.view<float>();
        return view;
    }
    auto floats = toFloats(tensor);
    if (!floats)
        return floats.status();
    view.m_copy = std::move(*floats);
    return view;
}

GramCollector::GramCollector(LayerRows layer, const GramOptions& options)
    : m_layer(std::move(layer)), m_options(options) {
    m_sums.groups = m_layer.groups;
    m_sums.features = m_layer.features();
    m_sums.outputs = m_layer.outputs;
    m_sums.gram.assign(m_layer.groups, std::vector<double>(m_layer.features() * m_layer.features(), 0));
    m_sums.cross.resize(m_layer.groups);
    m_sums.inputSum.assign(m_layer.groups * m_layer.features(), 0);
    m_sums.targetSum.assign(m_layer.groups * m_layer.outputs, 0);
    m_sums.targetSquare = m_sums.targetSum;
}

std::uint64_t GramCollector::bytesFor(const LayerRows& layer) {
    return std::uint64_t(layer.groups) * layer.features() * (layer.features() + layer.outputs) * sizeof(double);
}

Status GramCollector::add(const Tensor& input, const Shape& outputShape, std::size_t first, std::size_t samples,
                          const Targets& targets) {
    const auto values = FloatView::of(input);
    if (!values)
        return values.status();
    const std::size_t total = m_layer.positions(outputShape, samples);
    const std::size_t each = std::min(total, std::max<std::size_t>(m_options.rowsPerSample, 1));
    const std::size_t rows = each * samples, width = m_layer.features(), all = m_sums.groups * m_sums.outputs;
    std::vector<std::vector<std::uint32_t>> positions;
    for (std::size_t s = 0; s < samples; ++s)
        positions.push_back(samplePositions(m_options.seed, first + s, total, each));
    const auto clean = [](std::vector<float>& numbers) {
        for (float& number : numbers)
            number = std::isfinite(number) ? number : 0.0f;
    };
    if (targets) {
        m_targets.resize(rows * all);
        for (std::size_t s = 0; s < samples; ++s)
            if (auto status = targets(s, positions[s], m_targets.data() + s * each * all); !status)
                return status;
        clean(m_targets);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t o = 0; o < all; ++o) {
                const double value = m_targets[r * all + o];
                m_sums.targetSum[o] += value;
                m_sums.targetSquare[o] += value * value;
            }
    }
    m_rows.resize(rows * width);
    for (std::size_t g = 0; g < m_sums.groups; ++g) {
        for (std::size_t s = 0; s < samples; ++s)
            m_layer.unfold(values->span(), input.shape, outputShape, samples, s, g, positions[s],
                           m_rows.data() + s * each * width);
        clean(m_rows);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t f = 0; f < width; ++f)
                m_sums.inputSum[g * width + f] += double(m_rows[r * width + f]);
        addGram(m_rows.data(), rows, width, m_sums.gram[g].data(), m_options.threads);
        if (!targets || !m_options.crossMoments)
            continue;
        m_sums.cross[g].resize(width * m_sums.outputs);
        m_part.resize(rows * m_sums.outputs);
        for (std::size_t r = 0; r < rows; ++r)
            std::copy_n(m_targets.data() + r * all + g * m_sums.outputs, m_sums.outputs,
                        m_part.data() + r * m_sums.outputs);
        addCross(m_rows.data(), width, m_part.data(), m_sums.outputs, rows, m_sums.cross[g].data(), m_options.threads);
    }
    m_sums.rows += rows;
    return {};
}

} // namespace lapidary
