// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plots/labelplacer.h"
#include "engine/plots/niceticks.h"
#include "engine/plots/paretofrontier.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <random>

using namespace lapidary;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

bool atLeastAsGood(double a, double b, Better better) {
    return better == Better::Smaller ? a <= b : a >= b;
}

// The definition, word by word: nobody is at least as good on both axes and better on one.
std::vector<std::size_t> byDefinition(const std::vector<PlotPoint>& points, Better x, Better y) {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < points.size(); ++i) {
        bool beaten = std::isnan(points[i].x) || std::isnan(points[i].y);
        for (const PlotPoint& other : points) {
            if (std::isnan(other.x) || std::isnan(other.y)) {
                continue;
            }
            const bool noWorse = atLeastAsGood(other.x, points[i].x, x) && atLeastAsGood(other.y, points[i].y, y);
            const bool different = other.x != points[i].x || other.y != points[i].y;
            beaten = beaten || (noWorse && different);
        }
        if (!beaten) {
            result.push_back(i);
        }
    }
    std::stable_sort(result.begin(), result.end(), [&](std::size_t a, std::size_t b) {
        return points[a].x != points[b].x   ? points[a].x < points[b].x
               : points[a].y != points[b].y ? points[a].y < points[b].y
                                            : a < b;
    });
    return result;
}

} // namespace

