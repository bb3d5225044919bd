// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/roundinggrid.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace lapidary {
namespace {

constexpr float smallestScale = std::numeric_limits<float>::min();
constexpr int bins = 4096;
constexpr int lloydSteps = 60;

/// The weights that share a scale.
struct Cell {
    std::vector<double> weights, importance;

    void clear() {
        weights.clear();
        importance.clear();
    }
    double low() const {
        return weights.empty() ? 0 : std::min(0.0, *std::min_element(weights.begin(), weights.end()));
    }
    double high() const {
        return weights.empty() ? 0 : std::max(0.0, *std::max_element(weights.begin(), weights.end()));
    }
    double error(const RoundingGrid& grid, std::size_t cell) const {
        double sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const double miss = weights[i] - double(grid.value(cell, grid.nearest(cell, weights[i])));
            sum += importance[i] * miss * miss;
        }
        return sum;
    }
};

class GridFitter {
public:
    GridFitter(const RowMatrix& weights, const std::vector<double>& importance, const GridOptions& options)
        : m_weights(weights), m_importance(importance), m_options(options) {
        m_grid.groups = options.shared ? 1 : options.groups;
        m_grid.groupOf = options.shared ? std::vector<std::uint32_t>() : options.groupOf;
        m_grid.shared = options.shared;
        setCodes();
        const std::size_t cells = options.shared ? 1 : std::size_t(weights.rows()) * options.groups;
        m_grid.scales.assign(cells, 1);
        if (!options.symmetric && !options.codebook)
            m_grid.zeros.assign(cells, 0);
    }

    RoundingGrid fit() {
        forEachCell([&](std::size_t cell, const Cell& members) { cover(cell, members, 1); });
        if (m_options.codebook)
            findLevels();
        if (m_options.search)
            forEachCell([&](std::size_t cell, const Cell& members) { search(cell, members); });
        return std::move(m_grid);
    }

private:
    void setCodes() {
        const int half = 1 << (m_options.bits - 1);
        m_grid.lowest = -half;
        m_grid.highest = half - 1;
        if (m_options.bits == 8) // -128 would overflow in kernels that pair products of 8 bits
            m_grid.lowest = -127;
        if (m_options.codebook || !m_options.symmetric) {
            m_grid.lowest = 0;
            m_grid.highest = 2 * half - 1;
        }
    }

    double importanceOf(Eigen::Index row, Eigen::Index column) const {
        if (m_importance.empty())
            return 1;
        const auto columns = std::size_t(m_weights.cols()), kinds = m_importance.size() / columns;
        const std::size_t kind = std::size_t(row) * kinds / std::size_t(m_weights.rows());
        return m_importance[kind * columns + std::size_t(column)];
    }

    template <typename Visit>
    void forEachCell(const Visit& visit) {
        std::vector<Cell> row(m_grid.groups);
        for (Eigen::Index r = 0; r < m_weights.rows(); ++r) {
            for (Eigen::Index c = 0; c < m_weights.cols(); ++c) {
                Cell& cell = row[m_grid.group(std::size_t(c))];
                cell.weights.push_back(m_weights(r, c));
                cell.importance.push_back(importanceOf(r, c));
            }
            if (m_grid.shared && r + 1 < m_weights.rows())
                continue;
            for (std::size_t g = 0; g < row.size(); ++g) {
                visit(m_grid.cell(std::size_t(r), g), row[g]);
                row[g].clear();
            }
        }
    }

    /// The range of a cell times `share`.
    void cover(std::size_t cell, const Cell& members, double share) {
        const double low = members.low() * share, high = members.high() * share;
        if (m_options.codebook) {
            m_grid.scales[cell] = roundedScale(std::max(high, -low), m_options.scaleType);
            return;
        }
        if (m_options.symmetric) {
            const double scale = std::max(high / m_grid.highest, low / m_grid.lowest);
            m_grid.scales[cell] = roundedScale(scale, m_options.scaleType);
            return;
        }
        const float scale = roundedScale((high - low) / m_grid.highest, m_options.scaleType);
        m_grid.scales[cell] = scale;
        m_grid.zeros[cell] =
            std::int16_t(std::clamp(std::nearbyint(-low / double(scale)), 0.0, double(m_grid.highest)));
    }

    void search(std::size_t cell, const Cell& members) {
        double best = 1, least = std::numeric_limits<double>::infinity();
        const auto look = [&](double share) {
            cover(cell, members, share);
            const double error = members.error(m_grid, cell);
            if (error < least) {
                least = error;
                best = share;
            }
        };
        const double lowest = m_options.bits >= 6 ? 0.7 : 0.3, step = (1 - lowest) / 28;
        look(1);
        for (int i = 27; i >= 0; --i)
            look(lowest + step * i);
        const double middle = best;
        for (int i = -4; i <= 4; ++i)
            look(middle + step * i / 5);
        cover(cell, members, best);
    }

