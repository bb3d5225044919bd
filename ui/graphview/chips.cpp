// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/chips.h"

#include "ui/graphview/diffmarks.h"
#include "ui/graphview/nodesize.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace lapidary {
namespace {

using namespace nodesize;

void capsule(const PaintFrame& frame, const QRectF& rect, const QColor& fill, const QColor& outline, bool dashed) {
    QPen pen(outline, frame.wholeWidth(std::max(1.0, frame.view.scale)));
    if (dashed)
        pen.setDashPattern({2.5, 2});
    frame.painter.setPen(pen);
    frame.painter.setBrush(fill);
    const double corner = rect.height() / 2;
    frame.painter.drawRoundedRect(rect, corner, corner);
}

void paintLock(QPainter& painter, const QRectF& box, const QColor& ink) {
    const double w = box.width();
    const QRectF body(box.left() + w * 0.1, box.top() + box.height() * 0.45, w * 0.8, box.height() * 0.5);
    painter.setPen(QPen(ink, std::max(1.0, w * 0.14)));
    painter.setBrush(Qt::NoBrush);
    const QRectF shackle(box.left() + w * 0.26, box.top() + box.height() * 0.06, w * 0.48, box.height() * 0.7);
    painter.drawArc(shackle, 0, 180 * 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawRect(body);
}

/// Ever shorter, always with what tells groups apart: "Group 33: 64 channels", "Group 33", "33".
std::vector<std::string> groupTagForms(const std::string& text) {
    const std::string name = text.substr(0, text.find(':'));
    return {text, name, name.substr(name.rfind(' ') + 1)};
}

} // namespace

void paintBadges(const PaintFrame& frame, const QRectF& node, const NodeDecor& decor) {
    const double s = frame.view.scale;
    double right = node.right() + chipOverhang * s;
    const QColor fill = frame.style.dark ? QColor(86, 70, 20) : QColor(255, 243, 205);
    const QColor outline = frame.style.dark ? QColor(170, 140, 60) : QColor(190, 150, 60);
    for (auto it = decor.badges.rbegin(); it != decor.badges.rend(); ++it) {
        const double text = frame.texts.width(*it, chipFont * s);
        const QRectF rect(right - text - 10 * s, node.top() - chipHeight * s * chipRise, text + 10 * s, chipHeight * s);
        capsule(frame, rect, fill, outline, false);
        frame.painter.setPen(frame.style.text);
        frame.texts.draw(frame.painter, *it, chipFont * s, rect.left(), rect.width(), rect.center().y(),
                         TextCache::Align::Center);
        right = rect.left() - 3 * s;
    }
}

void paintValueChip(const PaintFrame& frame, const QRectF& node, const NodeDecor& decor, bool dimmed) {
    const double s = frame.view.scale;
    const std::string text = decor.predicted ? "\xE2\x89\x88 " + decor.valueText : decor.valueText;
    const double width = std::max(44 * s, frame.texts.width(text, chipFont * s) + 12 * s);
    const QRectF rect(node.right() + chipOverhang * s - width, node.bottom() - chipHeight * s * chipDip, width,
                      chipHeight * s);
    const QColor paper = mixed(frame.style.paper, frame.style.text, 0.04);
    const QColor outline = mixed(frame.style.text, frame.style.paper, dimmed ? 0.75 : 0.35);
    frame.painter.setPen(Qt::NoPen);
    frame.painter.setBrush(paper);
    frame.painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2);
    // The bar fills the capsule from the left; its ink is paler than the ramp, so that the number stays readable.
    QPainterPath clip;
    clip.addRoundedRect(rect, rect.height() / 2, rect.height() / 2);
    QPainterPath bar;
    bar.addRect(
        QRectF(rect.topLeft(), QSizeF(rect.width() * barShare(frame.decor.legend(), decor.value), rect.height())));
    const QColor ink = mixed(toColor(valueColor(frame.decor.legend(), decor.value, frame.style.dark)),
                             frame.style.paper, dimmed ? 0.85 : 0.55);
    frame.painter.setBrush(ink);
    frame.painter.drawPath(clip.intersected(bar));
    capsule(frame, rect, Qt::transparent, outline, decor.predicted);
    frame.painter.setPen(dimmed ? frame.style.faintText : frame.style.text);
    frame.texts.draw(frame.painter, text, chipFont * s, rect.left(), rect.width(), rect.center().y(),
                     TextCache::Align::Center);
}

void paintFence(const PaintFrame& frame, const QRectF& node, const NodeDecor& decor, bool alone) {
    const double s = frame.view.scale;
    const double icon = 9 * s;
    const double wanted = alone ? frame.texts.width(decor.fenced, chipFont * s) + 4 * s : 0;
    const double room = std::max(0.0, node.width() - icon);
    const double text = wanted < 24 * s && alone ? wanted : std::min(wanted, room);
    const QRectF rect(node.left() - 5 * s, node.bottom() - chipHeight * s * chipDip, icon + 8 * s + text,
                      chipHeight * s);
    const QColor ink = frame.style.dark ? QColor(235, 190, 130) : QColor(122, 66, 0);
    capsule(frame, rect, frame.style.dark ? QColor(66, 50, 32) : QColor(255, 238, 214), ink, false);
    paintLock(frame.painter, QRectF(rect.left() + 4 * s, rect.center().y() - icon / 2, icon, icon), ink);
    if (text > 0) {
        frame.painter.setPen(ink);
        frame.texts.draw(frame.painter, decor.fenced, chipFont * s, rect.left() + icon + 6 * s, text - 2 * s,
                         rect.center().y());
    }
}

void paintGroupTag(const PaintFrame& frame, const QRectF& node, const NodeDecor& decor) {
    const double s = frame.view.scale;
    const Rgb color = groupColor(decor.group);
    const double padding = 12 * s;
    // From the top a line comes in at the middle, and its arrowhead stays in sight.
    const bool fromTop = frame.picture.picture().direction == LayoutDirection::TopDown;
    const double room = fromTop ? node.width() / 2 : node.width() + 12 * s;
    std::string text;
    double width = 0;
    for (const std::string& form : groupTagForms(decor.groupText)) {
        text = form;
        width = frame.texts.width(text, chipFont * s) + padding;
        if (width <= room)
            break;
    }
    const QRectF rect(node.left() - 6 * s, node.top() - chipHeight * s * 0.8, width, chipHeight * s);
    capsule(frame, rect, toColor(color), toColor(color), false);
    frame.painter.setPen(toColor(readableOn(color)));
    frame.texts.draw(frame.painter, text, chipFont * s, rect.left() + 6 * s, rect.width() - 11 * s, rect.center().y());
}

} // namespace lapidary
