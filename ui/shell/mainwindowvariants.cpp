// SPDX-License-Identifier: GPL-3.0-or-later
// The window's variants: their menu, and rows of them made by a sweep.
#include "ui/forms/paramform.h"
#include "ui/panels/devicespanel.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/rebasedialog.h"
#include "ui/panels/sweepdialog.h"
#include "ui/panels/variantspanel.h"
#include "ui/shell/actions.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/variantactions.h"

#include <QMenu>
#include <QMenuBar>

namespace lapidary {

void MainWindow::makeVariantActions() {
    auto& a = *m_actions;
    auto* actions = new VariantActions(m_workspace, *m_variants, *this);
    actions->fillMenuBar(*menuBar(), a.runMenu->menuAction(),
                         {a.evaluate, a.profile, a.compare, a.exportModel, a.rename, a.remove});
    connect(actions, &VariantActions::sweepWanted, this, &MainWindow::askForSweep);
    connect(actions, &VariantActions::rebaseWanted, this, &MainWindow::askForRebase);
}

void MainWindow::askForSweep() {
    const auto* current = m_workspace.variant(m_workspace.current());
    if (!current)
        return;
    SweepDialog::Setting setting;
    setting.parent = current->record.id;
    setting.parentName = QString::fromStdString(current->record.name);
    setting.pass = m_passes->pass().toStdString();
    setting.params = m_passes->form()->params();
    setting.nodes = m_workspace.scopePatterns();
    if (!setting.nodes.empty())
        setting.scope = m_workspace.pinnedScope()             ? m_workspace.pinnedScope()->text
                        : !m_workspace.scopeQuery().isEmpty() ? m_workspace.scopeQuery()
                                                              : tr("selected nodes: %1").arg(setting.nodes.size());
    setting.hasData = m_workspace.hasDataset("evaluation");
    setting.device = m_devices->current();
    auto* dialog = new SweepDialog(m_workspace.engine(), std::move(setting), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { startSweep(dialog->sweep()); });
    dialog->open();
}

void MainWindow::askForRebase() {
    auto* dialog = new RebaseDialog(m_workspace.variants(), m_workspace.current(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { m_workspace.rebase(dialog->branch(), dialog->onto()); });
    dialog->open();
}

void MainWindow::startSweep(SweepRequest request) {
    const auto session = m_workspace.session();
    if (!session || request.vary.empty())
        return;
    request.evaluateOptions = m_workspace.accuracy().options();
    request.profileOptions.perNode = true;
    request.profileOptions.maxSeconds = 5;
    const auto current = [this, session] { return m_workspace.session() == session; };
    m_workspace.jobs().start<SweepOutcome>(
        tr("Sweep %1").arg(sweepTitle(m_workspace.engine().passes(), request)), sweepLane(request),
        [session, request](const Work& work) { return runSweep(*session, request, work); }, this,
        [this, current](SweepOutcome outcome) {
            if (!current())
                return;
            m_workspace.reload();
            Q_EMIT m_workspace.notice(
                tr("The sweep is done. Variants: %1").arg(outcome.points.size() - outcome.failed));
            for (const auto& point : outcome.points)
                if (point.failure) {
                    auto problem = *point.failure;
                    problem.message = point.name + ": " + problem.message;
                    Q_EMIT m_workspace.message(problem);
                }
        },
        [this, current](const Diagnostic& problem) {
            if (!current())
                return;
            m_workspace.reload(); // what was made before it ended is there
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        });
}

} // namespace lapidary
