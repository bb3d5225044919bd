// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QUndoCommand>

namespace lapidary {

/// Undo and redo of edits to the tree of variants. Models are never edited in place: undoing an Apply hides its
/// variant.
class VariantCommand final : public QUndoCommand {
public:
    enum class Kind { Add, Remove, Rename };

    /// Add: `id` was just made under `parent`. Remove: `id` is to be hidden.
    VariantCommand(Workspace& workspace, Kind kind, VariantId id, VariantId parent, const QString& text);
    static VariantCommand* rename(Workspace& workspace, VariantId id, const QString& before, const QString& after,
                                  const QString& text);

    void undo() override;
    void redo() override;

private:
    Workspace& m_workspace;
    Kind m_kind;
    VariantId m_id;
    VariantId m_parent;
    QString m_before, m_after;
    bool m_first = true;
};

/// Undo and redo of a job that made several variants: undoing hides them, and the parent is on the screen again.
class VariantRowCommand final : public QUndoCommand {
public:
    VariantRowCommand(Workspace& workspace, QList<VariantId> ids, VariantId parent, const QString& text);

    void undo() override;
    void redo() override;

private:
    Workspace& m_workspace;
    QList<VariantId> m_ids; ///< parents first
    VariantId m_parent;
    bool m_first = true;
};

} // namespace lapidary
