// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/devicecomparepage.h"

#include "ui/charts/intervalbars.h"
#include "ui/charts/layerbars.h"
#include "ui/models/devicetexts.h"
#include "ui/models/numbertext.h"
#include "ui/panels/elidedcombobox.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QScopedValueRollback>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <cmath>

namespace lapidary {

namespace {

constexpr int idRole = Qt::UserRole;
constexpr auto chosenByUser = "lapidaryChosen";

/// A row sorts by its number and not by how it is written.
class NumberItem : public QTreeWidgetItem {
public:
    using QTreeWidgetItem::QTreeWidgetItem;
    bool operator<(const QTreeWidgetItem& other) const override {
        const int column = treeWidget() ? treeWidget()->sortColumn() : 0;
        const auto mine = data(column, idRole), its = other.data(column, idRole);
        return mine.isValid() && its.isValid() && column > 0 ? mine.toDouble() < its.toDouble()
                                                             : QTreeWidgetItem::operator<(other);
    }
};

std::map<std::string, double> timesOf(const Profile& profile) {
    std::map<std::string, double> times;
    for (const auto& node : profile.nodes)
        times[node.node] += node.ms;
    return times;
}

QString timeText(double ms, bool estimate) {
    return estimate ? DeviceComparePage::tr("≈ %1").arg(millisecondsText(ms)) : millisecondsText(ms);
}

} // namespace

DeviceComparePage::DeviceComparePage(const Setting& setting)
    : BenchPage(setting, DeviceBench::Kind::Devices, "deviceCompare", tr("Profile on the checked"),
                tr("Profile the variant on every checked device, one after the other.")),
      m_list(new QListWidget), m_medians(new IntervalBars), m_left(new ElidedComboBox(18)),
      m_right(new ElidedComboBox(18)), m_bars(new LayerBars), m_table(new QTreeWidget) {
    named(m_list, "List", tr("Devices to profile on"));
    m_list->setToolTip(tr("Check the devices to profile on; those in italics only give estimates"));
    m_list->setFixedHeight(5 * (fontMetrics().height() + 8));
    named(m_medians, "Medians", tr("Median time on each device with its interval"));
    named(m_bars, "Bars", tr("Time of each layer on both devices"));
    m_bars->setOrder(LayerOrder::LargestFirst);
    m_bars->setMetric(tr("Time"), tr("ms"));
    named(m_table, "Table", tr("Time of each layer on both devices"));
    m_table->setRootIsDecorated(false);
    m_table->setSortingEnabled(true);
    m_table->setUniformRowHeights(true);
    m_table->setAlternatingRowColors(true);
    m_table->setTextElideMode(Qt::ElideMiddle); // the ends of names tell layers apart
    auto* sides = new QHBoxLayout;
    sides->addWidget(new QLabel(tr("Layers on")));
    for (auto [box, part, title] :
         {std::tuple(m_left, "Left", tr("First device")), std::tuple(m_right, "Right", tr("Second device"))}) {
        named(box, part, title);
        box->setToolTip(title);
        sides->addWidget(box);
        if (box == m_left)
            sides->addWidget(new QLabel(tr("against", "two devices")));
        connect(box, &QComboBox::activated, box, [box = box] { box->setProperty(chosenByUser, true); });
        connect(box, &QComboBox::currentIndexChanged, this, &DeviceComparePage::refresh);
    }
    sides->addStretch(1);
    auto* split = new QSplitter(Qt::Vertical);
    split->setObjectName(QStringLiteral("deviceCompareSplitter"));
    split->addWidget(m_bars);
    split->addWidget(m_table);
    auto* top = new QHBoxLayout;
    constexpr int listWidth = 240;
    m_list->setMaximumWidth(listWidth);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    top->addWidget(m_list, 2);
    top->addWidget(m_medians, 3, Qt::AlignTop);
    m_body->addLayout(top);
    m_body->addLayout(sides);
    m_body->addWidget(split, 1);
    connect(&m_devices, &DeviceList::changed, this, &DeviceComparePage::fillDevices);
    connect(m_list, &QListWidget::itemChanged, this, [this] {
        if (!m_filling)
            refresh();
    });
    connect(m_bars, &LayerBars::activated, this, [this](const QString& id) { Q_EMIT nodeActivated(id.toUInt()); });
    connect(m_bars, &LayerBars::selectionEdited, this, [this](const QStringList& ids) {
        std::set<NodeId> nodes;
        for (const auto& id : ids)
            nodes.insert(NodeId{id.toUInt()});
        m_workspace.selection().set(nodes, nodes.empty() ? NodeId() : *nodes.begin());
    });
    connect(&m_workspace.selection(), &NodeSelection::changed, this, [this] {
        QStringList ids;
        for (const auto node : m_workspace.selection().nodes())
            ids.append(QString::number(node.number));
        m_bars->setSelectedIds(ids);
    });
    fillDevices();
}

void DeviceComparePage::fillDevices() {
    const auto before = checked();
    const bool first = m_list->count() == 0;
    {
        const QScopedValueRollback guard(m_filling, true);
        m_list->clear();
        for (const auto& info : m_devices.devices()) {
            const auto id = QString::fromStdString(info.id);
            auto* item = new QListWidgetItem(QString::fromStdString(info.name), m_list);
            const auto refusal = deviceRefusal(info);
            item->setData(idRole, id);
            const auto full = QString::fromStdString(info.name) + u'\n' + id;
            item->setToolTip(refusal.isEmpty() ? full : tr("%1\nNot now: %2").arg(full, refusal));
            item->setFlags(refusal.isEmpty() ? Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable
                                             : Qt::ItemFlags());
            const bool wanted = before.contains(id) || (first && info.id == "host");
            item->setCheckState(wanted && refusal.isEmpty() ? Qt::Checked : Qt::Unchecked);
            auto font = m_list->font();
            font.setItalic(info.kind == "estimate");
            item->setFont(font);
        }
    }
    refresh();
}

QStringList DeviceComparePage::checked() const {
    QStringList ids;
    for (int i = 0; i < m_list->count(); ++i)
        if (m_list->item(i)->checkState() == Qt::Checked)
            ids.append(m_list->item(i)->data(idRole).toString());
    return ids;
}

void DeviceComparePage::check(const QStringList& ids) {
    for (int i = 0; i < m_list->count(); ++i)
        if (auto* item = m_list->item(i); item->flags() & Qt::ItemIsUserCheckable)
            item->setCheckState(ids.contains(item->data(idRole).toString()) ? Qt::Checked : Qt::Unchecked);
}

QString DeviceComparePage::whyNot() const {
    const auto why = BenchPage::whyNot();
    if (!why.isEmpty())
        return why;
    return checked().isEmpty() ? tr("Check at least one device.") : QString();
}

void DeviceComparePage::begin() {
    m_bench.profileOn(checked());
}

QString DeviceComparePage::nameOf(const std::string& device) const {
    const auto* info = m_devices.find(device);
    return QString::fromStdString(info ? info->name : device);
}

const Profile* DeviceComparePage::side(const QComboBox& box) const {
    const auto it = m_bench.profiles().find(box.currentData().toString().toStdString());
    return it == m_bench.profiles().end() ? nullptr : &it->second;
}

void DeviceComparePage::showResult(const QString& nothing) {
    const auto& profiles = m_bench.profiles();
    m_bars->setEmptyText(tr("Nothing to compare yet"), nothing);
    fillSides();
    showMedians();
    showLayers();
    const auto* left = side(*m_left);
    const auto* right = side(*m_right);
    if (profiles.size() < 2 || !left || !right || left == right) {
        say(profiles.size() < 2 ? tr("Profile the variant on two devices or more to compare them.") : QString(),
            Theme::of(palette()).muted);
        return;
    }
    const double ratio = right->timing.median / std::max(left->timing.median, 1e-9);
    const bool estimate = left->estimate || right->estimate;
    auto text = ratio > 1 ? tr("%1 takes %2 times as long as %3.") : tr("%1 takes %2 of the time of %3.");
    text = text.arg(nameOf(m_right->currentData().toString().toStdString()),
                    ratio > 1 ? QLocale().toString(ratio, 'f', 2) : percentText(100 * ratio),
                    nameOf(m_left->currentData().toString().toStdString()));
    say(estimate ? tr("≈ %1 One side is an estimate, not a measurement.").arg(text) : text,
        estimate ? Theme::of(palette()).estimate : QColor());
}

void DeviceComparePage::fillSides() {
    for (auto* box : {m_left, m_right}) {
        const QSignalBlocker quiet(box);
        const auto before = box->currentData();
        box->clear();
        for (const auto& [device, profile] : m_bench.profiles()) {
            const auto name = nameOf(device);
            box->addItem(profile.estimate ? tr("%1 (estimate)").arg(name) : name, QString::fromStdString(device));
        }
        const int kept = box->property(chosenByUser).toBool() ? box->findData(before) : -1;
        const int host = box->findData(QStringLiteral("host"));
        // The second side is another device than the first where there is one.
        int other = 0;
        while (box == m_right && other + 1 < box->count() && other == m_left->currentIndex())
            ++other;
        const bool same = box == m_right && kept == m_left->currentIndex() && box->count() > 1;
        box->setCurrentIndex(kept >= 0 && !same ? kept : box == m_left ? std::max(host, 0) : other);
        box->setEnabled(box->count() > 1);
    }
}

void DeviceComparePage::showMedians() {
    QVector<IntervalBar> bars;
    int color = 0;
    for (const auto& [device, profile] : m_bench.profiles()) {
        const auto& timing = profile.timing;
        IntervalBar bar;
        constexpr int widest = 150;
        bar.label = fontMetrics().elidedText(nameOf(device), Qt::ElideRight, widest);
        bar.value = timing.median;
        bar.estimate = profile.estimate;
        bar.low = profile.estimate ? timing.median : timing.ciLow;
        bar.high = profile.estimate ? timing.median : timing.ciHigh;
        bar.text = profile.estimate ? tr("≈ %1 (estimate)").arg(millisecondsText(timing.median))
                   : timing.stable  ? millisecondsText(timing.median)
                                    : tr("%1, unstable").arg(millisecondsText(timing.median));
        bar.color = color++;
        bars.append(bar);
    }
    m_medians->setVisible(!bars.isEmpty());
    m_medians->setBars(bars, false, tr(" ms", "milliseconds"));
}

void DeviceComparePage::showLayers() {
    const auto* left = side(*m_left);
    const auto* right = side(*m_right);
    const auto model = m_workspace.model();
    m_table->setSortingEnabled(false);
    m_table->clear();
    const auto title = [this](const QComboBox& box, const QString& otherwise) {
        constexpr int widest = 160;
        return box.count() > 0 ? fontMetrics().elidedText(box.currentText(), Qt::ElideRight, widest) : otherwise;
    };
    m_table->setHeaderLabels(
        {tr("Layer"), title(*m_left, tr("First")), title(*m_right, tr("Second")), tr("Difference"), tr("Change")});
    m_table->headerItem()->setToolTip(1, m_left->currentText());
    m_table->headerItem()->setToolTip(2, m_right->currentText());
    QVector<LayerBar> bars;
    if (left && right && left != right && model) {
        const auto theme = Theme::of(palette());
        const auto before = timesOf(*left), after = timesOf(*right);
        const bool estimate = left->estimate || right->estimate;
        for (const auto& node : model->model->graph->nodes()) {
            const auto a = before.find(displayName(*node)), b = after.find(displayName(*node));
            if (a == before.end() && b == after.end())
                continue;
            LayerBar bar;
            bar.id = QString::number(node->id.number);
            bar.name = QString::fromStdString(displayName(*node));
            bar.type = QString::fromStdString(node->opType);
            bar.value = b == after.end() ? std::nan("") : b->second;
            if (a != before.end())
                bar.before = a->second;
            bar.kind = right->estimate ? ValueKind::Estimated : ValueKind::Measured;
            bars.append(bar);
            auto* row = new NumberItem(m_table, QStringList{bar.name});
            row->setToolTip(0, bar.name);
            const auto put = [&](int column, const QString& text, double value, bool isEstimate) {
                row->setText(column, text);
                row->setData(column, idRole, value);
                row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
                if (isEstimate)
                    row->setForeground(column, theme.estimate);
            };
            if (a != before.end())
                put(1, timeText(a->second, left->estimate), a->second, left->estimate);
            if (b != after.end())
                put(2, timeText(b->second, right->estimate), b->second, right->estimate);
            if (a != before.end() && b != after.end()) {
                const double change = b->second - a->second;
                const auto sign = change > 0 ? QStringLiteral("+") : QStringLiteral("−");
                put(3, sign + millisecondsText(std::abs(change)), change, estimate);
                put(4, changeText(a->second, b->second), a->second > 0 ? b->second / a->second : 0, estimate);
            }
        }
    }
    m_bars->setBars(bars);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(2, Qt::DescendingOrder);
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int column = 1; column < m_table->columnCount(); ++column)
        m_table->header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
}

} // namespace lapidary
