// SPDX-License-Identifier: GPL-3.0-or-later
// Reshape and its relatives: both shapes are cut into their common factors; channels follow the factor that carries
// them.
#include "analysis/coupler.h"

#include <algorithm>
#include <map>

namespace lapidary {
namespace {

constexpr std::int64_t largestAxis = std::int64_t(1) << 22; // positions an axis may have to be written out

/// One run of neighbouring axes with the same product on both sides.
struct Block {
    std::size_t fromBegin = 0, fromEnd = 0, toBegin = 0, toEnd = 0;
};

/// Products from the left, the last being the whole.
std::vector<std::int64_t> prefixProducts(const Shape& shape, std::size_t begin, std::size_t end) {
    std::vector<std::int64_t> products;
    std::int64_t product = 1;
    for (std::size_t axis = begin; axis < end; ++axis) {
        product *= shape[axis];
        products.push_back(product);
    }
    return products;
}

/// The common factors of a block: extents whose prefix products contain those of both sides. Empty: there are none.
std::vector<std::int64_t> commonFactors(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
    std::vector<std::int64_t> all(a);
    all.insert(all.end(), b.begin(), b.end());
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<std::int64_t> factors;
    std::int64_t previous = 1;
    for (const std::int64_t product : all) {
        if (product == 1)
            continue;
        if (product % previous != 0)
            return {};
        factors.push_back(product / previous);
        previous = product;
    }
    if (factors.empty())
        factors.push_back(1);
    return factors;
}

/// Gives the channels of an axis made of `factors` to one of them: that one whose coordinate alone decides the channel,
/// or the largest one after coupling what its coordinate does not tell apart (the same channel of every group).
void carry(Coupler& c, AxisMap map, const std::vector<std::int64_t>& factors, AxisMap* carriers) {
    std::size_t begin = 0, end = factors.size();
    while (end > begin + 1 && map.inner % factors[end - 1] == 0)
        map.inner /= factors[--end];
    while (end > begin + 1 && map.outer % factors[begin] == 0)
        map.outer /= factors[begin++];
    if (end - begin == 1) {
        carriers[begin] = map;
        return;
    }
    std::size_t largest = begin;
    for (std::size_t k = begin; k < end; ++k)
        largest = factors[k] >= factors[largest] ? k : largest;
    std::int64_t behind = 1;
    for (std::size_t k = largest + 1; k < end; ++k)
        behind *= factors[k];
    std::vector<Atom> atoms;
    for (std::int64_t p = 0; p < factors[largest]; ++p)
        atoms.push_back(map.at(p * behind));
    for (std::int64_t p = 0; p < map.size(); ++p)
        c.unite(map.at(p), atoms[std::size_t((p / behind) % factors[largest])]);
    carriers[largest] = AxisMap::of(std::move(atoms));
}

class BlockReshaper {
public:
    BlockReshaper(Coupler& c, const std::vector<AxisMap>& axes, const Shape& from, const Shape& to, NodeId node,
                  const std::string& reason)
        : m_c(c), m_axes(axes), m_from(from), m_to(to), m_node(node), m_reason(reason) {}

    void run(const Block& block, std::vector<AxisMap>& result) {
        bool any = false;
        for (std::size_t axis = block.fromBegin; axis < block.fromEnd; ++axis)
            any = any || m_axes[axis].tracked();
        if (!any)
            return;
        const auto fromProducts = prefixProducts(m_from, block.fromBegin, block.fromEnd);
        const auto toProducts = prefixProducts(m_to, block.toBegin, block.toEnd);
        const auto factors = commonFactors(fromProducts, toProducts);
        if (factors.empty())
            return lock(block);
        std::vector<AxisMap> carriers(factors.size());
        std::size_t factor = 0;
        std::int64_t product = 1;
        const auto factorsUpTo = [&](std::int64_t limit) {
            const std::size_t begin = factor;
            while (factor < factors.size() && product < limit)
                product *= factors[factor++];
            return begin;
        };
        for (std::size_t axis = block.fromBegin; axis < block.fromEnd; ++axis) {
            const std::size_t begin = factorsUpTo(fromProducts[axis - block.fromBegin]);
            if (m_axes[axis].tracked() && factor > begin)
                carry(m_c, m_axes[axis], {factors.begin() + long(begin), factors.begin() + long(factor)},
                      carriers.data() + begin);
            else if (m_axes[axis].tracked()) // an extent of 1
                m_c.lock(m_axes[axis], m_node, m_reason);
        }
        factor = 0;
        product = 1;
        for (std::size_t axis = block.toBegin; axis < block.toEnd; ++axis) {
            const std::size_t begin = factorsUpTo(toProducts[axis - block.toBegin]);
            result[axis] = merge(factors, carriers, begin, factor);
        }
    }

