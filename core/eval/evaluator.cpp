// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/evaluator.h"

#include "data/batchreader.h"
#include "eval/classscores.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t maxConfusionClasses = 1000;
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

/// Counts what one evaluation is about, batch by batch.
class Tally {
public:
    explicit Tally(const Dataset& data) : m_data(data) {
        m_result.predictions.assign(data.size(), -1);
        if (data.labelled())
            m_result.labels.assign(data.size(), -1);
    }

    /// Precondition: scorers have scored once.
    Status checkClasses(const Scorer& model, const ScoreRows& scores, const Scorer* reference, const ScoreRows& other) {
        m_classifies = model.classifies();
        if (m_data.labelled() && !m_classifies)
            return errorDiagnostic("eval.output",
                                   "The dataset has labels, but the model's output " + model.outputText() +
                                       " has no class axis.",
                                   "Name the classifier's output, or evaluate without labels against a reference.");
        if (m_classifies)
            m_result.classCount = scores.columns;
        if (m_data.labelled())
            if (auto status = checkLabels(model, std::int64_t(scores.columns)); !status)
                return status;
        m_comparable = reference && other.columns == scores.columns;
        if (reference && !m_comparable)
            m_result.notes.push_back(warningDiagnostic(
                "eval.reference", "The model's output " + model.outputText() + " and the reference's " +
                                      reference->outputText() + " have different sizes, so they cannot be compared."));
        if (m_data.labelled() && scores.columns <= maxConfusionClasses)
            m_result.confusion.assign(scores.columns * scores.columns, 0);
        return {};
    }

    void add(const Batch& batch, const ScoreRows& scores, const ScoreRows& reference) {
        for (std::size_t i = 0; i < scores.rows; ++i) {
            if (m_classifies)
                addSample(batch, i, topClasses(scores.row(i), 5), scores);
            if (m_comparable) {
                m_sqnr.add(reference.row(i), scores.row(i));
                if (m_classifies)
                    m_agree += topClasses(reference.row(i), 1) == topClasses(scores.row(i), 1);
            }
        }
        m_samples += scores.rows;
    }

    EvaluationResult result() const {
        EvaluationResult result = m_result;
        result.samples = m_samples;
        if (m_data.labelled() && m_classifies) {
            result.top1 = proportion(m_top1, m_samples);
            result.top5 = proportion(m_top5, m_samples);
        }
        if (m_comparable && m_samples > 0) {
            if (m_classifies)
                result.agreement = proportion(m_agree, m_samples);
            result.sqnrDb = m_sqnr.db();
            result.cosine = m_sqnr.cosine();
        }
        if (!m_classifies)
            result.predictions.clear();
        return result;
    }
    std::size_t samples() const { return m_samples; }

private:
    void addSample(const Batch& batch, std::size_t i, const std::vector<std::int64_t>& best, const ScoreRows& scores) {
        const std::size_t index = batch.indices[i];
        m_result.predictions[index] = best.front();
        if (!m_data.labelled())
            return;
        const std::int64_t label = batch.labels[i];
        m_result.labels[index] = label;
        m_top1 += best.front() == label;
        m_top5 += std::find(best.begin(), best.end(), label) != best.end();
        if (!m_result.confusion.empty())
            ++m_result.confusion[std::size_t(label) * scores.columns + std::size_t(best.front())];
    }

    Status checkLabels(const Scorer& model, std::int64_t columns) const {
        const auto names = std::int64_t(m_data.classes().size());
        const std::int64_t needed = names == 0 ? m_data.highestLabel() + 1 : names + m_data.labelOffset();
        if (columns == needed || (names == 0 && columns > needed))
            return {};
        std::string hint;
        if (columns > needed && names > 0)
            hint = "If the model's first class is a background class, set \"label_offset\" to " +
                   std::to_string(columns - names) + " in the dataset file.";
        return errorDiagnostic(
            "eval.output",
            "The model's output " + model.outputText() + " has " + std::to_string(columns) +
                " classes, but the dataset \"" + m_data.name() + "\" has " +
                (names ? std::to_string(names) + " classes" : "labels up to " + std::to_string(needed - 1)) +
                (m_data.labelOffset() && names ? " and a label_offset of " + std::to_string(m_data.labelOffset())
                                               : "") +
                ".",
            std::move(hint));
    }

    const Dataset& m_data;
    bool m_classifies = false;
    bool m_comparable = false;
    EvaluationResult m_result;
    SqnrAccumulator m_sqnr;
    std::size_t m_samples = 0;
    std::uint64_t m_top1 = 0, m_top5 = 0, m_agree = 0;
};

/// What an evaluation in progress works with.
struct Evaluation {
    const Dataset& data;
    const EvaluateOptions& options;
    const Work& work;
    Clock::time_point start = Clock::now();
    Clock::time_point lastPartial = start;

    EvaluationResult finished(const Tally& tally, const Scorer& model, bool complete) const {
        EvaluationResult result = tally.result();
        result.seconds = secondsSince(start);
        result.inferenceSeconds = model.runtimeSeconds();
        result.complete = complete;
        return result;
    }

    void report(const Tally& tally, const Scorer& model, std::size_t seen) {
        work.progress.set(double(seen) / double(std::max<std::size_t>(data.size(), 1)));
        if (!options.partial || Clock::now() - lastPartial < partialEvery)
            return;
        lastPartial = Clock::now();
        options.partial(finished(tally, model, false));
    }
};

Result<EvaluationResult> evaluateBatches(Evaluation& evaluation, Scorer& model, Scorer* reference) {
    const auto& [data, options, work, start, last] = evaluation;
    Tally tally(data);
    BatchReader reader(data, std::max<std::size_t>(options.batch, 1), options.threads, work);
    for (;;) {
        auto batch = reader.next();
        if (!batch)
            return batch.error();
        if (batch->size() == 0)
            break;
        auto scores = model.score(*batch->input, work);
        if (!scores)
            return scores.error();
        Result<ScoreRows> other = ScoreRows();
        if (reference)
            other = reference->score(*batch->input, work);
        if (!other)
            return Diagnostic(other.error()).withHint("This happened in the reference model.");
        if (tally.samples() == 0)
            if (auto status = tally.checkClasses(model, *scores, reference, *other); !status)
                return status;
        tally.add(*batch, *scores, *other);
        evaluation.report(tally, model, batch->indices.back() + 1);
    }
    if (tally.samples() == 0)
        return errorDiagnostic("eval.input", "The dataset \"" + data.name() + "\" gave no samples.");
    EvaluationResult result = evaluation.finished(tally, model, true);
    result.skipped = data.size() - result.samples;
    return result;
}

} // namespace

Result<EvaluationResult> evaluateModel(const Model& model, const Dataset& data, const EvaluateOptions& options,
                                       const Work& work, const Model* reference) {
    try {
        Evaluation evaluation{data, options, work};
        auto scorer = openScorer(model, data, options, false);
        if (!scorer)
            return scorer.error();
        if (!reference)
            return evaluateBatches(evaluation, *scorer, nullptr);
        auto other = openScorer(*reference, data, options, true);
        if (!other)
            return Diagnostic(other.error()).withHint("This happened in the reference model.");
        return evaluateBatches(evaluation, *scorer, &*other);
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("eval.memory", "There is not enough memory for the evaluation.", "Use a smaller batch.");
    } catch (const std::exception& problem) {
        return errorDiagnostic("eval.failed", problem.what());
    }
}

} // namespace lapidary
