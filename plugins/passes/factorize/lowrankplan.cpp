// SPDX-License-Identifier: GPL-3.0-or-later
#include "lowrankplan.h"

#include "analysis/nodework.h"
#include "graph/operatortraits.h"
#include "pass/weightplan.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr std::size_t tuckerSteps = 64;

/// Output positions of the layer and of what may stand between its parts, whole batch.
struct Positions {
    std::uint64_t output = 0, input = 0, between = 0; ///< between: height of the output, width of the input
};

std::optional<Positions> positionsOf(const Node& node, const ShapeTable& shapes, const WeightMatrix& matrix) {
    const auto in = shapes.shape(node.input(0)), out = shapes.shape(node.output());
    const auto known = [](const std::optional<Shape>& shape) {
        return shape && std::all_of(shape->begin(), shape->end(), [](std::int64_t e) { return e > 0; });
    };
    if (!known(in) || !known(out))
        return std::nullopt;
    Positions positions;
    positions.output = std::uint64_t(*elementCount(*out)) / matrix.outputs();
    positions.input = std::uint64_t(*elementCount(*in)) / matrix.inputs;
    if (matrix.shape.size() == 4)
        positions.between = std::uint64_t((*out)[0]) * std::uint64_t((*out)[2]) * std::uint64_t((*in)[3]);
    return positions;
}

RankChoice costOf(const LowRankLayer& layer, const Positions& at, std::size_t rank, std::size_t inputRank) {
    const std::uint64_t outputs = layer.matrix.rows, inputs = layer.matrix.inputs, kernel = layer.matrix.kernel;
    RankChoice choice{rank, inputRank, 0, 0};
    if (layer.scheme == LowRankScheme::Channels) {
        choice.weights = rank * (inputs * kernel + outputs);
        choice.macs = at.output * choice.weights;
    } else if (layer.scheme == LowRankScheme::Spatial) {
        const std::uint64_t first = rank * inputs * layer.kernel[0], second = rank * outputs * layer.kernel[1];
        choice.weights = first + second;
        choice.macs = at.between * first + at.output * second;
    } else {
        const std::uint64_t first = inputRank * inputs, core = inputRank * rank * kernel, last = rank * outputs;
        choice.weights = first + core + last;
        choice.macs = at.input * first + at.output * (core + last);
    }
    return choice;
}

void listChoices(LowRankLayer& layer, const Positions& at, std::size_t multiple) {
    const std::size_t inputs = layer.matrix.inputs, outputs = layer.matrix.rows;
    const auto consider = [&](std::size_t rank, std::size_t inputRank) {
        const RankChoice choice = costOf(layer, at, rank, inputRank);
        if (choice.macs < layer.macsBefore && choice.weights < layer.weightsBefore)
            layer.choices.push_back(choice);
    };
    if (layer.scheme == LowRankScheme::Tucker) {
        const auto rounded = [&](std::size_t extent, std::size_t step) {
            const std::size_t rank = std::max<std::size_t>(1, extent * step / tuckerSteps);
            return std::min(extent, std::max(multiple, rank / multiple * multiple));
        };
        for (std::size_t step = 1; step <= tuckerSteps; ++step)
            consider(rounded(outputs, step), rounded(inputs, step));
    } else {
        const bool spatial = layer.scheme == LowRankScheme::Spatial;
        const std::size_t full = spatial ? std::min(inputs * layer.kernel[0], outputs * layer.kernel[1])
                                         : std::min(outputs, layer.matrix.columns());
        for (std::size_t rank = std::min(multiple, full); rank <= full; rank += multiple)
            consider(rank, 0);
    }
    std::stable_sort(layer.choices.begin(), layer.choices.end(),
                     [](const RankChoice& a, const RankChoice& b) { return a.macs < b.macs; });
    const auto same = [](const RankChoice& a, const RankChoice& b) {
        return a.rank == b.rank && a.inputRank == b.inputRank;
    };
    layer.choices.erase(std::unique(layer.choices.begin(), layer.choices.end(), same), layer.choices.end());
}

LowRankScheme schemeOf(const WeightMatrix& matrix, LowRankOptions::Split split) {
    if (matrix.kernel == 1)
        return LowRankScheme::Channels;
    const bool flat = matrix.shape.size() == 4;
    const bool wide = flat && matrix.shape[2] >= 3 && matrix.shape[3] >= 3;
    if (split == LowRankOptions::Split::Tucker)
        return LowRankScheme::Tucker;
    if ((split == LowRankOptions::Split::Spatial && flat && matrix.shape[2] > 1 && matrix.shape[3] > 1) ||
        (split == LowRankOptions::Split::Auto && wide))
        return LowRankScheme::Spatial;
    return LowRankScheme::Channels;
}

class Planner {
public:
    Planner(const PassInput& input, const LowRankOptions& options)
        : m_input(input), m_graph(*input.model->graph), m_options(options) {}

