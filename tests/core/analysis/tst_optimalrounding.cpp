// SPDX-License-Identifier: GPL-3.0-or-later
// Grids and rounding against trying every code.
#include "analysis/optimalrounding.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

RowMatrix randomRows(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
    const auto numbers = randomFloats(std::size_t(rows * columns), seed);
    RowMatrix matrix(rows, columns);
    for (Eigen::Index i = 0; i < matrix.size(); ++i)
        matrix.data()[i] = double(numbers[std::size_t(i)]);
    return matrix;
}

/// Mean of x x' for inputs that depend on each other, slightly damped.
Eigen::MatrixXd correlatedGram(Eigen::Index columns, std::uint64_t seed) {
    RowMatrix x = randomRows(4 * columns, columns, seed);
    for (Eigen::Index c = 1; c < columns; ++c)
        x.col(c) += 0.9 * x.col(c - 1);
    Eigen::MatrixXd gram = x.transpose() * x / double(x.rows());
    gram.diagonal().array() += 0.01;
    return gram;
}

double errorOf(const Eigen::MatrixXd& gram, const RowMatrix& values, const RowMatrix& target) {
    double sum = 0;
    for (Eigen::Index r = 0; r < target.rows(); ++r)
        for (Eigen::Index a = 0; a < target.cols(); ++a)
            for (Eigen::Index b = 0; b < target.cols(); ++b)
                sum += (values(r, a) - target(r, a)) * gram(a, b) * (values(r, b) - target(r, b));
    return sum;
}

GridOptions options(int bits, bool symmetric = true, bool codebook = false) {
    GridOptions grid;
    grid.bits = bits;
    grid.symmetric = symmetric;
    grid.codebook = codebook;
    return grid;
}

/// The least error any codes of one row can have on this grid.
double bestByTrying(const Eigen::MatrixXd& gram, const RowMatrix& target, const RoundingGrid& grid) {
    const auto codes = std::size_t(grid.highest - grid.lowest + 1), columns = std::size_t(target.cols());
    std::size_t ways = 1;
    for (std::size_t c = 0; c < columns; ++c)
        ways *= codes;
    double best = 1e300;
    RowMatrix values(1, target.cols());
    for (std::size_t way = 0; way < ways; ++way) {
        std::size_t rest = way;
        for (std::size_t c = 0; c < columns; ++c, rest /= codes)
            values(0, Eigen::Index(c)) =
                double(grid.value(grid.cell(0, grid.group(c)), grid.lowest + int(rest % codes)));
        best = std::min(best, errorOf(gram, values, target));
    }
    return best;
}

double plainError(const RowMatrix& weights, const RoundingGrid& grid) {
    return (roundToNearest(weights, grid).values - weights).squaredNorm();
}

} // namespace

class TestOptimalRounding : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void againstTryingEverything_data();
    void againstTryingEverything();
    void noSingleCodeIsBetter();
    void neverWorseThanNearest_data();
    void neverWorseThanNearest();
    void independentInputsRoundToNearest();
    void rowsDoNotInfluenceEachOther();
    void bundlesChangeNothing();
    void betterScalesHelp();
    void singularIsRefused();
    void codesAreNearest();
    void searchClipsWhereItHelps();
    void codebooksFollowTheWeights();
    void scalesInHalfTheBytes();
    void oneScaleForAll();
};

void TestOptimalRounding::againstTryingEverything_data() {
    QTest::addColumn<bool>("symmetric");
    QTest::addColumn<bool>("codebook");
    QTest::newRow("symmetric") << true << false;
    QTest::newRow("asymmetric") << false << false;
    QTest::newRow("codebook") << true << true;
}

/// Five weights of 2 bits: 1024 ways. The method is a heuristic; it finds the best way most of the time. A codebook of
/// four levels for five weights leaves it little to gain.
void TestOptimalRounding::againstTryingEverything() {
    QFETCH(bool, symmetric);
    QFETCH(bool, codebook);
    int found = 0;
    double ours = 0, best = 0, nearest = 0;
    constexpr int cases = 60;
    for (int i = 0; i < cases; ++i) {
        const auto gram = correlatedGram(5, std::uint64_t(i));
        const RowMatrix target = randomRows(1, 5, 1000 + std::uint64_t(i));
        RoundingGrid grid = fitGrid(target, {}, options(2, symmetric, codebook));
        const auto rounder = OptimalRounder::make(gram, i % 2 == 0, {});
        LAPIDARY_VERIFY_OK(rounder);
        const double error = errorOf(gram, rounder->round(target, grid, 0, DataType::Float, true, {}).values, target);
        const double least = bestByTrying(gram, target, grid);
        QVERIFY(error >= least - 1e-9);
        found += error <= least * (1 + 1e-6) + 1e-12;
        ours += error;
        best += least;
        nearest += errorOf(gram, roundToNearest(target, grid).values, target);
    }
    const std::string text = std::to_string(found) + " of 60 found; error " + std::to_string(ours) + ", best " +
                             std::to_string(best) + ", nearest " + std::to_string(nearest);
    QVERIFY2(found >= cases * 6 / 10 && ours <= 1.25 * best && ours <= (codebook ? 1 : 0.8) * nearest, text.c_str());
}

