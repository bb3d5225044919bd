// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/actions.h"

#include "ui/models/estimatetext.h"
#include "ui/models/workspace.h"
#include "ui/theme/colorscheme.h"
#include "ui/theme/themedicon.h"

#include <QInputDialog>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QToolBar>

namespace lapidary {

namespace {

constexpr auto tipProperty = "lapidaryTip";

}

Actions::Actions(Workspace& workspace, QMainWindow& window)
    : QObject(&window), m_workspace(workspace), m_window(window) {
    makeFileActions();
    makeEditActions();
    makeRunActions();
    makeViewActions();
    makeGraphActions();
    makeGroupActions();
    connect(&workspace, &Workspace::projectChanged, this, &Actions::refresh);
    connect(&workspace, &Workspace::variantsChanged, this, &Actions::refresh);
    connect(&workspace, &Workspace::currentChanged, this, &Actions::refresh);
    connect(&workspace, &Workspace::modelChanged, this, &Actions::refresh);
    connect(&workspace.undoStack(), &QUndoStack::indexChanged, this, &Actions::refresh);
    connect(&workspace.jobs(), &JobManager::started, this, &Actions::refresh);
    connect(&workspace.jobs(), &JobManager::ended, this, &Actions::refresh);
    refresh();
}

QAction* Actions::make(const QString& name, const QString& text, const QString& icon, const QKeySequence& keys,
                       const QString& tip) {
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    if (!icon.isEmpty())
        action->setIcon(themedIcon(icon));
    action->setShortcut(keys);
    action->setProperty(tipProperty, tip);
    action->setStatusTip(tip);
    allow(action, {});
    m_window.addAction(action);
    return action;
}

void Actions::allow(QAction* action, const QString& reasonAgainst) {
    action->setEnabled(reasonAgainst.isEmpty());
    const auto tip = action->property(tipProperty).toString();
    const auto keys = action->shortcut().toString(QKeySequence::NativeText);
    const auto named = keys.isEmpty() ? tip : tr("%1 (%2)").arg(tip, keys);
    action->setToolTip(reasonAgainst.isEmpty() ? named : tr("%1\nNot now: %2").arg(named, reasonAgainst));
}

void Actions::makeFileActions() {
    openModel = make(QStringLiteral("openModel"), tr("&Open model…"), QStringLiteral("open"), QKeySequence::Open,
                     tr("Open an ONNX model"));
    openProject = make(QStringLiteral("openProject"), tr("Open &project…"), QStringLiteral("history"),
                       QKeySequence(QStringLiteral("Ctrl+Shift+O")), tr("Open a project folder"));
    newProject = make(QStringLiteral("newProject"), tr("&New project…"), QStringLiteral("add"), QKeySequence::New,
                      tr("Make a project folder from an ONNX model"));
    openSample = make(QStringLiteral("openSample"), tr("Open &sample"), QStringLiteral("graph"), {},
                      tr("A small network for clothing images, with data and recipes to try"));
    evaluationData = make(QStringLiteral("evaluationData"), tr("&Evaluation data…"), QStringLiteral("dataset"), {},
                          tr("Choose the dataset that accuracy is measured on"));
    calibrationData = make(QStringLiteral("calibrationData"), tr("&Calibration data…"), QStringLiteral("dataset"), {},
                           tr("Choose the dataset that quantization gathers ranges from"));
    exportModel = make(QStringLiteral("exportModel"), tr("E&xport model…"), QStringLiteral("export"),
                       QKeySequence(QStringLiteral("Ctrl+S")), tr("Write the current variant as an ONNX file"));
    exportGraph = make(QStringLiteral("exportGraph"), tr("Export &graph…"), QStringLiteral("save"),
                       QKeySequence(QStringLiteral("Ctrl+Shift+E")), tr("Write the graph as PNG, SVG or PDF"));
    exportDifference = make(QStringLiteral("exportDifference"), tr("Export comp&arison…"), {},
                            QKeySequence(QStringLiteral("Ctrl+Shift+G")),
                            tr("Write the two models compared, as one graph, as PNG, SVG or PDF"));
    report = make(QStringLiteral("report"), tr("Write &report…"), QStringLiteral("chart"),
                  QKeySequence(QStringLiteral("Ctrl+R")),
                  tr("Write variants, plots, graphs and layers as one HTML file or as PDF"));
    quit = make(QStringLiteral("quit"), tr("&Quit"), {}, QKeySequence::Quit, tr("Close Lapidary"));
    quit->setMenuRole(QAction::QuitRole);
}

void Actions::makeEditActions() {
    undo = make(QStringLiteral("undo"), tr("&Undo"), QStringLiteral("undo"), QKeySequence::Undo,
                tr("Undo the last change"));
    redo = make(QStringLiteral("redo"), tr("&Redo"), QStringLiteral("redo"), QKeySequence(QStringLiteral("Ctrl+Y")),
                tr("Do the undone change again"));
    find = make(QStringLiteral("find"), tr("&Find…"), QStringLiteral("search"), QKeySequence::Find,
                tr("Find nodes and tensors"));
    selectAll =
        make(QStringLiteral("clearSelection"), tr("Select &nothing"), {}, QKeySequence(QStringLiteral("Ctrl+Shift+A")),
             tr("Clear the selection: passes then work on the whole graph"));
    rename = make(QStringLiteral("rename"), tr("Rena&me variant…"), {}, QKeySequence(QStringLiteral("F2")),
                  tr("Rename the current variant"));
    remove = make(QStringLiteral("remove"), tr("Remo&ve variant"), QStringLiteral("remove"),
                  QKeySequence(QStringLiteral("Ctrl+Del")), tr("Remove the current variant and those below it"));
}

void Actions::makeRunActions() {
    apply = make(QStringLiteral("apply"), tr("&Apply pass"), QStringLiteral("play"),
                 QKeySequence(QStringLiteral("Ctrl+Return")), tr("Make a new variant with the pass in the panel"));
    evaluate = make(QStringLiteral("evaluate"), tr("&Evaluate"), QStringLiteral("evaluate"),
                    QKeySequence(QStringLiteral("F6")), tr("Measure the accuracy of the selected variants"));
    evaluateAll = make(QStringLiteral("evaluateAll"), tr("Evaluate a&ll"), {}, QKeySequence(QStringLiteral("Shift+F6")),
                       tr("Measure the accuracy of every variant that has none"));
    evaluateAfterChange =
        make(QStringLiteral("evaluateAfterChange"), tr("Evaluate after each c&hange"), {},
             QKeySequence(QStringLiteral("Alt+F6")),
             tr("Measure the accuracy of every new variant at once; only what an edit changed is run again"));
    evaluateAfterChange->setCheckable(true);
    evaluateAfterChange->setChecked(m_workspace.accuracy().afterEachChange());
    connect(evaluateAfterChange, &QAction::toggled, &m_workspace.accuracy(), &AccuracyRuns::setAfterEachChange);
    connect(&m_workspace.accuracy(), &AccuracyRuns::afterEachChangeChanged, evaluateAfterChange, &QAction::setChecked);
    makeStopRules();
    profile =
        make(QStringLiteral("profile"), tr("&Profile"), QStringLiteral("profile"), QKeySequence(QStringLiteral("F5")),
             tr("Measure latency, memory and the time of every layer of the selected variants"));
    profileAll = make(QStringLiteral("profileAll"), tr("Pro&file all"), {}, QKeySequence(QStringLiteral("Shift+F5")),
                      tr("Measure the latency of every variant that has none"));
    compare = make(QStringLiteral("compare"), tr("&Compare"), QStringLiteral("compare"),
                   QKeySequence(QStringLiteral("Ctrl+D")),
                   tr("Compare the selected variants, or the current one with its parent"));
    compareFile =
        make(QStringLiteral("compareFile"), tr("Compare &with file…"), {}, QKeySequence(QStringLiteral("Ctrl+Alt+D")),
             tr("Compare the current variant with an ONNX model from disk"));
    nextDifference =
        make(QStringLiteral("nextDifference"), tr("&Next difference"), {}, QKeySequence(QStringLiteral("F8")),
             tr("Go to the next difference of the two models compared"));
    previousDifference = make(QStringLiteral("previousDifference"), tr("Pre&vious difference"), {},
                              QKeySequence(QStringLiteral("Shift+F8")), tr("Go to the difference before"));
    cancelJobs = make(QStringLiteral("cancelJobs"), tr("&Stop all jobs"), QStringLiteral("stop"),
                      QKeySequence(QStringLiteral("Ctrl+.")), tr("Cancel everything that runs or waits"));
}

void Actions::makeStopRules() {
    stopRules = new QActionGroup(this);
    const auto add = [this](const char* name, const QString& text, const char* rule) {
        auto* action = make(QLatin1String(name), text, {}, {},
                            tr("When the evaluation of a variant has seen enough. The samples come in random order, "
                               "and the limit is watched with 95 % confidence over all looks together."));
        action->setCheckable(true);
        action->setData(QLatin1String(rule));
        stopRules->addAction(action);
    };
    add("stopNever", tr("&Never: every sample counts"), "");
    add("stopClear", tr("When clearly &better or worse than the source"), "drop=0");
    add("stopHalf", tr("When clearly more or less than &0.5 points are lost"), "drop=0.5");
    add("stopOne", tr("When clearly more or less than &1 point is lost"), "drop=1");
    add("stopTwo", tr("When clearly more or less than &2 points are lost"), "drop=2");
    add("stopOther", tr("At an&other limit…"), "?");
    connect(stopRules, &QActionGroup::triggered, this, [this](QAction* action) {
        const auto text = action->data().toString();
        if (text == QLatin1String("?"))
            askForStopRule();
        else if (const auto rule = StopRule::parse(text.toStdString()))
            m_workspace.accuracy().setStopRule(*rule);
        else
            m_workspace.accuracy().setStopRule(std::nullopt);
        showStopRule();
    });
    connect(&m_workspace.accuracy(), &AccuracyRuns::stopRuleChanged, this, &Actions::showStopRule);
    showStopRule();
}

void Actions::askForStopRule() {
    const auto now = m_workspace.accuracy().stopRule();
    bool good = false;
    const auto text = QInputDialog::getText(
        &m_window, tr("Stop evaluating"),
        tr("Stop as soon as it is clear on which side of this limit a variant is.\ndrop=1 (points lost against the "
           "source), top1=80 or agreement=98 (percent)"),
        QLineEdit::Normal, QString::fromStdString(now ? now->toString() : std::string("drop=1")), &good);
    if (!good)
        return;
    if (const auto rule = StopRule::parse(text.trimmed().toStdString()))
        m_workspace.accuracy().setStopRule(*rule);
    else
        Q_EMIT m_workspace.message(rule.error());
}

void Actions::showStopRule() {
    const auto rule = m_workspace.accuracy().stopRule();
    const auto text = QString::fromStdString(rule ? rule->toString() : std::string());
    QAction* chosen = nullptr;
    for (auto* action : stopRules->actions())
        if (action->data().toString() == text)
            chosen = action;
    auto* other = stopRules->actions().last();
    other->setText(chosen || !rule ? tr("At an&other limit…")
                                   : tr("At an&other limit… (%1)").arg(EstimateText::rule(*rule)));
    (chosen ? chosen : other)->setChecked(true);
}

void Actions::makeViewActions() {
    fit = make(QStringLiteral("fit"), tr("&Fit graph"), QStringLiteral("zoom-fit"),
               QKeySequence(QStringLiteral("Ctrl+0")), tr("Show the whole graph"));
    zoomIn =
        make(QStringLiteral("zoomIn"), tr("Zoom &in"), QStringLiteral("zoom-in"), QKeySequence::ZoomIn, tr("Zoom in"));
    zoomOut = make(QStringLiteral("zoomOut"), tr("Zoom &out"), QStringLiteral("zoom-out"), QKeySequence::ZoomOut,
                   tr("Zoom out"));
    horizontal = make(QStringLiteral("horizontal"), tr("&Left to right"), {}, QKeySequence(QStringLiteral("Ctrl+K")),
                      tr("Draw the graph from left to right instead of top down"));
    horizontal->setCheckable(true);
    about =
        make(QStringLiteral("about"), tr("&About Lapidary"), QStringLiteral("info"), {}, tr("Version and licences"));
    overlays = new QActionGroup(this);
    for (const auto overlay : allOverlays) {
        auto* action = overlays->addAction(DecorBuilder::overlayName(overlay));
        action->setCheckable(true);
        action->setChecked(overlay == Overlay::Operator);
        action->setData(int(overlay));
        action->setObjectName(QStringLiteral("overlay%1").arg(int(overlay)));
        action->setShortcut(QKeySequence(QStringLiteral("Alt+%1").arg((int(overlay) + 1) % 10)));
        action->setProperty(tipProperty, tr("Colour the nodes by this"));
        allow(action, {});
        m_window.addAction(action);
    }
    schemes = new QActionGroup(this);
    for (const auto& [scheme, text] :
         {std::pair(ColorScheme::System, tr("&As the system")), std::pair(ColorScheme::Light, tr("&Light")),
          std::pair(ColorScheme::Dark, tr("&Dark"))}) {
        auto* action = schemes->addAction(text);
        action->setCheckable(true);
        action->setChecked(scheme == ColorScheme::System);
        action->setData(int(scheme));
        action->setObjectName(QStringLiteral("scheme%1").arg(int(scheme)));
        action->setProperty(tipProperty, tr("Colours of the window"));
        allow(action, {});
    }
}

void Actions::makeGroupActions() {
    expandGroup = make(QStringLiteral("expandGroup"), tr("E&xpand group"), {}, QKeySequence(QStringLiteral("Ctrl+E")),
                       tr("Show what is in the selected group, subgraph or function"));
    collapseGroup =
        make(QStringLiteral("collapseGroup"), tr("Coll&apse group"), {}, QKeySequence(QStringLiteral("Ctrl+Alt+E")),
             tr("Make the group around the selected node one node"));
    expandAll = make(QStringLiteral("expandAll"), tr("Expand all &groups"), {},
                     QKeySequence(QStringLiteral("Ctrl+Alt+X")), tr("Open every group of the graph"));
    collapseAll = make(QStringLiteral("collapseAll"), tr("Collapse all g&roups"), {},
                       QKeySequence(QStringLiteral("Ctrl+Alt+C")), tr("Close every group of the graph"));
    collapseToBlocks = make(QStringLiteral("collapseToBlocks"), tr("Collapse to &blocks"), {},
                            QKeySequence(QStringLiteral("Ctrl+Alt+B")), tr("One node for each block of the network"));
}

void Actions::fillMenuBar(const QList<QAction*>& docks) {
    auto* bar = m_window.menuBar();
    auto* file = bar->addMenu(tr("&File"));
    file->addActions({newProject, openModel, openProject, openSample});
    file->addSeparator();
    file->addActions({evaluationData, calibrationData});
    file->addSeparator();
    file->addActions({exportModel, exportGraph, exportDifference, report});
    file->addSeparator();
    file->addAction(quit);
    auto* edit = bar->addMenu(tr("&Edit"));
    edit->addActions({undo, redo});
    edit->addSeparator();
    edit->addActions({find, selectAll});
    edit->addSeparator();
    edit->addActions({rename, remove});
    auto* run = runMenu = bar->addMenu(tr("&Run"));
    run->addAction(apply);
    run->addSeparator();
    run->addActions({evaluate, evaluateAll, evaluateAfterChange});
    auto* stop = run->addMenu(tr("S&top evaluating"));
    stop->setObjectName(QStringLiteral("stopMenu"));
    stop->addActions(stopRules->actions());
    run->addActions({profile, profileAll});
    run->addSeparator();
    run->addActions({compare, compareFile, nextDifference, previousDifference});
    run->addSeparator();
    run->addAction(cancelJobs);
    auto* view = viewMenu = bar->addMenu(tr("&View"));
    view->addActions({fit, zoomIn, zoomOut, horizontal});
    auto* shown = view->addMenu(tr("&Nodes show"));
    shown->addActions({showWeights, showConstants, showNames, showAttributes, showShapes, showBadges});
    view->addSeparator();
    view->addActions({expandGroup, collapseGroup, expandAll, collapseAll, collapseToBlocks});
    view->addSeparator();
    view->addMenu(tr("&Colour by"))->addActions(overlays->actions());
    view->addMenu(tr("Colour scal&e"))->addActions(scales->actions());
    view->addAction(nodeValues);
    view->addMenu(tr("&Theme"))->addActions(schemes->actions());
    view->addSeparator();
    view->addActions(docks);
    bar->addMenu(tr("&Help"))->addAction(about);
    for (auto* menu : bar->findChildren<QMenu*>())
        menu->setToolTipsVisible(true);
}

void Actions::fillToolBar() {
    auto* bar = m_window.addToolBar(tr("Main"));
    bar->setObjectName(QStringLiteral("mainToolBar"));
    bar->setMovable(false);
    bar->setIconSize({20, 20});
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addAction(openModel);
    bar->addSeparator();
    bar->addActions({undo, redo});
    bar->addSeparator();
    bar->addActions({evaluate, profile, compare});
    bar->addSeparator();
    bar->addActions({exportModel, report});
}

void Actions::allowExportDifference(const QString& reasonAgainst) {
    allow(exportDifference, reasonAgainst);
}

void Actions::refresh() {
    const QString noProject = m_workspace.hasProject() ? QString() : tr("no project is open");
    const QString noModel = m_workspace.model() ? QString() : tr("no model is open");
    const bool hasData = m_workspace.hasDataset("evaluation");
    const auto* current = m_workspace.variant(m_workspace.current());
    for (auto* action : {evaluationData, calibrationData, report, evaluateAll, profileAll})
        allow(action, noProject);
    for (auto* action : {exportModel, exportGraph, find, selectAll, profile, fit, zoomIn, zoomOut, rename, apply,
                         nodeValues, expandGroup, collapseGroup, expandAll, collapseAll, collapseToBlocks})
        allow(action, noModel);
    for (auto* action : {evaluate, evaluateAll})
        allow(action, !noModel.isEmpty() ? noModel
                      : hasData          ? QString()
                                         : tr("the project has no evaluation data (File menu)"));
    if (const auto why = m_workspace.readOnlyReason(); !why.isEmpty())
        for (auto* action :
             {evaluationData, calibrationData, rename, apply, evaluate, evaluateAll, profile, profileAll})
            allow(action, why);
    allow(remove, !m_workspace.readOnlyReason().isEmpty() ? m_workspace.readOnlyReason()
                  : !noModel.isEmpty()                    ? noModel
                  : current && current->record.parent > 0 ? QString()
                                                          : tr("the source model stays"));
    for (auto* action : {compareFile, nextDifference, previousDifference})
        allow(action, noModel);
    allow(compare, m_workspace.variants().size() >= 2 ? QString() : tr("there is only one variant"));
    auto& stack = m_workspace.undoStack();
    undo->setText(stack.canUndo() ? tr("&Undo %1").arg(stack.undoText()) : tr("&Undo"));
    undo->setIconText(tr("Undo"));
    redo->setText(stack.canRedo() ? tr("&Redo %1").arg(stack.redoText()) : tr("&Redo"));
    redo->setIconText(tr("Redo"));
    allow(undo, stack.canUndo() ? QString() : tr("nothing to undo"));
    allow(redo, stack.canRedo() ? QString() : tr("nothing to redo"));
    allow(cancelJobs, m_workspace.jobs().idle() ? tr("nothing is running") : QString());
}

} // namespace lapidary
