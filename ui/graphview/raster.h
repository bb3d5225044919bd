// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels written straight into an image: rectangles and one-pixel lines, for pictures seen from far away.
#pragma once

#include <QImage>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace lapidary {

/// Writes into a 32-bit image, which must outlive it. Everything is cut to the image; coordinates may be any number.
class Raster {
public:
    explicit Raster(QImage& image)
        : m_bits(reinterpret_cast<QRgb*>(image.bits())), m_stride(image.bytesPerLine() / 4), m_width(image.width()),
          m_height(image.height()) {}

    /// Covers [x0,x1) x [y0,y1), at least one pixel each way.
    void fill(double x0, double y0, double x1, double y1, QRgb color) {
        if (!(x1 >= 0 && y1 >= 0 && x0 < m_width && y0 < m_height))
            return;
        const int left = std::max(0, static_cast<int>(x0));
        const int top = std::max(0, static_cast<int>(y0));
        const int right = std::min(m_width, std::max(left + 1, static_cast<int>(std::min<double>(x1, m_width) + 0.5)));
        const int bottom =
            std::min(m_height, std::max(top + 1, static_cast<int>(std::min<double>(y1, m_height) + 0.5)));
        for (int y = top; y < bottom; ++y)
            std::fill(m_bits + y * m_stride + left, m_bits + y * m_stride + right, color);
    }

    void line(double x0, double y0, double x1, double y1, QRgb color) {
        if (std::max(x0, x1) < 0 || std::max(y0, y1) < 0 || std::min(x0, x1) >= m_width || std::min(y0, y1) >= m_height)
            return;
        const double dx = x1 - x0;
        const double dy = y1 - y0;
        if (std::abs(dx) < 1) {
            upright(x0 + dx / 2, std::min(y0, y1), std::max(y0, y1), color);
            return;
        }
        double from = 0;
        double to = 1;
        if (!cut(x0, dx, m_width, from, to) || !cut(y0, dy, m_height, from, to))
            return;
        slanted(x0 + dx * from, y0 + dy * from, dx * (to - from), dy * (to - from), color);
    }

private:
    void upright(double x, double top, double bottom, QRgb color) {
        const int column = static_cast<int>(x);
        if (x < 0 || column >= m_width)
            return;
        const int last = static_cast<int>(std::min(bottom, m_height - 1.0));
        QRgb* pixel = m_bits + column;
        for (int y = static_cast<int>(std::max(top, 0.0)); y <= last; ++y)
            pixel[y * m_stride] = color;
    }

    /// In 1/65536 pixels; the ends lie within the image up to rounding.
    void slanted(double x, double y, double dx, double dy, QRgb color) {
        const int steps = static_cast<int>(std::ceil(std::max(std::abs(dx), std::abs(dy))));
        constexpr double unit = 65536;
        auto fx = static_cast<std::int64_t>(x * unit);
        auto fy = static_cast<std::int64_t>(y * unit);
        const auto sx = steps > 0 ? static_cast<std::int64_t>(dx * unit / steps) : 0;
        const auto sy = steps > 0 ? static_cast<std::int64_t>(dy * unit / steps) : 0;
        for (int i = 0; i <= steps; ++i, fx += sx, fy += sy) {
            const auto px = fx >> 16;
            const auto py = fy >> 16;
            if (px >= 0 && py >= 0 && px < m_width && py < m_height)
                m_bits[py * m_stride + px] = color;
        }
    }

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

} // namespace lapidary
