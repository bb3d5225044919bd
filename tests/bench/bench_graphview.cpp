// SPDX-License-Identifier: GPL-3.0-or-later
// Measures layout and painting of generated networks in a 1600 x 1000 view: layout time and crossings; then, at each of
// a sweep of scales from 3 down to the whole picture, frame times while zooming (every frame is a new scale), panning
// and hovering, and of a preview repaint; at device pixel ratios 1 and 2. The worst scale is printed, not an average.
// Then the first frame from far away, written straight to the screen's pixels, beside the way through another image.
//
// bench_graphview [NODES…]: other sizes than 1 000 to 100 000. BENCH_VERBOSE=1 prints every scale.
#include "tests/ui/graphview/samplepictures.h"
#include "ui/graphview/graphpainter.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/minimap.h"

#include <QGuiApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
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

double percentile(std::vector<double> values, double part) {
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

long peakMb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

/// Frames as the widget paints them, legend and minimap included.
class Film {
public:
    Film(LaidPicturePtr laid, double ratio)
        : m_laid(std::move(laid)), m_image(QSize(1600, 1000) * ratio, QImage::Format_RGB32), m_ratio(ratio) {
        m_image.setDevicePixelRatio(ratio);
        m_view.size = QSizeF(1600, 1000);
        m_marks.flags.assign(m_laid->nodeCount(), 0);
    }

    double frame(double scale, QPointF centre, const BoundDecor& decor) {
        m_view.scale = scale;
        m_view.origin = centre - QPointF(m_view.size.width(), m_view.size.height()) / (2 * scale);
        const auto start = now();
        QPainter painter(&m_image);
        if (m_indirect) // a clip of the caller's: the painter cannot write the pixels itself
            painter.setClipRect(QRectF(QPointF(0, 0), m_view.size));
        m_painter.paint(painter, *m_laid, m_view, decor, m_marks);
        m_painter.paintLegendOver(painter, *m_laid, m_view, decor);
        m_minimap.paint(painter, *m_laid, decor, m_marks, m_painter.style(), m_view, m_ratio);
        painter.end();
        return now() - start;
    }

    void goThroughImage() { m_indirect = true; }
    void redrawMinimap() { m_minimap.invalidate(); }

private:
    LaidPicturePtr m_laid;
    QImage m_image;
    double m_ratio;
    bool m_indirect = false;
    Viewport m_view;
    GraphPainter m_painter;
    Minimap m_minimap;
    PaintMarks m_marks;
};

/// Many branches side by side, as in an ensemble: a wide picture, where the middle scales have the most in view.
GraphPicture ensemble(std::uint32_t nodes) {
    constexpr std::uint32_t lanes = 60;
    GraphPicture picture = sample::fanOut(lanes);
    const auto link = [&](std::uint32_t from, std::uint32_t to) {
        picture.edges.push_back({from, to, 0, 0,
                                 "1\xC3\x97"
                                 "64\xC3\x97"
                                 "56",
                                 false});
    };
    for (std::uint32_t i = lanes + 1; i < nodes; ++i) {
        PictureNode node = picture.nodes[i % 2 + 1];
        node.id = 1000 + i;
        node.name = "/lane" + std::to_string(i % lanes) + "/layer" + std::to_string(i / lanes);
        if (i / lanes % 2 == 1) {
            node.title = "Relu";
            node.category = NodeCategory::Activation;
            node.lines.clear();
            node.channels = 0;
        }
        picture.nodes.push_back(std::move(node));
        link(i - lanes, i);
        if (i % 7 == 0 && i > 3 * lanes)
            link(i - 3 * lanes, i);
        if (i % 11 == 0)
            link(i - lanes + 1, i);
    }
    return picture;
}

struct Worst {
    double ms = 0;
    double scale = 0;
    void take(double value, double at) {
        if (value > ms) {
            ms = value;
            scale = at;
        }
    }
};

/// Points all over the picture, each where a node is.
std::vector<QPointF> places(const LaidPicture& laid, std::size_t count) {
    std::vector<QPointF> points;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& box = laid.layout().boxes[laid.nodeCount() * (2 * i + 1) / (2 * count)];
        points.emplace_back(box.x + box.width / 2, box.y + box.height / 2);
    }
    return points;
}

