// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/manycomparison.h"

#include "engine/layercomparison.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace lapidary {

namespace {

using StepKey = std::pair<std::string, int>; // the pass, and how often it came before

/// What was set in a step, besides the pass.
std::string settingsText(const RecipeStep& step) {
    std::string text;
    for (const auto& [key, value] : step.params)
        text += (text.empty() ? "" : ", ") + key + "=" + (value.isString() ? value.toString() : value.dump());
    for (const auto& node : step.nodes)
        text += (text.empty() ? "" : ", ") + std::string("on ") + node;
    return text;
}

Result<std::vector<ComparedStep>> stepsOf(const ProjectSession& session, const std::vector<VariantId>& ids) {
    std::vector<ComparedStep> steps;
    std::map<StepKey, std::size_t> rows;
    for (std::size_t column = 0; column < ids.size(); ++column) {
        const auto history = historyOf(session.project(), ids[column]);
        if (!history)
            return history.status();
        std::map<std::string, int> seen;
        for (const auto& seeded : history->steps) {
            const StepKey key{seeded.step.pass, seen[seeded.step.pass]++};
            const auto [row, isNew] = rows.try_emplace(key, steps.size());
            if (isNew)
                steps.push_back({key.first, std::vector<std::optional<std::string>>(ids.size())});
            steps[row->second].settings[column] = settingsText(seeded.step);
        }
    }
    return steps;
}

/// Layers of the reference and of one variant after the other, in rows.
class LayerRows {
public:
    explicit LayerRows(std::size_t variants) : m_variants(variants) {}

    /// `a`: the reference.
    void add(std::size_t column, const std::vector<LayerDelta>& layers) {
        std::map<std::string, int> seen;
        for (const auto& layer : layers) {
            if (layer.costs.macsA + layer.costs.macsB == 0 && !layer.msA && !layer.msB)
                continue;
            // Nodes of the reference go by their number; what others added goes by its name.
            auto& row = layer.a.valid() ? rowOf("#" + std::to_string(layer.a.number), layer)
                                        : rowOf(layer.name + "#" + std::to_string(seen[layer.name]++), layer);
            if (layer.a.valid())
                set(row, 0, layer.msA, layer.costs.macsA);
            if (layer.b.valid())
                set(row, column, layer.msB, layer.costs.macsB);
        }
    }

    std::vector<ComparedLayer> take() {
        const auto time = [](const ComparedLayer& layer) {
            double most = 0;
            for (const auto& ms : layer.ms)
                most = std::max(most, ms.value_or(0));
            return layer.ms.front().value_or(most);
        };
        const auto macs = [](const ComparedLayer& layer) {
            std::uint64_t most = 0;
            for (const auto& one : layer.macs)
                most = std::max(most, one.value_or(0));
            return most;
        };
        std::stable_sort(m_rows.begin(), m_rows.end(), [&](const auto& x, const auto& y) {
            return time(x) != time(y) ? time(x) > time(y) : macs(x) > macs(y);
        });
        return std::move(m_rows);
    }

private:
    ComparedLayer& rowOf(const std::string& key, const LayerDelta& layer) {
        const auto [at, isNew] = m_at.try_emplace(key, m_rows.size());
        if (isNew)
            m_rows.push_back({layer.name, layer.opType, std::vector<std::optional<double>>(m_variants),
                              std::vector<std::optional<std::uint64_t>>(m_variants)});
        return m_rows[at->second];
    }
    static void set(ComparedLayer& row, std::size_t column, const std::optional<double>& ms, std::uint64_t macs) {
        if (ms)
            row.ms[column] = ms;
        row.macs[column] = macs;
    }

