// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/missingweightsbar.h"

#include "graph/missingweights.h"
#include "onnx/missingfiles.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QPushButton>

namespace lapidary {

MissingWeightsBar::MissingWeightsBar(Workspace& workspace, QWidget* parent)
    : MessageBar(QStringLiteral("missingWeights"), parent), m_workspace(workspace) {
    auto* find = addButton(tr("Find the file…"));
    find->setObjectName(QStringLiteral("findWeights"));
    find->setToolTip(tr("Choose the file that holds the weights; the model is then complete"));
    connect(find, &QPushButton::clicked, this, &MissingWeightsBar::chooseFile);
    connect(&workspace, &Workspace::modelChanged, this, &MissingWeightsBar::showModel);
}

void MissingWeightsBar::showModel() {
    const auto model = m_workspace.model();
    const auto missing = model ? missingWeights(*model->model) : std::vector<MissingWeight>();
    if (missing.empty()) {
        hide();
        return;
    }
    const auto files = missingFiles(*model->model);
    m_wanted = files.empty() ? QString() : QString::fromStdString(files.front());
    const auto which = tr("The weights of %n tensor(s) are missing", nullptr, int(missing.size()));
    const auto why = files.size() > 1
                         ? tr("“%1” and %n more file(s) were not found", nullptr, int(files.size()) - 1).arg(m_wanted)
                     : m_wanted.isEmpty() ? QString::fromStdString(missing.front().tensor->missingReason)
                                          : tr("“%1” was not found or is too short").arg(m_wanted);
    showLasting(QStringLiteral("warning"),
                tr("%1: %2. The graph can be viewed; nothing can be run or changed without them.").arg(which, why));
}

void MissingWeightsBar::chooseFile() {
    const auto* variant = m_workspace.variant(m_workspace.current());
    const auto folder = variant ? QFileInfo(QString::fromStdString(variant->record.sourcePath)).path() : QString();
    const auto title = m_wanted.isEmpty() ? tr("File with the weights") : tr("Where is “%1”?").arg(m_wanted);
    const auto file = QFileDialog::getOpenFileName(this, title, folder, tr("All files (*)"));
    if (!file.isEmpty())
        m_workspace.completeWeights(file);
}

} // namespace lapidary
