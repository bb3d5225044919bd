// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plots/tradeoffsvg.h"

#include <QRegularExpression>
#include <QXmlStreamReader>
#include <QtTest>

#include <clocale>
#include <limits>
#include <thread>

using namespace lapidary;

namespace {

TradeoffSvgData sample(int count) {
    TradeoffSvgData data;
    data.title = "Sample <project> & \"others\"";
    data.x = {"Latency", "ms", Better::Smaller};
    data.y = {"Top-1", "%", Better::Larger};
    data.sizeLabel = "Size (MB)";
    for (int i = 0; i < count; ++i) {
        TradeoffSvgPoint p;
        p.id = "v" + std::to_string(i);
        p.name = "variant <" + std::to_string(i) + "> & co";
        p.x = 40.0 - 3 * i + (i % 3);
        p.y = 76.0 - i * i * 0.2;
        p.size = 100.0 / (i + 1);
        p.yInterval = PlotInterval{p.y - 0.5, p.y + 0.4};
        p.xEstimated = i % 4 == 3;
        p.parentId = i > 0 ? "v" + std::to_string(i / 2) : "";
        p.group = i % 2 ? "Prune" : "Quantize";
        data.points.push_back(p);
    }
    return data;
}

struct Seen {
    QHash<QString, int> classes;
    QString text;
    bool wellFormed = false;
    double maxX = 0, maxY = 0;
};

Seen parse(const std::string& svg) {
    Seen seen;
    QXmlStreamReader xml(QByteArray::fromStdString(svg));
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isStartElement()) {
            seen.classes[xml.attributes().value(QLatin1String("class")).toString()]++;
            seen.maxX = std::max(seen.maxX, xml.attributes().value(QLatin1String("cx")).toDouble());
            seen.maxY = std::max(seen.maxY, xml.attributes().value(QLatin1String("cy")).toDouble());
        } else if (xml.isCharacters()) {
            seen.text += xml.text();
        }
    }
    seen.wellFormed = !xml.hasError();
    return seen;
}

} // namespace

class TestTradeoffSvg : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void drawsEveryPoint() {
        const TradeoffSvgData data = sample(10);
        const Seen seen = parse(renderTradeoffSvg(data));
        QVERIFY(seen.wellFormed);
        QCOMPARE(seen.classes.value(QStringLiteral("point measurement")), 8);
        QCOMPARE(seen.classes.value(QStringLiteral("point estimate")), 2);
        QCOMPARE(seen.classes.value(QStringLiteral("error")), 10);
        QCOMPARE(seen.classes.value(QStringLiteral("frontier")), 1);
        QVERIFY(seen.maxX < data.width && seen.maxY < data.height);
        QVERIFY(seen.text.contains(QStringLiteral("variant <3> & co")));
        QVERIFY(seen.text.contains(QStringLiteral("Sample <project> & \"others\"")));
        QVERIFY(seen.text.contains(QStringLiteral("Latency (ms)")));
    }

    void edgeCases() {
        for (const int count : {0, 1, 2}) {
            QVERIFY(parse(renderTradeoffSvg(sample(count))).wellFormed);
        }
        QVERIFY(parse(renderTradeoffSvg(sample(0))).text.contains(QStringLiteral("No variant has both numbers yet")));
        TradeoffSvgData data = sample(3);
        data.points[0].x = std::numeric_limits<double>::quiet_NaN();
        data.points[1].size = std::numeric_limits<double>::infinity();
        data.points[2].parentId = "v2"; // its own parent
        data.points[2].name = std::string("bell\x07 here");
        const std::string svg = renderTradeoffSvg(data);
        const Seen seen = parse(svg);
        QVERIFY(seen.wellFormed);
        QCOMPARE(seen.classes.value(QStringLiteral("point measurement")), 2);
        QVERIFY(!QString::fromStdString(svg).contains(QLatin1String("nan")));
        QVERIFY(!QString::fromStdString(svg).contains(QLatin1String("inf")));
        // All in one place.
        data = sample(4);
        for (TradeoffSvgPoint& p : data.points) {
            p.x = 5;
            p.y = 7;
            p.yInterval.reset();
        }
        QVERIFY(!QString::fromStdString(renderTradeoffSvg(data)).contains(QLatin1String("nan")));
    }

    void sameBytesWhereverItRuns() {
        const TradeoffSvgData data = sample(12);
        const std::string here = renderTradeoffSvg(data);
        std::string there;
        std::thread([&] { there = renderTradeoffSvg(data); }).join();
        QCOMPARE(there, here);
        if (std::setlocale(LC_ALL, "de_DE.UTF-8")) {
            const std::string german = renderTradeoffSvg(data);
            std::setlocale(LC_ALL, "C");
            QCOMPARE(german, here);
        }
        TradeoffSvgData dark = data;
        dark.dark = true;
        QVERIFY(renderTradeoffSvg(dark) != here);
    }

    void needsNothingFromOutside() {
        const QString svg = QString::fromStdString(renderTradeoffSvg(sample(5)));
        static const QRegularExpression outside(QStringLiteral("(href|url\\(|<script|<image|@import)"));
        QVERIFY(!outside.match(svg).hasMatch());
    }
};

QTEST_APPLESS_MAIN(TestTradeoffSvg)
#include "tst_tradeoffsvg.moc"
