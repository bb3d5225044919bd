// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/tradeoffplot.h"

#include "ui/charts/chartexport.h"
#include "ui/charts/chartformat.h"
#include "ui/charts/tradeoffcanvas.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QVBoxLayout>

namespace lapidary {

struct TradeoffPlot::Private {
    TradeoffCanvas* canvas = nullptr; // owned by the widget
    QString emptyTitle;               // as the caller wants it; empty: our own words
    QString emptyHint;
    QString groupTitle;
};

TradeoffPlot::TradeoffPlot(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {
    d->canvas = new TradeoffCanvas(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(d->canvas);
    setFocusProxy(d->canvas);
    d->canvas->toolTipFor = [this](int index) { return toolTipFor(d->canvas->state.points()[index].id); };
    connect(d->canvas, &TradeoffCanvas::selectionEdited, this, [this](const QStringList& ids) {
        describe();
        Q_EMIT selectionEdited(ids);
    });
    connect(d->canvas, &TradeoffCanvas::limitEdited, this, [this](LimitAxis axis, double value) {
        describe();
        Q_EMIT limitEdited(axis, value);
    });
    connect(d->canvas, &TradeoffCanvas::limitRemoved, this, [this](LimitAxis axis) {
        describe();
        Q_EMIT limitRemoved(axis);
    });
    connect(d->canvas, &TradeoffCanvas::partEdited, this, &TradeoffPlot::partEdited);
    connect(d->canvas, &TradeoffCanvas::activated, this, &TradeoffPlot::activated);
    retranslate();
}

TradeoffPlot::~TradeoffPlot() = default;

void TradeoffPlot::retranslate() {
    TradeoffCanvas& canvas = *d->canvas;
    setAccessibleName(tr("Trade-off plot"));
    canvas.setAccessibleName(tr("Trade-off plot"));
    const TradeoffSize& size = canvas.state.size();
    const QString area = size.unit.isEmpty() ? size.label : tr("%1 (%2)", "quantity (unit)").arg(size.label, size.unit);
    canvas.legendWords = {tr("Frontier"), tr("Measured"), tr("Estimated"),
                          size.label.isEmpty() ? QString() : tr("Area: %1").arg(area)};
    canvas.betterWord = tr("better", "which way of an axis is the good one");
    const auto known = int(canvas.state.points().size());
    if (!d->emptyTitle.isEmpty()) {
        canvas.emptyTitle = d->emptyTitle;
        canvas.emptyHint = d->emptyHint;
    } else if (known > 0) {
        canvas.emptyTitle = tr("No variant has both numbers yet");
        canvas.emptyHint = tr("Evaluate or profile a variant, or choose other axes.");
    } else {
        canvas.emptyTitle = tr("No variants to compare yet");
        canvas.emptyHint = tr("Apply a pass, then evaluate and profile the result. Every variant with both numbers "
                              "appears here.");
    }
    canvas.refresh();
    describe();
}

void TradeoffPlot::describe() {
    const TradeoffState& state = d->canvas->state;
    QString text = tr("%1 variants shown, %2 on the frontier, %3 selected.")
                       .arg(state.drawable().size())
                       .arg(state.frontier().size())
                       .arg(state.selectedInOrder().size());
    if (state.best() >= 0) {
        text += QLatin1Char(' ') + tr("Best within the limit: %1.").arg(state.points()[state.best()].name);
    }
    setAccessibleDescription(text);
    d->canvas->setAccessibleDescription(text);
}

void TradeoffPlot::setAxes(const TradeoffAxis& x, const TradeoffAxis& y, const TradeoffSize& size) {
    d->canvas->state.setAxes(x, y, size);
    retranslate();
    d->canvas->fit();
}

void TradeoffPlot::setPoints(const QVector<TradeoffPoint>& points) {
    d->canvas->state.setPoints(points);
    retranslate();
}

QVector<TradeoffPoint> TradeoffPlot::points() const {
    return d->canvas->state.points();
}

QStringList TradeoffPlot::frontierIds() const {
    QStringList ids;
    for (const int index : d->canvas->state.frontier()) {
        ids.append(d->canvas->state.points()[index].id);
    }
    return ids;
}

void TradeoffPlot::setSelectedIds(const QStringList& ids) {
    const QSet<QString> wanted(ids.begin(), ids.end());
    if (wanted == d->canvas->state.selected) {
        return;
    }
    d->canvas->state.selected = wanted;
    d->canvas->replotSoon();
    describe();
}

QStringList TradeoffPlot::selectedIds() const {
    return d->canvas->state.selectedInOrder();
}

void TradeoffPlot::setLimit(LimitAxis axis, std::optional<double> value) {
    d->canvas->state.setLimit(axis, value);
    d->canvas->replotSoon();
    describe();
}

std::optional<double> TradeoffPlot::limit(LimitAxis axis) const {
    return d->canvas->state.limit(axis);
}

void TradeoffPlot::setGroupTitle(const QString& title) {
    d->groupTitle = title;
}

ValueInterval TradeoffPlot::range(LimitAxis axis) const {
    return axis == LimitAxis::X ? d->canvas->state.xRange() : d->canvas->state.yRange();
}

void TradeoffPlot::setFitRanges(ValueInterval x, ValueInterval y) {
    d->canvas->setFitRanges(x, y);
}

void TradeoffPlot::showPart(const QRectF& part) {
    d->canvas->showPart(part);
}

QString TradeoffPlot::bestId() const {
    const TradeoffState& state = d->canvas->state;
    return state.best() < 0 ? QString() : state.points()[state.best()].id;
}

void TradeoffPlot::setEmptyText(const QString& title, const QString& hint) {
    d->emptyTitle = title;
    d->emptyHint = hint;
    retranslate();
}

void TradeoffPlot::setNamesVisible(bool visible) {
    d->canvas->namesVisible = visible;
    d->canvas->replotSoon();
}

void TradeoffPlot::setLineageVisible(bool visible) {
    d->canvas->lineageVisible = visible;
    d->canvas->replotSoon();
}

QPointF TradeoffPlot::positionOf(const QString& id) const {
    const int index = d->canvas->state.indexOf(id);
    if (!d->canvas->state.isDrawable(index)) {
        return {};
    }
    // Axis margins are settled by a replot; one may still be waiting.
    d->canvas->replot(QCustomPlot::rpImmediateRefresh);
    return d->canvas->mapTo(this, d->canvas->placeOf(index));
}

QString TradeoffPlot::toolTipFor(const QString& id) const {
    const TradeoffState& state = d->canvas->state;
    const int index = state.indexOf(id);
    if (index < 0) {
        return {};
    }
    const TradeoffPoint& p = state.points()[index];
    const Theme theme = Theme::of(palette());
    const auto row = [&](const QString& label, const QString& value, std::optional<ValueKind> kind) {
        QString note;
        if (kind) {
            const bool estimate = *kind == ValueKind::Estimated;
            note = QStringLiteral("<span style='color:%1'>%2</span>")
                       .arg((estimate ? theme.estimate : theme.measurement).name(),
                            estimate ? tr("estimate") : tr("measured"));
        }
        return QStringLiteral("<tr><td style='color:%1'>%2&nbsp;&nbsp;</td><td align='right'>%3</td>"
                              "<td>&nbsp;&nbsp;%4</td></tr>")
            .arg(theme.muted.name(), label.toHtmlEscaped(), value.toHtmlEscaped(), note);
    };
    QString html = QStringLiteral("<p style='white-space:pre'><b>%1</b>").arg(p.name.toHtmlEscaped());
    if (state.onFrontier(index)) {
        html += QStringLiteral(" <span style='color:%1'>● %2</span>").arg(theme.frontier.name(), tr("frontier"));
    }
    html += QStringLiteral("</p><table style='white-space:pre'>");
    html += row(state.y().label, displayValue(p.y, p.yInterval, state.y().unit, state.y().decimals), p.yKind);
    html += row(state.x().label, displayValue(p.x, p.xInterval, state.x().unit, state.x().decimals), p.xKind);
    if (!state.size().label.isEmpty()) {
        html += row(state.size().label, displayValue(p.size, {}, state.size().unit), {});
    }
    if (!p.group.isEmpty()) {
        html += row(d->groupTitle.isEmpty() ? tr("Technique") : d->groupTitle, p.group, {});
    }
    if (const int parent = state.indexOf(p.parentId); parent >= 0) {
        html += row(tr("Made from"), state.points()[parent].name, {});
    }
    return html + QStringLiteral("</table>");
}

bool TradeoffPlot::exportTo(const QString& path, QString* error) const {
    return exportChart(*d->canvas, toCsv(), path, error);
}

QString TradeoffPlot::toCsv() const {
    const TradeoffState& state = d->canvas->state;
    const auto header = [](const QString& label, const QString& unit) {
        return csvField(unit.isEmpty() ? label : QStringLiteral("%1 [%2]").arg(label, unit));
    };
    const auto kind = [](ValueKind k) {
        return k == ValueKind::Measured ? QStringLiteral("measured") : QStringLiteral("estimated");
    };
    const auto bound = [](const std::optional<ValueInterval>& interval, bool upper) {
        return interval ? fileNumber(upper ? interval->upper : interval->lower) : QString();
    };
    const QString x = header(state.x().label, state.x().unit);
    const QString y = header(state.y().label, state.y().unit);
    QStringList lines{QStringList{QStringLiteral("id"), QStringLiteral("name"), QStringLiteral("parent"),
                                  csvField(d->groupTitle.isEmpty() ? tr("Technique") : d->groupTitle), x,
                                  QStringLiteral("x_lower"), QStringLiteral("x_upper"), QStringLiteral("x_kind"), y,
                                  QStringLiteral("y_lower"), QStringLiteral("y_upper"), QStringLiteral("y_kind"),
                                  header(state.size().label, state.size().unit), QStringLiteral("frontier")}
                          .join(QLatin1Char(','))};
    for (int i = 0; i < state.points().size(); ++i) {
        const TradeoffPoint& p = state.points()[i];
        lines << QStringList{csvField(p.id),           csvField(p.name),
                             csvField(p.parentId),     csvField(p.group),
                             fileNumber(p.x),          bound(p.xInterval, false),
                             bound(p.xInterval, true), kind(p.xKind),
                             fileNumber(p.y),          bound(p.yInterval, false),
                             bound(p.yInterval, true), kind(p.yKind),
                             fileNumber(p.size),       state.onFrontier(i) ? QStringLiteral("1") : QStringLiteral("0")}
                     .join(QLatin1Char(','));
    }
    return lines.join(QLatin1String("\r\n")) + QLatin1String("\r\n");
}

void TradeoffPlot::fit() {
    d->canvas->fit();
}

void TradeoffPlot::drawTo(QPainter& painter, const QPoint& corner) const {
    drawCanvas(*d->canvas, painter, corner);
}

void TradeoffPlot::exportInteractively() {
    exportChartInteractively(*d->canvas, toCsv(), QStringLiteral("trade-off.png"));
}

void TradeoffPlot::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    const TradeoffState& state = d->canvas->state;
    const QPoint at = d->canvas->mapFrom(this, event->pos());
    const bool any = !state.drawable().empty();
    menu.addAction(tr("Show everything"), this, &TradeoffPlot::fit)->setEnabled(any);
    menu.addSeparator();
    const auto limitHere = [this, at](LimitAxis axis) {
        const double value =
            axis == LimitAxis::X ? d->canvas->xAxis->pixelToCoord(at.x()) : d->canvas->yAxis->pixelToCoord(at.y());
        setLimit(axis, value);
        Q_EMIT limitEdited(axis, value);
    };
    menu.addAction(tr("Limit %1 here").arg(state.x().label), this, [=] { limitHere(LimitAxis::X); })->setEnabled(any);
    menu.addAction(tr("Limit %1 here").arg(state.y().label), this, [=] { limitHere(LimitAxis::Y); })->setEnabled(any);
    menu.addAction(tr("Remove limits"), this,
                   [this] {
                       for (const LimitAxis axis : {LimitAxis::X, LimitAxis::Y}) {
                           setLimit(axis, std::nullopt);
                           Q_EMIT limitRemoved(axis);
                       }
                   })
        ->setEnabled(state.hasLimit());
    menu.addSeparator();
    menu.addAction(tr("Export…"), this, &TradeoffPlot::exportInteractively)->setEnabled(any);
    menu.exec(event->globalPos());
}

void TradeoffPlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (!d || !d->canvas || event->type() != QEvent::LanguageChange) {
        return;
    }
    retranslate();
}

} // namespace lapidary
