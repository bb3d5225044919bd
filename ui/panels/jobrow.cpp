// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/jobrow.h"

#include "ui/models/numbertext.h"
#include "ui/theme/themedicon.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace lapidary {

JobRow::JobRow(Job* job, QWidget* parent)
    : QWidget(parent), m_job(job), m_title(new QLabel(job->title(), this)), m_state(new QLabel(this)),
      m_bar(new QProgressBar(this)), m_cancel(new QToolButton(this)) {
    setObjectName(QStringLiteral("jobRow"));
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(8);
    m_bar->setAccessibleName(tr("Progress of %1").arg(job->title()));
    m_cancel->setObjectName(QStringLiteral("cancelJob"));
    m_cancel->setIcon(themedIcon(QStringLiteral("stop")));
    m_cancel->setAutoRaise(true);
    m_cancel->setToolTip(tr("Cancel"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 2, 8, 2);
    row->setSpacing(10);
    row->addWidget(m_title, 2);
    row->addWidget(m_bar, 3);
    row->addWidget(m_state, 2);
    row->addWidget(m_cancel);
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        m_cancelling = true;
        m_job->cancel();
    });
    connect(job, &Job::changed, this, &JobRow::refresh);
    refresh();
}

void JobRow::refresh() {
    m_bar->setValue(int(m_job->fraction() * 1000));
    m_cancel->setEnabled(!m_cancelling);
    if (m_cancelling)
        m_state->setText(tr("Cancelling…"));
    else if (m_job->state() == JobState::Waiting)
        m_state->setText(tr("Waiting"));
    else if (m_job->remainingMs() >= 0)
        m_state->setText(m_job->label().isEmpty()
                             ? tr("about %1 left").arg(durationText(m_job->remainingMs()))
                             : tr("%1, about %2 left").arg(m_job->label(), durationText(m_job->remainingMs())));
    else
        m_state->setText(m_job->label());
}

} // namespace lapidary
