// SPDX-License-Identifier: GPL-3.0-or-later
// The variants as people arrange them: sorted, filtered, flat, against a reference, with every metric that was
// measured.
#include "tests/support/testsupport.h"
#include "ui/models/variantsweep.h"
#include "ui/models/varianttreemodel.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

using Tester = QAbstractItemModelTester;

RunRecord run(const char* kind, const char* subject, const char* result) {
    RunRecord record;
    record.kind = kind;
    record.subject = subject;
    record.result = *Json::parse(result);
    return record;
}

VariantSummary variant(VariantId id, VariantId parent, const char* name, std::uint64_t bytes, double top1) {
    VariantSummary summary;
    summary.record.id = id;
    summary.record.parent = parent;
    summary.record.name = name;
    summary.record.fileBytes = bytes;
    if (top1 > 0)
        summary.readings.push_back({"top1", {}, top1, MetricReading::Interval{top1 - 1, top1 + 1}, false});
    return summary;
}

/// source > (a > c), b
std::vector<VariantSummary> family() {
    auto all = std::vector{variant(1, 0, "source", 4096, 90), variant(2, 1, "pruned a", 2048, 80),
                           variant(3, 1, "int8 b", 1024, 88), variant(4, 2, "pruned c", 512, 0)};
    addReadings(run("profile", "host", R"({"median_ms": 2.0, "ci95_ms": [1.9, 2.2], "energy_mj": 7.5})"),
                all[0].readings);
    addReadings(run("profile", "board", R"({"median_ms": 20.0})"), all[1].readings);
    return all;
}

QStringList names(const QAbstractItemModel& model, const QModelIndex& parent = {}) {
    QStringList all;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const auto index = model.index(row, 0, parent);
        all.append(index.data().toString());
        all += names(model, index);
    }
    return all;
}

int columnOf(const VariantTreeModel& model, const QString& id) {
    for (int column = 1; column < model.columnCount(); ++column)
        if (model.metric(column)->id() == id)
            return column;
    return -1;
}

} // namespace

class TestVariantList : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void readingsOfRuns();
    void columnsFollowTheRuns();
    void sortsAndKeepsTheMissingLast();
    void persistentIndexesFollowTheSort();
    void flatRanksAll();
    void filters_data();
    void filters();
    void filterKeepsAncestors();
    void differencesAreAgainstTheReference();
    void looksShow();
    void fiveThousand();
    void sweepValues();
    void tagsFromText();
};

void TestVariantList::readingsOfRuns() {
    std::vector<MetricReading> readings;
    addReadings(run("evaluation", "d",
                    R"({"samples": 100, "top1": 91.5, "top1_low": 90, "top1_high": 93, "seconds": 3, "map": 0.4})"),
                readings);
    QCOMPARE(readings.size(), std::size_t(2)); // neither samples nor seconds, nor the ends of the interval
    QCOMPARE(findReading(readings, "top1", "")->interval->high, 93.0);
    QCOMPARE(findReading(readings, "map", "")->value, 0.4);
    addReadings(run("profile", "host", R"({"median_ms": 2, "ci95_ms": [1, 3]})"), readings);
    addReadings(run("profile", "host", R"({"median_ms": 1, "estimate": true})"), readings);
    QVERIFY2(!findReading(readings, "latency_ms", "host")->estimate, "an estimate replaces no measurement");
    addReadings(run("profile", "stick", R"({"median_ms": 1, "estimate": true})"), readings);
    QVERIFY(findReading(readings, "latency_ms", "stick")->estimate);
    addReadings(run("profile", "stick", R"({"median_ms": 4})"), readings);
    QCOMPARE(findReading(readings, "latency_ms", "stick")->value, 4.0);
    QVERIFY(!findReading(readings, "latency_ms", "stick")->estimate);
    addReadings(run("comparison", "x", R"({"top1": 1})"), readings);
    QCOMPARE(findReading(readings, "top1", "")->value, 91.5);
}

