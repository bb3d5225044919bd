// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/decorbuilder.h"

#include "ui/models/numbertext.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <map>

namespace lapidary {

namespace {

std::vector<ChannelRange> ranges(const std::vector<std::uint32_t>& sorted) {
    std::vector<ChannelRange> result;
    for (const auto channel : sorted) {
        if (!result.empty() && result.back().end == channel)
            ++result.back().end;
        else
            result.push_back({channel, channel + 1});
    }
    return result;
}

} // namespace

QString DecorBuilder::overlayName(Overlay overlay) {
    switch (overlay) {
    case Overlay::Operator:
        return tr("Operator");
    case Overlay::Time:
        return tr("Time");
    case Overlay::Macs:
        return tr("MACs");
    case Overlay::Parameters:
        return tr("Parameters");
    case Overlay::Bytes:
        return tr("Weight bytes");
    case Overlay::Sparsity:
        return tr("Sparsity");
    case Overlay::Precision:
        return tr("Precision");
    case Overlay::Sensitivity:
        return tr("Sensitivity");
    case Overlay::Error:
        return tr("Error");
    case Overlay::File:
        break;
    }
    return tr("Values from a file");
}

QString DecorBuilder::missingText(Overlay overlay) {
    switch (overlay) {
    case Overlay::Time:
        return tr("No data yet: run a profile (F5)");
    case Overlay::Sparsity:
        return tr("No weights, or still being counted");
    case Overlay::Sensitivity:
        return tr("No data yet: analyse sensitivity (F7)");
    case Overlay::Error:
        return tr("No data yet: the last step measured no errors (they need calibration data)");
    case Overlay::File:
        return tr("No data yet: choose a CSV or JSON file");
    default:
        break;
    }
    return tr("No node has a value");
}

QString DecorBuilder::valueText(const NodeValues& values, double value) {
    const auto number = QLocale().toString(value, 'g', 4);
    return values.unit.empty() ? number : tr("%1 %2").arg(number, QString::fromStdString(values.unit));
}

QString DecorBuilder::valueText(Overlay overlay, double value) {
    switch (overlay) {
    case Overlay::Time:
        return millisecondsText(value);
    case Overlay::Bytes:
        return bytesText(quint64(value));
    case Overlay::Sparsity:
        return tr("%1 % zeros").arg(value * 100, 0, 'f', 1);
    default:
        return countText(quint64(value));
    }
}

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lapidary::DecorBuilder)
};

std::string textOf(const DecorInput& input, double value) {
    return (input.nodeValues ? DecorBuilder::valueText(*input.nodeValues, value)
                             : DecorBuilder::valueText(input.overlay, value))
        .toStdString();
}

std::vector<std::optional<double>> overlayValues(const DecorInput& input) {
    if (!input.nodeValues)
        return input.values;
    std::vector<std::optional<double>> values(input.model->model->graph->nodeIdLimit());
    for (const auto& [id, value] : input.nodeValues->values)
        if (id.number < values.size())
            values[id.number] = value;
    return values;
}

ValueScale scaleOf(const DecorInput& input, const std::vector<std::optional<double>>& values) {
    return input.overlay == Overlay::Sparsity && !input.nodeValues ? ValueScale::fixed(0, 1)
                                                                   : ValueScale::of(values, input.scale);
}

/// What adds up over nodes; of the rest a group shows its largest.
bool addsUp(const DecorInput& input) {
    return !input.nodeValues && input.overlay != Overlay::Sparsity;
}

void fillLegend(GraphDecor& decor, const DecorInput& input, const ValueScale& scale) {
    auto& legend = decor.legend;
    decor.threshold = float(input.threshold);
    legend.minText = textOf(input, scale.low());
    legend.maxText = textOf(input, scale.high());
    legend.middleText = textOf(input, scale.valueAt(0.5));
    if (input.threshold > 0)
        legend.thresholdText = Words::tr("from %1")
                                   .arg(QString::fromStdString(textOf(input, scale.valueAt(input.threshold))))
                                   .toStdString();
    QStringList notes;
    if (scale.logarithmic())
        notes << Words::tr("logarithmic");
    if (legend.predicted)
        notes << Words::tr("estimates");
    if (input.nodeValues && !input.nodeValues->unknown.empty())
        notes << Words::tr("%n name(s) not in this model", nullptr, int(input.nodeValues->unknown.size()));
    legend.note = notes.join(QStringLiteral(" · ")).toStdString();
}

void addOverlay(GraphDecor& decor, std::map<std::uint32_t, NodeDecor>& nodes, const DecorInput& input) {
    const auto values = overlayValues(input);
    const bool any = std::any_of(values.begin(), values.end(), [](const auto& v) { return v.has_value(); });
    auto& legend = decor.legend;
    legend.title = DecorBuilder::overlayName(input.overlay).toStdString();
    if (input.nodeValues) {
        const auto& own = *input.nodeValues;
        legend.title = own.title.empty() ? legend.title : own.title;
        if (!own.unit.empty())
            legend.title += " (" + own.unit + ")";
        legend.predicted = own.predicted;
    }
    if (!any) {
        legend.hasScale = false;
        legend.note = DecorBuilder::missingText(input.overlay).toStdString();
        return;
    }
    const auto scale = scaleOf(input, values);
    for (const auto& node : input.model->model->graph->nodes()) {
        const auto number = node->id.number;
        if (number >= values.size() || !values[number])
            continue;
        auto& entry = nodes[number];
        entry.value = float(scale.at(*values[number]));
        entry.valueText = textOf(input, *values[number]);
        entry.predicted = legend.predicted;
    }
    fillLegend(decor, input, scale);
}

