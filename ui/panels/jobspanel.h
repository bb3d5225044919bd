// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "job/jobmanager.h"

#include <QHash>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace lapidary {

/// Running and waiting jobs, each with progress, time left and a cancel button.
class JobsPanel : public QWidget {
    Q_OBJECT

public:
    explicit JobsPanel(JobManager& jobs, QWidget* parent = nullptr);

private:
    void add(Job* job);
    void remove(Job* job);

    QVBoxLayout* m_rows;
    QLabel* m_empty;
    QHash<Job*, QWidget*> m_widgets;
};

} // namespace lapidary
