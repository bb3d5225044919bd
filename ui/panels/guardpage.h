// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/guardmodel.h"
#include "ui/models/latest.h"
#include "ui/models/workspace.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTableWidget;

namespace lapidary {

class GuardLimitEditor;
class MeasureBar;
class NodeTableSync;
class PassPanel;

/// Quantizes to 8 bits and leaves the fewest layers in float with which a limit holds: choices are made and measured as
/// one job, and what was found becomes a variant. UI thread only.
class GuardPage : public QWidget {
    Q_OBJECT

public:
    GuardPage(Workspace& workspace, PassPanel& passes, QWidget* parent = nullptr);

    QString whyNot() const; ///< why guard() would do nothing; empty if it would start
    const GuardModel& model() const { return m_model; }

public Q_SLOTS:
    void guard();
    void makeVariant(); ///< of what was found; nothing happens where the limit does not hold

Q_SIGNALS:
    void layerActivated(quint32 node); ///< a double click on a layer

private:
    void makeControls();
    void makeTables();
    QWidget* makeLayers();
    GuardOptions options() const;
    QString whyNotMake() const;
    void findLabels();
    void showOutcome(GuardOutcomePtr outcome, AnalysedModelPtr model);
    void showLayers();
    void showLayer(int row, const std::string& name);
    void showState();

    Workspace& m_workspace;
    PassPanel& m_passes;
    GuardModel m_model;
    QSortFilterProxyModel m_sorted;
    Latest<bool> m_labels;       ///< whether the evaluation data has any
    AnalysedModelPtr m_analysed; ///< that was guarded
    QString m_problem;           ///< why the last try gave nothing
    MeasureBar* m_bar;
    GuardLimitEditor* m_limit;
    QCheckBox* m_sixteenBits;
    QLabel* m_nothing;
    QStackedWidget* m_pages;
    QTableView* m_measurements;
    QTableWidget* m_layers;
    QLabel* m_layersTitle;
    QPushButton* m_make;
    NodeTableSync* m_sync = nullptr;
};

} // namespace lapidary
