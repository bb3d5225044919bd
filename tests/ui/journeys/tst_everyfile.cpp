// SPDX-License-Identifier: GPL-3.0-or-later
// Every file there is, opened in one window after another: laid out, nothing on top of anything, lines from node to
// node. What is broken is refused with a reason; what can be shown although something is wrong says what.
#include "onnx/missingfiles.h"
#include "tests/ui/graphview/layoutchecks.h"
#include "tests/ui/journeys/windowbench.h"
#include "ui/graphview/graphview.h"

#include <QLabel>
#include <QTest>
#include <QTextBrowser>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

namespace {

const std::filesystem::path withoutWeights = "odd/llmcompile_model.onnx";

} // namespace

class TestEveryFile : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void opens_data();
    void opens();
    void refuses_data();
    void refuses();
    void namesUnknownOperators();
    void namesMissingWeights();

private:
    static void rows(const char* folder);
    void checkNodes(const LaidPicture& laid);
    void checkLines(const LaidPicture& laid);

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
    GraphView* m_view = nullptr;
};

void TestEveryFile::init() {
    LAPIDARY_REQUIRE_ASSETS();
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().resize(1400, 900);
    m_bench->window().show();
    m_view = m_bench->find<GraphView>("graphView");
    m_view->setAnimated(false);
}

void TestEveryFile::cleanup() {
    m_bench.reset();
    m_home.reset();
}

void TestEveryFile::rows(const char* folder) {
    QTest::addColumn<QString>("file");
    if (assetsFolder().empty())
        return;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(assetsFolder() / folder))
        if (entry.path().extension() == ".onnx")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files)
        QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
}

void TestEveryFile::opens_data() {
    rows("models");
    rows("models/odd");
}

/// Each node of the model's main graph stands in the picture, or the group it is in does; none overlap.
void TestEveryFile::checkNodes(const LaidPicture& laid) {
    const auto& layout = laid.layout();
    QCOMPARE(layout.boxes.size(), std::size_t(laid.nodeCount()));
    std::vector<std::uint32_t> near;
    for (std::uint32_t i = 0; i < laid.nodeCount(); ++i) {
        const auto& box = layout.boxes[i];
        QVERIFY2(box.width > 0 && box.height > 0 && box.x > -1e-6 && box.y > -1e-6 &&
                     box.x + box.width < layout.width + 1e-6 && box.y + box.height < layout.height + 1e-6,
                 laid.picture().nodes[i].name.c_str());
        near.clear();
        laid.nodesIn(rectOf(box), near);
        QVERIFY2(std::find(near.begin(), near.end(), i) != near.end(), laid.picture().nodes[i].name.c_str());
        for (const auto other : near)
            if (other != i && check::overlap(box, layout.boxes[other]))
                QFAIL(qPrintable(QStringLiteral("%1 lies on %2")
                                     .arg(QString::fromStdString(laid.picture().nodes[i].name),
                                          QString::fromStdString(laid.picture().nodes[other].name))));
    }
}

/// Lines join, begin at their producer, end at their consumer and pass through no node.
void TestEveryFile::checkLines(const LaidPicture& laid) {
    const auto& layout = laid.layout();
    const auto touches = [&](std::uint32_t node, double x, double y) {
        const auto& b = layout.boxes[node];
        return x > b.x - 0.01 && x < b.x + b.width + 0.01 && y > b.y - 0.01 && y < b.y + b.height + 0.01;
    };
    for (std::size_t e = 0; e < laid.picture().edges.size(); ++e) {
        const auto& edge = laid.picture().edges[e];
        const auto& route = layout.routes[e];
        QVERIFY(route.first >= 0 && route.last >= 0);
        if (edge.from == edge.to)
            continue;
        const auto& begin = layout.segments[std::size_t(route.first)];
        const auto& end = layout.segments[std::size_t(route.last)];
        QVERIFY(touches(route.reversed ? edge.to : edge.from, begin.x0, begin.y0));
        QVERIFY(touches(route.reversed ? edge.from : edge.to, end.x1, end.y1));
        auto at = route.last;
        while (layout.segments[std::size_t(at)].parent >= 0) {
            const auto& piece = layout.segments[std::size_t(at)];
            const auto& before = layout.segments[std::size_t(piece.parent)];
            QVERIFY(piece.x0 == before.x1 && piece.y0 == before.y1);
            at = piece.parent;
        }
        QCOMPARE(at, route.first);
    }
    std::vector<std::uint32_t> near;
    for (const auto& piece : layout.segments) {
        near.clear();
        laid.nodesIn({std::min(piece.x0, piece.x1), std::min(piece.y0, piece.y1), std::max(piece.x0, piece.x1),
                      std::max(piece.y0, piece.y1)},
                     near);
        for (const auto node : near)
            if (piece.kind != RouteSegment::Kind::Loop && check::crosses(piece, layout.boxes[node], layout.direction))
                QFAIL(qPrintable(QStringLiteral("a line goes through %1")
                                     .arg(QString::fromStdString(laid.picture().nodes[node].name))));
    }
}