    /// Weighted k-means in one dimension over a fine histogram.
    void findLevels() {
        std::vector<double> mass(bins, 0), moment(bins, 0);
        for (Eigen::Index r = 0; r < m_weights.rows(); ++r)
            for (Eigen::Index c = 0; c < m_weights.cols(); ++c) {
                const double scale = double(m_grid.scales[m_grid.cell(std::size_t(r), m_grid.group(std::size_t(c)))]);
                const double level = std::clamp(m_weights(r, c) / scale, -1.0, 1.0);
                const double weight = importanceOf(r, c) * scale * scale + 1e-300;
                const auto bin = std::min(bins - 1, int((level + 1) / 2 * bins));
                mass[std::size_t(bin)] += weight;
                moment[std::size_t(bin)] += weight * level;
            }
        // Quantiles serve dense weights better, even steps the few large ones.
        std::vector<double> levels = quantileLevels(mass), even(levels.size());
        for (std::size_t k = 0; k < even.size(); ++k)
            even[k] = (double(k) + 0.5) / double(even.size()) * 2 - 1;
        double explained = 0, explainedEvenly = 0;
        for (int step = 0; step < lloydSteps; ++step) {
            explained = moveToMeans(levels, mass, moment);
            explainedEvenly = moveToMeans(even, mass, moment);
        }
        if (explainedEvenly > explained)
            levels = std::move(even);
        m_grid.levels.assign(levels.begin(), levels.end());
        std::sort(m_grid.levels.begin(), m_grid.levels.end());
    }

    std::vector<double> quantileLevels(const std::vector<double>& mass) const {
        std::vector<double> running(bins);
        double sum = 0;
        for (int b = 0; b < bins; ++b)
            running[std::size_t(b)] = sum += std::cbrt(mass[std::size_t(b)]);
        std::vector<double> levels;
        const int count = 1 << m_options.bits;
        for (int k = 0; k < count; ++k) {
            const auto at = std::lower_bound(running.begin(), running.end(), sum * (k + 0.5) / count);
            levels.push_back((double(at - running.begin()) + 0.5) / bins * 2 - 1);
        }
        return levels;
    }

    /// Returns how much of the weights' power the levels explain: more means a smaller squared error.
    static double moveToMeans(std::vector<double>& levels, const std::vector<double>& mass,
                              const std::vector<double>& moment) {
        std::vector<double> masses(levels.size(), 0), moments(levels.size(), 0);
        std::size_t k = 0;
        for (int b = 0; b < bins; ++b) {
            const double centre = (b + 0.5) / bins * 2 - 1;
            while (k + 1 < levels.size() && (levels[k] + levels[k + 1]) / 2 < centre)
                ++k;
            masses[k] += mass[std::size_t(b)];
            moments[k] += moment[std::size_t(b)];
        }
        double explained = 0;
        for (std::size_t i = 0; i < levels.size(); ++i)
            if (masses[i] > 0) {
                levels[i] = moments[i] / masses[i];
                explained += moments[i] * levels[i];
            }
        return explained;
    }

    const RowMatrix& m_weights;
    const std::vector<double>& m_importance;
    const GridOptions& m_options;
    RoundingGrid m_grid;
};

} // namespace

int RoundingGrid::nearest(std::size_t cell, double weight) const {
    const double scaled = weight / double(scales[cell]);
    if (levels.empty())
        return int(std::clamp(std::nearbyint(scaled) + zero(cell), double(lowest), double(highest)));
    const auto above = std::lower_bound(levels.begin(), levels.end(), scaled);
    if (above == levels.begin())
        return 0;
    const int code = int(above - levels.begin());
    if (above == levels.end() || scaled - double(*(above - 1)) <= double(*above) - scaled)
        return code - 1;
    return code;
}

float roundedScale(double scale, DataType type) {
    float rounded = float(scale);
    if (type == DataType::BFloat16) { // to nearest even: the upper half of a float
        auto bits = std::bit_cast<std::uint32_t>(rounded);
        bits += 0x7fffu + ((bits >> 16) & 1u);
        rounded = std::bit_cast<float>(bits & 0xffff0000u);
    }
    return std::isfinite(rounded) && rounded >= smallestScale ? rounded : scale > 1 ? 1e30f : smallestScale;
}

RoundingGrid fitGrid(const RowMatrix& weights, const std::vector<double>& importance, const GridOptions& options) {
    return GridFitter(weights, importance, options).fit();
}

} // namespace lapidary
