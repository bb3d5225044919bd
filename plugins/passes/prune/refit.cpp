// SPDX-License-Identifier: GPL-3.0-or-later
#include "refit.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

/// The weights of one group as features x outputs.
std::vector<double> columnsOf(const float* matrix, std::size_t features, std::size_t outputs) {
    std::vector<double> columns(features * outputs);
    for (std::size_t o = 0; o < outputs; ++o)
        for (std::size_t f = 0; f < features; ++f)
            columns[f * outputs + o] = double(matrix[o * features + f]);
    return columns;
}

struct GroupFit {
    const GramSums& sums; // centred
    std::size_t group;
    const RepairOptions& options;
    const Work& work;

    double power() const {
        double trace = 0;
        for (std::size_t f = 0; f < sums.features; ++f)
            trace += sums.gram[group][f * sums.features + f];
        return trace / double(std::max<std::size_t>(sums.features, 1));
    }

    /// Keeps `columns` where there is no stable solution.
    Status solve(std::vector<double>& columns) const {
        const double ridge = options.ridge * power();
        if (!(ridge > 0) || !std::isfinite(ridge))
            return work.check();
        std::vector<double> system = sums.gram[group], right = sums.cross[group];
        for (std::size_t f = 0; f < sums.features; ++f)
            system[f * sums.features + f] += ridge;
        for (std::size_t i = 0; i < right.size(); ++i)
            right[i] += ridge * columns[i];
        auto status = solvePositive(system, right, sums.features, sums.outputs, options.threads, work);
        if (status)
            columns = std::move(right);
        else if (status.error().code != "eval.singular")
            return status;
        return {};
    }

    /// By output: the variance of what the weights make (sums over rows), and its product with the target.
    void moments(const std::vector<double>& columns, std::vector<double>& own, std::vector<double>& both) const {
        std::vector<double> product(columns.size(), 0);
        addProduct(1, sums.gram[group].data(), columns.data(), product.data(), sums.features, sums.features,
                   sums.outputs, options.threads);
        own.assign(sums.outputs, 0);
        both.assign(sums.outputs, 0);
        for (std::size_t f = 0; f < sums.features; ++f)
            for (std::size_t o = 0; o < sums.outputs; ++o) {
                const std::size_t at = f * sums.outputs + o;
                own[o] += columns[at] * product[at];
                both[o] += columns[at] * sums.cross[group][at];
            }
    }
};

/// What the weights alone have to make when the bias stays.
void subtractBias(GramSums& sums, const std::vector<double>& bias) {
    for (std::size_t g = 0; g < sums.groups; ++g)
        for (std::size_t o = 0; o < sums.outputs; ++o) {
            const std::size_t at = g * sums.outputs + o;
            const double b = bias[at];
            for (std::size_t f = 0; f < sums.features && !sums.cross[g].empty(); ++f)
                sums.cross[g][f * sums.outputs + o] -= b * sums.inputSum[g * sums.features + f];
            sums.targetSquare[at] += double(sums.rows) * b * b - 2 * b * sums.targetSum[at];
            sums.targetSum[at] -= double(sums.rows) * b;
        }
}

} // namespace

Result<Refit> refit(GramSums sums, const std::vector<float>& own, const std::vector<double>& ownBias, bool intercept,
                    const RepairOptions& options, const Work& work) {
    if (intercept)
        sums.center();
    else
        subtractBias(sums, ownBias);
    Refit result;
    result.matrices = own;
    const std::size_t all = sums.groups * sums.outputs;
    result.bias.assign(all, 0);
    result.mean.assign(all, 0);
    result.variance.assign(all, 0);
    const double rows = double(std::max<std::uint64_t>(sums.rows, 1));
    double energy = 0, before = 0, after = 0;
    std::vector<double> variance, product;
    for (std::size_t g = 0; g < sums.groups; ++g) {
        const GroupFit fit{sums, g, options, work};
        float* matrix = result.matrices.data() + g * sums.outputs * sums.features;
        std::vector<double> columns = columnsOf(matrix, sums.features, sums.outputs);
        fit.moments(columns, variance, product);
        for (std::size_t o = 0; o < sums.outputs; ++o) {
            double mean = 0;
            for (std::size_t f = 0; f < sums.features; ++f)
                mean += columns[f * sums.outputs + o] * sums.inputMean(g, f);
            const double off = mean + ownBias[g * sums.outputs + o] - sums.targetMean(g, o);
            const double square = sums.targetSquare[g * sums.outputs + o];
            energy += square;
            before += std::max(0.0, square - 2 * product[o] + variance[o]) + (intercept ? rows * off * off : 0);
        }
        if (options.method == Repair::LeastSquares) {
            if (auto status = fit.solve(columns); !status)
                return status;
            fit.moments(columns, variance, product);
            for (std::size_t o = 0; o < sums.outputs; ++o)
                for (std::size_t f = 0; f < sums.features; ++f)
                    matrix[o * sums.features + f] = float(columns[f * sums.outputs + o]);
        }
        for (std::size_t o = 0; o < sums.outputs; ++o) {
            const std::size_t at = g * sums.outputs + o;
            for (std::size_t f = 0; f < sums.features; ++f)
                result.mean[at] += double(matrix[o * sums.features + f]) * sums.inputMean(g, f);
            result.variance[at] = std::max(0.0, variance[o] / rows);
            result.bias[at] = !intercept ? 0 : sums.targetMean(g, o) - result.mean[at];
            after += std::max(0.0, sums.targetSquare[at] - 2 * product[o] + variance[o]);
        }
    }
    result.error = {energy > 0 ? before / energy : 0, energy > 0 ? after / energy : 0};
    return result;
}

} // namespace lapidary