void TestEveryFile::opens() {
    QFETCH(QString, file);
    QVERIFY(m_bench->open(file.toStdString()));
    const auto laid = m_view->picture();
    QVERIFY(laid && !laid->isCoarse());
    checkNodes(*laid);
    if (QTest::currentTestFailed())
        return;
    checkLines(*laid);
    if (QTest::currentTestFailed())
        return;
    // Something of it is in view, at a size that can be read, or all of it is.
    const auto seen = m_view->visiblePart().visible();
    std::vector<std::uint32_t> found;
    laid->nodesIn(seen, found);
    QVERIFY(!found.empty());
    QVERIFY(m_view->zoom() >= 0.8);
    const bool all = found.size() == laid->nodeCount();
    const bool begins = std::any_of(found.begin(), found.end(), [&](std::uint32_t i) {
        return laid->picture().nodes[i].category == NodeCategory::Input || laid->edgesInto(i).empty();
    });
    QVERIFY(all || begins);
}

void TestEveryFile::refuses_data() {
    rows("models/malformed");
}

void TestEveryFile::refuses() {
    QFETCH(QString, file);
    std::vector<Diagnostic> problems;
    QObject::connect(&m_bench->workspace(), &Workspace::message, this,
                     [&](const Diagnostic& problem) { problems.push_back(problem); });
    m_bench->window().openPath(file);
    QVERIFY(waitUntil([&] { return !problems.empty(); }));
    QVERIFY(m_bench->settle());
    QCOMPARE(problems.size(), std::size_t(1));
    QVERIFY(!m_bench->workspace().model() && !m_bench->workspace().hasProject());
    QVERIFY(!m_view->picture() || m_view->picture()->isEmpty());
    const auto& problem = problems.front();
    QVERIFY(!problem.code.empty() && !problem.message.empty() && !problem.hint.empty());
    const auto shown = m_bench->find<QLabel>("messageText")->text();
    QVERIFY2(shown.contains(QString::fromStdString(problem.message).toHtmlEscaped()) ||
                 shown.contains(QString::fromStdString(problem.message)),
             qPrintable(shown));
}

void TestEveryFile::namesUnknownOperators() {
    QVERIFY(m_bench->open(assetsFolder() / "models/odd/customop_noisy_relu.onnx"));
    const auto text = m_bench->find<QTextBrowser>("inspectorText")->toPlainText();
    const auto problem = QStringLiteral("The operator \"NoisyRelu\" of domain \"MyNoisyReluDomain\" is not known");
    QVERIFY2(text.contains(problem), qPrintable(text.left(2000)));
    QCOMPARE(text.count(problem), 1); // once is enough
    QCOMPARE(m_view->picture()->picture().nodes.at(*m_view->picture()->indexOf(0)).category, NodeCategory::Unknown);
}

/// The graph can be viewed all the same; a bar says what is missing, and which file would complete it.
void TestEveryFile::namesMissingWeights() {
    QVERIFY(m_bench->open(assetsFolder() / "models" / withoutWeights));
    const auto* bar = m_bench->find<QWidget>("missingWeightsBar");
    QVERIFY(bar->isVisible());
    const auto text = m_bench->find<QLabel>("missingWeightsText")->text();
    const auto files = missingFiles(*m_bench->workspace().model()->model);
    QVERIFY(!files.empty());
    QVERIFY2(text.contains(QString::fromStdString(files.front())), qPrintable(text));
    QVERIFY(m_view->picture()->nodeCount() > 10);
    QVERIFY(m_bench->open(assetsFolder() / "models/odd/customop_noisy_relu.onnx"));
    QVERIFY(!bar->isVisible());
}

QTEST_MAIN(TestEveryFile)
#include "tst_everyfile.moc"
