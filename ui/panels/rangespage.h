// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/rangestudy.h"
#include "ui/models/workspace.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableWidget;

namespace lapidary {

class HistogramPlot;
class MeasureBar;
class PassPanel;

using RangeStudyPtr = std::shared_ptr<const RangeStudy>;

/// How the activations that a layer reads and its weights are spread, with the range that each way of choosing one
/// keeps, the part that it clips, and what rounding costs. Measured as a job, in one run over the data for all layers
/// and all ways. The layer is the selected one. UI thread only.
class RangesPage : public QWidget {
    Q_OBJECT

public:
    RangesPage(Workspace& workspace, PassPanel& passes, QWidget* parent = nullptr);

    QString whyNot() const;                                ///< why measure() would do nothing; empty if it would start
    const RangeStudyPtr& study() const { return m_study; } ///< null without any for this variant
    const LayerRanges* layer() const;                      ///< shown now; null without any

public Q_SLOTS:
    void measure();
    void useRange(); ///< writes the chosen way into the Compress panel

private:
    QWidget* makePlots();
    QWidget* makeChoices();
    void showStudy(RangeStudyPtr study, AnalysedModelPtr model);
    void showState();
    void showLayer();
    void showActivations();
    void showWeights();
    void followSelection();
    void layerPicked(int index);
    const RangeChoice* choice() const;

    Workspace& m_workspace;
    PassPanel& m_passes;
    RangeStudyPtr m_study;
    AnalysedModelPtr m_analysed; ///< that the study is about
    MeasureBar* m_bar;
    QComboBox* m_layer;
    QCheckBox* m_logarithmic;
    QLabel* m_nothing;
    QStackedWidget* m_pages;
    HistogramPlot* m_activations = nullptr;
    HistogramPlot* m_weights = nullptr;
    QLabel* m_activationsTitle = nullptr;
    QLabel* m_weightsTitle = nullptr;
    QTableWidget* m_choices = nullptr;
    QPushButton* m_use = nullptr;
};

} // namespace lapidary
