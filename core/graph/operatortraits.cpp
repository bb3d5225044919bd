// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/operatortraits.h"

#include "graph/operatortable.h"

#include <array>
#include <unordered_map>
#include <vector>

namespace lapidary {
namespace {

struct Table {
    std::vector<OperatorTraits> rows;
    std::unordered_map<std::string_view, const OperatorTraits*> onnx;
    std::unordered_map<std::string_view, std::unordered_map<std::string_view, const OperatorTraits*>> domains;
    OperatorTraits transposedGemm;
    OperatorTraits interpolatingResize;

    Table() {
        for (const auto part :
             {operatortable::layerRows(), operatortable::elementwiseRows(), operatortable::tensorRows()})
            rows.insert(rows.end(), part.begin(), part.end());
        onnx.reserve(rows.size());
        for (const OperatorTraits& traits : rows)
            (traits.domain.empty() ? onnx : domains[traits.domain]).emplace(traits.opType, &traits);
        transposedGemm = *onnx.at("Gemm");
        std::swap(transposedGemm.weightInputAxis, transposedGemm.weightOutputAxis);
        interpolatingResize = *onnx.at("Resize");
        interpolatingResize.quantized = QuantizedKernel::None;
    }
};

const Table& table() {
    static const Table instance;
    return instance;
}

/// Moves values and makes none. Between values ONNX Runtime cuts off instead of rounding in 8 bits, overflows where a
/// cubic overshoots, and takes longer than in float.
bool copiesOnly(const Node& resize) {
    return resize.stringAttribute("mode", "nearest") == "nearest" &&
           resize.stringAttribute("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize";
}

} // namespace

const OperatorTraits* traitsOf(std::string_view opType, std::string_view domain) {
    const Table& all = table();
    const auto* names = &all.onnx;
    if (!domain.empty() && domain != "ai.onnx") {
        const auto found = all.domains.find(domain);
        if (found == all.domains.end())
            return nullptr;
        names = &found->second;
    }
    const auto found = names->find(opType);
    return found == names->end() ? nullptr : found->second;
}

const OperatorTraits* traitsOf(const Node& node) {
    const OperatorTraits* traits = traitsOf(node.opType, node.domain);
    if (traits && node.is("Gemm") && node.intAttribute("transB", 0) != 0)
        return &table().transposedGemm;
    if (traits && node.is("Resize") && !copiesOnly(node))
        return &table().interpolatingResize;
    return traits;
}

std::span<const OperatorTraits> operatorTable() {
    return table().rows;
}

OperatorCategory categoryOf(const Node& node) {
    const OperatorTraits* traits = traitsOf(node.opType, node.domain);
    return traits ? traits->category : OperatorCategory::Other;
}

std::string_view categoryName(OperatorCategory category) {
    static constexpr std::array<std::string_view, 13> names{
        "layer", "activation",   "pool",      "normalization", "dropout", "shape", "tensor",
        "data",  "quantization", "attention", "control",       "logic",   "other"};
    return names[static_cast<std::size_t>(category)];
}

} // namespace lapidary
