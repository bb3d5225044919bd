// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/gallerypage.h"

#include "ui/models/pairedtexts.h"
#include "ui/panels/disagreementdelegate.h"
#include "ui/panels/sampleview.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QVBoxLayout>

namespace lapidary {

GalleryPage::GalleryPage(QWidget* parent)
    : QWidget(parent), m_model(this), m_outcome(new QComboBox(this)), m_class(new QComboBox(this)),
      m_count(new QLabel(this)), m_list(new QListView(this)), m_detail(new QLabel(this)),
      m_sample(new SampleView(this)) {
    setObjectName(QStringLiteral("galleryPage"));
    m_list->setObjectName(QStringLiteral("galleryList"));
    m_list->setAccessibleName(tr("Samples on which A and B differ"));
    m_list->setViewMode(QListView::IconMode);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setMovement(QListView::Static);
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new DisagreementDelegate(m_model, this));
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(m_list);
    split->addWidget(makeDetail());
    split->setStretchFactor(0, 1);
    split->setSizes({560, 280});
    split->setCollapsible(0, false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeFilters());
    layout->addWidget(split, 1);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &GalleryPage::showCurrent);
    connect(&m_model, &QAbstractItemModel::modelReset, this, [this] {
        showCount();
        m_list->setCurrentIndex(m_model.index(0));
        showCurrent(m_list->currentIndex());
    });
    showCurrent({});
}

QWidget* GalleryPage::makeFilters() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    m_outcome->setObjectName(QStringLiteral("galleryOutcome"));
    m_outcome->setAccessibleName(tr("Who is right"));
    m_outcome->setToolTip(tr("Show only samples on which one of the two is right, or neither"));
    m_class->setObjectName(QStringLiteral("galleryClass"));
    m_class->setAccessibleName(tr("Class"));
    m_class->setToolTip(tr("Show only samples that are, or were taken for, this class"));
    m_class->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_class->setMinimumContentsLength(16);
    m_count->setObjectName(QStringLiteral("galleryCount"));
    row->addWidget(m_outcome);
    row->addWidget(m_class);
    row->addStretch(1);
    row->addWidget(m_count);
    connect(m_outcome, &QComboBox::currentIndexChanged, this, &GalleryPage::applyOutcome);
    connect(m_class, &QComboBox::currentIndexChanged, this, &GalleryPage::applyClass);
    return bar;
}

QWidget* GalleryPage::makeDetail() {
    auto* side = new QWidget(this);
    side->setMinimumWidth(200);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(10);
    m_detail->setObjectName(QStringLiteral("galleryDetail"));
    m_detail->setTextFormat(Qt::RichText);
    m_detail->setWordWrap(true);
    m_detail->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_sample, 3);
    column->addWidget(m_detail, 2);
    return side;
}

void GalleryPage::setResult(PairedComparisonPtr result, DatasetPtr data) {
    {
        const QScopedValueRollback guard(m_filling, true);
        m_model.setResult(std::move(result), std::move(data));
        fillFilters();
    }
    applyOutcome();
}

void GalleryPage::fillFilters() {
    const auto* result = m_model.result();
    const auto chosen = m_outcome->currentData();
    m_outcome->clear();
    m_outcome->addItem(tr("All disagreements"), -1);
    if (result && result->labelled)
        for (const auto outcome : {PairedOutcome::OnlyA, PairedOutcome::OnlyB, PairedOutcome::BothWrong})
            m_outcome->addItem(PairedTexts::outcome(outcome), int(outcome));
    m_outcome->setCurrentIndex(std::max(0, m_outcome->findData(chosen)));
    m_outcome->setEnabled(result && result->labelled);
    m_outcome->setToolTip(m_outcome->isEnabled() ? tr("Show only samples on which one of the two is right, or neither")
                                                 : tr("The data has no labels: who is right is not known"));
    m_class->clear();
    m_class->addItem(tr("All classes"), qlonglong(-1));
    for (const auto& [answer, count] : m_model.classes())
        m_class->addItem(tr("%1 (%2)").arg(PairedTexts::className(m_model.dataset().get(), answer)).arg(count),
                         qlonglong(answer));
    m_class->setEnabled(m_class->count() > 1);
}

void GalleryPage::applyOutcome() {
    if (m_filling)
        return;
    const int outcome = m_outcome->currentData().toInt();
    m_model.setOutcome(outcome < 0 ? std::nullopt : std::optional(PairedOutcome(outcome)));
}

void GalleryPage::applyClass() {
    if (m_filling)
        return;
    const auto answer = m_class->currentData().toLongLong();
    m_model.setClass(answer < 0 ? std::nullopt : std::optional<std::int64_t>(answer));
}

void GalleryPage::showClass(std::optional<std::int64_t> answer) {
    m_class->setCurrentIndex(std::max(0, m_class->findData(qlonglong(answer.value_or(-1)))));
}

void GalleryPage::showCount() {
    const auto* result = m_model.result();
    if (!result) {
        m_count->clear();
        return;
    }
    const auto kept = result->disagreements.size(), all = result->disagreementCount;
    auto text = tr("%1 of %2 disagreements").arg(m_model.rowCount()).arg(all);
    m_count->setToolTip(kept < all ? tr("The %1 most surprising are kept: both sure, and of different things").arg(kept)
                                   : tr("The most surprising first: both sure, and of different things"));
    if (kept < all)
        text = tr("%1 of the %2 most surprising, %3 disagreements in all").arg(m_model.rowCount()).arg(kept).arg(all);
    m_count->setText(text);
}

QString GalleryPage::detailHtml(const Disagreement& sample) const {
    const auto* data = m_model.dataset().get();
    const auto name = QString::fromStdString(data ? data->sampleName(sample.sample) : std::string()).toHtmlEscaped();
    QString html = QStringLiteral("<p><b>%1</b></p>").arg(name);
    if (sample.a.answer < 0)
        return html +
               QStringLiteral("<p>%1</p>")
                   .arg(tr("The outputs differ by %1 of the size of A's.").arg(PairedTexts::share(sample.distance)));
    if (sample.label >= 0)
        html += QStringLiteral("<p>%1</p>")
                    .arg(tr("Label: %1").arg(PairedTexts::className(data, sample.label).toHtmlEscaped()));
    html += QStringLiteral("<table cellspacing='4'>");
    for (const auto& [side, answer] : {std::pair(tr("A"), sample.a), std::pair(tr("B"), sample.b)})
        html += QStringLiteral("<tr><td><b>%1</b></td><td>%2</td><td align='right'>%3</td></tr><tr><td></td><td "
                               "colspan='2'>%4</td></tr>")
                    .arg(side, PairedTexts::className(data, answer.answer).toHtmlEscaped(),
                         PairedTexts::share(double(answer.score)),
                         tr("%1 ahead of the second").arg(PairedTexts::share(double(answer.margin))));
    html += QStringLiteral("</table>");
    return html + QStringLiteral("<p>%1</p>").arg(PairedTexts::outcome(sample.outcome()));
}

void GalleryPage::showCurrent(const QModelIndex& index) {
    const auto* sample = m_model.at(index);
    m_sample->showSample(sample ? m_model.dataset() : nullptr, sample ? sample->sample : 0);
    if (sample)
        m_detail->setText(detailHtml(*sample));
    else if (m_model.result())
        m_detail->setText(m_model.result()->disagreementCount == 0 ? tr("A and B give the same answer to every sample.")
                                                                   : tr("No sample fits the filter."));
    else
        m_detail->clear();
}

} // namespace lapidary
