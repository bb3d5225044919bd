// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/layerspanel.h"

#include "ui/models/numbertext.h"
#include "ui/panels/bitsdelegate.h"
#include "ui/panels/layerbitseditor.h"
#include "ui/panels/tablelook.h"
#include "ui/panels/tableselection.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QTableView>
#include <QVBoxLayout>

namespace lapidary {

LayersPanel::LayersPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_model(this), m_sorted(this), m_table(new QTableView(this)),
      m_caption(new QLabel(this)) {
    setObjectName(QStringLiteral("layersPanel"));
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(LayerTableModel::SortRole);
    m_sorted.setFilterKeyColumn(-1);
    m_sorted.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_table->setObjectName(QStringLiteral("layersTable"));
    m_table->setAccessibleName(tr("Layers"));
    m_table->setModel(&m_sorted);
    lookLikeTable(*m_table);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    m_table->setColumnWidth(LayerTableModel::Name, 200);
    m_table->setColumnWidth(LayerTableModel::Operator, 120);
    for (int column = LayerTableModel::OutputShape; column < LayerTableModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, column == LayerTableModel::Parameters ? 104 : 90);
    // What was measured stands next to the name.
    m_table->horizontalHeader()->moveSection(LayerTableModel::Time, 2);
    m_table->horizontalHeader()->moveSection(LayerTableModel::Share, 3);
    m_table->setColumnWidth(LayerTableModel::Bits, 124);
    m_table->setColumnHidden(LayerTableModel::Bits, true);

    auto* filter = new QLineEdit(this);
    filter->setObjectName(QStringLiteral("layersFilter"));
    filter->setPlaceholderText(tr("Filter layers"));
    filter->setClearButtonEnabled(true);
    filter->setMaximumWidth(260);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 6, 8, 6);
    bar->addWidget(filter);
    bar->addWidget(m_caption, 1, Qt::AlignRight);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_table, 1);

    connect(filter, &QLineEdit::textChanged, &m_sorted, &QSortFilterProxyModel::setFilterFixedString);
    connect(&m_workspace, &Workspace::modelChanged, this, &LayersPanel::showModel);
    connect(&m_workspace, &Workspace::measured, this, &LayersPanel::showMeasured);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &LayersPanel::selectionToTable);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LayersPanel::selectionFromTable);
}

void LayersPanel::editBitsOf(PassPanel& passes) {
    new LayerBitsEditor(m_workspace, passes, m_model, this);
    m_table->installEventFilter(this);
    m_table->setItemDelegateForColumn(LayerTableModel::Bits, new BitsDelegate(m_table));
    m_table->setColumnHidden(LayerTableModel::Bits, false);
    auto* header = m_table->horizontalHeader();
    header->moveSection(header->visualIndex(LayerTableModel::Bits), 4); // in sight where the window is narrow
}

QModelIndex LayersPanel::editableBits() const {
    const auto current = m_table->currentIndex();
    const auto bits = current.siblingAtColumn(LayerTableModel::Bits);
    const bool shown = !m_table->isColumnHidden(LayerTableModel::Bits);
    return shown && bits.isValid() && (bits.flags() & Qt::ItemIsEditable) ? bits : QModelIndex();
}

/// F2 means the bits of the row here, not the name of the variant.
bool LayersPanel::eventFilter(QObject* watched, QEvent* event) {
    const bool override = event->type() == QEvent::ShortcutOverride;
    if (watched == m_table && (override || event->type() == QEvent::KeyPress) &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_F2) {
        if (const auto bits = editableBits(); bits.isValid()) {
            event->accept();
            if (!override) {
                m_table->selectionModel()->setCurrentIndex(bits, QItemSelectionModel::NoUpdate); // all selected rows
                m_table->edit(bits);
            }
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void LayersPanel::showModel() {
    const QScopedValueRollback guard(m_updating, true);
    m_model.setModel(m_workspace.model());
    showMeasured();
}

void LayersPanel::showMeasured() {
    m_model.setMeasured(m_workspace.profile(), m_workspace.sparsity());
    const auto& profile = m_workspace.profile();
    if (!profile)
        m_caption->setText(m_workspace.model() ? tr("Not profiled yet. F5 measures every layer on this computer.")
                                               : QString());
    else
        m_caption->setText(tr("Median %1 on %2; %3 outside the graph's nodes")
                               .arg(millisecondsText(profile->timing.median), QString::fromStdString(profile->device),
                                    millisecondsText(profile->unattributedMs)));
}

void LayersPanel::selectionFromTable() {
    if (m_updating)
        return;
    std::set<NodeId> nodes;
    for (const auto& index : m_table->selectionModel()->selectedRows())
        nodes.insert(m_model.nodeAt(m_sorted.mapToSource(index).row()));
    const auto current = m_model.nodeAt(m_sorted.mapToSource(m_table->currentIndex()).row());
    const QScopedValueRollback guard(m_updating, true);
    m_workspace.selection().set(std::move(nodes), current);
}

void LayersPanel::selectionToTable() {
    if (m_updating)
        return;
    const QScopedValueRollback guard(m_updating, true);
    QModelIndexList rows;
    for (const auto node : m_workspace.selection().nodes())
        rows << m_sorted.mapFromSource(m_model.index(m_model.rowOf(node), 0));
    selectTableRows(*m_table, rows);
}

} // namespace lapidary
