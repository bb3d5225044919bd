// SPDX-License-Identifier: GPL-3.0-or-later
#include "elimination.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lapidary {
namespace {

constexpr double ridge = 1e-4; // of the mean input power

/// One conv group of a consumer while its inputs disappear.
struct System {
    std::size_t features = 0, outputs = 0;
    double energy = 1;
    std::vector<double> inverse;                      // of the Gram matrix of what is left
    std::vector<double> weights;                      // compensated, features x outputs
    std::vector<std::vector<std::size_t>> featuresOf; // by channel
};

std::vector<double> blockOf(const System& system, const std::vector<std::size_t>& which) {
    std::vector<double> block(which.size() * which.size());
    for (std::size_t r = 0; r < which.size(); ++r)
        for (std::size_t c = 0; c < which.size(); ++c)
            block[r * which.size() + c] = system.inverse[which[r] * system.features + which[c]];
    return block;
}

std::vector<double> rowsOf(const std::vector<double>& matrix, std::size_t width,
                           const std::vector<std::size_t>& which) {
    std::vector<double> rows(which.size() * width);
    for (std::size_t r = 0; r < which.size(); ++r)
        std::copy_n(matrix.begin() + std::ptrdiff_t(which[r] * width), width, rows.begin() + std::ptrdiff_t(r * width));
    return rows;
}

/// What removing the channel costs, relative to the energy of what is judged.
double costOf(const System& system, std::uint32_t channel, const Work& work) {
    const auto& which = system.featuresOf[channel];
    if (which.empty())
        return 0;
    std::vector<double> block = blockOf(system, which), rows = rowsOf(system.weights, system.outputs, which);
    const std::vector<double> own = rows;
    if (!solvePositive(block, rows, which.size(), system.outputs, 1, work))
        return 0; // already explained by the others
    double cost = 0;
    for (std::size_t i = 0; i < own.size(); ++i)
        cost += own[i] * rows[i];
    return std::max(0.0, cost) / system.energy;
}

void eliminate(System& system, std::uint32_t channel, const Work& work) {
    const auto& which = system.featuresOf[channel];
    if (which.empty())
        return;
    const std::size_t n = system.features, k = which.size();
    std::vector<double> columns(n * k);
    for (std::size_t r = 0; r < n; ++r)
        for (std::size_t c = 0; c < k; ++c)
            columns[r * k + c] = system.inverse[r * n + which[c]];
    std::vector<double> block = blockOf(system, which), both(k * (n + system.outputs));
    const std::vector<double> inverseRows = rowsOf(system.inverse, n, which);
    const std::vector<double> weightRows = rowsOf(system.weights, system.outputs, which);
    for (std::size_t r = 0; r < k; ++r) {
        std::copy_n(inverseRows.begin() + std::ptrdiff_t(r * n), n,
                    both.begin() + std::ptrdiff_t(r * (n + system.outputs)));
        std::copy_n(weightRows.begin() + std::ptrdiff_t(r * system.outputs), system.outputs,
                    both.begin() + std::ptrdiff_t(r * (n + system.outputs) + n));
    }
    if (solvePositive(block, both, k, n + system.outputs, 1, work)) {
        std::vector<double> left(k * n), right(k * system.outputs);
        for (std::size_t r = 0; r < k; ++r) {
            const auto row = both.begin() + std::ptrdiff_t(r * (n + system.outputs));
            std::copy_n(row, n, left.begin() + std::ptrdiff_t(r * n));
            std::copy_n(row + std::ptrdiff_t(n), system.outputs, right.begin() + std::ptrdiff_t(r * system.outputs));
        }
        addProduct(-1, columns.data(), left.data(), system.inverse.data(), n, k, n, 1);
        addProduct(-1, columns.data(), right.data(), system.weights.data(), n, k, system.outputs, 1);
    }
    for (const std::size_t feature : which) {
        for (std::size_t other = 0; other < n; ++other)
            system.inverse[feature * n + other] = system.inverse[other * n + feature] = 0;
        std::fill_n(system.weights.begin() + std::ptrdiff_t(feature * system.outputs), system.outputs, 0.0);
    }
}

/// Few rows make features look as if they could replace each other. So the Gram matrix is drawn towards its diagonal, the
/// more the fewer rows there are for its features (Schäfer and Strimmer 2005, target D; Ledoit and Wolf 2004).
void shrinkToDiagonal(std::vector<double>& gram, std::size_t features, std::uint64_t rows) {
    const double kept = double(rows) / double(std::max<std::uint64_t>(rows + features, 1));
    for (std::size_t a = 0; a < features; ++a)
        for (std::size_t b = 0; b < features; ++b)
            if (a != b)
                gram[a * features + b] *= kept;
}

Result<std::vector<System>> systemsOf(GroupIndex group, std::uint32_t channels, const ConsumerGram& consumer,
                                      const Work& work) {
    std::vector<System> systems;
    const LayerRows& layer = consumer.layer;
    for (std::size_t g = 0; g < layer.groups; ++g) {
        System system;
        system.features = layer.features();
        system.outputs = layer.outputs;
        system.energy = std::max(consumer.energy, 1e-12);
        system.featuresOf.resize(channels);
        for (std::size_t c = 0; c < layer.channels; ++c)
            if (const ChannelRef ref = consumer.channels[g * layer.channels + c]; ref.group == group)
                for (std::size_t t = 0; t < layer.taps; ++t)
                    system.featuresOf[ref.channel].push_back(c * layer.taps + t);
        system.inverse = consumer.sums.gram[g];
        shrinkToDiagonal(system.inverse, system.features, consumer.sums.rows);
        double trace = 0;
        for (std::size_t f = 0; f < system.features; ++f)
            trace += system.inverse[f * system.features + f];
        const double add = std::max(ridge * trace / double(system.features), 1e-9);
        for (std::size_t f = 0; f < system.features; ++f)
            system.inverse[f * system.features + f] += add;
        if (auto status = invertPositive(system.inverse, system.features, 1, work); !status) {
            if (isCancelled(status.error()))
                return status;
            continue; // says nothing about its inputs
        }
        const auto begin = consumer.weights.begin() + std::ptrdiff_t(g * system.features * system.outputs);
        system.weights.assign(begin, begin + std::ptrdiff_t(system.features * system.outputs));
        systems.push_back(std::move(system));
    }
    return systems;
}

} // namespace

