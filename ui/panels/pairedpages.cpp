// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/pairedpages.h"

#include "ui/forms/formscroll.h"
#include "ui/models/numbertext.h"
#include "ui/panels/confusionpage.h"
#include "ui/panels/gallerypage.h"
#include "ui/panels/numberspage.h"
#include "ui/panels/scorespage.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace lapidary {

PairedPages::PairedPages(Workspace& workspace, DiffSession& models, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_session(workspace, models), m_caption(new QLabel(this)),
      m_progress(new QProgressBar(this)), m_stop(new QPushButton(tr("Stop"), this)), m_limit(new QComboBox(this)),
      m_hintTitle(new QLabel(this)), m_hint(new QLabel(this)),
      m_chooseData(new QPushButton(tr("Choose evaluation data…"), this)),
      m_again(new QPushButton(tr("Compare again"), this)), m_stack(new QStackedWidget(this)),
      m_numbers(new NumbersPage(this)), m_gallery(new GalleryPage(this)), m_confusion(new ConfusionPage(this)),
      m_scores(new ScoresPage(this)) {
    setObjectName(QStringLiteral("pairedPages"));
    for (QWidget* page : std::initializer_list<QWidget*>{m_numbers, m_gallery, m_confusion, m_scores})
        m_stack->addWidget(new FormScroll(page, m_stack)); // a small screen holds the window whatever a page asks for
    m_stack->addWidget(makeHint());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_stack, 1);
    connect(&m_session, &PairedSession::changed, this, &PairedPages::showState);
    connect(m_confusion, &ConfusionPage::classActivated, this, [this](qint64 answer) {
        m_gallery->showClass(answer);
        Q_EMIT pageWanted(Disagreements);
    });
    showState();
}

QWidget* PairedPages::makeBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    m_caption->setObjectName(QStringLiteral("pairedCaption"));
    m_progress->setObjectName(QStringLiteral("pairedProgress"));
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(180);
    m_progress->setAccessibleName(tr("Progress of the comparison"));
    m_stop->setObjectName(QStringLiteral("pairedStop"));
    m_stop->setToolTip(tr("Stop comparing sample by sample"));
    m_limit->setObjectName(QStringLiteral("pairedLimit"));
    m_limit->setAccessibleName(tr("Samples"));
    m_limit->setToolTip(tr("How many samples of the evaluation data are compared"));
    for (const int samples : {0, 200, 1000, 5000})
        m_limit->addItem(samples == 0 ? tr("All samples") : tr("First %1").arg(QLocale().toString(samples)), samples);
    row->addWidget(m_caption, 1);
    row->addWidget(m_progress);
    row->addWidget(m_stop);
    row->addWidget(m_limit);
    connect(m_stop, &QPushButton::clicked, this, [this] { m_session.cancel(); });
    connect(m_limit, &QComboBox::currentIndexChanged, this,
            [this] { m_session.setLimit(std::size_t(m_limit->currentData().toInt())); });
    return bar;
}

QWidget* PairedPages::makeHint() {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(40, 24, 40, 24);
    column->setSpacing(10);
    auto font = m_hintTitle->font();
    font.setPointSizeF(font.pointSizeF() * 1.3);
    m_hintTitle->setFont(font);
    m_hintTitle->setObjectName(QStringLiteral("pairedHintTitle"));
    m_hint->setObjectName(QStringLiteral("pairedHint"));
    for (auto* label : {m_hintTitle, m_hint}) {
        label->setAlignment(Qt::AlignHCenter);
        label->setWordWrap(true);
    }
    m_chooseData->setObjectName(QStringLiteral("pairedChooseData"));
    m_chooseData->setToolTip(tr("A dataset file with labelled or unlabelled samples"));
    m_again->setObjectName(QStringLiteral("pairedAgain"));
    m_again->setToolTip(tr("Run both models on the evaluation data"));
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_chooseData);
    buttons->addWidget(m_again);
    buttons->addStretch(1);
    column->addStretch(1);
    column->addWidget(m_hintTitle);
    column->addWidget(m_hint);
    column->addLayout(buttons);
    column->addStretch(2);
    connect(m_chooseData, &QPushButton::clicked, this, &PairedPages::chooseData);
    connect(m_again, &QPushButton::clicked, this, [this] { m_session.restart(); });
    return page;
}

void PairedPages::setPage(Page page) {
    m_page = page;
    showState();
}

void PairedPages::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_session.want();
}

void PairedPages::chooseData() {
    const auto file =
        QFileDialog::getOpenFileName(this, tr("Evaluation data"), {}, tr("Dataset files (*.json);;All files (*)"));
    if (!file.isEmpty())
        m_workspace.setDataset("evaluation", file);
}

void PairedPages::showHint(const QString& title, const QString& text, bool dataButton, bool againButton) {
    m_hintTitle->setText(title);
    m_hint->setText(text);
    m_chooseData->setVisible(dataButton);
    m_again->setVisible(againButton);
    m_stack->setCurrentIndex(m_stack->count() - 1);
}

void PairedPages::showProgress() {
    if (const auto job = m_session.job())
        m_progress->setValue(int(1000 * job->fraction()));
}

void PairedPages::showState() {
    const auto state = m_session.state();
    const auto result = m_session.result();
    if (result != m_shown) {
        m_shown = result;
        m_gallery->setResult(result, m_session.data());
        m_confusion->setResult(result, m_session.data());
        if (result) {
            m_numbers->showResult(*result);
            m_scores->showResult(*result);
        }
    }
    const bool running = state == PairedSession::State::Running;
    m_progress->setVisible(running);
    m_stop->setVisible(running);
    m_limit->setVisible(state != PairedSession::State::NoData && state != PairedSession::State::NoModels);
    m_caption->clear();
    switch (state) {
    case PairedSession::State::NoModels:
        showHint(tr("Two models, the same samples"), tr("Choose two different variants, or compare with a file."),
                 false, false);
        break;
    case PairedSession::State::NoData:
        showHint(tr("No evaluation data"),
                 tr("Which of the two is better shows on samples neither has seen. Choose a dataset file: a folder of "
                    "images, a "
                    "list, an idx, cifar or npy file with its preprocessing. Labels are not needed to see where the "
                    "two disagree."),
                 true, false);
        break;
    case PairedSession::State::Idle:
        showHint(tr("Not compared yet"), tr("Both models run on the evaluation data, sample by sample."), false, true);
        break;
    case PairedSession::State::Running:
        m_progress->setValue(0);
        if (const auto job = m_session.job())
            connect(job, &Job::changed, this, &PairedPages::showProgress, Qt::UniqueConnection);
        showHint(tr("Comparing sample by sample…"),
                 tr("Both models run on the same samples. Results are kept in the project."), false, false);
        break;
    case PairedSession::State::Failed:
        showHint(tr("No comparison"), m_session.problem(), false, true);
        break;
    case PairedSession::State::Ready:
        m_caption->setText(
            result->skipped > 0
                ? tr("%1 samples of %2, %3 unreadable")
                      .arg(QLocale().toString(qulonglong(result->samples)), QString::fromStdString(result->dataName),
                           QLocale().toString(qulonglong(result->skipped)))
                : tr("%1 samples of %2")
                      .arg(QLocale().toString(qulonglong(result->samples)), QString::fromStdString(result->dataName)));
        if (m_page == Confusion && !result->classifies)
            showHint(tr("No classes"), tr("The models do not classify: no class became another."), false, false);
        else
            m_stack->setCurrentIndex(m_page);
        break;
    }
}

} // namespace lapidary
