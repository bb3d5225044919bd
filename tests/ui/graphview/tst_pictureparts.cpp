// SPDX-License-Identifier: GPL-3.0-or-later
// The parts around the layout: spatial index, text widths, colours, SVG, camera, walking.
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/camera.h"
#include "ui/graphview/categorycolors.h"
#include "ui/graphview/graphstyle.h"
#include "ui/graphview/labelplaces.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/nodesize.h"
#include "ui/graphview/spatialindex.h"
#include "ui/graphview/svgwriter.h"
#include "ui/graphview/walk.h"

#include <QFontMetricsF>
#include <QTest>
#include <QXmlStreamReader>

#include <random>

using namespace lapidary;

class TestPictureParts : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void indexEqualsBruteForce();
    void textWidths();
    void rampRisesInLuminance();
    void textOnFillsIsReadable();
    void svgIsWellFormedAndEscaped();
    void svgIsDeterministic();
    void cameraKeepsThePointUnderTheCursor();
    void cameraFitsAndBrings();
    void walksProducersAndConsumers();
    void laidPictureLooksThingsUp();
    void labelsGiveWay_data();
    void labelsGiveWay();
};

void TestPictureParts::indexEqualsBruteForce() {
    std::mt19937 random(3);
    const auto number = [&](double high) { return std::uniform_real_distribution<double>(0, high)(random); };
    std::vector<SceneRect> rects;
    for (int i = 0; i < 3000; ++i) {
        const double x = number(10000), y = number(100000);
        rects.push_back({x, y, x + (i % 3 == 0 ? 0 : number(300)), y + number(i % 50 == 0 ? 50000 : 200)});
    }
    const SpatialIndex index(rects);
    std::vector<std::uint32_t> found;
    for (int i = 0; i < 200; ++i) {
        const double x = number(10000), y = number(100000);
        const SceneRect window{x, y, x + number(2000), y + number(5000)};
        std::vector<std::uint32_t> expected;
        for (std::uint32_t k = 0; k < rects.size(); ++k)
            if (rects[k].touches(window))
                expected.push_back(k);
        index.query(window, found);
        QCOMPARE(found, expected);
    }
    SpatialIndex().query({0, 0, 1, 1}, found);
    QVERIFY(found.empty());
}

void TestPictureParts::textWidths() {
    const TextWidths table;
    QCOMPARE(table.width("", 12), 0.0);
    QVERIFY(std::abs(table.width("MaxPool", 24) - 2 * table.width("MaxPool", 12)) < 1e-9);
    // A multiplication sign is one character of two bytes; stray bytes must not crash or vanish.
    QVERIFY(std::abs(table.width("\xC3\x97", 10) - 6.3) < 0.01);
    QVERIFY(table.width("\xFF\xFE", 10) > 0);
    const QFont font;
    const TextWidths measured = measureWidths(font);
    QFont large(font);
    large.setPixelSize(200);
    large.setHintingPreference(QFont::PreferNoHinting);
    large.setKerning(false);
    const double real = QFontMetricsF(large).horizontalAdvance(QStringLiteral("BatchNormalization")) / 200 * 12;
    QVERIFY(std::abs(measured.width("BatchNormalization", 12) - real) < 1.0);
}

void TestPictureParts::rampRisesInLuminance() {
    double before = -1;
    for (int i = 0; i <= 100; ++i) {
        const double now = luminance(rampColor(i / 100.0));
        QVERIFY(now > before - 1e-3);
        before = now;
    }
    QVERIFY(luminance(rampColor(1)) > luminance(rampColor(0)) + 0.5);
    QCOMPARE(rampColor(-5), rampColor(0));
    QCOMPARE(rampColor(std::nan("")), rampColor(0));
}

void TestPictureParts::textOnFillsIsReadable() {
    for (int i = 0; i <= int(NodeCategory::Unknown); ++i) {
        for (const bool dark : {false, true}) {
            const Rgb fill = categoryFill(NodeCategory(i), dark);
            const double a = luminance(fill), b = luminance(readableOn(fill));
            QVERIFY((std::max(a, b) + 0.05) / (std::min(a, b) + 0.05) >= 4.5);
        }
    }
    QCOMPARE(categoryFill(NodeCategory::Layer, false), (Rgb{51, 85, 136}));
}

