// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/modelcard.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::string_view prefix = "lapidary.";

}

ModelPtr withModelCard(const Model& model, const ModelCard& card) {
    auto copy = std::make_shared<Model>(model);
    std::erase_if(copy->metadata, [](const auto& entry) { return entry.first.starts_with(prefix); });
    const auto add = [&](std::string_view key, std::string value) {
        if (!value.empty())
            copy->metadata.emplace_back(std::string(prefix) + std::string(key), std::move(value));
    };
    add("accuracy", card.accuracy.isNull() ? std::string() : card.accuracy.dump());
    add("recipes", card.recipes.isNull() ? std::string() : card.recipes.dump());
    add("source_sha256", card.sourceHash);
    add("variant_sha256", card.variantHash);
    add("versions", card.versions);
    return copy;
}

Json modelCardOf(const Model& model) {
    Json card;
    for (const auto& [key, value] : model.metadata) {
        if (!key.starts_with(prefix))
            continue;
        const bool structured = value.starts_with('{') || value.starts_with('[');
        const auto parsed = structured ? Json::parse(value) : Result<Json>(Json(value));
        card.set(key.substr(prefix.size()), parsed ? *parsed : Json(value));
    }
    return card;
}

} // namespace lapidary
