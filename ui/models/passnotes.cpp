// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/passnotes.h"

#include "pass/reportnotes.h"

#include <algorithm>

namespace lapidary {

PassNotes::PassNotes(Workspace& workspace, QObject* parent) : QObject(parent), m_workspace(workspace) {
    connect(&m_workspace, &Workspace::projectChanged, this, [this] { m_seen.reset(); });
    connect(&m_workspace, &Workspace::variantsChanged, this, &PassNotes::look);
}

void PassNotes::look() {
    const auto& variants = m_workspace.variants();
    if (variants.empty())
        return;
    const auto before = m_seen;
    for (const auto& variant : variants)
        m_seen = std::max(m_seen.value_or(0), variant.record.id);
    if (!before)
        return;
    for (const auto& variant : variants) {
        if (variant.record.id <= *before)
            continue;
        for (const auto& step : variant.record.report.array()) {
            const auto id = step["pass"].toString();
            const auto pass = m_workspace.engine().passes().find(id);
            const auto title = QString::fromStdString(pass ? (*pass)->info().title : id);
            for (const auto& note : notesOfStep(step))
                Q_EMIT noted(title, note);
        }
    }
}

} // namespace lapidary