Result<EliminationOrder> eliminateChannels(GroupIndex group, std::uint32_t channels,
                                           const std::vector<const ConsumerGram*>& consumers, const Work& work) {
    std::vector<System> systems;
    for (const ConsumerGram* consumer : consumers) {
        auto own = systemsOf(group, channels, *consumer, work);
        if (!own)
            return own.status();
        std::ranges::move(*own, std::back_inserter(systems));
    }
    EliminationOrder result;
    std::vector<std::uint32_t> left(channels);
    std::iota(left.begin(), left.end(), 0u);
    double sum = 0;
    while (!left.empty()) {
        std::size_t best = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < left.size() && left.size() > 1; ++i) {
            if (auto status = work.check(); !status)
                return status;
            double cost = 0;
            for (const System& system : systems)
                cost += costOf(system, left[i], work);
            if (cost <= least) { // of equal ones the highest number goes first
                least = cost;
                best = i;
            }
        }
        const std::uint32_t channel = left[best];
        if (left.size() == 1)
            for (const System& system : systems)
                sum += costOf(system, channel, work);
        else
            sum += least;
        for (System& system : systems)
            eliminate(system, channel, work);
        result.order.push_back(channel);
        result.loss.push_back(sum);
        left.erase(left.begin() + std::ptrdiff_t(best));
    }
    if (auto status = work.check(); !status)
        return status;
    return result;
}

} // namespace lapidary
