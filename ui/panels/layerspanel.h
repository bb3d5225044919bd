// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/layertablemodel.h"
#include "ui/models/workspace.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QLabel;
class QTableView;

namespace lapidary {

class LayerBitsEditor;
class PassPanel;

/// The table of layers with cost and measured time, sharing the selection with the graph. Once it knows the pass panel,
/// the bits of every layer can be chosen in it.
class LayersPanel : public QWidget {
    Q_OBJECT

public:
    explicit LayersPanel(Workspace& workspace, QWidget* parent = nullptr);

    /// Offers bits in the table: by a double click, or F2 on a row. The pass panel outlives this one.
    void editBitsOf(PassPanel& passes);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QModelIndex editableBits() const; ///< of the current row; invalid if it has none to choose
    void showModel();
    void showMeasured();
    void selectionFromTable();
    void selectionToTable();

    Workspace& m_workspace;
    LayerTableModel m_model;
    QSortFilterProxyModel m_sorted;
    QTableView* m_table;
    QLabel* m_caption;
    bool m_updating = false;
};

} // namespace lapidary
