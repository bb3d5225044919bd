// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/bundle.h"

#include "engine/bundlearchive.h"
#include "engine/bundlefiles.h"
#include "engine/bundlegoldens.h"
#include "engine/bundletexts.h"
#include "engine/environment.h"
#include "onnx/onnxwriter.h"
#include "project/atomicfile.h"

#include <algorithm>
#include <cctype>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr auto modelFileName = "model.onnx";

Result<BundleDescription> describe(const BundleSource& source) {
    BundleDescription out;
    out.name = source.name;
    out.versions = versionText();
    out.modelFile = modelFileName;
    out.variantHash = source.variantHash;
    out.sourceHash = source.sourceHash;
    out.recipes = source.recipes;
    out.measured = source.measured;
    const auto session = openSession(*source.model->model, {});
    if (!session)
        return session.error();
    out.inputs = (*session)->inputs();
    out.outputs = (*session)->outputs();
    if (out.inputs.empty() || out.outputs.empty())
        return errorDiagnostic("bundle.ports", "The model has no inputs or no outputs");
    if (source.dataset.empty())
        return out;
    const auto data = openDataset(source.dataset);
    if (!data)
        return data.error();
    out.preprocess = (*data)->preprocess();
    if (out.preprocess->input.empty())
        out.preprocess->input = out.inputs.front().name;
    out.labelOffset = (*data)->labelOffset();
    out.classes = (*data)->classes();
    return out;
}

/// What of an evaluation or profile says the same on another day.
Json lasting(const Json& measured, std::initializer_list<std::string_view> without) {
    Json::Object out;
    for (const auto& [key, value] : measured.object())
        if (std::find(without.begin(), without.end(), key) == without.end())
            out.emplace(key, value);
    return out;
}

Json keptEvaluation(const Json& result, const std::string& dataHash, const std::string& dataName, Json environment) {
    auto evaluation = lasting(result, {"seconds", "inference_seconds", "complete"});
    Json data;
    data.set("hash", dataHash);
    if (!dataName.empty())
        data.set("name", dataName);
    evaluation.set("dataset", std::move(data));
    evaluation.set("environment", std::move(environment));
    return evaluation;
}

Json keptProfile(const Json& result, Json environment) {
    auto profile = lasting(result, {"nodes", "runs_ms"});
    profile.set("environment", std::move(environment));
    return profile;
}

Result<Json> measuredOf(const Project& project, VariantId id) {
    const auto runs = project.runs(id);
    if (!runs)
        return runs.error();
    const auto datasets = project.datasets();
    if (!datasets)
        return datasets.error();
    Json out = Json::Object{};
    std::map<std::string, Json> profiles;
    for (const auto& run : *runs) { // oldest first: the newest stays
        if (run.kind == "profile") {
            profiles[run.subject] = keptProfile(run.result, run.environment);
        } else if (run.kind == "evaluation") {
            std::string name;
            for (const auto& record : *datasets)
                if (record.hash == run.subject)
                    name = record.name;
            out.set("evaluation", keptEvaluation(run.result, run.subject, name, run.environment));
        }
    }
    Json::Array list;
    for (auto& [device, profile] : profiles)
        list.push_back(std::move(profile));
    if (!list.empty())
        out.set("profiles", std::move(list));
    return out;
}

Result<VariantRecord> rootOf(const Project& project, VariantId id) {
    auto record = project.variant(id);
    while (record && record->parent > 0)
        record = project.variant(record->parent);
    return record;
}

ModelCard cardOf(const std::string& source, const std::string& variant, Json recipes, const Json& measured) {
    Json accuracy;
    if (measured.contains("evaluation"))
        accuracy = lasting(measured["evaluation"], {"environment", "notes", "classes", "skipped"});
    return {versionText(), source, variant, std::move(recipes), std::move(accuracy)};
}

Status writeClasses(const BundleDescription& description, const fs::path& folder) {
    if (description.classes.empty())
        return {};
    std::string names;
    for (const auto& name : description.classes)
        names += name + "\n";
    return writeFileAtomically(folder / "classes.txt", names);
}

Status writeTexts(const BundleDescription& description, const Model& model, const fs::path& folder, bool samples) {
    if (samples)
        if (auto status = writeBundleSamples(description, folder); !status)
            return status;
    for (const auto& [name, text] :
         {std::pair<const char*, std::string>(BundleDescription::fileName, description.toJson().dump(2) + "\n"),
          {"README.md", bundleReadme(description)},
          {"LICENCES.md", bundleLicences(description, model)}})
        if (auto status = writeFileAtomically(folder / name, text); !status)
            return status;
    return {};
}

} // namespace

Json evaluationForBundle(const EvaluationResult& result, const Dataset& data) {
    return keptEvaluation(result.toJson(), data.hash(), data.name(), environmentJson());
}

Json profileForBundle(const Profile& profile) {
    return keptProfile(profile.toJson(), environmentJson());
}

Result<Json> recipesOf(const Project& project, VariantId id) {
    Json::Array chain;
    auto record = project.variant(id);
    for (; record && record->parent > 0; record = project.variant(record->parent)) {
        auto recipe = Recipe::fromJson(record->recipe);
        if (!recipe)
            return recipe.error();
        std::size_t ran = 0;
        for (auto& step : recipe->steps) {
            const auto& report = record->report.array();
            if (step.enabled && ran < report.size() && report[ran]["pass"].toString() == step.pass)
                step.version = int(report[ran]["version"].toInteger());
            ran += step.enabled ? 1 : 0;
        }
        chain.push_back(recipe->toJson());
    }
    if (!record)
        return record.error();
    std::reverse(chain.begin(), chain.end());
    return Json(std::move(chain));
}

