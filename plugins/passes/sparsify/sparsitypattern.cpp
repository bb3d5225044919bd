// SPDX-License-Identifier: GPL-3.0-or-later
#include "sparsitypattern.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lapidary {
namespace {

struct Unit {
    Span rows, columns;
    std::size_t size() const { return rows.size() * columns.size(); }
};

std::vector<Unit> units(const MatrixShape& shape, const SparsityPattern& pattern) {
    std::vector<Unit> all;
    const auto columns = columnRuns(shape, pattern.unitColumns());
    for (const Span& rows : rowRuns(shape, pattern.unitRows()))
        for (const Span& run : columns)
            all.push_back({rows, run});
    return all;
}

/// Sets of neighbours of which only `keep` stay, as lists of positions.
template <typename Visit>
void visitSets(const MatrixShape& shape, const SparsityPattern& pattern, Visit visit) {
    const std::size_t width = shape.columns();
    std::vector<std::size_t> set;
    if (pattern.acrossOutputs) {
        for (const Span& rows : rowRuns(shape, pattern.of))
            for (std::size_t c = 0; c < width; ++c) {
                set.clear();
                for (std::size_t r = rows.begin; r < rows.end; ++r)
                    set.push_back(r * width + c);
                visit(set);
            }
        return;
    }
    const auto runs = columnRuns(shape, pattern.of);
    for (std::size_t r = 0; r < shape.outputs(); ++r)
        for (const Span& run : runs) {
            set.resize(run.size());
            std::iota(set.begin(), set.end(), r * width + run.begin);
            visit(set);
        }
}

std::size_t share(std::size_t count, double sparsity) {
    return std::min(count, std::size_t(std::floor(double(count) * sparsity + 0.5)));
}

template <typename T>
bool allZero(const std::vector<T>& values, const Unit& unit, std::size_t width) {
    for (std::size_t r = unit.rows.begin; r < unit.rows.end; ++r)
        for (std::size_t c = unit.columns.begin; c < unit.columns.end; ++c)
            if (values[r * width + c] != 0)
                return false;
    return true;
}

} // namespace

std::string SparsityPattern::text() const {
    if (kind == Kind::NofM)
        return std::to_string(keep) + ":" + std::to_string(of) + " along " + (acrossOutputs ? "output" : "input") +
               " channels";
    if (kind == Kind::Block)
        return "blocks of " + std::to_string(blockRows) + " x " + std::to_string(blockColumns);
    return "unstructured";
}

std::vector<Span> columnRuns(const MatrixShape& shape, std::size_t length) {
    std::vector<Span> runs;
    for (std::size_t k = 0; k < shape.kernel; ++k)
        for (std::size_t i = 0; i < shape.inputs; i += length)
            runs.push_back({k * shape.inputs + i, k * shape.inputs + std::min(i + length, shape.inputs)});
    return runs;
}

std::vector<Span> rowRuns(const MatrixShape& shape, std::size_t length) {
    std::vector<Span> runs;
    for (std::size_t g = 0; g < shape.groups; ++g)
        for (std::size_t r = 0; r < shape.rows; r += length)
            runs.push_back({g * shape.rows + r, g * shape.rows + std::min(r + length, shape.rows)});
    return runs;
}

std::size_t zerosWanted(const MatrixShape& shape, const SparsityPattern& pattern, double sparsity) {
    if (pattern.kind == SparsityPattern::Kind::Unstructured)
        return share(shape.count(), sparsity);
    if (pattern.kind == SparsityPattern::Kind::Block) {
        const auto all = units(shape, pattern);
        return share(all.size(), sparsity) * pattern.blockRows * pattern.blockColumns;
    }
    const std::size_t extent = pattern.acrossOutputs ? shape.rows : shape.inputs;
    const std::size_t rest = extent % pattern.of;
    const std::size_t perLine =
        extent / pattern.of * (pattern.of - pattern.keep) + (rest > pattern.keep ? rest - pattern.keep : 0);
    return extent == 0 ? 0 : perLine * (shape.count() / extent);
}

std::vector<float> sortedUnitScores(const std::vector<double>& scores, const MatrixShape& shape,
                                    const SparsityPattern& pattern) {
    std::vector<float> sums;
    for (const Unit& unit : units(shape, pattern)) {
        double sum = 0;
        for (std::size_t r = unit.rows.begin; r < unit.rows.end; ++r)
            for (std::size_t c = unit.columns.begin; c < unit.columns.end; ++c)
                sum += scores[r * shape.columns() + c];
        sums.push_back(float(sum / double(unit.size())));
    }
    std::sort(sums.begin(), sums.end());
    return sums;
}

Mask selectMask(const std::vector<double>& scores, const MatrixShape& shape, const SparsityPattern& pattern,
                double sparsity) {
    Mask mask(shape.count(), 1);
    if (pattern.kind == SparsityPattern::Kind::NofM) {
        visitSets(shape, pattern, [&](std::vector<std::size_t>& set) {
            if (set.size() <= pattern.keep)
                return;
            std::stable_sort(set.begin(), set.end(),
                             [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
            for (std::size_t i = 0; i + pattern.keep < set.size(); ++i)
                mask[set[i]] = 0;
        });
        return mask;
    }
    const auto all = units(shape, pattern);
    const std::size_t width = shape.columns();
    std::vector<double> sums(all.size(), 0);
    for (std::size_t u = 0; u < all.size(); ++u) {
        for (std::size_t r = all[u].rows.begin; r < all[u].rows.end; ++r)
            for (std::size_t c = all[u].columns.begin; c < all[u].columns.end; ++c)
                sums[u] += scores[r * width + c];
        sums[u] /= double(all[u].size());
    }
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), 0);
    const std::size_t wanted = share(all.size(), sparsity);
    const auto before = [&](std::size_t a, std::size_t b) { return std::pair(sums[a], a) < std::pair(sums[b], b); };
    std::nth_element(order.begin(), order.begin() + std::ptrdiff_t(wanted), order.end(), before);
    for (std::size_t i = 0; i < wanted; ++i) {
        const Unit& unit = all[order[i]];
        for (std::size_t r = unit.rows.begin; r < unit.rows.end; ++r)
            std::fill_n(mask.begin() + std::ptrdiff_t(r * width + unit.columns.begin), unit.columns.size(), 0);
    }
    return mask;
}

bool patternHolds(const std::vector<float>& weights, const MatrixShape& shape, const SparsityPattern& pattern,
                  double sparsity) {
    if (pattern.kind == SparsityPattern::Kind::NofM) {
        bool holds = true;
        visitSets(shape, pattern, [&](const std::vector<std::size_t>& set) {
            const auto nonZeros = std::count_if(set.begin(), set.end(), [&](std::size_t i) { return weights[i] != 0; });
            holds = holds && std::size_t(nonZeros) <= pattern.keep;
        });
        return holds;
    }
    const auto all = units(shape, pattern);
    const auto zero = std::count_if(all.begin(), all.end(),
                                    [&](const Unit& unit) { return allZero(weights, unit, shape.columns()); });
    // Where each group of a layer is rounded by itself, the sum may miss one unit per group.
    return std::size_t(zero) + (shape.groups > 1 ? shape.groups : 0) >= share(all.size(), sparsity);
}

} // namespace lapidary
