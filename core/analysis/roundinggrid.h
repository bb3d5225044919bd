// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/rowmatrix.h"
#include "tensor/datatype.h"

#include <cstdint>
#include <vector>

namespace lapidary {

/// The numbers a weight may become. Uniform: (code - zero) * scale for codes lowest..highest; with a codebook:
/// levels[code] * scale. Scales (and zeros) belong to cells: a row and a group of columns, or all weights (`shared`).
/// Values are computed in float32, as runtimes do. A plain value; any thread may read.
struct RoundingGrid {
    int lowest = -128, highest = 127;
    std::vector<float> levels;          ///< rising; empty: uniform. Codes are 0..levels.size() - 1
    std::size_t groups = 1;             ///< of columns
    std::vector<std::uint32_t> groupOf; ///< by column; empty: all in group 0
    bool shared = false;
    std::vector<float> scales;       ///< [row][group]
    std::vector<std::int16_t> zeros; ///< as scales; empty: zero

    std::size_t group(std::size_t column) const { return groupOf.empty() ? 0 : groupOf[column]; }
    std::size_t cell(std::size_t row, std::size_t group) const { return shared ? 0 : row * groups + group; }
    int zero(std::size_t cell) const { return zeros.empty() ? 0 : zeros[cell]; }
    /// What a code stands for before it is scaled.
    float step(std::size_t cell, int code) const {
        return levels.empty() ? float(code - zero(cell)) : levels[std::size_t(code)];
    }
    float value(std::size_t cell, int code) const { return step(cell, code) * scales[cell]; }
    /// The code whose value is nearest to `weight`; of two the even, under a codebook the lower one.
    int nearest(std::size_t cell, double weight) const;
};

struct GridOptions {
    int bits = 4; ///< 1 to 8
    bool symmetric = true;
    bool codebook = false;
    bool search = true; ///< clip where that lowers the squared error; false: cover the largest weight
    bool shared = false;
    std::size_t groups = 1;
    std::vector<std::uint32_t> groupOf;
    DataType scaleType = DataType::Float; ///< Float or BFloat16: scales are rounded to it
};

/// Fits a grid to weights (outputs x columns). `importance` (columns, or with several kinds of rows one list after the
/// other, each for rows / kinds rows) weighs the squared errors; empty: all alike. The search goes over shares of the
/// range that covers everything (as in Choukroun et al. 2019, "Low-bit quantization of neural networks for efficient
/// inference"); a codebook is a weighted k-means (Lloyd 1982) of the weights divided by their scale, the same for the
/// whole layer, begun at quantiles of the density's cube root (Panter and Dite 1951) or at even steps, whichever ends
/// better. Time: 40 x weights. One thread.
RoundingGrid fitGrid(const RowMatrix& weights, const std::vector<double>& importance, const GridOptions& options);

/// `scale` in the precision it is stored with; never zero.
float roundedScale(double scale, DataType type);

} // namespace lapidary
