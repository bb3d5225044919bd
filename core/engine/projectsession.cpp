// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/projectsession.h"

#include "base/sha256.h"
#include "device/hostenvironment.h"
#include "engine/bundle.h"
#include "engine/datasets.h"
#include "engine/environment.h"
#include "engine/latency.h"
#include "engine/reevaluate.h"
#include "engine/runrecords.h"
#include "graph/missingweights.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::size_t modelsKept = 8;
constexpr auto evaluationKind = "evaluation";
constexpr auto earlyKind = "evaluation-early"; // stopped when the answer was clear; never stands for a whole one
constexpr auto profileKind = "profile";

Json reportJson(const RunReport& run) {
    Json::Array steps;
    for (const auto& step : run.steps)
        steps.push_back(step.toJson());
    return steps;
}

} // namespace

ProjectSession::ProjectSession(const Engine& engine, std::unique_ptr<Project> project)
    : m_engine(engine), m_project(std::move(project)) {}

void ProjectSession::remember(const std::string& hash, AnalysedModelPtr model) const {
    const std::lock_guard lock(m_mutex);
    m_models.remove_if([&](const auto& entry) { return entry.first == hash; });
    m_models.emplace_front(hash, std::move(model));
    if (m_models.size() > modelsKept)
        m_models.pop_back();
}

VariantId ProjectSession::rootOf(VariantId id) const {
    for (auto record = m_project->variant(id); record.ok(); record = m_project->variant(record->parent)) {
        if (record->parent == 0)
            return record->id;
    }
    return id;
}

Result<VariantId> ProjectSession::store(const AnalysedModel& analysed, VariantRecord record, const Work& work) {
    const auto bytes = serializeOnnxAsFound(*analysed.model); // a source without its weights can still be viewed
    if (!bytes)
        return bytes.status();
    if (auto status = work.check(); !status)
        return status;
    record.modelHash = sha256(*bytes);
    record.fileBytes = bytes->size();
    record.parameters = analysed.totals.parameters;
    record.parameterBytes = analysed.totals.bytes;
    record.macs = analysed.totals.macs;
    record.versions = versionText();
    auto id = m_project->addVariant(record, std::as_bytes(std::span(bytes->data(), bytes->size())));
    if (id) {
        auto complete = std::make_shared<AnalysedModel>(analysed);
        complete->fileBytes = record.fileBytes;
        remember(record.modelHash, std::move(complete));
    }
    return id;
}

Result<VariantId> ProjectSession::importModel(const std::filesystem::path& file, std::string name, const Work& work) {
    if (auto status = m_project->writable(); !status)
        return status;
    const auto analysed = Engine::open(file, work.part(0, 0.7));
    if (!analysed)
        return analysed.status();
    VariantRecord record;
    record.name = name.empty() ? file.stem().string() : std::move(name);
    std::error_code problem;
    const auto absolute = std::filesystem::absolute(file, problem);
    record.sourcePath = (problem ? file : absolute).string();
    const auto id = store(**analysed, std::move(record), work.part(0.7, 1, "Storing"));
    if (id && !missingWeights(*(*analysed)->model).empty())
        if (auto status = m_project->setSetting(incompleteSource, Json(*id)); !status)
            return status;
    return id;
}

Status ProjectSession::setDataset(const std::string& role, const std::filesystem::path& file) {
    const auto data = openCachedDataset(file);
    if (!data)
        return data.status();
    std::error_code problem;
    auto path = std::filesystem::absolute(file, problem);
    DatasetRecord record;
    record.name = (*data)->name();
    record.path = path.string();
    record.hash = (*data)->hash();
    record.role = role;
    record.samples = (*data)->size();
    return m_project->addDataset(record).status();
}

Result<DatasetPtr> ProjectSession::dataset(const std::string& role) const {
    const auto records = m_project->datasets();
    if (!records)
        return records.status();
    for (const auto& record : *records) {
        if (record.role != role)
            continue;
        std::filesystem::path path = record.path;
        if (path.is_relative())
            path = m_project->folder() / path;
        return openKept(path);
    }
    return DatasetPtr();
}

