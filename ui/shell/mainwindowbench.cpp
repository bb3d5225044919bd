// SPDX-License-Identifier: GPL-3.0-or-later
// Measurements on devices in the window.
#include "ui/panels/benchpanel.h"
#include "ui/panels/cutreportpanel.h"
#include "ui/panels/devicespanel.h"
#include "ui/panels/graphpanel.h"
#include "ui/panels/variantspanel.h"
#include "ui/shell/actions.h"
#include "ui/shell/benchactions.h"
#include "ui/shell/mainwindow.h"

#include <QTabWidget>

namespace lapidary {

void MainWindow::makeBench() {
    auto* bench = new BenchPanel(m_workspace, m_devices->devices());
    m_tabs->insertTab(m_tabs->indexOf(m_cuts), bench, tr("Measure"));
    connect(bench, &BenchPanel::nodeWanted, this, &MainWindow::showInGraph);
    connect(bench, &BenchPanel::departureWanted, this, [this](quint32 node) {
        m_graph->setOverlay(Overlay::Error);
        showInGraph(node);
    });
    auto* actions = new BenchActions({m_workspace, *bench, *m_devices, *m_variants, *this}, *m_actions->runMenu);
    connect(actions, &BenchActions::shown, this, [this, bench] { m_tabs->setCurrentWidget(bench); });
}

} // namespace lapidary
