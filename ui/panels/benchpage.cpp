// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/benchpage.h"

#include "ui/models/benchtexts.h"
#include "ui/models/devicetexts.h"
#include "ui/panels/elidedcombobox.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace lapidary {

BenchPage::BenchPage(const Setting& setting, DeviceBench::Kind kind, const char* name, const QString& startText,
                     const QString& tip)
    : m_workspace(setting.workspace), m_devices(setting.devices), m_bench(setting.bench), m_controls(new QHBoxLayout),
      m_body(new QVBoxLayout), m_kind(kind), m_name(QString::fromLatin1(name)), m_tip(tip),
      m_start(new QPushButton(startText)), m_stop(new QPushButton(tr("Stop"))), m_verdict(new QLabel),
      m_when(new QLabel) {
    setObjectName(m_name + QStringLiteral("Page"));
    named(m_start, "Start", startText);
    named(m_stop, "Stop", tr("Stop"));
    named(m_verdict, "Verdict", tr("Result"));
    named(m_when, "When", tr("When it was measured"));
    m_stop->setToolTip(tr("Stop measuring; what was measured before stays"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextFormat(Qt::PlainText);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_when->setWordWrap(true);
    m_when->setTextFormat(Qt::PlainText);
    m_when->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_when->hide();
    auto* top = new QHBoxLayout;
    top->setSpacing(Theme::spacing);
    m_controls->setSpacing(Theme::spacing);
    top->addLayout(m_controls);
    top->addWidget(m_start);
    top->addWidget(m_stop);
    top->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    column->setSpacing(Theme::spacing);
    column->addLayout(top);
    column->addWidget(m_verdict);
    column->addWidget(m_when);
    column->addLayout(m_body, 1);
    connect(m_start, &QPushButton::clicked, this, &BenchPage::start);
    connect(m_stop, &QPushButton::clicked, this, [this] { m_bench.cancel(m_kind); });
    connect(&m_bench, &DeviceBench::changed, this, &BenchPage::refresh);
    for (const auto signal : {&Workspace::modelChanged, &Workspace::variantsChanged, &Workspace::projectChanged})
        connect(&m_workspace, signal, this, &BenchPage::refresh);
}

QWidget* BenchPage::named(QWidget* widget, const char* part, const QString& accessibleName) {
    widget->setObjectName(m_name + QString::fromLatin1(part));
    widget->setAccessibleName(accessibleName);
    return widget;
}

void BenchPage::makeDevices() {
    m_device = new ElidedComboBox(10);
    named(m_device, "Device", tr("Device to measure on"));
    m_device->setToolTip(tr("Device to measure on; devices that are not ready are left out"));
    m_controls->insertWidget(0, m_device);
    const auto fill = [this] {
        const QSignalBlocker quiet(m_device);
        const auto before = m_device->currentData();
        m_device->clear();
        for (const auto& info : m_devices.devices())
            if (deviceUsable(info) && takes(info))
                m_device->addItem(QString::fromStdString(info.name), QString::fromStdString(info.id));
        if (const int at = m_device->findData(before); at >= 0)
            m_device->setCurrentIndex(at);
        refresh();
    };
    connect(&m_devices, &DeviceList::changed, this, fill);
    connect(m_device, &QComboBox::currentIndexChanged, this, &BenchPage::refresh);
    fill();
}

bool BenchPage::takes(const DeviceInfo& info) const {
    return info.kind != "estimate"; // nothing runs there
}

std::string BenchPage::device() const {
    return m_device ? m_device->currentData().toString().toStdString() : std::string();
}

void BenchPage::setDevice(const std::string& id) {
    if (const int at = m_device ? m_device->findData(QString::fromStdString(id)) : -1; at >= 0)
        m_device->setCurrentIndex(at);
}

QString BenchPage::whyNot() const {
    if (!m_workspace.model())
        return tr("No model is open.");
    return m_device && m_device->count() == 0 ? tr("No device is ready.") : QString();
}

void BenchPage::start() {
    if (m_bench.isRunning(m_kind))
        return;
    const auto why = whyNot();
    if (why.isEmpty())
        begin();
    else
        Q_EMIT m_workspace.notice(why);
}

void BenchPage::say(const QString& text, const QColor& color) {
    m_verdict->setText(text);
    m_verdict->setStyleSheet(color.isValid() ? QStringLiteral("color: %1").arg(color.name()) : QString());
}

void BenchPage::date(std::int64_t measuredMs, const std::vector<Difference>& stale) {
    const auto theme = Theme::of(palette());
    m_when->setText(measuredText(measuredMs, stale));
    m_when->setStyleSheet(QStringLiteral("color: %1").arg((stale.empty() ? theme.muted : theme.warning).name()));
    m_when->show();
}

void BenchPage::refresh() {
    const auto why = whyNot();
    const bool running = m_bench.isRunning(m_kind);
    m_start->setEnabled(why.isEmpty() && !running);
    m_start->setToolTip(why.isEmpty() && !running
                            ? m_tip
                            : tr("%1\nNot now: %2").arg(m_tip, running ? tr("a measurement is running") : why));
    m_stop->setEnabled(running);
    m_when->hide();
    showResult(running ? tr("Measuring …") : why.isEmpty() ? m_tip : why);
}

void BenchPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh();
}

} // namespace lapidary