/// What the selected nodes are coupled with, unless a preview shows its own groups.
void addCouplings(std::map<std::uint32_t, NodeDecor>& nodes, const DecorInput& input) {
    constexpr std::size_t mostSelected = 50;
    if (!input.couplings || input.selected.empty() || input.selected.size() > mostSelected)
        return;
    std::vector<std::int32_t> shown;
    for (const auto id : input.selected) {
        const auto group =
            id.number < input.couplings->groupOfNode.size() ? input.couplings->groupOfNode[id.number] : -1;
        if (group >= 0 && std::find(shown.begin(), shown.end(), group) == shown.end())
            shown.push_back(group);
    }
    for (const auto index : shown) {
        const auto& group = input.couplings->groups[std::size_t(index)];
        auto text = Words::tr("Group %1: %n channel(s)", nullptr, int(group.channels)).arg(index + 1);
        if (!group.prunable && !group.reason.empty())
            text += QStringLiteral(", ") + Words::tr("fenced: %1").arg(QString::fromStdString(group.reason));
        for (const auto id : group.nodes) {
            auto& entry = nodes[id.number];
            if (entry.group >= 0)
                continue;
            entry.group = index;
            entry.groupText = text.toStdString();
        }
    }
    for (const auto& fence : input.couplings->fences)
        if (std::find(input.selected.begin(), input.selected.end(), fence.node) != input.selected.end())
            nodes[fence.node.number].fenced = fence.reason;
}

void addBadges(std::map<std::uint32_t, NodeDecor>& nodes, const DecorInput& input) {
    constexpr double worthSaying = 0.1;
    for (const auto& node : input.model->model->graph->nodes()) {
        const auto number = node->id.number;
        auto precision = precisionBadge(*input.model, *node);
        const auto sparsity = number < input.sparsity.size() ? input.sparsity[number] : std::nullopt;
        if (precision.empty() && sparsity.value_or(0) < worthSaying)
            continue;
        auto& badges = nodes[number].badges;
        if (sparsity.value_or(0) >= worthSaying)
            badges.insert(badges.begin(), Words::tr("%1 % zeros").arg(*sparsity * 100, 0, 'f', 0).toStdString());
        // A preview's precision is what will be; it says more than what is.
        const bool planned = input.preview && badges.size() > (sparsity.value_or(0) >= worthSaying ? 1U : 0U);
        if (!precision.empty() && !planned)
            badges.push_back(std::move(precision));
    }
}

void addPrecision(GraphDecor& decor, std::map<std::uint32_t, NodeDecor>& nodes, const DecorInput& input) {
    std::map<std::string, std::vector<std::uint32_t>> byPrecision;
    for (const auto& node : input.model->model->graph->nodes())
        if (auto precision = nodePrecision(*input.model, *node); !precision.empty())
            byPrecision[std::move(precision)].push_back(node->id.number);
    std::size_t index = 0;
    for (const auto& [precision, members] : byPrecision) {
        const float value = byPrecision.size() > 1 ? float(index) / float(byPrecision.size() - 1) : 0.0f;
        decor.legend.entries.push_back({precision, value});
        for (const auto number : members) {
            nodes[number].value = value;
            nodes[number].valueText = precision;
        }
        ++index;
    }
    decor.legend.title = DecorBuilder::overlayName(Overlay::Precision).toStdString();
}

void addPreview(std::map<std::uint32_t, NodeDecor>& nodes, const PassPreview& preview) {
    for (const auto& plan : preview.nodes) {
        auto& entry = nodes[plan.node.number];
        if (plan.channels > 0) {
            entry.channelsKept = std::int64_t(plan.channels) - std::int64_t(plan.removed.size());
            entry.removed = ranges(plan.removed);
        }
        entry.group = plan.group;
        if (!plan.precision.empty())
            entry.badges.push_back(plan.precision);
    }
    for (const auto& fenced : preview.fenced)
        if (fenced.node.valid())
            nodes[fenced.node.number].fenced = fenced.reason;
}

} // namespace

OverlayValues DecorBuilder::groupValues(const DecorInput& input) {
    OverlayValues values;
    if (!input.model || !hasNumbers(input.overlay))
        return values;
    values.byNode = overlayValues(input);
    if (std::none_of(values.byNode.begin(), values.byNode.end(), [](const auto& v) { return v.has_value(); }))
        return values;
    const auto scale = scaleOf(input, values.byNode);
    const bool sum = addsUp(input);
    values.aggregation = sum ? Aggregation::Sum : Aggregation::Worst;
    values.scale = [scale, sum](double value, double largest) {
        return float((sum ? scale.upTo(largest) : scale).at(value));
    };
    values.text = [input](double value) { return textOf(input, value); };
    if (sum)
        values.legend = [input, scale](GraphDecor& decor, double largest) {
            fillLegend(decor, input, scale.upTo(largest));
        };
    return values;
}

GraphDecor DecorBuilder::build(const DecorInput& input) {
    GraphDecor decor;
    std::map<std::uint32_t, NodeDecor> nodes;
    if (input.model && input.overlay == Overlay::Precision)
        addPrecision(decor, nodes, input);
    else if (input.model && input.overlay != Overlay::Operator)
        addOverlay(decor, nodes, input);
    if (input.preview)
        addPreview(nodes, *input.preview);
    if (input.model) {
        if (!input.preview)
            addCouplings(nodes, input);
        if (input.badges)
            addBadges(nodes, input);
    }
    for (auto& [number, entry] : nodes) {
        entry.id = number;
        decor.nodes.push_back(std::move(entry));
    }
    return decor;
}

} // namespace lapidary
