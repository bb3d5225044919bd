// SPDX-License-Identifier: GPL-3.0-or-later
// Files are what was asked for: sizes, pages, text, well-formed SVG with the same decoration, limits told beforehand.
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/diffmarks.h"
#include "ui/graphview/graphpainter.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/pictureexport.h"
#include "ui/graphview/svgwriter.h"

#include <QImage>
#include <QPainter>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <algorithm>
#include <cmath>

using namespace lapidary;

namespace {

struct SvgFacts {
    int patterns = 0, legends = 0, hatched = 0, dashed = 0;
    QStringList texts;
    QString error;
};

SvgFacts read(const std::string& svg) {
    SvgFacts facts;
    QXmlStreamReader reader(QByteArray::fromStdString(svg));
    while (!reader.atEnd()) {
        reader.readNext();
        if (!reader.isStartElement())
            continue;
        const auto attributes = reader.attributes();
        facts.patterns += reader.name() == QLatin1String("pattern") ? 1 : 0;
        facts.legends += attributes.value(QLatin1String("id")) == QLatin1String("legend") ? 1 : 0;
        facts.hatched += attributes.value(QLatin1String("fill")) == QLatin1String("url(#removed)") ? 1 : 0;
        facts.dashed +=
            reader.name() == QLatin1String("rect") && attributes.hasAttribute(QLatin1String("stroke-dasharray"));
        if (reader.name() == QLatin1String("text"))
            facts.texts << reader.readElementText();
    }
    facts.error = reader.hasError() ? reader.errorString() : QString();
    return facts;
}

/// The sizes of a PDF's pages in points, from its page objects.
QList<QSizeF> pagesOf(const QByteArray& pdf) {
    QList<QSizeF> sizes;
    static const QRegularExpression box(QStringLiteral(R"(/MediaBox \[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\])"));
    auto it = box.globalMatch(QString::fromLatin1(pdf));
    while (it.hasNext()) {
        const auto match = it.next();
        sizes << QSizeF(match.captured(1).toDouble(), match.captured(2).toDouble());
    }
    return sizes;
}

ExportOptions with(ExportFormat format, double scale = 1, ExportPages pages = ExportPages::Fitted) {
    ExportOptions options;
    options.format = format;
    options.scale = scale;
    options.pages = pages;
    return options;
}

GraphDecorPtr decorFor(const LaidPicture& laid) {
    return std::make_shared<const GraphDecor>(sample::decorate(laid.picture(), true, true));
}

/// Frames whose upper part of the left outline is darker than what is beside it.
int framesSeen(const QImage& image, const LaidPicture& laid, double margin, int slack) {
    int seen = 0;
    for (const LayoutBox& box : laid.layout().groupBoxes) {
        const int x = int(std::lround(box.x + margin)), y = int(std::lround(box.y + margin)) + 12;
        const int inside = image.pixelColor(x + 3 + slack, y).lightness();
        int darkest = 255;
        for (int dx = -slack; dx <= slack; ++dx)
            darkest = std::min(darkest, image.pixelColor(x + dx, y).lightness());
        seen += darkest < inside - 40 ? 1 : 0;
    }
    return seen;
}

} // namespace

class TestPictureExport : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void pngHasTheScale_data();
    void pngHasTheScale();
    void pngOfAPart();
    void tooLargeSaysWhatWouldDo();
    void pdfFitsTheGraph();
    void pdfIsTextAndCurves();
    void pdfTilesPaper();
    void pdfShrinksOntoOnePage();
    void cancelledPdfGivesNothing();
    void svgShowsTheDecoration();
    void svgHasFramesAndStacks();
    void paperHasFrames();
    void pdfLooksLikeTheScreen();
    void legendHidesNothing();
    void legendGrowsWithThePicture();
    void comparisonHasItsKey();
    void formatsByEnding();
};

void TestPictureExport::pngHasTheScale_data() {
    QTest::addColumn<double>("scale");
    for (const double scale : {0.5, 1.0, 1.25, 3.0})
        QTest::addRow("%.2f", scale) << scale;
}

void TestPictureExport::pngHasTheScale() {
    QFETCH(double, scale);
    const auto laid = LaidPicture::make(sample::residual(40));
    const auto bytes = exportPicture(*laid, with(ExportFormat::Png, scale));
    QVERIFY(bytes.ok());
    const QImage image = QImage::fromData(*bytes, "PNG");
    QCOMPARE(image.width(), int(std::ceil((laid->layout().width + 48) * scale)));
    QCOMPARE(image.height(), int(std::ceil((laid->layout().height + 48) * scale)));
    QVERIFY(std::abs(image.dotsPerMeterX() * 0.0254 / (96 * scale) - 1) < 0.01);
    int blue = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            blue += image.pixelColor(x, y) == QColor(51, 85, 136) ? 1 : 0;
    QVERIFY(blue > 1000 * scale * scale);
}

