// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/benchpanel.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace lapidary {

BenchPanel::BenchPanel(Workspace& workspace, DeviceList& devices, QWidget* parent)
    : QWidget(parent), m_bench(workspace), m_tabs(new QTabWidget) {
    setObjectName(QStringLiteral("benchPanel"));
    const BenchPage::Setting setting{workspace, devices, m_bench};
    m_devices = new DeviceComparePage(setting);
    m_turns = new TurnsPage(setting);
    auto* accuracy = new AccuracyPage(setting);
    m_pages = {{DeviceBench::Kind::Devices, m_devices},
               {DeviceBench::Kind::Turns, m_turns},
               {DeviceBench::Kind::Matrix, new MatrixPage(setting)},
               {DeviceBench::Kind::Load, new LoadPage(setting)},
               {DeviceBench::Kind::Accuracy, accuracy}};
    m_tabs->setObjectName(QStringLiteral("benchTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_devices, tr("Devices"));
    m_tabs->addTab(m_turns, tr("In turns"));
    m_tabs->addTab(m_pages.at(DeviceBench::Kind::Matrix), tr("Threads × batch"));
    m_tabs->addTab(m_pages.at(DeviceBench::Kind::Load), tr("Under load"));
    m_tabs->addTab(accuracy, tr("Accuracy there"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_tabs);
    connect(accuracy, &AccuracyPage::nodeWanted, this, &BenchPanel::departureWanted);
    connect(m_devices, &DeviceComparePage::nodeActivated, this, &BenchPanel::nodeWanted);
}

void BenchPanel::open(DeviceBench::Kind kind, const std::string& device, bool start) {
    auto* page = m_pages.at(kind);
    m_tabs->setCurrentWidget(page);
    page->setDevice(device);
    if (start)
        page->start();
}

void BenchPanel::compare(VariantId a, VariantId b, const std::string& device, bool start) {
    m_turns->choose(a, b);
    open(DeviceBench::Kind::Turns, device, start);
}

} // namespace lapidary
