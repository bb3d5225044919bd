// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/schemesmodel.h"
#include "ui/models/workspace.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTableWidget;

namespace lapidary {

class MeasureBar;
class NodeTableSync;
class PassPanel;

/// Ways to quantize to 8 bits side by side: each is made and measured as part of one job, then any of them becomes a
/// variant. Below, the signal-to-noise ratio of every layer under every scheme. UI thread only.
class SchemesPage : public QWidget {
    Q_OBJECT

public:
    SchemesPage(Workspace& workspace, PassPanel& passes, QWidget* parent = nullptr);

    QString whyNot() const; ///< why compare() would do nothing; empty if it would start
    const SchemesModel& model() const { return m_model; }

public Q_SLOTS:
    void compare();
    void makeVariant(); ///< of the chosen scheme; nothing happens without

Q_SIGNALS:
    void layerActivated(quint32 node); ///< a double click on a layer

private:
    void makeTables();
    void addPresets();
    void showComparison(SchemeComparisonPtr comparison, AnalysedModelPtr model);
    void showLayers();
    void showState();
    const MeasuredScheme* chosen() const;
    SchemeOptions options() const;

    Workspace& m_workspace;
    PassPanel& m_passes;
    SchemesModel m_model;
    QSortFilterProxyModel m_sorted;
    AnalysedModelPtr m_analysed; ///< that was measured
    MeasureBar* m_bar;
    QComboBox* m_preset;
    QCheckBox* m_evaluate;
    QLabel* m_nothing;
    QStackedWidget* m_pages;
    QTableView* m_schemes;
    QTableWidget* m_layers;
    QPushButton* m_make;
    NodeTableSync* m_sync = nullptr;
};

} // namespace lapidary
