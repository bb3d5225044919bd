// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/quantreportpanel.h"

#include "ui/models/barshare.h"
#include "ui/models/numbertext.h"
#include "ui/models/quantizationjob.h"
#include "ui/panels/measurebar.h"
#include "ui/panels/nodetablesync.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/sharebardelegate.h"
#include "ui/panels/tablelook.h"

#include <QEvent>
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
    const int widths[] = {150, 88, 92, 104, 92, 112, 96, 160};
    for (int column = 0; column < QuantReportModel::ColumnCount; ++column)
        m_layers->setColumnWidth(column, widths[column]);
    m_layers->setTextElideMode(Qt::ElideMiddle);                    // names of layers differ at both ends
    m_layers->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // see fitColumns()
    m_layers->viewport()->installEventFilter(this);
    auto* header = m_layers->horizontalHeader();
    header->setStretchLastSection(true); // what helps, in words
    m_sync = new NodeTableSync(*m_layers, m_workspace, QuantReportModel::NodeRole,
                               [this] { return m_analysed && m_analysed == m_workspace.model(); });
    connect(m_layers->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &QuantReportPanel::adviceFromTable);
    connect(m_layers, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        const auto* layer = m_model.layer(m_sorted.mapToSource(index).row());
        if (layer && m_analysed == m_workspace.model())
            Q_EMIT layerActivated(layer->id.number);
    });
    return m_layers;
}

/// What helps is always in sight. Where there is no room the columns go whose message others have: the cause names the
/// larger of the two errors, and the button says what the layer costs in float.
void QuantReportPanel::fitColumns() {
    const auto* header = m_layers->horizontalHeader();
    constexpr int advice = 150;
    const int width = m_layers->viewport()->width();
    int needed = advice;
    for (const auto column :
         {QuantReportModel::Layer, QuantReportModel::Error, QuantReportModel::Cause, QuantReportModel::WithoutIt})
        needed += header->sectionSize(column);
    const auto offer = [&](std::initializer_list<int> columns) {
        constexpr int least = 96;
        needed += least * int(columns.size());
        for (const int column : columns)
            m_layers->setColumnHidden(column, needed > width);
    };
    offer({QuantReportModel::Bytes});
    offer({QuantReportModel::Weights, QuantReportModel::Activations});
}

bool QuantReportPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && watched == m_layers->viewport())
        fitColumns();
    return QWidget::eventFilter(watched, event);
}

