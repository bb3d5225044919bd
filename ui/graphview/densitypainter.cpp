// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/densitypainter.h"

#include "ui/graphview/diffmarks.h"
#include "ui/graphview/nodecolors.h"
#include "ui/graphview/raster.h"

#include <algorithm>
#include <array>

namespace lapidary {
namespace {

/// Header colours of all kinds of nodes, made once per image: a lookup per node is what 100 000 nodes allow.
class FarColors {
public:
    FarColors(const BoundDecor& decor, const GraphStyle& style) : m_decor(decor), m_overlay(decor.hasOverlay()) {
        for (int dimmed = 0; dimmed < 2; ++dimmed) {
            for (std::size_t i = 0; i < m_plain[dimmed].size(); ++i) {
                const auto category = static_cast<NodeCategory>(i);
                m_plain[dimmed][i] = shade(toColor(categoryFill(category, style.dark)), dimmed != 0, style);
            }
            if (!m_overlay)
                continue;
            for (std::size_t i = 0; i < m_ramp[dimmed].size(); ++i)
                m_ramp[dimmed][i] = shade(toColor(valueColor(decor.legend(), static_cast<double>(i) / 255, style.dark)), dimmed != 0, style);
            m_none[dimmed] = shade(style.noValue, dimmed != 0, style);
        }
    }

    QRgb of(const PictureNode& node, const NodeDecor* decor) const {
        if (!m_overlay)
            return m_plain[0][static_cast<std::size_t>(node.category)];
        const int dimmed = m_decor.isDimmed(decor) ? 1 : 0;
        if (!decor || !decor->hasValue())
            return m_none[dimmed];
        return m_ramp[dimmed][static_cast<std::size_t>(std::clamp(decor->value, 0.0F, 1.0F) * 255)];
    }

private:
    static QRgb shade(const QColor& color, bool dimmed, const GraphStyle& style) {
        return (dimmed ? mixed(color, style.paper, 0.8) : color).rgb();
    }

    const BoundDecor& m_decor;
    const bool m_overlay;
    std::array<QRgb, static_cast<std::size_t>(NodeCategory::Unknown) + 1> m_plain[2] = {};
    std::array<QRgb, 256> m_ramp[2] = {};
    QRgb m_none[2] = {};
};

/// Between two opaque colours.
QRgb mixedRgb(QRgb a, QRgb b, int part256) {
    const auto channel = [&](int x, int y) { return x + (y - x) * part256 / 256; };
    return qRgb(channel(qRed(a), qRed(b)), channel(qGreen(a), qGreen(b)), channel(qBlue(a), qBlue(b)));
}

} // namespace

void paintDensity(QImage& image, const DensityMap& map, const LaidPicture& picture, const BoundDecor& decor,
                  const PaintMarks& marks, const GraphStyle& style) {
    Raster raster(image);
    const auto x = [&](double scene) { return (scene - map.left) * map.scaleX; };
    const auto y = [&](double scene) { return (scene - map.top) * map.scaleY; };
    const QRgb faint = mixed(style.edge, style.paper, 0.55).rgb();
    const QRgb red = style.selection.rgb();
    const auto& segments = picture.layout().segments;
    for (std::uint32_t i = 0; i < segments.size(); ++i) {
        const RouteSegment& s = segments[i];
        raster.line(x(s.x0), y(s.y0), x(s.x1), y(s.y1), marks.isLit(i) ? red : faint);
    }
    const FarColors colors(decor, style);
    std::vector<std::uint32_t> marked;
    const auto& boxes = picture.layout().boxes;
    for (std::uint32_t i = 0; i < boxes.size(); ++i) {
        const LayoutBox& b = boxes[i];
        const double left = x(b.x);
        const double top = y(b.y);
        const double right = x(b.x + b.width);
        const double bottom = y(b.y + b.height);
        if (right < 0 || bottom < 0 || left > image.width() || top > image.height())
            continue;
        const NodeDecor* own = decor.of(i);
        QRgb fill = own && isDifference(own->diff) && !decor.hasOverlay() ? diffColor(own->diff, style.dark).rgb()
                                                                           : colors.of(picture.picture().nodes[i], own);
        if (marks.anyFound && (marks.of(i) & PaintMarks::Found) == 0)
            fill = mixedRgb(fill, style.paper.rgb(), 154);
        raster.fill(left, top, right, bottom, fill);
        if (own && own->group >= 0)
            raster.fill(left, top, left + std::max(1.0, (right - left) / 4), bottom,
                        toColor(groupColor(own->group)).rgb());
        if ((marks.of(i) & (PaintMarks::Selected | PaintMarks::Found)) != 0)
            marked.push_back(i);
    }
    // Marked nodes come last and are never smaller than what the eye finds.
    for (const std::uint32_t i : marked) {
        const LayoutBox& b = boxes[i];
        const double cx = x(b.x + b.width / 2);
        const double cy = y(b.y + b.height / 2);
        const double w = std::max(4.0, b.width * map.scaleX) / 2;
        const double h = std::max(4.0, b.height * map.scaleY) / 2;
        raster.fill(cx - w, cy - h, cx + w, cy + h,
                    ((marks.of(i) & PaintMarks::Selected) != 0 ? style.selection : style.highlight).rgb());
    }
}

} // namespace lapidary
