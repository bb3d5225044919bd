// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/prefixplan.h"

#include <algorithm>
#include <cstdio>

namespace lapidary {

namespace {

constexpr std::size_t namesShown = 8;

std::string percent(double share) {
    char text[16];
    std::snprintf(text, sizeof text, "%.1f", 100 * share);
    return text;
}

std::string reasonAgainst(const Model& edited, const PrefixCut& cut, const PrefixPlan& plan,
                          const PrefixPlanOptions& options) {
    if (cut.changed == 0)
        return "Nothing that the outputs depend on has changed.";
    const std::string first = plan.firstChanged.empty() ? std::string() : " (\"" + plan.firstChanged.front() + "\")";
    if (cut.prefix.empty())
        return "The first change" + first + " comes before anything worth keeping.";
    for (const ValueId id : cut.values)
        if (edited.graph->isInput(id))
            return "A changed node reads the model's input itself.";
    if (cut.savedShare < options.leastSavedShare)
        return "What comes before the first change" + first + " is only " + percent(cut.savedShare) + " % of the work.";
    if (options.samples > 0 && cut.bytesPerSample > options.limitBytes / options.samples)
        return "The values to keep take " + std::to_string(cut.bytesPerSample * options.samples) +
               " bytes, more than the " + std::to_string(options.limitBytes) + " allowed.";
    return {};
}

} // namespace

Json PrefixPlan::toJson() const {
    const auto list = [](const std::vector<std::string>& names) {
        Json array = Json::Array{};
        for (const std::string& name : names)
            array.append(name);
        return array;
    };
    Json json = Json::Object{};
    json.set("values", list(values));
    json.set("first_changed", list(firstChanged));
    json.set("changed", std::uint64_t(changed));
    json.set("unchanged", std::uint64_t(unchanged));
    json.set("bytes_per_sample", bytesPerSample);
    json.set("saved_share", savedShare);
    if (!reason.empty())
        json.set("reason", reason);
    return json;
}

PrefixPlan planPrefix(const Model& base, const Model& edited, const ShapeTable& shapes, const CostReport& cost,
                      const PrefixPlanOptions& options) {
    const ValueHashes before(base, options.tensorHashes), after(edited, options.tensorHashes);
    const auto same = unchangedNodes(base, before, edited, after);
    PrefixCutOptions cutting;
    PrefixCut cut = findPrefixCut(*edited.graph, shapes, cost, same, cutting);
    const PrefixCut wanted = cut;
    const auto fits = [&] {
        return options.samples == 0 || cut.bytesPerSample <= options.limitBytes / options.samples;
    };
    for (int tries = 0; tries < 6 && !fits(); ++tries) {
        cutting.bytesPerOperation = tries == 5 ? 0 : cutting.bytesPerOperation / 8;
        cut = findPrefixCut(*edited.graph, shapes, cost, same, cutting);
    }
    PrefixPlan plan;
    plan.changed = cut.changed;
    plan.unchanged = cut.unchanged;
    for (const NodeId id : cut.firstChanged)
        if (plan.firstChanged.size() < namesShown)
            plan.firstChanged.push_back(displayName(*edited.graph->node(id)));
    plan.reason = reasonAgainst(edited, cut, plan, options);
    // Where only smaller values further up would have fitted, the size is the reason.
    if (!plan.useful() && cut.values != wanted.values)
        plan.reason = reasonAgainst(edited, wanted, plan, options);
    if (!plan.useful())
        return plan;
    for (const ValueId id : cut.values) {
        plan.values.push_back(edited.graph->value(id)->name);
        plan.hashes.push_back(after.of(id));
    }
    plan.bytesPerSample = cut.bytesPerSample;
    plan.savedShare = cut.savedShare;
    return plan;
}

} // namespace lapidary
