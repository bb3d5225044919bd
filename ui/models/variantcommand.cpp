// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/variantcommand.h"

namespace lapidary {

VariantCommand::VariantCommand(Workspace& workspace, Kind kind, VariantId id, VariantId parent, const QString& text)
    : QUndoCommand(text), m_workspace(workspace), m_kind(kind), m_id(id), m_parent(parent) {}

VariantCommand* VariantCommand::rename(Workspace& workspace, VariantId id, const QString& before, const QString& after,
                                       const QString& text) {
    auto* command = new VariantCommand(workspace, Kind::Rename, id, 0, text);
    command->m_before = before;
    command->m_after = after;
    return command;
}

void VariantCommand::undo() {
    if (m_kind == Kind::Rename)
        m_workspace.setName(m_id, m_before);
    else
        m_workspace.setHidden({m_id}, m_kind == Kind::Add, m_kind == Kind::Add ? m_parent : m_id);
}

void VariantCommand::redo() {
    const bool first = std::exchange(m_first, false);
    if (m_kind == Kind::Rename)
        m_workspace.setName(m_id, m_after);
    else if (m_kind == Kind::Remove)
        m_workspace.setHidden({m_id}, true, m_parent);
    else if (!first) // Apply already made the variant
        m_workspace.setHidden({m_id}, false, m_id);
}

VariantRowCommand::VariantRowCommand(Workspace& workspace, QList<VariantId> ids, VariantId parent, const QString& text)
    : QUndoCommand(text), m_workspace(workspace), m_ids(std::move(ids)), m_parent(parent) {}

void VariantRowCommand::undo() {
    m_workspace.setHidden(m_ids, true, m_parent);
}

void VariantRowCommand::redo() {
    if (!std::exchange(m_first, false)) // a job already made them
        m_workspace.setHidden(m_ids, false, m_ids.first());
}

} // namespace lapidary
