// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/bundleformat.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr std::size_t maxBytes = std::size_t(16) << 20;
constexpr std::size_t maxPorts = 256;
constexpr std::size_t maxGoldens = 1000;
constexpr std::size_t maxRank = 16;

Diagnostic bad(const std::string& key, const std::string& why) {
    return errorDiagnostic("bundle.format", "\"" + key + "\" in bundle.json " + why);
}

Json shapeJson(const PortInfo& port) {
    Json::Array shape;
    for (std::size_t i = 0; i < port.shape.size(); ++i) {
        const bool named = i < port.symbols.size() && !port.symbols[i].empty();
        shape.push_back(port.shape[i] >= 0 ? Json(port.shape[i]) : Json(named ? port.symbols[i] : std::string("?")));
    }
    return shape;
}

Json portsJson(const std::vector<PortInfo>& ports) {
    Json::Array list;
    for (const auto& port : ports) {
        Json entry;
        entry.set("name", port.name);
        entry.set("type", dataTypeName(port.type));
        if (port.ranked)
            entry.set("shape", shapeJson(port));
        list.push_back(std::move(entry));
    }
    return list;
}

Result<std::vector<PortInfo>> portsOf(const Json& json, const std::string& key) {
    const auto& list = json[key].array();
    if (list.empty() || list.size() > maxPorts)
        return bad(key, "must list the model's " + key + ".");
    std::vector<PortInfo> ports;
    for (const auto& entry : list) {
        PortInfo port;
        port.name = entry["name"].toString();
        port.type = dataTypeFromName(entry["type"].toString());
        port.ranked = entry.contains("shape");
        if (port.name.empty() || port.type == DataType::Undefined || entry["shape"].array().size() > maxRank)
            return bad(key, "must give each a name, a type and a shape.");
        for (const auto& extent : entry["shape"].array()) {
            if (!extent.isString() && (!extent.isInteger() || extent.toInteger() < 0))
                return bad(key, "has a shape that is none: " + entry["shape"].dump() + ".");
            port.shape.push_back(extent.toInteger(-1));
            port.symbols.push_back(extent.toString() == "?" ? "" : extent.toString());
        }
        ports.push_back(std::move(port));
    }
    return ports;
}

Json textsJson(const std::vector<std::string>& texts) {
    return Json::Array(texts.begin(), texts.end());
}

Status readPaths(const Json& json, const std::string& key, std::size_t count, std::vector<std::string>& out) {
    const auto& list = json[key].array();
    if (list.size() != count)
        return bad("golden", "must name " + std::to_string(count) + " " + key + ".");
    for (const auto& entry : list) {
        if (!isBundlePath(entry.toString()))
            return bad("golden", "names a file outside of the bundle: " + entry.dump() + ".");
        out.push_back(entry.toString());
    }
    return {};
}

Status readGoldens(const Json& json, BundleDescription& out) {
    if (json["golden"].array().size() > maxGoldens)
        return bad("golden", "has too many entries.");
    for (const auto& entry : json["golden"].array()) {
        BundleGolden golden;
        golden.name = entry["name"].toString();
        golden.raw = entry["raw"].toString();
        golden.row = std::size_t(std::clamp<std::int64_t>(entry["row"].toInteger(), 0, 1 << 30));
        if (entry["label"].isInteger())
            golden.label = entry["label"].toInteger();
        if (entry.contains("raw") && !isBundlePath(golden.raw))
            return bad("golden", "names a file outside of the bundle: " + entry["raw"].dump() + ".");
        if (auto status = readPaths(entry, "inputs", out.inputs.size(), golden.inputs); !status)
            return status;
        if (auto status = readPaths(entry, "outputs", out.outputs.size(), golden.outputs); !status)
            return status;
        out.goldens.push_back(std::move(golden));
    }
    return {};
}

Status readTolerances(const Json& json, BundleDescription& out) {
    const auto good = [](const Json& number) {
        return number.isNumber() && std::isfinite(number.toDouble()) && number.toDouble() >= 0;
    };
    out.preprocessTolerance = json["preprocess"].toDouble();
    for (const auto& entry : json["outputs"].array())
        out.outputTolerances.push_back(entry.toDouble());
    const auto& list = json["outputs"].array();
    if (!good(json["preprocess"]) || list.size() != out.outputs.size() || !std::all_of(list.begin(), list.end(), good))
        return bad("tolerance", "must have a number for \"preprocess\" and one for each of the \"outputs\".");
    return {};
}

Status readModel(const Json& json, BundleDescription& out) {
    out.modelFile = json["file"].toString();
    out.modelHash = json["sha256"].toString();
    out.variantHash = json["variant_sha256"].toString();
    out.sourceHash = json["source_sha256"].toString();
    out.modelFacts = json["facts"];
    if (!isBundlePath(out.modelFile) || out.modelFile.find('/') != std::string::npos)
        return bad("model", "must name a file of the bundle, not " + json["file"].dump() + ".");
    if (out.modelHash.size() != 64)
        return bad("model", "must have the SHA-256 of the model.");
    return {};
}

