// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/profilematrix.h"

#include "device/timingjson.h"

#include <algorithm>

namespace lapidary {

namespace {

template <typename Better>
const ProfileMatrix::Cell* bestCell(const std::vector<ProfileMatrix::Cell>& cells, Better better) {
    const ProfileMatrix::Cell* best = nullptr;
    for (const auto& cell : cells)
        if (cell.profile && (!best || better(cell, *best)))
            best = &cell;
    return best;
}

Json placeJson(const ProfileMatrix::Cell& cell) {
    Json json;
    json.set("threads", cell.threads);
    json.set("batch", cell.batch);
    return json;
}

ProfileMatrix::Cell cellOf(const Json& entry) {
    ProfileMatrix::Cell cell;
    cell.threads = int(entry["threads"].toInteger());
    cell.batch = int(entry["batch"].toInteger(1));
    if (!entry["median_ms"].isNumber()) {
        cell.problem = errorDiagnostic(entry["code"].toString(), entry["error"].toString(), entry["hint"].toString());
        return cell;
    }
    Profile profile;
    profile.threads = cell.threads;
    profile.batch = cell.batch;
    profile.timing = timingOf(entry);
    profile.peakMemoryBytes = std::uint64_t(entry["peak_memory_bytes"].toInteger());
    profile.estimate = entry["estimate"].toBool();
    cell.profile = std::move(profile);
    cell.itemsPerSecond = entry["items_per_second"].toDouble();
    return cell;
}

} // namespace

const ProfileMatrix::Cell* ProfileMatrix::fastest() const {
    return bestCell(cells,
                    [](const Cell& a, const Cell& b) { return a.profile->timing.median < b.profile->timing.median; });
}

const ProfileMatrix::Cell* ProfileMatrix::busiest() const {
    return bestCell(cells, [](const Cell& a, const Cell& b) { return a.itemsPerSecond > b.itemsPerSecond; });
}

Json ProfileMatrix::toJson() const {
    Json json;
    Json::Array list;
    for (const auto& cell : cells) {
        Json entry = placeJson(cell);
        if (cell.profile) {
            addTiming(entry, cell.profile->timing);
            entry.set("items_per_second", cell.itemsPerSecond);
            entry.set("peak_memory_bytes", std::int64_t(cell.profile->peakMemoryBytes));
            entry.set("estimate", cell.profile->estimate);
        } else {
            entry.set("error", cell.problem.message);
            entry.set("code", cell.problem.code);
            entry.set("hint", cell.problem.hint);
        }
        list.push_back(std::move(entry));
    }
    json.set("cells", std::move(list));
    if (const auto* cell = fastest())
        json.set("fastest", placeJson(*cell));
    if (const auto* cell = busiest())
        json.set("most_throughput", placeJson(*cell));
    return json;
}

Result<ProfileMatrix> ProfileMatrix::fromJson(const Json& json) {
    ProfileMatrix matrix;
    for (const auto& entry : json["cells"].array())
        matrix.cells.push_back(cellOf(entry));
    if (!matrix.fastest())
        return errorDiagnostic("matrix.format", "This is not a matrix of profiles: no cell was measured");
    return matrix;
}

Result<ProfileMatrix> profileMatrix(Device& device, const Model& model, const ProfileOptions& options,
                                    const std::vector<int>& threads, const std::vector<int>& batches,
                                    const Work& work) {
    ProfileMatrix matrix;
    const auto count = threads.size() * batches.size();
    for (const int thread : threads)
        for (const int batch : batches) {
            if (auto status = work.check(); !status)
                return status;
            ProfileMatrix::Cell cell;
            cell.threads = thread;
            cell.batch = batch;
            auto settings = options;
            settings.threads = thread;
            settings.batch = batch;
            auto profile = device.profile(model, settings, work.step(matrix.cells.size(), count));
            if (profile) {
                cell.itemsPerSecond = 1000.0 * batch / std::max(profile->timing.median, 1e-9);
                cell.profile = std::move(*profile);
            } else if (isCancelled(profile.error())) {
                return profile.status();
            } else {
                cell.problem = profile.error();
            }
            matrix.cells.push_back(std::move(cell));
        }
    if (matrix.cells.empty())
        return errorDiagnostic("device.matrix", "The matrix has no cells",
                               "Give at least one number of threads and one batch size.");
    if (!matrix.fastest())
        return matrix.cells.front().problem;
    return matrix;
}

} // namespace lapidary
