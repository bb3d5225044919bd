// SPDX-License-Identifier: GPL-3.0-or-later
// What a paired comparison is as text and as JSON.
#include "eval/pairedcomparison.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace lapidary {

namespace {

constexpr std::array<std::string_view, 5> outcomeNames = {"both_right", "only_a", "only_b", "both_wrong", "unlabelled"};

std::string fixedText(const char* format, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string probabilityText(double p) {
    return p < 0.001 ? "p < 0.001" : "p = " + fixedText(p < 0.1 ? "%.3f" : "%.2f", p);
}

void putShare(Json& json, const std::string& key, const std::optional<Proportion>& share) {
    if (!share)
        return;
    json.set(key, share->percent);
    json.set(key + "_low", share->low);
    json.set(key + "_high", share->high);
}

std::optional<Proportion> shareFrom(const Json& json, const char* key, std::uint64_t samples) {
    if (!json[key].isNumber())
        return std::nullopt;
    return proportion(std::uint64_t(std::llround(json[key].toDouble() * double(samples) / 100)), samples);
}

std::uint64_t countFrom(const Json& json, const char* key) {
    return std::uint64_t(std::max<std::int64_t>(0, json[key].toInteger()));
}

Json numbers(const std::vector<std::uint64_t>& counts) {
    return Json::Array(counts.begin(), counts.end());
}

bool readBins(const Json& json, std::vector<std::uint64_t>& counts) {
    if (json.array().size() != counts.size())
        return false;
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] = std::uint64_t(std::max<std::int64_t>(0, json.array()[i].toInteger()));
    return true;
}

Json scoresJson(const ScoreDistribution& scores) {
    Json json;
    json.set("mean_score", scores.meanScore);
    if (scores.calibrationError)
        json.set("calibration_error", *scores.calibrationError);
    json.set("score", numbers(scores.score.all));
    json.set("score_right", numbers(scores.score.right));
    json.set("margin", numbers(scores.margin.all));
    json.set("margin_right", numbers(scores.margin.right));
    return json;
}

std::optional<ScoreDistribution> scoresFrom(const Json& json) {
    ScoreDistribution scores;
    if (!readBins(json["score"], scores.score.all) || !readBins(json["score_right"], scores.score.right) ||
        !readBins(json["margin"], scores.margin.all) || !readBins(json["margin_right"], scores.margin.right))
        return std::nullopt;
    scores.meanScore = json["mean_score"].toDouble();
    if (json["calibration_error"].isNumber())
        scores.calibrationError = json["calibration_error"].toDouble();
    return scores;
}

Json answerJson(const PairedAnswer& answer) {
    Json json;
    json.set("class", answer.answer);
    json.set("score", double(answer.score));
    json.set("margin", double(answer.margin));
    return json;
}

PairedAnswer answerFrom(const Json& json) {
    return {json["class"].toInteger(-1), float(json["score"].toDouble()), float(json["margin"].toDouble())};
}

Json disagreementJson(const Disagreement& sample) {
    Json json;
    json.set("sample", std::uint64_t(sample.sample));
    json.set("label", sample.label);
    json.set("distance", sample.distance);
    json.set("outcome", pairedOutcomeName(sample.outcome()));
    json.set("a", answerJson(sample.a));
    json.set("b", answerJson(sample.b));
    return json;
}

Json classJson(const ClassChange& change) {
    Json json;
    json.set("label", change.label);
    json.set("samples", change.samples);
    json.set("right_a", change.rightA);
    json.set("right_b", change.rightB);
    json.set("gained", change.gained);
    json.set("lost", change.lost);
    return json;
}

void putAccuracy(Json& json, const PairedComparison& result) {
    if (!result.labelled)
        return;
    putShare(json, "top1_a", result.top1A);
    putShare(json, "top1_b", result.top1B);
    putShare(json, "top5_a", result.top5A);
    putShare(json, "top5_b", result.top5B);
    json.set("both_right", result.counts.bothRight);
    json.set("only_a_right", result.counts.onlyA);
    json.set("only_b_right", result.counts.onlyB);
    json.set("both_wrong", result.counts.bothWrong);
    if (result.difference) {
        json.set("difference_points", result.difference->points);
        json.set("difference_low", result.difference->low);
        json.set("difference_high", result.difference->high);
    }
    if (result.test) {
        json.set("p_value", result.test->midP);
        json.set("p_exact", result.test->exact);
        json.set("significant", result.verdict() == PairedVerdict::Better || result.verdict() == PairedVerdict::Worse);
    }
    json.set("summary", result.significanceText());
}

void readAccuracy(const Json& json, PairedComparison& result) {
    result.counts = {countFrom(json, "both_right"), countFrom(json, "only_a_right"), countFrom(json, "only_b_right"),
                     countFrom(json, "both_wrong")};
    const auto samples = std::uint64_t(result.samples);
    result.top1A = proportion(result.counts.rightA(), samples);
    result.top1B = proportion(result.counts.rightB(), samples);
    result.top5A = shareFrom(json, "top5_a", samples);
    result.top5B = shareFrom(json, "top5_b", samples);
    result.difference = pairedDifference(result.counts);
    result.test = mcNemarTest(result.counts.onlyA, result.counts.onlyB);
}

} // namespace

