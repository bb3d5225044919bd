// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/intervalbars.h"
#include "ui/models/benchtexts.h"
#include "ui/models/numbertext.h"
#include "ui/panels/benchpages.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace lapidary {

AccuracyPage::AccuracyPage(const Setting& setting)
    : BenchPage(setting, DeviceBench::Kind::Accuracy, "accuracy", tr("Check accuracy"),
                tr("Evaluate the variant on the device and here, and find the first layer where the device computes "
                   "something else.")),
      m_departure(new QLabel), m_showNode(new QPushButton(tr("Show in the graph"))), m_shares(new IntervalBars) {
    named(m_departure, "Departure", tr("First layer that departs"));
    m_departure->setWordWrap(true);
    m_departure->setTextFormat(Qt::PlainText);
    m_departure->setTextInteractionFlags(Qt::TextSelectableByMouse);
    named(m_showNode, "ShowNode", tr("Show the layer in the graph"));
    m_showNode->setToolTip(tr("Select the layer where the device first departs, and show it in the graph"));
    named(m_shares, "Shares", tr("Accuracy there and here with its interval"));
    m_body->addWidget(m_shares);
    m_body->addWidget(m_departure);
    m_body->addWidget(m_showNode, 0, Qt::AlignLeft);
    m_body->addStretch(1);
    connect(m_showNode, &QPushButton::clicked, this, [this] {
        if (const auto node = light(); node > 0)
            Q_EMIT nodeWanted(node);
    });
    // What was found just now is shown in the graph at once, what the project kept when it is asked for.
    connect(&m_bench, &DeviceBench::accuracyChecked, this, [this](VariantId id) {
        if (id == m_workspace.current())
            light();
    });
    makeDevices();
}

QString AccuracyPage::whyNot() const {
    const auto why = BenchPage::whyNot();
    if (!why.isEmpty())
        return why;
    return m_workspace.hasDataset("evaluation") ? QString() : tr("The project has no evaluation data (File menu).");
}

void AccuracyPage::begin() {
    m_bench.checkAccuracy(device());
}

/// Selects the layer and colours both sides of the step by their signal to noise.
quint32 AccuracyPage::light() {
    const auto* found = m_bench.accuracy(device());
    const auto model = m_workspace.model();
    if (!model || !found || !found->departure || !found->departure->first)
        return 0;
    const auto& departure = *found->departure;
    const auto* node = model->model->graph->findNode(departure.first->node);
    if (!node)
        return 0;
    NodeValues values;
    values.title = tr("Signal to noise on the device").toStdString();
    values.unit = "dB";
    values.higherIsWorse = false;
    values.values[node->id] = departure.first->sqnrDb;
    if (departure.before)
        if (const auto* before = model->model->graph->findNode(departure.before->node))
            values.values[before->id] = departure.before->sqnrDb;
    m_workspace.setNodeValues(Workspace::ValueSource::Error, std::move(values));
    m_workspace.selection().set({node->id}, node->id);
    return node->id.number;
}

void AccuracyPage::showResult(const QString& nothing) {
    const auto* found = m_bench.accuracy(device());
    const bool departs = found && found->departure && found->departure->departs && found->departure->first;
    m_shares->setVisible(found && found->there);
    m_departure->setVisible(found && found->departure);
    m_showNode->setVisible(departs);
    if (!found) {
        say(nothing, Theme::of(palette()).muted);
        return;
    }
    say(accuracyText(*found));
    date(found->measuredMs, found->stale);
    QVector<IntervalBar> bars;
    const auto add = [&](const QString& label, const EvaluationResult& result, int color) {
        if (const auto& share = result.top1 ? result.top1 : result.agreement)
            bars.append(
                IntervalBar{label, share->percent, share->low, share->high, percentText(share->percent), color});
    };
    if (found->there)
        add(QString::fromStdString(found->device), *found->there, 0);
    if (found->here)
        add(tr("This computer"), *found->here, 1);
    m_shares->setBars(bars, false, QStringLiteral(" %"));
    if (!found->departure)
        return;
    m_departure->setText(departureText(*found->departure));
    m_departure->setStyleSheet(
        QStringLiteral("color: %1").arg((departs ? Theme::of(palette()).warning : Theme::of(palette()).text).name()));
}

} // namespace lapidary
