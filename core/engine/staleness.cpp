// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/staleness.h"

#include "device/hostenvironment.h"
#include "engine/devicemeasurements.h"

#include <algorithm>
#include <map>

namespace lapidary {

namespace {

bool goesByData(std::string_view kind) {
    return kind == "evaluation" || kind == deviceEvaluationKind || kind == departureKind;
}

/// Of the speed of this computer, where it was measured on it.
bool goesBySpeed(std::string_view kind) {
    return kind == "profile" || kind == speedComparisonKind || kind == profileMatrixKind || kind == sustainedLoadKind;
}

/// What makes a variant itself old: not that it was made on another computer.
bool agesVariants(const Difference& difference) {
    return difference.kind == "data" || difference.kind == "pass";
}

} // namespace

std::vector<Difference> differencesSince(const RunRecord& run, const std::string& dataHash) {
    std::vector<Difference> found;
    if (goesByData(run.kind)) {
        const auto data =
            run.settings["data"].toString(); // absent in old projects: then a part of the data looks like other data
        if (!data.empty() && data != dataHash)
            found.push_back({"data", "evaluation data", data, dataHash.empty() ? "missing" : dataHash});
    }
    if (run.kind != "evaluation" && run.subject != "host")
        return found; // measured on a device that has a runtime of its own
    const auto versions = run.environment["versions"].toString();
    if (!versions.empty() && versions != versionText())
        found.push_back({"runtime", "runtime", versions, versionText()});
    const auto processor = run.environment["cpu"].toString();
    if (auto now = hostEnvironment()["cpu"]; goesBySpeed(run.kind) && !processor.empty() && processor != now)
        found.push_back({"processor", "name", processor, now});
    return found;
}

Result<std::vector<StaleResult>> staleResults(const ProjectSession& session) {
    const auto runs = session.project().newestRuns();
    if (!runs)
        return runs.status();
    const auto records = session.project().variants();
    if (!records)
        return records.status();
    const auto evaluation = session.dataset("evaluation");
    const auto dataHash = evaluation && *evaluation ? (*evaluation)->hash() : std::string();
    std::map<std::tuple<VariantId, std::string, std::string>, const RunRecord*> newest;
    for (const auto& run : *runs)
        if (run.kind == "evaluation" || run.kind == "profile")
            newest[{run.variant, run.kind, run.kind == "evaluation" ? std::string() : run.subject}] = &run;
    std::vector<StaleResult> found;
    Diagnostics ignored;
    const auto calibration = session.calibration(&ignored);
    std::map<std::string, Json> provenance; // by recipe: many variants have the same passes
    for (const auto& record : *records) {
        if (record.parent != 0) {
            const auto recipe = Recipe::fromJson(record.recipe);
            auto [now, isNew] = provenance.try_emplace(recipe ? recipe->toText() : std::string());
            if (isNew)
                now->second = provenanceNow(session.engine(), recipe ? *recipe : Recipe(), calibration.get(), true);
            auto reasons = differencesSince(record, now->second);
            std::erase_if(reasons, [](const Difference& difference) { return !agesVariants(difference); });
            if (!reasons.empty())
                found.push_back({record.id, 0, "variant", {}, std::move(reasons)});
        }
        for (auto at = newest.lower_bound({record.id, {}, {}});
             at != newest.end() && std::get<0>(at->first) == record.id; ++at)
            if (auto reasons = differencesSince(*at->second, dataHash); !reasons.empty())
                found.push_back(
                    {record.id, at->second->id, at->second->kind, std::get<2>(at->first), std::move(reasons)});
    }
    return found;
}

} // namespace lapidary
