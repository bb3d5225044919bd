// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/varianttreemodel.h"
#include "ui/models/workspace.h"

#include <QWidget>

class QAction;
class QTreeView;

namespace lapidary {

/// The tree of variants. The current row is the variant on screen; several can be selected for the actions below.
class VariantsPanel : public QWidget {
    Q_OBJECT

public:
    explicit VariantsPanel(Workspace& workspace, QWidget* parent = nullptr);

    QList<VariantId> selected() const; ///< selected rows, or the current variant
    QTreeView* tree() { return m_tree; }
    /// Actions to show in the tree's menu.
    void setMenuActions(const QList<QAction*>& actions) { m_menuActions = actions; }

Q_SIGNALS:
    void selectionChanged();

public Q_SLOTS:
    void select(const QList<VariantId>& ids);

private:
    void chooseColumns(const QPoint& point);
    void showVariants();
    void showCurrent();

    Workspace& m_workspace;
    VariantTreeModel m_model;
    QTreeView* m_tree;
    QList<QAction*> m_menuActions;
    bool m_updating = false;
};

} // namespace lapidary
