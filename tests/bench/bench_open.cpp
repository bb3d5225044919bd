// SPDX-License-Identifier: GPL-3.0-or-later
// From a file of about ten thousand nodes to its laid out picture, step by step. Reach: 500 ms in all.
#include "bench/measure.h"
#include "engine/engine.h"
#include "graph/verifier.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"
#include "tests/support/generatednetworks.h"
#include "tests/support/testsupport.h"
#include "ui/graphview/graphpainter.h"
#include "ui/graphview/laidpicture.h"
#include "ui/models/graphpicturebuilder.h"

#include <QGuiApplication>
#include <QImage>
#include <QPainter>

#include <algorithm>
#include <cstdio>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr double reachMs = 500;

class Stopwatch {
public:
    double lap() {
        const double now = bench::wallSeconds();
        const double ms = 1000 * (now - m_last);
        m_last = now;
        return ms;
    }

private:
    double m_last = bench::wallSeconds();
};

double paintMs(const LaidPicturePtr& picture) {
    QImage image(1600, 1000, QImage::Format_RGB32);
    GraphPainter painter;
    Viewport view;
    view.size = image.size();
    PaintMarks marks;
    marks.flags.assign(picture->nodeCount(), 0);
    Stopwatch clock;
    QPainter target(&image);
    painter.paint(target, *picture, view, {}, marks);
    target.end();
    return clock.lap();
}

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application(argc, argv);
    const TempDir dir;
    const auto path = dir / "model.onnx";
    if (const auto written = writeOnnx(*generateNetwork("residual", 10000), path); !written)
        return std::fprintf(stderr, "%s\n", written.error().toString().c_str()), 1;
    std::vector<double> totals;
    for (int round = 0; round < 5; ++round) {
        const double cpu = bench::cpuSeconds();
        Stopwatch clock;
        const auto read = readOnnx(path, {}, {});
        const double readMs = clock.lap();
        const auto analysed = read ? Engine::analyse(read->model) : Result<AnalysedModelPtr>(read.status());
        const double analyseMs = clock.lap();
        if (!analysed)
            return std::fprintf(stderr, "%s\n", analysed.error().toString().c_str()), 1;
        const auto picture = buildGraphPicture(**analysed, LayoutDirection::TopDown);
        const double pictureMs = clock.lap();
        const LaidPicturePtr laid = LaidPicture::make(picture);
        const double layoutMs = clock.lap();
        const double paint = paintMs(laid);
        totals.push_back(readMs + analyseMs + pictureMs + layoutMs + paint);
        std::printf("%zu nodes: read %.1f ms, shapes and cost %.1f ms, picture %.1f ms, layout %.1f ms, paint %.1f ms, "
                    "together %.1f ms (processor %.1f ms)\n",
                    read->model->graph->nodeCount(), readMs, analyseMs, pictureMs, layoutMs, paint, totals.back(),
                    1000 * (bench::cpuSeconds() - cpu));
    }
    std::sort(totals.begin(), totals.end());
    std::printf("median %.1f ms, %.2f of the %.0f ms to reach; peak memory %.0f MB\n", totals[2], totals[2] / reachMs,
                reachMs, bench::memoryMb("VmHWM"));
    return 0;
}
