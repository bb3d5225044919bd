// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace lapidary {

class Job;

/// The top of a page that measures as a job: a button that starts and stops, the number of samples, progress, and a
/// line that says what was found. Names of its parts: <name>Button, <name>Samples, <name>Progress, <name>Stage,
/// <name>Caption. UI thread only.
class MeasureBar : public QWidget {
    Q_OBJECT

public:
    MeasureBar(const QString& name, const QString& action, QWidget* parent = nullptr);

    QHBoxLayout* row() { return m_row; } ///< for more controls, before the stretch at its end
    void add(QWidget* control);          ///< hidden while something runs
    void hideSamples();                  ///< for a page whose number of samples is not to be chosen
    std::size_t samples() const;

    /// Shows this job until it ends; its end emits ended().
    void follow(Job* job);
    bool isRunning() const { return m_job != nullptr; }
    void stop(); ///< nothing happens without a job
    /// What the button does when nothing runs: a reason why it does nothing, or a tip.
    void setIdle(const QString& whyNot, const QString& tip);
    void setAction(const QString& action);
    void setCaption(const QString& text);

Q_SIGNALS:
    void wanted();
    void ended();

private:
    void showState();
    void showProgress();

    QString m_action, m_whyNot, m_tip;
    QPointer<Job> m_job;
    bool m_offersSamples = true;
    QHBoxLayout* m_row;
    QPushButton* m_button;
    QComboBox* m_samples;
    QProgressBar* m_progress;
    QLabel* m_stage; ///< what the job does now, beside its progress
    QLabel* m_caption;
    QList<QWidget*> m_controls;
};

} // namespace lapidary
