// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "base/nearest.h"
#include "tensor/elementtext.h"
#include "tensor/npyfile.h"
#include "tensor/tensorstatistics.h"

#include <cmath>
#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, name, output;
    int values = 10;
    int channelAxis = -1;
};

struct NamedTensor {
    std::string name;
    TensorPtr tensor;
};

/// Weights and constants of a graph and of the graphs inside of it, in graph order.
void collect(const Graph& graph, std::vector<NamedTensor>& into) {
    for (const auto id : graph.initializers())
        into.push_back({graph.value(id)->name, graph.constant(id)});
    for (const auto& node : graph.nodes()) {
        for (const auto id : node->outputs)
            if (const auto* value = graph.value(id); value && !value->isConstant())
                if (auto tensor = graph.constant(id))
                    into.push_back({value->name, std::move(tensor)});
        for (const auto& [name, inner] : node->subgraphs())
            collect(*inner, into);
    }
}

Json realJson(double value) {
    return std::isfinite(value) ? Json(value) : Json();
}

Json shapeJson(const Shape& shape) {
    Json::Array extents;
    for (const auto extent : shape)
        extents.push_back(extent);
    return extents;
}

Json headJson(const NamedTensor& named) {
    Json json;
    json.set("name", named.name);
    json.set("type", dataTypeName(named.tensor->type));
    json.set("shape", shapeJson(named.tensor->shape));
    json.set("count", named.tensor->count());
    json.set("bytes", named.tensor->bytes());
    if (named.tensor->missing())
        json.set("missing", named.tensor->missingReason);
    return json;
}

Json statisticsJson(const TensorStatistics& statistics) {
    Json json;
    json.set("examined", statistics.examined);
    json.set("sampled", statistics.sampled());
    json.set("min", realJson(statistics.minimum));
    json.set("max", realJson(statistics.maximum));
    json.set("mean", realJson(statistics.mean));
    json.set("std", realJson(statistics.deviation));
    json.set("zeros", statistics.zeros);
    json.set("nan", statistics.nan);
    json.set("positive_infinite", statistics.positiveInfinite);
    json.set("negative_infinite", statistics.negativeInfinite);
    json.set("distinct", statistics.distinct);
    json.set("more_distinct", statistics.moreDistinct);
    Json::Array counts;
    for (const auto count : statistics.histogram)
        counts.push_back(count);
    Json histogram;
    histogram.set("lower", realJson(statistics.histogramLower));
    histogram.set("upper", realJson(statistics.histogramUpper));
    histogram.set("counts", std::move(counts));
    json.set("histogram", std::move(histogram));
    Json::Array channels;
    for (const auto& channel : statistics.channels) {
        Json entry;
        entry.set("min", realJson(channel.minimum));
        entry.set("max", realJson(channel.maximum));
        entry.set("mean", realJson(channel.mean));
        entry.set("norm", realJson(channel.norm));
        entry.set("zeros", channel.zeros);
        channels.push_back(std::move(entry));
    }
    if (!channels.empty())
        json.set("channels", std::move(channels));
    return json;
}

Json firstValues(const Tensor& tensor, int limit) {
    Json::Array values;
    if (checkElements(tensor))
        for (std::int64_t i = 0; i < std::min<std::int64_t>(limit, tensor.count()); ++i)
            values.push_back(elementText(tensor, std::uint64_t(i)));
    return values;
}

void printHead(const Json& json) {
    Shape shape;
    for (const auto& extent : json["shape"].array())
        shape.push_back(extent.toInteger());
    std::cout << json["name"].toString() << '\n'
              << "type      " << json["type"].toString() << ' ' << shapeText(shape) << "  ("
              << countText(std::uint64_t(json["count"].toInteger())) << " values, "
              << bytesText(std::uint64_t(json["bytes"].toInteger())) << ")\n";
}