    Result<LowRankPlan> plan() {
        bool any = false;
        considerWeights(m_input, m_plan.fenced, [&](WeightMatrix matrix) {
            any = true;
            LowRankLayer layer;
            const NodeId first = matrix.nodes.front();
            const std::string reason = describe(std::move(matrix), layer);
            if (reason.empty())
                m_plan.layers.push_back(std::move(layer));
            else
                m_plan.fenced.push_back({first, reason});
        });
        if (!any)
            return noWeightsLeft(m_input, m_plan.fenced, "No layer can be split here");
        if (m_plan.layers.empty())
            m_plan.notes.push_back(noteDiagnostic(
                "factorize.nothing", "No layer is split: in each, splitting would save nothing or is not possible."));
        return std::move(m_plan);
    }

private:
    std::string describe(WeightMatrix matrix, LowRankLayer& layer) const {
        const Node& node = *m_graph.node(matrix.nodes.front());
        if (matrix.nodes.size() > 1)
            return "its weight is shared with another layer";
        if (matrix.transposed)
            return "transposed convolutions are not split";
        if (matrix.groups > 1)
            return matrix.depthwise() ? "depthwise: it has no channels to mix" : "grouped convolutions are not split";
        const auto at = positionsOf(node, m_input.shapes, matrix);
        if (!at)
            return "its shapes are not known";
        layer.name = displayName(node);
        layer.scheme = schemeOf(matrix, m_options.split);
        for (std::size_t a = 0; a < 2 && matrix.shape.size() == 4; ++a)
            layer.kernel[a] = std::size_t(matrix.shape[2 + a]);
        layer.macsBefore = workOf(node, m_input.shapes).macs;
        layer.weightsBefore = matrix.count();
        if (m_options.biasCorrection)
            layer.bias = biasPlace(m_graph, matrix);
        layer.matrix = std::move(matrix);
        listChoices(layer, *at, m_options.multiple);
        return layer.choices.empty() ? "too small: no rank would save multiplications and bytes" : std::string();
    }

    const PassInput& m_input;
    const Graph& m_graph;
    const LowRankOptions& m_options;
    LowRankPlan m_plan;
};

void chooseByRatio(LowRankLayer& layer, double ratio) {
    for (const RankChoice& choice : layer.choices)
        if (double(choice.macs) <= ratio * double(layer.macsBefore) || !layer.chosen)
            layer.chosen = choice;
}

void chooseByEnergy(LowRankLayer& layer, const Spectra& spectra, double energy) {
    for (const RankChoice& choice : layer.choices)
        if (lostPower(spectra, choice) <= 1 - energy) {
            layer.chosen = choice;
            return;
        }
}

/// One price of a multiplication for all layers: each takes the ranks that lose and cost least together.
std::uint64_t chooseAtPrice(std::vector<LowRankLayer>& layers, const std::vector<Spectra>& spectra, double price) {
    std::uint64_t sum = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        LowRankLayer& layer = layers[l];
        layer.chosen = std::nullopt;
        double least = price * double(layer.macsBefore);
        for (const RankChoice& choice : layer.choices)
            if (const double cost = lostPower(spectra[l], choice) + price * double(choice.macs); cost < least) {
                least = cost;
                layer.chosen = choice;
            }
        sum += layer.chosen ? layer.chosen->macs : layer.macsBefore;
    }
    return sum;
}

void chooseByTarget(std::vector<LowRankLayer>& layers, const std::vector<Spectra>& spectra, double target) {
    double all = 0;
    for (const LowRankLayer& layer : layers)
        all += double(layer.macsBefore);
    double low = std::log(1e-8 / all), high = std::log(1e6 / all); // of the price
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (double(chooseAtPrice(layers, spectra, std::exp(middle))) <= target * all ? high : low) = middle;
    }
    chooseAtPrice(layers, spectra, std::exp(high));
}

} // namespace

Result<LowRankPlan> planLowRank(const PassInput& input, const LowRankOptions& options) {
    return Planner(input, options).plan();
}

double lostPower(const Spectra& spectra, const RankChoice& choice) {
    const auto lost = [](const std::vector<double>& values, std::size_t rank) {
        double all = 0, tail = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double value = std::max(0.0, values[i]);
            all += value;
            tail += i >= rank ? value : 0;
        }
        return all > 0 ? tail / all : 0;
    };
    return lost(spectra.output, choice.rank) + (spectra.input.empty() ? 0 : lost(spectra.input, choice.inputRank));
}

bool chooseRanks(LowRankPlan& plan, const LowRankOptions& options, const std::vector<Spectra>* spectra) {
    using RankBy = LowRankOptions::RankBy;
    bool known = spectra != nullptr;
    if (plan.layers.empty())
        return true;
    for (std::size_t l = 0; known && l < plan.layers.size(); ++l)
        known = !(*spectra)[l].output.empty();
    if (options.rankBy == RankBy::Target && known) {
        chooseByTarget(plan.layers, *spectra, options.target);
    } else {
        for (std::size_t l = 0; l < plan.layers.size(); ++l)
            if (options.rankBy == RankBy::Energy && known)
                chooseByEnergy(plan.layers[l], (*spectra)[l], options.energy);
            else
                chooseByRatio(plan.layers[l], options.rankBy == RankBy::Target ? options.target : options.ratio);
    }
    for (const LowRankLayer& layer : plan.layers)
        if (!layer.chosen)
            plan.fenced.push_back({layer.matrix.nodes.front(), "it needs so many ranks that nothing would be saved"});
    return known || options.rankBy == RankBy::Ratio;
}

void SpectrumCache::store(const TensorPtr& weight, LowRankScheme scheme, Spectra spectra) {
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_entries, [&](const Entry& entry) {
        const TensorPtr held = entry.weight.lock();
        return !held || (held == weight && entry.scheme == scheme);
    });
    m_entries.push_back({weight, scheme, std::move(spectra)});
}

std::optional<Spectra> SpectrumCache::find(const TensorPtr& weight, LowRankScheme scheme) const {
    const std::lock_guard lock(m_mutex);
    for (const Entry& entry : m_entries)
        if (entry.scheme == scheme && entry.weight.lock() == weight)
            return entry.spectra;
    return std::nullopt;
}

} // namespace lapidary
