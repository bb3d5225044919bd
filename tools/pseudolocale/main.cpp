// SPDX-License-Identifier: GPL-3.0-or-later
// lapidary-pseudolocale IN.ts OUT.ts: see pseudotext.h.
#include "tsfile.h"

#include <QFile>
#include <QSaveFile>

#include <cstdio>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: lapidary-pseudolocale IN.ts OUT.ts\n");
        return 2;
    }
    QFile from(QFile::decodeName(argv[1]));
    QSaveFile to(QFile::decodeName(argv[2]));
    if (!from.open(QIODevice::ReadOnly) || !to.open(QIODevice::WriteOnly)) {
        std::fprintf(stderr, "%s: %s\n", from.isOpen() ? argv[2] : argv[1],
                     qPrintable(from.isOpen() ? to.errorString() : from.errorString()));
        return 1;
    }
    QString error;
    const int messages = lapidary::pseudoTranslate(from, to, error);
    if (messages < 0 || !to.commit()) {
        std::fprintf(stderr, "%s: %s\n", argv[1], qPrintable(error.isEmpty() ? to.errorString() : error));
        return 1;
    }
    std::printf("%d messages\n", messages);
    return 0;
}
