// SPDX-License-Identifier: GPL-3.0-or-later
// What asks before it changes or writes the selected variants.
#include "ui/panels/variantspanel.h"
#include "ui/shell/variantactions.h"

#include <QDir>
#include <QFileDialog>
#include <QInputDialog>
#include <QMainWindow>
#include <QSet>

namespace lapidary {

void VariantActions::editTags() {
    const auto ids = m_panel.selected();
    if (ids.isEmpty())
        return;
    QStringList common;
    for (const auto& tag : m_panel.looks().look(ids.first()).tags)
        common.append(QString::fromStdString(tag));
    QStringList known;
    for (const auto& tag : m_panel.looks().tags())
        known.append(QString::fromStdString(tag));
    const auto question = known.isEmpty()
                              ? tr("Tags, divided by commas")
                              : tr("Tags, divided by commas. In use: %1").arg(known.join(QStringLiteral(", ")));
    bool good = false;
    const auto text = QInputDialog::getText(&m_window, tr("Tags"), question, QLineEdit::Normal,
                                            common.join(QStringLiteral(", ")), &good);
    if (good)
        m_panel.looks().edit(ids, tr("Tag variants"),
                             [tags = tagsOf(text.toStdString())](VariantLook& look) { look.tags = tags; });
}

void VariantActions::editNote() {
    const auto ids = m_panel.selected();
    if (ids.isEmpty())
        return;
    bool good = false;
    const auto text = QInputDialog::getMultiLineText(
        &m_window, tr("Note"),
        ids.size() > 1 ? tr("A note for %1 variants").arg(ids.size()) : tr("A note for the variant"),
        QString::fromStdString(m_panel.looks().look(ids.first()).note), &good);
    if (good)
        m_panel.looks().edit(ids, tr("Write note"),
                             [note = text.trimmed().toStdString()](VariantLook& look) { look.note = note; });
}

void VariantActions::exportSelected() {
    const auto ids = m_panel.selected();
    if (ids.isEmpty())
        return;
    const auto folder = QFileDialog::getExistingDirectory(&m_window, tr("Folder for the models"));
    if (folder.isEmpty())
        return;
    QSet<QString> taken;
    for (const auto id : ids) {
        const auto* variant = m_workspace.variant(id);
        if (!variant)
            continue;
        QString name = QString::fromStdString(variant->record.name);
        for (const QChar odd : QStringLiteral("/\\:*?\"<>|"))
            name.replace(odd, u'-');
        // Names need not be unique, and nothing that lies there is overwritten.
        QString file = name;
        for (int i = 2;
             taken.contains(file) || QFileInfo::exists(QDir(folder).filePath(file + QStringLiteral(".onnx"))); ++i)
            file = tr("%1 (%2)").arg(name).arg(i);
        taken.insert(file);
        m_workspace.exportModel(id, QDir(folder).filePath(file + QStringLiteral(".onnx")));
    }
}

} // namespace lapidary
