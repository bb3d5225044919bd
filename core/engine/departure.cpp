// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/departure.h"

#include "engine/sidebyside.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

namespace lapidary {

namespace {

/// A value that could be compared, and who makes it.
struct Candidate {
    NodePtr node;
    ValueId value;
    std::string name;
};

/// Floating-point values that depend on the data, in topological order.
std::vector<Candidate> findCandidates(const AnalysedModel& model) {
    const Graph& graph = *model.model->graph;
    std::set<ValueId> live;
    for (const auto id : graph.requiredInputs())
        live.insert(id);
    std::vector<Candidate> found;
    for (const auto& node : graph.nodes()) {
        const bool fed = !node->subgraphs().empty() || std::any_of(node->inputs.begin(), node->inputs.end(),
                                                                   [&](ValueId id) { return live.contains(id); });
        if (!fed)
            continue;
        for (const auto id : node->outputs) {
            if (!id.valid())
                continue;
            live.insert(id);
            if (isFloatingPoint(model.shapes.type(id)))
                found.push_back({node, id, graph.value(id)->name});
        }
    }
    return found;
}

class Search {
public:
    Search(const AnalysedModel& model, SideBySide& runs, const DepartureOptions& options)
        : m_model(model), m_runs(runs), m_options(options), m_candidates(findCandidates(model)) {}

    const std::vector<Candidate>& candidates() const { return m_candidates; }
    std::size_t compared() const { return m_errors.size(); }
    const ValueError& error(std::size_t index) const { return m_errors.at(index); }
    bool departs(std::size_t index) const { return !(m_errors.at(index).sqnrDb >= m_options.toleranceDb); }

    std::vector<std::size_t> indicesOf(const std::vector<ValueId>& values) const {
        std::vector<std::size_t> indices;
        for (std::size_t i = 0; i < m_candidates.size(); ++i)
            if (std::find(values.begin(), values.end(), m_candidates[i].value) != values.end())
                indices.push_back(i);
        return indices;
    }

    /// Those of the candidates that were not compared before are.
    Status compare(const std::vector<std::size_t>& indices, const Work& work) {
        std::vector<std::size_t> open;
        for (const auto index : indices)
            if (!m_errors.contains(index))
                open.push_back(index);
        for (std::size_t first = 0; first < open.size(); first += m_options.probes) {
            std::vector<std::string> names;
            const auto last = std::min(first + std::max<std::size_t>(m_options.probes, 1), open.size());
            for (std::size_t i = first; i < last; ++i)
                names.push_back(m_candidates[open[i]].name);
            auto errors = m_runs.compare(names, work);
            if (!errors)
                return errors.status();
            for (std::size_t i = first; i < last; ++i)
                m_errors.emplace(open[i], (*errors)[i - first]);
        }
        return {};
    }

    /// The departing candidate from which nothing before it, as far as was looked, departs. Precondition:
    /// departs(high).
    Result<std::size_t> narrow(std::size_t high, const Work& work) {
        const double width = std::log2(double(high) + 2);
        for (std::size_t low = 0; low < high;) {
            const auto between = spread(low, high);
            if (auto status = compare(between, work); !status)
                return status;
            const auto hit = std::find_if(between.begin(), between.end(), [this](auto i) { return departs(i); });
            if (hit != between.begin())
                low = *std::prev(hit) + 1;
            if (hit != between.end())
                high = *hit;
            work.progress.set(1 - std::log2(double(high - std::min(low, high)) + 1) / width);
        }
        return high;
    }

private:
    /// Up to options.probes positions of [low, high), evenly.
    std::vector<std::size_t> spread(std::size_t low, std::size_t high) const {
        const auto count = std::min(std::max<std::size_t>(m_options.probes, 1), high - low);
        std::vector<std::size_t> places;
        for (std::size_t i = 1; i <= count; ++i)
            places.push_back(count == high - low ? low + i - 1 : low + (high - low) * i / (count + 1));
        return places;
    }

