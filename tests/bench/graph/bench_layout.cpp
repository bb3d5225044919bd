// SPDX-License-Identifier: GPL-3.0-or-later
// Generated networks of 1 000 to 100 000 nodes: from the file to the full picture, frames while zooming and panning,
// peak memory; then crossings and length of lines beside Graphviz dot on graphs small enough for it.
//
//   bench_layout [--sizes 1000,5000] [--kinds residual,inception] [--files FOLDER] [--no-dot]
//
// With --files the networks are kept there, and ours.json beside them: what tests/bench/netron compares with.
#include "bench/graph/dotlayout.h"
#include "bench/graph/film.h"
#include "bench/measure.h"
#include "engine/engine.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"
#include "tests/support/generatednetworks.h"
#include "tests/support/testsupport.h"
#include "ui/graphview/layout/layeredlayout.h"
#include "ui/graphview/layouthints.h"
#include "ui/models/graphpicturebuilder.h"

#include <QGuiApplication>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

using namespace lapidary;

namespace {

constexpr double reachMs = 500;

struct Settings {
    std::vector<std::string> kinds = test::generatedKinds();
    std::vector<std::size_t> sizes{1000, 5000, 10000, 30000, 100000};
    std::filesystem::path files;
    bool dot = true;
};

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');)
        parts.push_back(part);
    return parts;
}

/// In a process of its own, so that memory and caches are not those of what ran before. False if it failed.
bool apart(const std::function<bool()>& work) {
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const bool good = work();
        std::fflush(stdout);
        _exit(good ? 0 : 1);
    }
    int status = 1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

double p95(const std::vector<bench::FrameTime>& frames, double bench::FrameTime::*of) {
    std::vector<double> times;
    for (const bench::FrameTime& frame : frames)
        times.push_back(frame.*of);
    return bench::percentile(std::move(times), 0.95);
}

class Stopwatch {
public:
    double lap() {
        const double now = bench::wallSeconds();
        return 1000 * (now - std::exchange(m_last, now));
    }

private:
    double m_last = bench::wallSeconds();
};

bool measure(const std::string& kind, std::size_t size, const std::filesystem::path& file,
             const std::filesystem::path& record) {
    int argc = 1;
    char name[] = "bench_layout";
    char* argv[] = {name, nullptr};
    const QGuiApplication application(argc, argv);
    const double cpu = bench::cpuSeconds();
    Stopwatch clock;
    const auto read = readOnnx(file, {}, {});
    const double readMs = clock.lap();
    const auto analysed = read ? Engine::analyse(read->model) : Result<AnalysedModelPtr>(read.status());
    if (!analysed) {
        std::fprintf(stderr, "%s\n", analysed.error().toString().c_str());
        return false;
    }
    const double analyseMs = clock.lap();
    const auto picture = LaidPicture::withoutLooseEdges(buildGraphPicture(**analysed, LayoutDirection::TopDown));
    const double pictureMs = clock.lap();
    const LaidPicturePtr laid = LaidPicture::make(picture, {}, {});
    const double layoutMs = clock.lap();
    bench::Film film(laid);
    film.fitted();
    const double paintMs = clock.lap();
    const double total = readMs + analyseMs + pictureMs + layoutMs + paintMs;
    const double cpuMs = 1000 * (bench::cpuSeconds() - cpu);
    const double peak = bench::memoryMb("VmHWM");
    clock.lap();
    const LaidPicturePtr coarse = LaidPicture::make(picture, {}, {nullptr, true});
    const double coarseMs = clock.lap();
    const auto pan = film.pan();
    const auto zoom = film.zoom();
    using Time = bench::FrameTime;
    std::printf("%-11s %6u nodes | read %6.1f shapes %6.1f picture %5.1f layout %7.1f paint %5.1f | full picture %7.1f "
                "ms (x%.2f of %.0f; processor %.0f) | coarse layout %6.1f ms | p95 zoom %.1f pan %.1f ms (wall %.1f "
                "%.1f) | crossings %llu | peak %.0f MB\n",
                kind.c_str(), laid->nodeCount(), readMs, analyseMs, pictureMs, layoutMs, paintMs, total,
                total / reachMs, reachMs, cpuMs, coarseMs, p95(zoom, &Time::cpu), p95(pan, &Time::cpu),
                p95(zoom, &Time::wall), p95(pan, &Time::wall),
                static_cast<unsigned long long>(laid->layout().crossings), peak);
    if (!record.empty())
        std::ofstream(record, std::ios::app)
            << "{\"file\": \"" << file.filename().string() << "\", \"kind\": \"" << kind << "\", \"nodes\": " << size
            << ", \"full_picture_ms\": " << total << ", \"zoom_p95_ms\": " << p95(zoom, &Time::wall)
            << ", \"peak_mb\": " << peak << "}\n";
    return true;
}

