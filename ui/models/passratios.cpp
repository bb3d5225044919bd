// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/passratios.h"

#include <algorithm>

namespace lapidary {

namespace {

bool isShare(const ParamSpec* spec) {
    return spec && spec->type == ParamType::Number && spec->minimum && spec->maximum && *spec->minimum >= 0 &&
           *spec->maximum <= 1;
}

} // namespace

std::optional<PassRatios> passRatios(const ParamSchema& schema) {
    constexpr std::string_view prefix = "layer_";
    for (const auto& spec : schema.specs()) {
        if (spec.type != ParamType::NodeNumbers || !spec.key.starts_with(prefix) || !spec.maximum || *spec.maximum > 1)
            continue;
        std::string varied = spec.key.substr(prefix.size());
        if (!schema.find(varied) && varied.ends_with('s'))
            varied.pop_back();
        if (!isShare(schema.find(varied)))
            continue;
        return PassRatios{varied, spec.key, *spec.maximum, schema.find("min_channels") != nullptr,
                          schema.find("target") != nullptr && schema.find("target_ratio") != nullptr};
    }
    if (isShare(schema.find("ratio")))
        return PassRatios{"ratio", {}, *schema.find("ratio")->maximum, false, false};
    return std::nullopt;
}

ParamSet withoutRatios(ParamSet params, const PassRatios& ratios) {
    for (const auto& key : {ratios.varied, ratios.perLayer, std::string("target"), std::string("target_ratio"),
                            std::string("mode"), std::string("distribution"), std::string("layer_ms")})
        params.erase(key);
    return params;
}

ParamSet withLayerRatios(ParamSet params, const PassRatios& ratios, const std::map<std::string, double>& shares) {
    params = withoutRatios(std::move(params), ratios);
    params[ratios.varied] = 0.0;
    Json::Object layers;
    for (const auto& [name, share] : shares)
        if (share > 0)
            layers[name] = std::min(share, ratios.largest);
    params[ratios.perLayer] = Json(std::move(layers));
    return params;
}

} // namespace lapidary
