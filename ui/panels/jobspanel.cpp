// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/jobspanel.h"

#include "ui/panels/jobrow.h"

#include <QLabel>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {

JobsPanel::JobsPanel(JobManager& jobs, QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("jobsPanel"));
    auto* content = new QWidget;
    m_rows = new QVBoxLayout(content);
    m_rows->setContentsMargins(0, 4, 0, 4);
    m_rows->setSpacing(0);
    m_empty = new QLabel(tr("Nothing is running"), content);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setEnabled(false);
    m_rows->addWidget(m_empty);
    m_rows->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    for (Job* job : jobs.jobs())
        add(job);
    connect(&jobs, &JobManager::started, this, &JobsPanel::add);
    connect(&jobs, &JobManager::ended, this, &JobsPanel::remove);
}

void JobsPanel::add(Job* job) {
    auto* row = new JobRow(job, this);
    m_widgets.insert(job, row);
    m_rows->insertWidget(m_rows->count() - 1, row);
    // Most jobs are over before anyone could read their name.
    row->hide();
    QTimer::singleShot(150, row, [this, row] {
        row->show();
        m_empty->hide();
    });
}

void JobsPanel::remove(Job* job) {
    if (auto* row = m_widgets.take(job))
        row->deleteLater();
    // Rows of jobs that just began are not on the screen yet.
    m_empty->setVisible(std::none_of(m_widgets.begin(), m_widgets.end(),
                                     [](const QWidget* row) { return row->isVisibleTo(row->parentWidget()); }));
}

} // namespace lapidary
