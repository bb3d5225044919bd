// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/widthbar.h"

#include "ui/graphview/nodesize.h"

#include <QPainter>

#include <algorithm>

namespace lapidary {

void paintWidthBar(const PaintFrame& frame, const QRectF& row, const PictureNode& node, const NodeDecor* decor,
                   const NodeColors& colors, bool withText) {
    using namespace nodesize;
    QPainter& painter = frame.painter;
    const double s = frame.view.scale;
    const std::int64_t total = node.channels;
    const bool thinned = decor && decor->channelsKept >= 0 && decor->channelsKept < total;
    const std::int64_t kept = thinned ? decor->channelsKept : total;
    std::string text = std::to_string(kept);
    if (thinned)
        text += " / " + std::to_string(total);
    const double room = withText ? frame.texts.width(text, chipFont * s) + 6 * s : 0;
    const double height = std::max(2.0, frame.snap(barHeight * s));
    const double top = frame.snap(row.center().y() - height / 2);
    const QRectF bar(frame.snap(row.left()), top, std::max(2.0, frame.snap(row.width() - room)), height);

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
