// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/graph/editednetworks.h"
#include "tests/support/analysed.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"
#include "ui/graphview/diffmarks.h"
#include "ui/graphview/diffsvg.h"
#include "ui/models/diffpicturedecor.h"
#include "ui/models/difftablemodel.h"
#include "ui/models/graphpicturebuilder.h"

#include <QAbstractItemModelTester>
#include <QTest>
#include <QXmlStreamReader>

#include <algorithm>
#include <map>

using namespace lapidary;
using namespace lapidary::test;

namespace {

ComparedModels compared(ModelPtr a, ModelPtr b) {
    ComparedModels models{analysedAsDeclared(std::move(a)), analysedAsDeclared(std::move(b)), {}};
    models.comparison = compareStructure(*models.a, *models.b);
    return models;
}

/// first (8 or 6 channels), act, and in A `old`, in B `fresh`, then last.
ModelPtr small(bool second) {
    const std::int64_t width = second ? 6 : 8;
    ModelBuilder b;
    b.input("x", {1, 3, 8, 8}).init("w", {width, 3, 3, 3}, 1).init("v", {4, width, 1, 1}, 2);
    b.info("a", DataType::Float, {1, width, 6, 6}).info("y", DataType::Float, {1, 4, 6, 6});
    b.node("Conv", {"x", "w"}, {"a"}, {}, "first").node("Relu", {"a"}, {"r"}, {}, "act");
    b.node(second ? "Sin" : "Abs", {"r"}, {second ? "fresh_out" : "old_out"}, {}, second ? "fresh" : "old");
    return b.node("Conv", {second ? "fresh_out" : "old_out", "v"}, {"y"}, {}, "last").output("y").build();
}

DiffMark markOf(const DiffPicture& picture, const std::string& name) {
    for (std::size_t i = 0; i < picture.picture.nodes.size(); ++i)
        if (picture.picture.nodes[i].name == name)
            return picture.nodeDiffs[i];
    return DiffMark::None;
}

bool hasCycle(const GraphPicture& picture) {
    std::vector<std::size_t> waiting(picture.nodes.size());
    for (const auto& edge : picture.edges)
        ++waiting[edge.to];
    std::vector<std::uint32_t> ready;
    for (std::uint32_t i = 0; i < waiting.size(); ++i)
        if (waiting[i] == 0)
            ready.push_back(i);
    for (std::size_t at = 0; at < ready.size(); ++at)
        for (const auto& edge : picture.edges)
            if (edge.from == ready[at] && --waiting[edge.to] == 0)
                ready.push_back(edge.to);
    return ready.size() < picture.nodes.size();
}

} // namespace

class TestDiffPicture : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void unionOfTwo();
    void sameModelsHaveNoMarks();
    void decorTells();
    void foldsWithoutCycles();
    void openedRunsStayOpen();
    void deltas();
    void table();
    void svg();
};

void TestDiffPicture::unionOfTwo() {
    const auto models = compared(small(false), small(true));
    const auto picture = buildDiffPicture(models);
    QCOMPARE(picture.picture.nodes.size(), std::size_t(7)); // five nodes, input, output
    QCOMPARE(int(markOf(picture, "first")), int(DiffMark::Changed));
    QCOMPARE(int(markOf(picture, "act")), int(DiffMark::Unchanged));
    QCOMPARE(int(markOf(picture, "old")), int(DiffMark::Removed));
    QCOMPARE(int(markOf(picture, "fresh")), int(DiffMark::Added));
    std::map<DiffMark, int> edges;
    for (const auto mark : picture.edgeDiffs)
        ++edges[mark];
    QCOMPARE(edges[DiffMark::Removed], 2); // into and out of `old`
    QCOMPARE(edges[DiffMark::Added], 2);
    QCOMPARE(edges[DiffMark::Unchanged], 3);
    QCOMPARE(differences(picture, models.comparison.diff).size(), std::size_t(4));
    std::set<std::uint32_t> ids;
    for (const auto& node : picture.picture.nodes)
        QVERIFY(ids.insert(node.id).second);
}

void TestDiffPicture::sameModelsHaveNoMarks() {
    const auto picture = buildDiffPicture(compared(small(false), small(false)));
    for (const auto mark : picture.nodeDiffs)
        QCOMPARE(int(mark), int(DiffMark::Unchanged));
    for (const auto mark : picture.edgeDiffs)
        QCOMPARE(int(mark), int(DiffMark::Unchanged));
}

void TestDiffPicture::decorTells() {
    const auto models = compared(small(false), small(true));
    const auto picture = buildDiffPicture(models);
    const auto decor = buildDiffDecor(picture, models, DiffMetric::None, {});
    QCOMPARE(decor.nodes.size(), picture.picture.nodes.size());
    QCOMPARE(decor.diffLegend.size(), std::size_t(4));
    int narrowed = 0;
    for (const auto& node : decor.nodes)
        if (node.channelsKept >= 0) {
            QCOMPARE(node.channelsKept, std::int64_t(6));
            ++narrowed;
        }
    QCOMPARE(narrowed, 1);
    // Colours stay apart from each other and from the paper in brightness or hue, light and dark.
    for (const bool dark : {false, true})
        for (const auto mark : {DiffMark::Added, DiffMark::Removed, DiffMark::Changed}) {
            const double paper = dark ? luminance({30, 30, 30}) : 1.0;
            const double own = luminance(diffRgb(mark, dark));
            QVERIFY((std::max(own, paper) + 0.05) / (std::min(own, paper) + 0.05) >= 3.0);
        }
}