void TestPictureExport::pngOfAPart() {
    const auto laid = LaidPicture::make(sample::residual(400));
    auto options = with(ExportFormat::Png);
    options.part = SceneRect{0, 500, 300, 900};
    const auto bytes = exportPicture(*laid, options);
    QVERIFY(bytes.ok());
    QCOMPARE(QImage::fromData(*bytes, "PNG").size(), QSize(300, 400));
}

void TestPictureExport::tooLargeSaysWhatWouldDo() {
    const auto laid = LaidPicture::make(sample::residual(4000));
    const auto options = with(ExportFormat::Png, 4);
    const auto plan = planExport(*laid, options);
    QVERIFY(!plan.ok());
    QCOMPARE(plan.error().code, std::string("export.size"));
    QCOMPARE(exportPicture(*laid, options).error().code, std::string("export.size"));
    // The scale in the hint works, and a little more would not have.
    static const QRegularExpression number(QStringLiteral("scale of ([0-9.]+)"));
    const double scale = number.match(QString::fromStdString(plan.error().hint)).captured(1).toDouble();
    QVERIFY(scale > 0);
    QVERIFY(planExport(*laid, with(ExportFormat::Png, scale)).ok());
    QVERIFY(!planExport(*laid, with(ExportFormat::Png, scale * 1.1)).ok());
    QVERIFY(planExport(*laid, with(ExportFormat::Svg, 4)).ok());
    QCOMPARE(planExport(*LaidPicture::make({}), with(ExportFormat::Svg)).error().code, std::string("export.empty"));
    QCOMPARE(planExport(*laid, with(ExportFormat::Pdf, 4)).error().code, std::string("export.size"));
}

void TestPictureExport::pdfFitsTheGraph() {
    const auto laid = LaidPicture::make(sample::inception(60));
    const auto bytes = exportPicture(*laid, with(ExportFormat::Pdf, 0.5));
    QVERIFY(bytes.ok());
    QVERIFY(bytes->startsWith("%PDF-"));
    const auto pages = pagesOf(*bytes);
    QCOMPARE(pages.size(), 1);
    QVERIFY(std::abs(pages[0].width() - (laid->layout().width + 48) * 0.375) < 1.5);
    QVERIFY(std::abs(pages[0].height() - (laid->layout().height + 48) * 0.375) < 1.5);
}

