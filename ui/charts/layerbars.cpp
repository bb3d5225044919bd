// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/layerbars.h"

#include "ui/charts/chartexport.h"
#include "ui/charts/chartformat.h"
#include "ui/theme/theme.h"

#include <QBuffer>
#include <QFileInfo>
#include <QHelpEvent>
#include <QImage>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QSvgGenerator>
#include <QToolTip>

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

void LayerBars::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    paintAll(painter, viewport()->size(), verticalScrollBar()->value(), true);
}

void LayerBars::paintAll(QPainter& painter, const QSize& size, int scroll, bool live) const {
    const Theme theme = Theme::of(palette());
    painter.setFont(font());
    painter.fillRect(QRect(QPoint(0, 0), size), theme.base);
    if (m_rows.isEmpty()) {
        paintEmpty(painter, size);
        return;
    }
    const int height = rowHeight();
    const int first = std::max(0, scroll / height);
    const int last = std::min(int(m_rows.size()) - 1, (scroll + size.height()) / height);
    for (int row = first; row <= last; ++row) {
        paintRow(painter, {0, headerHeight() + row * height - scroll, size.width(), height}, row, live);
    }
    paintHeader(painter, size.width());
}

void LayerBars::paintHeader(QPainter& painter, int width) const {
    const Theme theme = Theme::of(palette());
    const Columns c = columns(width);
    const QRect box(0, 0, width, headerHeight());
    painter.fillRect(box, theme.base);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(theme.muted);
    painter.drawText(QRect(c.name, 0, c.nameWidth, box.height()), Qt::AlignVCenter | Qt::AlignLeft, tr("Layer"));
    QString metric = m_unit.isEmpty() ? m_label : tr("%1 (%2)", "quantity (unit)").arg(m_label, m_unit);
    metric += m_order == LayerOrder::LargestFirst ? QStringLiteral("  ↓") : QString();
    const QString hint = m_order == LayerOrder::LargestFirst ? tr("largest first") : tr("in execution order");
    painter.drawText(QRect(c.lane, 0, c.laneWidth, box.height()), Qt::AlignVCenter | Qt::AlignLeft, metric);
    painter.setFont(font());
    const int used = QFontMetrics(strong).horizontalAdvance(metric) + 2 * Theme::spacing;
    painter.setPen(theme.disabled);
    painter.drawText(QRect(c.lane + used, 0, width - c.lane - used - 12, box.height()),
                     Qt::AlignVCenter | Qt::AlignRight, hint);
    painter.setPen(theme.separator);
    painter.drawLine(0, box.bottom(), width, box.bottom());
}

void LayerBars::paintRow(QPainter& painter, const QRect& box, int row, bool live) const {
    const Theme theme = Theme::of(palette());
    const LayerBar& bar = m_bars[m_rows[row]];
    const Columns c = columns(box.width());
    if (m_selected.contains(bar.id)) {
        painter.fillRect(box, theme.selection);
    } else if (live && row == m_hovered) {
        painter.fillRect(box, theme.hover);
    }
    if (live && row == m_current && hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(box.adjusted(0, 0, -1, -1));
    }
    const QFontMetrics metrics(font());
    const QString name = metrics.elidedText(bar.name, Qt::ElideMiddle, c.nameWidth);
    painter.setPen(theme.text);
    painter.drawText(QRect(c.name, box.top(), c.nameWidth, box.height()), Qt::AlignVCenter | Qt::AlignLeft, name);
    const int rest = c.nameWidth - metrics.horizontalAdvance(name) - Theme::spacing;
    if (rest > metrics.averageCharWidth() * 4) {
        painter.setPen(theme.muted);
        painter.drawText(QRect(c.name + c.nameWidth - rest, box.top(), rest, box.height()),
                         Qt::AlignVCenter | Qt::AlignRight, metrics.elidedText(bar.type, Qt::ElideRight, rest));
    }
    paintBar(painter, QRectF(c.lane, box.top() + box.height() * 0.24, c.laneWidth, box.height() * 0.52), bar);

    const QString share = m_total > 0 && std::isfinite(bar.value)
                              ? locale().toString(100 * bar.value / m_total, 'f', 1) + QStringLiteral(" %")
                              : QString();
    painter.setPen(theme.muted);
    painter.drawText(QRect(c.value, box.top(), c.valueWidth, box.height()), Qt::AlignVCenter | Qt::AlignRight, share);
    painter.setPen(theme.text);
    painter.drawText(QRect(c.value, box.top(), m_valueWidth, box.height()), Qt::AlignVCenter | Qt::AlignRight,
                     displayNumber(bar.value, m_decimals));
}