void sweep(const char* kind, const LaidPicturePtr& laid, double ratio) {
    Film film(laid, ratio);
    const LayoutResult& layout = laid->layout();
    const auto spots = places(*laid, 4);
    film.frame(1, spots[0], {}); // fonts are loaded outside of the measurement
    const double least = std::min({0.9, 1600 / layout.width, 1000 / layout.height});
    Worst zoom, pan;
    std::vector<double> zooms, pans;
    for (double scale = 3; scale > least; scale /= 1.25) {
        std::vector<double> z, p;
        for (std::size_t i = 0; i < spots.size(); ++i)
            for (int k = 0; k < 4; ++k)
                z.push_back(film.frame(scale * (1 - 0.01 * double(k) - 0.001 * double(i)), spots[i], {}));
        for (const QPointF spot : spots) {
            film.frame(scale, spot, {});
            for (int k = 1; k <= 5; ++k)
                p.push_back(film.frame(scale, spot + QPointF(k * 5, k * 37) / scale, {}));
        }
        zoom.take(percentile(z, 0.95), scale);
        pan.take(percentile(p, 0.95), scale);
        zooms.insert(zooms.end(), z.begin(), z.end());
        pans.insert(pans.end(), p.begin(), p.end());
        if (qEnvironmentVariableIsSet("BENCH_VERBOSE"))
            std::printf("  x%.3f zoom %.1f ms, pan %.1f ms\n", scale, percentile(z, 0.95), percentile(p, 0.95));
    }
    auto decor = std::make_shared<const GraphDecor>(sample::decorate(laid->picture(), true, true));
    std::vector<double> preview;
    for (int i = 0; i < 10; ++i) {
        const auto begin = now();
        const BoundDecor bound(decor, *laid);
        film.redrawMinimap();
        film.frame(0.8, spots[2], bound);
        preview.push_back(now() - begin);
    }
    std::printf("  %-12s x%g | zoom p95 %5.1f, worst scale %.3f: %5.1f ms (x%.2f of 16) | pan p95 %5.1f, worst scale "
                "%.3f: %5.1f ms (x%.2f of 16) | preview p95 %5.1f ms\n",
                kind, ratio, percentile(zooms, 0.95), zoom.scale, zoom.ms, zoom.ms / 16, percentile(pans, 0.95),
                pan.scale, pan.ms, pan.ms / 16, percentile(preview, 0.95));
    std::fflush(stdout);
}

/// The first frames that show a picture as pixels, of several painters that never did; the image painted on is warm.
void firstFarFrame(const char* kind, const LaidPicturePtr& laid, double ratio) {
    std::vector<double> times[2];
    for (int i = 0; i < 5; ++i)
        for (const bool indirect : {false, true}) {
            Film film(laid, ratio);
            if (indirect)
                film.goThroughImage();
            const auto spots = places(*laid, 1);
            film.frame(1, spots[0], {});
            times[indirect ? 1 : 0].push_back(film.frame(0.084, spots[0], {}));
        }
    const double direct = percentile(times[0], 0.5), indirect = percentile(times[1], 0.5);
    std::printf("  %-12s x%g | first far frame %5.1f ms, through an image %5.1f ms (x%.2f)\n", kind, ratio, direct,
                indirect, direct / indirect);
}

void measure(const char* kind, const GraphPicture& picture) {
    const auto start = now();
    const LaidPicturePtr laid = LaidPicture::make(picture);
    std::printf("%-12s %6u nodes %6zu edges | layout and index %7.1f ms | crossings %6llu | peak %ld MB\n", kind,
                laid->nodeCount(), picture.edges.size(), now() - start,
                static_cast<unsigned long long>(laid->layout().crossings), peakMb());
    for (const double ratio : {1.0, 2.0}) {
        sweep(kind, laid, ratio);
        firstFarFrame(kind, laid, ratio);
    }
}

} // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application(argc, argv);
    std::vector<std::uint32_t> sizes{1000U, 10000U, 30000U, 100000U};
    if (argc > 1)
        sizes.clear();
    for (int i = 1; i < argc; ++i)
        sizes.push_back(static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)));
    for (const std::uint32_t nodes : sizes) {
        measure("residual", sample::residual(nodes));
        measure("inception", sample::inception(nodes));
        measure("transformer", sample::transformer(nodes));
        measure("ensemble", ensemble(nodes));
    }
    measure("fan-out", sample::fanOut(2000));
    return 0;
}
