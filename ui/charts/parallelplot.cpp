// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/parallelplot.h"

#include "ui/charts/chartexport.h"
#include "ui/charts/chartformat.h"

#include <QLineF>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr double reach = 9; // px around an axis that belong to it

} // namespace

ParallelPlot::ParallelPlot(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Parallel coordinates"));
}

void ParallelPlot::setContent(const QVector<ParallelAxis>& axes, const QVector<ParallelLine>& lines) {
    m_axes = axes;
    m_lines = lines;
    m_hovered = -1;
    QStringList order;
    for (const QString& id : m_order) {
        if (indexOf(id) >= 0) {
            order.append(id);
        }
    }
    for (const ParallelAxis& axis : m_axes) {
        if (!order.contains(axis.id)) {
            order.append(axis.id);
        }
    }
    m_order = order;
    m_axis = std::clamp(m_axis, 0, std::max(0, axisCount() - 1));
    for (const QString& id : m_ranges.keys()) {
        if (indexOf(id) < 0) {
            m_ranges.remove(id);
        }
    }
    m_groups.clear();
    for (const ParallelLine& line : m_lines) {
        if (!m_groups.contains(line.group)) {
            m_groups.append(line.group);
        }
    }
    findExtents();
    describe();
    update();
}

void ParallelPlot::findExtents() {
    m_extents.fill({}, m_axes.size());
    for (int axis = 0; axis < m_axes.size(); ++axis) {
        double low = std::numeric_limits<double>::infinity();
        double high = -low;
        for (const ParallelLine& line : m_lines) {
            if (const double value = line.values.value(axis, qQNaN()); std::isfinite(value)) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
        }
        if (low > high) {
            continue;
        }
        if (low == high) { // one number only: in the middle
            const double margin = std::max(std::abs(low) * 0.1, 1e-6);
            low -= margin;
            high += margin;
        }
        m_extents[axis] = {low, high};
    }
}

void ParallelPlot::describe() {
    setAccessibleDescription(tr("%1 variants on %2 axes, %3 in the ranges, %4 selected.")
                                 .arg(m_lines.size())
                                 .arg(m_axes.size())
                                 .arg(keptIds().size())
                                 .arg(selectedIds().size()));
}

int ParallelPlot::indexOf(const QString& axis) const {
    for (int i = 0; i < m_axes.size(); ++i) {
        if (m_axes[i].id == axis) {
            return i;
        }
    }
    return -1;
}

void ParallelPlot::setAxisOrder(const QStringList& ids) {
    QStringList order;
    for (const QString& id : ids) {
        if (indexOf(id) >= 0 && !order.contains(id)) {
            order.append(id);
        }
    }
    for (const QString& id : m_order) {
        if (!order.contains(id)) {
            order.append(id);
        }
    }
    m_order = order;
    update();
}

void ParallelPlot::setSelectedIds(const QStringList& ids) {
    m_selected = QSet<QString>(ids.begin(), ids.end());
    describe();
    update();
}

QStringList ParallelPlot::selectedIds() const {
    QStringList ids;
    for (const ParallelLine& line : m_lines) {
        if (m_selected.contains(line.id)) {
            ids.append(line.id);
        }
    }
    return ids;
}

void ParallelPlot::setRange(const QString& axis, std::optional<ValueInterval> range) {
    if (range) {
        m_ranges.insert(axis, *range);
    } else {
        m_ranges.remove(axis);
    }
    describe();
    update();
}

std::optional<ValueInterval> ParallelPlot::range(const QString& axis) const {
    const auto it = m_ranges.find(axis);
    return it == m_ranges.end() ? std::nullopt : std::optional(*it);
}

bool ParallelPlot::isKept(const ParallelLine& line) const {
    for (auto it = m_ranges.begin(); it != m_ranges.end(); ++it) {
        const double value = line.values.value(indexOf(it.key()), qQNaN());
        if (!(value >= it->lower && value <= it->upper)) {
            return false;
        }
    }
    return true;
}

QStringList ParallelPlot::keptIds() const {
    QStringList ids;
    for (const ParallelLine& line : m_lines) {
        if (isKept(line)) {
            ids.append(line.id);
        }
    }
    return ids;
}

QRectF ParallelPlot::area(const QSizeF& size) const {
    const double line = fontMetrics().height();
    return {Theme::spacing, 4.5 * line + 2 * Theme::spacing, size.width() - 2 * Theme::spacing,
            size.height() - 6.2 * line - 3 * Theme::spacing};
}

