// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at painted pixels.
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/graphpainter.h"
#include "ui/graphview/legendpainter.h"
#include "ui/graphview/minimap.h"
#include "ui/graphview/nodesize.h"

#include <QPainter>
#include <QTest>

#include <memory>

using namespace lapidary;

namespace {

/// One Conv with a width bar between an input and an output.
GraphPicture small() {
    GraphPicture picture;
    picture.nodes.resize(3);
    picture.nodes[0] = {1, "x", "x", {}, NodeCategory::Input, 0};
    picture.nodes[1] = {2,
                        "Conv",
                        "conv1",
                        {"W 64\xC3\x97"
                         "3\xC3\x97"
                         "7\xC3\x97"
                         "7"},
                        NodeCategory::Layer,
                        64};
    picture.nodes[2] = {3, "y", "y", {}, NodeCategory::Output, 0};
    picture.edges = {{0, 1}, {1, 2}};
    return picture;
}

struct Shot {
    LaidPicturePtr laid;
    Viewport view;
    QImage image;

    explicit Shot(const GraphPicture& picture, const GraphDecor& decor = {}, const PaintMarks& marks = {},
                  double scale = 1, GraphStyle style = GraphStyle::light(), double ratio = 1) {
        laid = LaidPicture::make(picture);
        view.scale = scale;
        view.origin = {-40, -40};
        view.size = QSizeF((laid->layout().width + 80) * scale, (laid->layout().height + 80) * scale).toSize();
        image = QImage((view.size * ratio).toSize(), QImage::Format_RGB32);
        image.setDevicePixelRatio(ratio);
        image.fill(Qt::magenta);
        QPainter painter(&image);
        GraphPainter graph(std::move(style));
        graph.paint(painter, *laid, view, BoundDecor(std::make_shared<const GraphDecor>(decor), *laid), marks);
    }
    QRectF node(std::uint32_t index) const { return view.toScreen(rectOf(laid->layout().boxes[index])); }
    QColor at(QPointF p) const { return image.pixelColor((p * image.devicePixelRatio()).toPoint()); }
    int count(const QRectF& where, const QColor& color, int tolerance = 12) const {
        int n = 0;
        const QRect r = QRectF(where.topLeft() * image.devicePixelRatio(), where.size() * image.devicePixelRatio())
                            .toRect()
                            .intersected(image.rect());
        for (int y = r.top(); y <= r.bottom(); ++y)
            for (int x = r.left(); x <= r.right(); ++x) {
                const QColor c = image.pixelColor(x, y);
                n += std::abs(c.red() - color.red()) <= tolerance && std::abs(c.green() - color.green()) <= tolerance &&
                             std::abs(c.blue() - color.blue()) <= tolerance
                         ? 1
                         : 0;
            }
        return n;
    }
};

} // namespace

class TestGraphPainter : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void headerHasCategoryColour_data();
    void headerHasCategoryColour();
    void textIsThere();
    void removedChannelsAreHatched();
    void groupsAreOutlined();
    void arrowsStandAboveOutlines();
    void fencedNodesSaySo();
    void overlayTintsAndDims();
    void selectionIsRedEverywhere();
    void highDpiIsSharp();
    void detailFollowsScale();
    void densityShowsNodes();
    void densityIsTheSameThroughAnImage_data();
    void densityIsTheSameThroughAnImage();
    void legendHasScale();
    void minimapOnlyWhenNeeded();
    void previewNeedsNoLayout();
    void wholePictureImageIsBounded();
};

void TestGraphPainter::headerHasCategoryColour_data() {
    QTest::addColumn<double>("scale");
    QTest::addColumn<bool>("dark");
    for (const double scale : {0.15, 0.3, 0.7, 1.0, 2.5})
        for (const bool dark : {false, true})
            QTest::addRow("%.2f %s", scale, dark ? "dark" : "light") << scale << dark;
}

void TestGraphPainter::headerHasCategoryColour() {
    QFETCH(double, scale);
    QFETCH(bool, dark);
    const GraphStyle style = dark ? GraphStyle::night() : GraphStyle::light();
    const Shot shot(small(), {}, {}, scale, style);
    const QRectF node = shot.node(1);
    const QPointF header(node.left() + 9 * scale, node.top() + nodesize::header * scale / 2);
    QCOMPARE(shot.at(header), QColor(51, 85, 136));
    QCOMPARE(shot.at(QPointF(1, 1)), style.paper);
}

