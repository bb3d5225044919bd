// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/schemespage.h"

#include "eval/outputreference.h"
#include "ui/models/barshare.h"
#include "ui/models/numbertext.h"
#include "ui/models/quantizationjob.h"
#include "ui/models/quantizationtexts.h"
#include "ui/panels/measurebar.h"
#include "ui/panels/nodetablesync.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/sharebardelegate.h"
#include "ui/panels/tablelook.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>

#include <algorithm>
#include <thread>

namespace lapidary {

namespace {

enum Preset { Ranges, Scales, ZeroPoints, Everything };

std::vector<QuantizationScheme> schemesOfPreset(int preset) {
    using enum RangeMethod;
    const std::vector<RangeMethod> all{MinMax, Percentile, Entropy, Mse, MovingAverage}, two{MinMax, Mse};
    switch (preset) {
    case Ranges:
        return schemesOf(all, {true}, {false});
    case Scales:
        return schemesOf(two, {true, false}, {false});
    case ZeroPoints:
        return schemesOf(two, {true}, {false, true});
    default:
        return schemesOf(all, {true, false}, {false, true});
    }
}

} // namespace

SchemesPage::SchemesPage(Workspace& workspace, PassPanel& passes, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_passes(passes), m_model(this), m_sorted(this),
      m_bar(new MeasureBar(QStringLiteral("compareSchemes"), tr("Compare schemes"), this)),
      m_preset(new QComboBox(this)), m_evaluate(new QCheckBox(tr("With accuracy"), this)), m_nothing(new QLabel(this)),
      m_pages(new QStackedWidget(this)), m_schemes(new QTableView(this)), m_layers(new QTableWidget(this)),
      m_make(new QPushButton(tr("Make variant"), this)) {
    setObjectName(QStringLiteral("schemesPage"));
    addPresets();
    m_evaluate->setObjectName(QStringLiteral("schemesEvaluate"));
    m_evaluate->setChecked(true);
    m_bar->add(m_preset);
    m_bar->add(m_evaluate);
    m_nothing->setObjectName(QStringLiteral("schemesNothing"));
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_pages->addWidget(m_nothing);
    makeTables();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addWidget(m_pages, 1);
    connect(m_bar, &MeasureBar::wanted, this, &SchemesPage::compare);
    connect(m_bar, &MeasureBar::ended, this, &SchemesPage::showState);
    connect(&m_workspace, &Workspace::projectChanged, m_bar, &MeasureBar::stop);
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        if (m_analysed != m_workspace.model())
            showComparison(nullptr, nullptr);
        showState();
    });
    connect(&m_workspace, &Workspace::variantsChanged, this, &SchemesPage::showState);
    showComparison(nullptr, nullptr);
}

void SchemesPage::addPresets() {
    m_preset->setObjectName(QStringLiteral("schemesPreset"));
    m_preset->setAccessibleName(tr("Schemes"));
    m_preset->setToolTip(tr("Which schemes are made and measured"));
    m_preset->addItem(tr("Ranges of the activations (5 schemes)"), Ranges);
    m_preset->addItem(tr("Weight scales per channel or per layer (4 schemes)"), Scales);
    m_preset->addItem(tr("Asymmetric or symmetric activations (4 schemes)"), ZeroPoints);
    m_preset->addItem(tr("All combinations (20 schemes)"), Everything);
}

