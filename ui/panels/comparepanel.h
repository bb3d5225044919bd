// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/compare.h"
#include "ui/models/workspace.h"

#include <QPointer>
#include <QWidget>

class QComboBox;
class QTableWidget;
class QTextBrowser;
class QTreeWidget;

namespace lapidary {

/// Two variants side by side: numbers, what changed in the graph, how far the outputs are apart on the evaluation data.
class ComparePanel : public QWidget {
    Q_OBJECT

public:
    explicit ComparePanel(Workspace& workspace, QWidget* parent = nullptr);

    /// Compares these two, at once.
    void compare(VariantId a, VariantId b);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void fillCombos();
    void start();
    void showNumbers();
    void showResult(const ModelComparison& comparison);
    VariantId chosen(const QComboBox* combo) const;

    Workspace& m_workspace;
    QComboBox* m_a;
    QComboBox* m_b;
    QTableWidget* m_numbers;
    QTreeWidget* m_changes;
    QTextBrowser* m_outputs;
    QPointer<Job> m_job;
    bool m_filling = false;
};

} // namespace lapidary
