// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/paramschema.h"

namespace lapidary {

/// "integer", "list of numbers" … as messages and the schema's JSON name the type.
std::string_view paramTypeName(ParamType type);

/// Checks one value and brings it to its canonical form (integral numbers of Integer as integers, numbers of Number as
/// doubles), so that equal settings compare equal. Fails with "param.type", "param.range" or "param.choice".
Result<Json> canonicalValue(const ParamSpec& spec, const Json& value);

} // namespace lapidary
