// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/rangespage.h"

#include "ui/charts/histogramplot.h"
#include "ui/forms/paramform.h"
#include "ui/models/barshare.h"
#include "ui/models/numbertext.h"
#include "ui/models/quantizationjob.h"
#include "ui/models/quantizationtexts.h"
#include "ui/panels/measurebar.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/sharebardelegate.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {

namespace {

constexpr int shownBins = 160;

HistogramBins binsOf(const ValueStatistics& statistics) {
    const HistogramBins all{double(statistics.histogramLow), double(statistics.histogramHigh), statistics.histogram};
    return rebinned(all, double(statistics.minimum), double(statistics.maximum), shownBins);
}

QString rangeText(ActivationRange range) {
    const QLocale locale;
    return RangesPage::tr("%1 to %2", "a range")
        .arg(locale.toString(range.low, 'g', 4), locale.toString(range.high, 'g', 4));
}

QString clippedText(double share) {
    return RangesPage::tr("%1 %").arg(QLocale().toString(100 * share, 'g', 2));
}

QString captionOf(const RangeStudy& study) {
    auto text = RangesPage::tr("What %n layer(s) read, measured on %1 samples, and what 8 bits keep of it. Hatched: "
                               "clipped by the chosen range.",
                               nullptr, int(study.layers.size()))
                    .arg(study.samples);
    if (study.capBytes > 0)
        text += u' ' + RangesPage::tr("Gathering held %1 of at most %2.", "memory")
                           .arg(bytesText(study.peakBytes), bytesText(study.capBytes));
    return text;
}

} // namespace

RangesPage::RangesPage(Workspace& workspace, PassPanel& passes, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_passes(passes),
      m_bar(new MeasureBar(QStringLiteral("measureRanges"), tr("Measure ranges"), this)), m_layer(new QComboBox(this)),
      m_logarithmic(new QCheckBox(tr("Logarithmic"), this)), m_nothing(new QLabel(this)),
      m_pages(new QStackedWidget(this)) {
    setObjectName(QStringLiteral("rangesPage"));
    m_layer->setObjectName(QStringLiteral("rangesLayer"));
    m_layer->setAccessibleName(tr("Layer"));
    m_layer->setToolTip(tr("The layer shown; it follows the selection"));
    m_layer->setMaximumWidth(320);
    m_layer->setPlaceholderText(tr("No layer measured yet"));
    m_logarithmic->setObjectName(QStringLiteral("rangesLogarithmic"));
    m_logarithmic->setToolTip(
        tr("Logarithmic heights show the few values that are clipped beside the many that are not"));
    m_logarithmic->setChecked(true);
    m_bar->add(m_layer);
    m_bar->add(m_logarithmic);
    m_nothing->setObjectName(QStringLiteral("rangesNothing"));
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setObjectName(QStringLiteral("rangesSplitter"));
    split->addWidget(makePlots());
    split->addWidget(makeChoices());
    split->setStretchFactor(0, 1);
    split->setChildrenCollapsible(false);
    m_pages->addWidget(m_nothing);
    m_pages->addWidget(split);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addWidget(m_pages, 1);
    connect(m_bar, &MeasureBar::wanted, this, &RangesPage::measure);
    connect(m_bar, &MeasureBar::ended, this, &RangesPage::showState);
    connect(m_layer, &QComboBox::activated, this, &RangesPage::layerPicked);
    connect(m_logarithmic, &QCheckBox::toggled, this, &RangesPage::showLayer);
    connect(&m_workspace, &Workspace::projectChanged, m_bar, &MeasureBar::stop);
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        if (m_analysed != m_workspace.model())
            showStudy(nullptr, nullptr);
        showState();
    });
    connect(&m_workspace, &Workspace::variantsChanged, this, &RangesPage::showState);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &RangesPage::followSelection);
    showStudy(nullptr, nullptr);
}

QWidget* RangesPage::makePlots() {
    auto* page = new QWidget(this);
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    const auto add = [&](const QString& name, QLabel*& title, HistogramPlot*& plot) {
        title = new QLabel(page);
        title->setObjectName(name + QStringLiteral("Title"));
        title->setWordWrap(true);
        title->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        title->setMinimumHeight(2 * title->fontMetrics().lineSpacing()); // plots side by side begin at one height
        plot = new HistogramPlot(page);
        plot->setObjectName(name);
        auto* column = new QVBoxLayout;
        column->setSpacing(4);
        column->addWidget(title);
        column->addWidget(plot, 1);
        row->addLayout(column, 1);
    };
    add(QStringLiteral("rangesActivations"), m_activationsTitle, m_activations);
    add(QStringLiteral("rangesWeights"), m_weightsTitle, m_weights);
    m_activations->setQuantity(tr("Activation"));
    m_weights->setQuantity(tr("Weight"));
    return page;
}