    const AnalysedModel& m_model;
    SideBySide& m_runs;
    const DepartureOptions& m_options;
    const std::vector<Candidate> m_candidates;
    std::map<std::size_t, ValueError> m_errors; ///< by candidate
};

NodeDeparture describe(const Search& search, std::size_t index) {
    const auto& candidate = search.candidates()[index];
    NodeDeparture result;
    result.node = displayName(*candidate.node);
    result.opType = candidate.node->opType;
    result.value = candidate.name;
    result.sqnrDb = search.error(index).sqnrDb;
    result.cosine = search.error(index).cosine;
    return result;
}

/// Which kernel of a short profile ran the node, and in what.
void nameKernel(Device& device, const Model& model, const NodeDeparture& found, int threads, const Work& work,
                std::string& kernel, std::string& precision) {
    ProfileOptions options;
    options.threads = threads;
    options.perNode = true;
    options.maxSeconds = 0.2;
    options.minRuns = 3;
    options.warmupRuns = 1;
    const auto profile = device.profile(model, options, work);
    if (!profile)
        return;
    for (const auto& time : profile->nodes)
        if (time.node == found.node ||
            std::find(time.covers.begin(), time.covers.end(), found.node) != time.covers.end()) {
            kernel = time.kernel;
            precision = time.precision;
        }
}

std::string decibels(double db) {
    if (std::isinf(db) && db > 0)
        return "no difference";
    char text[32];
    std::snprintf(text, sizeof text, "%.1f dB", db);
    return text;
}

std::string verdictOf(const Departure& departure) {
    if (!departure.departs)
        return "agrees with this computer: " + decibels(departure.outputSqnrDb) + " at the output";
    const auto& first = *departure.first;
    std::string text = "departs at " + first.node + " (" + first.opType + "): " + decibels(first.sqnrDb);
    if (departure.before)
        text +=
            "; the worst that goes into it, " + departure.before->value + ", has " + decibels(departure.before->sqnrDb);
    return text;
}

Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json();
}

/// What was no finite number: of equal values infinite, of what departs unknown.
double storedDecibels(const Json& json, bool departs) {
    using Limits = std::numeric_limits<double>;
    return json.toDouble(departs ? Limits::quiet_NaN() : Limits::infinity());
}

/// Narrows, then goes on upstream as long as something that goes into the node departs as well.
Result<std::size_t> findFirst(Search& search, std::size_t high, const Work& work) {
    while (true) {
        const auto found = search.narrow(high, work);
        if (!found)
            return found;
        const auto inputs = search.indicesOf(search.candidates()[*found].node->inputs);
        if (auto status = search.compare(inputs, work); !status)
            return status;
        const auto worse = std::find_if(inputs.begin(), inputs.end(), [&](auto i) { return search.departs(i); });
        if (worse == inputs.end())
            return found;
        high = *worse;
    }
}

void fillFirst(Departure& departure, const Search& search, std::size_t index) {
    departure.first = describe(search, index);
    for (const auto input : search.indicesOf(search.candidates()[index].node->inputs))
        if (!departure.before || search.error(input).sqnrDb < departure.before->sqnrDb)
            departure.before = describe(search, input);
}

} // namespace

Json NodeDeparture::toJson() const {
    Json json;
    json.set("node", node);
    json.set("op_type", opType);
    json.set("value", value);
    json.set("sqnr_db", number(sqnrDb));
    json.set("cosine", number(cosine));
    if (!thereKernel.empty() || !therePrecision.empty()) {
        json.set("kernel", thereKernel);
        json.set("precision", therePrecision);
    }
    if (!hereKernel.empty() || !herePrecision.empty()) {
        json.set("host_kernel", hereKernel);
        json.set("host_precision", herePrecision);
    }
    return json;
}

Json Departure::toJson() const {
    Json json;
    json.set("departs", departs);
    json.set("verdict", verdict);
    json.set("tolerance_db", toleranceDb);
    json.set("output_sqnr_db", number(outputSqnrDb));
    json.set("output_cosine", number(outputCosine));
    if (first)
        json.set("first", first->toJson());
    if (before)
        json.set("before", before->toJson());
    json.set("samples", std::int64_t(samples));
    json.set("candidates", std::int64_t(candidates));
    json.set("compared", std::int64_t(compared));
    Json::Array list;
    for (const auto& note : notes)
        list.push_back(note.toString());
    json.set("notes", std::move(list));
    return json;
}

