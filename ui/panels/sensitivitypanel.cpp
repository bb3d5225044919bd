// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/sensitivitypanel.h"

#include "ui/charts/sensitivityplots.h"
#include "ui/forms/paramform.h"
#include "ui/models/numbertext.h"
#include "ui/panels/passpanel.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

namespace lapidary {

namespace {

QString idOf(NodeId node) {
    return QString::number(node.number);
}

} // namespace

SensitivityPanel::SensitivityPanel(Workspace& workspace, SensitivityScan& scan, PassPanel& passes, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_scan(scan), m_passes(passes), m_plots(new SensitivityPlots(this)) {
    setObjectName(QStringLiteral("sensitivityPanel"));
    m_plots->setObjectName(QStringLiteral("sensitivityPlots"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeBar());
    column->addWidget(m_plots, 1);
    connect(&m_scan, &SensitivityScan::changed, this, [this] {
        showCurves();
        showState();
    });
    connect(&m_scan, &SensitivityScan::progressed, this,
            [this] { m_progress->setValue(int(100 * m_scan.fraction())); });
    connect(&m_workspace, &Workspace::previewChanged, this, &SensitivityPanel::showChosen);
    connect(&m_workspace, &Workspace::modelChanged, this, &SensitivityPanel::showState);
    connect(&m_workspace, &Workspace::variantsChanged, this, &SensitivityPanel::showState);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &SensitivityPanel::showSelection);
    connect(&m_passes, &PassPanel::passChanged, this, &SensitivityPanel::showState);
    connect(&m_passes, &PassPanel::analysisWanted, this, &SensitivityPanel::analyse);
    connect(m_plots, &SensitivityPlots::selectionEdited, this, &SensitivityPanel::selectionFromPlots);
    connect(m_plots, &SensitivityPlots::activated, this,
            [this](const QString& id) { Q_EMIT layerActivated(id.toUInt()); });
    showState();
}

QWidget* SensitivityPanel::makeBar() {
    auto* bar = new QWidget(this);
    m_analyse = new QPushButton(bar);
    m_analyse->setObjectName(QStringLiteral("analyseSensitivityButton"));
    m_samples = new QComboBox(bar);
    m_samples->setObjectName(QStringLiteral("sensitivitySamples"));
    m_samples->setAccessibleName(tr("Samples"));
    m_samples->setToolTip(tr("How many samples of the calibration data every layer and share is measured on"));
    for (const int samples : {32, 64, 128, 256, 512})
        m_samples->addItem(tr("%n sample(s)", nullptr, samples), samples);
    m_samples->setCurrentIndex(2);
    m_loss = new QComboBox(bar);
    m_loss->setObjectName(QStringLiteral("sensitivityLoss"));
    m_loss->setAccessibleName(tr("What the curves show"));
    m_loss->setToolTip(tr("What the curves show, each measured with only that layer changed"));
    m_order = new QComboBox(bar);
    m_order->setObjectName(QStringLiteral("sensitivityOrder"));
    m_order->setAccessibleName(tr("Order"));
    m_order->setToolTip(tr("How the plots are ordered"));
    m_order->addItem(tr("In graph order"), int(CurveOrder::Graph));
    m_order->addItem(tr("Worst first"), int(CurveOrder::WorstFirst));
    m_progress = new QProgressBar(bar);
    m_progress->setObjectName(QStringLiteral("sensitivityProgress"));
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setRange(0, 100);
    m_progress->setMaximumWidth(160);
    m_caption = new QLabel(bar);
    m_caption->setObjectName(QStringLiteral("sensitivityCaption"));
    m_caption->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_caption->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* column = new QVBoxLayout(bar);
    column->setContentsMargins(8, 4, 8, 4);
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::spacing);
    column->addLayout(row);
    column->addWidget(m_caption);
    for (QWidget* part : std::initializer_list<QWidget*>{m_analyse, m_samples, m_progress, m_loss, m_order})
        row->addWidget(part);
    row->addStretch(1);
    fillLosses();
    connect(m_analyse, &QPushButton::clicked, this, [this] {
        if (m_scan.isRunning())
            m_scan.stop();
        else
            analyse();
    });
    connect(m_loss, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_updating)
            m_scan.setLossMeasure(LossMeasure(m_loss->currentData().toInt()));
    });
    connect(m_order, &QComboBox::currentIndexChanged, this,
            [this] { m_plots->setOrder(CurveOrder(m_order->currentData().toInt())); });
    return bar;
}

/// Only what was measured can be shown.
void SensitivityPanel::fillLosses() {
    const QScopedValueRollback guard(m_updating, true);
    m_loss->clear();
    const auto measured = m_scan.measured();
    for (const auto measure : {LossMeasure::Divergence, LossMeasure::ChangedAnswers, LossMeasure::OutputError})
        if (!measured || measured->hasClasses() || measure == LossMeasure::OutputError)
            m_loss->addItem(SensitivityScan::lossName(measure), int(measure));
    m_loss->setCurrentIndex(std::max(0, m_loss->findData(int(m_scan.lossMeasure()))));
}

QString SensitivityPanel::whyNot() const {
    return m_scan.isRunning() ? tr("An analysis is running") : m_scan.whyNot(m_passes.pass().toStdString());
}

void SensitivityPanel::analyse() {
    if (!whyNot().isEmpty())
        return;
    auto request = m_passes.sensitivityRequest();
    request.samples = std::size_t(m_samples->currentData().toInt());
    m_scan.start(std::move(request));
}