void TestPictureExport::pdfIsTextAndCurves() {
    const auto laid = LaidPicture::make(sample::residual(30));
    const auto bytes = exportPicture(*laid, with(ExportFormat::Pdf));
    QVERIFY(bytes.ok());
    QVERIFY(bytes->contains("/Font")); // glyphs, not outlines
    QVERIFY(bytes->contains("/ToUnicode"));
    QVERIFY(!bytes->contains("/Subtype /Image"));
    QVERIFY(bytes->size() < 200'000);
}

void TestPictureExport::pdfTilesPaper() {
    const auto laid = LaidPicture::make(sample::residual(300));
    const auto options = with(ExportFormat::Pdf, 1, ExportPages::A4Tiles);
    const auto plan = planExport(*laid, options);
    QVERIFY(plan.ok());
    const double height = (laid->layout().height + 48) * 0.75;
    QVERIFY(plan->pages.size() >= std::size_t(std::ceil(height / (842 - 56))));
    const auto pages = pagesOf(*exportPicture(*laid, options));
    QCOMPARE(std::size_t(pages.size()), plan->pages.size());
    for (const QSizeF size : pages)
        QVERIFY(std::abs(size.width() - 595) < 1.5 && std::abs(size.height() - 842) < 1.5);
    // Every node is on some page, and every page has something on it.
    std::vector<std::uint32_t> found;
    std::vector<bool> seen(laid->nodeCount(), false);
    for (const SceneRect& page : plan->pages) {
        laid->nodesIn(page, found);
        for (const std::uint32_t node : found)
            seen[node] = true;
        std::vector<std::uint32_t> lines;
        laid->segmentsIn(page, lines);
        QVERIFY(!found.empty() || !lines.empty());
    }
    QVERIFY(std::find(seen.begin(), seen.end(), false) == seen.end());
    QVERIFY(planExport(*laid, with(ExportFormat::Pdf, 1, ExportPages::A3Tiles))->pages.size() < plan->pages.size());
    QCOMPARE(planExport(*laid, with(ExportFormat::Pdf, 20, ExportPages::A4Tiles)).error().code,
             std::string("export.size"));
}

void TestPictureExport::pdfShrinksOntoOnePage() {
    const auto laid = LaidPicture::make(sample::residual(300));
    const auto plan = planExport(*laid, with(ExportFormat::Pdf, 1, ExportPages::A4Page));
    QVERIFY(plan.ok());
    QVERIFY(plan->scale < 0.2);
    const auto pages = pagesOf(*exportPicture(*laid, with(ExportFormat::Pdf, 1, ExportPages::A4Page)));
    QCOMPARE(pages.size(), 1);
    QVERIFY(std::abs(pages[0].width() - 595) < 1.5);
}

void TestPictureExport::cancelledPdfGivesNothing() {
    const auto laid = LaidPicture::make(sample::residual(60));
    std::stop_source stop;
    stop.request_stop();
    Work work;
    work.stop = stop.get_token();
    const auto bytes = exportPicture(*laid, with(ExportFormat::Pdf), work);
    QVERIFY(!bytes.ok() && isCancelled(bytes.error()));
}

void TestPictureExport::svgShowsTheDecoration() {
    const auto laid = LaidPicture::make(sample::residual(80));
    const auto plain = read(writeSvg(*laid));
    QVERIFY2(plain.error.isEmpty(), qPrintable(plain.error));
    QCOMPARE(plain.legends, 0);
    QCOMPARE(plain.hatched, 0);
    for (const bool dark : {false, true}) {
        SvgOptions options;
        options.decor = decorFor(*laid);
        options.dark = dark;
        const auto facts = read(writeSvg(*laid, options));
        QVERIFY2(facts.error.isEmpty(), qPrintable(facts.error));
        QCOMPARE(facts.patterns, 3);
        QCOMPARE(facts.legends, 1);
        QVERIFY(facts.hatched > 10);
        QVERIFY(facts.dashed > 5); // estimates
        QVERIFY(facts.texts.contains(QStringLiteral("int8")));
        QVERIFY(facts.texts.contains(QStringLiteral("37 us")));
        QVERIFY(!facts.texts.filter(QStringLiteral("Time per run")).isEmpty());
        QVERIFY(facts.texts.size() > plain.texts.size());
    }
    SvgOptions part;
    part.part = SceneRect{0, 0, 200, 300};
    QVERIFY(read(writeSvg(*laid, part)).texts.size() < plain.texts.size() / 3);
    SvgOptions nothing;
    nothing.decor = decorFor(*laid);
    nothing.legend = false;
    QCOMPARE(read(writeSvg(*laid, nothing)).legends, 0);
}

void TestPictureExport::svgHasFramesAndStacks() {
    GraphPicture picture = sample::residualStages(120);
    picture.nodes[5].members = 7;
    const auto laid = LaidPicture::make(picture);
    QVERIFY(laid->groupCount() > 10);
    QXmlStreamReader reader(QByteArray::fromStdString(writeSvg(*laid)));
    QList<QRectF> frames;
    int sheets = 0;
    const LayoutBox& closed = laid->layout().boxes[5];
    QStringList texts;
    while (!reader.atEnd()) {
        reader.readNext();
        if (!reader.isStartElement())
            continue;
        const auto of = [&](const char* name) { return reader.attributes().value(QLatin1String(name)).toDouble(); };
        if (reader.name() == QLatin1String("rect") && reader.attributes().hasAttribute(QLatin1String("fill-opacity")))
            frames.append({of("x"), of("y"), of("width"), of("height")});
        if (reader.name() == QLatin1String("rect") && std::abs(of("width") - closed.width) < 0.1)
            for (const int sheet : {1, 2})
                sheets +=
                    std::abs(of("x") - closed.x - 4 * sheet) < 0.1 && std::abs(of("y") - closed.y - 4 * sheet) < 0.1;
        if (reader.name() == QLatin1String("text"))
            texts << reader.readElementText();
    }
    QVERIFY(!reader.hasError());
    QCOMPARE(sheets, 2);
    QCOMPARE(std::uint32_t(frames.size()), laid->groupCount());
    for (std::uint32_t g = 0; g < laid->groupCount(); ++g) {
        const SceneRect box = rectOf(laid->layout().groupBoxes[g]);
        QVERIFY((frames[int(g)].topLeft() - QPointF(box.left, box.top)).manhattanLength() < 0.1);
        QVERIFY(std::abs(frames[int(g)].width() - (box.right - box.left)) < 0.1);
        QVERIFY(texts.contains(QString::fromStdString(laid->picture().groups[g].title)));
    }
}

/// What PDF pages are painted with, onto pixels; and PNG.
void TestPictureExport::paperHasFrames() {
    const auto laid = LaidPicture::make(sample::residualStages(60));
    const QImage png = QImage::fromData(*exportPicture(*laid, with(ExportFormat::Png)), "PNG");
    QImage print(png.size(), QImage::Format_RGB32);
    Viewport view;
    view.origin = {-24, -24};
    view.size = print.size();
    {
        QPainter painter(&print);
        GraphPainter graph(GraphStyle::light());
        graph.setPrinting(true);
        graph.paint(painter, *laid, view);
    }
    for (const QImage& image : {png, print})
        QCOMPARE(framesSeen(image, *laid, 24, 1), int(laid->groupCount()));
}

/// Rendered by another program, where there is one.
void TestPictureExport::pdfLooksLikeTheScreen() {
    const QString program = QStandardPaths::findExecutable(QStringLiteral("pdftoppm"));
    const QString texts = QStandardPaths::findExecutable(QStringLiteral("pdftotext"));
    if (program.isEmpty() || texts.isEmpty())
        QSKIP("needs pdftoppm and pdftotext (Debian: poppler-utils) to look at the PDF");
    const auto laid = LaidPicture::make(sample::residualStages(60));
    auto options = with(ExportFormat::Pdf);
    GraphDecor decor = sample::decorate(laid->picture(), true, true);
    options.decor = std::make_shared<const GraphDecor>(decor);
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("graph.pdf"));
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(*exportPicture(*laid, options));
    out.close();
    QProcess process;
    process.start(program, {QStringLiteral("-r"), QStringLiteral("96"), QStringLiteral("-png"),
                            QStringLiteral("-singlefile"), file, folder.filePath(QStringLiteral("page"))});
    QVERIFY(process.waitForFinished() && process.exitCode() == 0);
    const QImage page(folder.filePath(QStringLiteral("page.png")));
    options.format = ExportFormat::Png;
    const QImage screen = QImage::fromData(*exportPicture(*laid, options), "PNG");
    QVERIFY(std::abs(page.width() - screen.width()) <= 2 && std::abs(page.height() - screen.height()) <= 2);
    QCOMPARE(framesSeen(page, *laid, 24, 2), int(laid->groupCount()));
    // Frames, bars, hatches, badges and legend alike: where the one is coloured, so is the other, apart from edges.
    int colours = 0, apart = 0;
    for (int y = 4; y < screen.height() - 6; y += 2)
        for (int x = 4; x < screen.width() - 6; x += 2) {
            const QColor wanted = screen.pixelColor(x, y);
            if (wanted.saturation() < 60)
                continue;
            ++colours;
            int least = 255;
            for (int dy = -2; dy <= 2; ++dy)
                for (int dx = -2; dx <= 2; ++dx) {
                    const QColor got = page.pixelColor(std::clamp(x + dx, 0, page.width() - 1),
                                                       std::clamp(y + dy, 0, page.height() - 1));
                    least = std::min(
                        least, std::max({std::abs(got.red() - wanted.red()), std::abs(got.green() - wanted.green()),
                                         std::abs(got.blue() - wanted.blue())}));
                }
            apart += least > 60 ? 1 : 0;
        }
    QVERIFY(colours > 2000);
    QVERIFY2(apart < colours / 33, qPrintable(QStringLiteral("%1 of %2").arg(apart).arg(colours)));
    process.start(texts, {QStringLiteral("-raw"), file, QStringLiteral("-")});
    QVERIFY(process.waitForFinished());
    const QString read = QString::fromUtf8(process.readAllStandardOutput());
    for (const auto& group : laid->picture().groups)
        QVERIFY2(read.contains(QString::fromStdString(group.title)), group.title.c_str());
    QVERIFY(read.contains(QStringLiteral("int8")));
    QVERIFY(read.contains(QStringLiteral("Time per run")));
    QVERIFY(read.contains(QStringLiteral(" / "))); // channels kept of all
}

