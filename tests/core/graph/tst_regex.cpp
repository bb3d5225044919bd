// SPDX-License-Identifier: GPL-3.0-or-later
// Against Qt's engine, on generated patterns and texts.
#include "graph/query/textpattern.h"
#include "tests/support/testsupport.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

#include <random>

using namespace lapidary;
using namespace lapidary::test;

namespace {

std::string randomPattern(std::mt19937& random, int depth) {
    const auto pick = [&](int count) { return int(random() % unsigned(count)); };
    std::string text;
    const int atoms = 1 + pick(3);
    for (int i = 0; i < atoms; ++i) {
        switch (pick(depth > 0 ? 9 : 7)) {
        case 0:
            text += '.';
            break;
        case 1:
            text += "[ab]";
            break;
        case 2:
            text += "[^a1]";
            break;
        case 3:
            text += "\\d";
            break;
        case 7:
            text += "(" + randomPattern(random, depth - 1) + ")";
            break;
        case 8:
            text += "(?:" + randomPattern(random, depth - 1) + "|" + randomPattern(random, depth - 1) + ")";
            break;
        default:
            text += "abc1"[pick(4)];
        }
        static const char* const repeats[] = {"", "", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,1}", "{2,}", "*?"};
        text += repeats[pick(12)];
    }
    return text;
}

} // namespace

class TestRegex : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithQt();
    void knowsItsSyntax_data();
    void knowsItsSyntax();
    void isLinear();
    void survivesItsCache();
};

void TestRegex::agreesWithQt() {
    std::mt19937 random(7);
    int matches = 0, patterns = 0;
    for (int i = 0; i < 1500; ++i) {
        auto pattern = randomPattern(random, 2);
        if (i % 5 == 0)
            pattern = "^" + pattern;
        if (i % 7 == 0)
            pattern += "$";
        auto ours = Regex::compile(pattern);
        LAPIDARY_VERIFY_OK(ours);
        const QRegularExpression theirs(QString::fromStdString(pattern), QRegularExpression::CaseInsensitiveOption);
        QVERIFY(theirs.isValid());
        ++patterns;
        for (int t = 0; t < 25; ++t) {
            std::string text;
            for (unsigned length = random() % 9; length > 0; --length)
                text += "abcAB12x"[random() % 8];
            const bool expected = theirs.match(QString::fromStdString(text)).hasMatch();
            matches += expected;
            QVERIFY2(ours->search(text) == expected, (pattern + " on '" + text + "'").c_str());
        }
    }
    QVERIFY(matches > patterns * 5 && matches < patterns * 20);
}

void TestRegex::knowsItsSyntax_data() {
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char* pattern, const char* text, bool matches) {
        QTest::newRow(qPrintable(QStringLiteral("%1 on %2").arg(QLatin1String(pattern), QLatin1String(text))))
            << QByteArray(pattern) << QByteArray(text) << matches;
    };
    row("layer3", "/Layer3/conv", true);
    row("^layer3", "/layer3", false);
    row("conv$", "/a/conv", true);
    row("conv$", "/a/conv1", false);
    row("^$", "", true);
    row("^$", "a", false);
    row("a|^$", "", true);
    row("", "anything", true);
    row("[a-c-]x", "-x", true);
    row("[]a]x", "]x", true);
    row("[^]]x", "]x", false);
    row("\\.", "a.b", true);
    row("\\.", "ab", false);
    row("[\\d]+_\\w\\W", "12_a/", true);
    row("\\S\\s\\D", "a b", true);
    row("^a.c$",
        "a\xc3\xa9"
        "c",
        true); // one character of two bytes
    row("^a..c$",
        "a\xc3\xa9"
        "c",
        false);
    row("^a[^x]c$",
        "a\xc3\xa9"
        "c",
        true);
    row("\xc3\xa9", "caf\xc3\xa9", true);
    row("x{0}y", "y", true);
    row("^(ab){2,3}$", "ababab", true);
    row("^(ab){2,3}$", "abababab", false);
    row("^(?:a|bc)+?$", "abca", true);
}

void TestRegex::knowsItsSyntax() {
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, text);
    QFETCH(bool, matches);
    auto regex = Regex::compile(pattern.toStdString());
    LAPIDARY_VERIFY_OK(regex);
    QCOMPARE(regex->search(text.toStdString()), matches);
    QCOMPARE(regex->search(text.toStdString()), matches);
}

void TestRegex::isLinear() {
    // Backtracking engines take exponential time here.
    auto regex = Regex::compile("^(a+)+(a*)*(a|aa)+$");
    LAPIDARY_VERIFY_OK(regex);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!regex->search(std::string(200000, 'a') + "b"));
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
}

void TestRegex::survivesItsCache() {
    // 2^12 states of the automaton, far more than are kept.
    auto regex = Regex::compile("a.{11}b$");
    LAPIDARY_VERIFY_OK(regex);
    std::mt19937 random(3);
    std::string text;
    for (int i = 0; i < 20000; ++i)
        text += random() % 2 ? 'a' : 'c';
    QVERIFY(!regex->search(text));
    text += 'b';
    QCOMPARE(regex->search(text), text[text.size() - 13] == 'a');
    text[text.size() - 13] = 'a';
    QVERIFY(regex->search(text));
}

QTEST_GUILESS_MAIN(TestRegex)
#include "tst_regex.moc"