Status checkVersion(const Json& json) {
    if (!json.isObject() || !json["lapidary_bundle"].isInteger())
        return errorDiagnostic("bundle.format", "bundle.json does not describe a bundle.",
                               "It starts with {\"lapidary_bundle\": 1, …}.");
    const auto version = json["lapidary_bundle"].toInteger();
    if (version < 1)
        return bad("lapidary_bundle", "must be a version from 1.");
    if (version > BundleDescription::formatVersion)
        return errorDiagnostic("bundle.newer",
                               "The bundle has format " + std::to_string(version) + "; this program knows " +
                                   std::to_string(BundleDescription::formatVersion) + ".",
                               "Use a newer Lapidary.");
    return {};
}

} // namespace

bool isBundlePath(std::string_view path) {
    if (path.empty() || path.size() > 1000)
        return false;
    if (std::any_of(path.begin(), path.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127 || c == '\\' || c == ':'; }))
        return false;
    while (true) {
        const auto end = std::min(path.find('/'), path.size());
        if (end == 0 || path.front() == '.')
            return false;
        if (end == path.size())
            return true;
        path.remove_prefix(end + 1);
        if (path.empty())
            return false;
    }
}

Json BundleDescription::toJson() const {
    Json json;
    json.set("lapidary_bundle", formatVersion);
    json.set("name", name);
    json.set("versions", versions);
    Json model;
    model.set("file", modelFile);
    model.set("sha256", modelHash);
    model.set("variant_sha256", variantHash);
    model.set("source_sha256", sourceHash);
    model.set("facts", modelFacts);
    json.set("model", std::move(model));
    json.set("inputs", portsJson(inputs));
    json.set("outputs", portsJson(outputs));
    if (preprocess) {
        json.set("preprocess", preprocess->toJson());
        json.set("label_offset", labelOffset);
    }
    if (!classes.empty())
        json.set("classes", textsJson(classes));
    json.set("recipes", recipes.isNull() ? Json(Json::Array{}) : recipes);
    json.set("measured", measured.isNull() ? Json(Json::Object{}) : measured);
    Json::Array list;
    for (const auto& golden : goldens) {
        Json entry;
        entry.set("name", golden.name);
        if (!golden.raw.empty())
            entry.set("raw", golden.raw);
        if (golden.row > 0)
            entry.set("row", std::uint64_t(golden.row));
        if (golden.label)
            entry.set("label", *golden.label);
        entry.set("inputs", textsJson(golden.inputs));
        entry.set("outputs", textsJson(golden.outputs));
        list.push_back(std::move(entry));
    }
    json.set("golden", std::move(list));
    json.set("golden_input_shape", Json::Array(goldenInputShape.begin(), goldenInputShape.end()));
    Json tolerance;
    tolerance.set("preprocess", preprocessTolerance);
    tolerance.set("outputs", Json::Array(outputTolerances.begin(), outputTolerances.end()));
    json.set("tolerance", std::move(tolerance));
    return json;
}

Result<BundleDescription> BundleDescription::parse(std::string_view text) {
    if (text.size() > maxBytes)
        return errorDiagnostic("bundle.format",
                               "bundle.json is too large (" + std::to_string(text.size()) + " bytes).");
    const auto json = Json::parse(text);
    if (!json)
        return json.error();
    BundleDescription out;
    if (auto status = checkVersion(*json); !status)
        return status;
    if (auto status = readModel((*json)["model"], out); !status)
        return status;
    out.name = (*json)["name"].toString();
    out.versions = (*json)["versions"].toString();
    for (const auto& [key, ports] : {std::pair("inputs", &out.inputs), std::pair("outputs", &out.outputs)}) {
        auto read = portsOf(*json, key);
        if (!read)
            return read.error();
        *ports = std::move(*read);
    }
    if (json->contains("preprocess")) {
        auto preprocess = Preprocess::fromJson((*json)["preprocess"]);
        if (!preprocess)
            return bad("preprocess", "cannot be used: " + preprocess.error().message);
        out.preprocess = std::move(*preprocess);
        out.labelOffset = std::clamp<std::int64_t>((*json)["label_offset"].toInteger(), -1000000, 1000000);
    }
    for (const auto& entry : (*json)["classes"].array())
        out.classes.push_back(entry.toString());
    out.recipes = (*json)["recipes"];
    out.measured = (*json)["measured"];
    for (const auto& extent : (*json)["golden_input_shape"].array())
        out.goldenInputShape.push_back(std::max<std::int64_t>(0, extent.toInteger()));
    for (auto status : {readGoldens(*json, out), readTolerances((*json)["tolerance"], out)})
        if (!status)
            return status;
    return out;
}

} // namespace lapidary