Result<DatasetPtr> ProjectSession::openKept(const std::filesystem::path& path) const {
    std::error_code problem;
    const auto written = std::filesystem::last_write_time(path, problem);
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& kept : m_datasets)
            if (!problem && kept.path == path && kept.written == written)
                return kept.data;
    }
    auto data = openCachedDataset(path);
    if (data && !problem) {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_datasets, [&](const OpenDataset& kept) { return kept.path == path; });
        m_datasets.push_back({path, written, *data});
    }
    return data;
}

Result<AnalysedModelPtr> ProjectSession::model(VariantId id, const Work& work) const {
    const auto record = m_project->variant(id);
    if (!record)
        return record.status();
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& [hash, model] : m_models)
            if (hash == record->modelHash)
                return model;
    }
    work.progress.label("Loading");
    auto bytes = m_project->blobs().get(record->blob);
    if (!bytes)
        return bytes.status();
    auto read = readOnnx(Blob(std::move(*bytes)), {}, {}, work.part(0.2, 0.5));
    if (!read)
        return read.status();
    auto analysed = Engine::analyse(read->model, work.part(0.5, 1));
    if (!analysed)
        return analysed;
    auto complete = std::make_shared<AnalysedModel>(**analysed);
    complete->fileBytes = record->fileBytes;
    remember(record->modelHash, complete);
    return AnalysedModelPtr(std::move(complete));
}

std::unique_ptr<NotedCalibration> ProjectSession::calibration(Diagnostics* problems, const Json& provenance) const {
    const auto over = [](const DatasetPtr& data, DatasetRecord record) {
        record.hash = data->hash();
        return std::make_unique<NotedCalibration>(calibratorFor(data, 256), std::move(record));
    };
    const auto wanted = provenance["data"]["hash"].toString();
    const auto records = m_project->datasets();
    for (const char* role : {"calibration", "evaluation"}) {
        const auto data = dataset(role);
        if (!data) {
            problems->push_back(data.error());
            if (wanted.empty())
                return nullptr;
        }
        if (!data || !*data)
            continue;
        for (std::size_t i = 0; records && i < records->size(); ++i)
            if (records->at(i).role == role && (wanted.empty() || (*data)->hash() == wanted))
                return over(*data, records->at(i));
    }
    if (wanted.empty())
        return nullptr;
    std::filesystem::path path = provenance["data"]["path"].toString();
    if (path.is_relative())
        path = m_project->folder() / path;
    const auto data = openKept(path);
    if (data && (*data)->hash() == wanted) {
        DatasetRecord record;
        record.path = path.string();
        record.name = (*data)->name();
        return over(*data, std::move(record));
    }
    return calibration(problems); // not what it was made with, but what there is
}

Result<VariantId> ProjectSession::apply(const ApplyRequest& request, const Work& work) {
    if (auto status = m_project->writable(); !status)
        return status;
    const auto parent = model(request.parent, work.part(0, 0.1, "Loading"));
    if (!parent)
        return parent.status();
    Diagnostics problems;
    const auto data = calibration(&problems);
    auto run = m_engine.apply((*parent)->model, request.recipe, data.get(), work.part(0.1, 0.85));
    if (!run) {
        // The pass asked for data that could not be opened: that is the reason people need to see.
        if (!data && !problems.empty() && run.error().code == "pass.needs_calibration")
            return problems.front();
        return run.status();
    }
    const auto analysed = Engine::analyse(run->model, work.part(0.85, 0.95));
    if (!analysed)
        return analysed.status();
    VariantRecord record;
    record.parent = request.parent;
    record.name = !request.name.empty()          ? request.name
                  : !request.recipe.name.empty() ? request.recipe.name
                                                 : request.recipe.toText();
    record.recipe = request.recipe.toJson();
    record.report = reportJson(*run);
    record.dataHash = data && data->used() ? data->dataHash() : std::string();
    record.provenance = provenanceNow(m_engine, request.recipe, data.get());
    record.note = request.note;
    record.tags = request.tags;
    record.color = request.color;
    return store(**analysed, std::move(record), work.part(0.95, 1, "Storing"));
}

