// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/graph/film.h"

#include "bench/measure.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

#include <time.h>

namespace lapidary::bench {

double threadSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double percentile(std::vector<double> values, double part) {
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

Film::Film(LaidPicturePtr laid) : m_laid(std::move(laid)), m_image(1600, 1000, QImage::Format_RGB32) {
    m_view.size = m_image.size();
    m_marks.flags.assign(m_laid->nodeCount(), 0);
}

FrameTime Film::frame(double scale, QPointF centre, const BoundDecor& decor) {
    m_view.scale = scale;
    m_view.origin = centre - QPointF(m_view.size.width(), m_view.size.height()) / (2 * scale);
    const double cpu = threadSeconds();
    const double wall = wallSeconds();
    QPainter painter(&m_image);
    m_painter.paint(painter, *m_laid, m_view, decor, m_marks);
    m_painter.paintLegendOver(painter, *m_laid, m_view, decor);
    m_minimap.paint(painter, *m_laid, decor, m_marks, m_painter.style(), m_view, 1);
    painter.end();
    return {1000 * (threadSeconds() - cpu), 1000 * (wallSeconds() - wall)};
}

FrameTime Film::fitted() {
    const LayoutResult& layout = m_laid->layout();
    const double scale = std::min({1.0, m_view.size.width() / layout.width, m_view.size.height() / layout.height});
    return frame(scale, {layout.width / 2, layout.height / 2});
}

std::vector<FrameTime> Film::pan() {
    const LayoutResult& layout = m_laid->layout();
    std::vector<FrameTime> times;
    for (const double scale : {1.0, 0.6, 0.3, 0.12})
        for (int i = 0; i < 60; ++i)
            times.push_back(frame(scale, {layout.width / 2 + i * 9, layout.height * 0.3 + i * 37 / scale}));
    return times;
}

std::vector<FrameTime> Film::zoom() {
    const LayoutResult& layout = m_laid->layout();
    std::vector<FrameTime> times;
    for (int i = 0; i < 200; ++i)
        times.push_back(frame(3.0 * std::pow(0.965, i), {layout.width / 2, layout.height / 2}));
    return times;
}

} // namespace lapidary::bench
