// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the window for choosing what to cut, and how they are connected.
#include "ui/graphview/graphview.h"
#include "ui/panels/cutreportpanel.h"
#include "ui/panels/graphpanel.h"
#include "ui/panels/layerspanel.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/quantizationpanel.h"
#include "ui/panels/ratiodragger.h"
#include "ui/panels/sensitivitypanel.h"
#include "ui/shell/actions.h"
#include "ui/shell/cutactions.h"
#include "ui/shell/mainwindow.h"

#include <QDockWidget>
#include <QMenu>
#include <QTabWidget>

namespace lapidary {

void MainWindow::makeCuts() {
    m_sensitivity = new SensitivityPanel(m_workspace, *m_scan, *m_passes);
    auto* place = dock(QStringLiteral("sensitivityDock"), tr("Sensitivity"), m_sensitivity, Qt::BottomDockWidgetArea);
    auto* jobs = findChild<QDockWidget*>(QStringLiteral("jobsDock"));
    tabifyDockWidget(jobs, place);
    jobs->raise();
    m_dragger = new RatioDragger(m_workspace, *m_passes, *m_graph->view(), this);
    connect(m_dragger, &RatioDragger::panelWanted, this, [this] {
        m_passes->parentWidget()->show();
        m_passes->parentWidget()->raise();
    });
    m_quantization = new QuantizationPanel(m_workspace, *m_passes);
    m_tabs->addTab(m_quantization, tr("Quantization"));
    connect(m_quantization, &QuantizationPanel::layerActivated, this, [this](quint32 node) { showInGraph(node); });
    m_layers->editBitsOf(*m_passes);
    // Somewhere to watch the curves grow.
    connect(m_passes, &PassPanel::analysisWanted, this, &MainWindow::showSensitivity);
    connect(m_sensitivity, &SensitivityPanel::layerActivated, this, [this](quint32 node) { showInGraph(node); });
    connect(m_cuts, &CutReportPanel::layerActivated, this, [this](quint32 node) { showInGraph(node); });
}

void MainWindow::makeCutActions() {
    auto* actions = new CutActions(m_workspace, *m_scan, *m_sensitivity, *m_dragger, *this);
    actions->fillMenu(*m_actions->runMenu, m_actions->compare);
    connect(actions, &CutActions::analyseWanted, this, [this] {
        showSensitivity();
        m_sensitivity->analyse();
    });
    connect(actions, &CutActions::reportWanted, this, [this] { m_tabs->setCurrentWidget(m_cuts); });
    const auto show = [this](void (QuantizationPanel::*page)()) {
        return [this, page] {
            m_tabs->setCurrentWidget(m_quantization);
            (m_quantization->*page)();
        };
    };
    connect(actions, &CutActions::quantReportWanted, this, show(&QuantizationPanel::showCulprits));
    connect(actions, &CutActions::rangesWanted, this, show(&QuantizationPanel::showRanges));
    connect(actions, &CutActions::schemesWanted, this, show(&QuantizationPanel::showSchemes));
    connect(actions, &CutActions::guardWanted, this, show(&QuantizationPanel::showGuard));
}

void MainWindow::showSensitivity() {
    auto* place = static_cast<QDockWidget*>(m_sensitivity->parentWidget());
    place->show();
    place->raise();
    constexpr int enough = 230;
    if (place->height() < enough)
        resizeDocks({place}, {enough}, Qt::Vertical);
}

void MainWindow::showInGraph(quint32 node) {
    m_tabs->setCurrentWidget(m_graph);
    m_graph->view()->ensureVisible(node);
}

} // namespace lapidary
