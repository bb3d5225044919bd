// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QTabWidget>

namespace lapidary {

class GuardPage;
class PassPanel;
class QuantReportPanel;
class RangesPage;
class SchemesPage;

/// Everything about 8 bits: which layers suffer, what ranges keep, ways to quantize side by side, and the fewest layers
/// in float that hold a limit. UI thread only.
class QuantizationPanel : public QTabWidget {
    Q_OBJECT

public:
    QuantizationPanel(Workspace& workspace, PassPanel& passes, QWidget* parent = nullptr);

    void showCulprits();
    void showRanges();
    void showSchemes();
    void showGuard();

Q_SIGNALS:
    void layerActivated(quint32 node);

private:
    QuantReportPanel* m_culprits;
    RangesPage* m_ranges;
    SchemesPage* m_schemes;
    GuardPage* m_guard;
};

} // namespace lapidary