    std::size_t m_variants;
    std::vector<ComparedLayer> m_rows;
    std::map<std::string, std::size_t> m_at;
};

Status compareLayers(const ProjectSession& session, const std::vector<VariantId>& ids, ManyComparison& result,
                     const Work& work) {
    const auto reference = session.model(ids.front(), work.part(0, 0.2));
    if (!reference)
        return reference.status();
    const auto profile = session.latestProfile(ids.front(), true);
    if (!profile)
        return profile.status();
    const auto* times = *profile ? &**profile : nullptr;
    if (!times)
        result.timesProblem = "The reference has no profile with the times of its layers.";
    LayerRows rows(ids.size());
    bool any = false;
    for (std::size_t i = 1; i < ids.size(); ++i) {
        if (auto status = work.check(); !status)
            return status;
        const auto part = work.part(0.2 + 0.8 * double(i - 1) / double(ids.size() - 1), 1);
        const auto model = session.model(ids[i], part);
        if (!model)
            return model.status();
        const auto other = session.latestProfile(ids[i], true);
        if (!other)
            return other.status();
        const auto* otherTimes = *other ? &**other : nullptr;
        const bool alike = comparableProfiles(times, otherTimes);
        any = any || alike;
        auto layers = layerDeltas(compareStructure(**reference, **model), **reference, **model, times, otherTimes);
        rows.add(i, layers);
    }
    if (times && !any)
        result.timesProblem = "No other variant was profiled on the reference's device with as many threads and "
                              "one batch.";
    result.layers = rows.take();
    return {};
}

Status compareAnswers(ProjectSession& session, const ManyRequest& request, ManyComparison& result, const Work& work) {
    const auto& ids = request.variants;
    auto compared =
        compareVariants(session, {ids.front(), {ids.begin() + 1, ids.end()}, request.limit, request.options}, work);
    if (!compared) {
        if (isCancelled(compared.error()))
            return compared.status();
        result.pairedProblem = compared.error().toString();
        return {};
    }
    std::vector<double> p;
    for (const auto& one : *compared)
        if (one.test)
            p.push_back(one.test->midP);
    const auto adjusted = holmAdjusted(p);
    std::size_t at = 0;
    for (std::size_t i = 0; i < compared->size(); ++i) {
        auto& variant = result.variants[i + 1];
        if ((*compared)[i].test)
            variant.adjustedP = adjusted[at++];
        variant.paired = std::move((*compared)[i]);
    }
    return {};
}

Json shareOf(const Proportion& share) {
    Json json;
    json.set("percent", share.percent);
    json.set("low", share.low);
    json.set("high", share.high);
    return json;
}

Json variantOf(const ComparedVariant& variant) {
    const auto& summary = variant.summary;
    Json json;
    json.set("variant", summary.record.id);
    json.set("name", summary.record.name);
    json.set("parameters", summary.record.parameters);
    json.set("file_bytes", summary.record.fileBytes);
    json.set("macs", summary.record.macs);
    if (summary.top1)
        json.set("top1", shareOf(*summary.top1));
    if (summary.latency) {
        json.set("median_ms", summary.latency->median);
        json.set("ci95_ms", Json::Array{summary.latency->ciLow, summary.latency->ciHigh});
        json.set("device", summary.device);
    }
    if (variant.paired)
        json.set("paired", variant.paired->toJson());
    if (variant.adjustedP)
        json.set("p_holm", *variant.adjustedP);
    return json;
}

template <typename T>
Json listOf(const std::vector<std::optional<T>>& values) {
    Json::Array list;
    for (const auto& value : values)
        list.push_back(value ? Json(*value) : Json());
    return list;
}

} // namespace

bool ComparedStep::differs() const {
    return std::any_of(settings.begin(), settings.end(), [this](const auto& one) { return one != settings.front(); });
}

std::vector<double> holmAdjusted(const std::vector<double>& p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](auto x, auto y) { return p[x] < p[y]; });
    std::vector<double> adjusted(p.size());
    double least = 0;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        least = std::max(least, std::min(1.0, double(p.size() - rank) * p[order[rank]]));
        adjusted[order[rank]] = least;
    }
    return adjusted;
}

Result<ManyComparison> compareMany(ProjectSession& session, const ManyRequest& request, const Work& work) {
    const auto& ids = request.variants;
    if (ids.size() < 2 || std::set<VariantId>(ids.begin(), ids.end()).size() != ids.size())
        return errorDiagnostic("compare.few", "A comparison needs two variants or more, no two alike");
    auto summaries = session.summaries();
    if (!summaries)
        return summaries.status();
    ManyComparison result;
    for (const auto id : ids) {
        const auto it =
            std::find_if(summaries->begin(), summaries->end(), [id](const auto& one) { return one.record.id == id; });
        if (it == summaries->end())
            return errorDiagnostic("project.unknown", "There is no variant " + std::to_string(id) + ".");
        result.variants.push_back({*it, {}, {}});
    }
    auto steps = stepsOf(session, ids);
    if (!steps)
        return steps.status();
    result.steps = std::move(*steps);
    if (auto status = compareLayers(session, ids, result, work.part(0, 0.2, "Layers")); !status)
        return status;
    if (auto status = compareAnswers(session, request, result, work.part(0.2, 1, "Answers")); !status)
        return status;
    return result;
}

Json ManyComparison::toJson() const {
    Json::Array variantList, layerList, stepList;
    for (const auto& variant : variants)
        variantList.push_back(variantOf(variant));
    for (const auto& layer : layers) {
        Json entry;
        entry.set("node", layer.name);
        entry.set("op", layer.opType);
        entry.set("ms", listOf(layer.ms));
        entry.set("macs", listOf(layer.macs));
        layerList.push_back(std::move(entry));
    }
    for (const auto& step : steps) {
        Json entry;
        entry.set("pass", step.pass);
        entry.set("settings", listOf(step.settings));
        entry.set("differs", step.differs());
        stepList.push_back(std::move(entry));
    }
    Json json;
    json.set("reference", variants.front().summary.record.id);
    json.set("variants", std::move(variantList));
    json.set("layers", std::move(layerList));
    json.set("steps", std::move(stepList));
    if (!pairedProblem.empty())
        json.set("paired_problem", pairedProblem);
    if (!timesProblem.empty())
        json.set("times_problem", timesProblem);
    return json;
}

} // namespace lapidary