void TestPictureParts::svgIsWellFormedAndEscaped() {
    GraphPicture picture = sample::inception(30);
    picture.nodes[1].title = "A<b>&\"c\" \x01";
    picture.nodes[2].lines = {"x < y & z"};
    picture.edges[0].label = "</text><script>";
    picture.edges[1].dashed = true;
    const auto laid = LaidPicture::make(picture);
    const std::string svg = writeSvg(*laid);
    QXmlStreamReader reader(QByteArray::fromStdString(svg));
    int texts = 0;
    bool found = false;
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() && reader.name() == QLatin1String("text")) {
            ++texts;
            found = reader.readElementText().startsWith(QStringLiteral("A<b>&\"c\"")) || found;
        } else if (reader.isStartElement()) {
            QVERIFY(reader.name() != QLatin1String("script"));
        }
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QVERIFY(found);
    QVERIFY(texts > int(picture.nodes.size()));
    QVERIFY(svg.find("#335588") != std::string::npos);
    QVERIFY(svg.find("stroke-dasharray") != std::string::npos);
}

void TestPictureParts::svgIsDeterministic() {
    QCOMPARE(writeSvg(*LaidPicture::make(sample::tangle(80, 2))), writeSvg(*LaidPicture::make(sample::tangle(80, 2))));
}

void TestPictureParts::cameraKeepsThePointUnderTheCursor() {
    Camera camera;
    camera.setContent({2000, 5000});
    camera.setViewSize({800, 600});
    camera.centerOn({1000, 2500});
    const QPointF cursor(123, 456);
    for (const double factor : {1.2, 1.5, 0.9, 0.8, 2.0}) {
        const QPointF before = camera.view().toScene(cursor);
        camera.zoomAt(cursor, factor);
        QVERIFY((camera.view().toScene(cursor) - before).manhattanLength() < 1e-6);
    }
    camera.setScaleAt(cursor, 1e9);
    QCOMPARE(camera.view().scale, Camera::maxScale);
}

void TestPictureParts::cameraFitsAndBrings() {
    Camera camera;
    camera.setContent({2000, 5000});
    camera.setViewSize({800, 600});
    const SceneRect all = camera.fitting().visible();
    QVERIFY(all.left <= 0 && all.top <= 0 && all.right >= 2000 && all.bottom >= 5000);
    camera.setScaleAt({0, 0}, 1);
    camera.centerOn({400, 300});
    const QRectF inView(300, 250, 50, 50);
    QCOMPARE(camera.bringing(inView).origin, camera.view().origin);
    const QRectF below(300, 4000, 50, 50);
    const Viewport moved = camera.bringing(below);
    const SceneRect seen = moved.visible();
    QVERIFY(seen.top < 4000 && seen.bottom > 4050);
    QCOMPARE(moved.origin.x(), camera.view().origin.x());
    // Opening a long graph starts at its top, readable.
    const Viewport opening = camera.opening(true);
    QVERIFY(opening.scale >= 0.4 && opening.origin.y() < 0 && opening.origin.y() > -100);
}

void TestPictureParts::walksProducersAndConsumers() {
    GraphPicture picture;
    for (std::uint32_t i = 0; i < 5; ++i) {
        picture.nodes.push_back({});
        picture.nodes.back().id = i;
        picture.nodes.back().title = "Op";
    }
    picture.edges = {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}};
    const auto laid = LaidPicture::make(picture);
    const auto left = laid->layout().boxes[1].x < laid->layout().boxes[2].x ? 1U : 2U;
    const auto right = 3U - left;
    QCOMPARE(walkFrom(*laid, 3, WalkStep::Consumer).value(), 4U);
    QCOMPARE(walkFrom(*laid, 4, WalkStep::Producer).value(), 3U);
    QCOMPARE(walkFrom(*laid, left, WalkStep::After).value(), right);
    QCOMPARE(walkFrom(*laid, right, WalkStep::Before).value(), left);
    QVERIFY(!walkFrom(*laid, left, WalkStep::Before));
    QVERIFY(!walkFrom(*laid, 0, WalkStep::Producer));
    QVERIFY(!walkFrom(*laid, 4, WalkStep::Consumer));
}

void TestPictureParts::laidPictureLooksThingsUp() {
    const auto laid = LaidPicture::make(sample::residual(40));
    for (std::uint32_t i = 0; i < laid->nodeCount(); ++i) {
        QCOMPARE(laid->indexOf(laid->picture().nodes[i].id).value(), i);
        const LayoutBox& b = laid->layout().boxes[i];
        QCOMPARE(laid->nodeAt(b.x + b.width / 2, b.y + b.height / 2).value(), i);
    }
    QVERIFY(!laid->indexOf(5));
    QVERIFY(!laid->nodeAt(-50, -50));
    // Every consumer end has an arrow, and every value has one text.
    std::size_t arrows = 0, labels = 0;
    for (std::uint32_t s = 0; s < laid->layout().segments.size(); ++s) {
        arrows += laid->role(s).arrowOf >= 0 ? 1 : 0;
        labels += laid->role(s).labelOf >= 0 ? 1 : 0;
    }
    QCOMPARE(arrows, laid->picture().edges.size());
    std::size_t producers = 0;
    for (std::uint32_t i = 0; i < laid->nodeCount(); ++i)
        producers += laid->edgesOutOf(i).empty() ? 0 : 1;
    QCOMPARE(labels, producers);
}

