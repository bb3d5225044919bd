// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/groupnodepainter.h"

#include <QPainter>

#include <algorithm>

namespace lapidary {
namespace {

constexpr double sheetStep = 4;

} // namespace

void paintStack(const PaintFrame& frame, const QRectF& rect, const PictureNode& node, const NodeColors& colors) {
    if (node.members == 0)
        return;
    const double scale = frame.view.scale;
    const double step = std::max(1.0 / frame.pixelRatio, frame.snap(sheetStep * scale));
    const bool smooth = frame.painter.testRenderHint(QPainter::Antialiasing);
    frame.painter.setRenderHint(QPainter::Antialiasing, scale >= textScale);
    for (const int sheet : {2, 1}) {
        const double away = step * sheet;
        frame.painter.setPen(QPen(frame.style.border, 1));
        frame.painter.setBrush(mixed(colors.header, frame.style.paper, 0.3 + 0.2 * sheet));
        const QRectF behind = rect.translated(away, away).adjusted(0, 0, -1, -1);
        if (scale >= textScale)
            frame.painter.drawRoundedRect(behind, 5 * scale, 5 * scale);
        else
            frame.painter.drawRect(behind);
    }
    frame.painter.setRenderHint(QPainter::Antialiasing, smooth);
}

} // namespace lapidary
