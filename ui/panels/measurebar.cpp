// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/measurebar.h"

#include "job/job.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace lapidary {

MeasureBar::MeasureBar(const QString& name, const QString& action, QWidget* parent)
    : QWidget(parent), m_action(action), m_row(new QHBoxLayout), m_button(new QPushButton(this)),
      m_samples(new QComboBox(this)), m_progress(new QProgressBar(this)), m_stage(new QLabel(this)),
      m_caption(new QLabel(this)) {
    m_button->setObjectName(name + QStringLiteral("Button"));
    m_samples->setObjectName(name + QStringLiteral("Samples"));
    m_samples->setAccessibleName(tr("Samples"));
    m_samples->setToolTip(tr("How many samples of the calibration data everything is measured on"));
    for (const int samples : {32, 64, 128, 256})
        m_samples->addItem(tr("%n sample(s)", nullptr, samples), samples);
    m_samples->setCurrentIndex(1);
    m_progress->setObjectName(name + QStringLiteral("Progress"));
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setRange(0, 100);
    m_progress->setMaximumWidth(160);
    m_progress->setTextVisible(false); // the bar is thinner than a line
    m_stage->setObjectName(name + QStringLiteral("Stage"));
    m_caption->setObjectName(name + QStringLiteral("Caption"));
    m_caption->setWordWrap(true);
    m_caption->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_caption->hide();
    m_row->setSpacing(Theme::spacing);
    for (QWidget* part : std::initializer_list<QWidget*>{m_button, m_samples, m_progress, m_stage})
        m_row->addWidget(part);
    m_row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 4);
    column->setSpacing(4);
    column->addLayout(m_row);
    column->addWidget(m_caption);
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_job)
            stop();
        else
            Q_EMIT wanted();
    });
    showState();
}

/// As wide as its longest choice where there is room, and no wider than a word where there is none.
static void makeYielding(QComboBox& box) {
    if (box.count() > 0)
        box.setMaximumWidth(box.sizeHint().width());
    box.setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box.setMinimumContentsLength(12);
    box.setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void MeasureBar::add(QWidget* control) {
    if (auto* box = qobject_cast<QComboBox*>(control))
        makeYielding(*box);
    m_controls.append(control);
    m_row->insertWidget(m_row->count() - 1, control);
    control->setVisible(!m_job);
}

void MeasureBar::hideSamples() {
    m_offersSamples = false;
    showState();
}

std::size_t MeasureBar::samples() const {
    return std::size_t(m_samples->currentData().toInt());
}

void MeasureBar::follow(Job* job) {
    m_job = job;
    showProgress();
    connect(job, &Job::changed, this, &MeasureBar::showProgress);
    connect(job, &Job::finished, this, [this] {
        m_job = nullptr;
        showState();
        Q_EMIT ended();
    });
    showState();
}

void MeasureBar::showProgress() {
    const double fraction = m_job ? m_job->fraction() : 0;
    m_progress->setValue(int(100 * fraction));
    const auto percent = tr("%1 %").arg(m_progress->value());
    m_stage->setText(!m_job || m_job->label().isEmpty() ? percent : tr("%1, %2").arg(percent, m_job->label()));
}

void MeasureBar::stop() {
    if (m_job)
        m_job->cancel();
}

void MeasureBar::setIdle(const QString& whyNot, const QString& tip) {
    m_whyNot = whyNot;
    m_tip = tip;
    showState();
}

void MeasureBar::setAction(const QString& action) {
    m_action = action;
    showState();
}

void MeasureBar::setCaption(const QString& text) {
    m_caption->setText(text);
    m_caption->setVisible(!text.isEmpty());
}

void MeasureBar::showState() {
    const bool running = m_job != nullptr;
    m_button->setText(running ? tr("Stop") : m_action);
    m_button->setEnabled(running || m_whyNot.isEmpty());
    m_button->setToolTip(running ? tr("Stop measuring") : m_whyNot.isEmpty() ? m_tip : m_whyNot);
    m_progress->setVisible(running);
    m_stage->setVisible(running);
    m_samples->setVisible(!running && m_offersSamples);
    for (auto* control : m_controls)
        control->setVisible(!running);
}

} // namespace lapidary