namespace {

/// Whether any line or node lies in a rectangle, by walking along all of them.
bool anythingIn(const LaidPicture& laid, const SceneRect& rect) {
    const auto inside = [&](double x, double y) {
        return x > rect.left && x < rect.right && y > rect.top && y < rect.bottom;
    };
    const bool down = laid.layout().direction == LayoutDirection::TopDown;
    for (const RouteSegment& s : laid.layout().segments) {
        const double out = s.kind == RouteSegment::Kind::Loop ? s.bulge * 4 / 3 : 0;
        const bool bend = s.kind == RouteSegment::Kind::Bend;
        const double midX = (s.x0 + s.x1) / 2, midY = (s.y0 + s.y1) / 2;
        const double ax = (bend && !down ? midX : s.x0) + (down ? out : 0);
        const double ay = (bend && down ? midY : s.y0) + (down ? 0 : out);
        const double bx = (bend && !down ? midX : s.x1) + (down ? out : 0);
        const double by = (bend && down ? midY : s.y1) + (down ? 0 : out);
        const bool straight = s.kind == RouteSegment::Kind::Straight;
        for (int i = 0; i <= 600; ++i) {
            const double t = i / 600.0, u = 1 - t;
            const double x = straight ? s.x0 + (s.x1 - s.x0) * t
                                      : u * u * u * s.x0 + 3 * u * u * t * ax + 3 * u * t * t * bx + t * t * t * s.x1;
            const double y = straight ? s.y0 + (s.y1 - s.y0) * t
                                      : u * u * u * s.y0 + 3 * u * u * t * ay + 3 * u * t * t * by + t * t * t * s.y1;
            if (inside(x, y))
                return true;
        }
    }
    return std::ranges::any_of(laid.layout().boxes, [&](const LayoutBox& b) {
        return b.x < rect.right && b.x + b.width > rect.left && b.y < rect.bottom && b.y + b.height > rect.top;
    });
}

SceneRect grown(const SceneRect& r, double by) {
    return {r.left - by, r.top - by, r.right + by, r.bottom + by};
}

} // namespace

void TestPictureParts::labelsGiveWay_data() {
    QTest::addColumn<int>("kind");
    QTest::newRow("residual") << 0;
    QTest::newRow("inception") << 1;
    QTest::newRow("transformer") << 2;
    QTest::newRow("tangle") << 3;
}

/// No text lies over a line or a node where its other side is free.
void TestPictureParts::labelsGiveWay() {
    QFETCH(int, kind);
    const auto laid = LaidPicture::make(kind == 0   ? sample::residual(60)
                                        : kind == 1 ? sample::inception(80)
                                        : kind == 2 ? sample::transformer(120)
                                                    : sample::tangle(60, 5));
    const LayoutDirection direction = laid->layout().direction;
    constexpr double sampling = 1.5; // what walking along a line may miss, and its curves drawn in straight strokes
    int labels = 0, crossed = 0;
    for (std::uint32_t s = 0; s < laid->layout().segments.size(); ++s) {
        const std::int32_t e = laid->role(s).labelOf;
        if (e < 0)
            continue;
        ++labels;
        const EdgeRoute& route = laid->layout().routes[std::size_t(e)];
        const double width = TextWidths().width(laid->picture().edges[std::size_t(e)].label, nodesize::chipFont);
        const bool before = laid->role(s).labelBefore;
        if (!anythingIn(*laid, grown(labelRect(route, width, before, direction), -sampling)))
            continue;
        ++crossed;
        QVERIFY2(anythingIn(*laid, grown(labelRect(route, width, !before, direction), sampling)),
                 qPrintable(QStringLiteral("edge %1 could stand on its other side").arg(e)));
    }
    qInfo("%d of %d texts lie over something", crossed, labels);
    if (kind < 3)
        QVERIFY(labels > 20 && crossed * 6 <= labels);
}

QTEST_MAIN(TestPictureParts)
#include "tst_pictureparts.moc"
