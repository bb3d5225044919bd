// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8rounding.h"

#include "data/parallel.h"
#include "eval/layerwalk.h"
#include "int8rewrite.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace lapidary {
namespace {

constexpr std::size_t rowsPerColumn = 3;                       ///< of what layers read; with 8 the error is the same
constexpr std::uint64_t mostWatched = std::uint64_t(96) << 20; ///< bytes of sums beside the values of a calibration

} // namespace

DataRounding::DataRounding(ModelPtr model, const PassInput& input, const Int8Options& options, std::string key,
                           std::uint64_t samples, RoundingMemo& memo)
    : m_model(std::move(model)), m_input(input), m_options(options), m_key(std::move(key)), m_samples(samples),
      m_memo(memo) {}

Status DataRounding::findTargets() {
    PassInput everywhere = m_input;
    everywhere.scope.clear();
    Int8Options all = m_options;
    all.exclude.clear();
    all.keptFloat.clear();
    all.keepIsolated = false;
    auto plan = planInt8(*m_model, everywhere, all);
    if (!plan)
        return plan.status();
    m_all = std::move(*plan);
    m_targets = roundingTargets(*m_model->graph, m_all, m_options);
    return {};
}

std::set<ValueId> DataRounding::openWeights(Int8Plan& plan) const {
    std::set<ValueId> open;
    for (const RoundingTarget& target : roundingTargets(*m_model->graph, plan, m_options)) {
        const ValueId weight = target.matrix.weight;
        if (auto known = m_memo.find(m_key, m_model->graph->value(weight)->name))
            plan.rounded[weight] = std::move(*known);
        else
            open.insert(weight);
    }
    return open;
}

std::optional<DataRounding::Watch> DataRounding::watch(const Int8Plan& plan) {
    const auto known = [&](const RoundingTarget& target) {
        return m_memo.has(m_key, m_model->graph->value(target.matrix.weight)->name);
    };
    if (std::ranges::all_of(roundingTargets(*m_model->graph, plan, m_options), known) || !findTargets())
        return std::nullopt;
    std::uint64_t bytes = 0;
    std::vector<const WeightMatrix*> matrices;
    for (const RoundingTarget& target : m_targets) {
        bytes += MomentCollector::bytesFor(target.matrix);
        matrices.push_back(&target.matrix);
    }
    if (bytes > mostWatched)
        return std::nullopt;
    m_collector.emplace(matrices, *m_model->graph, m_input.shapes,
                        MomentCollectorOptions{{m_input.seed, rowsPerColumn}, m_samples, 1});
    m_watcher.bytes = bytes;
    m_watcher.values = {m_collector->values().begin(), m_collector->values().end()};
    m_watcher.see = [this](const std::string& value, const TensorPtr& tensor, std::size_t first, std::size_t samples) {
        return m_collector->add(value, tensor, first, samples);
    };
    Watch watch{&m_watcher, calibrationRequest(*m_model->graph, m_all, m_options)};
    for (const std::string& value : m_watcher.values)
        watch.request.values.try_emplace(value, 0);
    return watch;
}

Status DataRounding::round(Int8Plan& plan, CalibrationProvider& calibration, const Work& work) {
    const auto open = openWeights(plan);
    if (open.empty())
        return {};
    if (auto status = m_collector ? roundWatched(open, plan, work) : roundWalking(open, plan, calibration, work);
        !status)
        return status;
    const auto unknown = std::ranges::count_if(open, [&](ValueId weight) { return !plan.rounded.contains(weight); });
    if (unknown > 0)
        plan.notes.push_back(noteDiagnostic("quantize.rounding", std::to_string(unknown) +
                                                                     " weights were rounded to nearest: what their "
                                                                     "layers read is not known from the data."));
    return {};
}

Status DataRounding::roundWatched(const std::set<ValueId>& open, Int8Plan& plan, const Work& work) {
    Jobs jobs;
    for (std::size_t i = 0; i < m_targets.size(); ++i)
        if (open.contains(m_targets[i].matrix.weight))
            jobs.push_back({&m_targets[i], [this, i] { return m_collector->take(i); }});
    return roundAll(jobs, plan, work);
}

Status DataRounding::roundWalking(const std::set<ValueId>& open, Int8Plan& plan, CalibrationProvider& calibration,
                                  const Work& work) {
    if (m_targets.empty())
        if (auto status = findTargets(); !status)
            return status;
    LayerWalk walk(&calibration, m_model, m_input.shapes, {m_input.seed, rowsPerColumn});
    const auto batches = walk.batches(m_targets, false);
    for (std::size_t b = 0; b < batches.size(); ++b) {
        if (std::ranges::none_of(batches[b],
                                 [&](const RoundingTarget* one) { return open.contains(one->matrix.weight); }))
            continue;
        const Work part = work.step(b, batches.size());
        auto moments = walk.moments(batches[b], nullptr, part.part(0, 0.6));
        if (!moments)
            return moments.status();
        Jobs jobs;
        for (std::size_t i = 0; i < batches[b].size(); ++i)
            if (open.contains(batches[b][i]->matrix.weight))
                jobs.push_back({batches[b][i], [&moments, i] { return std::exchange((*moments)[i], std::nullopt); }});
        if (auto status = roundAll(jobs, plan, part.part(0.6, 1)); !status)
            return status;
    }
    return {};
}

Status DataRounding::roundAll(const Jobs& jobs, Int8Plan& plan, const Work& work) {
    const Graph& graph = *m_model->graph;
    const int threads = int(std::max(1u, std::thread::hardware_concurrency()));
    std::vector<std::optional<Result<Int8Rounding>>> results(jobs.size());
    std::vector<std::size_t> narrow, wide;
    for (std::size_t i = 0; i < jobs.size(); ++i)
        (jobs[i].target->wide() ? wide : narrow).push_back(i);
    std::atomic<std::size_t> done = 0;
    const auto round = [&](std::size_t i, int inside) {
        if (const auto moments = jobs[i].moments())
            results[i] = roundTarget(graph, *jobs[i].target, *moments, m_options, inside, Work{work.stop, {}});
        work.progress.set(double(++done) / double(jobs.size()));
    };
    parallelFor(narrow.size(), threads, [&](std::size_t i) { round(narrow[i], 1); });
    for (const std::size_t i : wide)
        round(i, threads);
    for (std::size_t i = 0; i < jobs.size(); ++i)
        if (results[i])
            if (auto status = keep(jobs[i].target->matrix.weight, std::move(*results[i]), plan); !status)
                return status;
    return {};
}

Status DataRounding::keep(ValueId weight, Result<Int8Rounding> rounded, Int8Plan& plan) {
    const std::string& name = m_model->graph->value(weight)->name;
    if (!rounded)
        return isCancelled(rounded.error()) ? rounded.status() : Status(Diagnostic(rounded.error()).atTensor(name));
    m_memo.keep(m_key, name, *rounded);
    plan.rounded[weight] = std::move(*rounded);
    return {};
}

} // namespace lapidary
