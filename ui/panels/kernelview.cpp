// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/kernelview.h"

#include "tensor/elementreader.h"
#include "ui/charts/heatmap.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

/// The magnitude that nearly all elements stay below, from evenly spread ones: a few outliers would leave everything
/// else pale.
double usualMagnitude(const ElementReader& reader, const Work& work) {
    constexpr std::uint64_t most = 1 << 16;
    const auto step = std::max<std::uint64_t>(1, reader.count() / most);
    std::vector<double> values;
    for (std::uint64_t i = 0; i < reader.count(); i += step) {
        if (i % (step * 4096) == 0 && work.stopRequested())
            return 1;
        if (const double value = std::abs(reader.at(i)); std::isfinite(value))
            values.push_back(value);
    }
    if (values.empty())
        return 1;
    const auto place = values.begin() + std::ptrdiff_t(0.998 * double(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return *place > 0 ? *place : 1;
}

} // namespace

KernelView::KernelView(const QString& name, QWidget* parent)
    : QWidget(parent), m_title(new QLabel(this)), m_map(new HeatMap(this)), m_value(new QLabel(this)), m_reader(this) {
    setObjectName(name);
    m_title->setWordWrap(true);
    m_title->setObjectName(name + QStringLiteral("Title"));
    m_map->setObjectName(name + QStringLiteral("Map"));
    m_map->setMinimumSize(120, 90);
    m_value->setObjectName(name + QStringLiteral("Value"));
    m_value->setMinimumHeight(fontMetrics().height());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Theme::spacing, Theme::unit, Theme::spacing, Theme::unit);
    column->setSpacing(Theme::unit);
    column->addWidget(m_title);
    column->addWidget(m_map, 1);
    column->addWidget(m_value);
    connect(m_map, &HeatMap::regionWanted, this, &KernelView::read);
    connect(m_map, &HeatMap::hovered, this, [this](qint64 element, double value) {
        m_value->setText(element < 0 ? QString() : tr("Value %1").arg(QLocale().toString(value, 'g', 5)));
    });
}

void KernelView::setTensor(TensorPtr tensor, TensorPtr scale, const QString& title) {
    m_reader.cancel();
    m_pending = m_hasPicture = false;
    m_title->setText(title);
    m_value->clear();
    const auto reader = tensor ? ElementReader::of(tensor) : Result<ElementReader>(errorDiagnostic("", ""));
    m_tensor = reader.ok() ? std::move(tensor) : nullptr;
    m_scale = scale ? std::move(scale) : m_tensor;
    m_map->setStruck({}, {});
    m_map->setEmptyText(m_tensor ? QString() : tr("No weights to show"));
    m_map->setGrid(m_tensor ? wholeTensorGrid(m_tensor->shape, 1) : TileGrid());
}

void KernelView::setStruck(std::vector<bool> rows, std::vector<bool> columns) {
    m_map->setStruck(std::move(rows), std::move(columns));
}

void KernelView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    read();
}

void KernelView::read() {
    if (!m_tensor || !isVisible() || m_map->grid().empty())
        return;
    m_pending = true;
    m_reader.start(
        [tensor = m_tensor, scale = m_scale, grid = m_map->grid(), region = m_map->wantedRegion(),
         pixels = m_map->wantedPixels()](const Work& work) -> std::shared_ptr<Picture> {
            const auto reader = ElementReader::of(tensor);
            const auto scaleReader = ElementReader::of(scale);
            if (!reader || !scaleReader)
                return nullptr;
            auto raster = rasterize(*reader, grid, region, pixels.width(), pixels.height(), 16, work);
            if (!raster)
                return nullptr;
            return std::make_shared<Picture>(Picture{std::move(*raster), usualMagnitude(*scaleReader, work)});
        },
        [this](std::shared_ptr<Picture> picture) {
            m_pending = false;
            if (!picture)
                return;
            m_hasPicture = true;
            m_map->setMagnitude(picture->magnitude);
            m_map->setRaster(std::move(picture->raster));
        });
}

} // namespace lapidary
