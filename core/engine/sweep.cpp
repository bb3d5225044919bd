// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sweep.h"

#include "engine/staleness.h"
#include "engine/sweepvalues.h"
#include "engine/variantfinder.h"

#include <set>

namespace lapidary {

namespace {

Recipe recipeOf(const SweepRequest& request, const SweepPoint& point) {
    Recipe recipe;
    recipe.name = point.name;
    recipe.seed = request.seed;
    recipe.steps = {request.step};
    recipe.steps.front().params = point.params;
    return recipe;
}

/// A profile with these settings that need not be measured again.
bool hasProfile(const ProjectSession& session, VariantId id, const SweepRequest& request) {
    const auto runs = session.project().runs(id);
    if (!runs)
        return false;
    for (auto run = runs->rbegin(); run != runs->rend(); ++run)
        if (run->kind == "profile" && run->subject == request.device)
            return differencesSince(*run, {}).empty() &&
                   run->settings["batch"].toInteger() == request.profileOptions.batch &&
                   (request.profileOptions.threads <= 0 ||
                    run->settings["threads"].toInteger() == request.profileOptions.threads);
    return false;
}

Status measure(ProjectSession& session, VariantId id, const SweepRequest& request, const Work& work) {
    if (request.evaluate)
        if (const auto result = session.evaluate(id, request.limit, request.evaluateOptions,
                                                 work.part(0, request.profile ? 0.6 : 1, "Evaluating"));
            !result)
            return result.status();
    if (request.profile && !hasProfile(session, id, request))
        if (const auto result = session.profile(id, request.device, request.profileOptions,
                                                work.part(request.evaluate ? 0.6 : 0, 1, "Profiling"));
            !result)
            return result.status();
    return {};
}

/// What no other member of the row will fare better with.
bool endsTheRow(const Diagnostic& problem) {
    static const std::set<std::string, std::less<>> ends = {"project.full",     "project.read_only",
                                                            "project.database", "pass.needs_calibration",
                                                            "eval.no_data",     "device.unknown"};
    return isCancelled(problem) || ends.count(problem.code) > 0;
}

Status makePoint(ProjectSession& session, const SweepRequest& request, VariantFinder& finder, SweepPoint& point,
                 const Work& work) {
    const auto recipe = recipeOf(request, point);
    point.variant = finder.find(request.from, recipe);
    point.reused = point.variant != 0;
    if (!point.reused) {
        const auto made = session.apply({request.from, recipe, point.name},
                                        work.part(0, request.evaluate || request.profile ? 0.4 : 1, point.name));
        if (!made)
            return made.status();
        point.variant = *made;
        finder.add(*made, request.from, recipe);
    }
    return measure(session, point.variant, request, work.part(0.4, 1));
}

} // namespace

Result<std::vector<SweepPoint>> planSweep(const Engine& engine, const SweepRequest& request) {
    const auto pass = engine.passes().find(request.step.pass);
    if (!pass)
        return pass.status();
    const auto& info = (*pass)->info();
    std::size_t count = 1;
    std::set<std::string> keys;
    for (const auto& parameter : request.vary) {
        if (parameter.values.empty() || !keys.insert(parameter.key).second)
            return errorDiagnostic("sweep.empty",
                                   "The parameter '" + parameter.key + "' has no values, or is given twice");
        count *= parameter.values.size();
        if (count > largestSweep)
            return errorDiagnostic("sweep.size", "The sweep has more than " + std::to_string(largestSweep) + " members",
                                   "Take fewer values, or one parameter after the other.");
    }
    if (request.vary.empty())
        return errorDiagnostic("sweep.empty", "A sweep needs a parameter that varies", "Give --vary KEY=FROM:TO:STEP.");
    std::vector<SweepPoint> points(count);
    for (std::size_t i = 0; i < count; ++i) {
        ParamSet params = request.step.params;
        std::vector<std::pair<const ParamSpec*, Json>> values;
        std::size_t rest = i, stride = count;
        for (const auto& parameter : request.vary) {
            stride /= parameter.values.size();
            const Json& value = parameter.values[rest / stride];
            rest %= stride;
            params[parameter.key] = value;
            if (const auto* spec = info.schema.find(parameter.key))
                values.emplace_back(spec, value);
        }
        const auto complete = info.schema.complete(params);
        if (!complete)
            return complete.status();
        points[i].params = info.schema.nonDefault(*complete);
        points[i].name = sweepPointName(info, values);
    }
    return points;
}

Result<SweepOutcome> runSweep(ProjectSession& session, const SweepRequest& request, const Work& work,
                              const std::function<void(const SweepPoint&)>& finished) {
    if (auto status = session.project().writable(); !status)
        return status;
    if (const auto from = session.project().variant(request.from); !from)
        return from.status();
    auto points = planSweep(session.engine(), request);
    if (!points)
        return points.status();
    auto finder = VariantFinder::over(session);
    if (!finder)
        return finder.status();
    SweepOutcome outcome;
    for (std::size_t i = 0; i < points->size(); ++i) {
        auto& point = points->at(i);
        if (auto status = work.check(); !status)
            return status;
        const auto status = makePoint(session, request, *finder, point, work.step(i, points->size(), point.name));
        if (!status) {
            if (endsTheRow(status.error()))
                return status;
            point.failure = status.error();
        }
        ++(point.failure ? outcome.failed : point.reused ? outcome.reused : outcome.made);
        if (finished)
            finished(point);
    }
    if (outcome.failed == points->size())
        return *points->front().failure;
    outcome.points = std::move(*points);
    return outcome;
}

} // namespace lapidary
