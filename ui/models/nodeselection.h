// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <QObject>

#include <set>

namespace lapidary {

/// The one selection of nodes that graph, layer table, inspector and pass panel share. UI thread.
class NodeSelection : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    const std::set<NodeId>& nodes() const { return m_nodes; }
    /// The node touched last, if it is still selected: what the inspector shows.
    NodeId current() const { return m_current; }
    void set(std::set<NodeId> nodes, NodeId current = {});
    void clear() { set({}); }

Q_SIGNALS:
    void changed(); ///< only when something did change

private:
    std::set<NodeId> m_nodes;
    NodeId m_current;
};

} // namespace lapidary
