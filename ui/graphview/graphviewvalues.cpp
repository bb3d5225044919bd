// SPDX-License-Identifier: GPL-3.0-or-later
// Lines and frames as things of their own: pointed at, selected, walked to and from.
#include "ui/graphview/graphview.h"

#include <algorithm>
#include <utility>

namespace lapidary {
namespace {

constexpr double reachPixels = 5;

} // namespace

std::optional<PictureValue> GraphView::valueAt(QPointF position) const {
    if (!m_picture)
        return std::nullopt;
    const QPointF scene = m_camera.view().toScene(position);
    const auto edge = edgeAt(*m_picture, scene.x(), scene.y(), reachPixels / m_camera.view().scale);
    return edge ? std::optional(valueOf(*m_picture, *edge)) : std::nullopt;
}

/// `current` is the node that Escape returns to and O and I go on from.
void GraphView::chooseValue(const PictureValue& value, std::optional<quint32> current) {
    m_walkedFrom.reset();
    m_current = current;
    forgetValue();
    m_value = value;
    const bool hadNodes = !m_selection.isEmpty();
    m_selection.clear();
    refreshMarks();
    describe();
    if (hadNodes)
        Q_EMIT selectionChanged(m_selection);
    m_value = value; // whoever heard of the empty selection may have set it again
    m_current = current;
    Q_EMIT valueSelected(value);
}

/// Whether there was one.
bool GraphView::forgetValue() {
    m_moreValues.clear();
    return std::exchange(m_value, std::nullopt).has_value();
}

void GraphView::setSelectedValues(const std::vector<PictureValue>& values) {
    const bool had = forgetValue();
    if (values.empty() && !had)
        return;
    if (!values.empty()) {
        m_value = values.front();
        m_moreValues.assign(values.begin() + 1, values.end());
    }
    refreshMarks();
    describe();
}

bool GraphView::cycleValue(bool outputs, bool backwards) {
    const auto index = m_picture && m_current ? m_picture->indexOf(*m_current) : std::nullopt;
    if (!index)
        return false;
    const auto values = outputs ? valuesOutOf(*m_picture, *index) : valuesInto(*m_picture, *index);
    if (values.empty())
        return false;
    const auto at = m_value ? std::ranges::find(values, *m_value) : values.end();
    const std::size_t place = static_cast<std::size_t>(at - values.begin());
    const std::size_t next = at == values.end() ? (backwards ? values.size() - 1 : 0)
                             : backwards        ? (place + values.size() - 1) % values.size()
                                                : (place + 1) % values.size();
    chooseValue(values[next], m_current);
    return true;
}

bool GraphView::leaveValue() {
    if (!m_value)
        return false;
    const auto node = m_current && m_picture && m_picture->indexOf(*m_current) ? m_current : std::nullopt;
    chooseByUser(node ? Ids{*node} : Ids(), node);
    return true;
}

/// From a value to what makes it, or to the first that reads it.
bool GraphView::walkFromValue(WalkStep step) {
    const auto edges = edgesOf(*m_picture, *m_value);
    if (edges.empty() || (step != WalkStep::Producer && step != WalkStep::Consumer))
        return false;
    const PictureEdge& edge = m_picture->picture().edges[edges.front()];
    const quint32 id = m_picture->picture().nodes[step == WalkStep::Producer ? edge.from : edge.to].id;
    chooseByUser({id}, id);
    ensureVisible(id);
    return true;
}

/// Arrows and Shift+G lead from a frame into it: to its first node, or its last.
bool GraphView::enterFrame(bool last) {
    const auto frame = m_picture && m_current ? m_picture->groupIndexOf(*m_current) : std::nullopt;
    if (!frame || m_picture->indexOf(*m_current))
        return false;
    const auto& picture = m_picture->picture();
    const auto isInside = [&](std::int32_t group) {
        while (group >= 0 && group != static_cast<std::int32_t>(*frame))
            group = picture.groups[static_cast<std::size_t>(group)].parent;
        return group >= 0;
    };
    const bool down = m_picture->layout().direction == LayoutDirection::TopDown;
    std::optional<std::uint32_t> best;
    double most = 0;
    for (std::uint32_t i = 0; i < m_picture->nodeCount(); ++i) {
        if (!isInside(picture.nodes[i].group))
            continue;
        const LayoutBox& box = m_picture->layout().boxes[i];
        const double along = (down ? box.y : box.x) * (last ? 1 : -1);
        if (!best || along > most) {
            best = i;
            most = along;
        }
    }
    if (!best)
        return false;
    const quint32 id = picture.nodes[*best].id;
    chooseByUser({id}, id);
    ensureVisible(id);
    return true;
}

bool GraphView::selectFrameAround() {
    if (!m_picture || !m_current)
        return false;
    const auto& picture = m_picture->picture();
    std::int32_t frame = -1;
    if (const auto node = m_picture->indexOf(*m_current))
        frame = picture.nodes[*node].group;
    else if (const auto group = m_picture->groupIndexOf(*m_current))
        frame = picture.groups[*group].parent;
    if (frame < 0)
        return false;
    const quint32 id = picture.groups[static_cast<std::size_t>(frame)].id;
    chooseByUser({id}, id);
    return true;
}

bool GraphView::partKey(int key, Qt::KeyboardModifiers modifiers) {
    if ((modifiers & ~Qt::ShiftModifier) != 0)
        return false;
    const bool shift = modifiers.testFlag(Qt::ShiftModifier);
    switch (key) {
    case Qt::Key_O:
    case Qt::Key_I:
        return cycleValue(key == Qt::Key_O, shift);
    case Qt::Key_G:
        return shift ? enterFrame(false) : selectFrameAround();
    case Qt::Key_Escape:
        return leaveValue();
    default:
        return false;
    }
}

/// Far away, lines are too close to be told apart, and every frame is a picture of everything.
void GraphView::hoverPart(QPointF position) {
    std::optional<PictureValue> value;
    std::optional<quint32> frame;
    const bool inside = m_picture && QRectF(QPointF(0, 0), m_camera.view().size).contains(position) &&
                        !(m_minimapVisible && m_minimap.rect(*m_picture, m_camera.view()).contains(position));
    if (inside && m_camera.view().scale >= blockScale) {
        frame = frameAt(position);
        if (!frame)
            value = valueAt(position);
    }
    pointAt(value, frame);
}

void GraphView::pointAt(std::optional<PictureValue> value, std::optional<quint32> frame) {
    const auto index = frame ? m_picture->groupIndexOf(*frame) : std::nullopt;
    if (value == m_hoveredValue && index == m_hoveredFrame)
        return;
    if (m_hoveredFrame && *m_hoveredFrame < m_marks.frames.size())
        m_marks.frames[*m_hoveredFrame] &= static_cast<std::uint8_t>(~PaintMarks::Hovered);
    if (value != m_hoveredValue)
        m_marks.darken(PaintMarks::Pointed);
    m_hoveredValue = value;
    m_hoveredFrame = index;
    markPointed();
    viewport()->update();
}

void GraphView::markPointed() {
    if (m_hoveredValue)
        m_marks.lightValue(*m_picture, *m_hoveredValue, PaintMarks::Pointed);
    if (m_hoveredFrame)
        m_marks.frames[*m_hoveredFrame] |= PaintMarks::Hovered;
}

} // namespace lapidary
