// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/graphexport.h"

#include "project/atomicfile.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/pictureexport.h"
#include "ui/models/workspace.h"
#include "ui/panels/graphexportdialog.h"

namespace lapidary {

void exportGraphOf(const GraphView& view, const QString& title, Workspace& workspace, QWidget* parent) {
    const auto picture = view.picture();
    if (!picture || picture->isEmpty())
        return;
    ExportOptions shown;
    shown.style = view.graphStyle();
    shown.decor = view.decor();
    shown.part = view.visiblePart().visible();
    shown.title = title.toStdString();
    GraphExportDialog dialog(picture, shown, parent);
    if (dialog.exec() != QDialog::Accepted)
        return;
    workspace.jobs().start<QString>(
        GraphExportDialog::tr("Export graph"), Lane::io(),
        [picture, options = dialog.options(), file = dialog.file()](const Work& work) -> Result<QString> {
            const auto bytes = exportPicture(*picture, options, work);
            if (!bytes)
                return bytes.status();
            const std::string_view text(bytes->constData(), std::size_t(bytes->size()));
            if (auto status = writeFileAtomically(file.toStdString(), text); !status)
                return status;
            return file;
        },
        &workspace,
        [&workspace](const QString& file) { Q_EMIT workspace.notice(GraphExportDialog::tr("Wrote %1").arg(file)); },
        [&workspace](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT workspace.message(problem);
        });
}

} // namespace lapidary
