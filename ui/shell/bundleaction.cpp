// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/bundleaction.h"

#include "engine/bundleverify.h"
#include "ui/models/workspace.h"
#include "ui/panels/bundledialog.h"
#include "ui/theme/themedicon.h"

#include <QAction>
#include <QDir>
#include <QMainWindow>
#include <QMenu>

#include <algorithm>

namespace lapidary {

namespace {

struct Outcome {
    std::size_t files = 0;
    std::optional<BundleVerification> verified;
};

Diagnostic failureOf(const BundleVerification& verified) {
    const auto failed = std::find_if(verified.checks.begin(), verified.checks.end(),
                                     [](const auto& check) { return check.state == BundleCheck::State::Failed; });
    return errorDiagnostic("bundle.differs", "The bundle was written, but it is not what it says: " + failed->text,
                           "Write it again; if that does not help, the model may give other results at each run.")
        .inFile(failed->subject);
}

} // namespace

BundleAction::BundleAction(Workspace& workspace, QMainWindow& window)
    : QObject(&window), m_workspace(workspace), m_window(window), m_action(new QAction(tr("Export &bundle…"), this)) {
    m_action->setObjectName(QStringLiteral("exportBundle"));
    m_action->setIcon(themedIcon(QStringLiteral("export")));
    m_action->setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+S")));
    m_window.addAction(m_action);
    connect(m_action, &QAction::triggered, this, &BundleAction::ask);
    connect(&workspace, &Workspace::modelChanged, this, &BundleAction::refresh);
    connect(&workspace, &Workspace::variantsChanged, this, &BundleAction::refresh);
    connect(&workspace, &Workspace::projectChanged, this, &BundleAction::refresh);
    refresh();
}

void BundleAction::fillMenu(QMenu& menu, QAction* before) {
    menu.insertAction(before, m_action);
}

void BundleAction::refresh() {
    const auto tip = tr(
        "Write a folder or .zip file with the current variant, its preprocessing, golden samples, numbers and programs that run it");
    const auto named = tr("%1 (%2)").arg(tip, m_action->shortcut().toString(QKeySequence::NativeText));
    const auto why = m_workspace.model() ? QString() : tr("no model is open");
    m_action->setStatusTip(tip);
    m_action->setEnabled(why.isEmpty());
    m_action->setToolTip(why.isEmpty() ? named : tr("%1\nNot now: %2").arg(named, why));
}

void BundleAction::ask() {
    BundleDialog dialog(m_workspace, m_workspace.current(), &m_window);
    if (dialog.exec() == QDialog::Accepted)
        write(dialog.folder(), dialog.options(), dialog.verifies());
}

void BundleAction::write(const QString& folder, const BundleOptions& options, bool verifies) {
    const std::filesystem::path place = folder.toStdString();
    m_workspace.jobs().start<Outcome>(
        tr("Export bundle"), Lane::cpu(),
        [session = m_workspace.session(), id = m_workspace.current(), place, options,
         verifies](const Work& work) -> Result<Outcome> {
            const auto source = bundleSourceOf(*session, id, work.part(0, 0.1, "Loading"));
            if (!source)
                return source.error();
            const auto written = writeBundle(*source, place, options, work.part(0.1, 0.7));
            if (!written)
                return written.error();
            Outcome outcome{written->files, {}};
            if (verifies) {
                auto verified = verifyBundle(place, {}, work.part(0.7, 1, "Verifying"));
                if (!verified)
                    return verified.error();
                outcome.verified = std::move(*verified);
            }
            return outcome;
        },
        this,
        [this, folder](Outcome outcome) {
            const auto shown = QDir::toNativeSeparators(folder);
            if (outcome.verified && !outcome.verified->passed()) {
                Q_EMIT m_workspace.message(failureOf(*outcome.verified));
                return;
            }
            const auto wrote = tr("Wrote %1 with %n file(s)", nullptr, int(outcome.files)).arg(shown);
            Q_EMIT m_workspace.notice(outcome.verified ? tr("%1; everything in it was verified").arg(wrote) : wrote);
        },
        [this](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        });
}

} // namespace lapidary
