// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8options.h"

#include "pass/recipe.h"

#include <algorithm>

namespace lapidary {

namespace {

ParamSpec choice(std::string key, std::string label, std::string help, std::vector<ParamSpec::Option> options) {
    ParamSpec spec;
    spec.key = std::move(key);
    spec.type = ParamType::Choice;
    spec.label = std::move(label);
    spec.help = std::move(help);
    spec.defaultValue = options.front().key;
    spec.options = std::move(options);
    return spec;
}

ParamSpec flag(std::string key, std::string label, std::string help, bool value) {
    ParamSpec spec;
    spec.key = std::move(key);
    spec.type = ParamType::Bool;
    spec.label = std::move(label);
    spec.help = std::move(help);
    spec.defaultValue = value;
    return spec;
}

ParamSpec percentileSpec() {
    ParamSpec spec;
    spec.key = "percentile";
    spec.type = ParamType::Number;
    spec.label = "Percentile";
    spec.help = "This share of the values seen stays inside the range; the rest is clipped, half of it at each end.";
    spec.defaultValue = 99.99;
    spec.minimum = 90;
    spec.maximum = 100;
    spec.unit = "%";
    spec.dependsOn = "calibration";
    spec.dependsValues = {"percentile"};
    return spec;
}

ParamSpec excludeSpec() {
    ParamSpec spec;
    spec.key = "exclude";
    spec.type = ParamType::String;
    spec.label = "Keep in float";
    spec.help = "Names of nodes that stay in floating point, separated by commas; * stands for any text.";
    spec.defaultValue = "";
    return spec;
}

ParamSpec advanced(ParamSpec spec) {
    spec.advanced = true;
    return spec;
}

} // namespace

ParamSchema int8Schema() {
    return ParamSchema(
        {choice("calibration", "Range of the activations", "How the range of every activation is taken from the data.",
                {{"minmax", "Smallest and largest", "Nothing is clipped."},
                 {"percentile", "Percentile", "Clips rare outliers and resolves the rest more finely."}}),
         percentileSpec(),
         flag("per_channel", "A weight scale per channel",
              "Every output channel of a weight has a scale of its own; much more accurate, costs nothing at run time.",
              true),
         choice("weight_range", "Weight range",
                "Processors without 8-bit dot products (AVX2 and AVX-512 without VNNI) can overflow with full weights.",
                {{"full", "8 bits", "Weights from -127 to 127."},
                 {"reduced", "7 bits", "Weights from -64 to 64: safe on every processor."}}),
         advanced(choice(
             "activations", "Activation type", "Unsigned activations are faster on most processors.",
             {{"uint8", "uint8", "0 to 255 with a zero point."}, {"int8", "int8", "-128 to 127 with a zero point."}})),
         advanced(flag("nonlinear", "Sigmoid and Softmax in 8 bits",
                       "These lose more accuracy than they save time, so they stay in float unless asked for.", false)),
         excludeSpec()});
}

Int8Options Int8Options::from(const PassInput& input) {
    Int8Options options;
    options.signedActivations = input.text("activations") == "int8";
    options.perChannel = input.flag("per_channel");
    options.percentile = input.text("calibration") == "percentile";
    options.percent = input.number("percentile");
    options.weightLimit = input.text("weight_range") == "reduced" ? 64 : 127;
    options.nonlinear = input.flag("nonlinear");
    std::string pattern;
    for (const char c : input.text("exclude") + ",") {
        if (c != ',') {
            pattern += c;
            continue;
        }
        const auto first = pattern.find_first_not_of(' ');
        if (first != std::string::npos)
            options.exclude.push_back(pattern.substr(first, pattern.find_last_not_of(' ') - first + 1));
        pattern.clear();
    }
    return options;
}

bool Int8Options::excluded(const Node& node) const {
    const std::string name = displayName(node);
    return std::any_of(exclude.begin(), exclude.end(), [&](const std::string& glob) { return globMatch(glob, name); });
}

} // namespace lapidary