void printStatistics(const TensorStatistics& s) {
    const auto share = [&](std::uint64_t part) {
        return fixed(s.examined > 0 ? 100.0 * double(part) / double(s.examined) : 0) + " %";
    };
    const auto real = [](double value) { return realText(value, true); };
    if (s.sampled())
        std::cout << "sample    of " << countText(s.examined) << " values\n";
    std::cout << "range     " << real(s.minimum) << " to " << real(s.maximum) << '\n'
              << "mean      " << real(s.mean) << ", deviation " << real(s.deviation) << '\n'
              << "zeros     " << countText(s.zeros) << "  (" << share(s.zeros) << ")\n"
              << "distinct  " << (s.moreDistinct ? "more than " : "") << countText(s.distinct) << '\n';
    if (s.nan + s.positiveInfinite + s.negativeInfinite > 0)
        std::cout << "not finite: " << countText(s.nan) << " NaN, " << countText(s.positiveInfinite) << " +inf, "
                  << countText(s.negativeInfinite) << " -inf; the first at " << s.firstNonFinite << '\n';
}

int list(const Context& context, const std::vector<NamedTensor>& tensors) {
    Json::Array entries;
    std::vector<std::vector<std::string>> rows{{"Tensor", "Type", "Shape", "Bytes"}};
    for (const auto& named : tensors) {
        entries.push_back(headJson(named));
        rows.push_back({named.name, dataTypeName(named.tensor->type), shapeText(named.tensor->shape),
                        std::to_string(named.tensor->bytes())});
    }
    Json json;
    json.set("tensors", std::move(entries));
    context.print(json, [&] { printTable(rows); });
    return 0;
}

int show(const Context& context, const NamedTensor& named, const Options& options) {
    const auto& tensor = *named.tensor;
    auto json = headJson(named);
    std::optional<TensorStatistics> statistics;
    const auto reader = ElementReader::of(named.tensor);
    if (reader) {
        auto counted = tensorStatistics(*reader, {.channelAxis = options.channelAxis}, context.work());
        if (!counted)
            return fail(counted.error());
        statistics = std::move(*counted);
        json.set("statistics", statisticsJson(*statistics));
    } else if (tensor.missing() || reader.error().code != "tensor.type") {
        return fail(Diagnostic(reader.error()).inFile(options.model).atTensor(named.name));
    }
    json.set("values", firstValues(tensor, options.values));
    if (!options.output.empty()) {
        const auto form = npyFormOf(tensor);
        if (!form)
            return fail(Diagnostic(form.error()).atTensor(named.name));
        if (auto status = writeNpy(tensor, options.output, context.work()); !status)
            return fail(status.error());
        json.set("output", options.output);
        json.set("dtype", form->descr);
        json.set("conversion", form->conversion);
    }
    context.print(json, [&] {
        printHead(json);
        if (statistics)
            printStatistics(*statistics);
        std::cout << "values   ";
        for (const auto& value : json["values"].array())
            std::cout << ' ' << value.toString();
        std::cout << (tensor.count() > options.values ? " …\n" : "\n");
        if (!options.output.empty())
            std::cout << "wrote     " << options.output << "  (" << json["dtype"].toString() << ")\n"
                      << json["conversion"].toString() << (json["conversion"].toString().empty() ? "" : "\n");
    });
    return 0;
}

int run(const Context& context, const Options& options) {
    const auto model = Engine::open(options.model, context.work());
    if (!model)
        return fail(model.error());
    std::vector<NamedTensor> tensors;
    collect(*(*model)->model->graph, tensors);
    if (options.name.empty())
        return list(context, tensors);
    std::vector<std::string> names;
    for (const auto& named : tensors) {
        if (named.name == options.name)
            return show(context, named, options);
        names.push_back(named.name);
    }
    const auto near = nearestName(options.name, names);
    return fail(errorDiagnostic("tensor.unknown", "There is no weight or constant '" + options.name + "'",
                                near.empty() ? "lapidary-cli tensor MODEL lists the " + std::to_string(names.size()) +
                                                   " there are."
                                             : "Did you mean '" + near + "'?")
                    .inFile(options.model));
}

} // namespace

void addTensor(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("tensor", "Statistics and values of a weight or constant; writes it for NumPy");
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->model, "ONNX file")->required();
    command->add_option("NAME", options->name, "Name of the tensor; without one, all are listed");
    command->add_option("-o,--output", options->output, "Write the tensor to this NumPy file (.npy)")->needs("NAME");
    command->add_option("--values", options->values, "How many of the first values to print")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    command->add_option("--channels", options->channelAxis, "Statistics per position of this axis, too")
        ->check(CLI::Range(0, 31));
    commands.emplace_back(command, [&context, options] { return run(context, *options); });
}

} // namespace lapidary::cli
