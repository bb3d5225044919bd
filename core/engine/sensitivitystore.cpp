// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sensitivitystore.h"

#include "data/contentkey.h"

#include <fstream>
#include <sstream>
#include <unistd.h>

namespace lapidary {

Json toJson(const SensitivityPoint& point) {
    Json json;
    json.set("layer", point.layer);
    json.set("level", point.level);
    json.set("output_error", point.outputError);
    if (point.divergence)
        json.set("kl_divergence", *point.divergence);
    if (point.agreementPercent)
        json.set("agreement", *point.agreementPercent);
    json.set("after", point.after.toJson());
    return json;
}

std::optional<SensitivityPoint> sensitivityPointFromJson(const Json& json) {
    if (!json["layer"].isString() || !json["level"].isNumber() || !json["output_error"].isNumber() ||
        !json["after"].isObject())
        return std::nullopt;
    SensitivityPoint point;
    point.layer = json["layer"].toString();
    point.level = json["level"].toDouble();
    point.outputError = json["output_error"].toDouble();
    if (json["kl_divergence"].isNumber())
        point.divergence = json["kl_divergence"].toDouble();
    if (json["agreement"].isNumber())
        point.agreementPercent = json["agreement"].toDouble();
    const Json& after = json["after"];
    point.after = {std::uint64_t(after["parameters"].toInteger()), std::uint64_t(after["bytes"].toInteger()),
                   std::uint64_t(after["macs"].toInteger())};
    return point;
}

SensitivityStore::SensitivityStore(const std::filesystem::path& folder, const std::string& key) : m_key(key) {
    if (folder.empty())
        return;
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    m_file = folder / (contentKey(std::as_bytes(std::span(key))).hex() + ".json");
    std::ifstream file(m_file, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    const auto json = Json::parse(text.str());
    if (!file || !json || (*json)["key"].toString() != key)
        return;
    for (const Json& item : (*json)["points"].array())
        if (auto point = sensitivityPointFromJson(item))
            m_points[{point->layer, point->level}] = std::move(*point);
}

std::optional<SensitivityPoint> SensitivityStore::find(const std::string& layer, double level) const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_points.find({layer, level});
    return found == m_points.end() ? std::nullopt : std::optional(found->second);
}

void SensitivityStore::add(const SensitivityPoint& point) {
    const std::lock_guard lock(m_mutex);
    m_points[{point.layer, point.level}] = point;
    if (!m_file.empty())
        write();
}

void SensitivityStore::write() const {
    Json json;
    json.set("key", m_key);
    Json::Array points;
    for (const auto& [place, point] : m_points)
        points.push_back(toJson(point));
    json.set("points", std::move(points));
    auto part = m_file;
    part += "." + std::to_string(::getpid());
    std::ofstream file(part, std::ios::binary);
    file << json.dump();
    file.close();
    std::error_code ignored;
    if (file)
        std::filesystem::rename(part, m_file, ignored);
    else
        std::filesystem::remove(part, ignored);
}

} // namespace lapidary