void TestPictureExport::legendHidesNothing() {
    const auto laid = LaidPicture::make(sample::chain(6));
    auto options = with(ExportFormat::Png);
    const QSize plain = QImage::fromData(*exportPicture(*laid, options), "PNG").size();
    options.decor = decorFor(*laid);
    const QSize legend = QImage::fromData(*exportPicture(*laid, options), "PNG").size();
    QVERIFY(legend.height() > plain.height() + 50);
    QVERIFY(legend.width() >= 190);
    options.legend = false;
    QCOMPARE(QImage::fromData(*exportPicture(*laid, options), "PNG").size(), plain);
}

/// Twice the scale, twice the legend: its border lies where it lay, doubled.
void TestPictureExport::legendGrowsWithThePicture() {
    const auto laid = LaidPicture::make(sample::chain(6));
    auto options = with(ExportFormat::Png);
    options.decor = decorFor(*laid);
    const auto legendTop = [&](double scale) {
        options.scale = scale;
        const QImage image = QImage::fromData(*exportPicture(*laid, options), "PNG");
        int y = image.height() - 1;
        const int x = int(100 * scale);
        for (int steps = 0; y > 0 && steps < int(400 * scale); --y, ++steps)
            if (image.pixelColor(x, y) == options.style.panelBorder && y < image.height() - int(30 * scale))
                break;
        return double(image.height() - y) / scale;
    };
    QVERIFY(legendTop(1) > 40);
    QVERIFY2(std::abs(legendTop(2) - legendTop(1)) <= 2, qPrintable(QString::number(legendTop(2))));
}

