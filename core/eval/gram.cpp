// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/gram.h"

#include "data/parallel.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lapidary {
namespace {

/// Summed at once: adding a product of many rows to the sums costs no more than adding one of a few.
constexpr std::size_t rowsTogether = 512;

void clean(std::span<float> numbers) {
    for (float& number : numbers)
        number = std::isfinite(number) ? number : 0.0f;
}

} // namespace

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
    m_lower.assign(m_layer.groups, std::vector<double>(packedCount(m_layer.features()), 0));
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
    std::vector<std::vector<std::uint32_t>> positions;
    for (std::size_t s = 0; s < samples; ++s)
        positions.push_back(samplePositions(m_options.seed, first + s, total, each));
    if (auto status = targets ? addTargets(targets, positions, each) : Status(); !status)
        return status;
    std::vector<std::vector<std::int32_t>> sources;
    for (const auto& places : positions)
        sources.push_back(m_layer.sources(input.shape, outputShape, places));
    const Rows rows{values->span(), input.shape, sources, each, targets && m_options.crossMoments};
    if (m_sums.groups > 1) {
        parallelFor(m_sums.groups, m_options.threads, [&](std::size_t g) {
            std::vector<float> unfolded;
            unfold(rows, g, unfolded, 1);
            sum(unfolded, g, rows.cross, 1);
        });
    } else {
        unfold(rows, 0, m_waiting, m_options.threads);
        if (rows.cross || m_waiting.size() >= rowsTogether * m_sums.features)
            sumWaiting(rows.cross);
    }
    m_sums.rows += each * samples;
    return {};
}

Status GramCollector::addTargets(const Targets& targets, const std::vector<std::vector<std::uint32_t>>& positions,
                                 std::size_t each) {
    const std::size_t all = m_sums.groups * m_sums.outputs, rows = each * positions.size();
    m_targets.resize(rows * all);
    for (std::size_t s = 0; s < positions.size(); ++s)
        if (auto status = targets(s, positions[s], m_targets.data() + s * each * all); !status)
            return status;
    clean(m_targets);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t o = 0; o < all; ++o) {
            const double value = m_targets[r * all + o];
            m_sums.targetSum[o] += value;
            m_sums.targetSquare[o] += value * value;
        }
    return {};
}

void GramCollector::unfold(const Rows& input, std::size_t group, std::vector<float>& rows, int threads) const {
    const std::size_t samples = input.sources.size(), size = input.each * m_sums.features, before = rows.size();
    rows.resize(before + samples * size);
    parallelFor(samples, threads, [&](std::size_t s) {
        float* own = rows.data() + before + s * size;
        m_layer.unfold(input.values, input.shape, samples, s, group, input.sources[s], own);
        clean({own, size});
    });
}

void GramCollector::sum(const std::vector<float>& unfolded, std::size_t group, bool cross, int threads) {
    const std::size_t width = m_sums.features, rows = unfolded.size() / width;
    double* sums = &m_sums.inputSum[group * width];
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t f = 0; f < width; ++f)
            sums[f] += double(unfolded[r * width + f]);
    addGram(unfolded.data(), rows, width, m_lower[group].data(), threads);
    if (!cross)
        return;
    const std::size_t outputs = m_sums.outputs, all = m_sums.groups * outputs;
    m_sums.cross[group].resize(width * outputs);
    std::vector<float> part(rows * outputs);
    for (std::size_t r = 0; r < rows; ++r)
        std::copy_n(m_targets.data() + r * all + group * outputs, outputs, part.data() + r * outputs);
    addCross(unfolded.data(), width, part.data(), outputs, rows, m_sums.cross[group].data(), threads);
}

void GramCollector::sumWaiting(bool cross) {
    sum(m_waiting, 0, cross, m_options.threads);
    m_waiting.clear();
}

GramSums GramCollector::take() {
    if (!m_waiting.empty())
        sumWaiting(false);
    for (auto& lower : std::exchange(m_lower, {}))
        m_sums.gram.push_back(unpacked(std::exchange(lower, {}), m_sums.features));
    return std::move(m_sums);
}

} // namespace lapidary
