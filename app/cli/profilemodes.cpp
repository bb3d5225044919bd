// SPDX-License-Identifier: GPL-3.0-or-later
#include "profilemodes.h"

#include "format.h"

#include "device/abcomparison.h"
#include "device/profilematrix.h"
#include "device/sustainedload.h"
#include "engine/devicemeasurements.h"

#include <charconv>
#include <iostream>
#include <sstream>

namespace lapidary::cli {

namespace {

TimedRun timedRun(PreparedModel& model, const Work& work) {
    return [&model, &work] { return model.run(work); };
}

void printSide(const char* name, const std::string& file, const TimingSummary& timing) {
    std::cout << name << "  " << fixed(timing.median, 3) << " ms  (95 %: " << fixed(timing.ciLow, 3) << " to "
              << fixed(timing.ciHigh, 3) << ", " << timing.verdict << ")  " << file << '\n';
}

} // namespace

int runAgainst(const ProfileRequest& request, Context& context, Device& device, const Model& model) {
    const auto work = context.work();
    const auto other = Engine::open(request.against, work);
    if (!other)
        return fail(other.error());
    const auto a = device.prepare(model, request.settings, work);
    if (!a)
        return fail(a.error());
    const auto b = device.prepare(*(*other)->model, request.settings, work);
    if (!b)
        return fail(b.error());
    const auto result =
        compareInterleaved(timedRun(**a, work), timedRun(**b, work), request.settings, work, sensorsFor(device));
    if (!result)
        return fail(result.error());
    auto json = result->toJson();
    json.set("device", request.device);
    json.set("a_model", request.model);
    json.set("b_model", request.against);
    context.print(json, [&] {
        printSide("A", request.model, result->a);
        printSide("B", request.against, result->b);
        std::cout << "B / A  " << fixed(result->ratio, 4) << "  (95 %: " << fixed(result->ratioLow, 4) << " to "
                  << fixed(result->ratioHigh, 4) << ", " << result->aMs.size() << " pairs in turns)\n"
                  << result->verdict << '\n';
    });
    return 0;
}

int runSustained(const ProfileRequest& request, Context& context, Device& device, const Model& model) {
    const auto work = context.work();
    const auto prepared = device.prepare(model, request.settings, work);
    if (!prepared)
        return fail(prepared.error());
    const auto load = measureSustained(timedRun(**prepared, work), request.sustain, work, sensorsFor(device));
    if (!load)
        return fail(load.error());
    auto json = load->toJson();
    json.set("device", request.device);
    context.print(json, [&] {
        std::vector<std::vector<std::string>> rows = {{"from s", "runs/s", "median ms", "MHz", "°C"}};
        for (const auto& window : load->windows)
            rows.push_back({fixed(window.startSeconds, 1), fixed(window.runsPerSecond, 1), fixed(window.medianMs, 3),
                            window.sensors.clockMhz > 0 ? fixed(window.sensors.clockMhz, 0) : "",
                            window.sensors.celsius > 0 ? fixed(window.sensors.celsius, 0) : ""});
        printTable(rows);
        std::cout << load->verdict << ": " << fixed(load->firstRate, 1) << " runs/s at first, "
                  << fixed(load->lastingRate, 1) << " in the end\n";
    });
    return 0;
}

int runMatrix(const ProfileRequest& request, Context& context, Device& device, const Model& model) {
    const auto axes = parseMatrix(request.matrix, request.settings);
    if (!axes)
        return fail(axes.error());
    const auto matrix = profileMatrix(device, model, request.settings, axes->first, axes->second, context.work());
    if (!matrix)
        return fail(matrix.error());
    auto json = matrix->toJson();
    json.set("device", request.device);
    context.print(json, [&] {
        std::vector<std::vector<std::string>> rows = {{"threads", "batch", "median ms", "items/s", ""}};
        for (const auto& cell : matrix->cells)
            rows.push_back({std::to_string(cell.threads), std::to_string(cell.batch),
                            cell.profile ? fixed(cell.profile->timing.median, 3) : "",
                            cell.profile ? fixed(cell.itemsPerSecond, 1) : "",
                            cell.profile ? cell.profile->timing.verdict : cell.problem.message});
        printTable(rows);
    });
    return 0;
}

Result<std::pair<std::vector<int>, std::vector<int>>> parseMatrix(const std::vector<std::string>& words,
                                                                  const ProfileOptions& defaults) {
    std::pair<std::vector<int>, std::vector<int>> axes;
    for (const auto& word : words) {
        const auto equals = word.find('=');
        const auto key = word.substr(0, equals);
        auto* numbers = key == "threads" ? &axes.first : key == "batch" ? &axes.second : nullptr;
        std::istringstream list(equals == std::string::npos ? std::string() : word.substr(equals + 1));
        for (std::string item; numbers && std::getline(list, item, ',');) {
            int number = 0;
            const auto end = item.data() + item.size();
            if (const auto [rest, problem] = std::from_chars(item.data(), end, number);
                problem != std::errc() || rest != end || number < 1)
                numbers = nullptr;
            else
                numbers->push_back(number);
        }
        if (!numbers || numbers->empty())
            return errorDiagnostic("device.matrix", "'" + word + "' is no axis of a matrix",
                                   "Give threads=1,2 and batch=1,4, or one of them.");
    }
    if (axes.first.empty())
        axes.first.push_back(defaults.threads);
    if (axes.second.empty())
        axes.second.push_back(defaults.batch);
    return axes;
}

} // namespace lapidary::cli
