// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/pairedtally.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary {

namespace {

bool moreSurprising(const Disagreement& x, const Disagreement& y) {
    const double left = x.surprise(), right = y.surprise();
    return left != right ? left > right : x.sample < y.sample;
}

/// |a - b| / |a|; 0 for equal outputs, and as large as a double where only A's are zero.
double distanceOf(std::span<const float> a, std::span<const float> b) {
    double signal = 0, noise = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = double(a[i]) - double(b[i]);
        signal += double(a[i]) * double(a[i]);
        noise += difference * difference;
    }
    if (noise == 0)
        return 0;
    const double distance = std::sqrt(noise / signal);
    return std::isfinite(distance) ? distance : std::numeric_limits<double>::max();
}

std::size_t binOf(float share) {
    return std::min(std::size_t(std::max(share, 0.0f) * float(ScoreHistogram::bins)), ScoreHistogram::bins - 1);
}

bool inTopFive(std::span<const float> scores, std::int64_t label) {
    const auto best = topClasses(scores, 5);
    return std::find(best.begin(), best.end(), label) != best.end();
}

PairedOutcome outcomeOf(std::int64_t label, std::int64_t a, std::int64_t b) {
    if (label < 0)
        return PairedOutcome::Unlabelled;
    if (a == label)
        return b == label ? PairedOutcome::BothRight : PairedOutcome::OnlyA;
    return b == label ? PairedOutcome::OnlyB : PairedOutcome::BothWrong;
}

} // namespace

PairedOutcome Disagreement::outcome() const {
    return outcomeOf(a.answer < 0 ? -1 : label, a.answer, b.answer);
}

double Disagreement::surprise() const {
    return a.answer < 0 ? distance : double(std::min(a.score, b.score));
}

PairedTally::PairedTally(const Dataset& data, bool classifies, std::size_t columns, std::size_t kept) : m_kept(kept) {
    m_result.dataName = data.name();
    m_result.classifies = classifies;
    m_result.labelled = classifies && data.labelled();
    m_result.classCount = classifies ? columns : 0;
}

void PairedTally::add(const Row& row) {
    ++m_result.samples;
    m_sqnr.add(row.a, row.b);
    Disagreement sample{row.sample, m_result.labelled ? row.label : -1, row.answerA, row.answerB, 0};
    if (m_result.classifies)
        addClasses(row, outcomeOf(sample.label, row.answerA.answer, row.answerB.answer));
    const bool differs = m_result.classifies ? row.answerA.answer != row.answerB.answer : true;
    if (!differs)
        return;
    sample.distance = distanceOf(row.a, row.b);
    if (m_result.classifies || sample.distance > 0)
        keep(sample);
}

void PairedTally::addClasses(const Row& row, PairedOutcome outcome) {
    const bool rightA = outcome == PairedOutcome::BothRight || outcome == PairedOutcome::OnlyA;
    const bool rightB = outcome == PairedOutcome::BothRight || outcome == PairedOutcome::OnlyB;
    m_scoresA.add(row.answerA, rightA);
    m_scoresB.add(row.answerB, rightB);
    m_agree += row.answerA.answer == row.answerB.answer;
    if (row.answerA.answer != row.answerB.answer)
        ++m_moves[{m_result.labelled ? row.label : -1, row.answerA.answer, row.answerB.answer}];
    if (!m_result.labelled)
        return;
    auto& counts = m_result.counts;
    counts.bothRight += rightA && rightB;
    counts.onlyA += rightA && !rightB;
    counts.onlyB += rightB && !rightA;
    counts.bothWrong += !rightA && !rightB;
    auto& change = m_classes[row.label];
    change.label = row.label;
    ++change.samples;
    change.rightA += rightA;
    change.rightB += rightB;
    change.gained += rightB && !rightA;
    change.lost += rightA && !rightB;
    if (m_result.classCount > 5) {
        m_top5A += rightA || inTopFive(row.a, row.label);
        m_top5B += rightB || inTopFive(row.b, row.label);
    }
}

void PairedTally::Scores::add(const PairedAnswer& answer, bool right) {
    const auto bin = binOf(answer.score);
    ++counts.score.all[bin];
    counts.score.right[bin] += right;
    sums[bin] += double(answer.score);
    const auto margin = binOf(answer.margin);
    ++counts.margin.all[margin];
    counts.margin.right[margin] += right;
}

ScoreDistribution PairedTally::Scores::result(std::size_t samples, bool labelled) const {
    ScoreDistribution result = counts;
    double sum = 0, error = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        sum += sums[i];
        error += std::abs(sums[i] - double(counts.score.right[i]));
    }
    result.meanScore = samples ? sum / double(samples) : 0;
    if (labelled && samples)
        result.calibrationError = error / double(samples);
    return result;
}

void PairedTally::keep(Disagreement sample) {
    ++m_result.disagreementCount;
    if (m_kept == 0)
        return;
    m_disagreements.push_back(sample);
    if (m_disagreements.size() < 2 * m_kept)
        return;
    std::nth_element(m_disagreements.begin(), m_disagreements.begin() + std::ptrdiff_t(m_kept), m_disagreements.end(),
                     moreSurprising);
    m_disagreements.resize(m_kept);
}

PairedComparison PairedTally::result() const {
    PairedComparison result = m_result;
    const auto samples = std::uint64_t(result.samples);
    result.sqnrDb = m_sqnr.db();
    result.cosine = m_sqnr.cosine();
    result.disagreements = m_disagreements;
    std::sort(result.disagreements.begin(), result.disagreements.end(), moreSurprising);
    if (result.disagreements.size() > m_kept)
        result.disagreements.resize(m_kept);
    if (!result.classifies)
        return result;
    result.agreement = proportion(m_agree, samples);
    for (const auto& [key, count] : m_moves)
        result.moves.push_back({key[0], key[1], key[2], count});
    std::stable_sort(result.moves.begin(), result.moves.end(),
                     [](const ClassMove& x, const ClassMove& y) { return x.count > y.count; });
    result.scoresA = m_scoresA.result(result.samples, result.labelled);
    result.scoresB = m_scoresB.result(result.samples, result.labelled);
    if (!result.labelled)
        return result;
    result.top1A = proportion(result.counts.rightA(), samples);
    result.top1B = proportion(result.counts.rightB(), samples);
    result.difference = pairedDifference(result.counts);
    result.test = mcNemarTest(result.counts.onlyA, result.counts.onlyB);
    for (const auto& [label, change] : m_classes)
        result.classes.push_back(change);
    if (result.classCount > 5) {
        result.top5A = proportion(m_top5A, samples);
        result.top5B = proportion(m_top5B, samples);
    }
    return result;
}

} // namespace lapidary
