// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/scorespage.h"

#include "ui/charts/mirrorhistogram.h"
#include "ui/models/pairedtexts.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace lapidary {

namespace {

MirrorHistogram::Side sideOf(const QString& name, const ScoreHistogram& histogram, bool labelled) {
    MirrorHistogram::Side side{name, histogram.all, {}};
    for (std::size_t i = 0; labelled && i < histogram.all.size(); ++i)
        side.marked.push_back(histogram.all[i] - histogram.right[i]);
    return side;
}

} // namespace

ScoresPage::ScoresPage(QWidget* parent)
    : QWidget(parent), m_score(new MirrorHistogram(this)), m_margin(new MirrorHistogram(this)),
      m_caption(new QLabel(this)), m_root(new QCheckBox(tr("Show small counts"), this)) {
    setObjectName(QStringLiteral("scoresPage"));
    m_score->setObjectName(QStringLiteral("scoresScore"));
    m_score->setAccessibleName(tr("Scores of both models"));
    m_margin->setObjectName(QStringLiteral("scoresMargin"));
    m_margin->setAccessibleName(tr("Margins of both models"));
    m_caption->setObjectName(QStringLiteral("scoresCaption"));
    m_caption->setWordWrap(true);
    m_root->setObjectName(QStringLiteral("scoresRoot"));
    m_root->setToolTip(tr("Heights are the square root of counts, so that rare scores stay visible"));
    m_root->setChecked(true);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(12, 8, 12, 8);
    bar->addWidget(m_caption, 1);
    bar->addWidget(m_root);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(1);
    layout->addLayout(bar);
    layout->addWidget(m_score, 1);
    layout->addWidget(m_margin, 1);
    connect(m_root, &QCheckBox::toggled, this, [this](bool on) {
        m_score->setRootScale(on);
        m_margin->setRootScale(on);
    });
}

void ScoresPage::showResult(const PairedComparison& result) {
    const bool known = result.scoresA && result.scoresB;
    m_score->setVisible(known);
    m_margin->setVisible(known);
    m_root->setVisible(known);
    if (!known) {
        m_caption->setText(tr("The models do not classify: there are no scores."));
        return;
    }
    const auto& a = *result.scoresA;
    const auto& b = *result.scoresB;
    m_score->setSides(sideOf(tr("A"), a.score, result.labelled), sideOf(tr("B"), b.score, result.labelled),
                      tr("Score of the answer"), tr("wrong"));
    m_margin->setSides(sideOf(tr("A"), a.margin, result.labelled), sideOf(tr("B"), b.margin, result.labelled),
                       tr("Margin to the second answer"), tr("wrong"));
    auto text =
        tr("A is %1 sure on average, B %2.").arg(PairedTexts::share(a.meanScore), PairedTexts::share(b.meanScore));
    if (a.calibrationError && b.calibrationError)
        text += QLatin1Char(' ') +
                tr("Their scores are %1 and %2 from the share of right answers.")
                    .arg(PairedTexts::share(*a.calibrationError), PairedTexts::share(*b.calibrationError));
    m_caption->setText(text);
}

} // namespace lapidary
