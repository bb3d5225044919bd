// SPDX-License-Identifier: GPL-3.0-or-later
// Networks with edits whose truth is known, for tests and benchmarks of the matcher. Always the same for the same seed.
#pragma once

#include "graph/model.h"

#include <random>

namespace lapidary::test {

struct Layer {
    std::string op;
    std::vector<std::size_t> inputs; ///< indices of earlier layers; none: the graph's input
    std::int64_t channels = 0;       ///< of Conv, Gemm and MatMul; others have their first input's
    int kernel = 1;
    std::uint64_t uid = 0; ///< stays with the layer through edits; names and weights come from it
};

using Network = std::vector<Layer>;

Network residualNetwork(std::size_t layers);
Network inceptionNetwork(std::size_t layers);
Network transformerNetwork(std::size_t layers);

/// Inserts, deletes and narrows layers: each of them `share` / 3 of all.
Network edited(const Network& network, double share, std::uint64_t seed);

struct WriteOptions {
    bool names = true;
    bool shuffled = false;          ///< nodes in another order
    std::uint64_t weightSeed = 0;   ///< other numbers: other weights of the same shapes
    std::int64_t channelScale = 16; ///< divides channels, so that large networks stay small
};

struct Written {
    ModelPtr model;
    std::vector<std::pair<NodeId, std::uint64_t>> uids; ///< of every node
};

Written write(const Network& network, const WriteOptions& options = {});

struct MatchQuality {
    std::size_t common = 0, matched = 0, right = 0;
    double precision() const { return matched == 0 ? 1 : double(right) / double(matched); }
    double recall() const { return common == 0 ? 1 : double(right) / double(common); }
};

/// Matches and compares with the truth.
MatchQuality matchQuality(const Written& a, const Written& b);

} // namespace lapidary::test