void SensitivityPanel::showState() {
    const bool running = m_scan.isRunning();
    const auto why = whyNot();
    m_analyse->setText(running ? tr("Stop") : tr("Analyse sensitivity"));
    m_analyse->setEnabled(running || why.isEmpty());
    m_analyse->setToolTip(running ? tr("Stop; what was measured is kept, and the next analysis goes on from there")
                          : why.isEmpty()
                              ? tr("Measure what each layer costs at each share, with the pass and the scope "
                                   "of the Compress panel (F7)")
                              : why);
    m_progress->setVisible(running);
    m_progress->setValue(int(100 * m_scan.fraction()));
    m_samples->setVisible(!running);
    m_loss->setEnabled(m_shown != nullptr);
    m_order->setEnabled(m_shown != nullptr);
    m_caption->setText(captionText());
    m_caption->setVisible(m_shown != nullptr);
    m_caption->setToolTip(m_caption->text());
    m_plots->setEmptyText(running ? tr("Measuring …") : tr("No sensitivity yet"),
                          running         ? tr("Curves appear when all layers are known.")
                          : why.isEmpty() ? tr("Analyse sensitivity measures, layer by layer, what each share costs in "
                                               "quality. Nothing is changed.")
                                          : why);
    Q_EMIT stateChanged();
}

QString SensitivityPanel::captionText() const {
    if (!m_shown)
        return {};
    const auto pass = m_workspace.engine().passes().find(m_shown->request.pass);
    const auto title = QString::fromStdString(pass ? (*pass)->info().title : m_shown->request.pass);
    auto text = tr("%1: measured on %2 samples, all plots 0 … %3")
                    .arg(title)
                    .arg(m_shown->result.samples)
                    .arg(SensitivityScan::lossText(m_scan.lossMeasure(), m_plots->scaleTop()));
    if (m_passes.pass().toStdString() != m_shown->request.pass)
        text += QStringLiteral(" · ") + tr("the Compress panel shows another pass");
    return text;
}

QString SensitivityPanel::pointText(const MeasuredSensitivity& measured, const SensitivityPoint& point) const {
    const auto number = [](double value) { return QLocale().toString(value, 'g', 3); };
    QStringList parts{tr("share %1 %").arg(100 * point.level, 0, 'f', 1)};
    if (point.divergence)
        parts << tr("divergence %1 nats").arg(number(*point.divergence));
    if (point.agreementPercent)
        parts << tr("%1 % of the answers change").arg(number(100 - *point.agreementPercent));
    parts << tr("output error %1 %").arg(number(100 * point.outputError));
    if (const auto change = changeText(double(measured.result.before.macs), double(point.after.macs));
        !change.isEmpty())
        parts << tr("MACs %1").arg(change);
    return tr("%1 (measured)").arg(parts.join(QStringLiteral(" · ")));
}

void SensitivityPanel::showCurves() {
    m_shown = m_scan.measured();
    fillLosses();
    QVector<SensitivityCurve> curves;
    if (m_shown)
        for (const auto& layer : m_shown->layers) {
            SensitivityCurve curve;
            curve.id = idOf(layer.node);
            curve.name = QString::fromStdString(layer.name);
            if (layer.members.size() > 1)
                curve.name += tr(" +%1", "so many coupled layers").arg(layer.members.size() - 1);
            for (std::size_t i = layer.first; i < layer.first + layer.count; ++i) {
                const auto& point = m_shown->result.points[i];
                if (const auto loss = MeasuredSensitivity::loss(point, m_scan.lossMeasure())) {
                    curve.points.append({point.level, *loss});
                    curve.pointTexts.append(pointText(*m_shown, point));
                }
            }
            curves.append(std::move(curve));
        }
    m_plots->setAxes(tr("Share"), SensitivityScan::lossName(m_scan.lossMeasure()),
                     SensitivityScan::lossUnit(m_scan.lossMeasure()));
    m_plots->setCurves(curves);
    showChosen();
    showSelection();
}

/// The shares of the preview; for a pass that is not about channels, those of the form.
void SensitivityPanel::showChosen() {
    if (!m_shown)
        return;
    QHash<QString, double> chosen;
    const auto& preview = m_workspace.preview();
    if (preview && m_passes.pass().toStdString() == m_shown->request.pass) {
        std::map<NodeId, double> shares;
        for (const auto& plan : preview->nodes)
            if (plan.channels > 0)
                shares[plan.node] = double(plan.removed.size()) / double(plan.channels);
        const auto params = m_passes.form()->params();
        const auto common = params.find(m_shown->ratios.varied);
        const auto own = params.find(m_shown->ratios.perLayer);
        for (const auto& layer : m_shown->layers) {
            double share = 0;
            if (m_shown->ratios.channels) {
                if (const auto it = shares.find(layer.node); it != shares.end())
                    share = it->second;
            } else {
                share = common == params.end() ? 0 : common->second.toDouble();
                if (own != params.end() && own->second.contains(layer.name))
                    share = own->second[layer.name].toDouble();
            }
            if (share > 0)
                chosen[idOf(layer.node)] = share;
        }
    }
    m_plots->setChosen(chosen);
}

void SensitivityPanel::showSelection() {
    if (m_updating || !m_shown)
        return;
    QStringList ids;
    for (const auto node : m_workspace.selection().nodes())
        if (const auto layer = m_shown->layerOf(node))
            ids.append(idOf(m_shown->layers[*layer].node));
    m_plots->setSelectedIds(ids);
}

void SensitivityPanel::selectionFromPlots(const QStringList& ids) {
    std::set<NodeId> nodes;
    for (const auto& id : ids)
        nodes.insert(NodeId{id.toUInt()});
    const QScopedValueRollback guard(m_updating, true);
    m_workspace.selection().set(nodes, nodes.size() == 1 ? *nodes.begin() : NodeId());
}

} // namespace lapidary