void TestVariantList::columnsFollowTheRuns() {
    VariantTreeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setVariants(family());
    const int host = columnOf(model, QStringLiteral("latency_ms@host"));
    const int board = columnOf(model, QStringLiteral("latency_ms@board"));
    QVERIFY(host > 0 && board > host);
    QVERIFY(columnOf(model, QStringLiteral("energy_mj@host")) > 0);
    QCOMPARE(columnOf(model, QStringLiteral("energy_mj@board")), -1);
    QCOMPARE(model.index(0, host).data().toString(), QStringLiteral("2.00 ms"));
    QVERIFY(model.headerData(host, Qt::Horizontal, Qt::DisplayRole).toString().contains(QStringLiteral("host")));
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    auto more = family();
    more[2].readings.push_back({"miou", {}, 0.7, {}, false});
    model.setVariants(more);
    QCOMPARE(resets.count(), 1);
    QVERIFY(columnOf(model, QStringLiteral("miou")) > 0);
}

void TestVariantList::sortsAndKeepsTheMissingLast() {
    VariantTreeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setVariants(family());
    model.sort(VariantTreeModel::Size, Qt::AscendingOrder);
    QCOMPARE(names(model), (QStringList{"source", "int8 b", "pruned a", "pruned c"}));
    model.sort(VariantTreeModel::Name, Qt::DescendingOrder);
    QCOMPARE(names(model), (QStringList{"source", "pruned a", "pruned c", "int8 b"}));
    model.setFlat(true);
    for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        model.sort(VariantTreeModel::Accuracy, order);
        QCOMPARE(names(model).last(), QStringLiteral("pruned c"));
    }
    QCOMPARE(names(model).first(), QStringLiteral("source"));
    model.sort(-1, Qt::AscendingOrder);
    QCOMPARE(names(model), (QStringList{"source", "pruned a", "int8 b", "pruned c"}));
}

void TestVariantList::persistentIndexesFollowTheSort() {
    VariantTreeModel model;
    model.setVariants(family());
    const QPersistentModelIndex kept(model.indexOf(3).siblingAtColumn(VariantTreeModel::Size));
    const int before = kept.row();
    model.sort(VariantTreeModel::Size, Qt::AscendingOrder);
    QVERIFY(kept.row() != before);
    QCOMPARE(kept.data().toString(), QStringLiteral("1.00 KiB"));
    QCOMPARE(model.idOf(kept), VariantId(3));
}

void TestVariantList::flatRanksAll() {
    VariantTreeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setVariants(family());
    model.setFlat(true);
    model.sort(VariantTreeModel::Size, Qt::AscendingOrder);
    QCOMPARE(names(model), (QStringList{"pruned c", "int8 b", "pruned a", "source"}));
    QCOMPARE(model.rowCount(), 4);
    QVERIFY(!model.indexOf(4).parent().isValid());
}

void TestVariantList::filters_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<int>>("found");
    QTest::newRow("nothing") << "" << QList<int>{1, 2, 3, 4};
    QTest::newRow("name") << "PRUNED" << QList<int>{2, 4};
    QTest::newRow("without") << "-pruned" << QList<int>{1, 3};
    QTest::newRow("tag") << "tag:best" << QList<int>{3};
    QTest::newRow("tag without prefix") << "best" << QList<int>{3};
    QTest::newRow("note") << "shipped" << QList<int>{4};
    QTest::newRow("number") << "top1>85" << QList<int>{1, 3};
    QTest::newRow("number not measured") << "top1<85" << QList<int>{2};
    QTest::newRow("unit") << "file<=1KiB" << QList<int>{3, 4};
    QTest::newRow("k") << "file<1k" << QList<int>{4};
    QTest::newRow("two words") << "file<3k pruned" << QList<int>{2, 4};
    QTest::newRow("any device") << "latency>10" << QList<int>{2};
    QTest::newRow("half typed") << "top1>" << QList<int>{1, 2, 3, 4};
    QTest::newRow("unknown metric") << "colour>3" << QList<int>{};
}

