// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/variantlook.h"

#include <algorithm>

namespace lapidary {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
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
    VariantLooks looks;
    if (const auto variants = project.variants(true))
        for (const auto& variant : *variants)
            if (!variant.color.empty() || !variant.tags.empty())
                looks[variant.id] = {variant.color, variant.tags, variant.note};
    return looks;
}

Status writeLooks(Project& project, const VariantLooks& looks) {
    for (const auto& [id, look] : looks) {
        const auto known = project.variant(id);
        if (!known)
            return known.status();
        Status status;
        if (known->note != look.note)
            status = project.setNote(id, look.note);
        if (status && known->tags != look.tags)
            status = project.setTags(id, look.tags);
        if (status && known->color != look.color)
            status = project.setColor(id, look.color);
        if (!status)
            return status;
    }
    return {};
}

} // namespace lapidary
