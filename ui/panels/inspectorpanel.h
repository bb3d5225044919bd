// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QWidget>

class QLabel;
class QTextBrowser;

namespace lapidary {

class HistogramPlot;
struct WeightSummary;

/// What the current node is: attributes, inputs, outputs, cost, time, and the spread of its weights. With nothing selected:
/// the model. Weights are read in the background, only when shown.
class InspectorPanel : public QWidget {
    Q_OBJECT

public:
    explicit InspectorPanel(Workspace& workspace, QWidget* parent = nullptr);
    ~InspectorPanel() override;

private:
    void showCurrent();
    void showWeights(const Node& node);
    void follow(const QString& link);

    Workspace& m_workspace;
    QTextBrowser* m_text;
    QLabel* m_weightTitle;
    HistogramPlot* m_histogram;
    Latest<std::shared_ptr<WeightSummary>> m_weights;
};

} // namespace lapidary
