// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/weightmatrix.h"

#include <string>
#include <vector>

namespace lapidary {

/// Where zeros may stand, in terms of a WeightMatrix: units are zeroed as a whole.
struct SparsityPattern {
    enum class Kind { Unstructured, NofM, Block };
    Kind kind = Kind::Unstructured;
    std::size_t keep = 2, of = 4;                ///< NofM: at most `keep` non-zeros in every `of` neighbours
    bool acrossOutputs = false;                  ///< NofM: neighbours are output channels, not input channels
    std::size_t blockRows = 1, blockColumns = 1; ///< Block: output x input channels, at one kernel position

    std::size_t unitRows() const { return kind == Kind::Block ? blockRows : 1; }
    std::size_t unitColumns() const { return kind == Kind::Block ? blockColumns : 1; }
    std::string text() const; ///< "2:4 along input channels", "blocks of 4 x 1", "unstructured"
};

/// Half-open range of rows or columns.
struct Span {
    std::size_t begin = 0, end = 0;
    std::size_t size() const { return end - begin; }
};
/// Runs of up to `length` neighbouring input channels at one kernel position, in column order.
std::vector<Span> columnRuns(const MatrixShape& shape, std::size_t length);
/// Runs of up to `length` neighbouring output channels of one group, in row order.
std::vector<Span> rowRuns(const MatrixShape& shape, std::size_t length);

/// 1: the weight stays; [output][column].
using Mask = std::vector<std::uint8_t>;

/// Weights that become zero under N:M: an incomplete last set counts as filled up with zeros. Else what `sparsity` asks
/// for, rounded to whole units (halves up).
std::size_t zerosWanted(const MatrixShape& shape, const SparsityPattern& pattern, double sparsity);

/// Zeroes what has the lowest score, whole units by their mean; ties fall to the earlier unit. Scores are
/// [output][column] and finite.
Mask selectMask(const std::vector<double>& scores, const MatrixShape& shape, const SparsityPattern& pattern,
                double sparsity);

/// The mean score of every unit, rising.
std::vector<float> sortedUnitScores(const std::vector<double>& scores, const MatrixShape& shape,
                                    const SparsityPattern& pattern);

/// Whether the zeros of `weights` ([output][column]) keep the pattern, and, where it asks for a share, reach it.
bool patternHolds(const std::vector<float>& weights, const MatrixShape& shape, const SparsityPattern& pattern,
                  double sparsity);

} // namespace lapidary
