// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/operatortraits.h"
#include "rewrites.h"

#include <algorithm>
#include <unordered_map>

namespace lapidary {

namespace {

void append(std::string& key, const void* data, std::size_t size) {
    key.append(static_cast<const char*>(data), size);
}

template <typename T>
void appendNumber(std::string& key, T number) {
    append(key, &number, sizeof(number));
}

void appendText(std::string& key, const std::string& text) {
    appendNumber(key, std::uint64_t(text.size()));
    key += text;
}

/// False for attributes that are not compared (tensors, graphs, opaque ones).
bool appendAttribute(std::string& key, const Attribute& attribute) {
    appendText(key, attribute.name);
    appendNumber(key, attribute.value.index());
    if (const auto* real = std::get_if<float>(&attribute.value))
        appendNumber(key, *real);
    else if (const auto* integer = std::get_if<std::int64_t>(&attribute.value))
        appendNumber(key, *integer);
    else if (const auto* text = std::get_if<std::string>(&attribute.value))
        appendText(key, *text);
    else if (const auto* reals = std::get_if<std::vector<float>>(&attribute.value)) {
        appendNumber(key, std::uint64_t(reals->size()));
        append(key, reals->data(), reals->size() * sizeof(float));
    } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&attribute.value)) {
        appendNumber(key, std::uint64_t(integers->size()));
        append(key, integers->data(), integers->size() * sizeof(std::int64_t));
    } else {
        return false;
    }
    return attribute.refAttrName.empty();
}

/// Small constants count by what they hold, so that two Reshapes to equal targets are equal.
void appendInput(std::string& key, const Rewriter& rewriter, ValueId id) {
    const auto tensor = rewriter.constant(id);
    if (!tensor || tensor->bytes() > 256 || tensor->type == DataType::String) {
        appendNumber(key, 'v');
        appendNumber(key, id.number);
        return;
    }
    appendNumber(key, 'c');
    appendNumber(key, std::int32_t(tensor->type));
    appendNumber(key, std::uint64_t(tensor->shape.size()));
    append(key, tensor->shape.data(), tensor->shape.size() * sizeof(std::int64_t));
    append(key, tensor->data.bytes().data(), tensor->data.size());
}

/// Two nodes with equal keys compute the same; empty: never merged.
std::string keyOf(const Rewriter& rewriter, const Node& node) {
    const auto* traits = traitsOf(node);
    if (!traits || !traits->deterministic || !node.isOnnx() || node.hasSubgraphs() || node.outputs.empty() ||
        rewriter.model().functionOf(node))
        return {};
    std::string key = node.opType;
    key += '\0';
    for (const auto input : node.inputs)
        appendInput(key, rewriter, input);
    std::vector<const Attribute*> sorted;
    for (const auto& attribute : node.attributes)
        sorted.push_back(&attribute);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
    for (const auto* attribute : sorted)
        if (!appendAttribute(key, *attribute))
            return {};
    return key;
}

bool mergeInto(Rewriter& rewriter, const Node& keep, const Node& duplicate) {
    for (std::size_t i = 0; i < duplicate.outputs.size(); ++i) {
        const auto output = duplicate.outputs[i];
        if (!rewriter.used(output))
            continue;
        const auto uses = rewriter.edit().uses(output);
        if (!keep.output(i).valid() || rewriter.edit().isOutput(output) ||
            std::any_of(uses.begin(), uses.end(), [](const Use& use) { return use.input < 0; }))
            return false;
    }
    const Node old = duplicate;
    const Node kept = keep;
    for (std::size_t i = 0; i < old.outputs.size(); ++i)
        if (rewriter.used(old.outputs[i])) {
            rewriter.edit().replaceUses(old.outputs[i], kept.outputs[i]);
            rewriter.touchUsers(kept.outputs[i]);
        }
    rewriter.removeNode(old.id);
    return true;
}

} // namespace

bool mergeDuplicates(Rewriter& rewriter) {
    std::unordered_map<std::string, NodeId> seen;
    bool changed = false;
    for (const auto id : rewriter.edit().nodeIds()) {
        const Node* node = rewriter.node(id);
        if (!node || !rewriter.editable(id))
            continue;
        const auto key = keyOf(rewriter, *node);
        if (key.empty())
            continue;
        const auto [first, isNew] = seen.emplace(key, id);
        if (isNew || !mergeInto(rewriter, *rewriter.node(first->second), *node))
            continue;
        rewriter.count("merge_duplicates", id, "Computed once instead of twice");
        changed = true;
    }
    return changed;
}

} // namespace lapidary
