// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/comparepanel.h"

#include "ui/panels/comparemany.h"
#include "ui/panels/comparesummary.h"
#include "ui/panels/diffpicturepage.h"
#include "ui/panels/diffsidebyside.h"
#include "ui/panels/difftable.h"
#include "ui/panels/graphexport.h"
#include "ui/panels/layererrorspage.h"
#include "ui/panels/pairedpages.h"
#include "ui/panels/recipediffpage.h"
#include "ui/theme/themedicon.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {

ComparePanel::ComparePanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_session(workspace), m_a(new QComboBox(this)), m_b(new QComboBox(this)),
      m_modes(new QButtonGroup(this)), m_place(new QLabel(this)), m_cancel(new QToolButton(this)),
      m_previous(new QToolButton(this)), m_next(new QToolButton(this)), m_pages(new QStackedWidget(this)),
      m_many(new CompareMany(workspace, this)), m_summary(new CompareSummary(m_session, this)),
      m_picture(new DiffPicturePage(m_session, this)), m_sides(new DiffSideBySide(m_session, this)),
      m_paired(new PairedPages(workspace, m_session, this)) {
    setObjectName(QStringLiteral("comparePanel"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeSides());
    layout->addWidget(makeModes());
    m_pages->addWidget(m_summary);
    m_pages->addWidget(m_picture);
    m_pages->addWidget(m_sides);
    m_pages->addWidget(new DiffTable(m_session, QStringLiteral("diffTable"), m_pages));
    m_pages->addWidget(new LayerErrorsPage(m_session, m_paired->session(), m_pages));
    m_pages->addWidget(new RecipeDiffPage(m_session, m_pages));
    m_pages->addWidget(m_many);
    m_pages->addWidget(m_paired);
    layout->addWidget(m_pages, 1);
    connect(&m_workspace, &Workspace::variantsChanged, this, &ComparePanel::fillCombos);
    connect(&m_workspace, &Workspace::projectChanged, this, [this] {
        m_files.clear();
        m_session.clear();
        fillCombos();
    });
    for (auto* combo : {m_a, m_b})
        connect(combo, &QComboBox::currentIndexChanged, this, [this] {
            if (m_filling)
                return;
            leaveMany();
            start();
        });
    for (const auto signal : {&DiffSession::started, &DiffSession::changed, &DiffSession::ended})
        connect(&m_session, signal, this, &ComparePanel::showPlace);
    connect(&m_session, &DiffSession::changed, this, &ComparePanel::showNumbers);
    connect(&m_session, &DiffSession::currentChanged, this, &ComparePanel::showPlace);
    connect(&m_session, &DiffSession::failed, &m_workspace, &Workspace::message);
    connect(m_summary, &CompareSummary::activated, this, [this](const QString& layer) {
        const auto model = m_workspace.model();
        const auto* node = model ? model->model->graph->findNode(layer.toStdString()) : nullptr;
        if (node)
            m_workspace.selection().set({node->id}, node->id);
    });
    connect(m_paired, &PairedPages::pageWanted, this,
            [this](PairedPages::Page page) { setMode(Mode(Numbers + int(page))); });
    connect(m_picture, &DiffPicturePage::exportWanted, this, &ComparePanel::exportPicture);
    connect(m_picture, &DiffPicturePage::pictureChanged, this, &ComparePanel::pictureChanged);
    connect(&m_session, &DiffSession::started, this, &ComparePanel::pictureChanged);
    connect(&m_session, &DiffSession::ended, this, &ComparePanel::pictureChanged);
    setMode(Summary);
    showPlace();
}

QString ComparePanel::whyNoPicture() const {
    return m_picture->hasPicture() ? QString()
           : m_session.isBusy()    ? tr("the models are still being compared")
                                   : tr("no two models are compared");
}

void ComparePanel::exportPicture() {
    exportGraphOf(*m_picture->view(), tr("%1 → %2").arg(m_a->currentText(), m_b->currentText()), m_workspace, this);
}

QWidget* ComparePanel::makeSides() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(8, 6, 8, 2);
    row->setSpacing(8);
    m_a->setObjectName(QStringLiteral("compareA"));
    m_a->setToolTip(tr("The model to compare with"));
    m_b->setObjectName(QStringLiteral("compareB"));
    m_b->setToolTip(tr("The model that is compared"));
    auto* swapped = new QToolButton(bar);
    swapped->setObjectName(QStringLiteral("compareSwap"));
    swapped->setIcon(themedIcon(QStringLiteral("compare")));
    swapped->setToolTip(tr("Swap A and B"));
    swapped->setAutoRaise(true);
    auto* file = new QToolButton(bar);
    file->setObjectName(QStringLiteral("compareWithFile"));
    file->setText(tr("Compare with file…"));
    file->setToolTip(tr("Compare with an ONNX model from disk, whoever made it"));
    for (auto* combo : {m_a, m_b}) {
        combo->setMinimumContentsLength(12);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }
    m_a->setAccessibleName(tr("Model A"));
    m_b->setAccessibleName(tr("Model B"));
    row->addWidget(new QLabel(tr("A"), bar));
    row->addWidget(m_a, 1);
    row->addWidget(swapped);
    row->addWidget(new QLabel(tr("B"), bar));
    row->addWidget(m_b, 1);
    row->addWidget(file);
    connect(swapped, &QToolButton::clicked, this, &ComparePanel::swap);
    connect(file, &QToolButton::clicked, this, &ComparePanel::chooseFile);
    return bar;
}

