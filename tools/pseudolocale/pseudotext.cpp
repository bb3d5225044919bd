// SPDX-License-Identifier: GPL-3.0-or-later
#include "pseudotext.h"

#include <QRegularExpression>

namespace lapidary {

namespace {

QChar accented(QChar letter) {
    static const QString plain = QStringLiteral("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    static const QString fancy = QStringLiteral("åƀçđéƒğĥîĵķłmñöþqŕšţûvŵxýžÅƁÇĐÉƑĞĤÎĴĶŁMÑÖÞQŔŠŢÛVŴXÝŽ");
    const qsizetype at = plain.indexOf(letter);
    return at < 0 ? letter : fancy.at(at);
}

// Parts that must come through letter by letter.
const QRegularExpression& protectedPart() {
    static const QRegularExpression expression(QStringLiteral("%L?(?:[0-9]{1,2}|n)"
                                                              "|</?[A-Za-z][^<>]*>"
                                                              "|&(?:[A-Za-z]+|#[0-9]+);"
                                                              "|&\\S"
                                                              "|\\*\\.[A-Za-z0-9_.]+"));
    return expression;
}

QString accentedText(const QString& text, qsizetype& changed) {
    QString result;
    for (const QChar letter : text) {
        result += accented(letter);
        changed += result.back() != letter ? 1 : 0;
    }
    return result;
}

} // namespace

QString pseudoText(const QString& source) {
    QString body;
    qsizetype changed = 0;
    qsizetype last = 0;
    auto match = protectedPart().globalMatch(source);
    while (match.hasNext()) {
        const auto part = match.next();
        body += accentedText(source.mid(last, part.capturedStart() - last), changed);
        body += part.captured();
        last = part.capturedEnd();
    }
    body += accentedText(source.mid(last), changed);
    if (changed == 0)
        return source;
    // The brackets count towards the 30 %.
    const qsizetype longer = std::max<qsizetype>(0, (source.size() * 3 + 9) / 10 - 2);
    return pseudoOpen + body + QString(longer, QChar(u'~')) + pseudoClose;
}

} // namespace lapidary
