// SPDX-License-Identifier: GPL-3.0-or-later
#include "allocation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace lapidary {
namespace {

/// Non-negative floats order like their bits.
float fromBits(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

std::size_t limitOf(const LayerCosts& layer) {
    return std::min(layer.costs.size(), std::size_t(std::floor(double(layer.costs.size()) * layer.highest)));
}

/// Units whose cost is below the threshold (or at it, `inclusive`).
std::size_t unitsBelow(const LayerCosts& layer, float threshold, bool inclusive) {
    const auto& costs = layer.costs;
    const auto at = inclusive ? std::upper_bound(costs.begin(), costs.end(), threshold)
                              : std::lower_bound(costs.begin(), costs.end(), threshold);
    return std::min(limitOf(layer), std::size_t(at - costs.begin()));
}

} // namespace

std::vector<std::size_t> shareZeros(const std::vector<LayerCosts>& layers, double sparsity) {
    double all = 0;
    for (const LayerCosts& layer : layers)
        all += double(layer.costs.size() * layer.unitWeights);
    const double wanted = all * sparsity;
    const auto weightsBelow = [&](float threshold) {
        double sum = 0;
        for (const LayerCosts& layer : layers)
            sum += double(unitsBelow(layer, threshold, true) * layer.unitWeights);
        return sum;
    };
    std::uint32_t low = 0, high = 0x7f800000u; // infinity
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (weightsBelow(fromBits(middle)) >= wanted)
            high = middle;
        else
            low = middle + 1;
    }
    const float threshold = fromBits(low);
    std::vector<std::size_t> counts;
    double taken = 0;
    for (const LayerCosts& layer : layers) {
        counts.push_back(unitsBelow(layer, threshold, false));
        taken += double(counts.back() * layer.unitWeights);
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::size_t more = unitsBelow(layers[i], threshold, true) - counts[i];
        const double room = std::max(0.0, wanted - taken) / double(layers[i].unitWeights);
        const std::size_t add = std::min(more, std::size_t(std::floor(room + 0.5)));
        counts[i] += add;
        taken += double(add * layers[i].unitWeights);
    }
    return counts;
}

} // namespace lapidary
