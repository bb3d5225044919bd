// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/cutactions.h"

#include "ui/panels/ratiodragger.h"
#include "ui/panels/sensitivitypanel.h"

#include <QMainWindow>
#include <QMenu>

namespace lapidary {

CutActions::CutActions(Workspace& workspace, SensitivityScan& scan, SensitivityPanel& sensitivity,
                       RatioDragger& dragger, QMainWindow& window)
    : QObject(&window), m_window(window) {
    make(
        "analyseSensitivity", tr("Analyse sensitivit&y"), QStringLiteral("F7"),
        tr("Measure what each layer costs in quality at each share, with the pass in the panel"),
        [&sensitivity] { return sensitivity.whyNot(); }, [this] { Q_EMIT analyseWanted(); });
    const auto current = [&dragger] { return dragger.whyNotCurrent(); };
    make("narrower", tr("Na&rrower"), QStringLiteral("Alt+Shift+Left"),
         tr("Remove one channel, or one channel multiple, more from the current layer in the preview"), current,
         [&dragger] { dragger.step(-1); });
    make("wider", tr("Wi&der"), QStringLiteral("Alt+Shift+Right"),
         tr("Keep one channel, or one channel multiple, more of the current layer in the preview"), current,
         [&dragger] { dragger.step(1); });
    make(
        "cutReport", tr("What was c&ut"), QStringLiteral("Ctrl+Alt+U"),
        tr("Show what the steps of this variant cut, layer by layer, and the error that caused"),
        [&workspace] { return workspace.model() ? QString() : tr("no model is open"); },
        [this] { Q_EMIT reportWanted(); });
    make(
        "quantReport", tr("&8-bit culprits"), QStringLiteral("Ctrl+Alt+Q"),
        tr("Find which layers lose accuracy in 8 bits, whether by weights or by activations, and what helps"),
        [&workspace] { return workspace.model() ? QString() : tr("no model is open"); },
        [this] { Q_EMIT quantReportWanted(); });
    make(
        "quantRanges", tr("Ran&ges of activations"), QStringLiteral("Ctrl+Alt+G"),
        tr("Show how activations and weights are spread, and what each way to choose a range clips"),
        [&workspace] { return workspace.model() ? QString() : tr("no model is open"); },
        [this] { Q_EMIT rangesWanted(); });
    make(
        "quantSchemes", tr("8-bit schemes"), QStringLiteral("Ctrl+Alt+M"),
        tr("Make several ways to quantize to 8 bits and see them side by side"),
        [&workspace] { return workspace.model() ? QString() : tr("no model is open"); },
        [this] { Q_EMIT schemesWanted(); });
    make(
        "quantGuard", tr("8-&bit guard"), QStringLiteral("Ctrl+Alt+K"),
        tr("Quantize to 8 bits and leave the fewest layers in float with which a limit on accuracy holds"),
        [&workspace] { return workspace.model() ? QString() : tr("no model is open"); },
        [this] { Q_EMIT guardWanted(); });
    connect(&sensitivity, &SensitivityPanel::stateChanged, this, &CutActions::refresh);
    connect(&scan, &SensitivityScan::changed, this, &CutActions::refresh);
    connect(&workspace, &Workspace::modelChanged, this, &CutActions::refresh);
    connect(&workspace, &Workspace::measured, this, &CutActions::refresh);
    connect(&workspace.selection(), &NodeSelection::changed, this, &CutActions::refresh);
    refresh();
}

QAction* CutActions::make(const char* name, const QString& text, const QString& keys, const QString& tip,
                          std::function<QString()> whyNot, std::function<void()> run) {
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(QKeySequence(keys));
    action->setStatusTip(tip);
    m_window.addAction(action);
    connect(action, &QAction::triggered, this, std::move(run));
    m_entries.push_back({action, tip, std::move(whyNot)});
    return action;
}

void CutActions::fillMenu(QMenu& menu, QAction* before) {
    for (const auto& entry : m_entries)
        menu.insertAction(before, entry.action);
    menu.insertSeparator(before);
}

void CutActions::refresh() {
    for (const auto& [action, tip, whyNot] : m_entries) {
        const auto why = whyNot();
        const auto named = tr("%1 (%2)").arg(tip, action->shortcut().toString(QKeySequence::NativeText));
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? named : tr("%1\nNot now: %2").arg(named, why));
    }
}

} // namespace lapidary
