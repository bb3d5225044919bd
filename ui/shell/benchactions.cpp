// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/benchactions.h"

#include "ui/models/devicetexts.h"
#include "ui/panels/benchpanel.h"
#include "ui/panels/devicespanel.h"
#include "ui/panels/variantspanel.h"

#include <QAction>
#include <QItemSelectionModel>
#include <QMenu>
#include <QTreeView>

#include <algorithm>

namespace lapidary {

BenchActions::BenchActions(const Parts& parts, QMenu& menu) : QObject(&parts.window), m_parts(parts) {
    m_devices = make("benchDevices", tr("Compare &devices"), "Ctrl+Alt+P",
                     tr("Profile the variant on several devices and see the times beside each other"));
    m_turns = make("benchTurns", tr("Compare speed in &turns"), "Ctrl+Alt+I",
                   tr("Run the two selected variants in turns on the chosen device"));
    m_matrix = make("benchMatrix", tr("Threads × &batch"), "Ctrl+Alt+H",
                    tr("Profile the variant on the chosen device with several numbers of threads and batch sizes"));
    m_load = make("benchLoad", tr("Speed under &load"), "Ctrl+Alt+O",
                  tr("Run the variant on the chosen device without pause and see whether it keeps its speed"));
    m_accuracy = make("benchAccuracy", tr("&Accuracy on the device"), "Ctrl+Alt+A",
                      tr("Evaluate the variant on the chosen device, and find the first layer that departs"));
    auto* mine = menu.addMenu(tr("&Measure on a device"));
    mine->setToolTipsVisible(true);
    mine->addActions({m_devices, m_turns, m_matrix, m_load, m_accuracy});
    m_parts.devices.setMeasureActions({m_devices, m_matrix, m_load, m_accuracy});
    connectKind(m_devices, DeviceBench::Kind::Devices, false);
    connectKind(m_matrix, DeviceBench::Kind::Matrix, true);
    connectKind(m_load, DeviceBench::Kind::Load, true);
    connectKind(m_accuracy, DeviceBench::Kind::Accuracy, true);
    connect(m_turns, &QAction::triggered, this, &BenchActions::compareInTurns);
    for (const auto signal : {&Workspace::projectChanged, &Workspace::modelChanged, &Workspace::variantsChanged})
        connect(&m_parts.workspace, signal, this, &BenchActions::refresh);
    // The panel's own signal tells of the user's clicks only.
    connect(m_parts.variants.tree()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &BenchActions::refresh);
    connect(&m_parts.devices, &DevicesPanel::currentChanged, this, &BenchActions::refresh);
    connect(&m_parts.devices.devices(), &DeviceList::changed, this, &BenchActions::refresh);
    refresh();
}

QAction* BenchActions::make(const char* name, const QString& text, const char* keys, const QString& tip) {
    auto* action = new QAction(text, this);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(QKeySequence(QString::fromLatin1(keys)));
    action->setStatusTip(tip);
    m_parts.window.addAction(action);
    return action;
}

void BenchActions::connectKind(QAction* action, DeviceBench::Kind kind, bool start) {
    connect(action, &QAction::triggered, this, [this, kind, start] {
        Q_EMIT shown();
        m_parts.bench.open(kind, m_parts.devices.current(), start);
    });
}

void BenchActions::compareInTurns() {
    const auto ids = m_parts.variants.selected();
    if (ids.size() != 2)
        return;
    Q_EMIT shown();
    // The older one is what the other is compared with.
    m_parts.bench.compare(std::min(ids[0], ids[1]), std::max(ids[0], ids[1]), m_parts.devices.current(), true);
}

void BenchActions::refresh() {
    const auto* device = m_parts.devices.devices().find(m_parts.devices.current());
    const auto noModel = m_parts.workspace.model() ? QString() : tr("no model is open");
    const auto noRuns = !noModel.isEmpty()                  ? noModel
                        : !device                           ? tr("no device is chosen")
                        : device->kind == "estimate"        ? tr("the chosen device only gives estimates")
                        : !deviceRefusal(*device).isEmpty() ? deviceRefusal(*device)
                                                            : QString();
    const auto allow = [](QAction* action, const QString& why) {
        const auto keys = action->shortcut().toString(QKeySequence::NativeText);
        const auto tip = tr("%1 (%2)").arg(action->statusTip(), keys);
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? tip : tr("%1\nNot now: %2").arg(tip, why));
    };
    allow(m_devices, noModel);
    allow(m_matrix, noRuns);
    allow(m_load, noRuns);
    allow(m_accuracy, !noRuns.isEmpty() || m_parts.workspace.hasDataset("evaluation")
                          ? noRuns
                          : tr("the project has no evaluation data (File menu)"));
    allow(m_turns,
          !noRuns.isEmpty() || m_parts.variants.selected().size() == 2 ? noRuns : tr("select two variants first"));
}

} // namespace lapidary
