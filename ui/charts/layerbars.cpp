// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/layerbars.h"

#include "ui/charts/chartformat.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace lapidary {

LayerBars::LayerBars(QWidget* parent) : QAbstractScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Bars per layer"));
    describe();
}

void LayerBars::setMetric(const QString& label, const QString& unit, int decimals) {
    m_label = label;
    m_unit = unit;
    m_decimals = decimals;
    rebuildRows();
}

void LayerBars::setBars(const QVector<LayerBar>& bars) {
    m_bars = bars;
    rebuildRows();
}

void LayerBars::setOrder(LayerOrder order) {
    if (order != m_order) {
        m_order = order;
        rebuildRows();
    }
}

void LayerBars::rebuildRows() {
    const QString current =
        m_current >= 0 && m_current < m_rows.size() ? m_bars.value(m_rows[m_current]).id : QString();
    m_rows.resize(m_bars.size());
    m_largest = m_total = 0;
    m_valueWidth = 0;
    const QFontMetrics metrics(font());
    for (int i = 0; i < m_bars.size(); ++i) {
        m_rows[i] = i;
        const LayerBar& bar = m_bars[i];
        if (std::isfinite(bar.value)) {
            m_largest = std::max(m_largest, bar.value);
            m_total += bar.value;
        }
        if (std::isfinite(bar.before)) {
            m_largest = std::max(m_largest, bar.before);
        }
        m_valueWidth = std::max(m_valueWidth, metrics.horizontalAdvance(displayNumber(bar.value, m_decimals)));
    }
    if (m_order == LayerOrder::LargestFirst) {
        std::stable_sort(m_rows.begin(), m_rows.end(), [this](int a, int b) {
            const double x = m_bars[a].value;
            const double y = m_bars[b].value;
            return std::isnan(y) ? !std::isnan(x) : x > y;
        });
    }
    m_current = m_anchor = m_hovered = -1;
    for (int row = 0; row < m_rows.size(); ++row) {
        if (!current.isEmpty() && m_bars[m_rows[row]].id == current) {
            m_current = m_anchor = row;
        }
    }
    updateScrollBar();
    describe();
    viewport()->update();
}

void LayerBars::describe() {
    setAccessibleDescription(
        tr("%1 layers, %2 selected. Metric: %3.").arg(m_bars.size()).arg(selectedIds().size()).arg(m_label));
}

QStringList LayerBars::shownIds() const {
    QStringList ids;
    for (const int index : m_rows) {
        ids.append(m_bars[index].id);
    }
    return ids;
}

QStringList LayerBars::selectedIds() const {
    QStringList ids;
    for (const LayerBar& bar : m_bars) {
        if (m_selected.contains(bar.id)) {
            ids.append(bar.id);
        }
    }
    return ids;
}

void LayerBars::setSelectedIds(const QStringList& ids) {
    const QSet<QString> wanted(ids.begin(), ids.end());
    if (wanted == m_selected) {
        return;
    }
    m_selected = wanted;
    int first = -1;
    bool anyVisible = false;
    const QRect visible(0, headerHeight(), viewport()->width(), viewport()->height() - headerHeight());
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_selected.contains(m_bars[m_rows[row]].id)) {
            first = first < 0 ? row : first;
            anyVisible = anyVisible || visible.contains(rowBox(row));
        }
    }
    if (first >= 0) {
        m_current = m_anchor = first;
        if (!anyVisible) {
            ensureVisible(first);
        }
    }
    describe();
    viewport()->update();
}

void LayerBars::setEmptyText(const QString& title, const QString& hint) {
    m_emptyTitle = title;
    m_emptyHint = hint;
    viewport()->update();
}

int LayerBars::rowHeight() const {
    return QFontMetrics(font()).height() + Theme::spacing;
}

QRect LayerBars::rowBox(int row) const {
    return {0, headerHeight() + row * rowHeight() - verticalScrollBar()->value(), viewport()->width(), rowHeight()};
}

QRect LayerBars::rowRect(const QString& id) const {
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_bars[m_rows[row]].id == id) {
            return rowBox(row);
        }
    }
    return {};
}

int LayerBars::rowAt(int y) const {
    if (y < headerHeight()) {
        return -1;
    }
    const int row = (y - headerHeight() + verticalScrollBar()->value()) / rowHeight();
    return row < m_rows.size() ? row : -1;
}

void LayerBars::updateScrollBar() {
    const int room = std::max(0, viewport()->height() - headerHeight());
    verticalScrollBar()->setPageStep(room);
    verticalScrollBar()->setSingleStep(rowHeight());
    verticalScrollBar()->setRange(0, std::max(0, int(m_rows.size()) * rowHeight() + Theme::unit - room));
}

void LayerBars::ensureVisible(int row) {
    const int top = row * rowHeight();
    const int room = viewport()->height() - headerHeight();
    const int scroll = verticalScrollBar()->value();
    if (top < scroll) {
        verticalScrollBar()->setValue(top);
    } else if (top + rowHeight() > scroll + room) {
        verticalScrollBar()->setValue(top + rowHeight() - room);
    }
}

void LayerBars::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBar();
}

void LayerBars::scrollContentsBy(int, int) {
    viewport()->update();
}

LayerBars::Columns LayerBars::columns(int width) const {
    Columns c;
    const QFontMetrics metrics(font());
    c.name = 3 * Theme::unit;
    c.nameWidth = std::clamp(width * 38 / 100, 80, 360);
    // Room for the number and for its share of the whole.
    c.valueWidth = m_valueWidth + metrics.horizontalAdvance(QStringLiteral("  100.0 %")) + Theme::spacing;
    c.value = width - c.valueWidth - 3 * Theme::unit;
    c.lane = c.name + c.nameWidth + 2 * Theme::spacing;
    c.laneWidth = std::max(16, c.value - c.lane - Theme::spacing);
    return c;
}

void LayerBars::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    switch (event->type()) {
    case QEvent::LanguageChange:
        setAccessibleName(tr("Bars per layer"));
        describe();
        break;
    case QEvent::FontChange:
        rebuildRows();
        break;
    default:
        break;
    }
    viewport()->update();
}

} // namespace lapidary
