// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/datasetspec.h"

#include "tensor/mappedfile.h"

#include <algorithm>
#include <array>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t maxSpecBytes = std::size_t(16) << 20;
constexpr std::int64_t formatVersion = 1;

constexpr std::array<std::pair<std::string_view, DatasetKind>, 5> kinds = {{{"image-folder", DatasetKind::ImageFolder},
                                                                            {"image-list", DatasetKind::ImageList},
                                                                            {"idx", DatasetKind::Idx},
                                                                            {"cifar", DatasetKind::Cifar},
                                                                            {"npy", DatasetKind::Npy}}};

Diagnostic badFormat(std::string message, std::string hint = {}) {
    return errorDiagnostic("dataset.format", std::move(message), std::move(hint));
}

Status readKind(const Json& json, DatasetKind& out) {
    for (const auto& [name, kind] : kinds)
        if (json["kind"].isString() && json["kind"].toString() == name) {
            out = kind;
            return {};
        }
    return badFormat("\"kind\" must be \"image-folder\", \"image-list\", \"idx\", \"cifar\" or \"npy\", not " +
                     json["kind"].dump() + ".");
}

Status readPath(const Json& json, std::string_view key, const fs::path& folder, bool needed, fs::path& out) {
    if (!json.contains(key) || json[key].isNull())
        return needed ? Status(badFormat("\"" + std::string(key) + "\" is missing.")) : Status();
    if (!json[key].isString() || json[key].toString().empty() || json[key].toString().find('\0') != std::string::npos)
        return badFormat("\"" + std::string(key) + "\" must be a path.");
    out = folder / fs::path(json[key].toString());
    std::error_code ignored;
    if (!fs::exists(out, ignored))
        return errorDiagnostic("dataset.missing",
                               "\"" + std::string(key) + "\" names " + out.string() + ", which does not exist.",
                               "Paths are relative to the dataset file.");
    return {};
}

Status readClasses(const Json& json, const fs::path& folder, std::vector<std::string>& out) {
    fs::path file;
    if (auto status = readPath(json, "classes", folder, false, file); !status || file.empty())
        return status;
    auto bytes = mapFile(file);
    if (!bytes)
        return bytes.error();
    if (bytes->size() > maxSpecBytes)
        return badFormat("The file of class names is too large (" + std::to_string(bytes->size()) + " bytes).");
    std::string_view text(reinterpret_cast<const char*>(bytes->bytes().data()), bytes->size());
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        out.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    while (!out.empty() && out.back().empty())
        out.pop_back();
    return {};
}

Status readCounts(const Json& json, DatasetSpec& spec) {
    if (json.contains("label_offset")) {
        const auto offset = json["label_offset"].toInteger(-(1 << 30));
        if (!json["label_offset"].isInteger() || offset < -1000000 || offset > 1000000)
            return badFormat("\"label_offset\" must be a whole number, not " + json["label_offset"].dump() + ".");
        spec.labelOffset = offset;
    }
    if (json.contains("limit") && !json["limit"].isNull()) {
        if (!json["limit"].isInteger() || json["limit"].toInteger() < 1)
            return badFormat("\"limit\" must be a whole number above 0, not " + json["limit"].dump() + ".");
        spec.limit = std::size_t(json["limit"].toInteger());
    }
    return {};
}

Status checkKeys(const Json& json) {
    static constexpr std::string_view known[] = {"lapidary_dataset", "kind",    "name",  "root",         "list",
                                                 "labels",           "classes", "limit", "label_offset", "preprocess"};
    for (const auto& [key, value] : json.object())
        if (std::find(std::begin(known), std::end(known), key) == std::end(known))
            return badFormat("\"" + key + "\" is not known in a dataset file; it may be a typing error.");
    return {};
}

Status checkVersion(const Json& json) {
    if (!json.isObject() || !json["lapidary_dataset"].isInteger())
        return badFormat("This is not a dataset file.", "A dataset file starts with {\"lapidary_dataset\": 1, …}.");
    if (const auto version = json["lapidary_dataset"].toInteger(); version != formatVersion)
        return errorDiagnostic("dataset.version",
                               "The dataset file has version " + std::to_string(version) +
                                   "; this program knows version 1.",
                               version > formatVersion ? "Use a newer program." : "");
    return {};
}

} // namespace

Result<DatasetSpec> DatasetSpec::parse(std::string_view text, const fs::path& folder, std::string name) {
    auto json = Json::parse(text);
    if (!json)
        return json.error();
    DatasetSpec spec;
    spec.name = std::move(name);
    if (auto status = checkVersion(*json); !status)
        return status;
    if (auto status = checkKeys(*json); !status)
        return status;
    if (auto status = readKind(*json, spec.kind); !status)
        return status;
    if (json->contains("name"))
        spec.name = (*json)["name"].toString(spec.name);
    const bool usesList = spec.kind == DatasetKind::ImageList;
    for (auto status :
         {readPath(*json, "root", folder, true, spec.root), readPath(*json, "list", folder, usesList, spec.list),
          readPath(*json, "labels", folder, false, spec.labels), readClasses(*json, folder, spec.classes),
          readCounts(*json, spec)})
        if (!status)
            return status;
    auto preprocess = Preprocess::fromJson((*json)["preprocess"]);
    if (!preprocess)
        return preprocess.error();
    spec.preprocess = std::move(*preprocess);
    return spec;
}

Result<DatasetSpec> DatasetSpec::read(const fs::path& file) {
    auto bytes = mapFile(file);
    if (!bytes)
        return errorDiagnostic("dataset.missing", bytes.error().message).inFile(file.string());
    if (bytes->size() > maxSpecBytes)
        return badFormat("A dataset file is a small JSON file; this one has " + std::to_string(bytes->size()) +
                         " bytes.");
    const std::string_view text(reinterpret_cast<const char*>(bytes->bytes().data()), bytes->size());
    auto spec = parse(text, file.parent_path(), file.stem().string());
    if (!spec)
        return Diagnostic(spec.error()).inFile(file.string());
    return spec;
}

std::string DatasetSpec::identity() const {
    Json json = Json::Object{};
    for (const auto& [text, value] : kinds)
        if (value == kind)
            json.set("kind", text);
    json.set("label_offset", labelOffset);
    json.set("limit", std::uint64_t(limit));
    json.set("preprocess", preprocess.toJson());
    return json.dump();
}

} // namespace lapidary
