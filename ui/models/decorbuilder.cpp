// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/decorbuilder.h"

#include "ui/models/numbertext.h"

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

/// A square root spreads the many small values.
float DecorBuilder::scaled(double value, double largest, Overlay overlay) {
    if (largest <= 0)
        return 0;
    const double share = value / largest;
    return float(overlay == Overlay::Sparsity ? value : std::sqrt(share));
}

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
        break;
    }
    return tr("Precision");
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

void addOverlay(GraphDecor& decor, std::map<std::uint32_t, NodeDecor>& nodes, const DecorInput& input) {
    double largest = 0;
    for (const auto& value : input.values)
        largest = std::max(largest, value.value_or(0));
    if (input.overlay == Overlay::Sparsity)
        largest = 1;
    for (const auto& node : input.model->model->graph->nodes()) {
        const auto number = node->id.number;
        if (number >= input.values.size() || !input.values[number])
            continue;
        auto& entry = nodes[number];
        entry.value = DecorBuilder::scaled(*input.values[number], largest, input.overlay);
        entry.valueText = DecorBuilder::valueText(input.overlay, *input.values[number]).toStdString();
    }
    decor.legend.title = DecorBuilder::overlayName(input.overlay).toStdString();
    decor.legend.minText = DecorBuilder::valueText(input.overlay, 0).toStdString();
    decor.legend.maxText = DecorBuilder::valueText(input.overlay, largest).toStdString();
    decor.threshold = float(input.threshold);
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

GraphDecor DecorBuilder::build(const DecorInput& input) {
    GraphDecor decor;
    std::map<std::uint32_t, NodeDecor> nodes;
    if (input.model && input.overlay == Overlay::Precision)
        addPrecision(decor, nodes, input);
    else if (input.model && input.overlay != Overlay::Operator)
        addOverlay(decor, nodes, input);
    if (input.preview)
        addPreview(nodes, *input.preview);
    for (auto& [number, entry] : nodes) {
        entry.id = number;
        decor.nodes.push_back(std::move(entry));
    }
    return decor;
}

} // namespace lapidary
