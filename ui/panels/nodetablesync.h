// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>

class QTableView;

namespace lapidary {

class Workspace;

/// Keeps the selected rows of a table of nodes and the selection of the window in step, both ways: a click on a row
/// selects the node in the graph, and a node selected there selects its row. The first column carries the number of the
/// row's node in `nodeRole`. UI thread.
class NodeTableSync : public QObject {
    Q_OBJECT

public:
    /// `about`: whether the table's nodes are those of the model on the screen; nothing is carried over otherwise. The
    /// table, which owns this, keeps its model; the workspace lives longer.
    NodeTableSync(QTableView& table, Workspace& workspace, int nodeRole, std::function<bool()> about);

    void follow(); ///< selects the rows of the window's selection; for when the table was filled anew

private:
    void lead();

    QTableView& m_table;
    Workspace& m_workspace;
    int m_nodeRole;
    std::function<bool()> m_about;
    bool m_updating = false;
};

} // namespace lapidary
