// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/densitypainter.h"

#include "ui/graphview/diffmarks.h"
#include "ui/graphview/nodecolors.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

class Raster {
public:
    explicit Raster(QImage& image)
        : m_bits(reinterpret_cast<QRgb*>(image.bits())), m_stride(image.bytesPerLine() / 4), m_width(image.width()),
          m_height(image.height()) {}

    /// Covers [x0,x1) x [y0,y1), at least one pixel each way.
    void fill(double x0, double y0, double x1, double y1, QRgb color) {
        if (!(x1 >= 0 && y1 >= 0 && x0 < m_width && y0 < m_height))
            return;
        const int left = std::max(0, static_cast<int>(std::floor(x0)));
        const int top = std::max(0, static_cast<int>(std::floor(y0)));
        const int right = std::min<double>(m_width, std::max(left + 1.0, std::round(std::min(x1, m_width + 1.0))));
        const int bottom = std::min<double>(m_height, std::max(top + 1.0, std::round(std::min(y1, m_height + 1.0))));
        for (int y = top; y < bottom; ++y)
            std::fill(m_bits + y * m_stride + left, m_bits + y * m_stride + right, color);
    }

    /// A one-pixel line, cut to the image first so that its cost depends on what is seen.
    void line(double x0, double y0, double x1, double y1, QRgb color) {
        double from = 0;
        double to = 1;
        if (!cut(x0, x1 - x0, m_width, from, to) || !cut(y0, y1 - y0, m_height, from, to))
            return;
        const double dx = x1 - x0;
        const double dy = y1 - y0;
        const int steps = static_cast<int>(std::ceil(std::max(std::abs(dx), std::abs(dy)) * (to - from)));
        const double step = steps > 0 ? (to - from) / steps : 0;
        for (int i = 0; i <= steps; ++i) {
            const double t = from + step * i;
            const int x = static_cast<int>(x0 + dx * t);
            const int y = static_cast<int>(y0 + dy * t);
            if (x >= 0 && y >= 0 && x < m_width && y < m_height)
                m_bits[y * m_stride + x] = color;
        }
    }

private:
    static bool cut(double start, double delta, double size, double& from, double& to) {
        if (delta == 0)
            return start >= 0 && start < size;
        double a = -start / delta;
        double b = (size - start) / delta;
        if (a > b)
            std::swap(a, b);
        from = std::max(from, a);
        to = std::min(to, b);
        return from <= to;
    }

    QRgb* m_bits;
    qsizetype m_stride;
    int m_width;
    int m_height;
};

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
        const NodeColors colors = nodeColors(picture.picture().nodes[i], own, decor, style);
        QColor fill = own && isDifference(own->diff) && !decor.hasOverlay() ? diffColor(own->diff, style.dark)
                                                                             : colors.header;
        if (marks.anyFound && (marks.of(i) & PaintMarks::Found) == 0)
            fill = mixed(fill, style.paper, 0.6);
        raster.fill(left, top, right, bottom, fill.rgb());
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
