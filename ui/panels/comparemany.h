// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/manycomparison.h"
#include "ui/models/workspace.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QToolButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace lapidary {

/// Three variants or more in columns, each against the first: numbers with intervals and significance, times of the
/// layers, steps of the recipes. The last compare() wins. UI thread.
class CompareMany : public QWidget {
    Q_OBJECT

public:
    explicit CompareMany(Workspace& workspace, QWidget* parent = nullptr);
    ~CompareMany() override;

    /// The reference first.
    void compare(const QList<VariantId>& ids);
    const QList<VariantId>& ids() const { return m_ids; }

private:
    void clear();
    void showResult(const ManyComparison& result);
    void showNumbers(const ManyComparison& result);
    void showLayers(const ManyComparison& result);
    void showSteps(const ManyComparison& result);
    QTreeWidgetItem* section(const QString& title, const QString& tip);
    void setCaption(const QString& text, bool busy);

    Workspace& m_workspace;
    QList<VariantId> m_ids;
    QPointer<Job> m_job;
    QLabel* m_caption;
    QToolButton* m_stop;
    QTreeWidget* m_table;
};

} // namespace lapidary