void TestOptimalRounding::noSingleCodeIsBetter() {
    const auto gram = correlatedGram(24, 3);
    const RowMatrix target = randomRows(6, 24, 4);
    RoundingGrid grid = fitGrid(target, {}, options(3));
    const auto rounder = OptimalRounder::make(gram, true, {});
    LAPIDARY_VERIFY_OK(rounder);
    const RoundedRows rounded = rounder->round(target, grid, 0, DataType::Float, true, {});
    const double error = errorOf(gram, rounded.values, target);
    for (Eigen::Index r = 0; r < target.rows(); ++r)
        for (Eigen::Index c = 0; c < target.cols(); ++c) {
            const std::size_t cell = grid.cell(std::size_t(r), 0);
            const int code = rounded.codes[std::size_t(r * target.cols() + c)];
            QCOMPARE(rounded.values(r, c), double(grid.value(cell, code)));
            for (int other = grid.lowest; other <= grid.highest; ++other) {
                RowMatrix changed = rounded.values;
                changed(r, c) = double(grid.value(cell, other));
                QVERIFY(errorOf(gram, changed, target) >= error - 1e-9);
            }
        }
}

void TestOptimalRounding::neverWorseThanNearest_data() {
    QTest::addColumn<int>("bits");
    for (const int bits : {2, 3, 4, 6, 8})
        QTest::addRow("%d bits", bits) << bits;
}

void TestOptimalRounding::neverWorseThanNearest() {
    QFETCH(int, bits);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto gram = correlatedGram(40, seed);
        const RowMatrix target = randomRows(5, 40, 50 + seed);
        GridOptions groups = options(bits, seed % 2 == 0);
        groups.groups = 4;
        for (std::uint32_t c = 0; c < 40; ++c)
            groups.groupOf.push_back(c / 10);
        RoundingGrid grid = fitGrid(target, {}, groups);
        const double nearest = errorOf(gram, roundToNearest(target, grid).values, target);
        const auto rounder = OptimalRounder::make(gram, true, {});
        LAPIDARY_VERIFY_OK(rounder);
        const double error = errorOf(gram, rounder->round(target, grid, 0, DataType::Float, false, {}).values, target);
        QVERIFY2(error < nearest, std::to_string(error / nearest).c_str());
    }
}

void TestOptimalRounding::independentInputsRoundToNearest() {
    const RowMatrix target = randomRows(4, 12, 9);
    RoundingGrid grid = fitGrid(target, {}, options(4));
    const auto rounder = OptimalRounder::make(Eigen::MatrixXd::Identity(12, 12), true, {});
    LAPIDARY_VERIFY_OK(rounder);
    QVERIFY(rounder->round(target, grid, 0, DataType::Float, true, {}).codes == roundToNearest(target, grid).codes);
}

void TestOptimalRounding::rowsDoNotInfluenceEachOther() {
    const auto gram = correlatedGram(20, 5);
    const RowMatrix target = randomRows(7, 20, 6);
    const auto rounder = OptimalRounder::make(gram, true, {});
    LAPIDARY_VERIFY_OK(rounder);
    RoundingGrid together = fitGrid(target, {}, options(3)), alone = together;
    const RoundedRows all = rounder->round(target, together, 0, DataType::Float, false, {});
    for (Eigen::Index r = 0; r < target.rows(); ++r) {
        const RoundedRows one =
            rounder->round(target.middleRows(r, 1), alone, std::size_t(r), DataType::Float, false, {});
        QVERIFY(one.values == all.values.middleRows(r, 1));
    }
    QVERIFY(alone.scales == together.scales);
}

/// More columns than a block has.
void TestOptimalRounding::bundlesChangeNothing() {
    const auto gram = correlatedGram(150, 7);
    const RowMatrix target = randomRows(9, 150, 8);
    const auto rounder = OptimalRounder::make(gram, false, {});
    LAPIDARY_VERIFY_OK(rounder);
    RoundingGrid a = fitGrid(target, {}, options(4)), b = a;
    const RoundedRows all = rounder->round(target, a, 0, DataType::Float, false, {});
    for (Eigen::Index begin = 0; begin < 9; begin += 3)
        QVERIFY(rounder->round(target.middleRows(begin, 3), b, std::size_t(begin), DataType::Float, false, {}).values ==
                all.values.middleRows(begin, 3));
}

