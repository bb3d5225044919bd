// SPDX-License-Identifier: GPL-3.0-or-later
// From starting the program to its first painted window, offscreen. Reach: 1 s. Arguments are passed on.
#include "bench/measure.h"

#include <QCoreApplication>
#include <QProcess>

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace lapidary;

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const auto arguments = QStringList{QStringLiteral("--exit-when-ready")} + QCoreApplication::arguments().mid(1);
    std::vector<double> times;
    for (int i = 0; i < 7; ++i) {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        const double start = bench::wallSeconds();
        process.start(QStringLiteral(LAPIDARY_PROGRAM), arguments);
        if (!process.waitForFinished(60000) || process.exitCode() != 0) {
            std::fprintf(stderr, "the program did not start\n");
            return 1;
        }
        times.push_back(1000 * (bench::wallSeconds() - start));
        std::printf("%s start: %.0f ms\n", i == 0 ? "first" : "next", times.back());
    }
    std::sort(times.begin(), times.end());
    std::printf("median %.0f ms, %.2f of the 1000 ms to reach\n", times[3], times[3] / 1000);
    return 0;
}
