// SPDX-License-Identifier: GPL-3.0-or-later
// Measures layout and painting of generated networks: layout time and crossings, frame times while panning and
// zooming into a 1600 x 1000 image, a preview repaint, peak memory. Prints one row per picture.
#include "tests/ui/graphview/samplepictures.h"
#include "ui/graphview/graphpainter.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/minimap.h"

#include <QGuiApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

#include <sys/resource.h>
#include <time.h>

using namespace lapidary;

namespace {

/// Processor time of this thread in ms: layout and painting never wait, and other programs do not count.
double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double since(double start) {
    return now() - start;
}

double percentile(std::vector<double> values, double part) {
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

long peakMb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

/// Frames of one kind of movement.
class Film {
public:
    explicit Film(LaidPicturePtr laid) : m_laid(std::move(laid)), m_image(1600, 1000, QImage::Format_RGB32) {
        m_view.size = m_image.size();
        m_marks.flags.assign(m_laid->nodeCount(), 0);
    }

    double frame(double scale, QPointF centre, const BoundDecor& decor) {
        m_view.scale = scale;
        m_view.origin = centre - QPointF(m_view.size.width(), m_view.size.height()) / (2 * scale);
        const auto start = now();
        QPainter painter(&m_image);
        m_painter.paint(painter, *m_laid, m_view, decor, m_marks);
        m_painter.paintLegendOver(painter, *m_laid, m_view, decor);
        m_minimap.paint(painter, *m_laid, decor, m_marks, m_painter.style(), m_view, 1);
        painter.end();
        return since(start);
    }

    void redrawMinimap() { m_minimap.invalidate(); }

private:
    LaidPicturePtr m_laid;
    QImage m_image;
    Viewport m_view;
    GraphPainter m_painter;
    Minimap m_minimap;
    PaintMarks m_marks;
};

void measure(const char* kind, const GraphPicture& picture) {
    const auto start = now();
    const LaidPicturePtr laid = LaidPicture::make(picture);
    const double makeMs = since(start);
    const LayoutResult& layout = laid->layout();
    Film film(laid);
    const QPointF top(layout.width / 2, 400);
    film.frame(1, top, {}); // fonts are loaded outside of the measurement

    std::vector<double> pan;
    for (const double scale : {1.0, 0.6, 0.3, 0.12})
        for (int i = 0; i < 60; ++i)
            pan.push_back(film.frame(scale, {layout.width / 2 + i * 9, layout.height * 0.3 + i * 37 / scale}, {}));
    std::vector<double> zoom;
    for (int i = 0; i < 200; ++i)
        zoom.push_back(film.frame(3.0 * std::pow(0.965, i), {layout.width / 2, layout.height / 2}, {}));
    std::vector<double> preview;
    for (int i = 0; i < 20; ++i) {
        auto decor = std::make_shared<const GraphDecor>(sample::decorate(picture, i % 2 == 0, true));
        const auto begin = now();
        const BoundDecor bound(decor, *laid);
        film.redrawMinimap();
        film.frame(0.8, {layout.width / 2, layout.height / 2}, bound);
        preview.push_back(since(begin));
    }
    std::printf("%-12s %6u nodes %6zu edges | layout and index %7.1f ms | crossings %6llu | pan p95 %5.1f ms "
                "(x%.2f of 16) | zoom p95 %5.1f ms (x%.2f of 16) | preview p95 %5.1f ms | peak %ld MB\n",
                kind, laid->nodeCount(), picture.edges.size(), makeMs,
                static_cast<unsigned long long>(layout.crossings), percentile(pan, 0.95), percentile(pan, 0.95) / 16,
                percentile(zoom, 0.95), percentile(zoom, 0.95) / 16, percentile(preview, 0.95), peakMb());
}

} // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application(argc, argv);
    for (const std::uint32_t nodes : {1000U, 5000U, 10000U, 30000U}) {
        measure("residual", sample::residual(nodes));
        measure("inception", sample::inception(nodes));
        measure("transformer", sample::transformer(nodes));
    }
    measure("fan-out", sample::fanOut(2000));
    return 0;
}