void LayerBars::paintBar(QPainter& painter, const QRectF& lane, const LayerBar& bar) const {
    if (!(m_largest > 0) || !std::isfinite(bar.value)) {
        return;
    }
    const Theme theme = Theme::of(palette());
    const auto lengthOf = [&](double value) { return lane.width() * std::max(0.0, value) / m_largest; };
    painter.setRenderHint(QPainter::Antialiasing);
    if (std::isfinite(bar.before)) {
        // The ghost of what was there; what goes away is hatched.
        QColor ghost = theme.muted;
        ghost.setAlphaF(0.55f);
        painter.setPen(QPen(ghost, 1));
        painter.setBrush(QBrush(ghost, Qt::BDiagPattern));
        painter.drawRoundedRect(QRectF(lane.left() + 0.5, lane.top() + 0.5, lengthOf(bar.before), lane.height() - 1), 2,
                                2);
    }
    const QRectF body(lane.left(), lane.top(), std::max(1.0, lengthOf(bar.value)), lane.height());
    if (bar.kind == ValueKind::Estimated) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.base);
        painter.drawRoundedRect(body, 2, 2);
        QColor inner = theme.estimate;
        inner.setAlphaF(0.25f);
        painter.setBrush(inner);
        painter.setPen(QPen(theme.estimate, 1.25));
        painter.drawRoundedRect(body.adjusted(0.6, 0.6, -0.6, -0.6), 2, 2);
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.accent);
        painter.drawRoundedRect(body, 2, 2);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void LayerBars::paintEmpty(QPainter& painter, const QSize& size) const {
    const Theme theme = Theme::of(palette());
    const QString title = m_emptyTitle.isEmpty() ? tr("No layers to show") : m_emptyTitle;
    const QString hint = m_emptyTitle.isEmpty() ? tr("Open a model, or profile a variant for its times.") : m_emptyHint;
    const QRect column(size.width() / 2 - 200, size.height() / 2 - 40, 400, 80);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(theme.text);
    painter.drawText(column.adjusted(0, 0, 0, -44), Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, title);
    painter.setFont(font());
    painter.setPen(theme.muted);
    painter.drawText(column.adjusted(0, 44, 0, 0), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, hint);
}

void LayerBars::select(const QSet<QString>& ids) {
    if (ids == m_selected) {
        viewport()->update();
        return;
    }
    m_selected = ids;
    describe();
    viewport()->update();
    Q_EMIT selectionEdited(selectedIds());
}

QSet<QString> LayerBars::idsBetween(int a, int b) const {
    QSet<QString> ids;
    for (int row = std::max(0, std::min(a, b)); row <= std::max(a, b) && row < m_rows.size(); ++row) {
        ids.insert(m_bars[m_rows[row]].id);
    }
    return ids;
}

void LayerBars::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    const int y = int(event->position().y());
    if (y < headerHeight()) {
        if (!m_rows.isEmpty()) {
            setOrder(m_order == LayerOrder::Execution ? LayerOrder::LargestFirst : LayerOrder::Execution);
            Q_EMIT orderEdited(m_order);
        }
        return;
    }
    const int row = rowAt(y);
    if (row < 0) {
        select({});
        return;
    }
    const QString id = m_bars[m_rows[row]].id;
    m_current = row;
    if (event->modifiers() & Qt::ShiftModifier && m_anchor >= 0) {
        select(idsBetween(m_anchor, row));
        return;
    }
    m_anchor = row;
    if (event->modifiers() & Qt::ControlModifier) {
        QSet<QString> ids = m_selected;
        if (!ids.remove(id)) {
            ids.insert(id);
        }
        select(ids);
    } else {
        select({id});
    }
}

void LayerBars::mouseMoveEvent(QMouseEvent* event) {
    const int row = rowAt(int(event->position().y()));
    if (row != m_hovered) {
        m_hovered = row;
        viewport()->update();
    }
}

void LayerBars::mouseReleaseEvent(QMouseEvent* event) {
    event->accept();
}

void LayerBars::mouseDoubleClickEvent(QMouseEvent* event) {
    const int row = rowAt(int(event->position().y()));
    if (row >= 0 && event->button() == Qt::LeftButton) {
        Q_EMIT activated(m_bars[m_rows[row]].id);
    }
}

void LayerBars::leaveEvent(QEvent* event) {
    QAbstractScrollArea::leaveEvent(event);
    m_hovered = -1;
    viewport()->update();
}

