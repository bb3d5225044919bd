// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "job/job.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace lapidary {

/// One job: title, what it is doing, progress, time left, cancel.
class JobRow : public QWidget {
    Q_OBJECT

public:
    explicit JobRow(Job* job, QWidget* parent = nullptr);

private:
    void refresh();

    Job* m_job;
    QLabel* m_title;
    QLabel* m_state;
    QProgressBar* m_bar;
    QToolButton* m_cancel;
    bool m_cancelling = false;
};

} // namespace lapidary