void TestOptimalRounding::betterScalesHelp() {
    const auto gram = correlatedGram(32, 11);
    const RowMatrix target = randomRows(16, 32, 12);
    const auto rounder = OptimalRounder::make(gram, true, {});
    LAPIDARY_VERIFY_OK(rounder);
    RoundingGrid fixed = fitGrid(target, {}, options(3)), free = fixed;
    const RowMatrix a = rounder->round(target, fixed, 0, DataType::Float, true, {}).values,
                    b = rounder->round(target, free, 0, DataType::Float, false, {}).values;
    QVERIFY(errorOf(gram, b, target) < errorOf(gram, a, target));
    QVERIFY(std::fabs(rounder->error(b, target) - errorOf(gram, b, target)) < 1e-9);
}

void TestOptimalRounding::singularIsRefused() {
    const auto rounder = OptimalRounder::make(Eigen::MatrixXd::Ones(4, 4) * -1, true, {});
    QVERIFY(!rounder);
    QCOMPARE(rounder.error().code, std::string("math.singular"));
}

void TestOptimalRounding::codesAreNearest() {
    const RowMatrix weights = randomRows(3, 50, 13);
    for (int bits = 2; bits <= 8; ++bits)
        for (const auto& kind : {options(bits), options(bits, false), options(bits, true, true)}) {
            RoundingGrid grid = fitGrid(weights, {}, kind);
            const int last = kind.codebook ? int(grid.levels.size()) - 1 : grid.highest;
            QCOMPARE(last - grid.lowest + 1, bits == 8 && kind.symmetric && !kind.codebook ? 255 : 1 << bits);
            const RoundedRows rounded = roundToNearest(weights, grid);
            for (Eigen::Index r = 0; r < 3; ++r)
                for (Eigen::Index c = 0; c < 50; ++c) {
                    const double miss = std::fabs(rounded.values(r, c) - weights(r, c));
                    for (int code = grid.lowest; code <= last; ++code)
                        QVERIFY(std::fabs(double(grid.value(std::size_t(r), code)) - weights(r, c)) >= miss - 1e-6);
                }
        }
}

void TestOptimalRounding::searchClipsWhereItHelps() {
    RowMatrix weights = randomRows(2, 200, 14);
    weights(0, 7) = 12; // far from all others
    GridOptions covering = options(3);
    covering.search = false;
    const RoundingGrid all = fitGrid(weights, {}, covering), searched = fitGrid(weights, {}, options(3));
    QVERIFY(plainError(weights, searched) < plainError(weights, all));
    QVERIFY(searched.scales[0] < all.scales[0]);
    QVERIFY(std::fabs(double(all.value(0, all.nearest(0, 12))) - 12) < 1e-5); // covered: exact
    // Errors of strong inputs weigh more: the outlier is covered if it is one.
    std::vector<double> importance(200, 1e-6);
    importance[7] = 1;
    const RoundingGrid strong = fitGrid(weights, importance, options(3));
    QVERIFY(std::fabs(double(strong.value(0, strong.nearest(0, 12))) - 12) < 0.05);
}

void TestOptimalRounding::codebooksFollowTheWeights() {
    RowMatrix weights(1, 4000); // Laplacian: many small, few large
    const RowMatrix uniform = randomRows(1, 4000, 15);
    for (Eigen::Index c = 0; c < 4000; ++c)
        weights(0, c) = std::copysign(uniform(0, c) * uniform(0, c) * 0.3, uniform(0, c));
    const RoundingGrid table = fitGrid(weights, {}, options(3, true, true)), even = fitGrid(weights, {}, options(3));
    QCOMPARE(table.levels.size(), std::size_t(8));
    QVERIFY(std::is_sorted(table.levels.begin(), table.levels.end()));
    QVERIFY(plainError(weights, table) < 0.8 * plainError(weights, even));
}

void TestOptimalRounding::scalesInHalfTheBytes() {
    GridOptions half = options(4);
    half.scaleType = DataType::BFloat16;
    const RowMatrix weights = randomRows(8, 30, 16);
    const RoundingGrid grid = fitGrid(weights, {}, half);
    for (const float scale : grid.scales) {
        const auto stored = fromFloats(DataType::BFloat16, {1}, std::vector<float>{scale});
        LAPIDARY_VERIFY_OK(stored);
        QCOMPARE(toFloats(**stored)->front(), scale);
    }
    QVERIFY(roundedScale(0, DataType::Float) > 0 && roundedScale(1e-45, DataType::BFloat16) > 0);
}

void TestOptimalRounding::oneScaleForAll() {
    GridOptions shared = options(4);
    shared.shared = true;
    const RowMatrix weights = randomRows(8, 30, 17);
    RoundingGrid grid = fitGrid(weights, {}, shared);
    QCOMPARE(grid.scales.size(), std::size_t(1));
    const auto rounder = OptimalRounder::make(correlatedGram(30, 18), true, {});
    LAPIDARY_VERIFY_OK(rounder);
    const float scale = grid.scales[0];
    rounder->round(weights, grid, 0, DataType::Float, false, {});
    QCOMPARE(grid.scales[0], scale); // rows do not fight over it
}

QTEST_GUILESS_MAIN(TestOptimalRounding)
#include "tst_optimalrounding.moc"
