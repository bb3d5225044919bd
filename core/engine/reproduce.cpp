// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/reproduce.h"

#include "base/sha256.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"

#include <map>
#include <set>

namespace lapidary {

namespace {

/// Goes through the tree depth first, so that only the models on the way to the current one are held.
class Reproducer {
public:
    Reproducer(const ProjectSession& session, std::vector<VariantRecord> records, const std::set<VariantId>& wanted)
        : m_session(session), m_wanted(wanted) {
        for (auto& record : records)
            m_records.emplace(record.id, std::move(record));
        for (const auto id : wanted)
            for (auto at = m_records.find(id); at != m_records.end(); at = m_records.find(at->second.parent))
                if (!m_needed.insert(at->first).second)
                    break;
        for (const auto id : m_needed)
            m_children[m_records.at(id).parent].push_back(id);
    }

    Status run(const Work& work) {
        for (const auto root : m_children[0])
            if (auto status = visit(root, nullptr, {}, work); !status)
                return status;
        return {};
    }

    std::vector<Reproduction> results() {
        std::vector<Reproduction> list;
        for (auto& [id, result] : m_results)
            if (m_wanted.count(id) > 0)
                list.push_back(std::move(result));
        return list;
    }

private:
    Status visit(VariantId id, const ModelPtr& parent, const std::string& parentTrouble, const Work& work) {
        if (auto status = work.check(); !status)
            return status;
        const auto& record = m_records.at(id);
        auto& result = m_results[id];
        result.id = id;
        result.name = record.name;
        result.expectedHash = record.modelHash;
        if (!parentTrouble.empty())
            result.differences.push_back({"parent", parentTrouble, {}, {}});
        const auto own = work.step(m_done++, m_needed.size(), record.name);
        const auto bytes = record.parent == 0 ? source(record)
                           : parent           ? made(record, parent, result, own)
                                              : Result<std::string>(noParent());
        ModelPtr model;
        if (bytes) {
            result.hash = sha256(*bytes);
            result.same = result.hash == record.modelHash;
            if (m_children.count(id) > 0)
                if (auto read = readOnnx(Blob(*bytes)); read)
                    model = read->model;
        } else if (isCancelled(bytes.error())) {
            return bytes.status();
        } else {
            result.failure = bytes.error();
        }
        const auto trouble = result.same ? std::string() : "its parent '" + record.name + "' came out different";
        for (const auto child : m_children[id])
            if (auto status = visit(child, model, trouble, work); !status)
                return status;
        return {};
    }

    static Diagnostic noParent() {
        return errorDiagnostic("project.not_reproduced", "What it was made from could not be made");
    }

    Result<std::string> source(const VariantRecord& record) const {
        return m_session.project().blobs().get(record.blob);
    }

    Result<std::string> made(const VariantRecord& record, const ModelPtr& parent, Reproduction& result,
                             const Work& work) const {
        auto model = remake(m_session, record, parent, work);
        const auto now = model ? model->provenance : provenanceFor(record);
        for (auto& difference : differencesSince(record, now))
            result.differences.push_back(std::move(difference));
        if (!model)
            return model.status();
        return std::move(model->bytes);
    }

    /// Of a recipe that failed: the missing data or the missing pass is what people need to see.
    Json provenanceFor(const VariantRecord& record) const {
        Diagnostics ignored;
        const auto recipe = Recipe::fromJson(record.recipe);
        const auto data = m_session.calibration(&ignored, record.provenance);
        return provenanceNow(m_session.engine(), recipe ? *recipe : Recipe(), data.get(), true);
    }

    const ProjectSession& m_session;
    const std::set<VariantId>& m_wanted;
    std::map<VariantId, VariantRecord> m_records;
    std::set<VariantId> m_needed;
    std::map<VariantId, std::vector<VariantId>> m_children; // needed ones
    std::map<VariantId, Reproduction> m_results;
    std::size_t m_done = 0;
};

/// A step that names no version was made with the one that was installed then; where a pass still knows it, that
/// counts.
void useRecordedVersions(Recipe& recipe, const Json& recorded, const PassRegistry& passes) {
    for (RecipeStep& step : recipe.steps) {
        const auto pass = passes.find(step.pass);
        const int version = recorded.isObject() ? int(recorded[step.pass].toInteger()) : 0;
        if (step.version == 0 && pass && (*pass)->info().runsAs(version))
            step.version = version;
    }
}

} // namespace

Json Reproduction::toJson() const {
    Json json;
    json.set("id", id);
    json.set("name", name);
    json.set("reproduced", same);
    json.set("expected_hash", expectedHash);
    json.set("hash", hash);
    if (!same)
        json.set("reason", reason());
    Json::Array list;
    for (const auto& difference : differences)
        list.push_back(difference.toJson());
    json.set("differences", std::move(list));
    if (failure) {
        Json problem;
        problem.set("code", failure->code);
        problem.set("message", failure->toString());
        json.set("failure", std::move(problem));
    }
    return json;
}

std::string Reproduction::reason() const {
    if (same)
        return {};
    std::string text = failure ? failure->toString() : std::string();
    for (const auto& difference : differences)
        text += (text.empty() ? "" : "; ") + difference.toString();
    return text.empty() ? "the passes gave another result, though nothing that is recorded has changed" : text;
}

Result<RemadeModel> remake(const ProjectSession& session, const VariantRecord& variant, ModelPtr parent,
                           const Work& work) {
    auto recipe = Recipe::fromJson(variant.recipe);
    if (!recipe)
        return recipe.status();
    useRecordedVersions(*recipe, variant.provenance["passes"], session.engine().passes());
    Diagnostics problems;
    const auto data = session.calibration(&problems, variant.provenance);
    const auto run = session.engine().apply(std::move(parent), *recipe, data.get(), work);
    if (!run)
        return !data && !problems.empty() && run.error().code == "pass.needs_calibration"
                   ? Result<RemadeModel>(problems.front())
                   : run.status();
    auto bytes = serializeOnnx(*run->model);
    if (!bytes)
        return bytes.status();
    RemadeModel model;
    model.hash = sha256(*bytes);
    model.bytes = std::move(*bytes);
    model.provenance = provenanceNow(session.engine(), *recipe, data.get(), true);
    return model;
}

Result<std::vector<Reproduction>> reproduceVariants(const ProjectSession& session, const std::vector<VariantId>& ids,
                                                    const Work& work) {
    auto records = session.project().variants(true);
    if (!records)
        return records.status();
    const std::set<VariantId> wanted(ids.begin(), ids.end());
    for (const auto id : wanted)
        if (std::none_of(records->begin(), records->end(),
                         [&](const VariantRecord& record) { return record.id == id; }))
            return errorDiagnostic("project.unknown", "There is no variant " + std::to_string(id),
                                   "List them: lapidary-cli project list FOLDER");
    Reproducer reproducer(session, std::move(*records), wanted);
    if (auto status = reproducer.run(work); !status)
        return status;
    return reproducer.results();
}

Status ProjectSession::reproduce(VariantId id, const Work& work) {
    const auto results = reproduceVariants(*this, {id}, work);
    if (!results)
        return results.status();
    const auto& result = results->front();
    if (result.same)
        return {};
    return errorDiagnostic("project.not_reproduced",
                           "Variant '" + result.name + "' came out different: " + result.reason());
}

} // namespace lapidary
