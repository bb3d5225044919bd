// SPDX-License-Identifier: GPL-3.0-or-later
// What the trade-offs panel makes of the variants.
#include "tests/support/testsupport.h"
#include "ui/panels/tradeoffpoints.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

VariantSummary variant(VariantId id, VariantId parent, const char* name, std::uint64_t bytes) {
    VariantSummary summary;
    summary.record.id = id;
    summary.record.parent = parent;
    summary.record.name = name;
    summary.record.fileBytes = bytes;
    return summary;
}

/// 1 > 2 > (3 > 4, 5): the fork is below 2.
std::vector<VariantSummary> family() {
    std::vector<VariantSummary> all = {variant(1, 0, "source", 1 << 20), variant(2, 1, "simplified", 1 << 20),
                                       variant(3, 2, "pruned", 512 << 10), variant(4, 3, "pruned, int8", 128 << 10),
                                       variant(5, 2, "int8", 256 << 10)};
    all[0].readings = {{"latency_ms", "host", 2, MetricReading::Interval{1.9, 2.2}, false},
                       {"latency_ms", "board", 40, {}, true}};
    all[4].readings = {{"latency_ms", "host", 1, {}, false}};
    return all;
}

TradeoffQuestion question(ColourBy colour) {
    return {"latency_ms", "file_bytes", "", colour, "host"};
}

} // namespace

class TestTradeoffPoints : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void oneDevice() {
        const auto points = tradeoffPoints(family(), question(ColourBy::Technique), {"host"});
        QCOMPARE(points.size(), 5);
        QCOMPARE(points[0].id, QStringLiteral("1"));
        QCOMPARE(points[0].x, 2.0);
        QCOMPARE(points[0].xInterval->upper, 2.2);
        QCOMPARE(points[0].y, 1024.0); // KiB
        QVERIFY(std::isnan(points[1].x));
        QCOMPARE(points[4].parentId, QStringLiteral("2"));
        QVERIFY(points[0].xKind == ValueKind::Measured);
    }

    void otherDeviceIsAnEstimate() {
        auto asked = question(ColourBy::Technique);
        asked.device = "board";
        const auto points = tradeoffPoints(family(), asked, {"board"});
        QCOMPARE(points[0].x, 40.0);
        QVERIFY(points[0].xKind == ValueKind::Estimated);
        QVERIFY(std::isnan(points[4].x));
    }

    void byDevice() {
        const auto points = tradeoffPoints(family(), question(ColourBy::Device), {"host", "board"});
        QCOMPARE(points.size(), 10);
        QCOMPARE(points[5].id, QStringLiteral("1@board"));
        QCOMPARE(points[5].group, QStringLiteral("board"));
        QCOMPARE(points[9].parentId, QStringLiteral("2@board"));
        QCOMPARE(variantOfPoint(points[9].id), VariantId(5));
    }

    void branchesBeginAtTheFork() {
        const auto groups = variantGroups(family(), ColourBy::Branch);
        QCOMPARE(groups[0], groups[1]);
        QCOMPARE(groups[2], QStringLiteral("pruned"));
        QCOMPARE(groups[3], QStringLiteral("pruned"));
        QCOMPARE(groups[4], QStringLiteral("int8"));
        std::vector<VariantSummary> wide = {variant(1, 0, "source", 1)};
        for (int i = 2; i < 12; ++i)
            wide.push_back(variant(i, 1, "same name", 1));
        auto many = variantGroups(wide, ColourBy::Branch);
        QCOMPARE(many.last(), many[many.size() - 2]); // the rest is one
        QVERIFY2(many[1] != many[2], "branches of one name are told apart");
        many.removeDuplicates();
        QCOMPARE(many.size(), 8); // the source, six branches, the others
    }

    void parallel() {
        const std::vector<VariantMetric> metrics = {variantMetric("file_bytes"), variantMetric("latency_ms", "host"),
                                                    variantMetric("latency_ms", "board")};
        const auto axes = parallelAxes(family(), metrics);
        QCOMPARE(axes.size(), 3);
        QVERIFY(axes[1].label != axes[2].label);
        const auto lines = parallelLines(family(), metrics, ColourBy::Technique);
        QCOMPARE(lines[0].values[2], 40.0);
        QVERIFY(lines[0].estimates[2] && !lines[0].estimates[1]);
        QVERIFY(std::isnan(lines[4].values[2]));
    }
};

QTEST_MAIN(TestTradeoffPoints)
#include "tst_tradeoffpoints.moc"
