// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/userhome.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QSettings>
#include <QThread>

#include <cmath>

namespace lapidary::test {

namespace {

constexpr int side = 28;

void putBig(std::string& bytes, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(char((value >> shift) & 0xff));
}

/// How far inside figure `label` a point is, in -1..1 coordinates: rings, bars, crosses of ten kinds.
bool inFigure(int label, double x, double y) {
    const double radius = std::hypot(x, y);
    switch (label) {
    case 0:
        return std::abs(x) < 0.5 && std::abs(y) < 0.8;
    case 1:
        return std::abs(std::abs(x) - 0.3) < 0.15 && std::abs(y) < 0.9;
    case 2:
        return std::abs(x) < 0.8 && y > -0.6 && y < 0.2;
    case 3:
        return std::abs(x) < 0.2 + 0.3 * (y + 1);
    case 4:
        return radius < 0.8;
    case 5:
        return y > 0.3 && std::abs(x) < 0.9;
    case 6:
        return radius < 0.8 && radius > 0.4;
    case 7:
        return std::abs(x - y) < 0.3;
    case 8:
        return std::abs(x) < 0.7 && y > -0.2 && y < 0.7;
    default:
        return std::abs(x) < 0.15 || std::abs(y) < 0.15;
    }
}

} // namespace

void useHome(const std::filesystem::path& home) {
    const auto set = [&](const char* variable, const char* folder) {
        std::filesystem::create_directories(home / folder);
        qputenv(variable, QByteArray::fromStdString((home / folder).string()));
    };
    set("HOME", ".");
    set("XDG_CONFIG_HOME", "config");
    set("XDG_DATA_HOME", "data");
    set("XDG_CACHE_HOME", "cache");
    set("LAPIDARY_CACHE", "cache");
    QCoreApplication::setOrganizationName(QStringLiteral("lapidary"));
    QCoreApplication::setApplicationName(QStringLiteral("lapidary"));
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope,
                       QString::fromStdString((home / "config").string()));
}

std::filesystem::path resourcesFolder() {
    return std::filesystem::path(LAPIDARY_SOURCE_DIR) / "resources";
}

std::filesystem::path writeFigures(const std::filesystem::path& folder, int count) {
    std::string images;
    putBig(images, 0x803);
    putBig(images, std::uint32_t(count));
    putBig(images, side);
    putBig(images, side);
    std::string labels;
    putBig(labels, 0x801);
    putBig(labels, std::uint32_t(count));
    std::string classes;
    for (int label = 0; label < 10; ++label)
        classes += "figure " + std::to_string(label) + "\n";
    for (int i = 0; i < count; ++i) {
        const int label = i % 10;
        const double scale = 0.6 + 0.05 * ((i / 10) % 8);
        labels.push_back(char(label));
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < side; ++x) {
                const auto at = [&](int pixel) { return (2.0 * pixel / (side - 1) - 1) / scale; };
                const int grain = (x * 7 + y * 13 + i * 29) % 40;
                images.push_back(char(inFigure(label, at(x), at(y)) ? 160 + grain + i % 50 : grain / 4));
            }
    }
    writeFile(folder / "figures.idx3", images);
    writeFile(folder / "figures.idx1", labels);
    writeFile(folder / "classes.txt", classes);
    writeFile(folder / "figures.json",
              R"({"lapidary_dataset": 1, "kind": "idx", "root": "figures.idx3", "labels": "figures.idx1",
 "classes": "classes.txt", "preprocess": {"color": "GRAY", "scale": 1, "mean": [72.94], "std": [90.02],
 "layout": "NCHW", "input": "image"}})");
    return folder / "figures.json";
}

bool waitUntil(const std::function<bool()>& condition, int seconds) {
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > seconds * 1000)
            return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QThread::msleep(2);
    }
    return true;
}

} // namespace lapidary::test