void SchemesPage::makeTables() {
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(SchemesModel::SortRole);
    m_schemes->setObjectName(QStringLiteral("schemesTable"));
    m_schemes->setAccessibleName(tr("Schemes that were measured"));
    m_schemes->setModel(&m_sorted);
    m_schemes->setSelectionMode(QAbstractItemView::SingleSelection);
    lookLikeTable(*m_schemes);
    showShareBars(*m_schemes);
    const int widths[] = {150, 114, 106, 86, 92, 86, 160};
    for (int column = 0; column < SchemesModel::ColumnCount; ++column)
        m_schemes->setColumnWidth(column, widths[column]);
    m_layers->setObjectName(QStringLiteral("schemeLayers"));
    m_layers->setAccessibleName(tr("Signal-to-noise ratio of every layer under every scheme"));
    m_layers->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_layers->setSelectionMode(QAbstractItemView::SingleSelection);
    m_layers->setAlternatingRowColors(true);
    m_layers->setShowGrid(false);
    m_layers->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_layers->verticalHeader()->setDefaultSectionSize(24);
    m_layers->verticalHeader()->hide();
    showShareBars(*m_layers);
    auto* lower = new QWidget(this);
    m_make->setObjectName(QStringLiteral("makeSchemeButton"));
    auto* about = new QLabel(
        tr("Signal to noise of every layer's own output, on the inputs it has in float; bold: the best"), lower);
    about->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->addWidget(m_make);
    row->addSpacing(16);
    row->addWidget(about, 1);
    auto* column = new QVBoxLayout(lower);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_layers, 1);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setObjectName(QStringLiteral("schemesSplitter"));
    split->addWidget(m_schemes);
    split->addWidget(lower);
    split->setChildrenCollapsible(false);
    m_pages->addWidget(split);
    connect(m_schemes->selectionModel(), &QItemSelectionModel::selectionChanged, this, &SchemesPage::showState);
    connect(m_make, &QPushButton::clicked, this, &SchemesPage::makeVariant);
    m_sync = new NodeTableSync(*m_layers, m_workspace, Qt::UserRole,
                               [this] { return m_analysed && m_analysed == m_workspace.model(); });
    connect(m_layers, &QTableWidget::cellDoubleClicked, this, [this](int at) {
        if (m_analysed == m_workspace.model() && m_layers->item(at, 0))
            Q_EMIT layerActivated(m_layers->item(at, 0)->data(Qt::UserRole).toUInt());
    });
}

QString SchemesPage::whyNot() const {
    return m_bar->isRunning() ? tr("The schemes are being compared") : whyNotQuantize(m_workspace);
}

SchemeOptions SchemesPage::options() const {
    SchemeOptions options;
    options.base.pass = int8Pass;
    if (const auto pass = m_workspace.engine().passes().find(int8Pass);
        pass && m_passes.pass() == QLatin1String(int8Pass))
        options.base.params = (*pass)->info().schema.nonDefault(m_passes.sensitivityRequest().params);
    options.schemes = schemesOfPreset(m_preset->currentData().toInt());
    options.threads = int(std::max(1u, std::thread::hardware_concurrency()));
    return options;
}

void SchemesPage::compare() {
    if (!whyNot().isEmpty())
        return;
    const auto model = m_workspace.model();
    const bool evaluate = m_evaluate->isChecked() && m_workspace.hasDataset("evaluation");
    m_bar->follow(m_workspace.jobs().start<SchemeComparisonPtr>(
        tr("Compare ways to quantize to 8 bits"), Lane::cpu(),
        [session = m_workspace.session(), &engine = m_workspace.engine(), model, options = options(), evaluate,
         samples = m_bar->samples()](const Work& work) mutable -> Result<SchemeComparisonPtr> {
            auto calibrator = projectCalibrator(*session, samples);
            if (!calibrator)
                return calibrator.status();
            auto data = evaluate ? session->dataset("evaluation") : Result<DatasetPtr>(DatasetPtr());
            if (!data)
                return data.status();
            options.evaluation = *data;
            auto compared = compareSchemes(engine, *model, **calibrator, options, work);
            if (!compared)
                return compared.status();
            return std::make_shared<const SchemeComparison>(std::move(*compared));
        },
        this,
        [this, model](SchemeComparisonPtr comparison) {
            if (model == m_workspace.model())
                showComparison(std::move(comparison), model);
        },
        [this](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        }));
    showState();
}

const MeasuredScheme* SchemesPage::chosen() const {
    const auto rows = m_schemes->selectionModel()->selectedRows();
    return rows.size() == 1 ? m_model.scheme(m_sorted.mapToSource(rows.front()).row()) : nullptr;
}

void SchemesPage::makeVariant() {
    if (const auto* scheme = chosen(); scheme && m_analysed == m_workspace.model())
        applyToWholeGraph(m_workspace, scheme->step);
}