class TestParetoFrontier : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithTheDefinition_data() {
        QTest::addColumn<int>("grid");
        QTest::newRow("many ties") << 6;
        QTest::newRow("some ties") << 40;
        QTest::newRow("hardly any ties") << 100000;
    }
    void agreesWithTheDefinition() {
        QFETCH(int, grid);
        std::mt19937 random(11);
        for (const Better x : {Better::Smaller, Better::Larger}) {
            for (const Better y : {Better::Smaller, Better::Larger}) {
                for (int round = 0; round < 60; ++round) {
                    std::vector<PlotPoint> points(static_cast<std::size_t>(round));
                    for (PlotPoint& p : points) {
                        p = {double(int(random() % unsigned(grid))), double(int(random() % unsigned(grid)))};
                        if (random() % 13 == 0) {
                            p.y = notANumber;
                        }
                    }
                    QCOMPARE(paretoFrontier(points, x, y), byDefinition(points, x, y));
                }
            }
        }
    }

    void emptyAndOne() {
        QVERIFY(paretoFrontier({}, Better::Smaller, Better::Larger).empty());
        const std::vector<PlotPoint> one{{3, 4}};
        QCOMPARE(paretoFrontier(one, Better::Smaller, Better::Larger), std::vector<std::size_t>{0});
        const std::vector<PlotPoint> none{{notANumber, 1}, {1, notANumber}};
        QVERIFY(paretoFrontier(none, Better::Smaller, Better::Larger).empty());
    }

    void staircaseShowsOnlyWhatIsReachable() {
        std::mt19937 random(5);
        for (const Better x : {Better::Smaller, Better::Larger}) {
            for (const Better y : {Better::Smaller, Better::Larger}) {
                std::vector<PlotPoint> points(40);
                for (PlotPoint& p : points) {
                    p = {double(random() % 1000), double(random() % 1000)};
                }
                std::vector<PlotPoint> best;
                for (const std::size_t i : paretoFrontier(points, x, y)) {
                    best.push_back(points[i]);
                }
                const auto steps = frontierStaircase(best, x);
                for (std::size_t i = 0; i < steps.size(); ++i) {
                    if (i > 0) {
                        QVERIFY(steps[i].x == steps[i - 1].x || steps[i].y == steps[i - 1].y);
                    }
                    // Some real variant is at least as good as every corner.
                    QVERIFY(std::any_of(points.begin(), points.end(), [&](const PlotPoint& p) {
                        return atLeastAsGood(p.x, steps[i].x, x) && atLeastAsGood(p.y, steps[i].y, y);
                    }));
                }
            }
        }
    }

    void bestWithinTheLimit() {
        const std::vector<PlotPoint> points{{10, 70}, {8, 72}, {12, 75}, {8, 72}, {5, notANumber}};
        const auto best = [&](LimitAxis axis, double limit) {
            return bestWithinLimit(points, axis, limit, Better::Smaller, Better::Larger);
        };
        QCOMPARE(best(LimitAxis::X, 11.0), std::optional<std::size_t>(1)); // first of two equals
        QCOMPARE(best(LimitAxis::X, 12.0), std::optional<std::size_t>(2)); // exactly on the limit keeps it
        QCOMPARE(best(LimitAxis::X, 7.9), std::optional<std::size_t>());
        QCOMPARE(best(LimitAxis::Y, 71.0), std::optional<std::size_t>(1)); // fastest with at least 71 %
        QCOMPARE(best(LimitAxis::Y, 74.0), std::optional<std::size_t>(2));
        QCOMPARE(best(LimitAxis::Y, 80.0), std::optional<std::size_t>());
    }

    void ticksAreRoundAndInside_data() {
        QTest::addColumn<double>("lower");
        QTest::addColumn<double>("upper");
        QTest::newRow("percent") << 66.9 << 77.5;
        QTest::newRow("tiny") << 1e-7 << 1.3e-7;
        QTest::newRow("large") << 0.0 << 1.02e8;
        QTest::newRow("negative") << -3.2 << -1.1;
        QTest::newRow("across zero") << -0.2 << 0.3;
        QTest::newRow("narrow") << 76.1 << 76.1001;
    }
    void ticksAreRoundAndInside() {
        QFETCH(double, lower);
        QFETCH(double, upper);
        const NiceTicks ticks = niceTicks(lower, upper, 6);
        QVERIFY(ticks.values.size() >= 2 && ticks.values.size() <= 16);
        const double mantissa = ticks.step / std::pow(10, std::floor(std::log10(ticks.step) + 1e-9));
        QVERIFY(qFuzzyCompare(mantissa, 1.0) || qFuzzyCompare(mantissa, 2.0) || qFuzzyCompare(mantissa, 5.0));
        QStringList labels;
        for (const double v : ticks.values) {
            QVERIFY(v >= lower - ticks.step * 1e-6 && v <= upper + ticks.step * 1e-6);
            labels << QString::fromStdString(fixedNumber(v, ticks.decimals));
        }
        QCOMPARE(QSet<QString>(labels.begin(), labels.end()).size(), labels.size());
    }

    void ticksOfNothing() {
        QVERIFY(niceTicks(1, 1, 5).values.empty());
        QVERIFY(niceTicks(2, 1, 5).values.empty());
        QVERIFY(niceTicks(notANumber, 1, 5).values.empty());
        QVERIFY(niceTicks(0, std::numeric_limits<double>::infinity(), 5).values.empty());
    }

    void numbersAsText() {
        QCOMPARE(fixedNumber(-0.001, 2), std::string("0.00"));
        QCOMPARE(fixedNumber(-1.5, 1), std::string("-1.5"));
        QCOMPARE(shortNumber(0), std::string("0"));
        QCOMPARE(shortNumber(123456), std::string("123456"));
        QCOMPARE(shortNumber(0.0012345), std::string("0.001234"));
        QCOMPARE(shortNumber(12.30), std::string("12.3"));
        QCOMPARE(shortNumber(notANumber), std::string("–"));
    }

    void labelsKeepApart() {
        std::mt19937 random(2);
        std::vector<LabelWish> wishes;
        std::vector<LabelBox> markers;
        for (int i = 0; i < 60; ++i) {
            const double x = double(random() % 600);
            const double y = double(random() % 300);
            wishes.push_back({x, y, 6, 60, 12});
            markers.push_back({x - 6, y - 6, 12, 12});
        }
        const LabelBox area{0, 0, 600, 300};
        const auto places = placeLabels(wishes, markers, {}, area);
        QCOMPARE(places.size(), wishes.size());
        int placed = 0;
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (!places[i]) {
                continue;
            }
            ++placed;
            QVERIFY(places[i]->within(area));
            for (const LabelBox& marker : markers) {
                QVERIFY(!places[i]->overlaps(marker));
            }
            for (std::size_t j = 0; j < i; ++j) {
                QVERIFY(!places[j] || !places[i]->overlaps(*places[j]));
            }
        }
        QVERIFY(placed > 20);
    }

    void labelsAvoidLines() {
        const std::vector<LabelWish> wishes{{100, 100, 5, 60, 12}};
        const LabelBox area{0, 0, 400, 200};
        const auto free = placeLabels(wishes, {}, {}, area);
        QVERIFY(free[0] && free[0]->left > 100); // to the right when nothing is in the way
        const std::vector<LabelLine> line{{100, 100, 300, 100}};
        QVERIFY(free[0]->crossedBy(100, 100, 300, 100));
        const auto moved = placeLabels(wishes, {}, line, area);
        QVERIFY(moved[0] && !moved[0]->crossedBy(100, 100, 300, 100));
        const LabelBox box{10, 10, 20, 10};
        QVERIFY(box.crossedBy(0, 0, 40, 30));
        QVERIFY(box.crossedBy(15, 12, 16, 13)); // wholly inside
        QVERIFY(!box.crossedBy(0, 0, 40, 5));
        QVERIFY(!box.crossedBy(0, 30, 9, 0));
    }
};

QTEST_APPLESS_MAIN(TestParetoFrontier)
#include "tst_paretofrontier.moc"