void TestGraphPainter::textIsThere() {
    const Shot shot(small());
    const QRectF node = shot.node(1);
    QVERIFY(shot.count(QRectF(node.left(), node.top() + 3, node.width(), nodesize::header - 6), QColor(250, 250, 250),
                       60) > 20);
    QVERIFY(shot.count(QRectF(node.left() + 8, node.top() + nodesize::header + 4, 80, 12), Qt::black, 60) > 20);
}

void TestGraphPainter::removedChannelsAreHatched() {
    GraphDecor decor;
    decor.nodes.push_back({.id = 2, .channelsKept = 32});
    const Shot before(small());
    const Shot after(small(), decor);
    const QRectF node = after.node(1);
    const QRectF bar(node.left() + 10, node.bottom() - nodesize::bodyPadding - nodesize::barRow, node.width() - 20,
                     nodesize::barRow);
    const QColor red = GraphStyle::light().removed;
    QCOMPARE(before.count(bar, red, 60), 0);
    QVERIFY(after.count(bar, red, 60) > 15);
    // Kept part on the left without hatch inside its border.
    const QRectF kept(bar.left() + 2, bar.center().y() - 1, 12, 2);
    QCOMPARE(after.count(kept, red, 60), 0);

    decor.nodes[0].removed = {{0, 32}}; // now the first half goes
    const Shot first(small(), decor);
    QVERIFY(first.count(QRectF(bar.left() + 2, bar.center().y() - 3, 14, 6), red, 60) > 3);
}

void TestGraphPainter::groupsAreOutlined() {
    GraphDecor decor;
    decor.nodes.push_back({.id = 2, .group = 0});
    const QColor color = toColor(groupColor(0));
    QCOMPARE(Shot(small()).count({0, 0, 400, 400}, color), 0);
    for (const double scale : {0.3, 1.0})
        QVERIFY(Shot(small(), decor, {}, scale).count({0, 0, 400, 400}, color) > 80);
}

void TestGraphPainter::arrowsStandAboveOutlines() {
    GraphDecor decor;
    decor.nodes.push_back({.id = 2, .group = 0});
    const Shot plain(small());
    const Shot outlined(small(), decor);
    const QColor ink = GraphStyle::light().edge;
    const QPointF tip(plain.node(1).center().x(), plain.node(1).top());
    const QRectF head(tip.x() - 4, tip.y() - 7, 8, 7);
    QVERIFY(plain.count(head, ink) > 10);
    QVERIFY(outlined.count(head, ink) * 10 >= plain.count(head, ink) * 8); // its smoothed sides mix with the outline
}

void TestGraphPainter::fencedNodesSaySo() {
    GraphDecor decor;
    decor.nodes.push_back({.id = 2, .fenced = "shape is not known"});
    const Shot shot(small(), decor);
    const QRectF node = shot.node(1);
    QVERIFY(shot.count(QRectF(node.left() - 6, node.bottom() - 10, 60, 18), QColor(255, 238, 214), 8) > 60);
    QVERIFY(shot.count(QRectF(node.left() - 6, node.bottom() - 10, 60, 18), QColor(122, 66, 0), 40) > 20);
}

void TestGraphPainter::overlayTintsAndDims() {
    GraphDecor decor;
    decor.legend = {"Time", "0", "1 ms", {}, false};
    decor.nodes.push_back({.id = 2, .value = 0.9F, .valueText = "0.9 ms"});
    const Shot shot(small(), decor);
    const QRectF node = shot.node(1);
    QCOMPARE(shot.at(QPointF(node.right() - 8, node.top() + 8)), toColor(rampColor(0.9F)));
    QCOMPARE(shot.at(QPointF(node.left() + 2.5, node.top() + 12)), QColor(51, 85, 136)); // category stays as a stripe
    decor.threshold = 0.95F;
    const Shot dimmed(small(), decor);
    QVERIFY(dimmed.at(QPointF(node.right() - 8, node.top() + 8)) != toColor(rampColor(0.9F)));
    QVERIFY(dimmed.at(QPointF(node.right() - 8, node.top() + 8)).lightnessF() > 0.7);
    // The bar inside the value's capsule is the second cue: longer for more.
    const auto cue = [&](float value) {
        GraphDecor d = decor;
        d.threshold = 0;
        d.nodes[0].value = value;
        const QColor ink = mixed(toColor(rampColor(value)), Qt::white, 0.55);
        return Shot(small(), d).count(QRectF(node.right() - 45, node.bottom() - 6, 52, 11), ink, 6);
    };
    QVERIFY(cue(0.9F) > 2 * cue(0.3F));
}