void TestVariantList::filters() {
    QFETCH(QString, text);
    QFETCH(QList<int>, found);
    VariantLook best, noted;
    best.tags = {"best"};
    noted.note = "Shipped in May";
    const VariantFilter filter(text);
    QList<int> fitting;
    for (const auto& one : family()) {
        const auto* look = one.record.id == 3 ? &best : one.record.id == 4 ? &noted : nullptr;
        if (filter.fits(one, look))
            fitting.append(int(one.record.id));
    }
    QCOMPARE(fitting, found);
    QVERIFY(filter.problem().isEmpty());
    QVERIFY(!VariantFilter(QStringLiteral("top1>many")).problem().isEmpty());
}

void TestVariantList::filterKeepsAncestors() {
    VariantTreeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setVariants(family());
    model.setFilter(VariantFilter(QStringLiteral("c file<1k")));
    QCOMPARE(names(model), (QStringList{"source", "pruned a", "pruned c"}));
    QCOMPARE(model.foundCount(), 1);
    QVERIFY(!model.indexOf(1).data(VariantTreeModel::FoundRole).toBool());
    QVERIFY(model.indexOf(4).data(VariantTreeModel::FoundRole).toBool());
    QVERIFY(!model.indexOf(3).isValid());
    model.setFlat(true);
    QCOMPARE(names(model), QStringList{"pruned c"});
    model.setFilter({});
    QCOMPARE(model.rowCount(), 4);
}

void TestVariantList::differencesAreAgainstTheReference() {
    VariantTreeModel model;
    model.setVariants(family());
    const auto at = [&](VariantId id, int column, int role) {
        return model.indexOf(id).siblingAtColumn(column).data(role);
    };
    QCOMPARE(at(2, VariantTreeModel::Accuracy, VariantTreeModel::DeltaRole).toString(), QStringLiteral("−10.00"));
    QCOMPARE(at(2, VariantTreeModel::Accuracy, VariantTreeModel::JudgementRole).toInt(), -1);
    QCOMPARE(at(2, VariantTreeModel::Size, VariantTreeModel::DeltaRole).toString(), QStringLiteral("−50.0 %"));
    QCOMPARE(at(2, VariantTreeModel::Size, VariantTreeModel::JudgementRole).toInt(), 1);
    QVERIFY(at(1, VariantTreeModel::Size, VariantTreeModel::DeltaRole).toString().isEmpty());
    QVERIFY(at(4, VariantTreeModel::Accuracy, VariantTreeModel::DeltaRole).toString().isEmpty());
    auto profiled = family();
    profiled[0].latency = profiled[1].latency = TimingSummary();
    profiled[0].latency->median = 2;
    profiled[1].latency->median = 20;
    profiled[0].device = "host";
    profiled[1].device = "board";
    model.setVariants(profiled);
    QVERIFY2(at(2, VariantTreeModel::Latency, VariantTreeModel::DeltaRole).toString().isEmpty(), "two devices");
    profiled[1].device = "host";
    model.setVariants(profiled);
    QCOMPARE(at(2, VariantTreeModel::Latency, VariantTreeModel::DeltaRole).toString(), QStringLiteral("+900.0 %"));
    model.setReference(3);
    QCOMPARE(at(2, VariantTreeModel::Size, VariantTreeModel::DeltaRole).toString(), QStringLiteral("+100.0 %"));
    QCOMPARE(at(1, VariantTreeModel::Accuracy, VariantTreeModel::DeltaRole).toString(), QStringLiteral("+2.00"));
    QVERIFY(at(3, 0, VariantTreeModel::ReferenceRole).toBool());
    QCOMPARE(at(1, VariantTreeModel::Size, VariantTreeModel::BarRole).toDouble(), 1.0);
    QCOMPARE(at(3, VariantTreeModel::Size, VariantTreeModel::BarRole).toDouble(), 0.25);
    QVERIFY(!at(4, VariantTreeModel::Accuracy, VariantTreeModel::BarRole).isValid());
}

