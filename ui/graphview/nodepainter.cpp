// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/nodepainter.h"

#include "ui/graphview/chips.h"
#include "ui/graphview/diffmarks.h"
#include "ui/graphview/groupnodepainter.h"
#include "ui/graphview/nodecolors.h"
#include "ui/graphview/nodesize.h"
#include "ui/graphview/widthbar.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace lapidary {
namespace {

using namespace nodesize;

bool isPale(NodeCategory category) {
    return category == NodeCategory::Constant || category == NodeCategory::Control || category == NodeCategory::Input ||
           category == NodeCategory::Output;
}

QRectF rectOnScreen(const PaintFrame& frame, std::uint32_t index) {
    const QRectF rect = frame.view.toScreen(rectOf(frame.picture.layout().boxes[index]));
    return {QPointF(frame.snap(rect.left()), frame.snap(rect.top())),
            QPointF(frame.snap(rect.right()), frame.snap(rect.bottom()))};
}

void paintChips(const PaintFrame& frame, const QRectF& rect, const NodeDecor& decor) {
    const bool value = frame.decor.hasOverlay() && decor.hasValue();
    if (!decor.fenced.empty())
        paintFence(frame, rect, decor, !value);
    if (value)
        paintValueChip(frame, rect, decor, frame.decor.isDimmed(&decor));
    if (!decor.badges.empty())
        paintBadges(frame, rect, decor);
    if (decor.group >= 0 && !decor.groupText.empty())
        paintGroupTag(frame, rect, decor);
}

class NodePainter {
public:
    NodePainter(const PaintFrame& frame, std::uint32_t index)
        : m_frame(frame), m_p(frame.painter), m_s(frame.view.scale), m_node(frame.picture.picture().nodes[index]),
          m_decor(frame.decor.of(index)), m_colors(nodeColors(m_node, m_decor, frame.decor, frame.style)),
          m_mark(frame.marks.of(index)) {
        m_rect = rectOnScreen(frame, index);
        m_headerHeight = hasBody(m_node) ? frame.snap(header * m_s) : m_rect.height();
        if (frame.marks.anyFound && (m_mark & PaintMarks::Found) == 0) {
            for (QColor* color : {&m_colors.header, &m_colors.body, &m_colors.headerText, &m_colors.bodyText})
                *color = mixed(*color, frame.style.paper, 0.55);
        }
    }

    void paintText() {
        paintStack(m_frame, m_rect, m_node, m_colors);
        outlines();
        shape();
        if (m_decor && m_decor->predicted && m_frame.decor.hasOverlay() && m_decor->hasValue())
            estimateHatch();
        if (hasBody(m_node))
            body();
        title();
        frameLine();
        paintDiffMark(m_frame, m_rect, m_decor, true, (m_mark & PaintMarks::Selected) != 0);
        keysStandHere();
    }

    void paintBlock() {
        paintStack(m_frame, m_rect, m_node, m_colors);
        outlines();
        // Pale nodes would be lost on the paper where no line frames them.
        if (m_s < 0.18 && isPale(m_node.category))
            m_colors.header = m_colors.body = mixed(m_frame.style.text, m_frame.style.paper, 0.6);
        m_p.fillRect(m_rect, m_colors.body);
        m_p.fillRect(QRectF(m_rect.topLeft(), QSizeF(m_rect.width(), m_headerHeight)), m_colors.header);
        if (m_colors.stripe)
            m_p.fillRect(QRectF(m_rect.topLeft(), QSizeF(std::max(1.0, 4 * m_s), m_rect.height())), m_colors.accent);
        if (m_node.channels > 0 && m_s >= 0.2)
            paintWidthBar(m_frame, barRect(), m_node, m_decor, m_colors, false);
        if (m_decor && !m_decor->fenced.empty())
            m_p.fillRect(m_rect.adjusted(0, m_headerHeight, 0, 0),
                         QBrush(mixed(m_frame.style.text, m_frame.style.paper, 0.55), Qt::BDiagPattern));
        if (hasBody(m_node) && m_s >= 0.18) {
            m_p.setPen(QPen(mixed(m_colors.header, m_frame.style.paper, 0.2), 1));
            m_p.setBrush(Qt::NoBrush);
            m_p.drawRect(m_rect.adjusted(0, 0, -1, -1));
        }
        paintDiffMark(m_frame, m_rect, m_decor, false, false);
        if ((m_mark & PaintMarks::Selected) != 0)
            ring(m_frame.style.selection, 2, -1);
        keysStandHere();
    }

private:
    double corner() const { return isPill(m_node) ? m_rect.height() / 2 : radius * m_s; }

    /// Antialiasing is left as it was, since blocks are painted without.
    void ring(const QColor& color, double width, double away) {
        const bool smooth = m_p.testRenderHint(QPainter::Antialiasing);
        m_p.setRenderHint(QPainter::Antialiasing, true);
        const double outer = m_frame.snap(away + width);
        width = m_frame.wholeWidth(width);
        m_p.setPen(QPen(color, width));
        m_p.setBrush(Qt::NoBrush);
        const double grow = outer - width / 2;
        m_p.drawRoundedRect(m_rect.adjusted(-grow, -grow, grow, grow), corner() + grow, corner() + grow);
        m_p.setRenderHint(QPainter::Antialiasing, smooth);
    }

    /// Search glow outside of the group's outline, so that both can be seen.
    void outlines() {
        const bool grouped = m_decor && m_decor->group >= 0;
        const double outline = std::max(2.0, 3 * m_s);
        if (grouped)
            ring(toColor(groupColor(m_decor->group)), outline, std::max(1.0, 2 * m_s));
        if ((m_mark & PaintMarks::Found) != 0)
            ring(m_frame.style.highlight, std::max(2.0, 3 * m_s), grouped ? outline + std::max(2.0, 3 * m_s) : 1);
    }

