// SPDX-License-Identifier: GPL-3.0-or-later
#include "rewrites.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Begin and end padding of every axis of a Pad with a constant 0 and no negative amounts.
std::optional<std::vector<std::int64_t>> zeroPads(const Rewriter& rewriter, const Node& pad) {
    if (pad.stringAttribute("mode", "constant") != "constant" || pad.input(3).valid())
        return std::nullopt;
    std::vector<std::int64_t> pads;
    if (rewriter.model().opset() < 11) {
        pads = pad.intsAttribute("pads");
        if (pad.floatAttribute("value", 0.0f) != 0)
            return std::nullopt;
    } else {
        const auto amounts = rewriter.constant(pad.input(1));
        const auto values = amounts ? toIntegers(*amounts) : Result<std::vector<std::int64_t>>(Diagnostic());
        if (!values)
            return std::nullopt;
        pads = *values;
        if (pad.input(2).valid()) {
            const auto value = rewriter.constant(pad.input(2));
            const auto numbers = value ? toFloats(*value) : Result<std::vector<float>>(Diagnostic());
            if (!numbers || numbers->size() != 1 || numbers->front() != 0)
                return std::nullopt;
        }
    }
    if (pads.size() < 6 || pads.size() % 2 != 0 ||
        std::any_of(pads.begin(), pads.end(), [](auto amount) { return amount < 0; }))
        return std::nullopt;
    return pads;
}

/// Only spatial axes are padded: those amounts, in the order of a Conv's pads; nullopt otherwise.
std::optional<std::vector<std::int64_t>> spatialPart(const std::vector<std::int64_t>& pads) {
    const std::size_t rank = pads.size() / 2;
    if (pads[0] != 0 || pads[1] != 0 || pads[rank] != 0 || pads[rank + 1] != 0)
        return std::nullopt;
    std::vector<std::int64_t> out(pads.begin() + 2, pads.begin() + std::ptrdiff_t(rank));
    out.insert(out.end(), pads.begin() + std::ptrdiff_t(rank) + 2, pads.end());
    return out;
}

/// Whether the pooling treats its own padding as the zeros an explicit Pad would give.
bool poolTakesZeros(const Rewriter& rewriter, const Node& pool, const Node& pad,
                    const std::vector<std::int64_t>& total) {
    const auto kernel = pool.intsAttribute("kernel_shape");
    if (pool.intAttribute("ceil_mode", 0) != 0 || kernel.size() * 2 != total.size() || pool.attribute("dilations"))
        return false;
    for (std::size_t i = 0; i < total.size(); ++i)
        if (total[i] >= kernel[i % kernel.size()])
            return false; // runtimes refuse windows that lie in the padding alone
    const auto own = pool.intsAttribute("pads");
    const bool padsItself = std::any_of(own.begin(), own.end(), [](auto amount) { return amount != 0; });
    if (pool.is("AveragePool"))
        return rewriter.model().opset() >= 7 && (!padsItself || pool.intAttribute("count_include_pad", 0) == 1);
    // A maximum ignores its own padding; zeros change nothing only where the data is never negative.
    const Node* before = rewriter.edit().producer(pad.input(0));
    return pool.is("MaxPool") && before && (before->is("Relu") || before->is("Sigmoid")) &&
           !rewriter.used(pool.output(1));
}

} // namespace

bool fusePad(Rewriter& rewriter, NodeId id) {
    const Node node = *rewriter.node(id);
    if (!node.is("Conv") && !node.is("AveragePool") && !node.is("MaxPool"))
        return false;
    const Node* pad = rewriter.producer(node.input(0));
    const auto mode = node.stringAttribute("auto_pad", "NOTSET");
    if (!pad || !pad->is("Pad") || !rewriter.soleUse(node.input(0)) || (mode != "NOTSET" && mode != "VALID"))
        return false;
    const auto amounts = zeroPads(rewriter, *pad);
    auto total = amounts ? spatialPart(*amounts) : std::nullopt;
    if (!total)
        return false;
    const auto own = mode == "VALID" ? std::vector<std::int64_t>() : node.intsAttribute("pads");
    if (!own.empty() && own.size() != total->size())
        return false;
    for (std::size_t i = 0; i < own.size(); ++i)
        (*total)[i] += own[i];
    if (!node.is("Conv") && !poolTakesZeros(rewriter, node, *pad, *total))
        return false;
    Node next = node;
    next.inputs[0] = pad->input(0);
    const auto padId = pad->id;
    std::erase_if(next.attributes, [](const Attribute& attribute) {
        return attribute.name == "pads" || attribute.name == "auto_pad" || attribute.name == "count_include_pad";
    });
    next.attributes.push_back(makeAttribute("pads", *std::move(total)));
    if (node.is("AveragePool"))
        next.attributes.push_back(makeAttribute("count_include_pad", std::int64_t(1)));
    rewriter.replaceNode(std::move(next));
    rewriter.touchNode(padId);
    rewriter.count("fuse_pad", id, "Padding folded in");
    return true;
}

} // namespace lapidary
