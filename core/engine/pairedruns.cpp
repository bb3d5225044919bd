// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pairedruns.h"

#include "base/sha256.h"
#include "device/hostenvironment.h"

namespace lapidary {

namespace {

constexpr auto comparisonKind = "comparison";

std::string keyOf(const VariantRecord& a, const VariantRecord& b, const Dataset& data, const PairedOptions& options) {
    Sha256 hash;
    for (const std::string& part :
         {std::string(comparisonKind), a.modelHash, b.modelHash, data.hash(), options.classifierOutput,
          std::to_string(options.keptDisagreements), versionText()}) {
        hash.add(std::uint64_t(part.size()));
        hash.add(part);
    }
    return hash.finish();
}

std::optional<PairedComparison> stored(const Project& project, const std::string& key) {
    const auto runs = project.findRuns(key);
    if (!runs)
        return std::nullopt;
    for (auto it = runs->rbegin(); it != runs->rend(); ++it)
        if (it->kind == comparisonKind)
            if (auto result = PairedComparison::fromJson(it->result))
                return std::move(*result);
    return std::nullopt;
}

Status keep(Project& project, const VariantRecord& a, const VariantRecord& b, const std::string& key,
            const Dataset& data, const PairedComparison& result) {
    RunRecord run;
    run.variant = b.id;
    run.kind = comparisonKind;
    run.key = key;
    run.subject = data.hash();
    run.settings.set("reference", a.id);
    run.settings.set("reference_hash", a.modelHash);
    run.result = result.toJson();
    Json::Object facts;
    for (const auto& [name, value] : hostEnvironment())
        facts.emplace(name, value);
    facts.emplace("versions", versionText());
    run.environment = std::move(facts);
    return project.addRun(run).status();
}

/// The data, limited as asked for.
Result<DatasetPtr> dataFor(const ProjectSession& session, std::size_t limit) {
    auto data = session.dataset("evaluation");
    if (!data)
        return data;
    if (!*data)
        return errorDiagnostic("eval.no_data", "The project has no evaluation data",
                               "Choose a dataset file (Project > Evaluation data…, or project add --data).");
    return limit > 0 ? limitedDataset(*data, limit) : *data;
}

} // namespace

Result<std::vector<PairedComparison>> compareVariants(ProjectSession& session, const PairedRequest& request,
                                                      const Work& work) {
    const auto data = dataFor(session, request.limit);
    if (!data)
        return data.status();
    auto& project = session.project();
    const auto reference = project.variant(request.reference);
    if (!reference)
        return reference.status();
    std::vector<VariantRecord> records;
    std::vector<std::string> keys;
    std::vector<std::optional<PairedComparison>> found;
    for (const auto id : request.others) {
        auto record = project.variant(id);
        if (!record)
            return record.status();
        keys.push_back(keyOf(*reference, *record, **data, request.options));
        found.push_back(stored(project, keys.back()));
        records.push_back(std::move(*record));
    }
    std::vector<AnalysedModelPtr> models;
    std::vector<const Model*> pointers;
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i])
            continue;
        auto model = session.model(records[i].id, work.part(0.05, 0.1));
        if (!model)
            return model.status();
        models.push_back(std::move(*model));
        pointers.push_back(models.back()->model.get());
        missing.push_back(i);
    }
    if (!missing.empty()) {
        const auto a = session.model(request.reference, work.part(0, 0.05));
        if (!a)
            return a.status();
        auto made = comparePaired(*(*a)->model, pointers, **data, request.options, work.part(0.1, 1));
        if (!made)
            return made.status();
        for (std::size_t i = 0; i < missing.size(); ++i) {
            const auto at = missing[i];
            if (!project.writable()) // read only: compared all the same
                ;
            else if (auto status = keep(project, *reference, records[at], keys[at], **data, (*made)[i]); !status)
                return status;
            found[at] = std::move((*made)[i]);
        }
    }
    std::vector<PairedComparison> results;
    for (auto& result : found)
        results.push_back(std::move(*result));
    return results;
}

} // namespace lapidary
