// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/compare.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

namespace lapidary {

namespace {

struct Accumulated {
    SqnrAccumulator ratio;
    double maxAbsolute = 0, sumAbsolute = 0;
    std::uint64_t elements = 0, rows = 0, agreeing = 0;
    bool classes = false;
    std::string problem;
};

std::size_t argmax(std::span<const float> row) {
    return std::size_t(std::max_element(row.begin(), row.end()) - row.begin());
}

void addOutput(Accumulated& sum, const Tensor& a, const Tensor& b) {
    if (a.shape != b.shape) {
        sum.problem = "shape " + shapeText(a.shape) + " became " + shapeText(b.shape);
        return;
    }
    const auto left = toFloats(a);
    const auto right = toFloats(b);
    if (!left || !right) {
        sum.problem = (left ? right : left).error().message;
        return;
    }
    sum.ratio.add(*left, *right);
    for (std::size_t i = 0; i < left->size(); ++i) {
        const double difference = std::abs(double((*left)[i]) - double((*right)[i]));
        sum.maxAbsolute = std::max(sum.maxAbsolute, difference);
        sum.sumAbsolute += difference;
    }
    sum.elements += left->size();
    const std::size_t classes = a.shape.size() == 2 ? std::size_t(a.shape[1]) : 0;
    sum.classes = classes > 1;
    for (std::size_t at = 0; sum.classes && at + classes <= left->size(); at += classes) {
        ++sum.rows;
        sum.agreeing += argmax(std::span(*left).subspan(at, classes)) == argmax(std::span(*right).subspan(at, classes));
    }
}

Result<std::vector<TensorPtr>> inputsFor(const InferenceSession& session, const CompareOptions& options, std::size_t index,
                                         const Work& work) {
    auto inputs = randomInputs(session.inputs(), options.seed + index);
    if (!inputs || !options.data)
        return inputs;
    const auto batch = options.data->batch(index, 1, work);
    if (!batch)
        return batch.status();
    if (batch->size() == 0)
        return errorDiagnostic("compare.data", "A sample cannot be read");
    const auto& wanted = options.data->preprocess().input;
    for (std::size_t i = 0; i < inputs->size(); ++i)
        if (wanted.empty() ? i == 0 : session.inputs()[i].name == wanted)
            (*inputs)[i] = batch->input;
    return inputs;
}

Status runNumeric(ModelComparison& result, const Model& a, const Model& b, const CompareOptions& options,
                  const Work& work) {
    SessionOptions sessionOptions;
    sessionOptions.threads = 2;
    const auto left = openSession(a, sessionOptions);
    if (!left)
        return left.status();
    const auto right = openSession(b, sessionOptions);
    if (!right)
        return right.status();
    const std::size_t count = options.data ? std::min(options.samples, options.data->size()) : options.samples;
    std::map<std::string, Accumulated> sums;
    for (std::size_t i = 0; i < count; ++i) {
        const auto inputs = inputsFor(**left, options, i, work);
        if (!inputs)
            return inputs.status();
        const auto outA = (*left)->run(*inputs, work);
        if (!outA)
            return outA.status();
        const auto outB = (*right)->run(*inputs, work);
        if (!outB)
            return outB.status();
        for (std::size_t o = 0; o < outA->size(); ++o) {
            const auto& name = (*left)->outputs()[o].name;
            const auto& ports = (*right)->outputs();
            const auto it = std::find_if(ports.begin(), ports.end(), [&](const PortInfo& p) { return p.name == name; });
            if (it == ports.end())
                sums[name].problem = "the other model has no such output";
            else
                addOutput(sums[name], *(*outA)[o], *(*outB)[std::size_t(it - ports.begin())]);
        }
        work.progress.set(double(i + 1) / double(count));
    }
    result.samples = count;
    for (const auto& [name, sum] : sums) {
        OutputDifference output;
        output.output = name;
        output.comparable = sum.problem.empty() && sum.elements > 0;
        output.reason = sum.problem;
        output.maxAbsolute = sum.maxAbsolute;
        output.meanAbsolute = sum.elements > 0 ? sum.sumAbsolute / double(sum.elements) : 0;
        output.sqnrDb = sum.ratio.db();
        output.cosine = sum.ratio.cosine();
        if (sum.classes && sum.rows > 0)
            output.argmaxAgreement = 100.0 * double(sum.agreeing) / double(sum.rows);
        result.outputs.push_back(std::move(output));
    }
    return {};
}

std::string_view kindName(DiffKind kind) {
    switch (kind) {
    case DiffKind::Added:
        return "added";
    case DiffKind::Removed:
        return "removed";
    case DiffKind::Changed:
        return "changed";
    case DiffKind::Same:
        break;
    }
    return "same";
}

} // namespace

Result<std::vector<TensorPtr>> randomInputs(const std::vector<PortInfo>& ports, std::uint64_t seed) {
    std::vector<TensorPtr> inputs;
    std::mt19937_64 random(seed);
    for (const auto& port : ports) {
        Shape shape = port.shape;
        for (auto& extent : shape)
            extent = std::max<std::int64_t>(extent, 1);
        const auto count = elementCount(shape);
        if (!count || *count > (std::int64_t(1) << 30))
            return errorDiagnostic("compare.input", "The input is too large to make up").atTensor(port.name);
        std::vector<float> values(std::size_t(*count), 0.0f);
        for (auto& value : values)
            value = float(random() >> 40) / float(1 << 24);
        if (isFloatingPoint(port.type)) {
            auto tensor = fromFloats(port.type, shape, values);
            if (!tensor)
                return tensor.status();
            inputs.push_back(std::move(*tensor));
        } else if (bitsPerElement(port.type) >= 8) {
            const std::size_t width = std::size_t(bitsPerElement(port.type)) / 8;
            std::vector<std::byte> bytes(values.size() * width, std::byte(0));
            for (std::size_t i = 0; i < values.size(); ++i)
                bytes[i * width] = std::byte(values[i] < 0.5f ? 0 : 1);
            inputs.push_back(makeTensor(port.type, shape, Blob(std::move(bytes))));
        } else {
            return errorDiagnostic("compare.input", "Inputs of type " + dataTypeName(port.type) + " cannot be made up",
                                   "Give a dataset with --data.")
                .atTensor(port.name);
        }
    }
    return inputs;
}

ModelComparison compareStructure(const AnalysedModel& a, const AnalysedModel& b, bool sameLineage) {
    ModelComparison result;
    result.diff = diffGraphs(*a.model, *b.model, sameLineage);
    result.totalsA = a.totals;
    result.totalsB = b.totals;
    result.fileBytesA = a.fileBytes;
    result.fileBytesB = b.fileBytes;
    result.costs.reserve(result.diff.nodes.size());
    for (const auto& node : result.diff.nodes) {
        NodeCosts costs;
        if (node.a.valid()) {
            costs.macsA = a.cost.of(node.a).macs;
            costs.parametersA = a.cost.of(node.a).parameters;
        }
        if (node.b.valid()) {
            costs.macsB = b.cost.of(node.b).macs;
            costs.parametersB = b.cost.of(node.b).parameters;
        }
        result.costs.push_back(costs);
    }
    return result;
}

Status compareOutputs(ModelComparison& result, const AnalysedModel& a, const AnalysedModel& b,
                      const CompareOptions& options, const Work& work) {
    result.randomInputs = !options.data;
    const auto status = runNumeric(result, *a.model, *b.model, options, work);
    if (!status && isCancelled(status.error()))
        return status;
    if (!status)
        result.numericProblem = status.error().toString();
    return {};
}

Result<ModelComparison> compareModels(const AnalysedModel& a, const AnalysedModel& b, const CompareOptions& options,
                                      const Work& work) {
    auto result = compareStructure(a, b, options.sameLineage);
    result.randomInputs = !options.data;
    if (options.numeric)
        if (auto status = compareOutputs(result, a, b, options, work); !status)
            return status;
    return result;
}

namespace {

Json nodeJson(const NodeDiff& node, const NodeCosts& costs) {
    Json entry;
    entry.set("kind", kindName(node.kind));
    entry.set("node", node.name);
    entry.set("op", node.opType);
    entry.set("bytes_a", std::int64_t(node.bytesA));
    entry.set("bytes_b", std::int64_t(node.bytesB));
    entry.set("macs_a", std::int64_t(costs.macsA));
    entry.set("macs_b", std::int64_t(costs.macsB));
    entry.set("parameters_a", std::int64_t(costs.parametersA));
    entry.set("parameters_b", std::int64_t(costs.parametersB));
    Json::Array changes, flags;
    for (const auto& change : node.changes)
        changes.emplace_back(change);
    for (const auto flag : diffFlagNames(node.flags))
        flags.emplace_back(flag);
    entry.set("changes", std::move(changes));
    entry.set("flags", std::move(flags));
    if (node.reason != MatchReason::None) {
        entry.set("match", matchReasonName(node.reason));
        entry.set("confidence", double(node.confidence));
    }
    if (node.weightRelative > 0) {
        entry.set("weight_relative_difference", node.weightRelative);
        entry.set("weight_sqnr_db", node.weightSqnrDb);
    }
    if (node.attachment != Attachment::None)
        entry.set("attached", attachmentName(node.attachment));
    return entry;
}

Json matchesJson(const GraphDiff& diff) {
    Json json, reasons{Json::Object()};
    std::size_t total = 0;
    for (std::size_t i = 1; i < diff.matchedBy.size(); ++i) {
        total += diff.matchedBy[i];
        if (diff.matchedBy[i] > 0)
            reasons.set(std::string(matchReasonName(MatchReason(i))), std::int64_t(diff.matchedBy[i]));
    }
    Json::Array onlyA, onlyB;
    for (const auto& node : diff.nodes)
        if (node.kind == DiffKind::Removed)
            onlyA.emplace_back(node.name);
        else if (node.kind == DiffKind::Added)
            onlyB.emplace_back(node.name);
    json.set("count", std::int64_t(total));
    json.set("reasons", std::move(reasons));
    json.set("attached", std::int64_t(diff.attached));
    json.set("unmatched_a", std::move(onlyA));
    json.set("unmatched_b", std::move(onlyB));
    return json;
}

} // namespace

Json ModelComparison::toJson() const {
    Json json;
    json.set("added", std::int64_t(diff.added));
    json.set("removed", std::int64_t(diff.removed));
    json.set("changed", std::int64_t(diff.changed));
    json.set("same", std::int64_t(diff.same));
    Json::Array nodes;
    for (std::size_t i = 0; i < diff.nodes.size(); ++i)
        if (diff.nodes[i].kind != DiffKind::Same)
            nodes.push_back(nodeJson(diff.nodes[i], i < costs.size() ? costs[i] : NodeCosts()));
    json.set("matches", matchesJson(diff));
    json.set("nodes", std::move(nodes));
    json.set("a", totalsA.toJson());
    json.set("b", totalsB.toJson());
    json.set("file_bytes_a", std::int64_t(fileBytesA));
    json.set("file_bytes_b", std::int64_t(fileBytesB));
    Json::Array outputList;
    for (const auto& output : outputs) {
        Json entry;
        entry.set("output", output.output);
        entry.set("comparable", output.comparable);
        if (!output.reason.empty())
            entry.set("reason", output.reason);
        entry.set("max_abs", output.maxAbsolute);
        entry.set("mean_abs", output.meanAbsolute);
        entry.set("sqnr_db", output.sqnrDb);
        entry.set("cosine", output.cosine);
        if (output.argmaxAgreement >= 0)
            entry.set("agreement", output.argmaxAgreement);
        outputList.push_back(std::move(entry));
    }
    json.set("outputs", std::move(outputList));
    json.set("samples", std::int64_t(samples));
    json.set("random_inputs", randomInputs);
    if (!numericProblem.empty())
        json.set("numeric_problem", numericProblem);
    return json;
}

} // namespace lapidary