double ParallelPlot::xOf(int position, const QSizeF& size) const {
    const QRectF box = area(size);
    return box.left() + box.width() * (position + 0.5) / std::max(1, axisCount());
}

double ParallelPlot::yOf(int axis, double value, const QSizeF& size) const {
    const QRectF box = area(size);
    const Extent& extent = m_extents[axis];
    const double share = (value - extent.low) / (extent.high - extent.low);
    const bool up = m_axes[axis].better == Better::Larger;
    return up ? box.bottom() - share * box.height() : box.top() + share * box.height();
}

double ParallelPlot::valueAt(int axis, double y) const {
    const QRectF box = area(size());
    const Extent& extent = m_extents[axis];
    const double down = std::clamp((y - box.top()) / box.height(), 0.0, 1.0);
    const double share = m_axes[axis].better == Better::Larger ? 1 - down : down;
    return extent.low + share * (extent.high - extent.low);
}

QPointF ParallelPlot::positionOf(const QString& axis, double value) const {
    const int index = indexOf(axis);
    if (index < 0) {
        return {};
    }
    return {xOf(int(m_order.indexOf(axis)), size()), yOf(index, value, size())};
}

QRectF ParallelPlot::titleRect(const QString& axis) const {
    const double wide = area(size()).width() / std::max(1, axisCount());
    const double x = xOf(int(m_order.indexOf(axis)), size());
    const double line = fontMetrics().height();
    const double bottom = area(size()).top() - line - Theme::unit;
    return {x - wide / 2 + 2, bottom - 2 * line, wide - 4, 2 * line};
}

int ParallelPlot::axisNear(double x) const {
    for (int i = 0; i < axisCount(); ++i) {
        if (std::abs(x - xOf(i, size())) <= reach) {
            return i;
        }
    }
    return -1;
}

int ParallelPlot::lineNear(QPointF pixel) const {
    int best = -1;
    double nearest = 6;
    for (int i = 0; i < m_lines.size(); ++i) {
        for (int position = 0; position + 1 < axisCount(); ++position) {
            const double left = xOf(position, size());
            const double right = xOf(position + 1, size());
            if (pixel.x() < left - 1 || pixel.x() > right + 1) {
                continue;
            }
            const int a = indexOf(m_order[position]);
            const int b = indexOf(m_order[position + 1]);
            const double y0 = yOf(a, m_lines[i].values.value(a, qQNaN()), size());
            const double y1 = yOf(b, m_lines[i].values.value(b, qQNaN()), size());
            const double t = (pixel.x() - left) / (right - left);
            // Upright distance, made smaller for steep lines as the eye does.
            const double away =
                std::abs(pixel.y() - (y0 + t * (y1 - y0))) * (right - left) / std::hypot(right - left, y1 - y0);
            if (away < nearest && (isKept(m_lines[i]) || best < 0)) {
                nearest = away;
                best = i;
            }
        }
    }
    return best;
}

QString ParallelPlot::toCsv() const {
    QStringList header{QStringLiteral("id"), QStringLiteral("name"), QStringLiteral("group")};
    for (const QString& id : m_order) {
        const ParallelAxis& axis = m_axes[indexOf(id)];
        header << csvField(axis.unit.isEmpty() ? axis.label : QStringLiteral("%1 [%2]").arg(axis.label, axis.unit));
    }
    header << QStringLiteral("kept");
    QStringList lines{header.join(QLatin1Char(','))};
    for (const ParallelLine& line : m_lines) {
        QStringList fields{csvField(line.id), csvField(line.name), csvField(line.group)};
        for (const QString& id : m_order) {
            fields << fileNumber(line.values.value(indexOf(id), qQNaN()));
        }
        fields << (isKept(line) ? QStringLiteral("1") : QStringLiteral("0"));
        lines << fields.join(QLatin1Char(','));
    }
    return lines.join(QLatin1String("\r\n")) + QLatin1String("\r\n");
}

bool ParallelPlot::exportTo(const QString& path, QString* error) const {
    return exportPainting(
        size(), logicalDpiX(), [this](QPainter& painter) { paintAll(painter, size()); }, toCsv(), path, error);
}

void ParallelPlot::exportInteractively() {
    askAndExport(window(), QStringLiteral("parallel.png"),
                 [this](const QString& path, QString* error) { return exportTo(path, error); });
}

} // namespace lapidary