void ComparePanel::addMode(QHBoxLayout& row, Mode mode, const char* name, const QString& text, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setObjectName(QString::fromLatin1(name));
    button->setText(text);
    button->setToolTip(tip);
    button->setCheckable(true);
    m_modes->addButton(button, mode);
    row.addWidget(button);
}

/// What the models are, and below it what they answer.
QWidget* ComparePanel::makeModes() {
    auto* bar = new QWidget(this);
    auto* rows = new QVBoxLayout(bar);
    rows->setContentsMargins(8, 2, 8, 4);
    rows->setSpacing(2);
    auto* models = new QHBoxLayout;
    auto* answers = new QHBoxLayout;
    auto* modelsLabel = new QLabel(tr("Models"), bar);
    auto* answersLabel = new QLabel(tr("Answers"), bar);
    const int width = std::max(modelsLabel->sizeHint().width(), answersLabel->sizeHint().width()) + 4;
    for (auto* label : {modelsLabel, answersLabel})
        label->setFixedWidth(width);
    for (auto* row : {models, answers})
        row->setSpacing(4);
    models->addWidget(modelsLabel);
    answers->addWidget(answersLabel);
    addMode(*models, Summary, "compareModeSummary", tr("Summary"), tr("Numbers, outputs and what changed, in words"));
    addMode(*models, Picture, "compareModePicture", tr("One picture"), tr("Both graphs as one, differences marked"));
    addMode(*models, SideBySide, "compareModeSides", tr("Side by side"),
            tr("Both graphs beside each other, moving together"));
    addMode(*models, Table, "compareModeTable", tr("Table"), tr("Every difference with its numbers"));
    addMode(*models, Layers, "compareModeLayers", tr("Layers"),
            tr("Times of the layers and how far their outputs are apart"));
    addMode(*models, Recipe, "compareModeRecipe", tr("Recipe"), tr("What was done to get A, and what to get B"));
    addMode(*models, Many, "compareModeMany", tr("Several"),
            tr("Three variants or more in columns: select them in the tree and choose Compare"));
    addMode(*answers, Numbers, "compareModeNumbers", tr("Numbers"),
            tr("Accuracies with intervals, and whether the difference may be chance"));
    addMode(*answers, Disagreements, "compareModeDisagreements", tr("Disagreements"),
            tr("The samples to which A and B answer differently"));
    addMode(*answers, Confusion, "compareModeConfusion", tr("Confusion"),
            tr("Which class became which, and what each class won and lost"));
    addMode(*answers, Scores, "compareModeScores", tr("Scores"), tr("How sure A and B are of their answers"));
    connect(m_modes, &QButtonGroup::idClicked, this, [this](int mode) { setMode(Mode(mode)); });
    models->addStretch(1);
    addPlace(*models);
    answers->addStretch(1);
    rows->addLayout(models);
    rows->addLayout(answers);
    return bar;
}

void ComparePanel::addPlace(QHBoxLayout& row) {
    m_place->setObjectName(QStringLiteral("comparePlace"));
    const auto tool = [&](QToolButton* button, const char* name, const QString& tip) {
        button->setObjectName(QString::fromLatin1(name));
        button->setToolTip(tip);
        button->setAutoRaise(true);
        row.addWidget(button);
    };
    m_cancel->setIcon(themedIcon(QStringLiteral("stop")));
    tool(m_cancel, "compareCancel", tr("Stop comparing"));
    row.addWidget(m_place);
    m_previous->setArrowType(Qt::UpArrow);
    m_next->setArrowType(Qt::DownArrow);
    tool(m_previous, "diffPreviousButton", tr("Previous difference (Shift+F8)"));
    tool(m_next, "diffNextButton", tr("Next difference (F8)"));
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        m_session.cancel();
        showPlace();
    });
    connect(m_previous, &QToolButton::clicked, this, &ComparePanel::previousDifference);
    connect(m_next, &QToolButton::clicked, this, &ComparePanel::nextDifference);
}

void ComparePanel::setMode(Mode mode) {
    m_mode = mode;
    m_modes->button(mode)->setChecked(true);
    m_pages->setCurrentIndex(std::min<int>(mode, Numbers));
    if (mode >= Numbers)
        m_paired->setPage(PairedPages::Page(mode - Numbers));
}

ComparePanel::Mode ComparePanel::mode() const {
    return m_mode;
}

CompareSide ComparePanel::chosen(const QComboBox* combo) const {
    const auto id = combo->currentData().toLongLong();
    CompareSide side;
    if (id > 0)
        side.variant = id;
    else if (id < 0 && -id <= m_files.size())
        side.file = m_files[-id - 1];
    return side;
}

