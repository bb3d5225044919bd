// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/reportnotes.h"

namespace lapidary {

Diagnostics notesOfStep(const Json& step) {
    Diagnostics notes;
    for (const auto& entry : step["notes"].array()) {
        Diagnostic note =
            noteDiagnostic(entry["code"].toString(), entry["message"].toString(), entry["hint"].toString());
        if (note.message.empty())
            continue;
        const auto severity = entry["severity"].toString();
        note.severity = severity == "error"     ? Severity::Error
                        : severity == "warning" ? Severity::Warning
                                                : Severity::Note;
        note.place.node = entry["node"].toString();
        note.place.tensor = entry["tensor"].toString();
        notes.push_back(std::move(note));
    }
    return notes;
}

} // namespace lapidary