NodeDeparture NodeDeparture::fromJson(const Json& json, bool departs) {
    NodeDeparture result;
    result.node = json["node"].toString();
    result.opType = json["op_type"].toString();
    result.value = json["value"].toString();
    result.sqnrDb = storedDecibels(json["sqnr_db"], departs);
    result.cosine = json["cosine"].toDouble();
    result.thereKernel = json["kernel"].toString();
    result.therePrecision = json["precision"].toString();
    result.hereKernel = json["host_kernel"].toString();
    result.herePrecision = json["host_precision"].toString();
    return result;
}

Result<Departure> Departure::fromJson(const Json& json) {
    Departure result;
    result.departs = json["departs"].toBool();
    if (!json["departs"].isBool() || (result.departs && !json["first"].isObject()))
        return errorDiagnostic("departure.format", "This does not say where a device departs");
    result.verdict = json["verdict"].toString();
    result.toleranceDb = json["tolerance_db"].toDouble();
    result.outputSqnrDb = storedDecibels(json["output_sqnr_db"], result.departs);
    result.outputCosine = json["output_cosine"].toDouble();
    if (json["first"].isObject())
        result.first = NodeDeparture::fromJson(json["first"], true);
    if (json["before"].isObject())
        result.before = NodeDeparture::fromJson(json["before"], false);
    const auto count = [&](const char* key) { return std::size_t(std::max<std::int64_t>(0, json[key].toInteger())); };
    result.samples = count("samples");
    result.candidates = count("candidates");
    result.compared = count("compared");
    for (const auto& note : json["notes"].array())
        result.notes.push_back(noteDiagnostic("departure.stored", note.toString()));
    return result;
}

Result<Departure> findDeparture(const AnalysedModel& model, const Dataset& data, Device& there, Device& here,
                                const DepartureOptions& options, const Work& work) {
    auto runs = SideBySide::make(*model.model, data, there, here, {options.samples, options.threads}, work);
    if (!runs)
        return runs.status();
    Search search(model, *runs, options);
    const auto outputs = search.indicesOf(model.model->graph->outputs());
    if (outputs.empty())
        return errorDiagnostic("departure.output", "The model has no output of floating-point numbers to compare");
    work.progress.label("Comparing the outputs");
    if (auto status = search.compare(outputs, work.part(0, 0.2)); !status)
        return status;
    const auto worst = *std::min_element(outputs.begin(), outputs.end(), [&](auto a, auto b) {
        return !(search.error(a).sqnrDb >= search.error(b).sqnrDb);
    });
    Departure departure;
    departure.toleranceDb = options.toleranceDb;
    departure.samples = runs->samples();
    departure.candidates = search.candidates().size();
    departure.outputSqnrDb = search.error(worst).sqnrDb;
    departure.outputCosine = search.error(worst).cosine;
    const auto departing = std::find_if(outputs.begin(), outputs.end(), [&](auto i) { return search.departs(i); });
    departure.departs = departing != outputs.end();
    if (departure.departs) {
        work.progress.label("Looking for the first layer that departs");
        const auto first = findFirst(search, *departing, work.part(0.2, options.kernels ? 0.8 : 1));
        if (!first)
            return first.status();
        fillFirst(departure, search, *first);
        if (*first == *departing && departure.candidates > 1)
            departure.notes.push_back(warningDiagnostic(
                "departure.fused", "Only the output itself departs; every value before it agrees when it is read",
                "Either its own layer is to blame, or a kernel that does several layers at once and is taken apart "
                "when "
                "values inside are read."));
        if (options.kernels) {
            auto& found = *departure.first;
            nameKernel(there, *model.model, found, options.threads, work.part(0.8, 0.9), found.thereKernel,
                       found.therePrecision);
            nameKernel(here, *model.model, found, 0, work.part(0.9, 1), found.hereKernel, found.herePrecision);
        }
    }
    departure.compared = search.compared();
    departure.verdict = verdictOf(departure);
    work.progress.set(1);
    return departure;
}

} // namespace lapidary