void ComparePanel::fillCombos() {
    const QScopedValueRollback guard(m_filling, true);
    const auto a = chosen(m_a), b = chosen(m_b);
    const auto idA = m_a->currentData().toLongLong(), idB = m_b->currentData().toLongLong();
    for (auto* combo : {m_a, m_b}) {
        combo->clear();
        for (const auto& variant : m_workspace.variants())
            combo->addItem(QString::fromStdString(variant.record.name), qlonglong(variant.record.id));
        for (int i = 0; i < m_files.size(); ++i)
            combo->addItem(tr("File: %1").arg(QFileInfo(m_files[i]).fileName()), qlonglong(-i - 1));
    }
    const auto pick = [](QComboBox* combo, qlonglong id, int fallback) {
        const int index = combo->findData(id);
        combo->setCurrentIndex(index >= 0 ? index : std::min(fallback, combo->count() - 1));
    };
    pick(m_a, idA, 0);
    pick(m_b, idB, 1);
    if (isVisible() && (a != chosen(m_a) || b != chosen(m_b)))
        start();
    else
        showNumbers();
}

void ComparePanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_session.data() && !m_session.isBusy())
        start();
}

void ComparePanel::compare(VariantId a, VariantId b) {
    {
        const QScopedValueRollback guard(m_filling, true);
        m_a->setCurrentIndex(m_a->findData(qlonglong(a)));
        m_b->setCurrentIndex(m_b->findData(qlonglong(b)));
    }
    leaveMany();
    start();
}

/// Two that are chosen now are not among several.
void ComparePanel::leaveMany() {
    if (m_mode == Many)
        setMode(Summary);
}

void ComparePanel::compareMany(const QList<VariantId>& ids) {
    setMode(Many);
    m_many->compare(ids);
}

void ComparePanel::chooseFile() {
    const auto file =
        QFileDialog::getOpenFileName(this, tr("Compare with file"), {}, tr("ONNX models (*.onnx);;All files (*)"));
    if (!file.isEmpty())
        compareWith(file);
}

void ComparePanel::compareWith(const QString& file) {
    if (!m_files.contains(file))
        m_files.append(file);
    {
        const QScopedValueRollback guard(m_filling, true);
        fillCombos();
        if (const int current = m_a->findData(qlonglong(m_workspace.current())); current >= 0)
            m_a->setCurrentIndex(current);
        m_b->setCurrentIndex(m_b->findData(qlonglong(-m_files.indexOf(file) - 1)));
    }
    start();
}

void ComparePanel::swap() {
    {
        const QScopedValueRollback guard(m_filling, true);
        const int a = m_a->currentIndex();
        m_a->setCurrentIndex(m_b->currentIndex());
        m_b->setCurrentIndex(a);
    }
    start();
}

void ComparePanel::start() {
    const auto a = chosen(m_a), b = chosen(m_b);
    m_sides->setTitles(m_a->currentText(), m_b->currentText());
    if (!a.isValid() || !b.isValid() || a == b) {
        m_session.clear();
        m_summary->showHint(tr("Choose two different variants, or compare with a file."));
        return;
    }
    m_session.start(a, b);
}

void ComparePanel::nextDifference() {
    step(1);
}

void ComparePanel::previousDifference() {
    step(-1);
}

/// Most pages have no place to go to; the picture shows it.
void ComparePanel::step(int by) {
    if (mode() != SideBySide && mode() != Table && !m_session.stops().empty())
        setMode(Picture);
    m_session.step(by);
}

VariantSummary ComparePanel::summaryOf(const CompareSide& side, bool inB) const {
    if (const auto* variant = m_workspace.variant(side.variant))
        return *variant;
    VariantSummary summary;
    if (const auto data = m_session.data()) {
        const auto& comparison = data->models->comparison;
        const auto& totals = inB ? comparison.totalsB : comparison.totalsA;
        summary.record.fileBytes = inB ? comparison.fileBytesB : comparison.fileBytesA;
        summary.record.parameters = totals.parameters;
        summary.record.macs = totals.macs;
    }
    return summary;
}

void ComparePanel::showNumbers() {
    const auto a = chosen(m_a), b = chosen(m_b);
    if (a.isValid() && b.isValid())
        m_summary->showNumbers(summaryOf(a, false), summaryOf(b, true));
    else
        m_summary->clearNumbers();
}

void ComparePanel::showPlace() {
    const auto& stops = m_session.stops();
    const bool busy = m_session.isBusy();
    m_cancel->setVisible(busy);
    m_next->setEnabled(!stops.empty());
    m_previous->setEnabled(!stops.empty());
    const auto at = std::lower_bound(stops.begin(), stops.end(), m_session.current());
    if (!m_session.data())
        m_place->setText(busy ? tr("Comparing…") : QString());
    else if (stops.empty())
        m_place->setText(tr("No differences"));
    else if (m_session.current() >= 0 && at != stops.end() && *at == m_session.current())
        m_place->setText(tr("%1 of %2").arg(at - stops.begin() + 1).arg(stops.size()));
    else
        m_place->setText(tr("%n difference(s)", nullptr, int(stops.size())));
}

} // namespace lapidary
