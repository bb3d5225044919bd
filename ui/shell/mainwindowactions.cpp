// SPDX-License-Identifier: GPL-3.0-or-later
// What the window's actions do.
#include "ui/shell/mainwindow.h"

#include "engine/engine.h"
#include "ui/graphview/graphview.h"
#include "ui/panels/comparepanel.h"
#include "ui/panels/devicespanel.h"
#include "ui/panels/graphgroups.h"
#include "ui/panels/graphpanel.h"
#include "ui/panels/layerspanel.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/tradeoffspanel.h"
#include "ui/panels/variantspanel.h"
#include "ui/shell/actions.h"
#include "ui/shell/graphactions.h"
#include "ui/theme/themecontroller.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTreeView>

namespace lapidary {

void MainWindow::connectActions() {
    auto& a = *m_actions;
    const auto on = [this](QAction* action, auto slot) { connect(action, &QAction::triggered, this, slot); };
    on(a.undo, [this] { m_workspace.undoStack().undo(); });
    on(a.redo, [this] { m_workspace.undoStack().redo(); });
    on(a.find, [this] {
        m_tabs->setCurrentWidget(m_graph);
        m_graph->focusSearch();
    });
    on(a.selectAll, [this] { m_workspace.selection().clear(); });
    on(a.rename, [this] { m_variants->tree()->edit(m_variants->tree()->currentIndex().siblingAtColumn(0)); });
    on(a.remove, [this] { m_workspace.remove(m_workspace.current()); });
    on(a.apply, [this] {
        if (auto* button = m_passes->findChild<QPushButton*>(QStringLiteral("applyButton")))
            button->click();
    });
    on(a.evaluate, [this] { m_workspace.evaluate(m_variants->selected()); });
    on(a.evaluateAll, [this] { m_workspace.evaluate(unmeasured(true)); });
    on(a.profile, [this] { m_workspace.profileVariants(m_variants->selected(), m_devices->current()); });
    on(a.profileAll, [this] { m_workspace.profileVariants(unmeasured(false), m_devices->current()); });
    on(a.compare, [this] { compareSelected(); });
    on(a.compareFile, [this] {
        m_tabs->setCurrentWidget(m_compare);
        m_compare->chooseFile();
    });
    on(a.nextDifference, [this] {
        m_tabs->setCurrentWidget(m_compare);
        m_compare->nextDifference();
    });
    on(a.previousDifference, [this] {
        m_tabs->setCurrentWidget(m_compare);
        m_compare->previousDifference();
    });
    on(a.cancelJobs, [this] { m_workspace.jobs().cancelAll(); });
    on(a.fit, [this] { m_graph->view()->fit(); });
    on(a.zoomIn, [this] { m_graph->view()->zoomIn(); });
    on(a.zoomOut, [this] { m_graph->view()->zoomOut(); });
    on(a.expandGroup, [this] { m_graph->groups().expandCurrent(); });
    on(a.collapseGroup, [this] { m_graph->groups().collapseCurrent(); });
    on(a.expandAll, [this] { m_graph->groups().expandAll(); });
    on(a.collapseAll, [this] { m_graph->groups().collapseAll(); });
    on(a.collapseToBlocks, [this] { m_graph->groups().collapseToBlocks(); });
    connect(a.horizontal, &QAction::toggled, m_graph, &GraphPanel::setHorizontal);
    connectLook();
    connect(a.overlays, &QActionGroup::triggered, this,
            [this](QAction* action) { m_graph->setOverlay(Overlay(action->data().toInt())); });
    connect(a.schemes, &QActionGroup::triggered, this, [this](QAction* action) {
        if (m_themes)
            m_themes->setScheme(ColorScheme(action->data().toInt()));
        QSettings().setValue(QStringLiteral("theme"), action->data());
    });
    if (m_themes)
        for (auto* action : a.schemes->actions())
            action->setChecked(action->data().toInt() == int(m_themes->scheme()));
    on(a.about, [this] { showAbout(); });
}

void MainWindow::connectLook() {
    auto& a = *m_actions;
    a.setLook(m_graph->look());
    const auto changed = [this, &a] {
        GraphLook look = m_graph->look();
        look.texts.weights = a.showWeights->isChecked();
        look.texts.constants = a.showConstants->isChecked();
        look.texts.names = a.showNames->isChecked();
        look.texts.attributes = a.showAttributes->isChecked();
        look.texts.shapes = a.showShapes->isChecked();
        look.badges = a.showBadges->isChecked();
        if (const auto* scale = a.scales->checkedAction())
            look.scale = ScaleChoice(scale->data().toInt());
        m_graph->setLook(look);
    };
    for (auto* action : {a.showWeights, a.showConstants, a.showNames, a.showAttributes, a.showShapes, a.showBadges})
        connect(action, &QAction::toggled, this, changed);
    connect(a.scales, &QActionGroup::triggered, this, changed);
    connect(a.nodeValues, &QAction::triggered, this, [this] {
        m_tabs->setCurrentWidget(m_graph);
        m_graph->chooseValues();
    });
}

void MainWindow::connectFileActions() {
    auto& a = *m_actions;
    const auto on = [this](QAction* action, auto slot) { connect(action, &QAction::triggered, this, slot); };
    on(a.openModel, [this] { chooseModel(); });
    on(a.openProject, [this] { chooseProject(); });
    on(a.newProject, [this] { chooseNewProject(); });
    on(a.openSample, [this] { m_workspace.openSample(); });
    on(a.evaluationData, [this] { chooseDataset("evaluation"); });
    on(a.calibrationData, [this] { chooseDataset("calibration"); });
    on(a.exportModel, [this] { chooseExport(); });
    on(a.exportGraph, [this] { m_graph->exportPicture(); });
    on(a.exportDifference, [this] { m_compare->exportPicture(); });
    const auto allowDifference = [this] { m_actions->allowExportDifference(m_compare->whyNoPicture()); };
    connect(m_compare, &ComparePanel::pictureChanged, this, allowDifference);
    allowDifference();
    on(a.report, [this] { chooseReport(); });
    on(a.quit, [this] { close(); });
}

void MainWindow::connectSelection() {
    connect(m_variants, &VariantsPanel::selectionChanged, this,
            [this] { m_tradeoffs->select(m_variants->selected()); });
    connect(m_graphActions, &GraphActions::layersWanted, this, [this] {
        m_tabs->setCurrentWidget(m_layers);
        m_layers->findChild<QWidget*>(QStringLiteral("layersTable"))->setFocus(Qt::ShortcutFocusReason);
    });
    connect(m_graphActions, &GraphActions::passWanted, this, [this] {
        m_passes->parentWidget()->show();
        m_passes->parentWidget()->raise();
        m_passes->findChild<QWidget*>(QStringLiteral("passCombo"))->setFocus(Qt::ShortcutFocusReason);
    });
    connect(m_tradeoffs, &TradeoffsPanel::selectionEdited, m_variants, &VariantsPanel::select);
    connect(&m_workspace, &Workspace::currentChanged, this, [this] { m_tradeoffs->select({m_workspace.current()}); });
}

void MainWindow::openPath(const QString& path) {
    if (QFileInfo(path).isDir())
        m_workspace.openProject(path);
    else
        m_workspace.openModel(path);
}

void MainWindow::chooseModel() {
    const auto file =
        QFileDialog::getOpenFileName(this, tr("Open model"), {}, tr("ONNX models (*.onnx);;All files (*)"));
    if (!file.isEmpty())
        m_workspace.openModel(file);
}

void MainWindow::chooseProject() {
    const auto folder = QFileDialog::getExistingDirectory(this, tr("Open project"));
    if (!folder.isEmpty())
        m_workspace.openProject(folder);
}

void MainWindow::chooseNewProject() {
    const auto file =
        QFileDialog::getOpenFileName(this, tr("Model to start from"), {}, tr("ONNX models (*.onnx);;All files (*)"));
    if (file.isEmpty())
        return;
    const auto folder =
        QFileDialog::getSaveFileName(this, tr("Folder for the project"), QFileInfo(file).completeBaseName());
    if (!folder.isEmpty())
        m_workspace.newProject(folder, file);
}

void MainWindow::chooseDataset(const std::string& role) {
    const auto file =
        QFileDialog::getOpenFileName(this, role == "evaluation" ? tr("Evaluation data") : tr("Calibration data"), {},
                                     tr("Dataset files (*.json);;All files (*)"));
    if (!file.isEmpty())
        m_workspace.setDataset(role, file);
}

void MainWindow::chooseExport() {
    const auto* current = m_workspace.variant(m_workspace.current());
    if (!current)
        return;
    auto name = QString::fromStdString(current->record.name);
    name.replace(QLatin1Char('/'), QLatin1Char('-'));
    const auto file = QFileDialog::getSaveFileName(this, tr("Export model"), name + QStringLiteral(".onnx"),
                                                   tr("ONNX models (*.onnx)"));
    if (!file.isEmpty())
        m_workspace.exportModel(m_workspace.current(), file);
}

void MainWindow::chooseReport() {
    const auto file = QFileDialog::getSaveFileName(this, tr("Write report"), QStringLiteral("report.html"),
                                                   tr("HTML files (*.html);;PDF documents (*.pdf)"));
    if (!file.isEmpty())
        m_workspace.writeReportTo(file);
}

void MainWindow::showAbout() {
    QMessageBox::about(
        this, tr("About Lapidary"),
        tr("<h3>Lapidary</h3><p>%1</p><p>Makes neural networks small and fast enough for the edge, and measures "
           "that they are.</p><p>Free software under the GNU General Public License, version 3 or later.</p>")
            .arg(QString::fromStdString(versionText())));
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const auto urls = event->mimeData()->urls();
    if (!urls.isEmpty())
        openPath(urls.first().toLocalFile());
}

} // namespace lapidary