std::string_view pairedOutcomeName(PairedOutcome outcome) {
    return outcomeNames[std::size_t(outcome)];
}

PairedVerdict PairedComparison::verdict() const {
    return test ? pairedVerdict(counts, *test) : PairedVerdict::Unclear;
}

std::string PairedComparison::significanceText(const std::string& a, const std::string& b) const {
    if (!difference || !test)
        return {};
    if (verdict() == PairedVerdict::Identical)
        return a + " and " + b + " are right on the same samples";
    const bool loses = difference->points < 0;
    const double low = loses ? -difference->high : difference->low;
    const double high = loses ? -difference->low : difference->high;
    const auto interval = " (95 %: " + fixedText("%.2f", low) + " to " + fixedText("%.2f", high) + ")";
    if (difference->points == 0)
        return b + " is as often right as " + a + interval + ", on other samples";
    return b + (loses ? " loses " : " gains ") + fixedText("%.2f", std::abs(difference->points)) + " points" +
           interval + (verdict() == PairedVerdict::Unclear ? ", which may be chance, " : ", significant, ") +
           probabilityText(test->midP);
}

Json PairedComparison::toJson() const {
    Json json;
    json.set("data", dataName);
    json.set("samples", std::uint64_t(samples));
    json.set("skipped", std::uint64_t(skipped));
    json.set("classifies", classifies);
    json.set("labelled", labelled);
    json.set("classes_count", std::uint64_t(classCount));
    putAccuracy(json, *this);
    putShare(json, "agreement", agreement);
    json.set("sqnr_db", sqnrDb);
    json.set("cosine", cosine);
    Json::Array classList, moveList, sampleList;
    for (const auto& change : classes)
        classList.push_back(classJson(change));
    for (const auto& move : moves)
        moveList.emplace_back(Json::Array{move.label, move.from, move.to, move.count});
    for (const auto& sample : disagreements)
        sampleList.push_back(disagreementJson(sample));
    json.set("classes", std::move(classList));
    json.set("moves", std::move(moveList));
    json.set("disagreements", std::move(sampleList));
    json.set("disagreement_count", std::uint64_t(disagreementCount));
    if (scoresA && scoresB) {
        json.set("scores_a", scoresJson(*scoresA));
        json.set("scores_b", scoresJson(*scoresB));
    }
    json.set("seconds", seconds);
    return json;
}

Result<PairedComparison> PairedComparison::fromJson(const Json& json) {
    if (!json["samples"].isInteger() || !json["moves"].isArray() || !json["disagreements"].isArray())
        return errorDiagnostic("compare.format", "This is not a comparison: \"samples\", \"moves\" or "
                                                 "\"disagreements\" is missing.");
    PairedComparison result;
    result.dataName = json["data"].toString();
    result.samples = std::size_t(countFrom(json, "samples"));
    result.skipped = std::size_t(countFrom(json, "skipped"));
    result.classifies = json["classifies"].toBool();
    result.labelled = json["labelled"].toBool();
    result.classCount = std::size_t(countFrom(json, "classes_count"));
    if (result.labelled)
        readAccuracy(json, result);
    result.agreement = shareFrom(json, "agreement", result.samples);
    result.sqnrDb = json["sqnr_db"].isNumber() ? json["sqnr_db"].toDouble() : std::numeric_limits<double>::infinity();
    result.cosine = json["cosine"].toDouble(1);
    for (const auto& item : json["classes"].array())
        result.classes.push_back({item["label"].toInteger(), countFrom(item, "samples"), countFrom(item, "right_a"),
                                  countFrom(item, "right_b"), countFrom(item, "gained"), countFrom(item, "lost")});
    for (const auto& item : json["moves"].array())
        if (const auto& list = item.array(); list.size() == 4)
            result.moves.push_back(
                {list[0].toInteger(), list[1].toInteger(), list[2].toInteger(), std::uint64_t(list[3].toInteger())});
    for (const auto& item : json["disagreements"].array())
        result.disagreements.push_back({std::size_t(countFrom(item, "sample")), item["label"].toInteger(-1),
                                        answerFrom(item["a"]), answerFrom(item["b"]), item["distance"].toDouble()});
    result.disagreementCount = std::size_t(countFrom(json, "disagreement_count"));
    result.scoresA = scoresFrom(json["scores_a"]);
    result.scoresB = scoresFrom(json["scores_b"]);
    result.seconds = json["seconds"].toDouble();
    return result;
}

} // namespace lapidary
