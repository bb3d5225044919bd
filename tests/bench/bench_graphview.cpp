// SPDX-License-Identifier: GPL-3.0-or-later
// Measures layout and painting of generated networks: layout time and crossings, frame times while panning and
// zooming into a 1600 x 1000 image, a preview repaint, peak memory. Prints one row per picture.
#include "bench/graph/film.h"
#include "bench/measure.h"
#include "tests/ui/graphview/samplepictures.h"
#include "ui/graphview/laidpicture.h"

#include <QGuiApplication>

#include <cstdio>
#include <memory>
#include <vector>

using namespace lapidary;

namespace {

double since(double start) {
    return 1000 * (bench::threadSeconds() - start);
}

double p95(const std::vector<bench::FrameTime>& frames) {
    std::vector<double> times;
    for (const bench::FrameTime& frame : frames)
        times.push_back(frame.cpu);
    return bench::percentile(std::move(times), 0.95);
}

void measure(const char* kind, const GraphPicture& picture) {
    const double start = bench::threadSeconds();
    const LaidPicturePtr laid = LaidPicture::make(picture);
    const double makeMs = since(start);
    const LayoutResult& layout = laid->layout();
    bench::Film film(laid);
    film.frame(1, {layout.width / 2, 400}); // fonts are loaded outside of the measurement
    const double pan = p95(film.pan());
    const double zoom = p95(film.zoom());
    std::vector<double> preview;
    for (int i = 0; i < 20; ++i) {
        auto decor = std::make_shared<const GraphDecor>(sample::decorate(picture, i % 2 == 0, true));
        const double begin = bench::threadSeconds();
        const BoundDecor bound(decor, *laid);
        film.redrawMinimap();
        film.frame(0.8, {layout.width / 2, layout.height / 2}, bound);
        preview.push_back(since(begin));
    }
    std::printf("%-12s %6u nodes %6zu edges | layout and index %7.1f ms | crossings %6llu | pan p95 %5.1f ms "
                "(x%.2f of 16) | zoom p95 %5.1f ms (x%.2f of 16) | preview p95 %5.1f ms | peak %.0f MB\n",
                kind, laid->nodeCount(), picture.edges.size(), makeMs,
                static_cast<unsigned long long>(layout.crossings), pan, pan / 16, zoom, zoom / 16,
                bench::percentile(preview, 0.95), bench::memoryMb("VmHWM"));
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
