// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/repair.h"

#include "base/sha256.h"
#include "engine/reproduce.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"

#include <algorithm>

namespace lapidary {

namespace {

Result<std::string> readAgain(const VariantRecord& record, const Work& work) {
    const auto read = readOnnx(std::filesystem::path(record.sourcePath), {}, work);
    if (!read)
        return read.status();
    return serializeOnnxAsFound(*read->model);
}

/// The parent's model as stored; parents are mended before their children.
Result<std::string> makeAgain(const ProjectSession& session, const VariantRecord& record, const Work& work) {
    const auto parent = session.project().variant(record.parent);
    if (!parent)
        return parent.status();
    auto bytes = session.project().blobs().get(parent->blob);
    if (!bytes)
        return bytes;
    const auto read = readOnnx(Blob(std::move(*bytes)));
    if (!read)
        return read.status();
    auto model = remake(session, record, read->model, work);
    if (!model)
        return model.status();
    return std::move(model->bytes);
}

Status mend(ProjectSession& session, RepairedVariant& entry, const Work& work) {
    const auto record = session.project().variant(entry.id);
    if (!record)
        return record.status();
    const auto bytes = record->parent == 0 ? readAgain(*record, work) : makeAgain(session, *record, work);
    if (!bytes) {
        entry.how = bytes.error().toString();
        return isCancelled(bytes.error()) ? bytes.status() : Status();
    }
    if (sha256(*bytes) != record->modelHash) {
        entry.how = record->parent == 0 ? "the file " + record->sourcePath + " is another model by now"
                                        : "its recipe gives another model by now (see project reproduce)";
        return {};
    }
    const auto address = session.project().blobs().put(std::as_bytes(std::span(bytes->data(), bytes->size())));
    if (!address)
        return address.status();
    entry.mended = *address == record->blob;
    entry.how = !entry.mended         ? "it is stored under another address by now"
                : record->parent == 0 ? "read again from " + record->sourcePath
                                      : "made again by its recipe";
    return {};
}

} // namespace

bool RepairReport::sound() const {
    return database.empty() &&
           std::all_of(variants.begin(), variants.end(), [](const RepairedVariant& variant) { return variant.mended; });
}

Json RepairReport::toJson() const {
    Json json;
    json.set("sound", sound());
    json.set("indices_rebuilt", indicesRebuilt);
    Json::Array problems, list;
    for (const auto& problem : database)
        problems.push_back(problem.toString());
    for (const auto& variant : variants) {
        Json entry;
        entry.set("id", variant.id);
        entry.set("name", variant.name);
        entry.set("problem", variant.problem.toString());
        entry.set("mended", variant.mended);
        entry.set("how", variant.how);
        list.push_back(std::move(entry));
    }
    json.set("database", std::move(problems));
    json.set("variants", std::move(list));
    json.set("files_removed", std::uint64_t(filesRemoved));
    json.set("bytes_removed", bytesRemoved);
    if (orphansKept)
        json.set("orphans_kept", orphansKept->toString());
    return json;
}

Result<RepairReport> repairProject(ProjectSession& session, const Work& work) {
    auto& project = session.project();
    if (auto status = project.writable(); !status)
        return status;
    auto health = project.examine(work.part(0, 0.3));
    if (!health)
        return health.status();
    RepairReport report;
    if (!health->database.empty()) {
        report.indicesRebuilt = project.rebuildIndices().ok();
        auto again = project.examine(work.part(0.3, 0.4));
        if (!again)
            return again.status();
        health = std::move(again);
    }
    report.database = health->database;
    for (std::size_t i = 0; i < health->variants.size(); ++i) {
        const auto& damaged = health->variants[i];
        RepairedVariant entry{damaged.id, damaged.name, damaged.problem, false, {}};
        if (damaged.problem.code == "project.recipe")
            entry.how = "a recipe is nowhere else; the model itself is kept";
        else if (auto status = mend(session, entry, work.part(0.4, 0.9).step(i, health->variants.size(), damaged.name));
                 !status)
            return status;
        report.variants.push_back(std::move(entry));
    }
    const auto removed = project.compact();
    if (!removed)
        report.orphansKept = removed.error();
    else
        report.filesRemoved = *removed;
    report.bytesRemoved = removed ? health->orphanBytes : 0;
    return report;
}

} // namespace lapidary
