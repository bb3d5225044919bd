// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/paramspecs.h"

namespace lapidary::params {

ParamSpec spec(std::string key, ParamType type, std::string label, std::string help, Json value) {
    ParamSpec made;
    made.key = std::move(key);
    made.type = type;
    made.label = std::move(label);
    made.help = std::move(help);
    made.defaultValue = std::move(value);
    return made;
}

ParamSpec number(std::string key, std::string label, std::string help, double value) {
    return spec(std::move(key), ParamType::Number, std::move(label), std::move(help), value);
}

ParamSpec integer(std::string key, std::string label, std::string help, std::int64_t value) {
    return spec(std::move(key), ParamType::Integer, std::move(label), std::move(help), value);
}

ParamSpec flag(std::string key, std::string label, std::string help, bool value) {
    return spec(std::move(key), ParamType::Bool, std::move(label), std::move(help), value);
}

ParamSpec text(std::string key, std::string label, std::string help, std::string value) {
    return spec(std::move(key), ParamType::String, std::move(label), std::move(help), std::move(value));
}

ParamSpec choice(std::string key, std::string label, std::string help, std::vector<ParamSpec::Option> options) {
    auto made = spec(std::move(key), ParamType::Choice, std::move(label), std::move(help), options.front().key);
    made.options = std::move(options);
    return made;
}

ParamSpec within(ParamSpec spec, double low, double high, double step) {
    spec.minimum = low;
    spec.maximum = high;
    spec.step = step;
    return spec;
}

ParamSpec when(ParamSpec spec, std::string key, std::vector<Json> values) {
    spec.dependsOn = std::move(key);
    spec.dependsValues = std::move(values);
    return spec;
}

ParamSpec advanced(ParamSpec spec) {
    spec.advanced = true;
    return spec;
}

} // namespace lapidary::params
