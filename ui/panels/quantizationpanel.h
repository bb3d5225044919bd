// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QTabWidget>

namespace lapidary {

class PassPanel;
class QuantReportPanel;
class RangesPage;
class SchemesPage;

/// Everything about 8 bits: which layers suffer, what ranges keep, and ways to quantize side by side. UI thread only.
class QuantizationPanel : public QTabWidget {
    Q_OBJECT

public:
    QuantizationPanel(Workspace& workspace, PassPanel& passes, QWidget* parent = nullptr);

    void showCulprits();
    void showRanges();
    void showSchemes();

Q_SIGNALS:
    void layerActivated(quint32 node);

private:
    QuantReportPanel* m_culprits;
    RangesPage* m_ranges;
    SchemesPage* m_schemes;
};

} // namespace lapidary
