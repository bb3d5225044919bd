// SPDX-License-Identifier: GPL-3.0-or-later
// The widgets of the tensor panel and how they are connected.
#include "ui/charts/heatmap.h"
#include "ui/charts/histogramplot.h"
#include "ui/charts/valuebars.h"
#include "ui/panels/tensorpanel.h"
#include "ui/theme/themedicon.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QTabWidget>
#include <QToolButton>

namespace lapidary {

namespace {

QLabel* readout(const char* name, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setContentsMargins(8, 2, 8, 4);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QHBoxLayout* rowOf(std::initializer_list<QWidget*> widgets) {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 6, 8, 4);
    row->setSpacing(6);
    for (auto* widget : widgets)
        row->addWidget(widget);
    row->addStretch(1);
    return row;
}

QVBoxLayout* columnOn(QWidget* page) {
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    return column;
}

} // namespace

TensorPanel::TensorPanel(JobManager& jobs, QWidget* parent)
    : QWidget(parent), m_jobs(jobs), m_reader(this), m_rasters(this) {
    setObjectName(QStringLiteral("tensorPanel"));
    auto* column = columnOn(this);
    column->addWidget(makeHead());
    m_views = new QTabWidget(this);
    m_views->setObjectName(QStringLiteral("tensorViews"));
    m_views->setDocumentMode(true);
    m_views->addTab(makeHeatPage(), tr("Kernels"));
    m_views->addTab(makeHistogramPage(), tr("Histogram"));
    m_views->addTab(makeChannelPage(), tr("Channels"));
    m_views->addTab(makeValuePage(), tr("Values"));
    column->addWidget(m_views, 1);
    connect(m_views, &QTabWidget::currentChanged, this, &TensorPanel::readRaster);
    describeElement(-1, 0);
    choose(-1);
}

QWidget* TensorPanel::makeHead() {
    auto* head = new QWidget(this);
    m_combo = new QComboBox(head);
    m_combo->setObjectName(QStringLiteral("tensorCombo"));
    m_combo->setAccessibleName(tr("Tensor"));
    m_combo->setToolTip(tr("Weights and constants of what is selected"));
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->setMinimumContentsLength(12);
    m_export = new QToolButton(head);
    m_export->setObjectName(QStringLiteral("tensorExport"));
    m_export->setIcon(themedIcon(QStringLiteral("export")));
    m_export->setText(tr("Export"));
    m_export->setToolTip(tr("Write this tensor as a NumPy file (.npy)"));
    m_export->setAutoRaise(true);
    m_numbers = readout("tensorNumbers", head);
    m_dequantized = new QCheckBox(tr("Dequantized"), head);
    m_dequantized->setObjectName(QStringLiteral("tensorDequantized"));
    m_dequantized->setToolTip(tr("Show the real numbers the stored ones stand for: (stored − zero point) × scale"));
    m_dequantized->setChecked(true);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 6, 8, 2);
    row->addWidget(m_combo, 1);
    row->addWidget(m_export);
    auto* column = columnOn(head);
    column->addLayout(row);
    column->addWidget(m_numbers);
    column->addLayout(rowOf({m_dequantized}));
    connect(m_combo, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (!m_filling)
            choose(index);
    });
    connect(m_export, &QToolButton::clicked, this, &TensorPanel::exportCurrent);
    connect(m_dequantized, &QCheckBox::toggled, this, [this] {
        if (current())
            reload();
    });
    return head;
}

