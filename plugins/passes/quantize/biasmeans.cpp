// SPDX-License-Identifier: GPL-3.0-or-later
#include "biasmeans.h"

#include "eval/layerrows.h"

#include <cmath>

namespace lapidary {

Result<std::vector<double>> expectedLoss(const Graph& graph, const Int8Layer& layer, const ShapeTable& shapes,
                                         std::span<const float> weights, std::span<const float> rounded,
                                         const CalibrationData& data) {
    const Node& node = *graph.node(layer.node);
    const auto rows = LayerRows::of(graph, shapes, node);
    if (!rows)
        return rows.status();
    const ValueStatistics* input = data.find(graph.value(layer.data)->name);
    if (!input || input->channelMean.size() != rows->groups * rows->channels)
        return errorDiagnostic("calibration.layer", "The means of the layer's input are not known.")
            .atNode(displayName(node));
    const auto coverage = rows->tapCoverage(*shapes.shape(rows->input), *shapes.shape(rows->output));
    const auto exact = rows->matrices(weights), integers = rows->matrices(rounded);
    std::vector<double> loss(rows->groups * rows->outputs, 0);
    std::size_t at = 0;
    for (std::size_t o = 0; o < loss.size(); ++o) {
        const double* means = input->channelMean.data() + o / rows->outputs * rows->channels;
        for (std::size_t c = 0; c < rows->channels; ++c)
            for (std::size_t t = 0; t < rows->taps; ++t, ++at)
                loss[o] += (double(exact[at]) - double(integers[at])) * means[c] * coverage[t];
        if (!std::isfinite(loss[o]))
            loss[o] = 0;
    }
    return loss;
}

} // namespace lapidary
