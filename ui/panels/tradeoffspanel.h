// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/report.h"
#include "ui/models/workspace.h"

#include <QWidget>

class QComboBox;

namespace lapidary {

class TradeoffPlot;

/// Variants against two metrics with the frontier. Its selection is the tree's.
class TradeoffsPanel : public QWidget {
    Q_OBJECT

public:
    explicit TradeoffsPanel(Workspace& workspace, QWidget* parent = nullptr);

    TradeoffPlot* plot() { return m_plot; }

public Q_SLOTS:
    void select(const QList<VariantId>& ids);

Q_SIGNALS:
    void selectionEdited(const QList<VariantId>& ids);

private:
    QComboBox* metricCombo(const QString& name, TradeoffMetric initial);
    void showAxes();
    void showPoints();

    Workspace& m_workspace;
    TradeoffPlot* m_plot;
    QComboBox* m_x;
    QComboBox* m_y;
    QComboBox* m_size;
};

} // namespace lapidary
