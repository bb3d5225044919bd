// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"
#include "job/jobmanager.h"

#include <QString>

#include <functional>

namespace lapidary {

/// One pass with one parameter at several values: a row of variants under one parent.
struct VariantSweep {
    VariantId parent = 0;
    std::string pass;
    ParamSet params; ///< of the other parameters
    std::string parameter;
    std::vector<Json> values;
    std::vector<std::string> nodes; ///< scope, as in a recipe step; empty: the whole graph
    bool evaluate = false;
    bool profile = false;
    std::string device = "host";
};

/// From `from` to `to` in `count` even steps, both ends among them; whole numbers for an integer parameter, each once.
std::vector<Json> sweepRange(const ParamSpec& spec, double from, double to, int count);
/// Numbers, choices or truth values divided by commas or spaces. Fails with "param.type", "param.range" or
/// "param.choice" where the parameter does not take one.
Result<std::vector<Json>> sweepList(const ParamSchema& schema, const std::string& key, const QString& text);
/// The parameters a sweep can vary.
std::vector<const ParamSpec*> sweepable(const ParamSchema& schema);
/// "Prune channels: ratio 0.25": what the variant of a value is called.
QString sweepName(const PassInfo& pass, const ParamSpec& parameter, const Json& value);

/// Makes the row, and evaluates and profiles each of it, as one job that can be cancelled; what was made stays then,
/// and the next sweep uses it: a value whose variant is there already makes none. Returns the variants in the order of
/// the values. Fails with what the pass, the evaluation or the device fails with.
Result<std::vector<VariantId>> runSweep(ProjectSession& session, const VariantSweep& sweep, const Work& work);
/// The lane runSweep() belongs in: profiles on this computer want it for themselves.
Lane sweepLane(const VariantSweep& sweep);

} // namespace lapidary
