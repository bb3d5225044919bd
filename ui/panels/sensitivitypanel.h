// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/sensitivityscan.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace lapidary {

class PassPanel;
class SensitivityPlots;

/// What each layer costs in quality at each share, as small plots: measured as a job for the pass and the scope of the
/// pass panel, with the share of the present preview marked. Shares the selection with graph and tables. UI thread
/// only.
class SensitivityPanel : public QWidget {
    Q_OBJECT

public:
    SensitivityPanel(Workspace& workspace, SensitivityScan& scan, PassPanel& passes, QWidget* parent = nullptr);

    SensitivityPlots* plots() { return m_plots; }
    /// Why analyse() would do nothing; empty if it would start.
    QString whyNot() const;

public Q_SLOTS:
    void analyse();

Q_SIGNALS:
    void layerActivated(quint32 node); ///< a double click or Return on a plot
    void stateChanged();               ///< whyNot()

private:
    QWidget* makeBar();
    void showState();
    void showCurves();
    void showChosen();
    void showSelection();
    void selectionFromPlots(const QStringList& ids);
    void fillLosses();
    QString pointText(const MeasuredSensitivity& measured, const SensitivityPoint& point) const;
    QString captionText() const;

    Workspace& m_workspace;
    SensitivityScan& m_scan;
    PassPanel& m_passes;
    SensitivityPlots* m_plots;
    QPushButton* m_analyse = nullptr;
    QComboBox* m_samples = nullptr;
    QComboBox* m_loss = nullptr;
    QComboBox* m_order = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_caption = nullptr;
    MeasuredSensitivityPtr m_shown;
    bool m_updating = false;
};

} // namespace lapidary
