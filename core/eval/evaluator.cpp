// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/evaluator.h"

#include "base/cpufeatures.h"
#include "data/sampleorder.h"
#include "eval/tally.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto partialEvery = std::chrono::milliseconds(200);

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Result<Scorer> openScorer(const Model& model, const Dataset& data, const EvaluateOptions& options, bool here) {
    SessionOptions session;
    session.threads = std::max(options.threads, 1);
    auto opened = here || !options.open ? openSession(model, session) : options.open(model);
    if (!opened)
        return opened.error();
    return Scorer::open(std::move(*opened), data, options.classifierOutput);
}

/// What decides about the bits of values that are kept, besides the model.
std::string setName(const char* kind, std::vector<std::string> parts, const Dataset& data,
                    const EvaluateOptions& options) {
    for (const std::string& part :
         {std::string(kind), data.hash(), std::to_string(options.orderSeed), std::to_string(options.batch),
          std::to_string(options.threads), runtimeVersion(), int8ProductsSaturate() ? std::string("saturates") : ""})
        parts.push_back(part);
    return ActivationCache::setName(parts);
}

/// `here`: on this computer, whatever the options say. Answers of a device are not kept.
std::unique_ptr<ChunkScorer> fullScorer(const Model& model, const Dataset& data, const EvaluateOptions& options,
                                        bool here) {
    CachedSet scores;
    if (options.cache && (here || !options.open)) {
        const auto hash = ValueHashes(model, &options.cache->tensorHashes()).ofOutputs(*model.graph);
        if (!hash.empty())
            scores = {options.cache, setName("scores", {hash, options.classifierOutput}, data, options)};
    }
    return std::make_unique<FullScorer>(
        [&model, &data, &options, here] { return openScorer(model, data, options, here); }, std::move(scores));
}

/// One evaluation in progress.
class Evaluation {
public:
    /// `data` in the order of evaluation.
    Evaluation(const Dataset& data, const EvaluateOptions& options, const Work& work, const PrefixPlan* plan,
               Clock::time_point start)
        : m_data(data), m_options(options), m_work(work), m_plan(plan), m_start(start), m_lastPartial(start) {}

    Result<EvaluationResult> run(ChunkScorer& model, ChunkScorer* reference) {
        Tally tally(m_data, m_options.stop);
        bool early = false;
        ChunkStream chunks(m_data, m_options.batch, m_options.threads, !allHeld(model, reference), m_work);
        while (!early) {
            if (auto status = m_work.check(); !status)
                return status;
            auto chunk = chunks.next();
            if (!chunk)
                return chunk.status();
            if (!*chunk)
                break;
            if (auto status = addChunk(tally, **chunk, model, reference); !status)
                return status;
            early = tally.settled() && (*chunk)->first() + (*chunk)->count() < m_data.size();
            report(tally, model, (*chunk)->first() + (*chunk)->count());
        }
        if (tally.samples() == 0)
            return errorDiagnostic("eval.input", "The dataset \"" + m_data.name() + "\" gave no samples.");
        EvaluationResult result = finished(tally, model);
        result.complete = !early;
        result.early = early;
        if (early)
            result.notes.push_back(noteDiagnostic("eval.early", "Early, " + std::to_string(result.samples) + " of " +
                                                                    std::to_string(result.population) +
                                                                    " samples: " + result.stop->toString() + "."));
        else
            result.skipped = m_data.size() - result.samples;
        return result;
    }

private:
    bool allHeld(const ChunkScorer& model, const ChunkScorer* reference) const {
        if (!m_options.cache)
            return false;
        for (std::size_t first = 0; first < m_data.size(); first += m_options.batch) {
            const auto count = std::min(m_options.batch, m_data.size() - first);
            if (!model.holds(first, count) || (reference && !reference->holds(first, count)))
                return false;
        }
        return true;
    }

    Status addChunk(Tally& tally, EvaluationChunk& chunk, ChunkScorer& model, ChunkScorer* reference) {
        auto scores = model.score(chunk, m_work);
        if (!scores)
            return scores.status();
        Result<ScoreRows> other = ScoreRows();
        if (reference)
            other = reference->score(chunk, m_work);
        if (!other)
            return Diagnostic(other.error()).withHint("This happened in the reference model.");
        if (scores->rows == 0)
            return {};
        if (tally.samples() == 0)
            if (auto status = tally.checkClasses(model, *scores, reference, *other); !status)
                return status;
        tally.add(chunk, *scores, *other);
        return {};
    }

    EvaluationResult finished(const Tally& tally, const ChunkScorer& model) const {
        EvaluationResult result = tally.result();
        result.seconds = secondsSince(m_start);
        result.inferenceSeconds = model.runtimeSeconds();
        if (m_plan)
            result.prefix = PrefixUse{*m_plan, model.spared()};
        return result;
    }

    void report(const Tally& tally, const ChunkScorer& model, std::size_t seen) {
        m_work.progress.set(double(seen) / double(std::max<std::size_t>(m_data.size(), 1)));
        if (!m_options.partial || Clock::now() - m_lastPartial < partialEvery)
            return;
        m_lastPartial = Clock::now();
        m_options.partial(finished(tally, model));
    }

    const Dataset& m_data;
    const EvaluateOptions& m_options;
    const Work& m_work;
    const PrefixPlan* m_plan;
    Clock::time_point m_start, m_lastPartial;
};

Result<EvaluationResult> evaluateOrdered(const Model& model, const Dataset& data, const EvaluateOptions& options,
                                         const Work& work, const Model* reference) {
    const auto start = Clock::now();
    std::optional<PrefixPlan> plan = options.prefix;
    if (plan && plan->useful() && !options.cache)
        plan->reason = "There is nowhere to keep values.";
    const auto other = reference ? fullScorer(*reference, data, options, true) : nullptr;
    if (plan && plan->useful()) {
        CutScorer cut(model, plan->values, data, {options.threads, options.classifierOutput},
                      {options.cache, setName("values", plan->hashes, data, options)});
        auto result = Evaluation(data, options, work, &*plan, start).run(cut, other.get());
        if (result || isCancelled(result.error()))
            return result;
        plan->reason = "The model could not be run in two parts: " + result.error().message;
    }
    return Evaluation(data, options, work, plan ? &*plan : nullptr, start)
        .run(*fullScorer(model, data, options, false), other.get());
}

} // namespace

Result<EvaluationResult> evaluateModel(const Model& model, const Dataset& data, const EvaluateOptions& given,
                                       const Work& work, const Model* reference) {
    try {
        EvaluateOptions options = given;
        options.batch = std::max<std::size_t>(options.batch, 1);
        if (options.orderSeed == 0)
            return evaluateOrdered(model, data, options, work, reference);
        return evaluateOrdered(model, ShuffledDataset(data, options.orderSeed), options, work, reference);
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("eval.memory", "There is not enough memory for the evaluation.", "Use a smaller batch.");
    } catch (const std::exception& problem) {
        return errorDiagnostic("eval.failed", problem.what());
    }
}

} // namespace lapidary