QWidget* TensorPanel::makeHeatPage() {
    auto* page = new QWidget(this);
    m_part = new QComboBox(page);
    m_part->setObjectName(QStringLiteral("tensorPart"));
    m_part->setAccessibleName(tr("Kernels to show"));
    m_part->setToolTip(tr("All kernels, rows by the first axis and columns by the second, or those of one channel"));
    m_position = new QSpinBox(page);
    m_position->setObjectName(QStringLiteral("tensorPosition"));
    m_position->setAccessibleName(tr("Channel number"));
    auto* fit = new QToolButton(page);
    fit->setObjectName(QStringLiteral("tensorFit"));
    fit->setIcon(themedIcon(QStringLiteral("zoom-fit")));
    fit->setToolTip(tr("Show everything (double click)"));
    fit->setAutoRaise(true);
    m_heat = new HeatMap(page);
    m_heat->setObjectName(QStringLiteral("tensorHeatMap"));
    m_heatText = readout("tensorHeatText", page);
    auto* row = rowOf({m_part, m_position});
    row->addWidget(fit);
    auto* column = columnOn(page);
    column->addLayout(row);
    column->addWidget(m_heat, 1);
    column->addWidget(m_heatText);
    connect(fit, &QToolButton::clicked, m_heat, &HeatMap::fit);
    connect(m_heat, &HeatMap::regionWanted, this, &TensorPanel::readRaster);
    connect(m_heat, &HeatMap::hovered, this, &TensorPanel::describeElement);
    connect(m_part, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_filling && current())
            setPart(m_part->currentData().toInt(), 0);
    });
    connect(m_position, &QSpinBox::valueChanged, this, [this] {
        if (!m_filling && current())
            setGrid();
    });
    return page;
}

QWidget* TensorPanel::makeHistogramPage() {
    auto* page = new QWidget(this);
    auto* logarithmic = new QCheckBox(tr("Logarithmic counts"), page);
    logarithmic->setObjectName(QStringLiteral("tensorLogCounts"));
    logarithmic->setToolTip(tr("Shows thin tails beside a tall peak"));
    m_histogram = new HistogramPlot(page);
    m_histogram->setObjectName(QStringLiteral("tensorHistogram"));
    m_histogram->setQuantity(tr("Value"));
    m_histogram->setEmptyText(tr("Nothing to count"), tr("There is no finite number in this tensor."));
    auto* column = columnOn(page);
    column->addLayout(rowOf({logarithmic}));
    column->addWidget(m_histogram, 1);
    connect(logarithmic, &QCheckBox::toggled, m_histogram, &HistogramPlot::setLogCounts);
    return page;
}

QWidget* TensorPanel::makeChannelPage() {
    auto* page = new QWidget(this);
    m_axis = new QComboBox(page);
    m_axis->setObjectName(QStringLiteral("tensorAxis"));
    m_axis->setAccessibleName(tr("Axis"));
    m_axis->setToolTip(tr("Bars stand for the positions of this axis"));
    m_quantity = new QComboBox(page);
    m_quantity->setObjectName(QStringLiteral("tensorQuantity"));
    m_quantity->setAccessibleName(tr("What the bars show"));
    m_quantity->setToolTip(tr("What the bars show"));
    int quantity = 0;
    for (const auto& text : {tr("Norm"), tr("Range"), tr("Mean"), tr("Zeros in %")})
        m_quantity->addItem(text, quantity++);
    m_bars = new ValueBars(page);
    m_bars->setObjectName(QStringLiteral("tensorBars"));
    m_bars->setToolTip(tr("Click shows the kernels of a channel"));
    m_barText = readout("tensorBarText", page);
    auto* column = columnOn(page);
    column->addLayout(rowOf({m_axis, m_quantity}));
    column->addWidget(m_bars, 1);
    column->addWidget(m_barText);
    connect(m_axis, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_filling && current())
            reload();
    });
    connect(m_quantity, &QComboBox::currentIndexChanged, this, &TensorPanel::showChannels);
    connect(m_bars, &ValueBars::hovered, this, &TensorPanel::describeChannel);
    connect(m_bars, &ValueBars::picked, this, [this](int index) {
        const int axis = m_axis->currentData().toInt();
        describeChannel(index);
        if (current() && m_part->findData(axis) > 0) {
            setPart(axis, index);
            m_views->setCurrentIndex(0);
        }
    });
    return page;
}

QWidget* TensorPanel::makeValuePage() {
    m_values = new QPlainTextEdit(this);
    m_values->setObjectName(QStringLiteral("tensorValues"));
    m_values->setAccessibleName(tr("First values"));
    m_values->setReadOnly(true);
    m_values->setFrameShape(QFrame::NoFrame);
    m_values->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_values->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    return m_values;
}

} // namespace lapidary
