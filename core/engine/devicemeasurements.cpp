// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/devicemeasurements.h"

#include "device/hostenvironment.h"
#include "engine/datasets.h"
#include "engine/environment.h"
#include "engine/runrecords.h"

namespace lapidary {

namespace {

struct Place {
    std::shared_ptr<Device> device;
    AnalysedModelPtr model;
};

/// The device and the model, or why not; nothing is run for a project that cannot keep it.
Result<Place> placeOf(ProjectSession& session, VariantId id, const std::string& deviceId, const Work& work) {
    if (auto status = session.project().writable(); !status)
        return status;
    auto device = session.engine().device(deviceId);
    if (!device)
        return device.status();
    auto model = session.model(id, work);
    if (!model)
        return model.status();
    return Place{std::move(*device), std::move(*model)};
}

Status keep(ProjectSession& session, VariantId id, const char* kind, const std::string& device, Json settings,
            Json result) {
    const auto record = session.project().variant(id);
    if (!record)
        return record.status();
    RunRecord run;
    run.variant = id;
    run.kind = kind;
    run.subject = device;
    run.key = runKey({kind, record->modelHash, device, settings.dump(), versionText()});
    run.settings = std::move(settings);
    run.result = std::move(result);
    run.environment = environmentJson();
    return session.project().addRun(run).status();
}

TimedRun timedRun(PreparedModel& model, const Work& work) {
    return [&model, &work] { return model.run(work); };
}

Json settingsOf(const ProfileOptions& options) {
    Json settings;
    settings.set("threads", options.threads);
    settings.set("batch", options.batch);
    return settings;
}

Json listOf(const std::vector<int>& numbers) {
    return Json(Json::Array(numbers.begin(), numbers.end()));
}

Result<DatasetPtr> evaluationData(const ProjectSession& session) {
    auto data = session.dataset("evaluation");
    if (data && !*data)
        return errorDiagnostic("eval.no_data", "The project has no evaluation data",
                               "Choose a dataset file (Project > Evaluation data…, or project add --data).");
    return data;
}

VariantId sourceOf(const Project& project, VariantId id) {
    for (auto record = project.variant(id); record.ok() && record->parent != 0; record = project.variant(id))
        id = record->parent;
    return id;
}

} // namespace

const HostSensors* sensorsFor(const Device& device) {
    static const HostSensors sensors;
    const auto kind = device.info().kind;
    return kind == "host" || kind == "provider" ? &sensors : nullptr;
}

Result<AbComparison> compareSpeed(ProjectSession& session, VariantId a, VariantId b, const std::string& device,
                                  const ProfileOptions& options, const Work& work) {
    const auto first = placeOf(session, a, device, work.part(0, 0.05));
    if (!first)
        return first.status();
    const auto second = session.model(b, work.part(0.05, 0.1));
    if (!second)
        return second.status();
    const auto preparedA = first->device->prepare(*first->model->model, options, work.part(0.1, 0.15));
    if (!preparedA)
        return preparedA.status();
    const auto preparedB = first->device->prepare(*(*second)->model, options, work.part(0.15, 0.2));
    if (!preparedB)
        return preparedB.status();
    const auto part = work.part(0.2, 1);
    auto result = compareInterleaved(timedRun(**preparedA, part), timedRun(**preparedB, part), options, part,
                                     sensorsFor(*first->device));
    if (!result)
        return result;
    auto settings = settingsOf(options);
    settings.set("against", std::int64_t(a));
    if (auto kept = keep(session, b, speedComparisonKind, device, std::move(settings), result->toJson()); !kept)
        return kept;
    return result;
}

Result<ProfileMatrix> measureMatrix(ProjectSession& session, VariantId id, const std::string& device,
                                    const ProfileOptions& options, const std::vector<int>& threads,
                                    const std::vector<int>& batches, const Work& work) {
    const auto place = placeOf(session, id, device, work.part(0, 0.05));
    if (!place)
        return place.status();
    auto matrix = profileMatrix(*place->device, *place->model->model, options, threads, batches, work.part(0.05, 1));
    if (!matrix)
        return matrix;
    // Numbers from data sheets are no runs.
    if (const auto* cell = matrix->fastest(); cell && cell->profile->estimate)
        return matrix;
    Json settings;
    settings.set("threads", listOf(threads));
    settings.set("batches", listOf(batches));
    if (auto kept = keep(session, id, profileMatrixKind, device, std::move(settings), matrix->toJson()); !kept)
        return kept;
    return matrix;
}

Result<SustainedLoad> measureUnderLoad(ProjectSession& session, VariantId id, const std::string& device,
                                       const ProfileOptions& options, double seconds, const Work& work) {
    const auto place = placeOf(session, id, device, work.part(0, 0.05));
    if (!place)
        return place.status();
    const auto prepared = place->device->prepare(*place->model->model, options, work.part(0.05, 0.1));
    if (!prepared)
        return prepared.status();
    const auto part = work.part(0.1, 1);
    auto load = measureSustained(timedRun(**prepared, part), seconds, part, sensorsFor(*place->device));
    if (!load)
        return load;
    auto settings = settingsOf(options);
    settings.set("seconds", seconds);
    if (auto kept = keep(session, id, sustainedLoadKind, device, std::move(settings), load->toJson()); !kept)
        return kept;
    return load;
}

Result<EvaluationResult> evaluateOnDevice(ProjectSession& session, VariantId id, const std::string& device,
                                          std::size_t limit, const Work& work) {
    auto data = evaluationData(session);
    if (!data)
        return data.status();
    const auto whole = (*data)->hash();
    if (limit > 0)
        data = limitedDataset(*data, limit);
    Json settings;
    settings.set("data", whole);
    settings.set("limit", std::uint64_t(limit));
    const auto& project = session.project();
    const auto record = project.variant(id);
    if (!record)
        return record.status();
    const auto known =
        project.findRuns(runKey({deviceEvaluationKind, record->modelHash, device, settings.dump(), versionText()}));
    if (!known)
        return known.status();
    for (const auto& run : *known)
        if (run.variant == id && run.result["complete"].toBool())
            return storedEvaluation(run.result);
    const auto place = placeOf(session, id, device, work.part(0, 0.05));
    if (!place)
        return place.status();
    const auto source = session.model(sourceOf(project, id), work.part(0.05, 0.1));
    if (!source)
        return source.status();
    const auto part = work.part(0.1, 1);
    EvaluateOptions options;
    options.threads = hostCores();
    options.open = [&](const Model& model) { return place->device->openModel(model, 0, part); };
    // The source itself is compared with what this computer makes of it.
    auto result = evaluateModel(*place->model->model, **data, options, part, (*source)->model.get());
    if (!result)
        return result;
    if (auto kept = keep(session, id, deviceEvaluationKind, device, std::move(settings), result->toJson()); !kept)
        return kept;
    return result;
}

Result<Departure> findDeparture(ProjectSession& session, VariantId id, const std::string& device,
                                const DepartureOptions& options, const Work& work) {
    const auto data = evaluationData(session);
    if (!data)
        return data.status();
    const auto place = placeOf(session, id, device, work.part(0, 0.05));
    if (!place)
        return place.status();
    const auto here = session.engine().device("host");
    if (!here)
        return here.status();
    auto found = findDeparture(*place->model, **data, *place->device, **here, options, work.part(0.05, 1));
    if (!found)
        return found;
    Json settings;
    settings.set("data", (*data)->hash());
    settings.set("samples", std::uint64_t(options.samples));
    settings.set("tolerance_db", options.toleranceDb);
    if (auto kept = keep(session, id, departureKind, device, std::move(settings), found->toJson()); !kept)
        return kept;
    return found;
}

Result<std::map<std::string, Profile>> profilesByDevice(const ProjectSession& session, VariantId id) {
    const auto runs = session.project().runs(id);
    if (!runs)
        return runs.status();
    std::map<std::string, Profile> found;
    for (const auto& run : *runs) {
        if (run.kind != "profile" || run.result["nodes"].array().empty())
            continue;
        auto profile = Profile::fromJson(run.result);
        if (!profile)
            return profile.status();
        const auto before = found.find(run.subject);
        if (before == found.end() || profile->batch == 1 || before->second.batch != 1)
            found.insert_or_assign(run.subject, std::move(*profile));
    }
    return found;
}

} // namespace lapidary
