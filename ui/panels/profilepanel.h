// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QWidget>

class QLabel;

namespace lapidary {

class LatencyPlot;
class LayerBars;

/// The current variant's newest profile: what to make of it in words, the time of each layer as bars that share the
/// selection with the graph, and every single run with those that were left out. Estimates are drawn as such and have
/// no runs. UI thread.
class ProfilePanel : public QWidget {
    Q_OBJECT

public:
    explicit ProfilePanel(Workspace& workspace, QWidget* parent = nullptr);

Q_SIGNALS:
    void nodeActivated(quint32 node);

private:
    void showProfile();
    void showBars(const Profile& profile);
    void showRuns(const Profile& profile);
    void selectionToBars();
    void selectionFromBars(const QStringList& ids);

    Workspace& m_workspace;
    QLabel *m_verdict, *m_facts;
    LayerBars* m_bars;
    LatencyPlot* m_runs;
    bool m_updating = false;
};

/// Why a measurement is not to be trusted, and what to do; "stable" if it is.
QString timingVerdictText(const TimingSummary& timing);

} // namespace lapidary
