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

} // namespace

Json EvaluationResult::toJson() const {
    Json json = Json::Object{};
    json.set("samples", std::uint64_t(samples));
    json.set("skipped", std::uint64_t(skipped));
    json.set("classes", std::uint64_t(classCount));
    put(json, "top1", top1);
    put(json, "top5", top5);
    put(json, "agreement", agreement);
    if (sqnrDb)
        json.set("sqnr_db", *sqnrDb);
    if (cosine)
        json.set("cosine", *cosine);
    json.set("seconds", seconds);
    json.set("inference_seconds", inferenceSeconds);
    json.set("complete", complete);
    Json list = Json::Array{};
    for (const Diagnostic& note : notes)
        list.append(note.toString());
    json.set("notes", std::move(list));
    return json;
}

} // namespace lapidary
