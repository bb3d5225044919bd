// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runrecords.h"

#include "base/sha256.h"

#include <cmath>

namespace lapidary {

std::string runKey(std::span<const std::string_view> parts) {
    Sha256 hash;
    for (const auto part : parts) {
        hash.add(std::uint64_t(part.size()));
        hash.add(part);
    }
    return hash.finish();
}

Proportion storedProportion(const Json& result, const std::string& key, std::uint64_t samples) {
    Proportion share;
    share.percent = result[key].toDouble();
    share.low = result[key + "_low"].toDouble();
    share.high = result[key + "_high"].toDouble();
    share.samples = samples;
    share.hits = std::uint64_t(std::llround(share.percent * double(samples) / 100));
    return share;
}

EvaluationResult storedEvaluation(const Json& stored) {
    EvaluationResult result;
    result.samples = std::size_t(stored["samples"].toInteger());
    result.skipped = std::size_t(stored["skipped"].toInteger());
    result.classCount = std::size_t(stored["classes"].toInteger());
    const auto share = [&](const char* key) {
        return stored.contains(key) ? std::optional(storedProportion(stored, key, result.samples)) : std::nullopt;
    };
    const auto number = [&](const char* key) {
        return stored[key].isNumber() ? std::optional(stored[key].toDouble()) : std::nullopt;
    };
    result.top1 = share("top1");
    result.top5 = share("top5");
    result.agreement = share("agreement");
    result.sqnrDb = number("sqnr_db");
    result.cosine = number("cosine");
    result.seconds = stored["seconds"].toDouble();
    result.inferenceSeconds = stored["inference_seconds"].toDouble();
    result.population = result.samples + result.skipped;
    if (stored.contains("drop_lost"))
        result.drop = pairedDrop(std::uint64_t(stored["drop_lost"].toInteger()),
                                 std::uint64_t(stored["drop_gained"].toInteger()), result.samples);
    result.complete = true;
    for (const auto& note : stored["notes"].array())
        result.notes.push_back(noteDiagnostic("eval.stored", note.toString()));
    return result;
}

EvaluationResult storedEarlyEvaluation(const Json& stored) {
    auto result = storedEvaluation(stored);
    result.early = true;
    result.complete = false;
    result.population = std::max(result.samples, std::size_t(stored["population"].toInteger()));
    const auto ofAll = [&](const char* key, const std::optional<Proportion>& seen) {
        auto share = seen;
        const auto name = std::string(key) + "_of_all";
        if (share && stored.contains(name + "_low")) {
            share->low = stored[name + "_low"].toDouble();
            share->high = stored[name + "_high"].toDouble();
        }
        return share;
    };
    result.top1OfAll = ofAll("top1", result.top1);
    result.agreementOfAll = ofAll("agreement", result.agreement);
    if (stored.contains("drop_lost"))
        result.drop = pairedDrop(std::uint64_t(stored["drop_lost"].toInteger()),
                                 std::uint64_t(stored["drop_gained"].toInteger()), result.samples, result.population);
    if (const auto verdict = StopVerdict::fromJson(stored["stop"]))
        result.stop = *verdict;
    return result;
}

} // namespace lapidary
