// SPDX-License-Identifier: GPL-3.0-or-later
// lapidary-pseudolocale [--plurals] IN.ts OUT.ts: see pseudotext.h; with --plurals English, see plurals.h.
#include "tsfile.h"

#include <QFile>
#include <QSaveFile>

#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
    const bool plurals = argc == 4 && std::strcmp(argv[1], "--plurals") == 0;
    if (argc != 3 && !plurals) {
        std::fprintf(stderr, "usage: lapidary-pseudolocale [--plurals] IN.ts OUT.ts\n");
        return 2;
    }
    argv += plurals ? 1 : 0;
    QFile from(QFile::decodeName(argv[1]));
    QSaveFile to(QFile::decodeName(argv[2]));
    if (!from.open(QIODevice::ReadOnly) || !to.open(QIODevice::WriteOnly)) {
        std::fprintf(stderr, "%s: %s\n", from.isOpen() ? argv[2] : argv[1],
                     qPrintable(from.isOpen() ? to.errorString() : from.errorString()));
        return 1;
    }
    QString error;
    const int messages =
        plurals ? lapidary::translatePlurals(from, to, error) : lapidary::pseudoTranslate(from, to, error);
    if (messages < 0 || !to.commit()) {
        std::fprintf(stderr, "%s: %s\n", argv[1], qPrintable(error.isEmpty() ? to.errorString() : error));
        return 1;
    }
    std::printf("%d messages\n", messages);
    return 0;
}