QWidget* QuantReportPanel::makeRemedies() {
    auto* page = new QWidget(this);
    m_remedies = new QTableWidget(0, 4, page);
    m_remedies->setObjectName(QStringLiteral("quantRemedies"));
    m_remedies->setAccessibleName(tr("Remedies that were tried"));
    m_remedies->setHorizontalHeaderLabels({tr("Remedy"), tr("Model's error"), tr("Error left"), tr("Size")});
    m_remedies->setToolTip(
        tr("Each remedy was tried on the whole model, alone, and measured on the calibration data. Bold: the "
           "cheapest that goes to the cause"));
    m_remedies->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_remedies->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_remedies->setSelectionMode(QAbstractItemView::SingleSelection);
    m_remedies->setAlternatingRowColors(true);
    m_remedies->setShowGrid(false);
    m_remedies->setWordWrap(false);
    m_remedies->verticalHeader()->setDefaultSectionSize(24);
    m_remedies->verticalHeader()->hide();
    showShareBars(*m_remedies);
    m_remedies->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    const int widths[] = {156, 120, 110};
    for (int column = 1; column < 4; ++column)
        m_remedies->setColumnWidth(column, widths[column - 1]);
    for (int column = 1; column < 4; ++column)
        m_remedies->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_remedies->horizontalHeaderItem(2)->setToolTip(tr("Share of the error without a remedy that stays with this one"));
    m_remedies->horizontalHeaderItem(3)->setToolTip(tr("How much larger the model is than without a remedy"));
    m_effect = new QLabel(page);
    m_effect->setObjectName(QStringLiteral("remedyEffect"));
    m_effect->setWordWrap(true);
    m_leave = new QPushButton(page);
    m_leave->setObjectName(QStringLiteral("leaveInFloatButton"));
    m_apply = new QPushButton(tr("Apply remedy"), page);
    m_apply->setObjectName(QStringLiteral("applyRemedyButton"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    row->addWidget(m_apply);
    row->addWidget(m_effect, 1);
    row->addWidget(m_leave);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_remedies, 1);
    column->addLayout(row);
    connect(m_remedies, &QTableWidget::itemSelectionChanged, this, &QuantReportPanel::showState);
    connect(m_apply, &QPushButton::clicked, this, &QuantReportPanel::applyRemedy);
    connect(m_leave, &QPushButton::clicked, this, &QuantReportPanel::leaveInFloat);
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

const CulpritLayer* QuantReportPanel::chosenLayer() const {
    const auto rows = m_layers->selectionModel()->selectedRows();
    return rows.size() == 1 ? m_model.layer(m_sorted.mapToSource(rows.front()).row()) : nullptr;
}

const TriedFix* QuantReportPanel::chosenFix() const {
    const int row = m_remedies->currentRow();
    const auto& report = m_model.report();
    const bool chosen =
        report && row >= 0 && std::size_t(row) < report->fixes.size() && !m_remedies->selectedItems().isEmpty();
    return chosen ? &report->fixes[std::size_t(row)] : nullptr;
}

void QuantReportPanel::applyRemedy() {
    if (const auto* fix = chosenFix(); fix && m_analysed == m_workspace.model())
        applyToWholeGraph(m_workspace, fix->step);
}

void QuantReportPanel::leaveInFloat() {
    if (const auto* layer = chosenLayer(); layer && m_analysed == m_workspace.model())
        applyToWholeGraph(m_workspace, leavingInFloat(m_model.report()->step, {layer->node}));
}

void QuantReportPanel::showReport(CulpritReportPtr report) {
    m_model.setReport(report);
    if (!report)
        m_analysed = nullptr;
    showRemedies();
    colour();
    m_pages->setCurrentIndex(report ? 1 : 0);
    m_bar->setCaption(captionText());
    m_sync->follow();
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
                                 QuantReportModel::percentOnly(left), QuantReportModel::bytesChange(fix.bytes)};
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
    showRemedyState();
    m_nothing->setText(running         ? tr("Measuring …")
                       : why.isEmpty() ? tr("Which layers would lose accuracy in 8 bits, and what helps?\n\"Find "
                                            "culprits\" measures it on the calibration data. Nothing is changed.")
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

void QuantReportPanel::showRemedyState() {
    const auto* fix = chosenFix();
    m_apply->setEnabled(fix != nullptr);
    m_apply->setText(!fix || fix->bytes == 0
                         ? tr("Apply remedy")
                         : tr("Apply remedy (%1)", "its cost").arg(QuantReportModel::bytesChange(fix->bytes)));
    m_apply->setToolTip(fix ? tr("Quantize the whole model with the chosen remedy, as a new variant")
                            : tr("Choose a remedy in the list first"));
    m_effect->setText(
        fix ? tr("%1: the model's error becomes %2", "a remedy")
                  .arg(QuantReportModel::fixText(*fix), QuantReportModel::errorText(fix->outputErrorPercent))
            : QString());
    const auto* layer = chosenLayer();
    m_leave->setEnabled(layer != nullptr);
    m_leave->setText(layer ? tr("Leave layer in float (%1)", "its cost")
                                 .arg(QuantReportModel::bytesChange(std::int64_t(layer->floatBytes)))
                           : tr("Leave layer in float"));
    m_leave->setToolTip(layer ? tr("Quantize all but %1, as a new variant").arg(QString::fromStdString(layer->node))
                              : tr("Choose one layer in the list above first"));
}

/// The remedy advised for the chosen layer stands ready where it was tried.
void QuantReportPanel::adviceFromTable() {
    const auto* layer = chosenLayer();
    const auto& report = m_model.report();
    if (layer && report) {
        const auto advised = std::ranges::find_if(report->fixes, [layer](const TriedFix& fix) {
            const bool thisOne = fix.layers == std::vector<std::string>{layer->node};
            return fix.fix == layer->advice && (fix.fix != QuantizationFix::LeaveFloat || thisOne);
        });
        if (advised != report->fixes.end())
            m_remedies->selectRow(int(advised - report->fixes.begin()));
    }
    showRemedyState();
}

} // namespace lapidary