/// Our drawing beside dot's, of the same boxes and edges.
void compareWithDot(const std::string& name, LayoutGraph graph, const std::filesystem::path& folder) {
    graph.edges = bench::comparableEdges(graph.edges);
    Stopwatch clock;
    const auto ours = layoutLayered(graph);
    const double ms = clock.lap();
    const auto dot = bench::drawWithDot(graph, folder);
    if (!ours || !dot) {
        std::printf("%-40s %4zu nodes | dot gave no drawing\n", name.c_str(), graph.nodes.size());
        return;
    }
    const bench::DrawingQuality mine = bench::judge(bench::curvesOf(*ours));
    const bench::DrawingQuality theirs = bench::judge(dot->curves);
    std::printf("%-40s %4zu nodes | crossings %4llu, dot %4llu | length x%.2f of dot | spine %3.0f %% straight | %6.1f "
                "ms, dot %7.1f ms (x%.4f)\n",
                name.c_str(), graph.nodes.size(), static_cast<unsigned long long>(mine.crossings),
                static_cast<unsigned long long>(theirs.crossings), mine.length / theirs.length,
                100 * bench::spineShare(graph, *ours), ms, dot->ms, ms / dot->ms);
}

void compareAll(const std::filesystem::path& folder) {
    const auto compare = [&](const std::string& name, const AnalysedModel& model) {
        compareWithDot(name, measurePicture(buildGraphPicture(model, LayoutDirection::TopDown), {}), folder);
    };
    for (const std::string& kind : test::generatedKinds())
        for (const std::size_t size : {100U, 300U})
            if (const auto model = Engine::analyse(test::generateNetwork(kind, size)))
                compare(kind, **model);
    if (test::assetsFolder().empty()) {
        std::printf("no real models here: set LAPIDARY_ASSETS\n");
        return;
    }
    std::vector<std::filesystem::path> models;
    for (const auto* place : {"models", "models/odd"})
        for (const auto& entry : std::filesystem::directory_iterator(test::assetsFolder() / place))
            if (entry.path().extension() == ".onnx")
                models.push_back(entry.path());
    std::ranges::sort(models);
    for (const auto& file : models)
        if (const auto model = Engine::open(file))
            compare(file.filename().string(), **model);
}

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    Settings settings;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        const std::string value = i + 1 < argc ? argv[i + 1] : "";
        if (option == "--no-dot") {
            settings.dot = false;
            continue;
        }
        ++i;
        if (option == "--kinds") {
            settings.kinds = split(value);
        } else if (option == "--sizes") {
            settings.sizes.clear();
            for (const std::string& size : split(value))
                settings.sizes.push_back(std::strtoul(size.c_str(), nullptr, 10));
        } else if (option == "--files" && !value.empty()) {
            settings.files = value;
        } else {
            std::fprintf(stderr, "unknown option %s\n", option.c_str());
            return 2;
        }
    }
    const test::TempDir temporary;
    const std::filesystem::path folder = settings.files.empty() ? temporary.path() : settings.files;
    std::filesystem::create_directories(folder);
    const std::filesystem::path record = settings.files.empty() ? std::filesystem::path() : folder / "ours.json";
    std::filesystem::remove(folder / "ours.json");
    bool good = true;
    for (const std::size_t size : settings.sizes)
        for (const std::string& kind : settings.kinds) {
            const auto file = folder / (kind + "_" + std::to_string(size) + ".onnx");
            const bool written = apart([&] { return writeOnnx(*test::generateNetwork(kind, size), file).ok(); });
            good = written && apart([&] { return measure(kind, size, file, record); }) && good;
        }
    if (settings.dot && bench::hasDot())
        compareAll(folder);
    else if (settings.dot)
        std::printf("Graphviz is not installed: no comparison with dot\n");
    return good ? 0 : 1;
}
