// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tradeoffspanel.h"

#include "ui/charts/tradeoffplot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace lapidary {

namespace {

QString groupName(const std::string& group) {
    if (group == techniqueName(Technique::Simplify))
        return TradeoffsPanel::tr("Simplified");
    if (group == techniqueName(Technique::Prune))
        return TradeoffsPanel::tr("Pruned");
    if (group == techniqueName(Technique::Quantize))
        return TradeoffsPanel::tr("Quantized");
    if (group == "Source")
        return TradeoffsPanel::tr("Source");
    return TradeoffsPanel::tr("Other");
}

QString metricName(TradeoffMetric metric) {
    switch (metric) {
    case TradeoffMetric::Accuracy:
        return TradeoffsPanel::tr("Top-1 accuracy");
    case TradeoffMetric::Agreement:
        return TradeoffsPanel::tr("Agreement");
    case TradeoffMetric::LatencyMs:
        return TradeoffsPanel::tr("Latency");
    case TradeoffMetric::FileBytes:
        return TradeoffsPanel::tr("File size");
    case TradeoffMetric::Macs:
        return TradeoffsPanel::tr("MACs");
    case TradeoffMetric::Parameters:
        break;
    }
    return TradeoffsPanel::tr("Parameters");
}

QString unitOf(TradeoffMetric metric) {
    switch (metric) {
    case TradeoffMetric::Accuracy:
    case TradeoffMetric::Agreement:
        return TradeoffsPanel::tr("%");
    case TradeoffMetric::LatencyMs:
        return TradeoffsPanel::tr("ms");
    case TradeoffMetric::FileBytes:
        return TradeoffsPanel::tr("KiB");
    case TradeoffMetric::Macs:
        return TradeoffsPanel::tr("M");
    case TradeoffMetric::Parameters:
        break;
    }
    return TradeoffsPanel::tr("k");
}

Better better(TradeoffMetric metric) {
    return metric == TradeoffMetric::Accuracy || metric == TradeoffMetric::Agreement ? Better::Larger : Better::Smaller;
}

TradeoffMetric metricOf(const QComboBox* combo) { return TradeoffMetric(combo->currentData().toInt()); }

std::optional<ValueInterval> interval(const std::optional<PlotInterval>& given) {
    return given ? std::optional(ValueInterval{given->lower, given->upper}) : std::nullopt;
}

} // namespace

TradeoffsPanel::TradeoffsPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_plot(new TradeoffPlot(this)),
      m_x(metricCombo(QStringLiteral("tradeoffX"), TradeoffMetric::LatencyMs)),
      m_y(metricCombo(QStringLiteral("tradeoffY"), TradeoffMetric::Accuracy)),
      m_size(metricCombo(QStringLiteral("tradeoffSize"), TradeoffMetric::FileBytes)) {
    setObjectName(QStringLiteral("tradeoffsPanel"));
    m_plot->setObjectName(QStringLiteral("tradeoffPlot"));
    m_plot->setEmptyText(tr("No variant has both numbers yet"),
                         tr("Evaluate variants for their accuracy (F6) and profile them for their latency (F5)."));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 6, 8, 6);
    bar->setSpacing(8);
    const auto add = [&](const QString& text, QComboBox* combo) {
        auto* label = new QLabel(text, this);
        label->setBuddy(combo);
        bar->addWidget(label);
        bar->addWidget(combo);
    };
    add(tr("Across"), m_x);
    add(tr("Up"), m_y);
    add(tr("Bubble"), m_size);
    bar->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_plot, 1);
    for (auto* combo : {m_x, m_y, m_size})
        connect(combo, &QComboBox::currentIndexChanged, this, &TradeoffsPanel::showAxes);
    connect(&m_workspace, &Workspace::variantsChanged, this, &TradeoffsPanel::showPoints);
    connect(m_plot, &TradeoffPlot::activated, this, [this](const QString& id) { m_workspace.setCurrent(id.toLongLong()); });
    connect(m_plot, &TradeoffPlot::selectionEdited, this, [this](const QStringList& ids) {
        QList<VariantId> numbers;
        for (const auto& id : ids)
            numbers.append(id.toLongLong());
        Q_EMIT selectionEdited(numbers);
    });
    showAxes();
}

QComboBox* TradeoffsPanel::metricCombo(const QString& name, TradeoffMetric initial) {
    auto* combo = new QComboBox(this);
    combo->setObjectName(name);
    for (const auto metric : {TradeoffMetric::LatencyMs, TradeoffMetric::FileBytes, TradeoffMetric::Macs,
                              TradeoffMetric::Parameters, TradeoffMetric::Accuracy, TradeoffMetric::Agreement})
        combo->addItem(metricName(metric), int(metric));
    combo->setCurrentIndex(combo->findData(int(initial)));
    return combo;
}

void TradeoffsPanel::showAxes() {
    const auto x = metricOf(m_x);
    const auto y = metricOf(m_y);
    const auto size = metricOf(m_size);
    m_plot->setAxes({metricName(x), unitOf(x), better(x)}, {metricName(y), unitOf(y), better(y)},
                    {metricName(size), unitOf(size)});
    showPoints();
}

void TradeoffsPanel::showPoints() {
    QVector<TradeoffPoint> points;
    for (const auto& given : tradeoffData(m_workspace.variants(), metricOf(m_x), metricOf(m_y), metricOf(m_size)).points) {
        TradeoffPoint point;
        point.id = QString::fromStdString(given.id);
        point.name = QString::fromStdString(given.name);
        point.x = given.x;
        point.y = given.y;
        if (given.size)
            point.size = *given.size;
        point.xInterval = interval(given.xInterval);
        point.yInterval = interval(given.yInterval);
        point.parentId = QString::fromStdString(given.parentId);
        point.group = groupName(given.group);
        points.append(point);
    }
    m_plot->setPoints(points);
}

void TradeoffsPanel::select(const QList<VariantId>& ids) {
    QStringList texts;
    for (const auto id : ids)
        texts.append(QString::number(id));
    m_plot->setSelectedIds(texts);
}

} // namespace lapidary
