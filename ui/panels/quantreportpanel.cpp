// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/quantreportpanel.h"

#include "ui/models/barshare.h"
#include "ui/models/numbertext.h"
#include "ui/models/quantizationjob.h"
#include "ui/panels/measurebar.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/sharebardelegate.h"
#include "ui/panels/tablelook.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {

namespace {

Result<CulpritReportPtr> measure(ProjectSession& session, const Engine& engine, const AnalysedModelPtr& model,
                                 const CulpritOptions& options, std::size_t samples, const Work& work) {
    auto calibrator = projectCalibrator(session, samples);
    if (!calibrator)
        return calibrator.status();
    auto report = lapidary::findCulprits(engine, *model, **calibrator, options, work);
    if (!report)
        return report.status();
    return std::make_shared<const CulpritReport>(std::move(*report));
}

/// The remedy advised for the worst layer: the cheapest that goes to the cause. The best one where it did not help.
int advisedRow(const CulpritReport& report) {
    if (report.layers.empty())
        return 0;
    const auto it = std::ranges::find(report.fixes, report.layers.front().advice, &TriedFix::fix);
    return it == report.fixes.end() ? 0 : int(it - report.fixes.begin());
}

} // namespace

QuantReportPanel::QuantReportPanel(Workspace& workspace, PassPanel& passes, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_passes(passes), m_model(this), m_sorted(this) {
    setObjectName(QStringLiteral("quantReportPanel"));
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setObjectName(QStringLiteral("quantReportSplitter"));
    split->addWidget(makeLayers());
    split->addWidget(makeRemedies());
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);
    m_nothing = new QLabel(this);
    m_nothing->setObjectName(QStringLiteral("quantReportNothing"));
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(m_nothing);
    m_pages->addWidget(split);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bar = new MeasureBar(QStringLiteral("findCulprits"), tr("Find culprits"), this);
    column->addWidget(m_bar);
    column->addWidget(m_pages, 1);
    connect(m_bar, &MeasureBar::wanted, this, &QuantReportPanel::findCulprits);
    connect(m_bar, &MeasureBar::ended, this, &QuantReportPanel::showState);
    connect(&m_workspace, &Workspace::projectChanged, m_bar, &MeasureBar::stop);
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        if (m_analysed != m_workspace.model())
            showReport(nullptr);
        showState();
    });
    connect(&m_workspace, &Workspace::variantsChanged, this, &QuantReportPanel::showState);
    connect(&m_passes, &PassPanel::passChanged, this, &QuantReportPanel::showState);
    showReport(nullptr);
    showState();
}

QWidget* QuantReportPanel::makeLayers() {
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(QuantReportModel::SortRole);
    m_layers = new QTableView(this);
    m_layers->setObjectName(QStringLiteral("quantReportTable"));
    m_layers->setAccessibleName(tr("Layers by their error in 8 bits"));
    m_layers->setModel(&m_sorted);
    lookLikeTable(*m_layers);
    showShareBars(*m_layers);
    const int widths[] = {170, 150, 150, 150, 90, 150, 100, 280};
    for (int column = 0; column < QuantReportModel::ColumnCount; ++column)
        m_layers->setColumnWidth(column, widths[column]);
    connect(m_layers->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &QuantReportPanel::selectionFromTable);
    connect(m_layers, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        const auto* layer = m_model.layer(m_sorted.mapToSource(index).row());
        if (layer && m_analysed == m_workspace.model())
            Q_EMIT layerActivated(layer->id.number);
    });
    return m_layers;
}

QWidget* QuantReportPanel::makeRemedies() {
    auto* page = new QWidget(this);
    m_remedies = new QTableWidget(0, 4, page);
    m_remedies->setObjectName(QStringLiteral("quantRemedies"));
    m_remedies->setAccessibleName(tr("Remedies that were tried"));
    m_remedies->setHorizontalHeaderLabels(
        {tr("Remedy"), tr("Error of the model"), tr("Of the error left"), tr("Size")});
    m_remedies->setToolTip(
        tr("Each remedy was tried on the whole model, alone, and measured on the calibration data. Bold: the "
           "cheapest that goes to the cause"));
    m_remedies->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_remedies->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_remedies->setSelectionMode(QAbstractItemView::SingleSelection);
    m_remedies->setAlternatingRowColors(true);
    m_remedies->verticalHeader()->hide();
    showShareBars(*m_remedies);
    m_remedies->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int column = 1; column < 4; ++column)
        m_remedies->setColumnWidth(column, 150);
    m_apply = new QPushButton(tr("Apply remedy"), page);
    m_apply->setObjectName(QStringLiteral("applyRemedyButton"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->addWidget(m_apply);
    row->addStretch(1);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_remedies, 1);
    column->addLayout(row);
    connect(m_remedies, &QTableWidget::itemSelectionChanged, this, &QuantReportPanel::showState);
    connect(m_apply, &QPushButton::clicked, this, &QuantReportPanel::applyRemedy);
    return page;
}

RecipeStep QuantReportPanel::step() const {
    RecipeStep step;
    step.pass = int8Pass;
    if (m_passes.pass() == QLatin1String(int8Pass))
        step.params = m_passes.sensitivityRequest().params;
    return step;
}

QString QuantReportPanel::whyNot() const {
    if (m_bar->isRunning())
        return tr("The culprits are being looked for");
    return whyNotQuantize(m_workspace);
}

