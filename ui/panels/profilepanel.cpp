// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/profilepanel.h"

#include "ui/charts/latencyplot.h"
#include "ui/charts/layerbars.h"
#include "ui/models/numbertext.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QVBoxLayout>

#include <map>

namespace lapidary {

namespace {

QString idText(NodeId id) {
    return QString::number(id.number);
}

QVector<double> asVector(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

QLabel* makeLabel(const char* name) {
    auto* label = new QLabel;
    label->setObjectName(QString::fromLatin1(name));
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString environmentText(const Profile& profile, const char* key, const QString& pattern) {
    const auto it = profile.environment.find(key);
    return it == profile.environment.end() || it->second.empty() ? QString()
                                                                 : pattern.arg(QString::fromStdString(it->second));
}

QString factsText(const Profile& profile) {
    const auto& timing = profile.timing;
    QStringList parts;
    if (profile.estimate) {
        parts.append(environmentText(profile, "basis", ProfilePanel::tr("From %1; nothing was measured")));
    } else {
        parts.append(ProfilePanel::tr("95 % interval %1 to %2")
                         .arg(millisecondsText(timing.ciLow), millisecondsText(timing.ciHigh)));
        parts.append(
            ProfilePanel::tr("p90 %1, p99 %2").arg(millisecondsText(timing.p90), millisecondsText(timing.p99)));
        parts.append(ProfilePanel::tr("%n run(s)", nullptr, int(timing.runs)));
        parts.append(ProfilePanel::tr("%n outlier(s), counted", nullptr, int(timing.outliers.size())));
        if (!profile.settlingMs.empty())
            parts.append(
                ProfilePanel::tr("%n run(s) while settling, not counted", nullptr, int(profile.settlingMs.size())));
        parts.append(ProfilePanel::tr("load %1, first run %2")
                         .arg(millisecondsText(profile.loadMs), millisecondsText(profile.firstRunMs)));
        if (profile.peakMemoryBytes > 0)
            parts.append(ProfilePanel::tr("memory %1").arg(bytesText(profile.peakMemoryBytes)));
        if (profile.energyMillijoules >= 0)
            parts.append(ProfilePanel::tr("%1 mJ a run").arg(profile.energyMillijoules, 0, 'g', 3));
        parts.append(environmentText(profile, "clock_mhz", ProfilePanel::tr("clock %1 MHz")));
        parts.append(environmentText(profile, "hottest_celsius", ProfilePanel::tr("hottest %1 °C")));
        if (profile.unattributedMs > 0)
            parts.append(
                ProfilePanel::tr("%1 outside the graph's nodes").arg(millisecondsText(profile.unattributedMs)));
    }
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

} // namespace

QString timingVerdictText(const TimingSummary& timing) {
    if (timing.stable)
        return ProfilePanel::tr("Stable");
    if (timing.cause == "few_runs")
        return ProfilePanel::tr("Unstable: too few runs. Give it more time.");
    if (timing.cause == "step")
        return ProfilePanel::tr(
            "Unstable: the speed changed at once during the runs. Something else began or ended; profile again.");
    if (timing.cause == "drift")
        return ProfilePanel::tr(
            "Unstable: the times drift. The device is still warming up or something fills it; profile again.");
    if (timing.cause == "modes")
        return ProfilePanel::tr("Unstable: the times fall into two groups. Pin the threads to cores of one kind.");
    if (timing.cause == "throttling")
        return ProfilePanel::tr("Unstable: the processor throttled. Cool it, or take what it keeps up under load.");
    if (timing.cause == "clock")
        return ProfilePanel::tr("Unstable: the clock changed. Set the governor to performance.");
    return ProfilePanel::tr(
        "Unstable: the runs differ too much for the asked precision. Close other programs; profile again.");
}

ProfilePanel::ProfilePanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_verdict(makeLabel("profileVerdict")),
      m_facts(makeLabel("profileFacts")), m_bars(new LayerBars), m_runs(new LatencyPlot) {
    setObjectName(QStringLiteral("profilePanel"));
    auto font = m_verdict->font();
    font.setBold(true);
    m_verdict->setFont(font);
    m_bars->setObjectName(QStringLiteral("profileBars"));
    m_bars->setAccessibleName(tr("Time of each layer"));
    m_bars->setMetric(tr("Time"), tr("ms"));
    m_bars->setOrder(LayerOrder::LargestFirst);
    m_bars->setEmptyText(tr("Not profiled yet"), tr("F5 measures every layer on the chosen device."));
    m_runs->setObjectName(QStringLiteral("profileRuns"));
    m_runs->setAccessibleName(tr("Times of the runs"));
    auto* split = new QSplitter(Qt::Vertical);
    split->setObjectName(QStringLiteral("profileSplitter"));
    split->addWidget(m_bars);
    split->addWidget(m_runs);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(12, 8, 12, 8);
    head->addWidget(m_verdict);
    head->addWidget(m_facts);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(split, 1);
    connect(&m_workspace, &Workspace::modelChanged, this, &ProfilePanel::showProfile);
    connect(&m_workspace, &Workspace::measured, this, &ProfilePanel::showProfile);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &ProfilePanel::selectionToBars);
    connect(m_bars, &LayerBars::selectionEdited, this, &ProfilePanel::selectionFromBars);
    connect(m_bars, &LayerBars::activated, this, [this](const QString& id) { Q_EMIT nodeActivated(id.toUInt()); });
    showProfile();
}

void ProfilePanel::showProfile() {
    const auto& profile = m_workspace.profile();
    const bool known = profile && m_workspace.model();
    const auto theme = Theme::of(palette());
    m_facts->setVisible(known);
    if (!known) {
        m_verdict->setText(m_workspace.model()
                               ? tr("Not profiled yet. F5 measures on the device chosen in the devices panel.")
                               : tr("No model is open."));
        m_verdict->setStyleSheet({});
        m_bars->setBars({});
        m_runs->setSeries({});
        return;
    }
    const auto device = QString::fromStdString(profile->device);
    const auto median = millisecondsText(profile->timing.median);
    if (profile->estimate)
        m_verdict->setText(tr("≈ %1 at least on %2: an estimate").arg(median, device));
    else
        m_verdict->setText(tr("%1 on %2, %3 threads, batch %4. %5")
                               .arg(median, device)
                               .arg(profile->threads)
                               .arg(profile->batch)
                               .arg(timingVerdictText(profile->timing)));
    const auto color = profile->estimate ? theme.estimate : profile->timing.stable ? theme.text : theme.warning;
    m_verdict->setStyleSheet(QStringLiteral("color: %1").arg(color.name()));
    m_facts->setText(factsText(*profile));
    showBars(*profile);
    showRuns(*profile);
}

void ProfilePanel::showBars(const Profile& profile) {
    std::map<std::string, const NodeTime*> times;
    for (const auto& time : profile.nodes)
        times.emplace(time.node, &time);
    QVector<LayerBar> bars;
    for (const auto& node : m_workspace.model()->model->graph->nodes()) {
        const auto it = times.find(displayName(*node));
        if (it == times.end())
            continue;
        const auto& time = *it->second;
        LayerBar bar;
        bar.id = idText(node->id);
        bar.name = QString::fromStdString(time.node);
        // A kernel that does several nodes says so where its one time stands.
        if (!time.covers.empty())
            bar.name = tr("%1 and %n more", nullptr, int(time.covers.size())).arg(bar.name);
        bar.type = QString::fromStdString(time.kernel.empty() ? time.opType : time.kernel);
        if (!time.precision.empty())
            bar.type += QStringLiteral(" · ") + QString::fromStdString(time.precision);
        bar.value = time.ms;
        bar.kind = profile.estimate ? ValueKind::Estimated : ValueKind::Measured;
        bars.append(bar);
    }
    m_bars->setBars(bars);
    selectionToBars();
}

void ProfilePanel::showRuns(const Profile& profile) {
    m_runs->setVisible(!profile.estimate);
    if (profile.estimate)
        return;
    const auto& timing = profile.timing;
    LatencySeries runs;
    runs.name = tr("Timed runs");
    runs.timesMs = asVector(profile.runsMs);
    runs.medianMs = timing.median;
    runs.p90Ms = timing.p90;
    runs.medianCi = ValueInterval{timing.ciLow, timing.ciHigh};
    runs.unstable = !timing.stable;
    QVector<LatencySeries> all{runs};
    LatencySeries outliers;
    outliers.name = tr("Outliers among them");
    for (const auto at : timing.outliers)
        if (at < profile.runsMs.size())
            outliers.timesMs.append(profile.runsMs[at]);
    if (!outliers.timesMs.isEmpty())
        all.append(outliers);
    if (!profile.settlingMs.empty()) {
        LatencySeries settling;
        settling.name = tr("While settling, not counted");
        settling.timesMs = asVector(profile.settlingMs);
        all.append(settling);
    }
    m_runs->setSeries(all);
}

void ProfilePanel::selectionToBars() {
    if (m_updating)
        return;
    QStringList ids;
    for (const auto node : m_workspace.selection().nodes())
        ids.append(idText(node));
    m_bars->setSelectedIds(ids);
}

void ProfilePanel::selectionFromBars(const QStringList& ids) {
    const QScopedValueRollback guard(m_updating, true);
    std::set<NodeId> nodes;
    for (const auto& id : ids)
        nodes.insert(NodeId{id.toUInt()});
    m_workspace.selection().set(nodes, nodes.empty() ? NodeId() : *nodes.begin());
}

} // namespace lapidary
