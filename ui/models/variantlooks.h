// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/variantlook.h"
#include "ui/models/workspace.h"

#include <QObject>

#include <functional>

namespace lapidary {

/// Colours, tags and notes of the open project's variants, kept with the project. Edits are undoable and written by a
/// job; what is shown follows at once. UI thread.
class VariantLooksKeeper : public QObject {
    Q_OBJECT

public:
    explicit VariantLooksKeeper(Workspace& workspace, QObject* parent = nullptr);

    const VariantLooks& looks() const { return m_looks; }
    VariantLook look(VariantId id) const; ///< the empty one if it has none
    /// Every tag in use, sorted.
    std::vector<std::string> tags() const;

    /// Changes the looks of these variants as one step that can be undone; nothing happens where nothing changes.
    void edit(const QList<VariantId>& ids, const QString& undoText, const std::function<void(VariantLook&)>& change);

Q_SIGNALS:
    void changed();

private:
    friend class LookCommand;
    void show(const VariantLooks& looks);
    void load();
    void takeNotes();
    void writePending();

    Workspace& m_workspace;
    VariantLooks m_looks;
    VariantLooks m_pending; ///< shown, not written yet
    bool m_writing = false;
    ProjectSession* m_of = nullptr; ///< whose looks they are
};

} // namespace lapidary
