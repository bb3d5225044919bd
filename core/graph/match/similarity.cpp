// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/match/pairing.h"

#include <algorithm>
#include <cmath>

namespace lapidary::match {

namespace {

/// Product of the ratios of extents: 1 for equal shapes, 0 for other ranks. Matrices may be turned.
double likeness(const Shape& x, const Shape& y) {
    if (x.size() != y.size())
        return 0;
    const auto ratio = [](std::int64_t p, std::int64_t q) {
        return p == q ? 1.0 : double(std::min(p, q)) / double(std::max<std::int64_t>({p, q, 1}));
    };
    double straight = 1, turned = 1;
    for (std::size_t i = 0; i < x.size(); ++i) {
        straight *= ratio(x[i], y[i]);
        turned *= ratio(x[i], y[y.size() - 1 - i]);
    }
    return x.size() == 2 ? std::max(straight, turned) : straight;
}

bool hasLayerWeights(const FlatNode& flat) {
    return flat.traits && flat.traits->weightInput >= 0;
}

} // namespace

bool compatible(const FlatNode& x, const FlatNode& y) {
    if (x.kind != y.kind)
        return false;
    if (x.op == y.op)
        return true;
    if (!x.traits || !y.traits || x.traits->category != y.traits->category || hasLayerWeights(x) != hasLayerWeights(y))
        return false;
    if (hasLayerWeights(x))
        return x.weight && y.weight && x.weight->shape.size() == y.weight->shape.size();
    const auto category = x.traits->category;
    return category == OperatorCategory::Activation || category == OperatorCategory::Pool ||
           category == OperatorCategory::Normalization || category == OperatorCategory::Attention;
}

double similarity(const Pairing& pairs, std::uint32_t x, std::uint32_t y) {
    const auto &left = pairs.a[x], &right = pairs.b[y];
    double score = left.op == right.op ? 0.4 : 0.25;
    if (!left.weight && !right.weight)
        score += 0.25;
    else if (left.weight && right.weight)
        score += left.weights == right.weights && left.weights != 0
                     ? 0.3
                     : 0.25 * std::sqrt(likeness(left.weight->shape, right.weight->shape));
    score += left.attributes == right.attributes ? 0.05 : 0;
    score += left.around == right.around ? 0.07 : 0;
    score += left.farAround == right.farAround ? 0.08 : 0;
    const double apart =
        std::abs(double(left.depth) / double(pairs.a.depth()) - double(right.depth) / double(pairs.b.depth()));
    return score + 0.1 * std::max(0.0, 1 - 6 * apart);
}

double support(const Pairing& pairs, std::uint32_t x, std::uint32_t y) {
    double agreeing = 0;
    int total = 0;
    const auto &left = pairs.a[x], &right = pairs.b[y];
    for (const auto& p : left.plainInputs)
        for (const auto& q : right.plainInputs) {
            if (p.inPort != q.inPort)
                continue;
            ++total;
            if (p.node == nowhere || q.node == nowhere)
                agreeing += p.node == q.node ? 1 : -1;
            else if (pairs.ofA(p.node) != nowhere || pairs.ofB(q.node) != nowhere)
                agreeing += pairs.ofA(p.node) == q.node && p.outPort == q.outPort ? 1 : -1;
        }
    constexpr std::size_t looked = 8; // of many consumers a few tell enough
    for (std::size_t i = 0; i < std::min(looked, left.plainOutputs.size()); ++i) {
        const auto partner = pairs.ofA(left.plainOutputs[i].node);
        if (partner == nowhere)
            continue;
        ++total;
        double found = -1;
        for (const auto& link : pairs.b[partner].plainInputs)
            if (link.node == y)
                found = std::max(found, link.inPort == left.plainOutputs[i].inPort ? 1 : 0.3);
        agreeing += found;
    }
    return total == 0 ? 0 : agreeing / double(total);
}

} // namespace lapidary::match
