// SPDX-License-Identifier: GPL-3.0-or-later
#include "linearlayer.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

bool ChannelAffine::shifts() const {
    return std::any_of(shift.begin(), shift.end(), [](double value) { return value != 0; });
}

bool ChannelAffine::finite() const {
    const auto isFinite = [](double value) { return std::isfinite(value); };
    return std::all_of(scale.begin(), scale.end(), isFinite) && std::all_of(shift.begin(), shift.end(), isFinite);
}

bool absorbAffine(Rewriter& rewriter, const LinearLayer& layer, const ChannelAffine& affine) {
    if (!affine.finite() || (affine.scale.size() != 1 && affine.scale.size() != layer.channels) ||
        (affine.shift.size() != 1 && affine.shift.size() != layer.channels))
        return false;
    const Node node = *rewriter.node(layer.node);
    const bool scales = std::any_of(affine.scale.begin(), affine.scale.end(), [](double value) { return value != 1; });
    std::optional<std::vector<double>> weight;
    if (scales && rewriter.options().dry) {
        weight.emplace();
    } else if (scales) {
        weight = toDoubles(*layer.weight);
        visitWeight(layer, node, false,
                    [&](std::size_t element, std::size_t channel) { (*weight)[element] *= affine.scaleOf(channel); });
    }
    // y = W x + b becomes (s W) x + (s b + t).
    std::optional<std::vector<double>> bias;
    if (layer.bias || affine.shifts()) {
        bias = biasOf(layer, node);
        for (std::size_t c = 0; c < bias->size(); ++c)
            (*bias)[c] = (*bias)[c] * affine.scaleOf(c) + affine.shiftOf(c);
    }
    return storeLinear(rewriter, layer, weight ? &*weight : nullptr, bias ? &*bias : nullptr);
}

} // namespace lapidary
