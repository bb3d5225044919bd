// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

#include "ui/graphview/graphview.h"
#include "ui/models/numbertext.h"
#include "ui/models/passnotes.h"
#include "ui/panels/comparepanel.h"
#include "ui/panels/cutreportpanel.h"
#include "ui/panels/devicespanel.h"
#include "ui/panels/graphgroups.h"
#include "ui/panels/graphpanel.h"
#include "ui/panels/inspectorpanel.h"
#include "ui/panels/jobspanel.h"
#include "ui/panels/layerspanel.h"
#include "ui/panels/logpanel.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/profilepanel.h"
#include "ui/panels/tradeoffspanel.h"
#include "ui/panels/variantspanel.h"
#include "ui/shell/actions.h"
#include "ui/shell/bundleaction.h"
#include "ui/shell/deviceactions.h"
#include "ui/shell/graphactions.h"
#include "ui/shell/messagebar.h"
#include "ui/shell/missingweightsbar.h"
#include "ui/shell/welcomepage.h"

#include <QAction>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace lapidary {

MainWindow::MainWindow(Workspace& workspace, ThemeController* themes, QWidget* parent)
    : QMainWindow(parent), m_workspace(workspace), m_themes(themes), m_actions(new Actions(workspace, *this)) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Lapidary"));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    resize(1440, 900);
    m_scan = new SensitivityScan(workspace, this);
    makeCentre();
    makeDocks();
    makeCuts();
    QList<QAction*> toggles;
    for (auto* one : m_docks)
        toggles.append(one->toggleViewAction());
    m_actions->fillMenuBar(toggles);
    m_graphActions = new GraphActions(workspace, *m_graph, *m_passes, *this);
    m_graphActions->fillMenuBar(*menuBar(), m_actions->runMenu->menuAction(), *m_actions->viewMenu);
    makeCutActions();
    (new BundleAction(workspace, *this))->fillMenu(*menuBar()->actions().first()->menu(), m_actions->exportGraph);
    new DeviceActions(m_workspace, *m_devices, *m_actions->runMenu, *m_actions->profile, *this);
    makeBench();
    makeVariantActions();
    m_actions->fillToolBar();
    m_status = new QLabel(this);
    m_status->setObjectName(QStringLiteral("statusText"));
    statusBar()->addPermanentWidget(m_status);
    connectActions();
    connectFileActions();
    connectSelection();
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    restoreState(settings.value(QStringLiteral("window/state")).toByteArray());
    showProject();
}

MainWindow::~MainWindow() = default;

void MainWindow::makeCentre() {
    m_graph = new GraphPanel(m_workspace);
    m_compare = new ComparePanel(m_workspace);
    m_tradeoffs = new TradeoffsPanel(m_workspace);
    m_layers = new LayersPanel(m_workspace);
    m_cuts = new CutReportPanel(m_workspace);
    m_tabs = new QTabWidget;
    m_tabs->setObjectName(QStringLiteral("centreTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_graph, tr("Graph"));
    m_tabs->addTab(m_compare, tr("Compare"));
    m_tabs->addTab(m_tradeoffs, tr("Trade-offs"));
    m_tabs->addTab(m_layers, tr("Layers"));
    auto* profile = new ProfilePanel(m_workspace);
    connect(profile, &ProfilePanel::nodeActivated, this, &MainWindow::showInGraph);
    m_tabs->addTab(profile, tr("Profile"));
    m_tabs->addTab(m_cuts, tr("What was cut"));
    m_pages = new QStackedWidget;
    m_pages->addWidget(new WelcomePage({m_actions->openModel, m_actions->openProject, m_actions->openSample}));
    m_pages->addWidget(m_tabs);
    m_messages = new MessageBar;
    m_readOnly = new MessageBar(QStringLiteral("readOnly"));
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_readOnly);
    column->addWidget(new MissingWeightsBar(m_workspace));
    column->addWidget(m_messages);
    column->addWidget(m_pages, 1);
    setCentralWidget(centre);
}

QDockWidget* MainWindow::dock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area) {
    auto* made = new QDockWidget(title, this);
    made->setObjectName(name);
    made->setWidget(content);
    made->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
    addDockWidget(area, made);
    made->toggleViewAction()->setObjectName(name + QStringLiteral("Toggle"));
    made->toggleViewAction()->setToolTip(tr("Show or hide this panel"));
    m_docks.append(made);
    return made;
}

