// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/viewplace.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

QPointF centreOf(const LaidPicture& picture, std::uint32_t index) {
    const LayoutBox& box = picture.layout().boxes[index];
    return {box.x + box.width / 2, box.y + box.height / 2};
}

std::optional<std::uint32_t> nearestNode(const LaidPicture& picture, const Viewport& view, QPointF middle) {
    std::vector<std::uint32_t> seen;
    picture.nodesIn(view.visible(), seen);
    if (seen.empty())
        for (std::uint32_t i = 0; i < picture.nodeCount(); ++i)
            seen.push_back(i);
    std::optional<std::uint32_t> best;
    double least = 0;
    for (const auto index : seen) {
        const double distance = (centreOf(picture, index) - middle).manhattanLength();
        if (!best || distance < least) {
            best = index;
            least = distance;
        }
    }
    return best;
}

} // namespace

QJsonObject ViewPlace::toJson() const {
    return {{QStringLiteral("anchor"), anchor},   {QStringLiteral("x"), offset.x()},
            {QStringLiteral("y"), offset.y()},    {QStringLiteral("scale"), scale},
            {QStringLiteral("current"), current}, {QStringLiteral("selected"), QJsonArray::fromStringList(selected)}};
}

ViewPlace ViewPlace::fromJson(const QJsonObject& json) {
    ViewPlace place;
    place.anchor = json[QStringLiteral("anchor")].toString();
    place.offset = {json[QStringLiteral("x")].toDouble(), json[QStringLiteral("y")].toDouble()};
    place.scale = json[QStringLiteral("scale")].toDouble();
    place.current = json[QStringLiteral("current")].toString();
    for (const auto& name : json[QStringLiteral("selected")].toArray())
        place.selected.append(name.toString());
    return place.scale > 0 && std::isfinite(place.scale) ? place : ViewPlace();
}

ViewPlace placeOf(const LaidPicture& picture, const Viewport& view, std::optional<quint32> near) {
    const QPointF middle = view.toScene(QPointF(view.size.width() / 2, view.size.height() / 2));
    auto index = near ? picture.indexOf(*near) : std::nullopt;
    const SceneRect visible = view.visible();
    if (index) {
        const QPointF centre = centreOf(picture, *index);
        if (centre.x() < visible.left || centre.x() > visible.right || centre.y() < visible.top ||
            centre.y() > visible.bottom)
            index.reset();
    }
    if (!index)
        index = nearestNode(picture, view, middle);
    ViewPlace place;
    if (!index)
        return place;
    place.anchor = QString::fromStdString(picture.picture().nodes[*index].name);
    place.offset = middle - centreOf(picture, *index);
    place.scale = view.scale;
    return place;
}

std::optional<Viewport> viewOf(const ViewPlace& place, const LaidPicture& picture, QSizeF size) {
    const auto name = place.anchor.toStdString();
    const auto& nodes = picture.picture().nodes;
    const auto it = std::find_if(nodes.begin(), nodes.end(), [&](const auto& node) { return node.name == name; });
    if (it == nodes.end())
        return std::nullopt;
    Viewport view;
    view.size = size;
    view.scale = place.scale;
    const QPointF middle = centreOf(picture, std::uint32_t(it - nodes.begin())) + place.offset;
    view.origin = middle - QPointF(size.width() / 2, size.height() / 2) / view.scale;
    return view;
}

} // namespace lapidary
