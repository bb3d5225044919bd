// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/nodework.h"

namespace lapidary {
namespace {

/// Extents that decide the work of attention: batch, query and key positions, widths of all heads together.
struct AttentionExtents {
    std::int64_t batch = -1;
    std::int64_t queries = -1;
    std::int64_t keys = -1;
    std::int64_t keyWidth = -1;
    std::int64_t valueWidth = -1;
};

NodeWork scoresAndSums(const AttentionExtents& extents) {
    const auto pairs = [&] { return Count().times(extents.batch).times(extents.queries).times(extents.keys); };
    const Count scores = pairs().times(extents.keyWidth);
    const Count sums = pairs().times(extents.valueWidth);
    return {Count::add(scores.value(), sums.value()), 0, scores.known() && sums.known()};
}

std::int64_t product(std::int64_t a, std::int64_t b) {
    return a < 0 || b < 0 ? -1 : a * b;
}

/// Positions the keys cover, past ones included: the axis before the last of the present key, if the node gives it out.
std::int64_t keyPositions(const Node& node, const ShapeTable& shapes, std::int64_t fallback) {
    const std::int64_t present = shapes.extent(node.output(1), -2);
    return present >= 0 ? present : fallback;
}

/// com.microsoft.Attention, QAttention: input [B, S, I], weight [I, Q + K + V].
NodeWork projectedAttention(const Node& node, const ShapeTable& shapes) {
    const Count projection = Count().times(shapes.shape(node.input(0))).times(shapes.extent(node.input(1), 1));
    AttentionExtents extents;
    extents.batch = shapes.extent(node.input(0), 0);
    extents.queries = extents.keys = shapes.extent(node.input(0), 1);
    if (const std::int64_t present = shapes.extent(node.output(1), -2); present >= 0)
        extents.keys = present;
    extents.valueWidth = shapes.extent(node.output(0), -1);
    const std::int64_t all = shapes.extent(node.input(1), 1);
    extents.keyWidth = all < 0 || extents.valueWidth < 0 ? -1 : (all - extents.valueWidth) / 2;
    NodeWork work = scoresAndSums(extents);
    work.macs = Count::add(work.macs, projection.value());
    work.known = work.known && projection.known();
    return work;
}

/// Attention of ONNX 23: 4-D inputs carry heads on axis 1, 3-D inputs have heads and width together.
NodeWork standardAttention(const Node& node, const ShapeTable& shapes) {
    const bool heads = shapes.rank(node.input(0)) == 4;
    AttentionExtents extents;
    extents.batch = shapes.extent(node.input(0), 0);
    extents.queries = shapes.extent(node.input(0), heads ? 2 : 1);
    extents.keys = keyPositions(node, shapes, shapes.extent(node.input(1), heads ? 2 : 1));
    const std::int64_t count = heads ? shapes.extent(node.input(0), 1) : 1;
    extents.keyWidth = product(count, shapes.extent(node.input(0), -1));
    extents.valueWidth = product(count, shapes.extent(node.output(0), -1));
    return scoresAndSums(extents);
}

/// Query [B, S, heads x width]; keys [B, L, ...] or packed with the query; output [B, S, width of all values].
NodeWork multiHeadAttention(const Node& node, const ShapeTable& shapes) {
    AttentionExtents extents;
    extents.batch = shapes.extent(node.input(0), 0);
    extents.queries = shapes.extent(node.input(0), 1);
    const int keyRank = shapes.rank(node.input(1));
    const std::int64_t keys =
        node.input(1).valid() ? shapes.extent(node.input(1), keyRank == 4 ? 2 : 1) : extents.queries;
    extents.keys = keyPositions(node, shapes, keys);
    extents.valueWidth = shapes.extent(node.output(0), -1);
    const bool packed = !node.input(1).valid() || keyRank > 3;
    extents.keyWidth = packed ? extents.valueWidth : shapes.extent(node.input(0), -1);
    return scoresAndSums(extents);
}

} // namespace

NodeWork attentionWork(const Node& node, const ShapeTable& shapes) {
    if (node.opType == "RotaryEmbedding")
        return {0, Count().times(shapes.shape(node.output())).times(3).value(), true};
    if (node.is("Attention"))
        return standardAttention(node, shapes);
    if (node.opType == "Attention" || node.opType == "QAttention")
        return projectedAttention(node, shapes);
    if (node.opType == "MultiHeadAttention" || node.opType == "GroupQueryAttention" ||
        node.opType == "DecoderMaskedMultiHeadAttention")
        return multiHeadAttention(node, shapes);
    return {0, 0, false};
}

} // namespace lapidary
