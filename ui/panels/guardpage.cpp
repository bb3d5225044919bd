// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/guardpage.h"

#include "ui/models/barshare.h"
#include "ui/models/guardtexts.h"
#include "ui/models/numbertext.h"
#include "ui/models/quantizationjob.h"
#include "ui/panels/guardlimiteditor.h"
#include "ui/panels/measurebar.h"
#include "ui/panels/nodetablesync.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/sharebardelegate.h"
#include "ui/panels/tablelook.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>

#include <algorithm>
#include <array>
#include <thread>

namespace lapidary {

namespace {

enum LayerColumn { Layer, Weights, Costs, LostInEight, OwnError, LayerColumnCount };

/// BarShareRole of a layer in float, by column: each bar as a share of the largest among these layers. `cost` may be
/// null, `ownError` negative: not measured.
std::array<QVariant, LayerColumnCount> layerBars(const GuardResult& result, const GuardCost* cost, double ownError) {
    double bytes = 0, lost = 0, own = 0;
    for (const auto& one : result.costs) {
        bytes = std::max(bytes, double(one.bytes));
        lost = std::max(lost, one.lost);
    }
    for (const auto& one : result.layers)
        if (std::ranges::find(result.floatLayers, one.node) != result.floatLayers.end())
            own = std::max(own, one.errorPercent);
    std::array<QVariant, LayerColumnCount> bars;
    if (cost) {
        bars[Costs] = barShare(double(cost->bytes), bytes);
        bars[LostInEight] = barShare(cost->lost, lost);
    }
    if (ownError >= 0)
        bars[OwnError] = barShare(ownError, own);
    return bars;
}

} // namespace

GuardPage::GuardPage(Workspace& workspace, PassPanel& passes, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_passes(passes), m_model(this), m_sorted(this), m_labels(this),
      m_bar(new MeasureBar(QStringLiteral("guard"), tr("Find layers"), this)), m_limit(new GuardLimitEditor(this)),
      m_sixteenBits(new QCheckBox(tr("16-bit weights first"), this)), m_nothing(new QLabel(this)),
      m_pages(new QStackedWidget(this)), m_measurements(new QTableView(this)),
      m_layers(new QTableWidget(0, LayerColumnCount, this)), m_layersTitle(new QLabel(this)),
      m_make(new QPushButton(tr("Make this variant"), this)) {
    setObjectName(QStringLiteral("guardPage"));
    makeControls();
    makeTables();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addWidget(m_pages, 1);
    connect(m_bar, &MeasureBar::wanted, this, &GuardPage::guard);
    connect(m_bar, &MeasureBar::ended, this, &GuardPage::showState);
    connect(&m_workspace, &Workspace::projectChanged, m_bar, &MeasureBar::stop);
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        if (m_analysed != m_workspace.model())
            showOutcome(nullptr, nullptr);
        m_problem.clear();
        showState();
    });
    connect(&m_workspace, &Workspace::variantsChanged, this, [this] {
        findLabels();
        showState();
    });
    showOutcome(nullptr, nullptr);
}

void GuardPage::makeControls() {
    m_bar->hideSamples(); // what is measured is what a variant will be: the project decides
    m_sixteenBits->setObjectName(QStringLiteral("guardSixteenBits"));
    m_sixteenBits->setChecked(true);
    m_bar->add(m_limit);
    m_bar->add(m_sixteenBits);
    m_nothing->setObjectName(QStringLiteral("guardNothing"));
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_pages->addWidget(m_nothing);
}

void GuardPage::makeTables() {
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(GuardModel::SortRole);
    m_measurements->setObjectName(QStringLiteral("guardTable"));
    m_measurements->setAccessibleName(tr("Choices of layers that were measured"));
    m_measurements->setModel(&m_sorted);
    m_measurements->setSelectionMode(QAbstractItemView::SingleSelection);
    lookLikeTable(*m_measurements);
    showShareBars(*m_measurements);
    const int widths[] = {92, 100, 104, 112, 100, 80, 92};
    for (int column = 0; column < GuardModel::ColumnCount; ++column)
        m_measurements->setColumnWidth(column, widths[column]);
    // Words may have the rest of the room, numbers and bars would be torn apart by it.
    m_measurements->horizontalHeader()->moveSection(GuardModel::Limit, GuardModel::ColumnCount - 1);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setObjectName(QStringLiteral("guardSplitter"));
    split->addWidget(m_measurements);
    split->addWidget(makeLayers());
    split->setChildrenCollapsible(false);
    m_pages->addWidget(split);
}

