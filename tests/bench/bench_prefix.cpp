// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluates a network again after an edit in its last third, with what comes before known, against a whole evaluation
// in the same run; says how much memory the known values take and whether the answers are the same. Arguments: parts of
// model names; none means all.
#include "analysis/prefixcut.h"
#include "bench/assetbench.h"
#include "bench/measure.h"
#include "eval/activationcache.h"
#include "eval/evaluator.h"
#include "graph/grapheditor.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxshapes.h"

#include <cmath>
#include <string>

using namespace lapidary;
using namespace lapidary::bench;

namespace {

constexpr int rounds = 3;
constexpr double wanted = 3;

struct Subject {
    std::string_view model;
    std::string_view data;
};
constexpr Subject subjects[] = {{"resnet56_cifar10_unfused_bn.onnx", "cifar10-test.json"},
                                {"squeezenet1.1.onnx", "imagenet-validation.squeezenet1.1.json"}};

/// The model with one weight scaled: of the first convolution behind `share` of the multiplications.
Result<ModelPtr> edited(const Model& model, const CostReport& cost, double share, float factor, std::string& where) {
    std::uint64_t before = 0;
    for (const NodePtr& node : model.graph->nodes()) {
        const Value* weight = node->input(1).valid() ? model.graph->value(node->input(1)) : nullptr;
        const bool layer = cost.of(node->id).macs > 0 && weight && weight->initializer;
        if (!layer || double(before) < share * double(cost.macs)) {
            before += cost.of(node->id).macs;
            continue;
        }
        auto values = toFloats(*weight->initializer);
        if (!values)
            return values.status();
        for (std::size_t i = 0; i < values->size(); i += 7)
            (*values)[i] *= factor;
        GraphEditor editor(model.graph);
        editor.setInitializer(weight->id, makeTensor(weight->initializer->shape, std::move(*values)));
        auto graph = editor.finish();
        if (!graph)
            return graph.status();
        where = displayName(*node);
        return withGraph(model, std::move(*graph));
    }
    return errorDiagnostic("bench.layer", "no layer there");
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

Status measure(const Subject& subject) {
    const auto assets = test::assetsFolder();
    const auto read = readOnnx(assets / "models" / subject.model);
    if (!read)
        return read.status();
    const Model& base = *read->model;
    const auto data = openDataset(assets / "images" / subject.data);
    if (!data)
        return data.status();
    const auto shapes = inferOnnxShapes(base);
    if (!shapes)
        return shapes.status();
    const auto cost = analyseCost(*base.graph, *shapes);
    EvaluateOptions plain;
    plain.batch = 32;
    EvaluateOptions cached = plain;
    cached.cache = std::make_shared<ActivationCache>(ActivationCache::Limits{});
    std::vector<double> whole, again, first;
    for (int round = 0; round < rounds; ++round) {
        std::string where;
        const auto model = edited(base, cost, 2.0 / 3, 0.9f - 0.05f * float(round), where);
        if (!model)
            return model.status();
        const double start = wallSeconds();
        cached.prefix =
            planPrefix(base, **model, *shapes, cost, {(*data)->size(), ~0ull, 0.05, &cached.cache->tensorHashes()});
        const double planning = wallSeconds() - start;
        if (round == 0) {
            std::printf(
                "%s: changed at %s, cut at %s: %.1f %% of the work before it, %.1f KB a sample, plan in %.1f ms\n",
                std::string(subject.model).c_str(), where.c_str(),
                cached.prefix->useful() ? cached.prefix->values.front().c_str() : cached.prefix->reason.c_str(),
                100 * cached.prefix->savedShare, double(cached.prefix->bytesPerSample) / 1000, 1000 * planning);
            const auto filling = evaluateModel(**model, **data, cached);
            if (!filling)
                return filling.status();
            first.push_back(filling->seconds + planning);
        }
        const auto one = evaluateModel(**model, **data, plain);
        const auto two = evaluateModel(**model, **data, cached);
        if (!one || !two)
            return one ? two.status() : one.status();
        whole.push_back(one->seconds);
        again.push_back(two->seconds + planning);
        std::size_t different = 0;
        for (std::size_t i = 0; i < one->predictions.size(); ++i)
            different += one->predictions[i] != two->predictions[i];
        if (different > 0 || two->prefix->sparedSamples != two->samples)
            std::printf("  %zu of %zu answers differ, %zu samples spared\n", different, one->samples,
                        two->prefix->sparedSamples);
    }
    const auto usage = cached.cache->usage();
    std::printf("  whole %.3f s, filling the cache %.3f s, from the cut %.3f s: %.2f times as fast (wanted: %.0f); "
                "cache %.1f MB\n",
                median(whole), first.front(), median(again), median(whole) / median(again), wanted,
                double(usage.mostMemoryBytes) / 1e6);
    return {};
}

} // namespace

int main(int argc, char** argv) {
    return haveAssets() ? runOnAssets(subjects, {argv + 1, argv + argc}, measure) : 0;
}
