// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/widthbar.h"

#include "ui/graphview/nodesize.h"

#include <QPainter>

#include <algorithm>

namespace lapidary {

namespace {

bool isThinned(const PictureNode& node, const NodeDecor* decor) {
    return decor && decor->channelsKept >= 0 && decor->channelsKept < node.channels;
}

std::string numberText(const PictureNode& node, const NodeDecor* decor) {
    const std::string total = std::to_string(node.channels);
    return isThinned(node, decor) ? std::to_string(decor->channelsKept) + " / " + total : total;
}

} // namespace

QRectF widthBarRow(const QRectF& nodeRect, double scale) {
    using namespace nodesize;
    return {nodeRect.left() + sidePadding * scale, nodeRect.bottom() - (bodyPadding + barRow) * scale,
            nodeRect.width() - 2 * sidePadding * scale, barRow * scale};
}

QRectF widthBarRect(TextCache& texts, double scale, const QRectF& row, const PictureNode& node, const NodeDecor* decor,
                    bool withText) {
    using namespace nodesize;
    const double room = withText ? texts.width(numberText(node, decor), chipFont * scale) + 6 * scale : 0;
    const double height = std::max(2.0, barHeight * scale);
    return {row.left(), row.center().y() - height / 2, std::max(2.0, row.width() - room), height};
}

void paintWidthBar(const PaintFrame& frame, const QRectF& row, const PictureNode& node, const NodeDecor* decor,
                   const NodeColors& colors, bool withText) {
    using namespace nodesize;
    QPainter& painter = frame.painter;
    const double s = frame.view.scale;
    const std::int64_t total = node.channels;
    const bool thinned = isThinned(node, decor);
    const std::int64_t kept = thinned ? decor->channelsKept : total;
    const std::string text = numberText(node, decor);
    const QRectF exact = widthBarRect(frame.texts, s, row, node, decor, withText);
    const double room = row.right() - exact.right();
    const double height = std::max(2.0, frame.snap(exact.height()));
    const double top = frame.snap(row.center().y() - height / 2);
    const QRectF bar(frame.snap(exact.left()), top, std::max(2.0, frame.snap(exact.width())), height);

    const QColor solid = mixed(colors.accent, colors.body, frame.style.dark ? 0.0 : 0.25);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(bar, solid);
    const auto hatch = [&](double from, double to) {
        const double left = frame.snap(bar.left() + bar.width() * from / static_cast<double>(total));
        const double right = frame.snap(bar.left() + bar.width() * to / static_cast<double>(total));
        const QRectF gone(left, bar.top(), std::max(1.0, right - left), bar.height());
        painter.fillRect(gone, mixed(colors.body, frame.style.removed, 0.18));
        painter.fillRect(gone, QBrush(frame.style.removed, Qt::BDiagPattern));
    };
    if (thinned) {
        const bool resolved = !decor->removed.empty() && static_cast<double>(decor->removed.size()) * 4 <= bar.width();
        if (resolved)
            for (const ChannelRange& range : decor->removed)
                hatch(range.begin, std::min<double>(range.end, static_cast<double>(total)));
        else
            hatch(static_cast<double>(kept), static_cast<double>(total));
        if (withText) {
            painter.setPen(QPen(frame.style.removed, 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(bar.adjusted(0, 0, -1, -1));
        }
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (!withText)
        return;
    painter.setPen(thinned ? frame.style.removed : colors.bodyText);
    frame.texts.draw(painter, text, chipFont * s, row.right() - room, room, row.center().y(), TextCache::Align::Right);
    painter.setPen(colors.bodyText);
}

} // namespace lapidary
