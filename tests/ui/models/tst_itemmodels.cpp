// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"
#include "ui/models/layertablemodel.h"
#include "ui/models/varianttreemodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

using Tester = QAbstractItemModelTester;

VariantSummary variant(VariantId id, VariantId parent, const char* name, std::uint64_t bytes) {
    VariantSummary summary;
    summary.record.id = id;
    summary.record.parent = parent;
    summary.record.name = name;
    summary.record.fileBytes = bytes;
    summary.record.macs = 12000 * std::uint64_t(id);
    return summary;
}

std::vector<VariantSummary> family() {
    std::vector<VariantSummary> all = {variant(1, 0, "source", 2048), variant(2, 1, "pruned", 1024),
                                       variant(3, 1, "int8", 600), variant(4, 2, "pruned, int8", 300)};
    all[1].top1 = proportion(150, 200);
    all[1].agreement = proportion(190, 200);
    all[1].samples = 200;
    TimingSummary timing;
    timing.median = 0.5;
    timing.ciLow = 0.4;
    timing.ciHigh = 0.6;
    timing.runs = 40;
    timing.verdict = "stable";
    all[1].latency = timing;
    all[1].device = "host";
    return all;
}

QStringList printed(const QAbstractItemModel& model, const QModelIndex& parent = {}, int depth = 0) {
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(parent); ++column)
            cells.append(model.index(row, column, parent).data().toString());
        lines.append(QString(2 * depth, u' ') + cells.join(QStringLiteral(" | ")));
        lines += printed(model, model.index(row, 0, parent), depth + 1);
    }
    return lines;
}

AnalysedModelPtr network() {
    ModelBuilder b;
    b.input("x", {1, 3, 8, 8}).init("w", {4, 3, 3, 3}, 1).init("v", {2, 4, 1, 1}, 2);
    b.node("Conv", {"x", "w"}, {"a"}, {attr("pads", {1, 1, 1, 1})}, "first").node("Relu", {"a"}, {"r"}, {}, "relu");
    b.node("Conv", {"r", "v"}, {"y"}, {}, "second").output("y");
    auto model = Engine::analyse(b.build());
    return model ? *model : nullptr;
}

} // namespace

class TestItemModels : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void treePrints();
    void treeKeepsRows();
    void treeTakesAndLosesVariants();
    void treeOrphansBecomeRoots();
    void treeRenames();
    void treeToolTipsTell();
    void layersPrint();
    void layersShowMeasurements();
    void layersTakeBits();
    void layersSort();
};

