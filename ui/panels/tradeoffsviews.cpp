// SPDX-License-Identifier: GPL-3.0-or-later
// What the trade-offs panel shows: the plots, the parallel axes, the limits and the variant they light.
#include "ui/charts/chartexport.h"
#include "ui/charts/chartformat.h"
#include "ui/charts/tradeoffplot.h"
#include "ui/panels/tradeoffspanel.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

namespace lapidary {

void TradeoffsPanel::showAll() {
    const bool parallel = m_parallelButton->isChecked();
    m_pages->setCurrentIndex(parallel ? 1 : 0);
    for (auto* widget : std::initializer_list<QWidget*>{m_x, m_y, m_size})
        widget->setEnabled(!parallel);
    m_limits->setVisible(!parallel);
    m_axesButton->setVisible(parallel);
    if (parallel)
        showParallel();
    else
        showPlots();
    selectPoints();
}

void TradeoffsPanel::arrangePlots(const std::vector<std::string>& devices) {
    const bool several = devices.size() > 1;
    while (m_plots.size() < devices.size())
        m_plots.push_back(makePlot());
    while (m_plots.size() > std::max<std::size_t>(1, devices.size())) {
        delete m_plots.back()->parentWidget();
        m_plots.pop_back();
        m_plotTitles.pop_back();
    }
    for (std::size_t i = 0; i < m_plots.size(); ++i) {
        m_plotTitles[i]->setVisible(several);
        m_plotTitles[i]->setText(!several               ? QString()
                                 : devices[i] == "host" ? tr("This computer")
                                                        : QString::fromStdString(devices[i]));
    }
}

void TradeoffsPanel::showPlots() {
    auto asked = question();
    const bool byDevice = asked.colour == ColourBy::Device;
    const auto all = devices();
    const auto shown = sideBySide() && !byDevice ? all : std::vector<std::string>{asked.device};
    arrangePlots(shown);
    const auto& scaleOver = sideBySide() || byDevice ? all : shown;
    const auto& variants = m_workspace.variants();
    const auto x = scaledAxis(variants, asked.x, scaleOver).axis;
    const auto y = scaledAxis(variants, asked.y, scaleOver).axis;
    const auto area = asked.size.empty() ? TradeoffAxis() : scaledAxis(variants, asked.size, scaleOver).axis;
    for (std::size_t i = 0; i < m_plots.size(); ++i) {
        auto* plot = m_plots[i];
        asked.device = shown[i];
        plot->setGroupTitle(m_colour->currentText());
        // Setting axes shows everything again; new numbers alone shall not move what the user looks at.
        const auto axes = QStringList{x.label, x.unit, y.label, y.unit, area.label, area.unit}.join(u'\n');
        if (plot->property("axes") != axes) {
            plot->setProperty("axes", axes);
            plot->setAxes(x, y, {area.label, area.unit});
            for (const auto axis : {LimitAxis::X, LimitAxis::Y})
                plot->setLimit(axis, std::nullopt);
        }
        plot->setPoints(tradeoffPoints(variants, asked, scaleOver));
        for (const auto axis : {LimitAxis::X, LimitAxis::Y})
            plot->setLimit(axis, m_plots.front()->limit(axis));
    }
    fitTogether();
    showLimits();
}

void TradeoffsPanel::fitTogether() {
    if (m_plots.size() == 1) {
        plot()->setFitRanges({1, 0}, {1, 0});
        return;
    }
    const auto together = [this](LimitAxis axis) {
        ValueInterval all{1, 0};
        for (const auto* plot : m_plots) {
            const auto one = plot->range(axis);
            if (one.lower > one.upper)
                continue;
            all = all.lower > all.upper ? one
                                        : ValueInterval{std::min(all.lower, one.lower), std::max(all.upper, one.upper)};
        }
        return all;
    };
    for (auto* plot : m_plots)
        plot->setFitRanges(together(LimitAxis::X), together(LimitAxis::Y));
}

void TradeoffsPanel::editLimit(LimitAxis axis, std::optional<double> value) {
    for (auto* plot : m_plots)
        plot->setLimit(axis, value);
    showLimits();
}

void TradeoffsPanel::showLimits() {
    const QScopedValueRollback guard(m_updating, true);
    const auto& variants = m_workspace.variants();
    const auto asked = question();
    const auto scaleOver = devices();
    const auto show = [&](QDoubleSpinBox* spin, LimitAxis axis, const std::string& key) {
        const auto scaled = scaledAxis(variants, key, scaleOver).axis;
        ValueInterval all{1, 0};
        for (const auto* plot : m_plots)
            if (const auto one = plot->range(axis); one.lower <= one.upper)
                all = all.lower > all.upper
                          ? one
                          : ValueInterval{std::min(all.lower, one.lower), std::max(all.upper, one.upper)};
        const bool any = all.lower <= all.upper;
        const double span = any ? std::max(all.upper - all.lower, 1e-6) : 1;
        spin->setDecimals(span < 1 ? 4 : span < 10 ? 3 : span < 1000 ? 2 : 0);
        spin->setSuffix(scaled.unit.isEmpty() ? QString() : QLatin1Char(' ') + scaled.unit);
        // A drag may take the line somewhat beyond the variants.
        const auto limit = plot()->limit(axis);
        const double least = std::min(any ? all.lower - span : 0.0, limit.value_or(0.0) - span);
        spin->setRange(least, std::max(any ? all.upper + span : 1.0, limit.value_or(0.0)));
        spin->setSingleStep(span / 50);
        spin->setSpecialValueText(tr("none"));
        spin->setValue(limit.value_or(spin->minimum()));
        spin->setEnabled(any);
        spin->setToolTip(any ? tr("A limit for the variants; its line can be dragged. Least value: no limit.")
                             : tr("Not now: no variant has both numbers"));
    };
    show(m_limitAcross, LimitAxis::X, asked.x);
    show(m_limitUp, LimitAxis::Y, asked.y);
    showBest();
}

void TradeoffsPanel::showBest() {
    const bool limited = plot()->limit(LimitAxis::X) || plot()->limit(LimitAxis::Y);
    const auto id = plot()->bestId();
    m_takeBest->setVisible(!id.isEmpty());
    if (!limited) {
        m_best->setText(tr("L in the plot draws a limit to drag."));
        return;
    }
    if (id.isEmpty()) {
        m_best->setText(tr("No variant keeps the limit."));
        return;
    }
    const auto* variant = m_workspace.variant(variantOfPoint(id));
    if (!variant)
        return;
    auto asked = question();
    if (id.contains(u'@'))
        asked.device = id.section(u'@', 1).toStdString();
    QStringList numbers;
    for (const auto& key : {asked.y, asked.x, asked.size})
        if (const auto metric = metricOn(key, asked.device); !key.empty())
            if (const auto reading = readMetric(*variant, metric))
                numbers.append((reading->estimate ? tr("≈ %1") : tr("%1"))
                                   .arg(metricText(metric, reading->value).replace(u' ', QChar::Nbsp)));
    m_best->setText(
        tr("Best inside: <b>%1</b> · %2")
            .arg(QString::fromStdString(variant->record.name).toHtmlEscaped(), numbers.join(QStringLiteral(" · "))));
}

std::vector<VariantMetric> TradeoffsPanel::parallelMetrics() const {
    std::vector<VariantMetric> metrics;
    const auto device = question().device;
    for (const auto& metric : variantMetrics(m_workspace.variants()))
        if (metric.device.empty() || metric.device == device || sideBySide())
            metrics.push_back(metric);
    return metrics;
}

void TradeoffsPanel::showParallel() {
    auto metrics = parallelMetrics();
    // More than these say little that is new; they can be had from the menu.
    static const QStringList quiet{QStringLiteral("parameter_bytes"), QStringLiteral("p90_ms"),
                                   QStringLiteral("p99_ms"),          QStringLiteral("first_run_ms"),
                                   QStringLiteral("load_ms"),         QStringLiteral("cosine")};
    std::erase_if(metrics, [&](const VariantMetric& metric) {
        const bool usually = !quiet.contains(QString::fromStdString(metric.key));
        return m_hiddenAxes.contains(metric.id()) == usually; // the list has what differs from usual
    });
    const auto& variants = m_workspace.variants();
    const auto colour = ColourBy(m_colour->currentData().toInt());
    m_parallel->setContent(parallelAxes(variants, metrics), parallelLines(variants, metrics, colour));
}

void TradeoffsPanel::fillAxesMenu() {
    m_axesMenu->clear();
    const auto shown = m_parallel->axisOrder();
    for (const auto& metric : parallelMetrics()) {
        auto* action = m_axesMenu->addAction(metric.title());
        action->setObjectName(QStringLiteral("axis_") + metric.id());
        action->setToolTip(metric.explanation());
        action->setCheckable(true);
        action->setChecked(shown.contains(metric.id()));
        connect(action, &QAction::toggled, this, [this, id = metric.id()] {
            if (m_hiddenAxes.removeAll(id) == 0)
                m_hiddenAxes.append(id);
            showParallel();
        });
    }
}

void TradeoffsPanel::exportShown() {
    if (m_parallelButton->isChecked())
        m_parallel->exportInteractively();
    else if (m_plots.size() == 1)
        plot()->exportInteractively();
    else
        askAndExport(window(), QStringLiteral("trade-offs.png"),
                     [this](const QString& path, QString* error) { return exportPlots(path, error); });
}

bool TradeoffsPanel::exportPlots(const QString& path, QString* error) const {
    const int titleHeight = fontMetrics().height() + 12;
    QSize size(0, 0);
    for (const auto* plot : m_plots)
        size = QSize(size.width() + plot->width(), std::max(size.height(), plot->height() + titleHeight));
    const auto paint = [&](QPainter& painter) {
        const auto theme = Theme::of(palette());
        painter.fillRect(QRect(QPoint(0, 0), size), theme.base);
        painter.setFont(font());
        int left = 0;
        for (std::size_t i = 0; i < m_plots.size(); ++i) {
            m_plots[i]->drawTo(painter, QPoint(left, titleHeight));
            painter.setPen(theme.text);
            painter.drawText(QRect(left + 12, 0, m_plots[i]->width() - 24, titleHeight),
                             Qt::AlignLeft | Qt::AlignVCenter, m_plotTitles[i]->text());
            left += m_plots[i]->width();
        }
    };
    return exportPainting(size, logicalDpiX(), paint, plotsCsv(), path, error);
}

/// The rows of every plot, with the device in front.
QString TradeoffsPanel::plotsCsv() const {
    QString csv;
    for (std::size_t i = 0; i < m_plots.size(); ++i) {
        auto rows = m_plots[i]->toCsv().split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
        if (rows.isEmpty())
            continue;
        const auto header = rows.takeFirst();
        if (csv.isEmpty())
            csv = tr("Device") + QLatin1Char(',') + header + QStringLiteral("\r\n");
        auto device = m_plotTitles[i]->text();
        device = QLatin1Char('"') + device.replace(u'"', QStringLiteral("\"\"")) + QLatin1Char('"');
        for (const auto& row : rows)
            csv += device + QLatin1Char(',') + row + QStringLiteral("\r\n");
    }
    return csv;
}

} // namespace lapidary
