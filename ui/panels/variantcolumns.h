// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/varianttreemodel.h"

#include <QObject>
#include <QStringList>

class QMenu;
class QTreeView;

namespace lapidary {

/// Which columns of the variants tree are shown, how wide they are; remembered for the user. Belongs to the tree.
class VariantColumns : public QObject {
    Q_OBJECT

public:
    VariantColumns(QTreeView& tree, VariantTreeModel& model);

    /// Shows the chosen columns; call when the model's columns may have changed.
    void apply();
    /// A check mark for each column the model has.
    void fillMenu(QMenu& menu);
    void setShown(int column, bool shown);
    bool isShown(int column) const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QString idOf(int column) const;
    void stretchName();

    QTreeView& m_tree;
    VariantTreeModel& m_model;
    QStringList m_shown; ///< ids of the metrics
    int m_columns = 0;   ///< for which widths were set
    bool m_nameIsUsers = false;
    bool m_stretching = false;
};

} // namespace lapidary
