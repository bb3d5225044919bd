// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"
#include "nodelist.h"

#include "engine/modelcard.h"

#include <iostream>
#include <map>

namespace lapidary::cli {

namespace {

Json portsJson(const AnalysedModel& model, const std::vector<ValueId>& ids) {
    Json::Array list;
    for (const auto id : ids) {
        const auto* value = model.model->graph->value(id);
        Json entry;
        entry.set("name", value->name);
        if (value->type && value->type->isTensor()) {
            entry.set("type", dataTypeName(value->type->elementType));
            Json::Array shape;
            if (value->type->dimensions)
                for (const auto& dimension : *value->type->dimensions)
                    shape.push_back(dimension.extent >= 0 ? Json(dimension.extent)
                                                          : Json(dimension.symbol.empty() ? "?" : dimension.symbol));
            entry.set("shape", std::move(shape));
        }
        list.push_back(std::move(entry));
    }
    return list;
}

Json describe(const AnalysedModel& model) {
    const auto& graph = *model.model->graph;
    std::map<std::string, std::int64_t> operators;
    for (const auto& node : graph.nodes())
        ++operators[node->isOnnx() ? node->opType : node->domain + "::" + node->opType];
    Json json;
    json.set("file", model.model->source.string());
    json.set("nodes", std::int64_t(graph.nodeCount()));
    json.set("parameters", std::int64_t(model.totals.parameters));
    json.set("bytes", std::int64_t(model.totals.bytes));
    json.set("file_bytes", std::int64_t(model.fileBytes));
    json.set("macs", std::int64_t(model.totals.macs));
    json.set("macs_unknown_nodes", std::int64_t(model.cost.unknownNodes));
    json.set("peak_activation_bytes", std::int64_t(model.cost.peakActivationBytes));
    json.set("opset", model.model->opset());
    json.set("ir_version", model.model->irVersion);
    json.set("producer", model.model->producerName + (model.model->producerVersion.empty() ? "" : " " + model.model->producerVersion));
    Json::Object domains;
    for (const auto& import : model.model->opsets)
        domains.emplace(import.domain.empty() ? "ai.onnx" : import.domain, import.version);
    json.set("opsets", std::move(domains));
    json.set("functions", std::int64_t(model.model->functions.size()));
    json.set("inputs", portsJson(model, graph.requiredInputs()));
    json.set("outputs", portsJson(model, graph.outputs()));
    Json::Object counts;
    for (const auto& [name, count] : operators)
        counts.emplace(name, count);
    json.set("ops", std::move(counts));
    Json::Array problems;
    for (const auto& problem : model.problems)
        problems.push_back(diagnosticJson(problem));
    json.set("problems", std::move(problems));
    if (auto card = modelCardOf(*model.model); !card.isNull())
        json.set("card", std::move(card));
    return json;
}

void printPort(const char* label, const Json& port) {
    std::string shape;
    for (const auto& extent : port["shape"].array())
        shape += (shape.empty() ? "" : "x") + (extent.isString() ? extent.toString() : std::to_string(extent.toInteger()));
    std::cout << label << port["name"].toString() << "  " << port["type"].toString() << ' ' << shape << '\n';
}

/// Where an exported model came from.
void printCard(const Json& card) {
    for (const auto& entry : card["recipes"].array())
        if (const auto recipe = Recipe::fromJson(entry))
            std::cout << "made by     " << recipe->toText() << '\n';
    if (const auto& accuracy = card["accuracy"]; accuracy["top1"].isNumber())
        std::cout << "top-1       " << fixed(accuracy["top1"].toDouble()) << " %  (95 %: " << fixed(accuracy["top1_low"].toDouble())
                  << " to " << fixed(accuracy["top1_high"].toDouble()) << ", " << accuracy["samples"].toInteger() << " samples)\n";
    if (card.contains("versions"))
        std::cout << "made with   " << card["versions"].toString() << "\nsource      " << card["source_sha256"].toString() << '\n';
}

void printText(const AnalysedModel& model, const Json& facts) {
    std::cout << facts["file"].toString() << '\n'
              << "nodes       " << model.model->graph->nodeCount() << "  (opset " << model.model->opset() << ", "
              << facts["producer"].toString() << ")\n"
              << "parameters  " << countText(model.totals.parameters) << "  (" << bytesText(model.totals.bytes)
              << ", file " << bytesText(model.fileBytes) << ")\n"
              << "MACs        " << countText(model.totals.macs)
              << (model.cost.unknownNodes > 0 ? "  (at least: some shapes are unknown)" : "") << '\n'
              << "activations " << bytesText(model.cost.peakActivationBytes) << " at the peak\n";
    for (const auto& port : facts["inputs"].array())
        printPort("input       ", port);
    for (const auto& port : facts["outputs"].array())
        printPort("output      ", port);
    std::cout << "operators   ";
    bool first = true;
    for (const auto& [name, count] : facts["ops"].object()) {
        std::cout << (first ? "" : ", ") << name << ' ' << count.toInteger();
        first = false;
    }
    std::cout << '\n';
    printCard(facts["card"]);
    printProblems(model.problems);
}

} // namespace

void addInspect(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("inspect", "Nodes, parameters, bytes, MACs, inputs, outputs and problems of a model");
    struct Options {
        std::string file, nodes;
    };
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->file, "ONNX file")->required();
    command->add_option("--nodes", options->nodes, "List the nodes a query finds as well, such as 'op:Conv channels>256'");
    commands.emplace_back(command, [&context, options] {
        const auto model = Engine::open(options->file, context.work());
        if (!model)
            return fail(model.error());
        auto facts = describe(**model);
        Json found;
        if (!options->nodes.empty()) {
            const auto listed = findNodes(**model, options->nodes, context.work());
            if (!listed)
                return fail(listed.error());
            found = *listed;
            facts.set("found", found);
        }
        context.print(facts, [&] {
            printText(**model, facts);
            if (!found.isNull()) {
                std::cout << '\n';
                printFound(found);
            }
        });
        return 0;
    });
}

} // namespace lapidary::cli
