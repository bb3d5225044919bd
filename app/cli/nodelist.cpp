// SPDX-License-Identifier: GPL-3.0-or-later
#include "nodelist.h"

#include "analysis/modelqueryfacts.h"
#include "format.h"
#include "graph/operatortraits.h"
#include "graph/query/querymatcher.h"
#include "graph/query/queryvalues.h"

#include <iostream>

namespace lapidary::cli {

namespace {

Json shapesJson(const std::vector<ValueId>& ids, const AnalysedModel& model) {
    Json::Array list;
    for (const auto id : ids) {
        const auto shape = id.valid() ? model.shapes.shape(id) : std::nullopt;
        list.push_back(shape ? Json(shapeText(*shape)) : Json());
    }
    return list;
}

Json nodeJson(const Node& node, const AnalysedModel& model) {
    const auto& graph = *model.model->graph;
    const auto& cost = model.cost.of(node.id);
    Json json;
    json.set("name", displayName(node));
    json.set("op", node.isOnnx() ? node.opType : node.domain + "::" + node.opType);
    json.set("category", std::string(categoryName(categoryOf(node))));
    json.set("input_shapes", shapesJson(node.inputs, model));
    json.set("output_shapes", shapesJson(node.outputs, model));
    if (const auto channels = nodeChannels(node, graph, model.shapes); channels >= 0)
        json.set("channels", channels);
    json.set("macs", std::int64_t(cost.macs));
    json.set("parameters", std::int64_t(cost.parameters));
    json.set("bytes", std::int64_t(cost.parameterBytes));
    return json;
}

Json tensorJson(const Value& value, const AnalysedModel& model) {
    Json json;
    json.set("name", value.name);
    if (const auto type = model.shapes.type(value.id); type != DataType::Undefined)
        json.set("type", dataTypeName(type));
    if (const auto shape = model.shapes.shape(value.id))
        json.set("shape", shapeText(*shape));
    json.set("constant", value.isConstant());
    return json;
}

std::string shapeOfFirst(const Json& shapes) {
    return shapes.array().empty() ? std::string() : shapes.array().front().toString();
}

} // namespace

Result<Json> findNodes(const AnalysedModel& model, const std::string& text, const Work& work) {
    const auto query = Query::parse(text);
    if (!query)
        return query.status();
    const auto& graph = *model.model->graph;
    const ModelQueryFacts facts(*model.model, model.shapes, &model.cost);
    auto matcher = QueryMatcher::bind(*query, graph, model.shapes, &facts);
    if (!matcher)
        return matcher.status();
    Json::Array nodes, tensors;
    for (const auto& node : graph.nodes()) {
        if (const auto status = work.check(); !status)
            return status;
        if (matcher->matches(*node))
            nodes.push_back(nodeJson(*node, model));
    }
    for (const auto id : graph.valueIds())
        if (const auto* value = graph.value(id); matcher->matches(*value))
            tensors.push_back(tensorJson(*value, model));
    Json json;
    json.set("query", query->toText());
    json.set("count", std::int64_t(nodes.size()));
    json.set("nodes", std::move(nodes));
    json.set("tensors", std::move(tensors));
    return json;
}

void printFound(const Json& found) {
    std::vector<std::vector<std::string>> rows{{"node", "operator", "output", "channels", "MACs", "parameters"}};
    for (const auto& node : found["nodes"].array())
        rows.push_back({node["name"].toString(), node["op"].toString(), shapeOfFirst(node["output_shapes"]),
                        node.contains("channels") ? std::to_string(node["channels"].toInteger()) : "",
                        shortCount(std::uint64_t(node["macs"].toInteger())),
                        shortCount(std::uint64_t(node["parameters"].toInteger()))});
    if (rows.size() > 1)
        printTable(rows);
    std::vector<std::vector<std::string>> tensors{{"tensor", "type", "shape"}};
    for (const auto& tensor : found["tensors"].array())
        tensors.push_back({tensor["name"].toString(), tensor["type"].toString(), tensor["shape"].toString()});
    if (tensors.size() > 1) {
        std::cout << '\n';
        printTable(tensors);
    }
    std::cout << (rows.size() > 1 ? "\n" : "") << rows.size() - 1 << (rows.size() == 2 ? " node" : " nodes");
    if (tensors.size() > 1)
        std::cout << ", " << tensors.size() - 1 << (tensors.size() == 2 ? " tensor" : " tensors");
    std::cout << '\n';
}

} // namespace lapidary::cli