void QuantReportPanel::findCulprits() {
    if (!whyNot().isEmpty())
        return;
    CulpritOptions options;
    options.step = step();
    const auto samples = m_bar->samples();
    const auto model = m_workspace.model();
    m_bar->follow(m_workspace.jobs().start<CulpritReportPtr>(
        tr("Find what loses accuracy in 8 bits"), Lane::cpu(),
        [session = m_workspace.session(), &engine = m_workspace.engine(), model, options, samples](const Work& work) {
            return measure(*session, engine, model, options, samples, work);
        },
        this,
        [this, model](CulpritReportPtr report) {
            if (model != m_workspace.model())
                return;
            m_analysed = model;
            showReport(std::move(report));
        },
        [this](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        }));
    showState();
}

void QuantReportPanel::applyRemedy() {
    const int row = m_remedies->currentRow();
    const auto report = m_model.report();
    if (!report || row < 0 || std::size_t(row) >= report->fixes.size() || m_analysed != m_workspace.model())
        return;
    applyToWholeGraph(m_workspace, report->fixes[std::size_t(row)].step);
}

void QuantReportPanel::showReport(CulpritReportPtr report) {
    m_model.setReport(report);
    if (!report)
        m_analysed = nullptr;
    showRemedies();
    colour();
    m_pages->setCurrentIndex(report ? 1 : 0);
    m_bar->setCaption(captionText());
    showState();
}

void QuantReportPanel::showRemedies() {
    const auto report = m_model.report();
    m_remedies->setRowCount(report ? int(report->fixes.size()) : 0);
    std::int64_t mostBytes = 0;
    for (int row = 0; row < m_remedies->rowCount(); ++row)
        mostBytes = std::max(mostBytes, report->fixes[std::size_t(row)].bytes);
    for (int row = 0; row < m_remedies->rowCount(); ++row) {
        const TriedFix& fix = report->fixes[std::size_t(row)];
        const double left = report->output.both > 0 ? fix.outputErrorPercent / report->output.both : 0;
        const QString texts[] = {QuantReportModel::fixText(fix), QuantReportModel::errorText(fix.outputErrorPercent),
                                 tr("%1 %").arg(left, 0, 'f', 0), QuantReportModel::bytesChange(fix.bytes)};
        const auto ofAll = barShare(left, 100);
        const QVariant bars[] = {{}, ofAll, ofAll, barShare(double(fix.bytes), double(mostBytes))};
        for (int column = 0; column < 4; ++column) {
            auto* item = new QTableWidgetItem(texts[column]);
            item->setData(BarShareRole, bars[column]);
            item->setData(Qt::AccessibleDescriptionRole, barShareText(bars[column]));
            if (column > 0)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            if (fix.fix == QuantizationFix::WideActivations)
                item->setToolTip(tr("Processors compute 16-bit activations in float; some accelerators have them"));
            m_remedies->setItem(row, column, item);
        }
    }
    if (m_remedies->rowCount() == 0)
        return;
    const int advised = advisedRow(*report);
    for (int column = 0; column < 4; ++column) {
        auto* item = m_remedies->item(advised, column);
        auto font = item->font();
        font.setBold(true);
        item->setFont(font);
        item->setToolTip(tr("The cheapest remedy that goes to the cause of the worst layer"));
    }
    m_remedies->selectRow(advised);
}

QString QuantReportPanel::captionText() const {
    const auto report = m_model.report();
    if (!report)
        return {};
    const auto percent = [](double error) { return QuantReportModel::errorText(100 * error); };
    auto text =
        tr("In 8 bits the model's output has an error of %1: %2 by the weights alone, %3 by the activations "
           "alone. Measured on %4 samples.")
            .arg(percent(report->output.both), percent(report->output.weights), percent(report->output.activations))
            .arg(report->samples);
    if (report->fixes.empty())
        text += QStringLiteral(" ") + tr("No remedy lowers it.");
    return text;
}

void QuantReportPanel::showState() {
    if (!m_apply || !m_bar)
        return;
    const bool running = m_bar->isRunning();
    const auto why = whyNotQuantize(m_workspace);
    m_bar->setIdle(why,
                   tr("Measure what 8 bits cost in every layer, with the parameters of the Compress panel where it "
                      "shows this pass. Nothing is changed."));
    const bool chosen = m_model.report() && m_remedies->currentRow() >= 0 && !m_remedies->selectedItems().isEmpty();
    m_apply->setEnabled(chosen);
    m_apply->setToolTip(chosen ? tr("Quantize the whole model with the chosen remedy, as a new variant")
                               : tr("Choose a remedy in the list first"));
    m_nothing->setText(running         ? tr("Measuring …")
                       : why.isEmpty() ? tr("Which layers would lose accuracy in 8 bits, and what helps?\n"
                                            "Find culprits measures it on the calibration data. Nothing is changed.")
                                       : why);
}

void QuantReportPanel::colour() {
    const auto report = m_model.report();
    if (!report || !m_analysed)
        return;
    NodeValues values;
    values.title = tr("Error in 8 bits").toStdString();
    values.unit = "%";
    for (const CulpritLayer& layer : report->layers)
        values.values[layer.id] = layer.errorPercent;
    m_workspace.setNodeValues(Workspace::ValueSource::Error, std::move(values));
}

void QuantReportPanel::selectionFromTable() {
    if (!m_analysed || m_analysed != m_workspace.model())
        return;
    std::set<NodeId> nodes;
    for (const auto& index : m_layers->selectionModel()->selectedRows()) {
        const auto* layer = m_model.layer(m_sorted.mapToSource(index).row());
        if (layer)
            nodes.insert(layer->id);
    }
    m_workspace.selection().set(nodes, nodes.size() == 1 ? *nodes.begin() : NodeId());
}

} // namespace lapidary