void TestItemModels::treePrints() {
    VariantTreeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    model.setVariants(family());
    QCOMPARE(printed(model),
             (QStringList{
                 QStringLiteral("source | – | – | 2.00 KiB | 12.0 k | – | 0 B | 0"),
                 QStringLiteral("  pruned | 75.00 % | 95.00 % | 1.00 KiB | 24.0 k | 0.500 ms | 0 B | 0"),
                 QStringLiteral("    pruned, int8 | – | – | 300 B | 48.0 k | – | 0 B | 0"),
                 QStringLiteral("  int8 | – | – | 600 B | 36.0 k | – | 0 B | 0"),
             }));
    for (const VariantId id : {1, 2, 3, 4})
        QCOMPARE(model.idOf(model.indexOf(id)), id);
    QVERIFY(!model.indexOf(5).isValid());
    QCOMPARE(model.idOf({}), VariantId(0));
    QCOMPARE(model.indexOf(4).parent(), model.indexOf(2));
    for (int column = 0; column < model.columnCount(); ++column)
        QVERIFY(!model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
}

void TestItemModels::treeKeepsRows() {
    VariantTreeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    auto all = family();
    model.setVariants(all);
    const QPersistentModelIndex kept(model.indexOf(3));
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    all[2].top1 = proportion(100, 200);
    model.setVariants(all);
    QCOMPARE(resets.count(), 0);
    QVERIFY(changes.count() > 0);
    QVERIFY(kept.isValid());
    QCOMPARE(kept.sibling(kept.row(), VariantTreeModel::Accuracy).data().toString(), QStringLiteral("50.00 %"));
}

void TestItemModels::treeTakesAndLosesVariants() {
    VariantTreeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    auto all = family();
    model.setVariants(all);
    all.push_back(variant(5, 3, "later", 5));
    model.setVariants(all);
    QCOMPARE(model.rowCount(model.indexOf(3)), 1);
    QCOMPARE(model.indexOf(5).parent(), model.indexOf(3));
    all.resize(1);
    model.setVariants(all);
    QCOMPARE(printed(model).size(), 1);
    model.setVariants(std::vector<VariantSummary>());
    QCOMPARE(model.rowCount(), 0);
}

void TestItemModels::treeOrphansBecomeRoots() {
    VariantTreeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    auto all = family();
    all.erase(all.begin() + 1); // "pruned" is hidden, its child is not
    model.setVariants(all);
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(!model.indexOf(4).parent().isValid());
    // The order of the list does not matter: a child may come before its parent.
    std::reverse(all.begin(), all.end());
    model.setVariants(all);
    QCOMPARE(model.indexOf(3).parent(), model.indexOf(1));
    QCOMPARE(model.rowCount(), 2);
}

void TestItemModels::treeRenames() {
    VariantTreeModel model;
    model.setVariants(family());
    QSignalSpy renames(&model, &VariantTreeModel::renameRequested);
    const auto name = model.indexOf(2);
    QVERIFY(name.flags() & Qt::ItemIsEditable);
    QVERIFY(!(name.siblingAtColumn(VariantTreeModel::Size).flags() & Qt::ItemIsEditable));
    QVERIFY(model.setData(name, QStringLiteral("half"), Qt::EditRole));
    QVERIFY(!model.setData(name.siblingAtColumn(VariantTreeModel::Size), 3, Qt::EditRole));
    QCOMPARE(renames.count(), 1);
    QCOMPARE(renames[0][0].toLongLong(), 2);
    QCOMPARE(renames[0][1].toString(), QStringLiteral("half"));
    QCOMPARE(name.data().toString(), QStringLiteral("pruned")); // until the project has it
}

void TestItemModels::treeToolTipsTell() {
    VariantTreeModel model;
    model.setVariants(family());
    const auto tip = [&](VariantId id, int column) {
        return model.indexOf(id).siblingAtColumn(column).data(Qt::ToolTipRole).toString();
    };
    QVERIFY(tip(2, VariantTreeModel::Size).contains(QStringLiteral("−50.0 %")));
    QVERIFY(!tip(1, VariantTreeModel::Size)
                 .contains(QStringLiteral("against"))); // the source is what others are compared with
    QVERIFY(tip(4, VariantTreeModel::Macs).contains(QStringLiteral("+300.0 %"))); // against the root, not the parent
    const auto interval = proportion(150, 200);
    QVERIFY(tip(2, VariantTreeModel::Accuracy).contains(QString::number(interval.low, 'f', 2)));
    QVERIFY(tip(2, VariantTreeModel::Latency).contains(QStringLiteral("host")));
    QVERIFY(tip(1, VariantTreeModel::Latency).contains(QStringLiteral("Not measured")));
}

void TestItemModels::layersPrint() {
    LayerTableModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    const auto analysed = network();
    QVERIFY(analysed);
    model.setModel(analysed);
    QCOMPARE(printed(model), (QStringList{
                                 QStringLiteral("first | Conv | %1 | 108 | 432 B | 6,912 |  |  | float32 |  | ")
                                     .arg(QString::fromStdString(shapeText(Shape{1, 4, 8, 8}))),
                                 QStringLiteral("relu | Relu | %1 |  |  |  |  |  | float32 |  | ")
                                     .arg(QString::fromStdString(shapeText(Shape{1, 4, 8, 8}))),
                                 QStringLiteral("second | Conv | %1 | 8 | 32 B | 512 |  |  | float32 |  | ")
                                     .arg(QString::fromStdString(shapeText(Shape{1, 2, 8, 8}))),
                             }));
    const auto* second = analysed->model->graph->findNode("second");
    QCOMPARE(model.rowOf(second->id), 2);
    QCOMPARE(model.nodeAt(2), second->id);
    QCOMPARE(model.rowOf(NodeId{12345}), -1);
    QVERIFY(!model.nodeAt(-1).valid());
    QVERIFY(!model.nodeAt(3).valid());
    model.setModel(nullptr);
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.rowOf(second->id), -1);
}

