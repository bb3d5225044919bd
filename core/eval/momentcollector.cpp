// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/momentcollector.h"

#include "eval/densealgebra.h"
#include "graph/operatortraits.h"

#include <algorithm>

namespace lapidary {
namespace {

constexpr std::size_t mostPositions = 256; ///< of a sample

std::size_t positionsOf(const WeightMatrix& matrix, const MomentCollectorOptions& options) {
    if (options.moments.rowsPerColumn == 0)
        return mostPositions;
    const std::uint64_t samples = std::max<std::uint64_t>(options.samples, 1);
    const std::size_t rows = std::max(options.moments.rowsPerColumn * matrix.columns(), options.moments.fewestRows);
    return std::min(mostPositions, std::size_t((rows + samples - 1) / samples));
}

} // namespace

GramOptions gramOptions(const WeightMatrix& matrix, const MomentCollectorOptions& options) {
    GramOptions gram;
    gram.rowsPerSample = positionsOf(matrix, options);
    gram.seed = options.moments.seed;
    gram.threads = options.threads;
    return gram;
}

MomentCollector::MomentCollector(const std::vector<const WeightMatrix*>& matrices, const Graph& graph,
                                 const ShapeTable& shapes, const MomentCollectorOptions& options) {
    m_sums.reserve(matrices.size());
    for (std::size_t m = 0; m < matrices.size(); ++m) {
        m_sums.emplace_back(*matrices[m], graph, shapes, gramOptions(*matrices[m], options));
        for (std::size_t user = 0; user < matrices[m]->nodes.size(); ++user) {
            const Node& node = *graph.node(matrices[m]->nodes[user]);
            const std::string& name = graph.value(node.input(std::size_t(traitsOf(node)->dataInput)))->name;
            auto& readers = m_readers[name];
            if (readers.empty())
                m_names.push_back(name);
            readers.push_back({m, user});
        }
    }
}

Status MomentCollector::add(const std::string& value, const TensorPtr& tensor, std::size_t first, std::size_t samples) {
    const auto readers = m_readers.find(value);
    if (readers == m_readers.end())
        return {};
    for (const Reader& reader : readers->second)
        if (auto status = m_sums[reader.matrix].add({reader.user, first, samples, tensor, nullptr, nullptr, nullptr});
            !status)
            return status;
    return {};
}

std::uint64_t MomentCollector::bytesFor(const WeightMatrix& matrix) {
    return matrix.groups * packedCount(matrix.columns()) * sizeof(double);
}

} // namespace lapidary
