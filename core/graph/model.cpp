// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/model.h"

namespace lapidary {

namespace {

std::string_view normalDomain(std::string_view domain) { return domain == "ai.onnx" ? std::string_view() : domain; }

} // namespace

std::int64_t Model::opset() const { return opset(std::string_view()); }

std::int64_t Model::opset(std::string_view opDomain) const {
    for (const auto& import : opsets)
        if (normalDomain(import.domain) == normalDomain(opDomain))
            return import.version;
    return 0;
}

const Function* Model::functionOf(const Node& node) const {
    for (const auto& function : functions)
        if (function->name == node.opType && normalDomain(function->domain) == normalDomain(node.domain) &&
            function->overload == node.overload)
            return function.get();
    return nullptr;
}

ModelPtr withGraph(const Model& model, GraphPtr graph) {
    auto next = std::make_shared<Model>(model);
    next->graph = std::move(graph);
    return next;
}

} // namespace lapidary
