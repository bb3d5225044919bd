// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/paramschema.h"

#include <QString>

namespace lapidary {

/// A text of a schema in the user's language: translated in the context "lapidary::Schema", where plugins and language
/// files put their words; as it is where there is no translation.
QString schemaText(const std::string& text);

/// The parameter's name with its unit: "Ratio (%)".
QString paramLabel(const ParamSpec& spec);

QString optionLabel(const ParamSpec::Option& option);

/// Help, limits and default, as rich text.
QString paramToolTip(const ParamSpec& spec);

/// A value in words: the option's label for a choice, numbers in the user's locale.
QString displayParam(const ParamSpec& spec, const Json& value);

/// Why the schema refuses a value, in the user's language and in one sentence.
QString refusalText(const ParamSpec& spec, const Diagnostic& reason, const Json& value);

} // namespace lapidary