Result<EvaluationResult> ProjectSession::evaluate(VariantId id, std::size_t limit, const EvaluateOptions& options,
                                                  const Work& work) {
    if (options.open)
        return errorDiagnostic("eval.device", "A variant's own evaluation is made on this computer",
                               "Evaluate on a device with evaluateOnDevice(), whose numbers are kept by device.");
    auto data = dataset("evaluation");
    if (!data)
        return data.status();
    if (!*data)
        return errorDiagnostic("eval.no_data", "The project has no evaluation data",
                               "Choose a dataset file (Project > Evaluation data…, or project add --data).");
    const auto wholeHash = (*data)->hash();
    if (limit > 0)
        data = limitedDataset(*data, limit);
    const auto record = m_project->variant(id);
    if (!record)
        return record.status();
    const auto root = rootOf(id);
    const auto source = m_project->variant(root);
    if (!source)
        return source.status();
    const auto key = runKey({evaluationKind, record->modelHash, source->modelHash, (*data)->hash(),
                             options.classifierOutput, versionText()});
    const auto before = m_project->findRuns(key);
    if (!before)
        return before.status();
    for (const auto& run : *before)
        if (run.variant == id && run.result["complete"].toBool())
            return storedEvaluation(run.result);
    if (auto status = m_project->writable(); !status)
        return status;
    const auto subject = model(id, work.part(0, 0.05));
    if (!subject)
        return subject.status();
    AnalysedModelPtr reference;
    if (root != id) {
        auto loaded = model(root, work.part(0.05, 0.1));
        if (!loaded)
            return loaded.status();
        reference = *loaded;
    }
    auto settings = options;
    if (settings.stop && root == id && settings.stop->metric != StopRule::Metric::Top1)
        settings.stop.reset(); // a source has nothing to be better or worse than
    if (options.cache && record->parent > 0)
        if (const auto base = record->parent == root ? Result(reference) : model(record->parent, work.part(0.1, 0.12));
            base)
            settings.prefix = planSince(**base, **subject, (*data)->size(), *options.cache);
    auto result = evaluateModel(*(*subject)->model, **data, settings, work.part(0.12, 1),
                                reference ? reference->model.get() : nullptr);
    if (!result)
        return result;
    RunRecord run;
    run.variant = id;
    run.kind = result->early ? earlyKind : evaluationKind;
    run.subject = (*data)->hash();
    run.key =
        result->early ? runKey({earlyKind, key, options.stop->metricName(), std::to_string(options.stop->limit)}) : key;
    run.settings.set("data", wholeHash);
    run.settings.set("limit", std::uint64_t(limit));
    run.result = result->toJson();
    run.environment = environmentJson();
    if (auto added = m_project->addRun(run); !added)
        return added.status();
    return result;
}

Result<Profile> ProjectSession::profile(VariantId id, const std::string& deviceId, const ProfileOptions& options,
                                        const Work& work) {
    if (auto status = m_project->writable(); !status)
        return status;
    const auto device = m_engine.device(deviceId);
    if (!device)
        return device.status();
    const auto subject = model(id, work.part(0, 0.05));
    if (!subject)
        return subject.status();
    auto profile = (*device)->profile(*(*subject)->model, options, work.part(0.05, 1));
    if (!profile)
        return profile;
    if (profile->estimate) // never among the measurements
        return profile;
    if (!profile->nodes.empty() && profile->batch == 1)
        (void)learnLatency(**subject, *profile); // an estimate less is no reason to lose a measurement
    const auto record = m_project->variant(id);
    if (!record)
        return record.status();
    RunRecord run;
    run.variant = id;
    run.kind = profileKind;
    run.subject = deviceId;
    run.key = runKey({profileKind, record->modelHash, deviceId, std::to_string(profile->threads),
                      std::to_string(profile->batch), versionText()});
    run.settings.set("threads", profile->threads);
    run.settings.set("batch", profile->batch);
    run.result = profile->toJson();
    run.environment = environmentJson();
    if (auto added = m_project->addRun(run); !added)
        return added.status();
    return profile;
}

