// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/paramschema.h"

namespace lapidary::params {

/// Parameter specifications in few words, for the schemas of passes:
/// `advanced(when(within(number("damping", …, 0.01), 1e-6, 1), "use_data", {true}))`.

ParamSpec spec(std::string key, ParamType type, std::string label, std::string help, Json value);
ParamSpec number(std::string key, std::string label, std::string help, double value);
ParamSpec integer(std::string key, std::string label, std::string help, std::int64_t value);
ParamSpec flag(std::string key, std::string label, std::string help, bool value);
ParamSpec text(std::string key, std::string label, std::string help, std::string value = {});
/// The first option is the default.
ParamSpec choice(std::string key, std::string label, std::string help, std::vector<ParamSpec::Option> options);

ParamSpec within(ParamSpec spec, double low, double high, double step = 0);
/// Only with another parameter at one of these values.
ParamSpec when(ParamSpec spec, std::string key, std::vector<Json> values);
ParamSpec advanced(ParamSpec spec);

} // namespace lapidary::params
