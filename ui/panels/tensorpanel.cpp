// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tensorpanel.h"

#include "tensor/elementtext.h"
#include "tensor/npyfile.h"
#include "ui/charts/heatmap.h"
#include "ui/charts/histogramplot.h"
#include "ui/charts/valuebars.h"
#include "ui/panels/tensortext.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QTabWidget>
#include <QToolButton>

namespace lapidary {

namespace {

enum View { HeatView, HistogramView, ChannelView, ValueView };
enum Quantity { Norms, Ranges, Means, Zeros };

} // namespace

TensorPanel::~TensorPanel() = default;

const InspectedTensor* TensorPanel::current() const {
    const int index = m_combo->currentIndex();
    return index >= 0 && index < count() ? &m_tensors[std::size_t(index)] : nullptr;
}

TensorRequest TensorPanel::request() const {
    TensorRequest request{*current()};
    request.dequantized = current()->isQuantized() && m_dequantized->isChecked();
    request.channelAxis = m_axis->currentData().isValid() ? m_axis->currentData().toInt() : -1;
    return request;
}

void TensorPanel::setTensors(std::vector<InspectedTensor> tensors) {
    const auto role = current() ? current()->role : std::string();
    int chosen = 0;
    {
        const QScopedValueRollback guard(m_filling, true);
        m_tensors = std::move(tensors);
        m_combo->clear();
        for (const auto& one : m_tensors) {
            if (one.role == role)
                chosen = m_combo->count();
            m_combo->addItem(TensorText::title(one));
        }
        m_combo->setCurrentIndex(m_tensors.empty() ? -1 : chosen);
    }
    choose(m_combo->currentIndex());
}

void TensorPanel::showValue(ValueId value) {
    for (int i = 0; i < count(); ++i)
        if (m_tensors[std::size_t(i)].value == value)
            m_combo->setCurrentIndex(i);
}

void TensorPanel::choose(int index) {
    m_reader.cancel();
    m_rasters.cancel();
    m_rasterPending = false;
    m_wanted = false;
    m_facts = nullptr;
    setEnabled(index >= 0);
    if (!current()) {
        m_numbers->setText(tr("No weights here."));
        m_heat->setGrid({});
        return;
    }
    m_dequantized->setVisible(current()->isQuantized());
    fillAxes();
    fillSlices();
    arrangeTabs();
    setGrid();
    reload();
}

void TensorPanel::arrangeTabs() {
    const auto& shape = current()->tensor->shape;
    m_views->setTabText(HeatView, shape.size() > 2 ? tr("Kernels") : shape.size() == 2 ? tr("Matrix") : tr("Map"));
    m_views->setTabVisible(HeatView, shape.size() >= 2);
    m_views->setTabText(ChannelView, shape.size() == 1 ? tr("Bars") : tr("Channels"));
    m_views->setTabVisible(ChannelView, !shape.empty());
    const bool vector = shape.size() == 1;
    m_axis->setVisible(!vector);
    m_quantity->setVisible(!vector);
}

void TensorPanel::fillAxes() {
    const QScopedValueRollback guard(m_filling, true);
    const auto& tensor = *current();
    m_axis->clear();
    for (int axis = 0; axis < int(tensor.tensor->shape.size()); ++axis)
        m_axis->addItem(InspectedTensors::axisText(tensor, axis), axis);
    m_axis->setCurrentIndex(tensor.outputAxis >= 0 && tensor.outputAxis < m_axis->count() ? tensor.outputAxis
                            : m_axis->count() > 0                                         ? 0
                                                                                          : -1);
}

void TensorPanel::fillSlices() {
    const QScopedValueRollback guard(m_filling, true);
    const auto& tensor = *current();
    m_part->clear();
    m_part->addItem(tr("All"), -1);
    const bool kernels = tensor.tensor->shape.size() > 2;
    for (int axis = 0; kernels && axis < 2; ++axis)
        m_part->addItem(axis == tensor.outputAxis  ? tr("Output channel")
                        : axis == tensor.inputAxis ? tr("Input channel")
                                                   : tr("Position on axis %1").arg(axis),
                        axis);
    m_part->setVisible(kernels);
    m_position->setVisible(false);
    m_position->setValue(0);
}

void TensorPanel::setPart(int axis, int position) {
    {
        const QScopedValueRollback guard(m_filling, true);
        m_part->setCurrentIndex(m_part->findData(axis));
        const auto& shape = current()->tensor->shape;
        m_position->setMaximum(axis < 0 ? 0 : int(std::min<std::int64_t>(shape[std::size_t(axis)] - 1, 1 << 30)));
        m_position->setValue(position);
        m_position->setVisible(axis >= 0);
        m_position->setToolTip(tr("Which one, counted from 0 to %1").arg(m_position->maximum()));
    }
    setGrid();
}

void TensorPanel::setGrid() {
    const auto& shape = current()->tensor->shape;
    if (!ElementReader::of(current()->tensor).ok()) {
        m_heat->setGrid({});
        return;
    }
    const int axis = m_part->currentData().toInt();
    m_heat->setGrid(
        axis < 0 || shape.size() < 3 || shape[std::size_t(axis)] == 0
            ? wholeTensorGrid(shape)
            : kernelGrid(shape, axis, std::min<std::int64_t>(m_position->value(), shape[std::size_t(axis)] - 1)));
}

void TensorPanel::reload() {
    m_wanted = true;
    m_facts = nullptr;
    showHead();
    if (isVisible())
        read();
}

void TensorPanel::read() {
    if (!m_wanted || !current())
        return;
    m_wanted = false;
    m_reader.start([request = request()](const Work& work) { return readTensorFacts(request, work); },
                   [this](std::shared_ptr<const TensorFacts> facts) {
                       if (!facts)
                           return;
                       m_facts = std::move(facts);
                       showFacts();
                   });
}

void TensorPanel::readRaster() {
    // The colours need the range of the values, so the statistics come first.
    if (!isVisible() || !m_facts || !m_facts->statistics || m_views->currentIndex() != HeatView ||
        m_heat->grid().empty())
        return;
    const auto region = m_heat->wantedRegion();
    const auto pixels = m_heat->wantedPixels();
    const int samples = m_facts->statistics->sampled() ? 1 : 16;
    m_rasterPending = true;
    m_rasters.start(
        [request = request(), grid = m_heat->grid(), region, pixels, samples](const Work& work) {
            const auto reader = readerOf(request);
            if (!reader)
                return std::shared_ptr<TensorRaster>();
            auto raster = rasterize(*reader, grid, region, pixels.width(), pixels.height(), samples, work);
            return raster ? std::make_shared<TensorRaster>(std::move(*raster)) : nullptr;
        },
        [this](std::shared_ptr<TensorRaster> raster) {
            m_rasterPending = false;
            if (raster)
                m_heat->setRaster(std::move(*raster));
        });
}

bool TensorPanel::isSettled() const {
    return !current() || (m_facts && !m_wanted && !m_rasterPending);
}

void TensorPanel::showHead() {
    m_numbers->setText(numbersHtml());
}

QString TensorPanel::numbersHtml() const {
    return TensorText::numbers(*current(), m_facts.get(), request().dequantized, Theme::of(palette()));
}

void TensorPanel::showFacts() {
    showHead();
    m_values->setPlainText(QString::fromStdString(m_facts->firstValues) +
                           (current()->tensor->count() > 400 ? QStringLiteral("\n…") : QString()));
    HistogramBins bins;
    if (const auto& statistics = m_facts->statistics) {
        bins.lower = statistics->histogramLower;
        bins.upper = statistics->histogramUpper;
        bins.counts = statistics->histogram;
        // A few far outliers would leave everything else pale.
        m_heat->setMagnitude(statistics->magnitudeQuantile(0.998));
    }
    m_heat->setEmptyText(m_facts->problem.empty() ? QString() : QString::fromStdString(m_facts->problem));
    m_histogram->setBins(bins);
    showChannels();
    readRaster();
}

void TensorPanel::showChannels() {
    if (!m_facts)
        return;
    m_barText->clear();
    if (current()->tensor->shape.size() == 1) {
        m_bars->setValues(m_facts->elements);
        m_bars->setEmptyText(QString::fromStdString(m_facts->problem));
        return;
    }
    static const std::vector<ChannelStatistics> none;
    const auto& channels = m_facts->statistics ? m_facts->statistics->channels : none;
    m_bars->setEmptyText(channels.empty() ? tr("There are too many positions on this axis, or none.") : QString());
    std::vector<double> lower, upper;
    for (const auto& channel : channels)
        switch (m_quantity->currentData().toInt()) {
        case Ranges:
            lower.push_back(channel.minimum);
            upper.push_back(channel.maximum);
            break;
        case Means:
            upper.push_back(channel.mean);
            break;
        case Zeros:
            upper.push_back(channel.finite > 0 ? 100.0 * double(channel.zeros) / double(channel.finite) : std::nan(""));
            break;
        default:
            upper.push_back(channel.norm);
        }
    if (lower.empty())
        m_bars->setValues(std::move(upper));
    else
        m_bars->setRanges(std::move(lower), std::move(upper));
}

void TensorPanel::describeElement(qint64 element, double value) {
    if (element < 0 || !current()) {
        m_heatText->setText(tr("Wheel zooms, drag moves, double click shows all"));
        return;
    }
    m_heatText->setText(TensorText::place(*current(), std::uint64_t(element)) + QStringLiteral("   ") +
                        QString::fromStdString(realText(value, true)));
}

void TensorPanel::describeChannel(int index) {
    if (index < 0 || !m_facts || !current()) {
        m_barText->clear();
        return;
    }
    if (current()->tensor->shape.size() == 1)
        m_barText->setText(
            QStringLiteral("[%1]   %2").arg(index).arg(QString::fromStdString(realText(m_bars->upper(index), true))));
    else if (m_facts->statistics && std::size_t(index) < m_facts->statistics->channels.size())
        m_barText->setText(
            TensorText::channel(m_axis->currentText(), index, m_facts->statistics->channels[std::size_t(index)]));
}

void TensorPanel::exportCurrent() {
    if (!current())
        return;
    auto name = QString::fromStdString(current()->name).replace(u'/', u'_').replace(u':', u'_');
    const auto file = QFileDialog::getSaveFileName(this, tr("Export tensor"), name + QStringLiteral(".npy"),
                                                   tr("NumPy array (*.npy)"));
    if (!file.isEmpty())
        exportTo(file.endsWith(QStringLiteral(".npy"), Qt::CaseInsensitive) ? file : file + QStringLiteral(".npy"));
}

void TensorPanel::exportTo(const QString& file) {
    if (!current())
        return;
    using Written = std::string; // what was converted
    m_jobs.start<Written>(
        tr("Export tensor"), Lane::io(),
        [tensor = current()->tensor,
         path = std::filesystem::path(file.toStdU16String())](const Work& work) -> Result<Written> {
            const auto form = npyFormOf(*tensor);
            if (!form)
                return form.status();
            if (auto status = writeNpy(*tensor, path, work); !status)
                return status;
            return form->conversion;
        },
        this, [this, file](Written conversion) { Q_EMIT exported(file, QString::fromStdString(conversion)); },
        [this](const Diagnostic& problem) { Q_EMIT failed(problem); });
}

void TensorPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    read();
    readRaster();
}

void TensorPanel::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (!m_facts && current()) {
        m_reader.cancel();
        m_wanted = true;
    }
    m_rasters.cancel();
    m_rasterPending = false;
}

void TensorPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && current())
        showHead();
}

} // namespace lapidary