Status ProjectSession::exportModel(VariantId id, const std::filesystem::path& file, const Work& work) const {
    const auto subject = model(id, work.part(0, 0.4));
    if (!subject)
        return subject.status();
    const auto card = modelCardFor(*m_project, id);
    if (!card)
        return card.status();
    const auto& bare = (*subject)->model;
    return writeOnnx(*card ? *withModelCard(*bare, **card) : *bare, file, {}, work.part(0.4, 1)).status();
}

Result<std::vector<VariantSummary>> ProjectSession::summaries() const {
    auto records = m_project->variants();
    if (!records)
        return records.status();
    const auto runs = m_project->newestRuns();
    if (!runs)
        return runs.status();
    std::map<VariantId, VariantSummary> byId;
    for (auto& record : *records) {
        auto& summary = byId[record.id];
        // What the variant is about: the last step that is more than tidying up.
        for (const auto& step : record.recipe["steps"].array())
            if (const auto pass = m_engine.passes().find(step["pass"].toString());
                pass && ((*pass)->info().technique != Technique::Simplify || summary.technique == Technique::Other))
                summary.technique = (*pass)->info().technique;
        summary.record = std::move(record);
    }
    for (const auto& run : *runs) {
        const auto it = byId.find(run.variant);
        if (it == byId.end())
            continue;
        auto& summary = it->second;
        addReadings(run, summary.readings);
        if (run.kind == evaluationKind) {
            summary.samples = std::size_t(run.result["samples"].toInteger());
            const auto take = [&](const char* key, std::optional<Proportion>& target) {
                if (run.result.contains(key))
                    target = storedProportion(run.result, key, summary.samples);
            };
            take("top1", summary.top1);
            take("top5", summary.top5);
            take("agreement", summary.agreement);
            if (run.result["sqnr_db"].isNumber())
                summary.sqnrDb = run.result["sqnr_db"].toDouble();
        } else if (run.kind == earlyKind) {
            summary.early = storedEarlyEvaluation(run.result);
        } else if (run.kind != profileKind) {
            continue;
        } else if (const auto profile = Profile::fromJson(run.result)) {
            summary.latency = profile->timing;
            summary.device = run.subject;
            summary.peakMemoryBytes = profile->peakMemoryBytes;
        }
    }
    std::vector<VariantSummary> list;
    for (auto& [id, summary] : byId) {
        if (summary.top1 || summary.agreement)
            summary.early.reset();
        list.push_back(std::move(summary));
    }
    return list;
}

Result<std::optional<Profile>> ProjectSession::latestProfile(VariantId id, bool withNodes) const {
    const auto runs = m_project->runs(id);
    if (!runs)
        return runs.status();
    for (auto it = runs->rbegin(); it != runs->rend(); ++it)
        if (it->kind == profileKind && (!withNodes || !it->result["nodes"].array().empty())) {
            auto profile = Profile::fromJson(it->result);
            if (!profile)
                return profile.status();
            return std::optional(std::move(*profile));
        }
    return std::optional<Profile>();
}

Result<std::optional<Json>> ProjectSession::latestEvaluation(VariantId id) const {
    const auto runs = m_project->runs(id);
    if (!runs)
        return runs.status();
    for (auto it = runs->rbegin(); it != runs->rend(); ++it)
        if (it->kind == evaluationKind)
            return std::optional(it->result);
    return std::optional<Json>();
}

} // namespace lapidary
