// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/loadcurve.h"
#include "ui/models/benchtexts.h"
#include "ui/panels/benchpages.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lapidary {

LoadPage::LoadPage(const Setting& setting)
    : BenchPage(setting, DeviceBench::Kind::Load, "load", tr("Run under load"),
                tr("Run the variant without pause, to see whether the device keeps its speed when it gets warm.")),
      m_seconds(new QSpinBox), m_curve(new LoadCurve) {
    constexpr int longest = 24 * 3600;
    m_seconds->setRange(1, longest);
    m_seconds->setValue(60);
    m_seconds->setSuffix(tr(" s", "seconds"));
    m_seconds->setToolTip(tr("How long to run"));
    named(m_seconds, "Seconds", tr("How long to run"));
    m_controls->addWidget(m_seconds);
    named(m_curve, "Curve", tr("Latency over the seconds"));
    m_body->addWidget(m_curve, 1);
    makeDevices();
}

void LoadPage::begin() {
    m_bench.measureLoad(device(), m_seconds->value());
}

void LoadPage::showResult(const QString& nothing) {
    const auto* found = m_bench.load(device());
    m_curve->setEmptyText(nothing);
    if (!found) {
        say({});
        m_curve->setPoints({}, -1);
        return;
    }
    const auto& load = found->result;
    QVector<LoadPoint> points;
    for (const auto& window : load.windows)
        points.append(LoadPoint{window.startSeconds + window.seconds / 2, window.medianMs, window.sensors.clockMhz,
                                window.sensors.celsius});
    m_curve->setPoints(points, load.settledSeconds);
    constexpr double worthSaying = 0.03;
    say(tr("%1 (on %2)").arg(loadText(load), QString::fromStdString(found->device)),
        load.loss > worthSaying ? Theme::of(palette()).warning : QColor());
    date(found->measuredMs, found->stale);
}

} // namespace lapidary
