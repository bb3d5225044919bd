// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

namespace lapidary {

/// One parameter of a pass and the values it takes, in order.
struct SweepParameter {
    std::string key;
    std::vector<Json> values;
};

/// A row of siblings: one step applied to one variant with every combination of the values (the last parameter changes
/// fastest).
struct SweepRequest {
    VariantId from = 0;
    RecipeStep step; ///< pass, scope, and the parameters that stay
    std::vector<SweepParameter> vary;
    std::uint64_t seed = 0;
    bool evaluate = false; ///< each of them, on the project's evaluation data
    bool profile = false;  ///< each of them, on `device`
    std::size_t limit = 0; ///< evaluation samples at most; 0: all
    EvaluateOptions evaluateOptions;
    std::string device = "host";
    ProfileOptions profileOptions;
};

/// One member of the row.
struct SweepPoint {
    ParamSet params;  ///< of the step, without defaults
    std::string name; ///< "prune 30 %", "quantize format qdq, symmetric off"
    VariantId variant = 0;
    bool reused = false;               ///< was in the project already, made by the same step from the same data
    std::optional<Diagnostic> failure; ///< why there is no variant, or no measurement of it
};

struct SweepOutcome {
    std::vector<SweepPoint> points; ///< in the order of the request
    std::size_t made = 0, reused = 0, failed = 0;
};

constexpr std::size_t largestSweep = 1000;

/// "ratio=0.1:0.9:0.1" (from, to, step; both ends), "ratio=0.1:0.9" (steps as the parameter's, or a tenth of the way),
/// "format=qdq,qoperator" or "per_channel=on,off". Fails with "sweep.syntax", "sweep.size" and what the schema fails
/// with. A value given twice counts once.
Result<SweepParameter> parseSweepParameter(const ParamSchema& schema, std::string_view text);

/// From `from` to `to` in `count` even steps, both ends among them; whole numbers for an integer parameter. Each value
/// once.
std::vector<Json> evenSweepValues(const ParamSpec& spec, double from, double to, int count);

/// The members with their names, nothing made. Fails with "pass.unknown", "param.*", "sweep.empty" and "sweep.size".
Result<std::vector<SweepPoint>> planSweep(const Engine& engine, const SweepRequest& request);

/// Makes the row, and measures it if asked. A member that fails leaves the others alone. When cancelled it fails with
/// the cancelled diagnostic; what was made stays, and the same sweep goes on from there: members, evaluations and
/// profiles that are in the project and not stale are not made again. Fails if nothing at all could be made. For a job
/// (a profile on the host wants the lane of the host). `finished` is called on the calling thread after each member.
Result<SweepOutcome> runSweep(ProjectSession& session, const SweepRequest& request, const Work& work = {},
                              const std::function<void(const SweepPoint&)>& finished = {});

} // namespace lapidary