QWidget* RangesPage::makeChoices() {
    auto* page = new QWidget(this);
    m_choices = new QTableWidget(0, 4, page);
    m_choices->setObjectName(QStringLiteral("rangesChoices"));
    m_choices->setAccessibleName(tr("Ways to choose the range of the activations"));
    m_choices->setHorizontalHeaderLabels({tr("Range by"), tr("Kept"), tr("Clipped"), tr("Signal to noise")});
    m_choices->horizontalHeaderItem(2)->setToolTip(tr("Share of the values outside the range: they become its ends"));
    m_choices->horizontalHeaderItem(3)->setToolTip(
        tr("Of rounding to 256 steps and clipping together; more is better, 6 dB are one bit"));
    m_choices->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_choices->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_choices->setSelectionMode(QAbstractItemView::SingleSelection);
    m_choices->setAlternatingRowColors(true);
    m_choices->setShowGrid(false);
    showShareBars(*m_choices);
    m_choices->verticalHeader()->hide();
    m_choices->verticalHeader()->setDefaultSectionSize(24);
    // All five and no more: the plots need the height.
    m_choices->setFixedHeight(m_choices->horizontalHeader()->sizeHint().height() + 5 * 24 + 8);
    for (int column = 1; column < 4; ++column) {
        m_choices->setColumnWidth(column, 150);
        m_choices->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    m_choices->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_use = new QPushButton(tr("Use this range"), page);
    m_use->setObjectName(QStringLiteral("useRangeButton"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_use);
    row->addStretch(1);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(8, 4, 8, 8);
    column->addWidget(m_choices, 1);
    column->addLayout(row);
    connect(m_choices, &QTableWidget::itemSelectionChanged, this, &RangesPage::showActivations);
    connect(m_use, &QPushButton::clicked, this, &RangesPage::useRange);
    return page;
}

QString RangesPage::whyNot() const {
    return m_bar->isRunning() ? tr("The ranges are being measured") : whyNotQuantize(m_workspace);
}

void RangesPage::measure() {
    if (!whyNot().isEmpty())
        return;
    RangeStudyOptions options;
    if (m_passes.pass() == QLatin1String(int8Pass)) {
        const auto params = m_passes.form()->params();
        if (const auto it = params.find("percentile"); it != params.end())
            options.percent = it->second.toDouble(options.percent);
        if (const auto it = params.find("symmetric_activations"); it != params.end())
            options.symmetric = it->second.toBool();
    }
    const auto model = m_workspace.model();
    m_bar->follow(m_workspace.jobs().start<RangeStudyPtr>(
        tr("Measure ranges of activations"), Lane::cpu(),
        [session = m_workspace.session(), model, options,
         samples = m_bar->samples()](const Work& work) -> Result<RangeStudyPtr> {
            auto calibrator = projectCalibrator(*session, samples);
            if (!calibrator)
                return calibrator.status();
            auto study = studyRanges(*model, **calibrator, options, work);
            if (!study)
                return study.status();
            return std::make_shared<const RangeStudy>(std::move(*study));
        },
        this,
        [this, model](RangeStudyPtr study) {
            if (model == m_workspace.model())
                showStudy(std::move(study), model);
        },
        [this](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        }));
    showState();
}

void RangesPage::useRange() {
    const auto* chosen = choice();
    if (!chosen)
        return;
    m_passes.setPass(QLatin1String(int8Pass));
    auto params = m_passes.form()->params();
    params["calibration"] = std::string(methodKey(chosen->method));
    m_passes.showParams(params);
    Q_EMIT m_workspace.notice(
        tr("The Compress panel quantizes with this range now: %1").arg(methodText(chosen->method)));
}

void RangesPage::showStudy(RangeStudyPtr study, AnalysedModelPtr model) {
    m_study = std::move(study);
    m_analysed = std::move(model);
    {
        const QSignalBlocker quiet(m_layer);
        m_layer->clear();
        if (m_study)
            for (const auto& layer : m_study->layers)
                m_layer->addItem(QString::fromStdString(layer.node), layer.id.number);
    }
    m_pages->setCurrentIndex(m_study ? 1 : 0);
    m_bar->setCaption(m_study ? captionOf(*m_study) : QString());
    followSelection();
    showLayer();
    showState();
}

void RangesPage::showState() {
    const auto why = whyNotQuantize(m_workspace);
    m_bar->setIdle(why, tr("Gather what every layer reads in one run over the calibration data. Nothing is changed."));
    m_layer->setEnabled(m_study != nullptr);
    m_logarithmic->setEnabled(m_study != nullptr);
    m_nothing->setText(m_bar->isRunning() ? tr("Measuring …")
                       : why.isEmpty()    ? tr("Which part of its activations would a layer lose in 8 bits?\n"
                                                  "\"Measure ranges\" gathers them in one run over the data and shows what "
                                                  "each way to choose a range keeps.")
                                          : why);
}

const LayerRanges* RangesPage::layer() const {
    return m_study ? m_study->find(NodeId{m_layer->currentData().toUInt()}) : nullptr;
}

const RangeChoice* RangesPage::choice() const {
    const auto* shown = layer();
    const int row = m_choices->currentRow();
    return shown && row >= 0 && std::size_t(row) < shown->choices.size() ? &shown->choices[std::size_t(row)] : nullptr;
}

void RangesPage::followSelection() {
    if (!m_study)
        return;
    auto wanted = m_workspace.selection().current();
    if (!m_study->find(wanted))
        for (const auto node : m_workspace.selection().nodes())
            if (m_study->find(node)) {
                wanted = node;
                break;
            }
    const int index = m_layer->findData(wanted.number);
    if (index < 0 || index == m_layer->currentIndex())
        return;
    m_layer->setCurrentIndex(index);
    showLayer();
}

void RangesPage::layerPicked(int index) {
    const NodeId id{m_layer->itemData(index).toUInt()};
    m_workspace.selection().set({id}, id);
    showLayer();
}

void RangesPage::showLayer() {
    m_activations->setLogCounts(m_logarithmic->isChecked());
    m_weights->setLogCounts(m_logarithmic->isChecked());
    const auto* shown = layer();
    const int before = m_choices->currentRow();
    {
        const QSignalBlocker quiet(m_choices);
        m_choices->setRowCount(shown ? int(shown->choices.size()) : 0);
        double mostClipped = 0, mostDb = 0;
        for (int row = 0; row < m_choices->rowCount(); ++row) {
            mostClipped = std::max(mostClipped, shown->choices[std::size_t(row)].clippedShare);
            mostDb = std::max(mostDb, shown->choices[std::size_t(row)].sqnrDb);
        }
        for (int row = 0; row < m_choices->rowCount(); ++row) {
            const auto& one = shown->choices[std::size_t(row)];
            const QString texts[] = {methodText(one.method), rangeText(one.range), clippedText(one.clippedShare),
                                     decibelsText(one.sqnrDb)};
            const double best = std::ranges::max_element(shown->choices, {}, &RangeChoice::sqnrDb)->sqnrDb;
            for (int column = 0; column < 4; ++column) {
                auto* item = new QTableWidgetItem(texts[column]);
                const auto bar = column == 2   ? barShare(one.clippedShare, mostClipped)
                                 : column == 3 ? barShare(one.sqnrDb, mostDb)
                                               : QVariant();
                item->setData(BarShareRole, bar);
                item->setData(Qt::AccessibleDescriptionRole, barShareText(bar));
                item->setToolTip(one.method == RangeMethod::Percentile
                                     ? tr("Keeps %1 % of the values").arg(QLocale().toString(m_study->percent))
                                     : methodHelp(one.method));
                if (column > 0)
                    item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
                auto font = item->font();
                font.setBold(one.sqnrDb >= best);
                item->setFont(font);
                m_choices->setItem(row, column, item);
            }
        }
        if (shown) {
            const auto params = m_passes.pass() == QLatin1String(int8Pass) ? m_passes.form()->params() : ParamSet();
            const auto asked = params.find("calibration");
            const auto key =
                asked != params.end() ? asked->second.toString() : std::string(methodKey(RangeMethod::Mse));
            const auto it = std::ranges::find(
                shown->choices, key, [](const RangeChoice& one) { return std::string(methodKey(one.method)); });
            m_choices->selectRow(before >= 0 && before < m_choices->rowCount() ? before
                                                                               : int(it - shown->choices.begin()));
        }
    }
    showActivations();
    showWeights();
}

void RangesPage::showActivations() {
    const auto* shown = layer();
    const auto* chosen = choice();
    m_use->setEnabled(chosen);
    m_use->setToolTip(chosen ? tr("Set this way to choose ranges in the Compress panel, for all layers")
                             : tr("Choose a range in the list first"));
    m_activations->setBins(shown ? binsOf(shown->activations) : HistogramBins());
    if (!chosen)
        return m_activations->setChosenRange(std::nullopt);
    m_activationsTitle->setText(tr("<b>%1</b> reads <b>%2</b>; range by: %3")
                                    .arg(QString::fromStdString(shown->node).toHtmlEscaped(),
                                         QString::fromStdString(shown->value).toHtmlEscaped(),
                                         methodText(chosen->method)));
    m_activations->setChosenRange(ValueInterval{double(chosen->range.low), double(chosen->range.high)});
    m_activations->setClippedShare(chosen->clippedShare);
}

void RangesPage::showWeights() {
    const auto* shown = layer();
    m_weights->setBins(shown ? binsOf(shown->weights) : HistogramBins());
    if (!shown)
        return m_weights->setChosenRange(std::nullopt);
    m_weights->setChosenRange(ValueInterval{-shown->weightLimit, shown->weightLimit});
    m_weights->setClippedShare(0);
    auto text = tr("Its weights in 8 bits: %1 with one scale for the layer").arg(decibelsText(shown->perTensorDb));
    if (shown->perChannelDb)
        text += tr(", %1 with a scale per output channel").arg(decibelsText(*shown->perChannelDb));
    m_weightsTitle->setText(text);
    m_weightsTitle->setToolTip(
        tr("Weights are never clipped: the largest magnitude becomes the largest integer. The range "
           "drawn is that of one scale for the whole layer."));
}

} // namespace lapidary
