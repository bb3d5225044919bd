// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/shapefixer.h"

#include "analysis/shapeelements.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace lapidary {
namespace {

using Integers = std::vector<std::int64_t>;

class ShapeFixer {
public:
    ShapeFixer(const Model& model, const ShapeTable& shapes, CutCounter& counter, GraphEditor& editor)
        : m_graph(*model.graph), m_opset(model.opset()), m_counter(counter), m_editor(editor), m_shapes(shapes),
          m_elements(*model.graph, shapes) {}

    Status fix(const ShapeFix& fix) {
        const Node& node = *m_graph.node(fix.node);
        if (m_counter.kept(fix.channels) == std::int64_t(fix.channels->size()))
            return {};
        switch (fix.kind) {
        case ShapeFix::Kind::ConvGroups:
            setAttribute(node, "group", m_counter.kept(fix.channels));
            return {};
        case ShapeFix::Kind::NormGroups:
            setAttribute(node, "num_groups", m_counter.kept(fix.channels));
            return {};
        case ShapeFix::Kind::SplitSizes:
            return fixSplit(node, fix);
        case ShapeFix::Kind::SliceBounds:
            return fixSlice(node, fix);
        case ShapeFix::Kind::GatherIndices:
            return fixGather(node, fix);
        case ShapeFix::Kind::PadAmounts:
            return fixPad(node, fix);
        case ShapeFix::Kind::ReshapeTarget:
            return fixShape(node, 1, fix);
        case ShapeFix::Kind::ExpandShape:
            return fixShape(node, node.is("Expand") ? 1 : 3, fix);
        }
        return {};
    }

private:
    static Status lost(const Node& node, const char* what) {
        return errorDiagnostic("prune.shape", std::string("The ") + what + " of '" + displayName(node) +
                                                  "' is not constant any more.");
    }

    void setAttribute(const Node& node, const char* name, AttributeValue value) {
        m_editor.setAttribute(node.id, makeAttribute(name, std::move(value)));
    }

    /// The integers as they are now: a node may be fixed on several axes.
    std::optional<Integers> current(const Node& node, const char* name, std::size_t input) {
        const Node* now = m_editor.node(node.id);
        if (name && now->attribute(name))
            return now->intsAttribute(name);
        const ValueId value = now->input(input);
        if (!value.valid())
            return std::nullopt;
        if (value.number >= m_graph.valueIdLimit()) {
            const auto numbers = toIntegers(*m_editor.constant(value));
            return numbers ? std::optional(*numbers) : std::nullopt;
        }
        return m_elements.constants(value);
    }

    void store(const Node& node, const char* name, std::size_t input, Integers values) {
        if (name && m_editor.node(node.id)->attribute(name)) {
            setAttribute(node, name, std::move(values));
            return;
        }
        const ValueId old = node.input(input);
        const Value* known = old.valid() ? m_graph.value(old) : nullptr;
        const DataType type = known && m_shapes.type(old) == DataType::Int32 ? DataType::Int32 : DataType::Int64;
        const auto count = std::int64_t(values.size());
        TensorPtr tensor = type == DataType::Int32 ? makeTensor<std::int32_t>({count}, {values.begin(), values.end()})
                                                   : makeTensor<std::int64_t>({count}, std::move(values));
        const std::string base = known ? known->name : displayName(node) + "_" + (name ? name : "shape");
        const ValueId fresh = m_editor.addInitializer(base + "_cut", std::move(tensor));
        Node changed = *m_editor.node(node.id);
        if (changed.inputs.size() <= input)
            changed.inputs.resize(input + 1);
        changed.inputs[input] = fresh;
        m_editor.replaceNode(std::move(changed));
    }

