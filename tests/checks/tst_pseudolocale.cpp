// SPDX-License-Identifier: GPL-3.0-or-later
#include "plurals.h"
#include "pseudotext.h"
#include "tsfile.h"

#include <QBuffer>
#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace lapidary;

class TestPseudolocale : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void text_data();
    void text();
    void isAThirdLonger();
    void translatesAFile();
    void englishPlurals();
    void refusesWhatIsNoTranslationFile();
    void everySourceStringIsTranslated();

private:
    static void checkFileOfPlurals(const QTranslator& translator);
};

void TestPseudolocale::text_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("expected");
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("word") << QStringLiteral("Open") << QStringLiteral("⟦Öþéñ⟧");
    QTest::newRow("mnemonic") << QStringLiteral("&File") << QStringLiteral("⟦&Fîłé⟧");
    QTest::newRow("ampersand") << QStringLiteral("a && b") << QStringLiteral("⟦å && ƀ⟧");
    QTest::newRow("place markers") << QStringLiteral("%1 of %L2, %n") << QStringLiteral("⟦%1 öƒ %L2, %n~~⟧");
    QTest::newRow("only a marker") << QStringLiteral("%1 %") << QStringLiteral("%1 %");
    QTest::newRow("number") << QStringLiteral("100 %") << QStringLiteral("100 %");
    QTest::newRow("markup") << QStringLiteral("<b>be</b>&lt;") << QStringLiteral("⟦<b>ƀé</b>&lt;~~⟧");
    QTest::newRow("file pattern") << QStringLiteral("be (*.onnx)") << QStringLiteral("⟦ƀé (*.onnx)~~⟧");
}

void TestPseudolocale::text() {
    QFETCH(QString, source);
    QFETCH(QString, expected);
    QCOMPARE(pseudoText(source), expected);
}

void TestPseudolocale::isAThirdLonger() {
    for (const auto& source : {QStringLiteral("Apply the pass to the selection"), QString(100, u'a')}) {
        const double ratio = double(pseudoText(source).size()) / double(source.size());
        QVERIFY2(ratio >= 1.3 && ratio < 1.4, qPrintable(QString::number(ratio)));
    }
}

void TestPseudolocale::translatesAFile() {
    QByteArray input =
        "<?xml version=\"1.0\"?><!DOCTYPE TS><TS version=\"2.1\"><context><name>A</name>"
        "<message><source>go &amp; stop</source><translation type=\"unfinished\"></translation></message>"
        "<message numerus=\"yes\"><source>%n node(s)</source><translation type=\"unfinished\">"
        "<numerusform></numerusform></translation></message></context></TS>";
    QBuffer from(&input);
    QByteArray result;
    QBuffer to(&result);
    QVERIFY(from.open(QIODevice::ReadOnly) && to.open(QIODevice::WriteOnly));
    QString error;
    QCOMPARE(pseudoTranslate(from, to, error), 2);
    const QString text = QString::fromUtf8(result);
    QVERIFY(text.contains(QStringLiteral("<source>go &amp; stop</source><translation>⟦ğö &amp; šţöþ~⟧</translation>")));
    QCOMPARE(text.count(QStringLiteral("<numerusform>⟦%n ñöđé(š)~⟧</numerusform>")), 2);
    QVERIFY(!text.contains(QStringLiteral("unfinished")));
}

void TestPseudolocale::englishPlurals() {
    QCOMPARE(englishForms(QStringLiteral("%n layer(s) of %1")),
             QStringList({QStringLiteral("%n layer of %1"), QStringLiteral("%n layers of %1")}));
    QCOMPARE(englishForms(QStringLiteral("%n batch(es)")),
             QStringList({QStringLiteral("%n batch"), QStringLiteral("%n batches")}));
    QCOMPARE(englishForms(QStringLiteral("%n found (s)")), QStringList(2, QStringLiteral("%n found (s)")));

    QTranslator translator;
    QVERIFY(translator.load(
        QStringLiteral(LAPIDARY_TEST_TRANSLATION_DIR "/../share/lapidary/translations/lapidary_en.qm")));
    checkFileOfPlurals(translator);
}

void TestPseudolocale::checkFileOfPlurals(const QTranslator& translator) {
    QFile file(QStringLiteral(LAPIDARY_TEST_TRANSLATION_DIR "/lapidary_source.ts"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QXmlStreamReader reader(&file);
    QByteArray context, comment;
    QString source;
    bool plural = false;
    int checked = 0;
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isEndElement() && reader.name() == u"message" && plural && source.contains(QStringLiteral("(s)"))) {
            const auto key = source.toUtf8();
            for (const int count : {0, 1, 2, 21})
                QCOMPARE(translator.translate(context.constData(), key.constData(), comment.constData(), count),
                         englishForms(source).at(count == 1 ? 0 : 1));
            ++checked;
        }
        if (!reader.isStartElement())
            continue;
        if (reader.name() == u"name") {
            context = reader.readElementText().toUtf8();
        } else if (reader.name() == u"message") {
            plural = reader.attributes().value(QLatin1StringView("numerus")) == u"yes";
            comment.clear();
        } else if (reader.name() == u"source") {
            source = reader.readElementText();
        } else if (reader.name() == u"comment") {
            comment = reader.readElementText().toUtf8();
        }
    }
    QVERIFY2(checked > 20, qPrintable(QString::number(checked)));
}

void TestPseudolocale::refusesWhatIsNoTranslationFile() {
    for (QByteArray input : {QByteArray("not xml"), QByteArray("<html/>"), QByteArray("<TS><context>")}) {
        QBuffer from(&input);
        QByteArray result;
        QBuffer to(&result);
        QVERIFY(from.open(QIODevice::ReadOnly) && to.open(QIODevice::WriteOnly));
        QString error;
        QCOMPARE(pseudoTranslate(from, to, error), -1);
        QVERIFY(!error.isEmpty());
    }
}

// What UI tests load is whole: every string that lupdate found answers in the pseudo-language.
void TestPseudolocale::everySourceStringIsTranslated() {
    const QString folder = QStringLiteral(LAPIDARY_TEST_TRANSLATION_DIR);
    QTranslator translator;
    QVERIFY(translator.load(folder + QStringLiteral("/lapidary_qps.qm")));
    QFile file(folder + QStringLiteral("/lapidary_source.ts"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QXmlStreamReader reader(&file);
    QByteArray context;
    int checked = 0;
    QString source;
    QString comment;
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isEndElement() && reader.name() == u"message") {
            const QByteArray key = source.toUtf8();
            QCOMPARE(translator.translate(context.constData(), key.constData(), comment.toUtf8().constData()),
                     pseudoText(source));
            comment.clear();
            ++checked;
        }
        if (!reader.isStartElement())
            continue;
        if (reader.name() == u"name")
            context = reader.readElementText().toUtf8();
        else if (reader.name() == u"source")
            source = reader.readElementText();
        else if (reader.name() == u"comment")
            comment = reader.readElementText();
    }
    QVERIFY(!reader.hasError());
    QVERIFY2(checked > 100, qPrintable(QString::number(checked))); // lupdate saw the window
}

QTEST_GUILESS_MAIN(TestPseudolocale)
#include "tst_pseudolocale.moc"