void TestVariantList::looksShow() {
    VariantTreeModel model;
    model.setVariants(family());
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    model.setLooks({{3, {"#ff0000", {"best", "ship"}, "A note"}}});
    QVERIFY(changes.count() > 0);
    QCOMPARE(model.indexOf(3).data(VariantTreeModel::TagsRole).toStringList(), (QStringList{"best", "ship"}));
    QVERIFY(model.indexOf(3).data(VariantTreeModel::ColorRole).isValid());
    QVERIFY(!model.indexOf(2).data(VariantTreeModel::ColorRole).isValid());
    QVERIFY(model.indexOf(3).data(Qt::ToolTipRole).toString().contains(QStringLiteral("A note")));
}

/// Bounds are far from what is measured (printed), and only there to catch what grows with the square.
void TestVariantList::fiveThousand() {
    std::vector<VariantSummary> all;
    for (int i = 1; i <= 5000; ++i)
        all.push_back(variant(i,
                              i == 1       ? 0
                              : i % 7 == 0 ? i - 1
                                           : 1,
                              "variant", std::uint64_t(i * 37 % 1000), 50 + i % 50));
    const auto list = std::make_shared<const std::vector<VariantSummary>>(std::move(all));
    VariantTreeModel model;
    QElapsedTimer timer;
    const auto timed = [&](const char* what, auto work) {
        timer.start();
        work();
        const auto ms = timer.elapsed();
        qInfo("%s: %lld ms", what, ms);
        return ms < 3000;
    };
    QVERIFY(timed("show", [&] { model.setVariants(list); }));
    QVERIFY(timed("show again", [&] { model.setVariants(list); }));
    QVERIFY(timed("sort", [&] { model.sort(VariantTreeModel::Accuracy, Qt::DescendingOrder); }));
    QVERIFY(timed("filter", [&] { model.setFilter(VariantFilter(QStringLiteral("top1>70"))); }));
    QVERIFY(timed("every cell", [&] {
        for (int row = 0; row < model.rowCount(model.index(0, 0)); ++row)
            for (int column = 0; column < model.columnCount(); ++column)
                for (const int role :
                     {int(Qt::DisplayRole), int(VariantTreeModel::DeltaRole), int(VariantTreeModel::BarRole)})
                    (void)model.index(row, column, model.index(0, 0)).data(role);
    }));
}

void TestVariantList::sweepValues() {
    ParamSpec ratio;
    ratio.key = "ratio";
    ratio.minimum = 0;
    ratio.maximum = 1;
    ParamSpec bits;
    bits.key = "bits";
    bits.type = ParamType::Integer;
    bits.defaultValue = 8;
    const auto numbers = [](const std::vector<Json>& values) {
        QList<double> list;
        for (const auto& value : values)
            list.append(value.toDouble());
        return list;
    };
    QCOMPARE(numbers(evenSweepValues(ratio, 0.1, 0.9, 5)), (QList<double>{0.1, 0.3, 0.5, 0.7, 0.9}));
    QCOMPARE(numbers(evenSweepValues(ratio, 0.2, 0.4, 1)), (QList<double>{0.2}));
    QCOMPARE(numbers(evenSweepValues(bits, 2, 4, 9)), (QList<double>{2, 3, 4}));
    ratio.defaultValue = 0.5;
    const ParamSchema schema({ratio, bits});
    QCOMPARE(numbers(sweepParameterOf(schema, "ratio", QStringLiteral("0.25, 0.5;0.5 0.75"))->values),
             (QList<double>{0.25, 0.5, 0.75}));
    QCOMPARE(numbers(sweepParameterOf(schema, "ratio", QStringLiteral(" 0.2:0.6:0.2 "))->values),
             (QList<double>{0.2, 0.4, 0.6}));
    QVERIFY(!sweepParameterOf(schema, "ratio", QStringLiteral("0.25, much")));
    QVERIFY(!sweepParameterOf(schema, "ratio", QStringLiteral("2")));
    QCOMPARE(sweepable(schema).size(), std::size_t(2));
}

void TestVariantList::tagsFromText() {
    QCOMPARE(tagsOf(" ship, best ,,ship"), (std::vector<std::string>{"best", "ship"}));
    QVERIFY(tagsOf("  ").empty());
}

QTEST_MAIN(TestVariantList)
#include "tst_variantlist.moc"