void TestDiffPicture::foldsWithoutCycles() {
    for (const auto& network : {residualNetwork(300), inceptionNetwork(300), transformerNetwork(300)})
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            const auto models = compared(write(network).model, write(edited(network, 0.03, seed)).model);
            const auto full = buildDiffPicture(models);
            QVERIFY(!hasCycle(full.picture));
            const auto folded = foldUnchanged(full, 1, {});
            QVERIFY(!hasCycle(folded.picture));
            QVERIFY(folded.picture.nodes.size() < full.picture.nodes.size());
            std::size_t shown = 0;
            for (const auto& node : folded.picture.nodes)
                shown += node.members > 0 ? node.members : 1;
            QCOMPARE(shown, full.picture.nodes.size());
            QCOMPARE(folded.edgeDiffs.size(), folded.picture.edges.size());
            std::set<std::uint32_t> ids;
            for (const auto& node : folded.picture.nodes)
                ids.insert(node.id);
            for (const auto id : differences(full, models.comparison.diff))
                QVERIFY(ids.count(id) == 1);
        }
}

void TestDiffPicture::openedRunsStayOpen() {
    const auto network = residualNetwork(200);
    const auto models = compared(write(network).model, write(edited(network, 0.02, 7)).model);
    const auto full = buildDiffPicture(models);
    const auto folded = foldUnchanged(full, 1, {});
    QVERIFY(!folded.folded.empty());
    const auto largest = std::max_element(folded.folded.begin(), folded.folded.end(), [](const auto& p, const auto& q) {
        return p.second.size() < q.second.size();
    });
    const auto opened = foldUnchanged(full, 1, {largest->first});
    QCOMPARE(opened.picture.nodes.size(), folded.picture.nodes.size() + largest->second.size() - 1);
    QVERIFY(!opened.folded.count(largest->first));
}

void TestDiffPicture::deltas() {
    const auto models = compared(small(false), small(true));
    const auto bytes = diffValues(models, DiffMetric::Bytes, nullptr, nullptr);
    const auto& nodes = models.comparison.diff.nodes;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (nodes[i].name == "first") {
            QCOMPARE(*bytes.difference(i), -2.0 * 27 * 4);
            const auto parameters = diffValues(models, DiffMetric::Parameters, nullptr, nullptr);
            QCOMPARE(*parameters.difference(i), -2.0 * 27);
        }
    QVERIFY(!whyNoTimes(nullptr, nullptr).isEmpty());
    Profile a, b;
    a.device = b.device = "host";
    QVERIFY(whyNoTimes(&a, &b).isEmpty());
    b.threads = 3;
    QVERIFY(!whyNoTimes(&a, &b).isEmpty());
    b.threads = 0;
    a.nodes = {{"first", "Conv", 2.0}};
    b.nodes = {{"first", "Conv", 1.5}};
    const auto times = diffValues(models, DiffMetric::Time, &a, &b);
    double sum = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        sum += times.difference(i).value_or(0);
    QCOMPARE(sum, -0.5);
    const auto picture = buildDiffPicture(models);
    const auto decor = buildDiffDecor(picture, models, DiffMetric::Bytes, bytes);
    QVERIFY(decor.legend.diverging);
    for (const auto& node : decor.nodes)
        if (node.hasValue())
            QVERIFY(node.value < 0.5F); // everything got smaller
}

void TestDiffPicture::table() {
    auto data = std::make_shared<ComparisonData>();
    data->models = std::make_shared<const ComparedModels>(compared(small(false), small(true)));
    for (std::size_t i = 0; i < data->values.size(); ++i)
        data->values[i] = diffValues(*data->models, DiffMetric(i), nullptr, nullptr);
    DiffTableModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setData(data);
    QCOMPARE(model.rowCount(), 4);
    for (int row = 0; row < model.rowCount(); ++row) {
        const auto cell = [&](int column, int role = Qt::DisplayRole) { return model.index(row, column).data(role); };
        if (cell(DiffTableModel::Name).toString() != QStringLiteral("first"))
            continue;
        QVERIFY(cell(DiffTableModel::Kind).toString().startsWith(u'±'));
        QVERIFY(cell(DiffTableModel::Parameters).toString().startsWith(u'−'));
        QVERIFY(cell(DiffTableModel::Parameters).toString().contains(QStringLiteral("25")));
        QCOMPARE(cell(DiffTableModel::Parameters, DiffTableModel::SortRole).toDouble(), -54.0);
        QCOMPARE(cell(DiffTableModel::Parameters, DiffTableModel::BarRole).toDouble(), -1.0);
        QCOMPARE(model.indexOf(cell(0, DiffTableModel::EntryRole).toInt()).row(), row);
    }
    model.setData(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestDiffPicture::svg() {
    const auto models = compared(small(false), small(true));
    const auto picture = buildDiffPicture(models);
    const auto decor = buildDiffDecor(picture, models, DiffMetric::None, {});
    const auto laid = LaidPicture::make(picture.picture);
    const auto text = writeDiffSvg(*laid, decor, "a <&> b", {});
    QCOMPARE(text, writeDiffSvg(*laid, decor, "a <&> b", {}));
    QXmlStreamReader xml(QByteArray::fromStdString(text));
    std::map<QString, int> groups;
    while (!xml.atEnd())
        if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == QStringLiteral("g"))
            ++groups[xml.attributes().value(QStringLiteral("class")).toString()];
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(groups[QStringLiteral("added")], 1);
    QCOMPARE(groups[QStringLiteral("removed")], 1);
    QCOMPARE(groups[QStringLiteral("changed")], 2);
    QCOMPARE(groups[QStringLiteral("legend")], 1);
    const auto image = renderDiff(*laid, decor, true);
    QVERIFY(!image.isNull() && image.height() > int(laid->layout().height));
}

QTEST_MAIN(TestDiffPicture)
#include "tst_diffpicture.moc"