Result<BundleSource> bundleSourceOf(ProjectSession& session, VariantId id, const Work& work) {
    const auto& project = session.project();
    const auto record = project.variant(id);
    if (!record)
        return record.error();
    const auto root = rootOf(project, id);
    if (!root)
        return root.error();
    auto recipes = recipesOf(project, id);
    if (!recipes)
        return recipes.error();
    auto measured = measuredOf(project, id);
    if (!measured)
        return measured.error();
    auto model = session.model(id, work);
    if (!model)
        return model.error();
    const auto datasets = project.datasets();
    if (!datasets)
        return datasets.error();
    BundleSource source{record->name,        *model, {}, root->modelHash, record->modelHash, std::move(*recipes),
                        std::move(*measured)};
    for (const auto* role : {"calibration", "evaluation"}) // the latter where there is one
        for (const auto& data : *datasets)
            if (data.role == role)
                source.dataset = fs::path(data.path).is_relative() ? project.folder() / data.path : fs::path(data.path);
    return source;
}

Result<BundleSource> bundleSourceOf(AnalysedModelPtr model, const fs::path& dataset) {
    const auto hash = modelHash(*model->model);
    if (!hash)
        return hash.error();
    BundleSource source;
    source.name = model->model->source.stem().string();
    source.dataset = dataset;
    source.variantHash = source.sourceHash = *hash;
    if (const auto card = modelCardOf(*model->model); !card.isNull()) { // exported by Lapidary before
        source.sourceHash = card["source_sha256"].toString(*hash);
        source.recipes = card["recipes"].isArray() ? card["recipes"] : source.recipes;
    }
    source.model = std::move(model);
    return source;
}

Result<std::optional<ModelCard>> modelCardFor(const Project& project, VariantId id) {
    const auto record = project.variant(id);
    const auto root = record ? rootOf(project, id) : record;
    if (!root)
        return root.error();
    if (record->parent == 0)
        return std::optional<ModelCard>();
    auto recipes = recipesOf(project, id);
    const auto measured = measuredOf(project, id);
    if (!recipes || !measured)
        return recipes ? measured.error() : recipes.error();
    return std::optional(cardOf(root->modelHash, record->modelHash, std::move(*recipes), *measured));
}

namespace {

/// Everything but the checksums.
Result<BundleDescription> writeContents(const BundleSource& source, const fs::path& place, const BundleOptions& options,
                                        const Work& work) {
    auto description = describe(source);
    if (!description)
        return description;
    auto model = source.model->model;
    if (!source.recipes.array().empty())
        model = withModelCard(*model, cardOf(source.sourceHash, source.variantHash, source.recipes, source.measured));
    const auto written = writeOnnx(*model, place / modelFileName, {}, work.part(0, 0.3, "Model"));
    if (!written)
        return written.error();
    description->modelHash = written->sha256;
    auto& facts = description->modelFacts;
    facts.set("file_bytes", written->bytes);
    facts.set("parameters", source.model->totals.parameters);
    facts.set("parameter_bytes", source.model->totals.bytes);
    facts.set("macs", source.model->totals.macs);
    facts.set("opset", model->opset());
    if (auto status = writeClasses(*description, place); !status) // the golden dataset names it
        return status;
    if (auto status = writeGoldens(*model, source.dataset, std::max<std::size_t>(1, options.goldens), place,
                                   *description, work.part(0.3, 1, "Golden samples"));
        !status)
        return status;
    if (auto status = writeTexts(*description, *model, place, options.samples); !status)
        return status;
    return description;
}

/// The folder that an archive unpacks to: the name of the variant as far as every file system likes it.
std::string topFolder(const std::string& name) {
    std::string top;
    for (const char c : name.substr(0, 60))
        top += std::isalnum(static_cast<unsigned char>(c)) || (!top.empty() && (c == '-' || c == '_' || c == '.'))
                   ? c
                   : '-';
    const auto first = top.find_first_not_of('-');
    return first == std::string::npos ? "bundle" : top.substr(first);
}

} // namespace

Result<WrittenBundle> writeBundle(const BundleSource& source, const fs::path& place, const BundleOptions& options,
                                  const Work& work) {
    const auto staged = StagedFolder::make(place, options.replace);
    if (!staged)
        return staged.error();
    const bool archive = isArchiveName(place);
    const auto folder = archive ? (*staged)->path() / "files" : (*staged)->path();
    std::error_code error;
    fs::create_directories(folder, error);
    auto description = writeContents(source, folder, options, work.part(0, 0.8));
    if (!description)
        return description.error();
    if (auto status = writeChecksums(folder, work.part(0.8, 0.9, "Checksums")); !status)
        return status;
    WrittenBundle result{place, std::move(*description), 0, 0};
    for (const auto& entry : fs::recursive_directory_iterator(folder, error))
        if (entry.is_regular_file(error)) {
            ++result.files;
            result.bytes += entry.file_size(error);
        }
    if (!archive) {
        auto status = (*staged)->publish();
        return status ? Result<WrittenBundle>(std::move(result)) : status.error();
    }
    const auto packed = (*staged)->path() / "bundle.zip";
    auto status = packArchive(folder, topFolder(source.name), packed, work.part(0.9, 1, "Archive"));
    result.bytes = status ? std::uint64_t(fs::file_size(packed, error)) : 0;
    if (status)
        status = (*staged)->publish(packed);
    return status ? Result<WrittenBundle>(std::move(result)) : status.error();
}

} // namespace lapidary