    void shape() {
        m_p.setRenderHint(QPainter::Antialiasing, true);
        m_p.setPen(Qt::NoPen);
        m_p.setBrush(m_colors.header);
        m_p.drawRoundedRect(m_rect, corner(), corner());
        if (m_colors.stripe && !isPill(m_node)) {
            m_p.setBrush(m_colors.accent);
            QPainterPath path;
            const double w = 5 * m_s;
            path.addRoundedRect(m_rect, corner(), corner());
            QPainterPath strip;
            strip.addRect(QRectF(m_rect.topLeft(), QSizeF(w, m_rect.height())));
            m_p.drawPath(path.intersected(strip));
        }
        if (!hasBody(m_node))
            return;
        // The lower part is drawn over the header's shape: square on top, round below.
        const double r = corner();
        const double left = m_rect.left() + (m_colors.stripe ? m_frame.snap(5 * m_s) : 0);
        const double top = m_rect.top() + m_headerHeight;
        QPainterPath path(QPointF(left, top));
        path.lineTo(m_rect.right(), top);
        path.lineTo(m_rect.right(), m_rect.bottom() - r);
        path.quadTo(m_rect.bottomRight(), QPointF(m_rect.right() - r, m_rect.bottom()));
        path.lineTo(left + (m_colors.stripe ? 0 : r), m_rect.bottom());
        if (!m_colors.stripe)
            path.quadTo(m_rect.bottomLeft(), QPointF(left, m_rect.bottom() - r));
        path.closeSubpath();
        m_p.setBrush(m_colors.body);
        m_p.drawPath(path);
    }

    /// An estimate never looks like a measurement: its header is hatched.
    void estimateHatch() {
        QColor ink = m_colors.headerText;
        ink.setAlpha(70);
        m_p.fillRect(m_rect.adjusted(1, 1, -1, m_headerHeight - m_rect.height() - 1), QBrush(ink, Qt::BDiagPattern));
    }

    void title() {
        m_p.setPen(m_colors.headerText);
        const double pad = 5 * m_s;
        m_frame.texts.draw(m_p, m_node.title, titleFont * m_s, m_rect.left() + pad, m_rect.width() - 2 * pad,
                           m_rect.top() + m_headerHeight / 2, TextCache::Align::Center);
    }

    void body() {
        double y = m_rect.top() + m_headerHeight + (bodyPadding + line / 2) * m_s;
        m_p.setPen(m_colors.bodyText);
        for (const std::string& text : m_node.lines) {
            m_frame.texts.draw(m_p, text, lineFont * m_s, m_rect.left() + sidePadding * m_s,
                               m_rect.width() - 1.5 * sidePadding * m_s, y);
            y += line * m_s;
        }
        if (m_node.channels > 0)
            paintWidthBar(m_frame, barRect(), m_node, m_decor, m_colors, true);
        if (m_decor && !m_decor->fenced.empty()) {
            const QRectF below(m_rect.left() + 1, m_rect.top() + m_headerHeight, m_rect.width() - 2,
                               m_rect.height() - m_headerHeight - 1);
            QColor ink = m_frame.style.text;
            ink.setAlpha(38);
            m_p.fillRect(below, QBrush(ink, Qt::FDiagPattern));
        }
    }

    QRectF barRect() const { return widthBarRow(m_rect, m_s); }

    /// Where the keys stand: a broken line apart from the node, whatever else frames it.
    void keysStandHere() {
        if ((m_mark & PaintMarks::Current) == 0)
            return;
        const bool smooth = m_p.testRenderHint(QPainter::Antialiasing);
        m_p.setRenderHint(QPainter::Antialiasing, true);
        const double away = m_frame.snap(std::max(5.0, 7 * m_s));
        QPen pen(m_frame.style.text, m_frame.wholeWidth(2));
        pen.setDashPattern({3, 2});
        m_p.setPen(pen);
        m_p.setBrush(Qt::NoBrush);
        m_p.drawRoundedRect(m_rect.adjusted(-away, -away, away, away), corner() + away, corner() + away);
        m_p.setRenderHint(QPainter::Antialiasing, smooth);
    }

    void frameLine() {
        if ((m_mark & PaintMarks::Selected) != 0) {
            ring(m_frame.style.selection, 2, -1);
            return;
        }
        const bool hovered = (m_mark & PaintMarks::Hovered) != 0;
        ring(hovered ? m_frame.style.text : m_frame.style.border, hovered ? 2.0 : 1.0, -1);
    }

    const PaintFrame& m_frame;
    QPainter& m_p;
    const double m_s;
    const PictureNode& m_node;
    const NodeDecor* m_decor;
    NodeColors m_colors;
    const std::uint8_t m_mark;
    QRectF m_rect;
    double m_headerHeight;
};

} // namespace

void paintNodes(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail) {
    if (detail == Detail::Blocks)
        frame.painter.setRenderHint(QPainter::Antialiasing, false);
    for (const std::uint32_t index : visible) {
        NodePainter painter(frame, index);
        if (detail == Detail::Text)
            painter.paintText();
        else
            painter.paintBlock();
    }
}

void paintNodeChips(const PaintFrame& frame, const std::vector<std::uint32_t>& visible) {
    for (const std::uint32_t index : visible)
        if (const NodeDecor* decor = frame.decor.of(index))
            paintChips(frame, rectOnScreen(frame, index), *decor);
}

} // namespace lapidary
