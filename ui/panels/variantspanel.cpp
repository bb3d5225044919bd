// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/variantspanel.h"

#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QTreeView>
#include <QVBoxLayout>

namespace lapidary {

VariantsPanel::VariantsPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_model(this), m_tree(new QTreeView(this)) {
    setObjectName(QStringLiteral("variantsPanel"));
    m_tree->setObjectName(QStringLiteral("variantsTree"));
    m_tree->setAccessibleName(tr("Variants"));
    m_tree->setModel(&m_model);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_tree->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(14);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setTextElideMode(Qt::ElideMiddle);
    auto* header = m_tree->header();
    header->setStretchLastSection(false);
    header->setMinimumSectionSize(88); // the bold header text is wider than Qt reckons
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(VariantTreeModel::Name, QHeaderView::Stretch);
    // The rest is a right click on the header away.
    m_tree->setColumnHidden(VariantTreeModel::Agreement, true);
    m_tree->setColumnHidden(VariantTreeModel::Macs, true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::customContextMenuRequested, this, &VariantsPanel::chooseColumns);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tree);

    connect(&m_workspace, &Workspace::variantsChanged, this, &VariantsPanel::showVariants);
    connect(&m_workspace, &Workspace::currentChanged, this, &VariantsPanel::showCurrent);
    connect(&m_workspace.accuracy(), &AccuracyRuns::runningChanged, this,
            [this](qlonglong id) { m_model.setRunning(id, m_workspace.accuracy().running(id)); });
    connect(&m_model, &VariantTreeModel::renameRequested, this,
            [this](qlonglong id, const QString& name) { m_workspace.rename(id, name); });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (!m_updating && index.isValid())
            m_workspace.setCurrent(m_model.idOf(index));
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (!m_updating)
            Q_EMIT selectionChanged();
    });
    connect(m_tree, &QTreeView::customContextMenuRequested, this, [this](const QPoint& point) {
        if (!m_menuActions.isEmpty())
            QMenu::exec(m_menuActions, m_tree->viewport()->mapToGlobal(point), nullptr, m_tree);
    });
}

void VariantsPanel::chooseColumns(const QPoint& point) {
    QMenu menu;
    for (int column = VariantTreeModel::Name + 1; column < VariantTreeModel::ColumnCount; ++column) {
        auto* action = menu.addAction(m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!m_tree->isColumnHidden(column));
        connect(action, &QAction::toggled, m_tree, [this, column](bool on) { m_tree->setColumnHidden(column, !on); });
    }
    menu.exec(m_tree->header()->mapToGlobal(point));
}

QList<VariantId> VariantsPanel::selected() const {
    QList<VariantId> ids;
    for (const auto& index : m_tree->selectionModel()->selectedRows())
        ids.append(m_model.idOf(index));
    if (ids.isEmpty() && m_workspace.current() > 0)
        ids.append(m_workspace.current());
    return ids;
}

void VariantsPanel::select(const QList<VariantId>& ids) {
    const QScopedValueRollback guard(m_updating, true);
    QItemSelection selection;
    for (const auto id : ids)
        if (const auto index = m_model.indexOf(id); index.isValid())
            selection.select(index, index);
    m_tree->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (!ids.isEmpty())
        m_tree->scrollTo(m_model.indexOf(ids.front()));
}

void VariantsPanel::showVariants() {
    const QScopedValueRollback guard(m_updating, true);
    m_model.setVariants(m_workspace.variants());
    m_tree->expandAll();
    showCurrent();
}

void VariantsPanel::showCurrent() {
    const QScopedValueRollback guard(m_updating, true);
    const auto index = m_model.indexOf(m_workspace.current());
    // Setting the current row again would throw away a selection of several rows.
    if (index.isValid() && m_tree->currentIndex().siblingAtColumn(0) != index)
        m_tree->setCurrentIndex(index);
}

} // namespace lapidary
