// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/numberspage.h"

#include "ui/charts/intervalbars.h"
#include "ui/models/numbertext.h"
#include "ui/models/pairedtexts.h"

#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QTableWidget>
#include <QVBoxLayout>

#include <cmath>

namespace lapidary {

namespace {

QString shareText(const Proportion& share) {
    return NumbersPage::tr("%1  (%2 to %3)")
        .arg(percentText(share.percent), QLocale().toString(share.low, 'f', 2), QLocale().toString(share.high, 'f', 2));
}

IntervalBar barOf(const QString& label, const Proportion& share, int color) {
    return {label, share.percent, share.low, share.high, shareText(share), color};
}

int verdictColor(PairedVerdict verdict) {
    return verdict == PairedVerdict::Better ? -1 : verdict == PairedVerdict::Worse ? -2 : -3;
}

} // namespace

NumbersPage::NumbersPage(QWidget* parent)
    : QWidget(parent), m_verdict(new QLabel(this)), m_explanation(new QLabel(this)),
      m_accuracies(new IntervalBars(this)), m_difference(new IntervalBars(this)), m_table(new QTableWidget(this)) {
    setObjectName(QStringLiteral("pairedNumbers"));
    m_verdict->setObjectName(QStringLiteral("pairedVerdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto font = m_verdict->font();
    font.setPointSizeF(font.pointSizeF() * 1.25);
    font.setBold(true);
    m_verdict->setFont(font);
    m_explanation->setObjectName(QStringLiteral("pairedExplanation"));
    m_explanation->setWordWrap(true);
    m_accuracies->setObjectName(QStringLiteral("pairedAccuracies"));
    m_accuracies->setAccessibleName(tr("Accuracies with 95 % intervals"));
    m_difference->setObjectName(QStringLiteral("pairedDifference"));
    m_difference->setAccessibleName(tr("Difference of B against A with its 95 % interval"));
    m_table->setObjectName(QStringLiteral("pairedTable"));
    m_table->setAccessibleName(tr("Numbers of both models"));
    m_table->setColumnCount(4);
    m_table->setHorizontalHeaderLabels({tr("Number"), tr("A"), tr("B"), tr("B against A")});
    for (int column = 1; column < m_table->columnCount(); ++column)
        m_table->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    auto* top = new QVBoxLayout;
    top->setContentsMargins(14, 12, 14, 8);
    top->setSpacing(10);
    top->addWidget(m_verdict);
    top->addWidget(m_explanation);
    top->addWidget(m_accuracies);
    top->addWidget(m_difference);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_table, 1);
}

void NumbersPage::addRow(const QString& name, const QString& a, const QString& b, const QString& change,
                         const QString& tip) {
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    int column = 0;
    for (const auto& text : {name, a, b, change}) {
        auto* item = new QTableWidgetItem(text);
        item->setToolTip(tip);
        if (column > 0)
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_table->setItem(row, column++, item);
    }
}

void NumbersPage::showBars(const PairedComparison& result) {
    QVector<IntervalBar> bars;
    if (result.top1A && result.top1B)
        bars = {barOf(tr("A"), *result.top1A, 0), barOf(tr("B"), *result.top1B, 1)};
    else if (result.agreement)
        bars = {barOf(tr("Agreement"), *result.agreement, 0)};
    m_accuracies->setVisible(!bars.isEmpty());
    m_accuracies->setBars(bars, false, QStringLiteral(" %"));
    m_difference->setVisible(result.difference.has_value());
    if (!result.difference)
        return;
    const auto& difference = *result.difference;
    m_difference->setBars({{tr("B − A"), difference.points, difference.low, difference.high,
                            tr("%1 points  (%2 to %3)")
                                .arg(PairedTexts::points(difference.points), PairedTexts::points(difference.low),
                                     PairedTexts::points(difference.high)),
                            verdictColor(result.verdict())}},
                          true, {});
}

void NumbersPage::addAccuracy(const PairedComparison& result) {
    const auto shares = [&](const QString& name, const std::optional<Proportion>& a, const std::optional<Proportion>& b,
                            const QString& tip) {
        if (a && b)
            addRow(name, shareText(*a), shareText(*b),
                   tr("%1 points").arg(PairedTexts::points(b->percent - a->percent)), tip);
    };
    shares(tr("Top-1 accuracy"), result.top1A, result.top1B,
           tr("Share of samples whose first answer is the label; 95 % Wilson interval"));
    shares(tr("Top-5 accuracy"), result.top5A, result.top5B,
           tr("Share of samples whose label is among the first five answers"));
    if (result.agreement)
        addRow(tr("Agreement"), {}, shareText(*result.agreement), {},
               tr("Share of samples to which both give the same answer, right or wrong"));
    addRow(tr("SQNR of the output"), {},
           std::isinf(result.sqnrDb) ? tr("identical") : tr("%1 dB").arg(QLocale().toString(result.sqnrDb, 'f', 1)), {},
           tr("Signal of A's output to its difference from B's; more is closer"));
    addRow(tr("Cosine of the output"), {}, QLocale().toString(result.cosine, 'f', 5), {},
           tr("1: the outputs point the same way"));
    if (!result.scoresA || !result.scoresB)
        return;
    addRow(tr("Mean score"), PairedTexts::share(result.scoresA->meanScore),
           PairedTexts::share(result.scoresB->meanScore),
           tr("%1 points").arg(PairedTexts::points(100 * (result.scoresB->meanScore - result.scoresA->meanScore))),
           tr("How sure the models are of their answers on average"));
    if (const auto a = result.scoresA->calibrationError, b = result.scoresB->calibrationError; a && b)
        addRow(tr("Calibration error"), PairedTexts::share(*a), PairedTexts::share(*b),
               tr("%1 points").arg(PairedTexts::points(100 * (*b - *a))),
               tr("How far scores are from the share of right answers; 0: a score of 80 % is right 8 times out of 10"));
}

void NumbersPage::addCounts(const PairedComparison& result) {
    if (!result.labelled)
        return;
    const auto& counts = result.counts;
    const auto count = [](std::uint64_t number) { return QLocale().toString(qulonglong(number)); };
    addRow(tr("Right"), count(counts.rightA()), count(counts.rightB()), {}, tr("Samples answered rightly"));
    addRow(tr("Right alone"), count(counts.onlyA), count(counts.onlyB), {},
           tr("Samples on which the other model is wrong: what decides whether a difference is chance"));
    addRow(tr("Both right"), {}, count(counts.bothRight), {}, tr("Samples both answer rightly"));
    addRow(tr("Both wrong"), {}, count(counts.bothWrong), {}, tr("Samples neither answers rightly"));
    if (result.test) {
        addRow(tr("McNemar mid-p"), {}, PairedTexts::probability(result.test->midP), {},
               tr("How often a difference at least this large comes about if both are equally good (Fagerland 2013)"));
        addRow(tr("McNemar exact"), {}, PairedTexts::probability(result.test->exact), {},
               tr("The same, never too small"));
    }
}

void NumbersPage::showResult(const PairedComparison& result) {
    m_verdict->setText(PairedTexts::verdict(result));
    m_explanation->setText(result.labelled
                               ? tr("%1 samples; on %2 only A is right, on %3 only B. Only these tell the two apart.")
                                     .arg(QLocale().toString(qulonglong(result.samples)),
                                          QLocale().toString(qulonglong(result.counts.onlyA)),
                                          QLocale().toString(qulonglong(result.counts.onlyB)))
                               : tr("%1 samples without labels: which of the two is right is not known.")
                                     .arg(QLocale().toString(qulonglong(result.samples))));
    showBars(result);
    m_table->setRowCount(0);
    addAccuracy(result);
    addCounts(result);
}

} // namespace lapidary
