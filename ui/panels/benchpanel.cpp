// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/benchpanel.h"

#include "ui/forms/formscroll.h"

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
    // A small screen holds the window whatever a page asks for.
    const auto add = [this](DeviceBench::Kind kind, const QString& title) {
        m_tabs->addTab(new FormScroll(m_pages.at(kind), m_tabs), title);
    };
    add(DeviceBench::Kind::Devices, tr("Devices"));
    add(DeviceBench::Kind::Turns, tr("In turns"));
    add(DeviceBench::Kind::Matrix, tr("Threads × batch"));
    add(DeviceBench::Kind::Load, tr("Under load"));
    add(DeviceBench::Kind::Accuracy, tr("Accuracy there"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_tabs);
    connect(accuracy, &AccuracyPage::nodeWanted, this, &BenchPanel::departureWanted);
    connect(m_devices, &DeviceComparePage::nodeActivated, this, &BenchPanel::nodeWanted);
}

void BenchPanel::open(DeviceBench::Kind kind, const std::string& device, bool start) {
    auto* page = m_pages.at(kind);
    for (int i = 0; i < m_tabs->count(); ++i)
        if (m_tabs->widget(i)->isAncestorOf(page))
            m_tabs->setCurrentIndex(i);
    page->setDevice(device);
    if (start)
        page->start();
}

void BenchPanel::compare(VariantId a, VariantId b, const std::string& device, bool start) {
    m_turns->choose(a, b);
    open(DeviceBench::Kind::Turns, device, start);
}

} // namespace lapidary
