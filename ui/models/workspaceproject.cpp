// SPDX-License-Identifier: GPL-3.0-or-later
// What concerns the whole project: whether it can be written, what of it is stale, branches made again.
#include "engine/rebase.h"
#include "ui/models/variantcommand.h"
#include "ui/models/workspace.h"

#include <QFileInfo>

namespace lapidary {

QString Workspace::readOnlyReason() const {
    const auto* reason =
        m_session && m_session->project().readOnlyReason() ? &*m_session->project().readOnlyReason() : nullptr;
    if (!reason)
        return {};
    const auto text = QString::fromStdString(reason->message);
    return reason->hint.empty() ? text : tr("%1. %2").arg(text, QString::fromStdString(reason->hint));
}

void Workspace::findStale() {
    using Stale = std::map<VariantId, std::vector<StaleResult>>;
    m_jobs.start<Stale>(
        tr("Look for stale results"), Lane::io(),
        [session = m_session](const Work&) -> Result<Stale> {
            auto found = staleResults(*session);
            if (!found)
                return found.status();
            Stale byVariant;
            for (auto& result : *found)
                byVariant[result.variant].push_back(std::move(result));
            return byVariant;
        },
        this,
        [this, generation = m_generation](Stale found) {
            if (generation != m_generation || (found.empty() && m_stale.empty()))
                return;
            m_stale = std::move(found);
            Q_EMIT staleChanged();
        },
        [this, generation = m_generation](const Diagnostic& problem) {
            if (generation == m_generation && !isCancelled(problem))
                Q_EMIT message(problem);
        });
}

void Workspace::measureStaleAgain(const QList<VariantId>& ids) {
    for (const auto id : ids) {
        const auto it = m_stale.find(id);
        if (it == m_stale.end())
            continue;
        const auto results = it->second;
        for (const auto& result : results)
            if (result.kind == "evaluation")
                evaluate({id});
            else if (result.kind == "profile")
                profileVariants({id}, result.subject);
    }
}

void Workspace::rebase(VariantId branch, VariantId onto) {
    const auto* from = variant(branch);
    const auto* to = variant(onto);
    if (!from || !to)
        return;
    const auto toName = QString::fromStdString(to->record.name);
    start<RebaseOutcome>(
        tr("Re-apply %1 on %2").arg(QString::fromStdString(from->record.name), toName), Lane::cpu(),
        [session = m_session, branch, onto](const Work& work) { return rebaseBranch(*session, branch, onto, work); },
        [this, onto, toName](RebaseOutcome outcome) {
            QList<VariantId> made;
            for (const auto& entry : outcome.variants)
                if (entry.made > 0 && !entry.reused)
                    made.append(entry.made);
            if (!made.isEmpty())
                m_undo.push(new VariantRowCommand(*this, made, onto, tr("Re-apply on %1").arg(toName)));
            refresh(made.isEmpty() ? onto : made.first());
            Q_EMIT notice(
                tr("Re-applied on %1: %2 made, %3 were there").arg(toName).arg(outcome.made).arg(outcome.reused));
            for (const auto& entry : outcome.variants)
                if (entry.failure && entry.failure->code != "rebase.parent") {
                    auto problem = *entry.failure;
                    problem.message = entry.name + ": " + problem.message;
                    Q_EMIT message(problem);
                }
        });
}

void Workspace::setHidden(const QList<VariantId>& ids, bool hidden, VariantId thenCurrent) {
    for (const auto id : ids)
        if (hidden)
            m_accuracy.cancel(id);
    start<bool>(
        hidden ? tr("Remove variant") : tr("Restore variant"), Lane::io(),
        [session = m_session, ids, hidden](const Work&) -> Result<bool> {
            for (const auto id : ids)
                if (auto status = session->project().setDeleted(id, hidden); !status)
                    return status;
            return true;
        },
        [this, thenCurrent](bool) { refresh(thenCurrent); });
}

void Workspace::completeWeights(const QString& file) {
    if (!m_session || m_current == 0)
        return;
    start<VariantId>(
        tr("Read weights from %1").arg(QFileInfo(file).fileName()), Lane::io(),
        [session = m_session, id = m_current, path = std::filesystem::path(file.toStdString())](const Work& work) {
            return session->completeWeights(id, path, work);
        },
        [this](VariantId id) {
            refresh(id);
            Q_EMIT notice(tr("The model is complete."));
        });
}

} // namespace lapidary
