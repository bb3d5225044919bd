// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/pass.h"

namespace lapidary {

namespace {

const Json& paramOf(const ParamSet& params, std::string_view key) {
    static const Json null;
    const auto it = params.find(key);
    return it == params.end() ? null : it->second;
}

} // namespace

Pass::~Pass() = default;

std::string_view techniqueName(Technique technique) {
    switch (technique) {
    case Technique::Simplify:
        return "Simplify";
    case Technique::Prune:
        return "Prune";
    case Technique::Quantize:
        return "Quantize";
    case Technique::Factorize:
        return "Factorize";
    case Technique::Train:
        return "Train";
    case Technique::Transfer:
        return "Transfer";
    case Technique::Other:
        break;
    }
    return "Other";
}

bool PassInput::flag(std::string_view key) const {
    return paramOf(params, key).toBool();
}
std::int64_t PassInput::integer(std::string_view key) const {
    return paramOf(params, key).toInteger();
}
double PassInput::number(std::string_view key) const {
    return paramOf(params, key).toDouble();
}
std::string PassInput::text(std::string_view key) const {
    return paramOf(params, key).toString();
}

Json ModelTotals::toJson() const {
    Json out;
    out.set("parameters", parameters);
    out.set("bytes", bytes);
    out.set("macs", macs);
    return out;
}

} // namespace lapidary