void MainWindow::makeDocks() {
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_variants = new VariantsPanel(m_workspace);
    m_devices = new DevicesPanel(m_workspace);
    m_passes = new PassPanel(m_workspace, *m_scan);
    auto* variants = dock(QStringLiteral("variantsDock"), tr("Variants"), m_variants, Qt::LeftDockWidgetArea);
    auto* devices = dock(QStringLiteral("devicesDock"), tr("Devices"), m_devices, Qt::LeftDockWidgetArea);
    auto* passes = dock(QStringLiteral("passesDock"), tr("Compress"), m_passes, Qt::RightDockWidgetArea);
    auto* inspected = new InspectorPanel(m_workspace);
    auto* inspector = dock(QStringLiteral("inspectorDock"), tr("Inspector"), inspected, Qt::RightDockWidgetArea);
    auto* jobs =
        dock(QStringLiteral("jobsDock"), tr("Jobs"), new JobsPanel(m_workspace.jobs()), Qt::BottomDockWidgetArea);
    auto* log = new LogPanel;
    auto* logDock = dock(QStringLiteral("logDock"), tr("Log"), log, Qt::BottomDockWidgetArea);
    tabifyDockWidget(jobs, logDock);
    jobs->raise();
    // Both need the whole height.
    tabifyDockWidget(passes, inspector);
    passes->raise();
    connect(m_graph, &GraphPanel::innerNodeSelected, inspected, [this, inspected](const SceneRef& inner) {
        if (const auto scene = m_graph->groups().scene(); scene && scene->ids)
            inspected->inspectInside(scene->ids->hierarchy(), inner.instance, inner.node);
    });
    connect(m_graph, &GraphPanel::valuePicked, inspected, &InspectorPanel::inspectValue);
    connect(m_graph, &GraphPanel::valueLeft, inspected, &InspectorPanel::inspectSelection);
    connect(m_graph, &GraphPanel::valuesPicked, inspected,
            [this, inspected](qint32 instance, const std::vector<ValueId>& values) {
                if (const auto scene = m_graph->groups().scene(); scene && scene->ids)
                    inspected->inspectValuesInside(scene->ids->hierarchy(), instance, values);
            });
    connect(inspected, &InspectorPanel::walked, m_graph,
            [this, inspected] { m_graph->showInspected(inspected->subject()); });
    connect(m_graph, &GraphPanel::groupPicked, inspected, [this, inspected](qint32 group) {
        if (const auto scene = m_graph->groups().scene(); scene && scene->ids)
            inspected->inspectGroup(scene->ids->hierarchy(), group);
    });
    connect(m_graph, &GraphPanel::nodeActivated, inspector, [inspector] {
        inspector->show();
        inspector->raise();
    });
    resizeDocks({variants, passes}, {430, 350}, Qt::Horizontal);
    resizeDocks({variants, devices}, {470, 260}, Qt::Vertical);
    resizeDocks({jobs}, {110}, Qt::Vertical);
    connect(&m_workspace, &Workspace::message, log, &LogPanel::addProblem);
    connect(&m_workspace, &Workspace::notice, log, &LogPanel::addNotice);
    connect(new PassNotes(m_workspace, log), &PassNotes::noted, log, &LogPanel::addNote);
    connect(&m_workspace, &Workspace::message, m_messages, &MessageBar::showProblem);
    connect(&m_workspace, &Workspace::notice, m_messages, &MessageBar::showNotice);
    // What was said of another project is out of place; the log keeps it.
    connect(&m_workspace, &Workspace::projectChanged, m_messages, &MessageBar::hide);
    connect(&m_workspace, &Workspace::projectChanged, this, &MainWindow::showProject);
    connect(&m_workspace, &Workspace::modelChanged, this, &MainWindow::showProject);
}

void MainWindow::showProject() {
    const auto why = m_workspace.readOnlyReason();
    if (why.isEmpty())
        m_readOnly->hide();
    else
        m_readOnly->showLasting(QStringLiteral("lock"), tr("This project can be read only. %1").arg(why));
    m_pages->setCurrentIndex(m_workspace.hasProject() ? 1 : 0);
    const auto* current = m_workspace.variant(m_workspace.current());
    setWindowTitle(
        !m_workspace.hasProject() ? tr("Lapidary")
        : current
            ? tr("%1 – %2 – Lapidary").arg(QString::fromStdString(current->record.name), m_workspace.projectName())
            : tr("%1 – Lapidary").arg(m_workspace.projectName()));
    if (const auto model = m_workspace.model())
        m_status->setText(tr("%1 nodes · %2 parameters · %3 MACs")
                              .arg(model->model->graph->nodeCount())
                              .arg(countText(model->totals.parameters), countText(model->totals.macs)));
    else
        m_status->clear();
}

QList<VariantId> MainWindow::unmeasured(bool accuracy) const {
    QList<VariantId> ids;
    for (const auto& variant : m_workspace.variants())
        if (accuracy ? !variant.top1 && !variant.agreement && !(variant.early && m_workspace.accuracy().stopRule())
                     : !variant.latency)
            ids.append(variant.record.id);
    return ids;
}

void MainWindow::compareSelected() {
    const auto ids = m_variants->selected();
    const auto* current = m_workspace.variant(m_workspace.current());
    if (ids.size() > 2) {
        auto sorted = ids;
        std::sort(sorted.begin(), sorted.end());
        if (const auto at = sorted.indexOf(m_variants->reference()); at > 0)
            sorted.move(at, 0);
        m_compare->compareMany(sorted);
    } else if (ids.size() == 2)
        m_compare->compare(std::min(ids[0], ids[1]), std::max(ids[0], ids[1]));
    else if (current)
        m_compare->compare(current->record.parent > 0 ? current->record.parent
                                                      : m_workspace.variants().back().record.id,
                           current->record.id);
    m_tabs->setCurrentWidget(m_compare);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/state"), saveState());
    m_workspace.jobs().cancelAll();
    QMainWindow::closeEvent(event);
}

} // namespace lapidary
