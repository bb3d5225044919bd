// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/projectsession.h"

#include "graph/missingweights.h"
#include "onnx/missingfiles.h"
#include "onnx/onnxreader.h"

namespace lapidary {
namespace {

namespace fs = std::filesystem;

/// The chosen file for the first of them, and for the others what has their name beside it.
std::map<std::string, fs::path> chosenFor(const std::vector<std::string>& locations, const fs::path& file) {
    std::map<std::string, fs::path> files;
    std::error_code problem;
    for (const std::string& location : locations) {
        const auto beside = file.parent_path() / fs::path(location).filename();
        if (files.empty())
            files[location] = file;
        else if (fs::exists(beside, problem))
            files[location] = beside;
    }
    return files;
}

Diagnostic stillMissing(const MissingWeight& weight, const fs::path& file) {
    const auto where =
        file.empty() ? std::string() : "\"" + file.filename().string() + "\" does not complete the model: ";
    return errorDiagnostic("onnx.missing_data", where + weight.tensor->missingReason,
                           "Choose the file that was saved together with this model.")
        .atTensor(weight.name);
}

} // namespace

Result<VariantId> ProjectSession::completeWeights(VariantId id, const std::filesystem::path& file, const Work& work) {
    if (auto status = m_project->writable(); !status)
        return status;
    const auto record = m_project->variant(id);
    if (!record)
        return record.status();
    auto stored = m_project->blobs().get(record->blob);
    if (!stored)
        return stored.status();
    const Blob bytes(std::move(*stored));
    const auto found = readOnnx(bytes, {}, {}, work.part(0, 0.2));
    if (!found)
        return found.status();
    const auto locations = missingFiles(*found->model);
    if (locations.empty())
        return errorDiagnostic("onnx.missing_data", "No file is missing that could complete \"" + record->name + "\"");
    ReadOptions options;
    if (!file.empty())
        options.standIns = chosenFor(locations, file);
    const auto folder = file.empty() ? fs::path(record->sourcePath).parent_path() : fs::path();
    const auto read = readOnnx(bytes, folder, options, work.part(0.2, 0.4));
    if (!read)
        return read.status();
    if (const auto missing = missingWeights(*read->model); !missing.empty())
        return stillMissing(missing.front(), file);
    const auto analysed = Engine::analyse(read->model, work.part(0.4, 0.7));
    if (!analysed)
        return analysed.status();
    VariantRecord complete;
    complete.name = record->name;
    complete.note = record->note;
    complete.tags = record->tags;
    complete.color = record->color;
    complete.sourcePath = record->sourcePath;
    auto made = store(**analysed, std::move(complete), work.part(0.7, 1, "Storing"));
    if (!made)
        return made;
    if (auto status = m_project->setDeleted(id, true); !status)
        return status;
    if (auto status = m_project->setSetting(incompleteSource, Json(0)); !status)
        return status;
    return made;
}

void ProjectSession::findMissingWeights(const Work& work) {
    if (const VariantId id = m_project->setting(incompleteSource).toInteger(); id > 0)
        (void)completeWeights(id, {}, work);
}

} // namespace lapidary