void TestGraphPainter::selectionIsRedEverywhere() {
    PaintMarks marks;
    marks.flags = {0, PaintMarks::Selected, 0};
    for (const double scale : {0.05, 0.3, 1.0}) {
        const Shot shot(small(), {}, marks, scale);
        QVERIFY2(shot.count({0, 0, 400, 400}, QColor(220, 0, 0)) >= 4, qPrintable(QString::number(scale)));
    }
    const Shot shot(small(), {}, marks, 1.0);
    const QRectF node = shot.node(1);
    int thickness = 0;
    for (double x = node.left() - 4; x < node.left() + 4; ++x)
        thickness +=
            shot.at(QPointF(x, node.center().y())).red() > 200 && shot.at(QPointF(x, node.center().y())).green() < 90
                ? 1
                : 0;
    QCOMPARE(thickness, 2);
    PaintMarks lit = marks;
    lit.lightSelected(*LaidPicture::make(small()));
    QVERIFY(Shot(small(), {}, lit).count({0, 0, 400, 70}, QColor(220, 0, 0)) >
            Shot(small(), {}, marks).count({0, 0, 400, 70}, QColor(220, 0, 0)));
}

void TestGraphPainter::highDpiIsSharp() {
    const Shot shot(small(), {}, {}, 1, GraphStyle::light(), 2);
    const QRectF node = shot.node(1);
    // The first device pixel inside the body differs at once from the paper outside: no blurred edge.
    const QPointF body(node.left() + 20, node.top() + nodesize::header / 2);
    QCOMPARE(shot.at(body), QColor(51, 85, 136));
    QVERIFY(shot.count(QRectF(node.left(), node.top() + 3, node.width(), nodesize::header - 6), QColor(250, 250, 250),
                       60) > 80);
}

void TestGraphPainter::detailFollowsScale() {
    QCOMPARE(GraphPainter::detailFor(1, 100), Detail::Text);
    QCOMPARE(GraphPainter::detailFor(0.3, 100), Detail::Blocks);
    QCOMPARE(GraphPainter::detailFor(0.02, 100), Detail::Density);
    QCOMPARE(GraphPainter::detailFor(0.3, 50000), Detail::Density);
}

void TestGraphPainter::densityShowsNodes() {
    const Shot shot(sample::residual(400), {}, {}, 0.03);
    QVERIFY(shot.count(QRectF(QPointF(0, 0), shot.view.size), QColor(51, 85, 136), 4) > 100);
    QCOMPARE(shot.count(QRectF(QPointF(0, 0), shot.view.size), QColor(Qt::magenta), 0), 0);
}

void TestGraphPainter::densityIsTheSameThroughAnImage_data() {
    QTest::addColumn<double>("ratio");
    for (const double ratio : {1.0, 1.25, 2.0})
        QTest::addRow("%.2f", ratio) << ratio;
}

