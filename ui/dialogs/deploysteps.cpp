// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/deploysteps.h"

#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace lapidary {

DeploySteps::DeploySteps(QWidget* parent) : QWidget(parent), m_list(new QTreeWidget(this)) {
    m_list->setObjectName(QStringLiteral("deploySteps"));
    m_list->setAccessibleName(tr("Steps"));
    m_list->setHeaderLabels({tr("Step"), tr("State")});
    m_list->setRootIsDecorated(false);
    m_list->setWordWrap(true);
    m_list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list);
}

void DeploySteps::clear() {
    m_list->clear();
}

int DeploySteps::count() const {
    return m_list->topLevelItemCount();
}

void DeploySteps::tell(const DeployStep& step) {
    const auto name = QString::fromStdString(step.name);
    auto* last = count() > 0 ? m_list->topLevelItem(count() - 1) : nullptr;
    if (!last || last->text(0) != name) {
        last = new QTreeWidgetItem({name});
        m_list->addTopLevelItem(last);
    }
    const bool done = !step.detail.empty();
    last->setText(1, done ? QString::fromStdString(step.detail) : tr("under way…"));
    last->setForeground(1, done ? Theme::of(palette()).good : Theme::of(palette()).muted);
    m_list->scrollToItem(last);
}

void DeploySteps::end(const Status& status) {
    if (count() == 0)
        return;
    auto* last = m_list->topLevelItem(count() - 1);
    if (status.ok()) {
        if (last->text(1) == tr("under way…"))
            last->setText(1, tr("done"));
        return;
    }
    last->setText(1, QString::fromStdString(status.error().message));
    last->setToolTip(1, QString::fromStdString(status.error().hint));
    last->setForeground(1, Theme::of(palette()).bad);
}

QString DeploySteps::text() const {
    QStringList lines;
    for (int i = 0; i < count(); ++i)
        lines.append(m_list->topLevelItem(i)->text(0) + QStringLiteral(": ") + m_list->topLevelItem(i)->text(1));
    return lines.join(u'\n');
}

} // namespace lapidary