QWidget* GuardPage::makeLayers() {
    auto* lower = new QWidget(this);
    m_layers->setObjectName(QStringLiteral("guardLayers"));
    m_layers->setAccessibleName(tr("Layers that stay in float"));
    m_layers->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_layers->setSelectionMode(QAbstractItemView::SingleSelection);
    m_layers->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_layers->setAlternatingRowColors(true);
    m_layers->setShowGrid(false);
    showShareBars(*m_layers);
    m_layers->verticalHeader()->setDefaultSectionSize(24);
    m_layers->verticalHeader()->hide();
    const int widths[] = {0, 176, 104, 120, 120};
    for (int column = Weights; column < LayerColumnCount; ++column)
        m_layers->setColumnWidth(column, widths[column]);
    m_layers->horizontalHeader()->setSectionResizeMode(Layer, QHeaderView::Stretch);
    m_layersTitle->setObjectName(QStringLiteral("guardLayersTitle"));
    m_layersTitle->setWordWrap(true);
    m_make->setObjectName(QStringLiteral("makeGuardedButton"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->addWidget(m_make);
    row->addSpacing(16);
    row->addWidget(m_layersTitle, 1);
    auto* column = new QVBoxLayout(lower);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_layers, 1);
    connect(m_make, &QPushButton::clicked, this, &GuardPage::makeVariant);
    m_layers->setTextElideMode(Qt::ElideMiddle);
    m_sync = new NodeTableSync(*m_layers, m_workspace, Qt::UserRole,
                               [this] { return m_analysed && m_analysed == m_workspace.model(); });
    connect(m_layers, &QTableWidget::cellDoubleClicked, this, [this](int at) {
        if (m_analysed == m_workspace.model() && m_layers->item(at, Layer))
            Q_EMIT layerActivated(m_layers->item(at, Layer)->data(Qt::UserRole).toUInt());
    });
    return lower;
}

void GuardPage::findLabels() {
    m_labels.start(
        [session = m_workspace.session()](const Work&) {
            const auto data = session ? session->dataset("evaluation") : Result<DatasetPtr>(DatasetPtr());
            return data && *data && (*data)->labelled();
        },
        [this](bool labelled) { m_limit->setLabelled(labelled); });
}

QString GuardPage::whyNot() const {
    return m_bar->isRunning() ? tr("Choices of layers are being measured") : whyNotQuantize(m_workspace);
}

GuardOptions GuardPage::options() const {
    GuardOptions options;
    if (const auto pass = m_workspace.engine().passes().find(int8Pass);
        pass && m_passes.pass() == QLatin1String(int8Pass))
        options.params = (*pass)->info().schema.nonDefault(m_passes.sensitivityRequest().params);
    options.sixteenBits = m_sixteenBits->isChecked();
    options.threads = int(std::max(1u, std::thread::hardware_concurrency()));
    options.seed = 1; // as Workspace::apply()
    return options;
}

void GuardPage::guard() {
    if (!whyNot().isEmpty())
        return;
    m_problem.clear();
    const auto model = m_workspace.model();
    m_bar->follow(m_workspace.jobs().start<GuardOutcomePtr>(
        tr("Find layers"), Lane::cpu(),
        [session = m_workspace.session(), model, limit = m_limit->limit(), options = options()](const Work& work) {
            return guardInProject(*session, *model, limit, options, work);
        },
        this,
        [this, model](GuardOutcomePtr outcome) {
            if (model == m_workspace.model())
                showOutcome(std::move(outcome), model);
        },
        [this, model](const Diagnostic& problem) {
            if (isCancelled(problem))
                return;
            if (model == m_workspace.model() && !m_model.outcome())
                m_problem = QString::fromStdString(problem.message + (problem.hint.empty() ? "" : "\n" + problem.hint));
            Q_EMIT m_workspace.message(problem);
        }));
    showState();
}

QString GuardPage::whyNotMake() const {
    const auto& outcome = m_model.outcome();
    if (!outcome || m_analysed != m_workspace.model())
        return tr("Nothing was found for this model yet");
    return outcome->result.met ? m_workspace.readOnlyReason() : whyNotMet(*outcome);
}

void GuardPage::makeVariant() {
    if (!whyNotMake().isEmpty())
        return;
    auto recipe = m_model.outcome()->recipe();
    recipe.name = guardVariantName(m_model.outcome()->limit).toStdString();
    m_workspace.applyRecipe(recipe);
}

void GuardPage::showOutcome(GuardOutcomePtr outcome, AnalysedModelPtr model) {
    m_analysed = std::move(model);
    m_model.setOutcome(outcome);
    m_pages->setCurrentIndex(outcome ? 1 : 0);
    m_bar->setCaption(outcome ? guardSentence(*outcome) : QString());
    if (outcome) {
        m_measurements->sortByColumn(-1, Qt::AscendingOrder); // as they were measured
        m_measurements->selectRow(int(outcome->result.chosen));
    }
    showLayers();
    showState();
}

void GuardPage::showLayers() {
    const auto& outcome = m_model.outcome();
    const int rows = outcome ? int(outcome->result.floatLayers.size()) : 0;
    m_layers->clear(); // without a change of the selection, which others would follow
    m_layers->setRowCount(rows);
    m_layers->setHorizontalHeaderLabels(
        {tr("Layer"), tr("What is done"), tr("Costs"),
         outcome && outcome->limit.kind == GuardLimit::Kind::Error ? tr("8 bits add") : tr("8 bits lose"),
         tr("Own error")});
    for (int column = 0; column < LayerColumnCount; ++column)
        m_layers->horizontalHeaderItem(column)->setTextAlignment((column <= Weights ? Qt::AlignLeft : Qt::AlignRight) |
                                                                 Qt::AlignVCenter);
    m_layers->horizontalHeaderItem(Weights)->setToolTip(
        tr("Layers in float compute in 32 bits; their weights may be stored in 16"));
    m_layers->horizontalHeaderItem(Costs)->setToolTip(tr("Bytes more than in 8 bits. Bar: share of the largest"));
    m_layers->horizontalHeaderItem(LostInEight)
        ->setToolTip(tr("Measured: the same choice, but this layer in 8 bits, loses this much besides, in "
                        "the units of the limit"));
    m_layers->horizontalHeaderItem(OwnError)->setToolTip(
        tr("In 8 bits: energy of the error of the layer's own output, on the inputs it has in float"));
    for (int row = 0; row < rows; ++row)
        showLayer(row, outcome->result.floatLayers[std::size_t(row)]);
    m_sync->follow();
    m_layersTitle->setText(
        !outcome    ? QString()
        : rows == 0 ? tr("No layer has to stay in float.")
                    : tr("%n layer(s) stay in float: what each costs, and what the limit would lose without it",
                         nullptr, rows));
}

void GuardPage::showLayer(int row, const std::string& name) {
    const auto& result = m_model.outcome()->result;
    const auto cost = std::ranges::find(result.costs, name, &GuardCost::node);
    const auto own = std::ranges::find(result.layers, name, &GuardLayer::node);
    const auto& nodes = m_analysed->model->graph->nodes();
    const auto node = std::ranges::find_if(nodes, [&](const auto& one) { return displayName(*one) == name; });
    const bool measured = cost != result.costs.end();
    QString bytes = QStringLiteral("–"), lost = bytes;
    if (measured) {
        const auto size = bytesText(quint64(std::abs(cost->bytes)));
        bytes = cost->bytes < 0 ? tr("−%1", "bytes less").arg(size) : tr("+%1", "bytes more").arg(size);
        lost = costText(*m_model.outcome(), *cost);
    }
    const QString texts[] = {
        QString::fromStdString(name),
        result.weightBits == 16 ? tr("float, weights in 16 bits") : tr("float, weights in 32 bits"), bytes, lost,
        own == result.layers.end() ? QStringLiteral("–") : energyText(own->errorPercent)};
    const auto bars =
        layerBars(result, measured ? &*cost : nullptr, own == result.layers.end() ? -1 : own->errorPercent);
    for (int column = 0; column < LayerColumnCount; ++column) {
        auto* item = new QTableWidgetItem(texts[column]);
        item->setData(BarShareRole, bars[std::size_t(column)]);
        item->setData(Qt::AccessibleDescriptionRole, barShareText(bars[std::size_t(column)]));
        item->setTextAlignment((column <= Weights ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        const bool unknown = !measured && (column == Costs || column == LostInEight);
        item->setToolTip(unknown ? tr("Not measured for this layer alone") : texts[column]);
        m_layers->setItem(row, column, item);
    }
    if (node != nodes.end())
        m_layers->item(row, Layer)->setData(Qt::UserRole, (*node)->id.number);
}

void GuardPage::showState() {
    const auto why = whyNotQuantize(m_workspace);
    m_bar->setIdle(why,
                   tr("Quantize to 8 bits, measure, and give layers up one after another until the limit holds, with "
                      "the other parameters of the Compress panel where it shows this pass. No variant is made."));
    const bool halves = m_workspace.engine().passes().find("quantize.float16").ok();
    m_sixteenBits->setEnabled(halves);
    m_sixteenBits->setToolTip(halves
                                  ? tr("Weights of the layers in float have 16 bits, half the bytes, where the limit "
                                       "holds with that; 32 bits elsewhere")
                                  : tr("The plugin that stores 16-bit floats is missing"));
    const auto whyNotNow = whyNotMake();
    m_make->setEnabled(whyNotNow.isEmpty());
    m_make->setToolTip(whyNotNow.isEmpty() ? tr("Quantize the whole model with the choice in bold, as a new variant")
                                           : whyNotNow);
    m_nothing->setText(
        m_bar->isRunning() ? tr("Making and measuring choices of layers …")
        : !why.isEmpty()   ? why
        : !m_problem.isEmpty()
            ? m_problem
            : tr("How much of this model can have 8 bits?\n\"Find layers\" quantizes, measures, and leaves "
                 "only those layers in float that the limit above needs."));
}

} // namespace lapidary
