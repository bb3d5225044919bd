// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/logpanel.h"

#include "ui/theme/themedicon.h"

#include <QHeaderView>
#include <QTime>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace lapidary {

namespace {

constexpr int linesKept = 2000;

}

LogPanel::LogPanel(QWidget* parent) : QWidget(parent), m_list(new QTreeWidget(this)) {
    setObjectName(QStringLiteral("logPanel"));
    m_list->setObjectName(QStringLiteral("logList"));
    m_list->setHeaderLabels({tr("Time"), tr("What"), tr("Hint")});
    m_list->setRootIsDecorated(false);
    m_list->setAccessibleName(tr("Log"));
    m_list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_list->setColumnWidth(1, 560);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list);
}

void LogPanel::addProblem(const Diagnostic& problem) {
    add(QStringLiteral("warning"), QString::fromStdString(problem.toString()), QString::fromStdString(problem.hint));
}

void LogPanel::addNotice(const QString& text) {
    add(QStringLiteral("info"), text, {});
}

void LogPanel::addNote(const QString& pass, const Diagnostic& note) {
    add(note.severity == Severity::Note ? QStringLiteral("info") : QStringLiteral("warning"),
        tr("%1: %2", "pass, what it said").arg(pass, QString::fromStdString(note.toString())),
        QString::fromStdString(note.hint));
}

void LogPanel::add(const QString& icon, const QString& text, const QString& hint) {
    auto* item = new QTreeWidgetItem(m_list, {QTime::currentTime().toString(QStringLiteral("HH:mm:ss")), text, hint});
    item->setIcon(1, themedIcon(icon));
    item->setToolTip(1, text);
    item->setToolTip(2, hint);
    while (m_list->topLevelItemCount() > linesKept)
        delete m_list->takeTopLevelItem(0);
    m_list->scrollToItem(item);
}

} // namespace lapidary
