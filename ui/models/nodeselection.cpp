// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/nodeselection.h"

namespace lapidary {

void NodeSelection::set(std::set<NodeId> nodes, NodeId current) {
    if (nodes.count(current) == 0)
        current = nodes.empty() ? NodeId() : nodes.count(m_current) > 0 ? m_current : *nodes.begin();
    if (nodes == m_nodes && current == m_current)
        return;
    m_nodes = std::move(nodes);
    m_current = current;
    Q_EMIT changed();
}

} // namespace lapidary