    Status fixSplit(const Node& node, const ShapeFix& fix) {
        Integers sizes;
        std::size_t begin = 0;
        const auto given = current(node, "split", 1);
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            // Without sizes the parts are equal, the last one smaller if need be.
            const std::size_t equal = (fix.channels->size() + node.outputs.size() - 1) / node.outputs.size();
            const std::size_t size = given && i < given->size() ? std::size_t((*given)[i]) : equal;
            const std::size_t end = std::min(begin + size, fix.channels->size());
            sizes.push_back(m_counter.kept(fix.channels, begin, end));
            begin = end;
        }
        if (std::ranges::find(sizes, 0) != sizes.end())
            return errorDiagnostic("prune.empty_layer",
                                   "A part of '" + displayName(node) + "' would lose all channels.",
                                   "Keep at least one channel of every part.");
        if (m_opset < 13)
            setAttribute(node, "split", sizes);
        else
            store(node, nullptr, 1, sizes);
        if (node.attribute("num_outputs"))
            m_editor.removeAttribute(node.id, "num_outputs");
        return {};
    }

    /// Entry of `axis` in a list of axes, which may be absent (then all axes in order).
    std::optional<std::size_t> entryOf(const Node& node, std::size_t input, std::size_t count, const ShapeFix& fix) {
        const auto axes = current(node, "axes", input);
        const std::int64_t rank = m_shapes.rank(node.input(0));
        for (std::size_t i = 0; i < count; ++i) {
            const std::int64_t axis = axes ? (i < axes->size() ? (*axes)[i] : -1) : std::int64_t(i);
            if ((axis < 0 ? axis + rank : axis) == fix.axis)
                return i;
        }
        return std::nullopt;
    }

    Status fixSlice(const Node& node, const ShapeFix& fix) {
        auto starts = current(node, "starts", 1), ends = current(node, "ends", 2);
        if (!starts || !ends)
            return lost(node, "range");
        const auto entry = entryOf(node, 3, starts->size(), fix);
        const auto extent = std::int64_t(fix.channels->size());
        if (!entry || *entry >= ends->size())
            return lost(node, "range");
        const auto bound = [&](std::int64_t b) {
            return std::clamp<std::int64_t>(b < 0 ? (b < -extent ? 0 : b + extent) : b, 0, extent);
        };
        const auto start = std::size_t(bound((*starts)[*entry])), end = std::size_t(bound((*ends)[*entry]));
        const std::int64_t before = m_counter.kept(fix.channels, 0, start);
        const std::int64_t inside = m_counter.kept(fix.channels, start, end);
        if (inside == 0)
            return errorDiagnostic("prune.empty_layer", "'" + displayName(node) + "' would have no channels left.",
                                   "Keep at least one channel of every part.");
        (*starts)[*entry] = before;
        (*ends)[*entry] = before + inside;
        store(node, "starts", 1, std::move(*starts));
        store(node, "ends", 2, std::move(*ends));
        return {};
    }

    Status fixGather(const Node& node, const ShapeFix& fix) {
        const auto indices = current(node, nullptr, 1);
        if (!indices)
            return lost(node, "choice");
        Integers kept;
        for (std::int64_t index : *indices) {
            index = index < 0 ? index + std::int64_t(fix.channels->size()) : index;
            if (!m_counter.removed((*fix.channels)[std::size_t(index)]))
                kept.push_back(m_counter.kept(fix.channels, 0, std::size_t(index)));
        }
        if (kept.empty())
            return errorDiagnostic("prune.empty_layer", "'" + displayName(node) + "' would gather no channels.",
                                   "Keep at least one channel of every part.");
        store(node, nullptr, 1, std::move(kept));
        return {};
    }

    Status fixPad(const Node& node, const ShapeFix& fix) {
        const char* name = node.attribute("paddings") ? "paddings" : "pads";
        auto pads = current(node, name, 1);
        if (!pads || pads->size() % 2 != 0)
            return lost(node, "padding");
        const std::size_t count = pads->size() / 2;
        const auto entry = entryOf(node, 3, count, fix);
        if (!entry)
            return lost(node, "padding");
        std::int64_t& before = (*pads)[*entry];
        std::int64_t& after = (*pads)[*entry + count];
        const std::size_t size = fix.channels->size();
        const auto keptBefore = m_counter.kept(fix.channels, 0, std::size_t(before));
        const auto keptAfter = m_counter.kept(fix.channels, size - std::size_t(after), size);
        before = keptBefore;
        after = keptAfter;
        store(node, name, 1, std::move(*pads));
        return {};
    }

