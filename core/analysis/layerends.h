// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <vector>

namespace lapidary {

/// Which layers with a weight matrix (describeWeight) are the first and the last on their paths. O(nodes); immutable,
/// any thread.
class LayerEnds {
public:
    explicit LayerEnds(const Graph& graph);

    bool isFirst(NodeId layer) const { return !m_behindLayer[layer.number]; } ///< no layer stands before it
    bool isLast(NodeId layer) const { return !m_beforeLayer[layer.number]; }  ///< no layer stands behind it

private:
    std::vector<bool> m_behindLayer, m_beforeLayer; ///< by NodeId::number
};

} // namespace lapidary
