// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace lapidary {

enum class Severity { Note, Warning, Error };

/// Where something is wrong. Empty parts are unknown.
struct Place {
    std::string file;
    std::string node;
    std::string tensor;

    bool empty() const { return file.empty() && node.empty() && tensor.empty(); }
    bool operator==(const Place&) const = default;
};

/// One finding for the user: a stable code ("onnx.truncated"), what is wrong, where, and what to do about it.
/// Plain value; free to copy between threads.
struct Diagnostic {
    Severity severity = Severity::Error;
    std::string code;
    std::string message;
    std::string hint;
    Place place;

    Diagnostic&& inFile(std::string file) &&;
    Diagnostic&& atNode(std::string node) &&;
    Diagnostic&& atTensor(std::string tensor) &&;
    Diagnostic&& withHint(std::string text) &&;

    /// "message (file, node 'n', tensor 't')" on one line, without the hint.
    std::string toString() const;
    bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

Diagnostic errorDiagnostic(std::string code, std::string message, std::string hint = {});
Diagnostic warningDiagnostic(std::string code, std::string message, std::string hint = {});
Diagnostic noteDiagnostic(std::string code, std::string message, std::string hint = {});

} // namespace lapidary
