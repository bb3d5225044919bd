// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/diagnostic.h"

#include <utility>

namespace lapidary {

Diagnostic&& Diagnostic::inFile(std::string file) && {
    place.file = std::move(file);
    return std::move(*this);
}

Diagnostic&& Diagnostic::atNode(std::string node) && {
    place.node = std::move(node);
    return std::move(*this);
}

Diagnostic&& Diagnostic::atTensor(std::string tensor) && {
    place.tensor = std::move(tensor);
    return std::move(*this);
}

Diagnostic&& Diagnostic::withHint(std::string text) && {
    hint = std::move(text);
    return std::move(*this);
}

std::string Diagnostic::toString() const {
    std::string where;
    const auto add = [&where](const std::string& part) {
        if (!where.empty())
            where += ", ";
        where += part;
    };
    if (!place.file.empty())
        add(place.file);
    if (!place.node.empty())
        add("node '" + place.node + "'");
    if (!place.tensor.empty())
        add("tensor '" + place.tensor + "'");
    return where.empty() ? message : message + " (" + where + ")";
}

Diagnostic errorDiagnostic(std::string code, std::string message, std::string hint) {
    return {Severity::Error, std::move(code), std::move(message), std::move(hint), {}};
}

Diagnostic warningDiagnostic(std::string code, std::string message, std::string hint) {
    return {Severity::Warning, std::move(code), std::move(message), std::move(hint), {}};
}

Diagnostic noteDiagnostic(std::string code, std::string message, std::string hint) {
    return {Severity::Note, std::move(code), std::move(message), std::move(hint), {}};
}

} // namespace lapidary
