// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does with mouse and keys.
#include "ui/charts/chartformat.h"
#include "ui/charts/layerbars.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lapidary {

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

} // namespace lapidary
