// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluates the real models, compares the accuracies with the reference table, and measures the evaluator's throughput
// against a bare loop over batches that are already preprocessed. Arguments: parts of model names; none means all.
#include "bench/assettable.h"
#include "bench/measure.h"
#include "data/dataset.h"
#include "eval/evaluator.h"
#include "onnx/onnxreader.h"
#include "testsupport.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace lapidary;
using namespace lapidary::bench;

namespace {

constexpr std::size_t batchSize = 16;
constexpr int threads = 2;
constexpr int rounds = 3;

struct Prepared {
    ModelPtr model;
    DatasetPtr data;
};

Result<Prepared> prepare(const AssetModel& entry, const std::filesystem::path& cache) {
    const auto assets = test::assetsFolder();
    auto model = readOnnx(assets / "models" / entry.model);
    if (!model)
        return model.error();
    DatasetOptions options;
    options.cacheFolder = cache;
    auto data = openDataset(assets / "images" / entry.evaluation, options);
    if (!data)
        return data.error();
    return Prepared{model->model, *data};
}

/// Seconds for opening a session and running every batch through it.
Result<double> bareLoop(const Model& model, const std::vector<TensorPtr>& batches) {
    const double start = wallSeconds();
    SessionOptions options;
    options.threads = threads;
    auto session = openSession(model, options);
    if (!session)
        return session.error();
    const bool single = (*session)->inputs()[0].shape[0] == 1;
    for (const TensorPtr& batch : batches) {
        const std::int64_t step = single ? 1 : batch->shape[0];
        const auto row = batch->data.size() / std::size_t(batch->shape[0]);
        for (std::int64_t i = 0; i < batch->shape[0]; i += step) {
            Shape shape = batch->shape;
            shape[0] = step;
            auto part =
                makeTensor(DataType::Float, shape, batch->data.slice(std::size_t(i) * row, std::size_t(step) * row));
            if (auto outputs = (*session)->run({part}); !outputs)
                return outputs.error();
        }
    }
    return wallSeconds() - start;
}

Status measure(const AssetModel& entry, const std::filesystem::path& cache) {
    auto prepared = prepare(entry, cache);
    if (!prepared)
        return prepared.status();
    const auto& [model, data] = *prepared;
    EvaluateOptions options;
    options.batch = batchSize;
    options.threads = threads;
    auto cold = evaluateModel(*model, *data, options);
    if (!cold)
        return cold.status();
    std::printf("%-36s top-1 %6.2f (reference %6.2f)  top-5 %6.2f (%6.2f)  n %zu  cold %.2f s\n", entry.model.data(),
                cold->top1->percent, entry.top1, cold->top5->percent, entry.top5, cold->samples, cold->seconds);
    std::vector<TensorPtr> batches;
    for (std::size_t i = 0; i < data->size(); i += batchSize) {
        auto batch = data->batch(i, batchSize);
        if (!batch)
            return batch.status();
        batches.push_back(batch->input);
    }
    std::vector<double> ours, bare;
    for (int round = 0; round < rounds; ++round) {
        auto seconds = bareLoop(*model, batches);
        auto result = evaluateModel(*model, *data, options);
        if (!seconds || !result)
            return seconds ? result.status() : seconds.status();
        bare.push_back(*seconds);
        ours.push_back(result->seconds);
    }
    std::sort(ours.begin(), ours.end());
    std::sort(bare.begin(), bare.end());
    const double n = double(data->size());
    std::printf("%-36s throughput %.1f /s, bare loop %.1f /s: %.1f %% (wanted: at least 95 %%)\n", "",
                n / ours[rounds / 2], n / bare[rounds / 2], 100 * bare[rounds / 2] / ours[rounds / 2]);
    return {};
}

} // namespace

int main(int argc, char** argv) {
    if (test::assetsFolder().empty()) {
        std::puts("No real models here: set LAPIDARY_ASSETS.");
        return 0;
    }
    const test::TempDir cache;
    int failures = 0;
    for (const AssetModel& entry : assetModels) {
        const auto named = [&](const char* part) { return entry.model.find(part) != std::string_view::npos; };
        if (argc > 1 && std::none_of(argv + 1, argv + argc, named))
            continue;
        if (auto status = measure(entry, cache.path()); !status) {
            std::fprintf(stderr, "%s: %s\n", entry.model.data(), status.error().toString().c_str());
            ++failures;
        }
    }
    return failures == 0 ? 0 : 1;
}
