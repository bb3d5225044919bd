// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/bodyshapes.h"

#include <onnx/onnx_pb.h>

#include <unordered_map>

namespace lapidary {

namespace {

using Types = std::unordered_map<std::string, TensorType>;

Types typesIn(const onnx::GraphProto& body) {
    Types types;
    for (const auto* list : {&body.value_info(), &body.input(), &body.output()})
        for (const auto& info : *list)
            if (info.type().has_tensor_type())
                types.try_emplace(info.name(), tensorTypeOf(info.type()));
    return types;
}

/// What is inferred is put in the place of what is declared only where it says more.
bool saysMore(const TensorType& inferred, const TensorType* declared) {
    if (!declared || !declared->shape || declared->type == DataType::Undefined)
        return true;
    return inferred.shape && inferred.shape->size() == declared->shape->size() && elementCount(*inferred.shape) &&
           !elementCount(*declared->shape);
}

ShapeTable tableOf(const onnx::GraphProto& inferred, const GraphPtr& body, const Graph& graph,
                   const ShapeTable& around) {
    ShapeTable table(*body);
    const auto types = typesIn(inferred);
    for (const auto id : body->valueIds()) {
        const auto* value = body->value(id);
        if (value->outer) {
            const auto* same = graph.findValue(value->name);
            if (const auto* known = same ? around.find(same->id) : nullptr)
                table.set(id, *known);
        } else if (const auto found = types.find(value->name); found != types.end()) {
            if (saysMore(found->second, table.find(id)))
                table.set(id, found->second);
        }
    }
    if (inferred.node_size() == int(body->nodeCount()))
        for (int i = 0; i < inferred.node_size(); ++i)
            readBodyShapes(inferred.node(i), *body->nodes()[std::size_t(i)], *body, table);
    return table;
}

} // namespace

TensorType tensorTypeOf(const onnx::TypeProto& type) {
    TensorType result;
    const auto& tensor = type.tensor_type();
    result.type = DataType(tensor.elem_type());
    if (tensor.has_shape()) {
        result.shape.emplace();
        for (const auto& dim : tensor.shape().dim())
            result.shape->push_back(dim.has_dim_value() && dim.dim_value() >= 0 ? dim.dim_value() : -1);
    }
    return result;
}

void readBodyShapes(const onnx::NodeProto& inferred, const Node& node, const Graph& graph, ShapeTable& around) {
    for (const auto& attribute : inferred.attribute()) {
        if (!attribute.has_g())
            continue;
        for (const auto& [name, body] : node.subgraphs())
            if (body && name == attribute.name())
                around.setBody(body, tableOf(attribute.g(), body, graph, around));
    }
}

} // namespace lapidary
