// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/variantlook.h"

#include <algorithm>
#include <charconv>

namespace lapidary {

namespace {

constexpr auto settingKey = "variants.look";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

VariantId idOf(const std::string& text) {
    VariantId id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id);
    return id;
}

} // namespace

std::vector<std::string> tagsOf(std::string_view text) {
    std::vector<std::string> tags;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (const auto tag = trimmed(text.substr(0, comma)); !tag.empty())
            tags.emplace_back(tag);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    return tags;
}

VariantLooks readLooks(const Project& project) {
    const Json all = project.setting(settingKey);
    VariantLooks looks;
    for (const auto& [text, entry] : all.object()) {
        auto& look = looks[idOf(text)];
        look.color = entry["color"].toString();
        for (const auto& tag : entry["tags"].array())
            look.tags.push_back(tag.toString());
    }
    return looks;
}

Status writeLooks(Project& project, const VariantLooks& looks) {
    Json all = project.setting(settingKey);
    Json::Object entries = all.object();
    for (const auto& [id, look] : looks) {
        const auto known = project.variant(id);
        if (!known)
            return known.status();
        if (known->note != look.note)
            if (auto status = project.setNote(id, look.note); !status)
                return status;
        Json entry = Json::Object{};
        if (!look.color.empty())
            entry.set("color", look.color);
        for (const auto& tag : look.tags) {
            Json tags = entry["tags"];
            tags.append(tag);
            entry.set("tags", std::move(tags));
        }
        if (entry.object().empty())
            entries.erase(std::to_string(id));
        else
            entries.insert_or_assign(std::to_string(id), std::move(entry));
    }
    return project.setSetting(settingKey, std::move(entries));
}

} // namespace lapidary