void LayerBars::moveTo(int row, bool extend) {
    if (m_rows.isEmpty()) {
        return;
    }
    m_current = std::clamp(row, 0, int(m_rows.size()) - 1);
    if (!extend || m_anchor < 0) {
        m_anchor = m_current;
    }
    ensureVisible(m_current);
    select(idsBetween(m_anchor, m_current));
}

void LayerBars::keyPressEvent(QKeyEvent* event) {
    const bool extend = event->modifiers() & Qt::ShiftModifier;
    const int page = std::max(1, (viewport()->height() - headerHeight()) / rowHeight() - 1);
    if (event->matches(QKeySequence::SelectAll)) {
        select(idsBetween(0, int(m_rows.size()) - 1));
        return;
    }
    switch (event->key()) {
    case Qt::Key_Down:
        return moveTo(m_current + 1, extend);
    case Qt::Key_Up:
        return moveTo(m_current < 0 ? int(m_rows.size()) - 1 : m_current - 1, extend);
    case Qt::Key_PageDown:
        return moveTo(m_current + page, extend);
    case Qt::Key_PageUp:
        return moveTo(m_current - page, extend);
    case Qt::Key_Home:
        return moveTo(0, extend);
    case Qt::Key_End:
        return moveTo(int(m_rows.size()) - 1, extend);
    case Qt::Key_Escape:
        return select({});
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0 && m_current < m_rows.size()) {
            Q_EMIT activated(m_bars[m_rows[m_current]].id);
        }
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

QString LayerBars::toolTipFor(const LayerBar& bar) const {
    QString text = QStringLiteral("<p style='white-space:pre'><b>%1</b>  %2<br>%3: %4")
                       .arg(bar.name.toHtmlEscaped(), bar.type.toHtmlEscaped(), m_label.toHtmlEscaped(),
                            displayValue(bar.value, {}, m_unit, m_decimals).toHtmlEscaped());
    text += QStringLiteral(" (%1)").arg(bar.kind == ValueKind::Estimated ? tr("estimate") : tr("measured"));
    if (std::isfinite(bar.before)) {
        text += QStringLiteral("<br>") +
                tr("Before: %1").arg(displayValue(bar.before, {}, m_unit, m_decimals).toHtmlEscaped());
    }
    return text + QStringLiteral("</p>");
}

bool LayerBars::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int row = rowAt(help->pos().y());
        if (row >= 0) {
            QToolTip::showText(help->globalPos(), toolTipFor(m_bars[m_rows[row]]), viewport(), rowBox(row));
        } else {
            QToolTip::showText(help->globalPos(),
                               help->pos().y() < headerHeight() ? tr("Click to change the order") : QString(),
                               viewport());
        }
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
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

QString LayerBars::toCsv() const {
    const QString metric = m_unit.isEmpty() ? m_label : QStringLiteral("%1 [%2]").arg(m_label, m_unit);
    QString csv = QStringLiteral("id,layer,type,%1,before,kind\r\n").arg(csvField(metric));
    for (const int index : m_rows) {
        const LayerBar& bar = m_bars[index];
        csv += QStringList{csvField(bar.id),
                           csvField(bar.name),
                           csvField(bar.type),
                           fileNumber(bar.value),
                           fileNumber(bar.before),
                           bar.kind == ValueKind::Estimated ? QStringLiteral("estimated") : QStringLiteral("measured")}
                   .join(QLatin1Char(',')) +
               QStringLiteral("\r\n");
    }
    return csv;
}

bool LayerBars::exportTo(const QString& path, QString* error) const {
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == QLatin1String("csv")) {
        return writeFileSafely(path, toCsv().toUtf8(), error);
    }
    // All rows, not just the visible ones, up to what an image can hold.
    const int rows = std::min(int(m_rows.size()), 1200);
    const QSize size(std::max(480, viewport()->width()), headerHeight() + std::max(4, rows) * rowHeight() + 8);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (suffix == QLatin1String("svg")) {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(0, 0), size));
        generator.setResolution(logicalDpiX());
        QPainter painter(&generator);
        paintAll(painter, size, 0, false);
        painter.end();
    } else if (suffix == QLatin1String("png")) {
        QImage image(size * 2, QImage::Format_RGB32);
        image.setDevicePixelRatio(2);
        QPainter painter(&image);
        paintAll(painter, size, 0, false);
        painter.end();
        image.save(&buffer, "PNG");
    } else {
        if (error) {
            *error = tr("\"%1\" is not a kind of file this view writes; use .png, .svg or .csv").arg(suffix);
        }
        return false;
    }
    return writeFileSafely(path, bytes, error);
}

} // namespace lapidary
