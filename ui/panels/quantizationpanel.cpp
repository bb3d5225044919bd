// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/quantizationpanel.h"

#include "ui/forms/formscroll.h"
#include "ui/panels/guardpage.h"
#include "ui/panels/quantreportpanel.h"
#include "ui/panels/rangespage.h"
#include "ui/panels/schemespage.h"

#include <QWidget>

namespace lapidary {

QuantizationPanel::QuantizationPanel(Workspace& workspace, PassPanel& passes, QWidget* parent)
    : QTabWidget(parent), m_culprits(new QuantReportPanel(workspace, passes)),
      m_ranges(new RangesPage(workspace, passes)), m_schemes(new SchemesPage(workspace, passes)),
      m_guard(new GuardPage(workspace, passes)) {
    setObjectName(QStringLiteral("quantizationTabs"));
    setDocumentMode(true);
    // A small screen holds the window whatever a page asks for.
    addTab(new FormScroll(m_culprits, this), tr("Culprits"));
    addTab(new FormScroll(m_ranges, this), tr("Ranges"));
    addTab(new FormScroll(m_schemes, this), tr("Schemes"));
    addTab(new FormScroll(m_guard, this), tr("Guard"));
    setTabToolTip(0, tr("Which layers lose accuracy in 8 bits, and what helps"));
    setTabToolTip(1, tr("How values are spread, and what each way to choose a range clips"));
    setTabToolTip(2, tr("Ways to quantize side by side"));
    setTabToolTip(3, tr("The fewest layers in float with which a limit holds"));
    connect(m_culprits, &QuantReportPanel::layerActivated, this, &QuantizationPanel::layerActivated);
    connect(m_schemes, &SchemesPage::layerActivated, this, &QuantizationPanel::layerActivated);
    connect(m_guard, &GuardPage::layerActivated, this, &QuantizationPanel::layerActivated);
}

void QuantizationPanel::showCulprits() {
    setCurrentIndex(0);
}

void QuantizationPanel::showRanges() {
    setCurrentIndex(1);
}

void QuantizationPanel::showSchemes() {
    setCurrentIndex(2);
}

void QuantizationPanel::showGuard() {
    setCurrentIndex(3);
}

} // namespace lapidary
