// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/latency/siliconprofile.h"

#include "device/latency/layerfeatures.h"
#include "graph/operatortraits.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lapidary {

namespace {

Diagnostic formatError(const std::string& what) {
    return errorDiagnostic("silicon.format", "This is no description of silicon: " + what,
                           "See the other files in the folder for the fields.");
}

/// Precisions by width: what a narrower one can be computed in.
const std::vector<std::string>& byWidth() {
    static const std::vector<std::string> names{"int8", "float16", "bfloat16", "float32"};
    return names;
}

/// The precision in which the silicon computes `wanted`: itself or the next wider one. float32 may also go to float16,
/// as such accelerators' compilers do. Empty: none.
std::string runsIn(const SiliconProfile& silicon, const std::string& wanted) {
    const auto& names = byWidth();
    for (auto it = std::find(names.begin(), names.end(), wanted); it != names.end(); ++it)
        if (silicon.peakOperations.count(*it))
            return *it;
    for (const char* narrower : {"bfloat16", "float16"})
        if (wanted == "float32" && silicon.peakOperations.count(narrower))
            return narrower;
    return {};
}

double bytesPer(const std::string& precision) {
    return precision == "int8" ? 1 : precision == "float32" ? 4 : 2;
}

} // namespace

std::vector<std::string> SiliconProfile::precisions() const {
    std::vector<std::string> names;
    for (const auto& [name, peak] : peakOperations)
        names.push_back(name);
    std::stable_sort(names.begin(), names.end(),
                     [&](const auto& a, const auto& b) { return peakOperations.at(a) > peakOperations.at(b); });
    return names;
}

Result<SiliconProfile> SiliconProfile::fromJson(const Json& json) {
    if (json["lapidary_silicon"].toInteger() != 1)
        return formatError("'lapidary_silicon' is not 1");
    SiliconProfile silicon;
    silicon.id = json["id"].toString();
    silicon.name = json["name"].toString();
    if (silicon.id.empty() || silicon.name.empty())
        return formatError("'id' or 'name' is missing");
    for (const auto& [precision, peak] : json["peak_operations_per_second"].object()) {
        if (std::find(byWidth().begin(), byWidth().end(), precision) == byWidth().end() || !(peak.toDouble() > 0))
            return formatError("the peak of '" + precision + "' is no precision with a positive number");
        silicon.peakOperations[precision] = peak.toDouble();
    }
    if (silicon.peakOperations.empty())
        return formatError("'peak_operations_per_second' is missing");
    silicon.bandwidth = json["bandwidth_bytes_per_second"].toDouble();
    silicon.bandwidthOf = json["bandwidth_of"].toString();
    silicon.onChipBytes = json["on_chip_bytes"].toDouble();
    silicon.sparsity = json["sparsity"].toString();
    silicon.weightCompression = json["weight_compression"].toString();
    for (const auto& source : json["sources"].array())
        silicon.sources.push_back(source.toString());
    if (silicon.sources.empty())
        return formatError("'sources' is empty: every number needs one");
    return silicon;
}

Result<SiliconProfile> SiliconProfile::read(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream)
        return errorDiagnostic("silicon.read", "The file cannot be read").inFile(file.string());
    const auto json = Json::parse(text.str());
    auto silicon = json ? fromJson(*json) : Result<SiliconProfile>(json.status());
    if (silicon)
        return silicon;
    Diagnostic problem = silicon.error();
    return std::move(problem).inFile(file.string());
}

Result<Profile> rooflineProfile(const SiliconProfile& silicon, const Graph& graph, const ShapeTable& shapes) {
    Profile profile;
    profile.device = "estimate:" + silicon.id;
    profile.estimate = true;
    profile.batch = 1;
    double weights = 0;
    std::vector<std::pair<const Node*, LayerFeatures>> layers;
    for (const auto& node : graph.nodes())
        if (auto features = layerFeatures(graph, *node, shapes)) {
            weights += features->layer ? features->weightBytes : 0;
            layers.emplace_back(node.get(), std::move(*features));
        }
    if (layers.empty())
        return errorDiagnostic("device.shapes", "Nothing can be estimated: no shape in this model is known");
    for (const auto& [node, features] : layers) {
        const auto wanted = computePrecision(graph, *node, shapes);
        const auto precision = runsIn(silicon, wanted);
        const bool matters = features.macs > 0;
        if (precision.empty() && matters)
            return errorDiagnostic("device.precision", silicon.name + " cannot compute in " + wanted,
                                   silicon.peakOperations.count("int8")
                                       ? "Quantize the model to int8 first."
                                       : "Convert the model to float16 or float32 first.")
                .atNode(displayName(*node));
        // The compiler turns float32 into the silicon's own width, bytes included.
        const double narrower = wanted == "float32" && !precision.empty() ? bytesPer(precision) / 4 : 1;
        const double activations = (features.inputBytes + features.outputBytes) * narrower;
        double bytes = activations > silicon.onChipBytes ? activations : 0;
        bytes += weights * narrower > silicon.onChipBytes ? features.weightBytes * narrower : 0;
        const double peak = precision.empty() ? 0 : silicon.peakOperations.at(precision);
        const double compute = peak > 0 ? 2 * features.macs / peak : 0;
        const double memory = silicon.bandwidth > 0 ? bytes / silicon.bandwidth : 0;
        NodeTime time;
        time.node = displayName(*node);
        time.opType = node->opType;
        time.ms = 1000 * std::max(compute, memory);
        time.kernel = compute >= memory ? "roofline: operations" : "roofline: memory";
        time.precision = precision.empty() ? wanted : precision;
        profile.timing.median += time.ms;
        profile.nodes.push_back(std::move(time));
    }
    for (auto& time : profile.nodes)
        time.share = profile.timing.median > 0 ? time.ms / profile.timing.median : 0;
    auto& timing = profile.timing;
    timing.minimum = timing.maximum = timing.mean = timing.p90 = timing.p99 = timing.ciLow = timing.ciHigh =
        timing.median;
    timing.cause = "estimate";
    timing.verdict = "estimate: not below this by the roofline; real times are longer";
    profile.environment["basis"] = "data sheet figures of " + silicon.name + ", roofline";
    return profile;
}

} // namespace lapidary