void TestPictureExport::comparisonHasItsKey() {
    const auto laid = LaidPicture::make(sample::chain(6));
    auto decor = std::make_shared<GraphDecor>();
    NodeDecor added, removed;
    added.id = laid->picture().nodes[1].id;
    added.diff = DiffMark::Added;
    removed.id = laid->picture().nodes[3].id;
    removed.diff = DiffMark::Removed;
    decor->nodes = {added, removed};
    auto options = with(ExportFormat::Png);
    options.decor = decor;
    const auto plain = planExport(*laid, options);
    decor->diffLegend = {{DiffMark::Added, "only in B"}, {DiffMark::Removed, "only in A"}};
    options.title = "a <-> b";
    const auto keyed = planExport(*laid, options);
    QVERIFY(keyed->size.height() > plain->size.height() + 35);
    // The key stands above everything: no node is in its rows.
    const QImage image = QImage::fromData(*exportPicture(*laid, options), "PNG");
    const int room = int(keyed->size.height() - plain->size.height());
    int signs = 0;
    for (int y = 0; y < room; ++y)
        for (int x = 0; x < 60; ++x)
            signs += image.pixelColor(x, y) == diffColor(DiffMark::Added, false) ? 1 : 0;
    QVERIFY(signs > 20);
    QCOMPARE(image.text(QStringLiteral("Title")), QStringLiteral("a <-> b"));
    options.format = ExportFormat::Svg;
    options.scale = 2;
    const QByteArray svg = *exportPicture(*laid, options);
    for (const char* part : {"class=\"added\"", "class=\"removed\"", "class=\"legend\"", "only in B", "a &lt;-&gt; b"})
        QVERIFY2(svg.contains(part), part);
    QXmlStreamReader twice(svg);
    QVERIFY(twice.readNextStartElement());
    const double width = twice.attributes().value(QStringLiteral("width")).toDouble();
    const auto box = twice.attributes().value(QStringLiteral("viewBox")).toString().split(u' ');
    QCOMPARE(width, 2 * box[2].toDouble());
    options.format = ExportFormat::Pdf;
    options.scale = 1;
    for (const auto pages : {ExportPages::Fitted, ExportPages::A4Tiles}) {
        options.pages = pages;
        QVERIFY(exportPicture(*laid, options)->startsWith("%PDF-"));
    }
    options.legend = false;
    options.format = ExportFormat::Png;
    QCOMPARE(planExport(*laid, options)->size, plain->size);
}

void TestPictureExport::formatsByEnding() {
    QCOMPARE(exportFormatOf(QStringLiteral("/a/b.PDF")).value(), ExportFormat::Pdf);
    QCOMPARE(exportFormatOf(QStringLiteral("b.svg")).value(), ExportFormat::Svg);
    QCOMPARE(exportFormatOf(QStringLiteral("b.png")).value(), ExportFormat::Png);
    QVERIFY(!exportFormatOf(QStringLiteral("pdf")));
}

QTEST_MAIN(TestPictureExport)
#include "tst_pictureexport.moc"
