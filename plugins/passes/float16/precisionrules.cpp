// SPDX-License-Identifier: GPL-3.0-or-later
#include "precisionrules.h"

#include "graph/operatortraits.h"

#include <array>

namespace lapidary {

namespace {

/// Operators whose ONNX definition has no float16 before `sinceOpset` (a large number: never), or whose output type an
/// attribute fixes.
struct Rule {
    std::string_view op;
    std::int64_t sinceOpset;
};

constexpr std::int64_t never = 1'000'000;
constexpr std::array<Rule, 24> rules = {{
    {"Bernoulli", never},
    {"BlackmanWindow", never},
    {"CumSum", 14},
    {"DFT", never},
    {"DynamicQuantizeLinear", never},
    {"EyeLike", never},
    {"HammingWindow", never},
    {"HannWindow", never},
    {"ImageDecoder", never},
    {"IsInf", 20},
    {"MaxRoiPool", never},
    {"MelWeightMatrix", never},
    {"Multinomial", never},
    {"NonMaxSuppression", never},
    {"RandomNormal", never},
    {"RandomNormalLike", never},
    {"RandomUniform", never},
    {"RandomUniformLike", never},
    {"Range", never},
    {"RoiAlign", never}, // its box coordinates need more than eleven bits
    {"STFT", never},
    {"StringNormalizer", never},
    {"TfIdfVectorizer", never},
    {"Upsample", never}, // deprecated; runtimes know it in float32 only
}};

} // namespace

PortPrecision portPrecision(const Node& node, std::size_t input, std::int64_t opset) {
    if (node.is("Shape") || node.is("Size") || node.is("Cast"))
        return PortPrecision::Either;
    if (node.is("Resize") && input >= 1 && opset >= 10)
        return PortPrecision::Float32; // region and scales
    if (node.is("BatchNormalization") && input >= 3 && opset >= 14)
        return PortPrecision::Float32; // running mean and variance: a wide range, and their type is free here
    return PortPrecision::Follows;
}

std::set<std::string> operatorList(const std::string& text) {
    std::set<std::string> out;
    std::string word;
    for (const char c : text + ",") {
        const bool separates = c == ',' || c == ';' || c == ' ';
        if (!separates) {
            word += c;
        } else if (!word.empty()) {
            out.insert(word);
            word.clear();
        }
    }
    return out;
}

std::string growingOperators() {
    std::set<std::string_view> names;
    for (const OperatorTraits& traits : operatorTable())
        if (traits.growsInHalf)
            names.insert(traits.opType);
    std::string text;
    for (const std::string_view name : names)
        text += (text.empty() ? "" : ",") + std::string(name);
    return text;
}

std::string whyFloat32(const Model& model, const Node& node, const std::set<std::string>& blocked) {
    if (blocked.count(node.opType) > 0)
        return "is on the list of operators kept in float32";
    if (node.hasSubgraphs())
        return "control flow stays in float32, with what it contains";
    if (model.functionOf(node))
        return "calls a function of the model, which stays in float32";
    if (!node.isOnnx())
        return "is of domain '" + node.domain + "', whose types are not known";
    const auto* traits = traitsOf(node);
    if (!traits)
        return "is an operator Lapidary does not know";
    if (traits->category == OperatorCategory::Quantization || node.opType.starts_with("QLinear"))
        return "already quantized";
    for (const auto& rule : rules)
        if (node.opType == rule.op && model.opset() < rule.sinceOpset)
            return "has no float16 form in opset " + std::to_string(model.opset());
    return {};
}

} // namespace lapidary
