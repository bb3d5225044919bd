// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/quantreportpanel.h"

#include "eval/calibrator.h"
#include "ui/models/numbertext.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/tablelook.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

#include <thread>

namespace lapidary {

namespace {

constexpr auto passId = "quantize.int8";

Result<CulpritReportPtr> measure(ProjectSession& session, const Engine& engine, const AnalysedModelPtr& model,
                                 const CulpritOptions& options, std::size_t samples, const Work& work) {
    auto data = session.dataset("calibration");
    if (data && !*data)
        data = session.dataset("evaluation");
    if (!data)
        return data.status();
    if (!*data)
        return errorDiagnostic("quantize.no_data", "The project has no calibration data and no evaluation data.",
                               "Choose a dataset in the File menu; labels are not needed.");
    CalibratorOptions calibration;
    calibration.samples = samples;
    calibration.threads = int(std::max(1u, std::thread::hardware_concurrency()));
    const auto calibrator = makeCalibrator(*data, calibration);
    auto report = lapidary::findCulprits(engine, *model, *calibrator, options, work);
    if (!report)
        return report.status();
    return std::make_shared<const CulpritReport>(std::move(*report));
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
    column->addWidget(makeBar());
    column->addWidget(m_pages, 1);
    connect(&m_workspace, &Workspace::projectChanged, this, [this] {
        if (m_job)
            m_job->cancel();
    });
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

QWidget* QuantReportPanel::makeBar() {
    auto* bar = new QWidget(this);
    m_find = new QPushButton(bar);
    m_find->setObjectName(QStringLiteral("findCulpritsButton"));
    m_samples = new QComboBox(bar);
    m_samples->setObjectName(QStringLiteral("culpritSamples"));
    m_samples->setAccessibleName(tr("Samples"));
    m_samples->setToolTip(tr("How many samples of the calibration data everything is measured on"));
    for (const int samples : {32, 64, 128, 256})
        m_samples->addItem(tr("%n sample(s)", nullptr, samples), samples);
    m_samples->setCurrentIndex(1);
    m_progress = new QProgressBar(bar);
    m_progress->setObjectName(QStringLiteral("culpritProgress"));
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setRange(0, 100);
    m_progress->setMaximumWidth(160);
    m_caption = new QLabel(bar);
    m_caption->setObjectName(QStringLiteral("quantReportCaption"));
    m_caption->setWordWrap(true);
    m_caption->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* column = new QVBoxLayout(bar);
    column->setContentsMargins(8, 4, 8, 4);
    column->setSpacing(4);
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::spacing);
    for (QWidget* part : std::initializer_list<QWidget*>{m_find, m_samples, m_progress})
        row->addWidget(part);
    row->addStretch(1);
    column->addLayout(row);
    column->addWidget(m_caption);
    connect(m_find, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->cancel();
        else
            findCulprits();
    });
    return bar;
}

QWidget* QuantReportPanel::makeLayers() {
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(QuantReportModel::SortRole);
    m_layers = new QTableView(this);
    m_layers->setObjectName(QStringLiteral("quantReportTable"));
    m_layers->setAccessibleName(tr("Layers by their error in 8 bits"));
    m_layers->setModel(&m_sorted);
    lookLikeTable(*m_layers);
    const int widths[] = {180, 130, 130, 140, 90, 140, 100, 280};
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
    m_remedies->setToolTip(tr("Each remedy was tried on the whole model, alone, and measured on the calibration data"));
    m_remedies->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_remedies->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_remedies->setSelectionMode(QAbstractItemView::SingleSelection);
    m_remedies->setAlternatingRowColors(true);
    m_remedies->verticalHeader()->hide();
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
    step.pass = passId;
    if (m_passes.pass() == QLatin1String(passId))
        step.params = m_passes.sensitivityRequest().params;
    return step;
}

QString QuantReportPanel::whyNot() const {
    if (m_job)
        return tr("The culprits are being looked for");
    if (!m_workspace.model())
        return tr("Open a model first");
    if (!m_workspace.engine().passes().find(passId))
        return tr("The plugin that quantizes to 8 bits is missing");
    if (!m_workspace.hasDataset("calibration") && !m_workspace.hasDataset("evaluation"))
        return tr("The project has no calibration or evaluation data (File menu)");
    return {};
}

void QuantReportPanel::findCulprits() {
    if (!whyNot().isEmpty())
        return;
    CulpritOptions options;
    options.step = step();
    const auto samples = std::size_t(m_samples->currentData().toInt());
    const auto model = m_workspace.model();
    m_job = m_workspace.jobs().start<CulpritReportPtr>(
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
        });
    connect(m_job, &Job::changed, this, [this] { m_progress->setValue(m_job ? int(100 * m_job->fraction()) : 0); });
    connect(m_job, &Job::finished, this, [this] {
        m_job = nullptr;
        showState();
    });
    showState();
}

void QuantReportPanel::applyRemedy() {
    const int row = m_remedies->currentRow();
    const auto report = m_model.report();
    if (!report || row < 0 || std::size_t(row) >= report->fixes.size() || m_analysed != m_workspace.model())
        return;
    m_workspace.apply(report->fixes[std::size_t(row)].step);
}

void QuantReportPanel::showReport(CulpritReportPtr report) {
    m_model.setReport(report);
    if (!report)
        m_analysed = nullptr;
    showRemedies();
    colour();
    m_pages->setCurrentIndex(report ? 1 : 0);
    m_caption->setText(captionText());
    m_caption->setVisible(report != nullptr);
    showState();
}

void QuantReportPanel::showRemedies() {
    const auto report = m_model.report();
    m_remedies->setRowCount(report ? int(report->fixes.size()) : 0);
    for (int row = 0; row < m_remedies->rowCount(); ++row) {
        const TriedFix& fix = report->fixes[std::size_t(row)];
        const double left = report->output.both > 0 ? fix.outputErrorPercent / report->output.both : 0;
        const QString texts[] = {QuantReportModel::fixText(fix), QuantReportModel::errorText(fix.outputErrorPercent),
                                 tr("%1 %").arg(left, 0, 'f', 0), QuantReportModel::bytesChange(fix.bytes)};
        for (int column = 0; column < 4; ++column) {
            auto* item = new QTableWidgetItem(texts[column]);
            if (column > 0)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            if (fix.fix == QuantizationFix::WideActivations)
                item->setToolTip(tr("Processors compute 16-bit activations in float; some accelerators have them"));
            m_remedies->setItem(row, column, item);
        }
    }
    if (m_remedies->rowCount() > 0)
        m_remedies->selectRow(0);
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
    if (!m_apply || !m_find)
        return;
    const bool running = m_job != nullptr;
    const auto why = whyNot();
    m_find->setText(running ? tr("Stop") : tr("Find culprits"));
    m_find->setEnabled(running || why.isEmpty());
    m_find->setToolTip(running         ? tr("Stop measuring")
                       : why.isEmpty() ? tr("Measure what 8 bits cost in every layer, with the parameters of the "
                                            "Compress panel where it shows this pass. Nothing is changed.")
                                       : why);
    m_progress->setVisible(running);
    m_samples->setVisible(!running);
    const bool chosen = m_model.report() && m_remedies->currentRow() >= 0 && !m_remedies->selectedItems().isEmpty();
    m_apply->setEnabled(chosen);
    m_apply->setToolTip(chosen ? tr("Quantize with the chosen remedy, as a new variant")
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
