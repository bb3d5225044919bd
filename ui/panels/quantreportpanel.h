// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/quantreportmodel.h"
#include "ui/models/workspace.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTableWidget;

namespace lapidary {

class MeasureBar;
class NodeTableSync;
class PassPanel;

/// Which layers of the model on the screen lose accuracy in 8 bits, whether by weights or by activations, and what
/// helps: measured as a job with the parameters of the pass panel (quantize.int8, or its defaults), each remedy with
/// what it brings and costs and a button that applies it. Shares the selection; colours the graph by the errors.
/// UI thread only.
class QuantReportPanel : public QWidget {
    Q_OBJECT

public:
    QuantReportPanel(Workspace& workspace, PassPanel& passes, QWidget* parent = nullptr);

    /// Why findCulprits() would do nothing; empty if it would start.
    QString whyNot() const;
    const QuantReportModel& model() const { return m_model; }

public Q_SLOTS:
    void findCulprits();
    void applyRemedy();  ///< the chosen one; nothing happens without
    void leaveInFloat(); ///< the chosen layer, all others in 8 bits; nothing happens unless it is exactly one

Q_SIGNALS:
    void layerActivated(quint32 node); ///< a double click on a layer

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeLayers();
    QWidget* makeRemedies();
    void fitColumns();
    void showReport(CulpritReportPtr report);
    void showRemedies();
    void showState();
    void colour();
    void adviceFromTable();
    void showRemedyState();
    const CulpritLayer* chosenLayer() const; ///< null unless exactly one is
    const TriedFix* chosenFix() const;
    RecipeStep step() const;
    QString captionText() const;

    Workspace& m_workspace;
    PassPanel& m_passes;
    QuantReportModel m_model;
    QSortFilterProxyModel m_sorted;
    AnalysedModelPtr m_analysed; ///< that the report is about
    MeasureBar* m_bar = nullptr;
    QLabel* m_nothing = nullptr;
    QStackedWidget* m_pages = nullptr;
    QTableView* m_layers = nullptr;
    QTableWidget* m_remedies = nullptr;
    QPushButton* m_apply = nullptr;
    QPushButton* m_leave = nullptr;
    QLabel* m_effect = nullptr; ///< what the chosen remedy brings
    NodeTableSync* m_sync = nullptr;
};

} // namespace lapidary
