// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/nodetablesync.h"

#include "ui/models/workspace.h"
#include "ui/panels/tableselection.h"

#include <QScopedValueRollback>
#include <QTableView>

namespace lapidary {

NodeTableSync::NodeTableSync(QTableView& table, Workspace& workspace, int nodeRole, std::function<bool()> about)
    : QObject(&table), m_table(table), m_workspace(workspace), m_nodeRole(nodeRole), m_about(std::move(about)) {
    connect(m_table.selectionModel(), &QItemSelectionModel::selectionChanged, this, &NodeTableSync::lead);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &NodeTableSync::follow);
}

void NodeTableSync::lead() {
    if (m_updating || !m_about())
        return;
    std::set<NodeId> nodes;
    for (const auto& row : m_table.selectionModel()->selectedRows())
        if (const auto number = row.data(m_nodeRole); number.isValid())
            nodes.insert(NodeId{number.toUInt()});
    const QScopedValueRollback guard(m_updating, true);
    m_workspace.selection().set(nodes, nodes.size() == 1 ? *nodes.begin() : NodeId());
}

void NodeTableSync::follow() {
    if (m_updating || !m_about())
        return;
    const auto& nodes = m_workspace.selection().nodes();
    const auto& model = *m_table.model();
    const bool single = m_table.selectionMode() == QAbstractItemView::SingleSelection;
    QModelIndexList rows;
    for (int row = 0; row < model.rowCount() && !(single && !rows.isEmpty()); ++row) {
        const auto index = model.index(row, 0);
        if (const auto number = index.data(m_nodeRole); number.isValid() && nodes.contains(NodeId{number.toUInt()}))
            rows << index;
    }
    const QScopedValueRollback guard(m_updating, true);
    // The keyboard goes on from here.
    if (const auto first = selectTableRows(m_table, rows); first.isValid())
        m_table.selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
}

} // namespace lapidary
