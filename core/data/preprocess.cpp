// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/preprocess.h"

#include "base/sha256.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lapidary {

namespace {

constexpr int maxExtent = 16384;

template <typename Enum>
struct Name {
    std::string_view text;
    Enum value;
};
constexpr std::array<Name<Interpolation>, 4> interpolations = {{{"area", Interpolation::Area},
                                                                {"linear", Interpolation::Linear},
                                                                {"cubic", Interpolation::Cubic},
                                                                {"nearest", Interpolation::Nearest}}};
constexpr std::array<Name<ColorOrder>, 3> colors = {
    {{"RGB", ColorOrder::Rgb}, {"BGR", ColorOrder::Bgr}, {"GRAY", ColorOrder::Gray}}};
constexpr std::array<Name<Layout>, 2> layouts = {{{"NCHW", Layout::Nchw}, {"NHWC", Layout::Nhwc}}};

Diagnostic bad(std::string_view key, std::string_view why) {
    return errorDiagnostic("dataset.preprocess", "\"" + std::string(key) + "\" in \"preprocess\" " + std::string(why));
}

template <typename Names, typename Enum>
Status readName(const Json& json, std::string_view key, const Names& names, Enum& out) {
    if (!json.contains(key))
        return {};
    std::string allowed;
    for (const auto& name : names) {
        if (json[key].isString() && json[key].toString() == name.text) {
            out = name.value;
            return {};
        }
        allowed += (allowed.empty() ? "\"" : ", \"") + std::string(name.text) + "\"";
    }
    return bad(key, "must be one of " + allowed + ", not " + json[key].dump() + ".");
}

template <typename Names, typename Enum>
std::string nameOf(const Names& names, Enum value) {
    for (const auto& name : names)
        if (name.value == value)
            return std::string(name.text);
    return {};
}

Result<int> readExtent(const Json& json, std::string_view key) {
    const auto value = json[key].isInteger() ? json[key].toInteger() : 0;
    if (value < 1 || value > maxExtent)
        return bad(key,
                   "must be a whole number from 1 to " + std::to_string(maxExtent) + ", not " + json[key].dump() + ".");
    return int(value);
}

Status readResize(const Json& json, Preprocess& out) {
    if (!json.contains("resize") || json["resize"].isNull())
        return {};
    const Json& resize = json["resize"];
    if (!resize.isObject())
        return bad("resize", "must be {\"shorter\": pixels} or {\"width\": pixels, \"height\": pixels}.");
    for (const auto& [key, value] : resize.object())
        if (key != "shorter" && key != "width" && key != "height")
            return bad(key, "is not known; \"resize\" takes \"shorter\", or \"width\" and \"height\".");
    if (resize.contains("shorter")) {
        if (resize.object().size() > 1)
            return bad("resize", "has both \"shorter\" and another size; give one of them.");
        auto shorter = readExtent(resize, "shorter");
        if (!shorter)
            return shorter.error();
        out.resizeShorter = *shorter;
        return {};
    }
    auto width = readExtent(resize, "width");
    auto height = readExtent(resize, "height");
    if (!width || !height)
        return width ? height.error() : width.error();
    out.resizeTo = {*width, *height};
    return {};
}

Status readNumbers(const Json& json, std::string_view key, int channels, std::vector<double>& out) {
    if (!json.contains(key) || json[key].isNull())
        return {};
    const Json::Array list = json[key].isArray() ? json[key].array() : Json::Array{json[key]};
    if (list.size() != 1 && list.size() != std::size_t(channels))
        return bad(key, "must be one number or one per channel (" + std::to_string(channels) + "), not " +
                            std::to_string(list.size()) + ".");
    for (const Json& number : list) {
        if (!number.isNumber() || !std::isfinite(number.toDouble()))
            return bad(key, "must hold numbers only.");
        out.push_back(number.toDouble());
    }
    return {};
}

Status checkKeys(const Json& json) {
    static constexpr std::string_view known[] = {"resize", "interpolation", "crop",   "color", "scale",
                                                 "mean",   "std",           "layout", "input"};
    for (const auto& [key, value] : json.object())
        if (std::find(std::begin(known), std::end(known), key) == std::end(known))
            return bad(key, "is not known; it may be a typing error.");
    return {};
}

} // namespace

Result<Preprocess> Preprocess::fromJson(const Json& json) {
    Preprocess out;
    if (json.isNull())
        return out;
    if (!json.isObject())
        return errorDiagnostic("dataset.preprocess", "\"preprocess\" must be an object.");
    for (auto status :
         {checkKeys(json), readResize(json, out), readName(json, "interpolation", interpolations, out.interpolation),
          readName(json, "color", colors, out.color), readName(json, "layout", layouts, out.layout)})
        if (!status)
            return status;
    if (json.contains("crop") && !json["crop"].isNull()) {
        auto crop = readExtent(json, "crop");
        if (!crop)
            return crop.error();
        out.crop = *crop;
    }
    if (json.contains("scale")) {
        if (!json["scale"].isNumber() || !std::isfinite(json["scale"].toDouble()))
            return bad("scale", "must be a number.");
        out.scale = json["scale"].toDouble();
    }
    for (auto status :
         {readNumbers(json, "mean", out.channels(), out.mean), readNumbers(json, "std", out.channels(), out.std)})
        if (!status)
            return status;
    for (const double value : out.std)
        if (!(value != 0))
            return bad("std", "must not be 0: pixels are divided by it.");
    if (json.contains("input")) {
        if (!json["input"].isString())
            return bad("input", "must be the name of the model's input.");
        out.input = json["input"].toString();
    }
    return out;
}

Json Preprocess::toJson() const {
    Json json = Json::Object{};
    if (resizeShorter)
        json.set("resize", Json::Object{{"shorter", *resizeShorter}});
    else if (resizeTo)
        json.set("resize", Json::Object{{"width", resizeTo->first}, {"height", resizeTo->second}});
    json.set("interpolation", nameOf(interpolations, interpolation));
    if (crop)
        json.set("crop", *crop);
    json.set("color", nameOf(colors, color));
    json.set("scale", scale);
    if (!mean.empty())
        json.set("mean", Json::Array(mean.begin(), mean.end()));
    if (!std.empty())
        json.set("std", Json::Array(std.begin(), std.end()));
    json.set("layout", nameOf(layouts, layout));
    if (!input.empty())
        json.set("input", input);
    return json;
}

std::string Preprocess::hash() const {
    return sha256(toJson().dump());
}

} // namespace lapidary