void SchemesPage::showComparison(SchemeComparisonPtr comparison, AnalysedModelPtr model) {
    m_analysed = model;
    m_model.setComparison(comparison, std::move(model));
    m_pages->setCurrentIndex(comparison ? 1 : 0);
    QString caption;
    if (comparison) {
        caption = tr("Measured on %1 samples. The model now: %2")
                      .arg(comparison->samples)
                      .arg(bytesText(comparison->originalBytes));
        if (comparison->original)
            caption += tr(", %1 right of %2 samples of the evaluation data")
                           .arg(percentText(comparison->original->percent))
                           .arg(comparison->original->samples);
    }
    m_bar->setCaption(caption);
    if (comparison) {
        m_schemes->sortByColumn(SchemesModel::Sqnr, Qt::DescendingOrder);
        m_schemes->selectRow(0);
    }
    showLayers();
    showState();
}

void SchemesPage::showLayers() {
    const auto comparison = m_model.comparison();
    m_layers->clear();
    const int columns = comparison ? int(comparison->schemes.size()) : 0;
    const int rows = columns > 0 ? int(comparison->schemes.front().layers.size()) : 0;
    m_layers->setColumnCount(columns > 0 ? columns + 1 : 0);
    m_layers->setRowCount(rows);
    if (columns > 0)
        m_layers->setHorizontalHeaderItem(0, new QTableWidgetItem(tr("Layer")));
    for (int column = 0; column < columns; ++column) {
        auto* head = new QTableWidgetItem(SchemesModel::shortText(comparison->schemes[std::size_t(column)].scheme));
        head->setToolTip(SchemesModel::longText(comparison->schemes[std::size_t(column)].scheme));
        head->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_layers->setHorizontalHeaderItem(column + 1, head);
    }
    for (int row = 0; row < rows; ++row) {
        const auto node = comparison->schemes.front().layers[std::size_t(row)].node;
        auto* head = new QTableWidgetItem(m_model.layerName(node));
        head->setData(Qt::UserRole, node.number);
        m_layers->setItem(row, 0, head);
        std::vector<double> errors;
        for (const auto& scheme : comparison->schemes) {
            const auto it = std::ranges::find(scheme.layers, node, &LayerError::node);
            errors.push_back(it == scheme.layers.end() ? -1 : it->both);
        }
        double best = -1;
        for (const double error : errors)
            best = error >= 0 && (best < 0 || error < best) ? error : best;
        for (int column = 0; column < columns; ++column) {
            const double error = errors[std::size_t(column)];
            auto* item =
                new QTableWidgetItem(error < 0 ? QStringLiteral("–") : decibelsText(std::min(200.0, sqnrDbOf(error))));
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            item->setData(BarShareRole, m_model.layerShare(error));
            item->setData(Qt::AccessibleDescriptionRole, barShareText(m_model.layerShare(error)));
            auto font = item->font();
            font.setBold(error >= 0 && error <= best);
            item->setFont(font);
            m_layers->setItem(row, column + 1, item);
        }
    }
    m_sync->follow();
    m_layers->resizeColumnsToContents();
    constexpr int headerPadding = 20; // of the theme, which the size hint leaves out
    for (int column = 0; column < m_layers->columnCount(); ++column)
        m_layers->setColumnWidth(column, m_layers->columnWidth(column) + headerPadding);
}

void SchemesPage::showState() {
    const auto why = whyNotQuantize(m_workspace);
    m_bar->setIdle(why,
                   tr("Make and measure every scheme, with the other parameters of the Compress panel where it shows "
                      "this pass. No variant is made."));
    const bool labels = m_workspace.hasDataset("evaluation");
    m_evaluate->setEnabled(labels);
    m_evaluate->setToolTip(labels ? tr("Evaluate every scheme on the evaluation data as well")
                                  : tr("The project has no evaluation data (File menu)"));
    const auto* scheme = chosen();
    m_make->setEnabled(scheme && m_analysed == m_workspace.model());
    m_make->setToolTip(scheme ? tr("Quantize the whole model with the chosen scheme, as a new variant: %1")
                                    .arg(SchemesModel::longText(scheme->scheme))
                              : tr("Choose a scheme in the list first"));
    m_nothing->setText(m_bar->isRunning() ? tr("Making and measuring the schemes …")
                       : why.isEmpty()
                           ? tr("Which way to quantize suits this model?\n\"Compare schemes\" makes several, "
                                "measures layers, output and accuracy of each, and shows them side by side.")
                           : why);
}

} // namespace lapidary