    /// One element of the target of Reshape, Expand or Resize.
    Status fixShape(const Node& node, std::size_t input, const ShapeFix& fix) {
        const std::int64_t kept = m_counter.kept(fix.channels);
        if (auto values = current(node, node.attribute("shape") ? "shape" : nullptr, input)) {
            if (std::size_t(fix.axis) >= values->size())
                return lost(node, "shape");
            (*values)[std::size_t(fix.axis)] = kept;
            store(node, node.attribute("shape") ? "shape" : nullptr, input, std::move(*values));
            return {};
        }
        return fixJoinedShape(node, input, fix.axis, kept);
    }

    /// A target joined from extents and constants: the node gets a Concat of its own with its own constants.
    Status fixJoinedShape(const Node& node, std::size_t input, int element, std::int64_t kept) {
        NodeId& own = m_ownConcat[node.id];
        if (!own.valid()) {
            const Node* maker = m_graph.producer(node.input(input));
            if (!maker || !maker->is("Concat"))
                return lost(node, "shape");
            Node copy = *maker;
            copy.name = maker->name + "_cut";
            copy.outputs = {m_editor.addValue(m_graph.value(node.input(input))->name + "_cut")};
            const ValueId output = copy.outputs[0];
            own = m_editor.addNode(std::move(copy));
            m_editor.setInput(node.id, input, output);
        }
        const Node* concat = m_graph.producer(node.input(input));
        std::int64_t begin = 0;
        for (std::size_t i = 0; i < concat->inputs.size(); ++i) {
            const auto part = m_elements.of(concat->inputs[i]);
            const std::int64_t size = part ? std::int64_t(part->elements.size()) : -1;
            if (size < 0)
                return lost(node, "shape");
            if (element < begin + size) {
                const ValueId now = m_editor.node(own)->inputs[i];
                auto values = now.number >= m_graph.valueIdLimit() ? toIntegers(*m_editor.constant(now))
                                                                   : Result<Integers>(part->values());
                if (!part->isConstant() || !values)
                    return lost(node, "shape");
                (*values)[std::size_t(element - begin)] = kept;
                m_editor.setInput(own, i,
                                  m_editor.addInitializer(displayName(node) + "_extent",
                                                          makeTensor<std::int64_t>({size}, std::move(*values))));
                return {};
            }
            begin += size;
        }
        return lost(node, "shape");
    }

    const Graph& m_graph;
    std::int64_t m_opset;
    CutCounter& m_counter;
    GraphEditor& m_editor;
    const ShapeTable& m_shapes;
    ShapeElements m_elements;
    std::map<NodeId, NodeId> m_ownConcat;
};

} // namespace

Status fixShapes(const Model& model, const ChannelGroups& groups, CutCounter& counter, GraphEditor& editor) {
    const ShapeTable declared = groups.shapes ? ShapeTable() : ShapeTable(*model.graph);
    ShapeFixer fixer(model, groups.shapes ? *groups.shapes : declared, counter, editor);
    std::set<std::tuple<int, NodeId, int>> done; // a fix stands in every group it touches
    for (std::size_t g = 0; g < groups.groups.size(); ++g) {
        if (!counter.touches(GroupIndex(g)))
            continue;
        for (const ShapeFix& fix : groups.groups[g].fixes)
            if (done.emplace(int(fix.kind), fix.node, fix.axis).second)
                if (auto status = fixer.fix(fix); !status)
                    return status;
    }
    return {};
}

} // namespace lapidary