    void lock(const Block& block) {
        for (std::size_t axis = block.fromBegin; axis < block.fromEnd; ++axis)
            m_c.lock(m_axes[axis], m_node, m_reason);
    }

private:
    AxisMap merge(const std::vector<std::int64_t>& factors, const std::vector<AxisMap>& carriers, std::size_t begin,
                  std::size_t end) {
        AxisMap result;
        std::int64_t before = 1;
        for (std::size_t k = begin; k < end; ++k) {
            if (!carriers[k].tracked()) {
                (result.tracked() ? result.inner : before) *= factors[k];
                continue;
            }
            if (result.tracked()) { // two sets of channels in one axis: not a set of positions any more
                m_c.lock(result, m_node, m_reason);
                m_c.lock(carriers[k], m_node, m_reason);
                for (std::size_t other = k + 1; other < end; ++other)
                    m_c.lock(carriers[other], m_node, m_reason);
                return {};
            }
            result = carriers[k];
            result.outer *= before;
        }
        if (result.size() > largestAxis) {
            m_c.lock(result, m_node, m_reason);
            return {};
        }
        return result;
    }

    Coupler& m_c;
    const std::vector<AxisMap>& m_axes;
    const Shape& m_from;
    const Shape& m_to;
    NodeId m_node;
    const std::string& m_reason;
};

bool agree(const Shape& from, const Shape& to, std::size_t a, std::size_t b) {
    return from[a] == to[b] && (from[a] >= 0 || (a == 0 && b == 0));
}

/// How often each channel stands on the axis.
std::map<Atom, std::int64_t> multiplicities(const Coupler& c, const AxisMap& map) {
    std::map<Atom, std::int64_t> counts;
    if (map.tracked())
        for (const Atom atom : *map.base)
            counts[c.find(atom)] += map.inner * map.outer;
    return counts;
}

/// A target element computed from an extent stays right when its source loses the same channels in proportion.
bool liveElementFollows(const Coupler& c, const ShapeElement& element, const AxisMap& out) {
    if (!element.source.valid())
        return false;
    auto source = multiplicities(c, c.axis(element.source, element.axis));
    auto wanted = multiplicities(c, out);
    for (auto& [atom, count] : source)
        count *= element.numerator;
    for (auto& [atom, count] : wanted)
        count *= element.denominator;
    return source == wanted;
}

/// Checks and records what the target of a Reshape has to do when channels go. False: it cannot follow.
bool followTarget(Coupler& c, const Node& node, const std::vector<AxisMap>& out) {
    const auto target = c.elements().of(node.input(1));
    if (!target || target->elements.size() != out.size())
        return false;
    const bool allowZero = node.intAttribute("allowzero", 0) != 0;
    for (std::size_t axis = 0; axis < out.size(); ++axis) {
        const ShapeElement& element = target->elements[axis];
        if (element.live) {
            if ((out[axis].tracked() || c.axis(element.source, element.axis).tracked()) &&
                !liveElementFollows(c, element, out[axis]))
                return false;
            continue;
        }
        if (!out[axis].tracked())
            continue;
        const bool copies = element.known && element.value == 0 && !allowZero;
        if (copies && !c.equal(c.axis(node.input(0), int(axis)), out[axis]))
            return false;
        if (copies || (element.known && element.value == -1))
            continue;
        const Node* maker = c.graph().producer(node.input(1));
        if (!element.known || (!target->isConstant() && !(maker && maker->is("Concat"))))
            return false;
        c.fix(ShapeFix::Kind::ReshapeTarget, node, int(axis), out[axis]);
    }
    return true;
}

void setAxes(Coupler& c, const Node& node, const std::vector<AxisMap>& axes) {
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
        c.setAxis(node.output(), int(axis), axes[axis]);
}

std::vector<AxisMap> axesOf(const Coupler& c, ValueId value, std::size_t rank) {
    std::vector<AxisMap> axes;
    for (std::size_t axis = 0; axis < rank; ++axis)
        axes.push_back(c.axis(value, int(axis)));
    return axes;
}

} // namespace

std::vector<AxisMap> reshapeAxes(Coupler& c, const std::vector<AxisMap>& axes, const Shape& from, const Shape& to,
                                 NodeId node, const std::string& reason) {
    std::vector<AxisMap> result(to.size());
    BlockReshaper reshaper(c, axes, from, to, node, reason);
    std::size_t begin = 0, fromEnd = from.size(), toEnd = to.size();
    while (begin < fromEnd && begin < toEnd && agree(from, to, begin, begin)) {
        result[begin] = axes[begin];
        ++begin;
    }
    while (fromEnd > begin && toEnd > begin && agree(from, to, fromEnd - 1, toEnd - 1)) {
        --fromEnd;
        --toEnd;
        result[toEnd] = axes[fromEnd];
    }
    Block block{begin, begin, begin, begin};
    const auto known = [](std::int64_t extent) { return extent > 0; };
    const bool all = std::all_of(from.begin() + long(begin), from.begin() + long(fromEnd), known) &&
                     std::all_of(to.begin() + long(begin), to.begin() + long(toEnd), known);
    if (!all) {
        reshaper.lock({begin, fromEnd, begin, toEnd});
        return result;
    }
    while (block.fromEnd < fromEnd || block.toEnd < toEnd) {
        // The smallest next block with equal products; trailing ones join it.
        std::int64_t a = 1, b = 1;
        do {
            if ((a <= b && block.fromEnd < fromEnd) || block.toEnd == toEnd)
                a *= from[block.fromEnd++];
            else
                b *= to[block.toEnd++];
        } while (a != b && (block.fromEnd < fromEnd || block.toEnd < toEnd));
        while (block.fromEnd < fromEnd && from[block.fromEnd] == 1)
            ++block.fromEnd;
        while (block.toEnd < toEnd && to[block.toEnd] == 1)
            ++block.toEnd;
        if (a != b)
            reshaper.lock(block);
        else
            reshaper.run(block, result);
        block = {block.fromEnd, block.fromEnd, block.toEnd, block.toEnd};
    }
    return result;
}

void coupleReshape(Coupler& c, const Node& node) {
    const ValueId data = node.input(0);
    const auto from = c.shapes().shape(data), to = c.shapes().shape(node.output());
    const bool constant = c.isConstant(data) && isFloatingPoint(c.shapes().type(data));
    if (!c.tracked(data) && !constant)
        return;
    const std::string reason = "feeds " + nodeText(node) + ", where the channels cannot be followed";
    if (!from || !to)
        return c.lockInputs(node, reason);
    if (constant) {
        // A per-channel parameter on its way (Unsqueeze of a bias). Weights that are really reshaped stay as they are.
        std::size_t wide = 0;
        for (const std::int64_t extent : *from)
            wide += extent != 1 ? 1 : 0;
        if (wide != 1)
            return c.lockInputs(node, reason);
        for (std::size_t axis = 0; axis < from->size(); ++axis)
            if ((*from)[axis] > 1)
                c.claim(node, 0, int(axis), c.constantAxis(data, int(axis)));
    }
    const auto out = reshapeAxes(c, axesOf(c, data, from->size()), *from, *to, node.id, reason);
    if (node.is("Reshape") && !followTarget(c, node, out)) {
        c.lockInputs(node, "feeds " + nodeText(node) + ", whose target shape cannot follow");
        if (const auto target = c.elements().of(node.input(1)))
            for (const ShapeElement& element : target->elements)
                if (element.live)
                    c.lock(c.axis(element.source, element.axis), node.id,
                           "decides the target shape of " + nodeText(node));
    }
    setAxes(c, node, out);
}

/// ONNX defines both as a reshape, a transpose and a reshape.
void coupleDepthToSpace(Coupler& c, const Node& node) {
    const auto from = c.shapes().shape(node.input(0)), to = c.shapes().shape(node.output());
    const std::int64_t block = node.intAttribute("blocksize", 0);
    const std::string reason = "feeds " + nodeText(node) + ", where the channels cannot be followed";
    if (!from || !to || from->size() != 4 || to->size() != 4 || block < 1 || !elementCount(*from) || !elementCount(*to))
        return c.lockInputs(node, reason);
    const Shape& f = *from;
    const Shape& t = *to;
    Shape middle;
    std::vector<std::size_t> perm;
    if (node.opType == "SpaceToDepth") {
        middle = {f[0], f[1], t[2], block, t[3], block};
        perm = {0, 3, 5, 1, 2, 4};
    } else if (node.stringAttribute("mode", "DCR") == "CRD") {
        middle = {f[0], t[1], block, block, f[2], f[3]};
        perm = {0, 1, 4, 2, 5, 3};
    } else {
        middle = {f[0], block, block, t[1], f[2], f[3]};
        perm = {0, 3, 4, 1, 5, 2};
    }
    const auto cut = reshapeAxes(c, axesOf(c, node.input(0), 4), f, middle, node.id, reason);
    std::vector<AxisMap> turned;
    Shape turnedShape;
    for (const std::size_t axis : perm) {
        turned.push_back(cut[axis]);
        turnedShape.push_back(middle[axis]);
    }
    const auto out = reshapeAxes(c, turned, turnedShape, t, node.id, reason);
    for (const std::size_t axis : {std::size_t(2), std::size_t(3)})
        c.lock(out[axis], node.id, reason);
    setAxes(c, node, out);
}

} // namespace lapidary
