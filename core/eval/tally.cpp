// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/tally.h"

#include "eval/labelcheck.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::size_t maxConfusionClasses = 1000;

}

/// What the models say about one sample.
struct Tally::Answer {
    std::size_t index;
    std::int64_t label;             ///< -1: none
    std::vector<std::int64_t> best; ///< of the model, the best first
    std::int64_t reference;         ///< of the reference; -1: none
};

Tally::Tally(const Dataset& data, const std::optional<StopRule>& rule) : m_data(data), m_rule(rule) {
    m_result.population = data.size();
    m_result.predictions.assign(data.size(), -1);
    if (data.labelled())
        m_result.labels.assign(data.size(), -1);
    if (rule)
        m_watch.emplace(*rule, data.size());
}

Status Tally::checkClasses(const ChunkScorer& model, const ScoreRows& scores, const ChunkScorer* reference,
                           const ScoreRows& other) {
    m_classifies = model.classifies();
    if (m_classifies)
        m_result.classCount = scores.columns;
    if (m_data.labelled())
        if (auto status = checkLabels(m_data, m_classifies, model.outputText(), scores.columns); !status)
            return status;
    m_comparable = reference && other.columns == scores.columns;
    if (reference && !m_comparable)
        m_result.notes.push_back(warningDiagnostic(
            "eval.reference", "The model's output " + model.outputText() + " and the reference's " +
                                  reference->outputText() + " have different sizes, so they cannot be compared."));
    if (m_data.labelled() && scores.columns <= maxConfusionClasses)
        m_result.confusion.assign(scores.columns * scores.columns, 0);
    return checkRule();
}

Status Tally::checkRule() const {
    if (!m_rule)
        return {};
    const auto unfit = [](const char* why, const char* hint) { return errorDiagnostic("eval.stop_rule", why, hint); };
    const bool needsLabels = m_rule->metric != StopRule::Metric::Agreement;
    const bool needsReference = m_rule->metric != StopRule::Metric::Top1;
    if (!m_classifies)
        return unfit("An early stop needs a model that classifies.", "Evaluate without it.");
    if (needsLabels && !m_data.labelled())
        return unfit("This early stop counts right answers, but the dataset has no labels.",
                     "Without labels, stop by agreement=…");
    if (needsReference && !m_comparable)
        return unfit("This early stop compares with a reference, and there is none that fits.",
                     "Name a reference model.");
    return {};
}

void Tally::add(const EvaluationChunk& chunk, const ScoreRows& scores, const ScoreRows& reference) {
    for (std::size_t i = 0; i < scores.rows; ++i) {
        if (m_comparable)
            m_sqnr.add(reference.row(i), scores.row(i));
        if (m_classifies)
            addSample({chunk.indices()[i], m_data.labelled() ? chunk.labels()[i] : -1, topClasses(scores.row(i), 5),
                       m_comparable ? topClasses(reference.row(i), 1).front() : -1});
    }
    m_samples += scores.rows;
}

void Tally::addSample(const Answer& answer) {
    const std::int64_t best = answer.best.front();
    m_result.predictions[answer.index] = best;
    const bool right = best == answer.label;
    const bool referenceRight = m_comparable && m_data.labelled() && answer.reference == answer.label;
    const bool agree = m_comparable && answer.reference == best;
    m_agree += agree;
    if (m_watch)
        m_watch->add(right, referenceRight, agree);
    if (!m_data.labelled())
        return;
    m_result.labels[answer.index] = answer.label;
    m_top1 += right;
    m_top5 += std::find(answer.best.begin(), answer.best.end(), answer.label) != answer.best.end();
    m_lost += referenceRight && !right;
    m_gained += right && m_comparable && !referenceRight;
    if (!m_result.confusion.empty())
        ++m_result.confusion[std::size_t(answer.label) * m_result.classCount + std::size_t(best)];
}

EvaluationResult Tally::result() const {
    EvaluationResult result = m_result;
    result.samples = m_samples;
    const bool labels = m_data.labelled() && m_classifies;
    const bool part = m_samples < result.population;
    if (labels) {
        result.top1 = proportion(m_top1, m_samples);
        result.top5 = proportion(m_top5, m_samples);
        if (part)
            result.top1OfAll = proportionOfAll(m_top1, m_samples, result.population);
    }
    if (m_comparable && m_samples > 0) {
        if (m_classifies)
            result.agreement = proportion(m_agree, m_samples);
        if (m_classifies && part)
            result.agreementOfAll = proportionOfAll(m_agree, m_samples, result.population);
        if (labels)
            result.drop = pairedDrop(m_lost, m_gained, m_samples, part ? result.population : 0);
        result.sqnrDb = m_sqnr.db();
        result.cosine = m_sqnr.cosine();
    }
    if (m_watch)
        result.stop = m_watch->verdict();
    if (!m_classifies)
        result.predictions.clear();
    return result;
}

} // namespace lapidary
