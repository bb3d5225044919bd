// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/channelgroups.h"

#include "analysis/cutcounter.h"
#include "analysis/shapefixer.h"
#include "graph/grapheditor.h"

#include <algorithm>
#include <map>

namespace lapidary {
namespace {

Status checkCut(const ChannelGroups& groups, const ChannelCut& cut) {
    if (cut.removed.size() > groups.groups.size())
        return errorDiagnostic("prune.cut", "The cut names more groups than the model has.");
    for (std::size_t g = 0; g < cut.removed.size(); ++g) {
        const auto& removed = cut.removed[g];
        const ChannelGroup& group = groups.groups[g];
        if (removed.empty())
            continue;
        if (!group.prunable)
            return errorDiagnostic("prune.not_prunable", "Channels of group " + std::to_string(g) +
                                                             " must stay: the group " + group.reason + ".");
        for (std::size_t i = 0; i < removed.size(); ++i)
            if (removed[i] >= group.channels || (i > 0 && removed[i] <= removed[i - 1]))
                return errorDiagnostic("prune.cut", "The cut of group " + std::to_string(g) +
                                                        " is not a sorted list of its channels.");
        if (removed.size() >= group.channels)
            return errorDiagnostic("prune.empty_layer", "Group " + std::to_string(g) + " would lose all its channels.",
                                   "Keep at least one channel.");
    }
    return {};
}

/// Whether everything in the graph is used. Then what a cut leaves without use may be swept away; otherwise somebody
/// may want the leftovers that were there before.
bool isTidy(const Graph& graph) {
    for (const NodePtr& node : graph.nodes()) {
        const auto used = [&](ValueId id) { return id.valid() && (graph.isOutput(id) || !graph.uses(id).empty()); };
        if (std::ranges::none_of(node->outputs, used))
            return false;
    }
    return std::ranges::none_of(graph.initializers(), [&](ValueId id) {
        return graph.uses(id).empty() && !graph.isOutput(id) && !graph.isInput(id);
    });
}

class Cutter {
public:
    Cutter(const Model& model, const ChannelGroups& groups, const ChannelCut& cut)
        : m_model(model), m_groups(groups), m_counter(groups, cut), m_editor(model.graph) {}

    Result<ModelPtr> run() {
        if (auto status = cutWeights(); !status)
            return status;
        if (auto status = fixShapes(m_model, m_groups, m_counter, m_editor); !status)
            return status;
        if (auto status = cutTypes(); !status)
            return status;
        if (isTidy(*m_model.graph))
            m_editor.removeUnused();
        auto graph = m_editor.finish();
        if (!graph)
            return graph.error();
        return withGraph(m_model, std::move(*graph));
    }

private:
    Status emptyAxis(ValueId value) const {
        const Value* known = m_model.graph->value(value);
        return errorDiagnostic("prune.empty_layer",
                               "All channels of '" + (known ? known->name : std::string()) + "' would go.",
                               "Keep at least one channel of every layer.");
    }

    Status cutWeights() {
        std::map<ValueId, std::map<int, ChannelRefs>> cuts; // by weight, axis
        for (std::size_t g = 0; g < m_groups.groups.size(); ++g) {
            if (!m_counter.touches(GroupIndex(g)))
                continue;
            for (const auto* slices : {&m_groups.groups[g].producers, &m_groups.groups[g].consumers})
                for (const WeightSlice& slice : *slices)
                    cuts[slice.weight][slice.axis] = slice.channels;
        }
        for (const auto& [weight, axes] : cuts) {
            bool changed = false;
            for (const auto& [axis, refs] : axes) {
                changed = changed || m_counter.kept(refs) != std::int64_t(refs->size());
                if (m_counter.kept(refs) == 0)
                    return emptyAxis(weight);
            }
            if (!changed)
                continue;
            if (auto status = cutWeight(weight, axes); !status)
                return status;
        }
        return {};
    }

    Status cutWeight(ValueId weight, const std::map<int, ChannelRefs>& axes) {
        const TensorPtr original = m_model.graph->constant(weight);
        if (!original)
            return cutFilledWeight(weight, axes);
        TensorPtr tensor = original;
        for (const auto& [axis, refs] : axes) {
            if (m_counter.kept(refs) == std::int64_t(refs->size()))
                continue;
            auto cut = takeSlices(*tensor, axis, m_counter.keptPositions(refs));
            if (!cut) {
                Diagnostic error = cut.error();
                error.place.tensor = m_model.graph->value(weight)->name;
                return error;
            }
            tensor = std::move(*cut);
        }
        if (const Node* maker = m_model.graph->producer(weight)) {
            for (const char* name : {"value_float", "value_floats", "value_int", "value_ints"})
                if (maker->attribute(name))
                    m_editor.removeAttribute(maker->id, name);
            m_editor.setAttribute(maker->id, makeAttribute("value", tensor));
        } else {
            m_editor.setInitializer(weight, tensor);
        }
        for (const auto& [axis, refs] : axes)
            cutType(weight, axis, m_counter.kept(refs));
        return {};
    }

    /// A weight written as a shape and one number.
    Status cutFilledWeight(ValueId weight, const std::map<int, ChannelRefs>& axes) {
        const Node* maker = m_model.graph->producer(weight);
        const TensorPtr shape = maker ? m_model.graph->constant(maker->input(0)) : nullptr;
        auto extents =
            shape ? toIntegers(*shape)
                  : Result<std::vector<std::int64_t>>(errorDiagnostic("prune.cut", "A weight is not constant."));
        if (!extents)
            return extents.status();
        for (const auto& [axis, refs] : axes)
            if (std::size_t(axis) < extents->size())
                (*extents)[std::size_t(axis)] = m_counter.kept(refs);
        const auto rank = std::int64_t(extents->size());
        const ValueId input = m_editor.addInitializer(m_model.graph->value(maker->input(0))->name + "_cut",
                                                      makeTensor<std::int64_t>({rank}, std::move(*extents)));
        m_editor.setInput(maker->id, 0, input);
        for (const auto& [axis, refs] : axes)
            cutType(weight, axis, m_counter.kept(refs));
        return {};
    }

    Status cutTypes() {
        for (const ValueAxis& axis : m_groups.values) {
            const std::int64_t kept = m_counter.kept(axis.channels);
            if (kept == 0 && !axis.channels->empty())
                return emptyAxis(axis.value);
            if (kept != std::int64_t(axis.channels->size()))
                cutType(axis.value, axis.axis, kept);
        }
        return {};
    }

    void cutType(ValueId id, int axis, std::int64_t extent) {
        const Value* value = m_editor.value(id);
        if (!value || !value->type || !value->type->isTensor() || !value->type->dimensions)
            return;
        TypeInfo type = *value->type;
        if (std::size_t(axis) >= type.dimensions->size())
            return;
        Dimension& dimension = (*type.dimensions)[std::size_t(axis)];
        if (dimension.extent < 0)
            return;
        dimension.extent = extent;
        m_editor.setType(id, std::move(type));
    }

    const Model& m_model;
    const ChannelGroups& m_groups;
    CutCounter m_counter;
    GraphEditor m_editor;
};

} // namespace

Result<ModelPtr> applyCut(const Model& model, const ChannelGroups& groups, const ChannelCut& cut) {
    if (auto status = checkCut(groups, cut); !status)
        return status;
    try {
        return Cutter(model, groups, cut).run();
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("base.memory", "Not enough memory to make the smaller model.");
    }
}

} // namespace lapidary
