// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/benchpages.h"
#include "ui/panels/devicecomparepage.h"

#include <QWidget>

class QTabWidget;

namespace lapidary {

/// Measurements of variants on devices, a page for each kind. UI thread.
class BenchPanel : public QWidget {
    Q_OBJECT

public:
    BenchPanel(Workspace& workspace, DeviceList& devices, QWidget* parent = nullptr);

    DeviceBench& bench() { return m_bench; }
    /// Shows the page with this device chosen; with `start`, measures at once where that can be done.
    void open(DeviceBench::Kind kind, const std::string& device, bool start);
    /// The page of comparisons in turns, with these two.
    void compare(VariantId a, VariantId b, const std::string& device, bool start);

Q_SIGNALS:
    void nodeWanted(quint32 node);      ///< to be shown in the graph
    void departureWanted(quint32 node); ///< the same, and the errors of the node values as its colours

private:
    DeviceBench m_bench;
    QTabWidget* m_tabs;
    DeviceComparePage* m_devices;
    TurnsPage* m_turns;
    std::map<DeviceBench::Kind, BenchPage*> m_pages;
};

} // namespace lapidary