void TestItemModels::layersShowMeasurements() {
    LayerTableModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    const auto analysed = network();
    QVERIFY(analysed);
    model.setModel(analysed);
    Profile profile;
    profile.nodes = {{"second", "Conv", 0.25, 0.75, "Conv", "float32", false}};
    std::vector<std::optional<double>> sparsity(analysed->model->graph->nodeIdLimit());
    sparsity[analysed->model->graph->findNode("first")->id.number] = 0.5;
    model.setMeasured(profile, sparsity);
    const auto cell = [&](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(cell(2, LayerTableModel::Time), QStringLiteral("0.250 ms"));
    QCOMPARE(cell(2, LayerTableModel::Share), QStringLiteral("75.00 %"));
    QCOMPARE(cell(0, LayerTableModel::Time), QString());
    QCOMPARE(cell(0, LayerTableModel::Sparsity), QStringLiteral("50.00 %"));
    model.setMeasured(std::nullopt, {});
    QCOMPARE(cell(2, LayerTableModel::Time), QString());
    QCOMPARE(cell(0, LayerTableModel::Sparsity), QString());
}

void TestItemModels::layersTakeBits() {
    LayerTableModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    const auto analysed = network();
    QVERIFY(analysed);
    model.setModel(analysed);
    const auto first = analysed->model->graph->findNode("first")->id,
               second = analysed->model->graph->findNode("second")->id;
    model.setBits({{first, {4, 4, 432, 60}}, {second, {LayerBits::automatic, 8, 32, 12}}});
    const auto cell = [&](int row) { return model.index(row, LayerTableModel::Bits); };
    QCOMPARE(cell(0).data().toString(), QStringLiteral("4"));
    QCOMPARE(cell(1).data().toString(), QString()); // no weights
    QCOMPARE(cell(2).data().toString(), QStringLiteral("automatic: 8"));
    QCOMPARE(cell(0).data(Qt::EditRole).toInt(), 4);
    QVERIFY(cell(0).flags() & Qt::ItemIsEditable);
    QVERIFY(!(cell(1).flags() & Qt::ItemIsEditable));
    QVERIFY(!(model.index(0, LayerTableModel::Name).flags() & Qt::ItemIsEditable));
    // An edit is asked for; only what brings the bits changes them.
    QSignalSpy asked(&model, &LayerTableModel::bitsEdited);
    QVERIFY(model.setData(cell(2), 3, Qt::EditRole));
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].toUInt(), second.number);
    QCOMPARE(asked[0][1].toInt(), 3);
    QCOMPARE(cell(2).data().toString(), QStringLiteral("automatic: 8"));
    QVERIFY(model.setData(cell(0), 4, Qt::EditRole)); // as it is
    for (const int wrong : {1, 9, -2})
        QVERIFY(!model.setData(cell(0), wrong, Qt::EditRole));
    QVERIFY(!model.setData(cell(1), 4, Qt::EditRole));
    QCOMPARE(asked.size(), 1);
    model.setModel(nullptr);
    QVERIFY(model.bits().empty());
}

void TestItemModels::layersSort() {
    LayerTableModel model;
    const auto analysed = network();
    QVERIFY(analysed);
    model.setModel(analysed);
    QSortFilterProxyModel sorted;
    sorted.setSourceModel(&model);
    sorted.setSortRole(LayerTableModel::SortRole);
    sorted.sort(LayerTableModel::Macs, Qt::AscendingOrder);
    QStringList names;
    for (int row = 0; row < sorted.rowCount(); ++row)
        names.append(sorted.index(row, 0).data().toString());
    QCOMPARE(names, (QStringList{QStringLiteral("relu"), QStringLiteral("second"), QStringLiteral("first")}));
}

QTEST_GUILESS_MAIN(TestItemModels)
#include "tst_itemmodels.moc"
