// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/variantlooks.h"

#include <QPointer>
#include <QUndoCommand>

#include <algorithm>
#include <utility>

namespace lapidary {

class LookCommand final : public QUndoCommand {
public:
    LookCommand(VariantLooksKeeper& keeper, VariantLooks before, VariantLooks after, const QString& text)
        : QUndoCommand(text), m_keeper(&keeper), m_before(std::move(before)), m_after(std::move(after)) {}
    void undo() override { show(m_before); }
    void redo() override { show(m_after); }

private:
    void show(const VariantLooks& looks) {
        if (m_keeper) // the stack may outlive the panel
            m_keeper->show(looks);
    }

    QPointer<VariantLooksKeeper> m_keeper;
    VariantLooks m_before, m_after;
};

VariantLooksKeeper::VariantLooksKeeper(Workspace& workspace, QObject* parent)
    : QObject(parent), m_workspace(workspace) {
    connect(&m_workspace, &Workspace::projectChanged, this, &VariantLooksKeeper::load);
    connect(&m_workspace, &Workspace::variantsChanged, this, &VariantLooksKeeper::takeNotes);
    load();
}

void VariantLooksKeeper::load() {
    m_looks.clear();
    m_pending.clear();
    m_writing = false;
    const auto session = m_workspace.session();
    m_of = session.get();
    Q_EMIT changed();
    if (!session)
        return;
    m_workspace.jobs().start<VariantLooks>(
        tr("Read tags"), Lane::io(),
        [session](const Work&) -> Result<VariantLooks> { return readLooks(session->project()); }, this,
        [this, of = m_of](VariantLooks looks) {
            if (of != m_of)
                return;
            m_looks.merge(looks); // what was edited meanwhile stays
            takeNotes();
            Q_EMIT changed();
        });
}

void VariantLooksKeeper::takeNotes() {
    bool any = false;
    if (m_writing)
        return; // the records are older than what is shown
    for (const auto& variant : m_workspace.variants())
        if (const auto& note = variant.record.note; !note.empty() || m_looks.count(variant.record.id) > 0) {
            auto& look = m_looks[variant.record.id];
            any = any || look.note != note;
            look.note = note;
        }
    if (any)
        Q_EMIT changed();
}

VariantLook VariantLooksKeeper::look(VariantId id) const {
    const auto it = m_looks.find(id);
    return it == m_looks.end() ? VariantLook() : it->second;
}

std::vector<std::string> VariantLooksKeeper::tags() const {
    std::vector<std::string> all;
    for (const auto& [id, look] : m_looks)
        all.insert(all.end(), look.tags.begin(), look.tags.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

void VariantLooksKeeper::edit(const QList<VariantId>& ids, const QString& undoText,
                              const std::function<void(VariantLook&)>& change) {
    VariantLooks before, after;
    for (const auto id : ids) {
        const auto old = look(id);
        auto edited = old;
        change(edited);
        if (edited == old)
            continue;
        before.emplace(id, old);
        after.emplace(id, std::move(edited));
    }
    if (!after.empty())
        m_workspace.undoStack().push(new LookCommand(*this, std::move(before), std::move(after), undoText));
}

void VariantLooksKeeper::show(const VariantLooks& looks) {
    for (const auto& [id, look] : looks) {
        m_looks.insert_or_assign(id, look);
        m_pending.insert_or_assign(id, look);
    }
    Q_EMIT changed();
    if (!m_writing)
        writePending();
}

/// One write at a time, so that the last edit is the one that stays.
void VariantLooksKeeper::writePending() {
    const auto session = m_workspace.session();
    if (!session || m_pending.empty())
        return;
    m_writing = true;
    const auto ended = [this, of = session.get()] {
        if (of != m_of)
            return;
        m_writing = false;
        if (m_pending.empty())
            m_workspace.reload();
        else
            writePending();
    };
    m_workspace.jobs().start<bool>(
        tr("Write tags"), Lane::io(),
        [session, looks = std::exchange(m_pending, {})](const Work&) -> Result<bool> {
            if (auto status = writeLooks(session->project(), looks); !status)
                return status;
            return true;
        },
        this, [ended](bool) { ended(); },
        [this, ended](const Diagnostic& problem) {
            ended();
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        });
}

} // namespace lapidary
