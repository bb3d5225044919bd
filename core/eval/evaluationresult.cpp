// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/evaluator.h"

namespace lapidary {

namespace {

void put(Json& json, const std::string& key, const std::optional<Proportion>& share) {
    if (!share)
        return;
    json.set(key, share->percent);
    json.set(key + "_low", share->low);
    json.set(key + "_high", share->high);
}

void putOfAll(Json& json, const std::string& key, const std::optional<Proportion>& share) {
    if (!share)
        return;
    json.set(key + "_of_all_low", share->low);
    json.set(key + "_of_all_high", share->high);
}

} // namespace

Json EvaluationResult::toJson() const {
    Json json = Json::Object{};
    json.set("samples", std::uint64_t(samples));
    json.set("skipped", std::uint64_t(skipped));
    json.set("classes", std::uint64_t(classCount));
    put(json, "top1", top1);
    put(json, "top5", top5);
    put(json, "agreement", agreement);
    json.set("population", std::uint64_t(population));
    putOfAll(json, "top1", top1OfAll);
    putOfAll(json, "agreement", agreementOfAll);
    if (drop) {
        json.set("drop", drop->percent);
        json.set("drop_low", drop->low);
        json.set("drop_high", drop->high);
        json.set("drop_lost", drop->lost);
        json.set("drop_gained", drop->gained);
    }
    if (sqnrDb)
        json.set("sqnr_db", *sqnrDb);
    if (cosine)
        json.set("cosine", *cosine);
    json.set("seconds", seconds);
    json.set("inference_seconds", inferenceSeconds);
    json.set("complete", complete);
    json.set("early", early);
    if (stop)
        json.set("stop", stop->toJson());
    if (prefix) {
        Json used = prefix->plan.toJson();
        used.set("spared_samples", std::uint64_t(prefix->sparedSamples));
        json.set("prefix", std::move(used));
    }
    Json list = Json::Array{};
    for (const Diagnostic& note : notes)
        list.append(note.toString());
    json.set("notes", std::move(list));
    return json;
}

} // namespace lapidary