/// Written straight into what is painted on, and, where a clip forbids that, copied; beside it nothing changes.
void TestGraphPainter::densityIsTheSameThroughAnImage() {
    QFETCH(double, ratio);
    const auto laid = LaidPicture::make(sample::residual(400));
    Viewport view;
    view.scale = 0.05;
    view.size = QSizeF(160, 120);
    const QPointF corner(20, 40);
    const auto shoot = [&](bool clipped) {
        QImage image(QSize(240, 200) * ratio, QImage::Format_RGB32);
        image.setDevicePixelRatio(ratio);
        image.fill(Qt::magenta);
        QPainter painter(&image);
        painter.translate(corner);
        if (clipped)
            painter.setClipRect(QRectF(-20, -40, 240, 200));
        GraphPainter graph;
        graph.paint(painter, *laid, view, BoundDecor());
        return image;
    };
    const QImage direct = shoot(false);
    QCOMPARE(direct, shoot(true));
    const QRectF inside(corner * ratio, view.size * ratio);
    int paper = 0, ink = 0;
    for (int y = 0; y < direct.height(); ++y)
        for (int x = 0; x < direct.width(); ++x) {
            const bool in = inside.contains(QPointF(x + 0.5, y + 0.5));
            const QColor c = direct.pixelColor(x, y);
            QCOMPARE(c == QColor(Qt::magenta), !in);
            paper += in && c == GraphStyle::light().paper ? 1 : 0;
            ink += in && c == QColor(51, 85, 136) ? 1 : 0;
        }
    QVERIFY(paper > 1000);
    QVERIFY(ink > 50);
}

void TestGraphPainter::legendHasScale() {
    GraphDecor decor;
    decor.legend = {"Time", "0", "1 ms", {}, false};
    const auto laid = LaidPicture::make(small());
    const BoundDecor bound(std::make_shared<const GraphDecor>(decor), *laid);
    QImage image(500, 300, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    GraphPainter graph;
    Viewport view;
    view.size = image.size();
    graph.paintLegendOver(painter, *laid, view, bound);
    painter.end();
    const QRectF ramp = legendGeometry(bound, view.size, graph.texts()).ramp;
    QVERIFY(!ramp.isEmpty());
    const QColor low = image.pixelColor((ramp.topLeft() + QPointF(1, 4)).toPoint());
    const QColor high = image.pixelColor((ramp.topRight() + QPointF(-2, 4)).toPoint());
    QVERIFY(low.lightnessF() < 0.35 && high.red() > 220 && high.green() > 200);
    QVERIFY(legendGeometry(BoundDecor(), view.size, graph.texts()).panel.isEmpty());
}

void TestGraphPainter::minimapOnlyWhenNeeded() {
    const auto big = LaidPicture::make(sample::residual(300));
    const auto few = LaidPicture::make(small());
    Minimap map;
    Viewport view;
    view.size = {900, 700};
    QVERIFY(!map.rect(*big, view).isEmpty());
    QVERIFY(map.rect(*few, view).isEmpty());
    view.scale = 0.01;
    view.origin = {-2000, -2000};
    QVERIFY(map.rect(*big, view).isEmpty());
    view = {};
    view.size = {900, 700};
    const QPointF middle = map.toScene(*big, view, map.rect(*big, view).center());
    QVERIFY(std::abs(middle.x() - big->layout().width / 2) < 20);
    QVERIFY(std::abs(middle.y() - big->layout().height / 2) < 100);
}

void TestGraphPainter::previewNeedsNoLayout() {
    const auto laid = LaidPicture::make(sample::residual(10000));
    const auto decor = std::make_shared<const GraphDecor>(sample::decorate(laid->picture(), true, true));
    const BoundDecor bound(decor, *laid);
    QCOMPARE(bound.of(1), &decor->nodes[1]);
    QCOMPARE(BoundDecor(std::make_shared<const GraphDecor>(), *laid).of(1), nullptr);
    GraphDecor strange;
    strange.nodes.push_back({.id = 4'000'000'000U, .group = 1});
    const BoundDecor ignored(std::make_shared<const GraphDecor>(strange), *laid);
    for (std::uint32_t i = 0; i < laid->nodeCount(); ++i)
        QVERIFY(!ignored.of(i));
}

void TestGraphPainter::wholePictureImageIsBounded() {
    const auto laid = LaidPicture::make(sample::residual(4000));
    const QImage image = renderPicture(*laid, GraphStyle::light(), {}, 1, 4'000'000);
    QVERIFY(!image.isNull());
    QVERIFY(qint64(image.width()) * image.height() < 4'400'000);
    const auto few = LaidPicture::make(small());
    const QImage exact = renderPicture(*few);
    QCOMPARE(exact.width(), int(std::ceil(few->layout().width + 48)));
    QVERIFY(renderPicture(*LaidPicture::make({})).isNull());
}

QTEST_MAIN(TestGraphPainter)
#include "tst_graphpainter.moc"
