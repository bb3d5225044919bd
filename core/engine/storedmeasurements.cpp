// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storedmeasurements.h"

#include "engine/runrecords.h"

#include <algorithm>
#include <set>

namespace lapidary {

namespace {

/// Empty without evaluation data, or where it cannot be read: then nothing that was made with data is of today's.
std::string dataHashOf(const ProjectSession& session) {
    const auto data = session.dataset("evaluation");
    return data && *data ? (*data)->hash() : std::string();
}

Result<EvaluationResult> readEvaluation(const Json& json) {
    if (!json["samples"].isNumber())
        return errorDiagnostic("eval.format", "This is not an evaluation: 'samples' is missing");
    return storedEvaluation(json);
}

template <typename T>
using Reader = Result<T> (*)(const Json&);

template <typename T>
std::optional<Stored<T>> readRun(const RunRecord& run, Reader<T> read, const std::string& dataHash,
                                 Diagnostics& unreadable) {
    auto result = read(run.result);
    if (!result) {
        auto problem = result.error();
        problem.message = "Run " + std::to_string(run.id) + " is not shown: " + problem.message;
        unreadable.push_back(std::move(problem));
        return std::nullopt;
    }
    return Stored<T>{run.variant, run.subject, run.createdMs, differencesSince(run, dataHash), std::move(*result)};
}

/// Runs are oldest first. One that cannot be read lets the one before it through.
template <typename T>
std::vector<Stored<T>> newestByDevice(const std::vector<RunRecord>& runs, const char* kind, Reader<T> read,
                                      const std::string& dataHash, Diagnostics& unreadable,
                                      std::vector<const RunRecord*>* records = nullptr) {
    std::vector<Stored<T>> found;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        const auto same = [&](const Stored<T>& one) { return one.device == run->subject; };
        if (run->kind != kind || std::any_of(found.begin(), found.end(), same))
            continue;
        auto one = readRun(*run, read, dataHash, unreadable);
        if (!one)
            continue;
        found.push_back(std::move(*one));
        if (records)
            records->push_back(&*run);
    }
    return found;
}

std::optional<EvaluationResult> evaluatedHere(const std::vector<RunRecord>& runs, const RunRecord& there) {
    for (auto run = runs.rbegin(); run != runs.rend(); ++run)
        if (run->kind == "evaluation" && run->settings["data"] == there.settings["data"] &&
            run->result["samples"] == there.result["samples"])
            return storedEvaluation(run->result);
    return std::nullopt;
}

} // namespace

Result<StoredMeasurements> storedMeasurements(const ProjectSession& session, VariantId id) {
    const auto runs = session.project().runs(id);
    if (!runs)
        return runs.status();
    const auto dataHash = dataHashOf(session);
    StoredMeasurements found;
    auto& bad = found.unreadable;
    found.matrices = newestByDevice<ProfileMatrix>(*runs, profileMatrixKind, ProfileMatrix::fromJson, dataHash, bad);
    found.loads = newestByDevice<SustainedLoad>(*runs, sustainedLoadKind, SustainedLoad::fromJson, dataHash, bad);
    found.departures = newestByDevice<Departure>(*runs, departureKind, Departure::fromJson, dataHash, bad);
    std::vector<const RunRecord*> evaluations;
    found.evaluations =
        newestByDevice<EvaluationResult>(*runs, deviceEvaluationKind, readEvaluation, dataHash, bad, &evaluations);
    for (const auto* run : evaluations)
        found.here.push_back(evaluatedHere(*runs, *run));
    return found;
}

Result<std::vector<StoredTurns>> storedTurns(const ProjectSession& session, Diagnostics& unreadable) {
    const auto newest = session.project().newestRuns();
    if (!newest)
        return newest.status();
    std::set<VariantId> variants;
    for (const auto& run : *newest)
        if (run.kind == speedComparisonKind)
            variants.insert(run.variant);
    std::vector<std::pair<RecordId, StoredTurns>> found;
    for (const auto id : variants) {
        const auto runs = session.project().runs(id);
        if (!runs)
            return runs.status();
        std::set<std::pair<VariantId, std::string>> seen; // the other variant, the device
        for (auto run = runs->rbegin(); run != runs->rend(); ++run) {
            const std::pair key{VariantId(run->settings["against"].toInteger()), run->subject};
            if (run->kind != speedComparisonKind || seen.contains(key))
                continue;
            auto one = readRun<AbComparison>(*run, AbComparison::fromJson, {}, unreadable);
            if (!one)
                continue;
            seen.insert(key);
            found.push_back({run->id, StoredTurns{std::move(*one), key.first}});
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<StoredTurns> list;
    for (auto& entry : found)
        list.push_back(std::move(entry.second));
    return list;
}

} // namespace lapidary
