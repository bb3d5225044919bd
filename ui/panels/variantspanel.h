// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/variantlooks.h"
#include "ui/models/varianttreemodel.h"
#include "ui/models/workspace.h"

#include <QSet>
#include <QTimer>
#include <QWidget>

class QAction;
class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;
class QTreeView;

namespace lapidary {

class VariantColumns;
class VariantDelegate;

/// The variants with their numbers. The current row is the variant on screen; several can be selected for the actions.
/// Above: a filter, and what is shown how; beneath: how many are shown and what differences are against.
class VariantsPanel : public QWidget {
    Q_OBJECT

public:
    explicit VariantsPanel(Workspace& workspace, QWidget* parent = nullptr);

    QList<VariantId> selected() const; ///< selected rows, or the current variant
    QTreeView* tree() { return m_tree; }
    VariantLooksKeeper& looks() { return m_looks; }
    /// The menu of the tree.
    void setContextMenu(QMenu* menu) { m_contextMenu = menu; }
    void focusFilter();
    /// Differences are against this one from now on; 0: each against its own source.
    void setReference(VariantId id);
    VariantId reference() const { return m_model.reference(); }

Q_SIGNALS:
    void selectionChanged();
    void referenceChanged();

public Q_SLOTS:
    void select(const QList<VariantId>& ids);

private:
    void makeTree();
    QToolButton* makeViewButton();
    void connectModel();
    void showVariants();
    void showCurrent();
    void showStatus();
    void applyFilter();
    void keepRows();
    void restoreRows();
    void setLook(bool changes, bool bars);

    Workspace& m_workspace;
    VariantTreeModel m_model;
    VariantLooksKeeper m_looks;
    QTreeView* m_tree;
    VariantDelegate* m_delegate;
    QLineEdit* m_filter;
    QLabel* m_status;
    VariantColumns* m_columns = nullptr;
    QMenu* m_contextMenu = nullptr;
    QTimer m_filterDelay;
    QSet<VariantId> m_collapsed;
    QList<VariantId> m_kept; ///< selected before the rows were made anew
    bool m_updating = false;
};

} // namespace lapidary
