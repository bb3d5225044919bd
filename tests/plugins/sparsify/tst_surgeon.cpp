// SPDX-License-Identifier: GPL-3.0-or-later
// The numeric core of prune.weights on made-up inputs, against least squares solved here from the inputs themselves.
#include "allocation.h"
#include "blockedsurgeon.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <Eigen/QR>

#include <QTest>

using namespace lapidary;

namespace {

using Kind = SparsityPattern::Kind;

/// Inputs of a layer, correlated as real ones are, and a problem with their exact second moments.
struct Sample {
    std::vector<Eigen::MatrixXd> inputs; ///< per group, positions x columns
    LayerProblem problem;

    Sample(const MatrixShape& shape, std::uint64_t seed, Eigen::Index positions = 60) {
        problem.shape = shape;
        const auto columns = Eigen::Index(shape.columns());
        const auto weights = test::randomFloats(shape.count(), seed);
        problem.optimum = RowMatrix(Eigen::Index(shape.outputs()), columns);
        std::copy(weights.begin(), weights.end(), problem.optimum.data());
        problem.original = problem.optimum;
        for (std::size_t g = 0; g < shape.groups; ++g) {
            const auto noise = test::randomFloats(std::size_t(positions * columns), seed + 10 + g);
            Eigen::MatrixXd x(positions, columns);
            for (Eigen::Index i = 0; i < x.size(); ++i)
                x.data()[i] = noise[std::size_t(i)];
            for (Eigen::Index c = 1; c < columns; ++c)
                x.col(c) += 0.8 * x.col(c - 1);
            inputs.push_back(x);
            problem.hessian.push_back(x.transpose() * x);
        }
    }

    /// What is left of the output's error when only the columns `kept` may be used for this row.
    double leastSquares(std::size_t row, const std::vector<Eigen::Index>& kept,
                        Eigen::VectorXd* solution = nullptr) const {
        const Eigen::MatrixXd& x = inputs[problem.groupOf(row)];
        const Eigen::VectorXd target = x * problem.optimum.row(Eigen::Index(row)).transpose();
        if (kept.empty())
            return target.squaredNorm();
        const Eigen::MatrixXd part = x(Eigen::all, kept);
        const Eigen::VectorXd w = part.colPivHouseholderQr().solve(target);
        if (solution)
            *solution = w;
        return (part * w - target).squaredNorm();
    }
};

std::vector<Eigen::Index> keptColumns(const std::set<std::size_t>& removed, std::size_t columns) {
    std::vector<Eigen::Index> kept;
    for (std::size_t c = 0; c < columns; ++c)
        if (!removed.count(c))
            kept.push_back(Eigen::Index(c));
    return kept;
}

double naiveError(const Sample& sample, const RowMatrix& weights) {
    double error = 0;
    for (Eigen::Index r = 0; r < weights.rows(); ++r) {
        const Eigen::MatrixXd& x = sample.inputs[sample.problem.groupOf(std::size_t(r))];
        error += (x * (weights.row(r) - sample.problem.optimum.row(r)).transpose()).squaredNorm();
    }
    return error;
}

SparsityPattern nOfM(std::size_t keep, std::size_t of, bool outputs = false) {
    SparsityPattern pattern;
    pattern.kind = Kind::NofM;
    pattern.keep = keep;
    pattern.of = of;
    pattern.acrossOutputs = outputs;
    return pattern;
}

SparsityPattern blocks(std::size_t rows, std::size_t columns) {
    SparsityPattern pattern;
    pattern.kind = Kind::Block;
    pattern.blockRows = rows;
    pattern.blockColumns = columns;
    return pattern;
}

std::vector<float> floats(const RowMatrix& weights) {
    return {weights.data(), weights.data() + weights.size()};
}

} // namespace

class TestSurgeon : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void removesLikeLeastSquares();
    void bundlesShareTheirBlocks();
    void setsKeepTheirShare();
    void bestWeightsSolveLeastSquares();
    void masksFollowTheCosts();
    void blockedKeepsEveryPattern_data();
    void blockedKeepsEveryPattern();
    void blockedIsExactForOneColumn();
    void stopsSoon();
    void threadsChangeNothing();
    void zerosAreSharedAtLeastCost();
    void masksBySimpleScores();
};

/// Each step of the greedy order against trying every candidate with a fresh least-squares fit.
void TestSurgeon::removesLikeLeastSquares() {
    const MatrixShape shape(2, 2, 9, 1);
    const Sample sample(shape, 3);
    const auto traces = traceRemovals(sample.problem, {}, 1, {});
    LAPIDARY_VERIFY_OK(traces);
    QCOMPARE(traces->size(), std::size_t(4));
    for (const RemovalTrace& trace : *traces) {
        std::set<std::size_t> removed;
        double before = 0;
        QCOMPARE(trace.order.size(), shape.columns());
        for (std::size_t step = 0; step < trace.order.size(); ++step) {
            double least = std::numeric_limits<double>::infinity();
            std::size_t best = 0;
            for (std::size_t c = 0; c < shape.columns(); ++c) {
                if (removed.count(c))
                    continue;
                auto without = removed;
                without.insert(c);
                const double error = sample.leastSquares(trace.rows.begin, keptColumns(without, shape.columns()));
                if (error < least) {
                    least = error;
                    best = c;
                }
            }
            QCOMPARE(std::size_t(trace.order[step]), best);
            QVERIFY(std::abs(trace.cost[step] - (least - before)) < 1e-6 * (1 + least));
            removed.insert(best);
            before = least;
        }
    }
}

void TestSurgeon::bundlesShareTheirBlocks() {
    const MatrixShape shape(1, 3, 5, 2); // blocks of 2 x 2 leave edges in both directions
    const Sample sample(shape, 5);
    const SparsityPattern pattern = blocks(2, 2);
    const auto runs = columnRuns(shape, 2);
    QCOMPARE(runs.size(), std::size_t(6));
    const auto traces = traceRemovals(sample.problem, pattern, 2, {});
    LAPIDARY_VERIFY_OK(traces);
    QCOMPARE(traces->size(), std::size_t(2));
    for (const RemovalTrace& trace : *traces) {
        std::set<std::size_t> removed;
        double before = 0;
        for (std::size_t step = 0; step < trace.order.size(); ++step) {
            double least = std::numeric_limits<double>::infinity(), total = 0;
            std::size_t best = 0;
            for (std::size_t u = 0; u < runs.size(); ++u) {
                if (removed.count(runs[u].begin))
                    continue;
                auto without = removed;
                for (std::size_t c = runs[u].begin; c < runs[u].end; ++c)
                    without.insert(c);
                double error = 0;
                for (std::size_t r = trace.rows.begin; r < trace.rows.end; ++r)
                    error += sample.leastSquares(r, keptColumns(without, shape.columns()));
                const double cost = (error - before) / double(runs[u].size() * trace.rows.size());
                if (cost < least) {
                    least = cost;
                    best = u;
                    total = error;
                }
            }
            QCOMPARE(std::size_t(trace.order[step]), best);
            QVERIFY(std::abs(trace.cost[step] - least) < 1e-6 * (1 + least));
            for (std::size_t c = runs[best].begin; c < runs[best].end; ++c)
                removed.insert(c);
            before = total;
        }
    }
}

void TestSurgeon::setsKeepTheirShare() {
    const MatrixShape shape(1, 4, 10, 2); // 10 = 4 + 4 + 2: the last set of 2:4 loses nothing
    const Sample sample(shape, 7);
    const SparsityPattern pattern = nOfM(2, 4);
    const auto traces = traceRemovals(sample.problem, pattern, 1, {});
    LAPIDARY_VERIFY_OK(traces);
    const Mask mask = maskOf(sample.problem, pattern, *traces, 0);
    QCOMPARE(std::size_t(std::count(mask.begin(), mask.end(), 0)), zerosWanted(shape, pattern, 0));
    QCOMPARE(zerosWanted(shape, pattern, 0), std::size_t(4 * 2 * 4));
    const auto weights = bestWeights(sample.problem, mask, 1, {});
    LAPIDARY_VERIFY_OK(weights);
    QVERIFY(patternHolds(floats(*weights), shape, pattern, 0));
    QVERIFY(!patternHolds(floats(sample.problem.optimum), shape, pattern, 0));
}

void TestSurgeon::bestWeightsSolveLeastSquares() {
    const MatrixShape shape(2, 3, 4, 3);
    const Sample sample(shape, 11);
    Mask mask(shape.count(), 1);
    const auto draw = test::randomFloats(mask.size(), 99);
    for (std::size_t i = 0; i < mask.size(); ++i)
        mask[i] = draw[i] > 0.2f;
    std::fill_n(mask.begin(), shape.columns(), 0);                                   // a row that loses everything
    std::fill_n(mask.begin() + std::ptrdiff_t(shape.columns()), shape.columns(), 1); // and one that keeps all
    const auto weights = bestWeights(sample.problem, mask, 2, {});
    LAPIDARY_VERIFY_OK(weights);
    for (std::size_t r = 0; r < shape.outputs(); ++r) {
        std::vector<Eigen::Index> kept;
        for (std::size_t c = 0; c < shape.columns(); ++c) {
            if (mask[r * shape.columns() + c])
                kept.push_back(Eigen::Index(c));
            else
                QCOMPARE((*weights)(Eigen::Index(r), Eigen::Index(c)), 0.0);
        }
        Eigen::VectorXd solution;
        sample.leastSquares(r, kept, &solution);
        for (std::size_t i = 0; i < kept.size(); ++i)
            QVERIFY(std::abs((*weights)(Eigen::Index(r), kept[i]) - solution(Eigen::Index(i))) < 1e-8);
    }
    const double direct = naiveError(sample, *weights);
    QVERIFY(std::abs(outputError(sample.problem, *weights) - direct) < 1e-8 * direct);
}

/// The cheapest removals of all rows together, and an error that is the sum of the costs.
void TestSurgeon::masksFollowTheCosts() {
    const MatrixShape shape(1, 5, 8, 1);
    const Sample sample(shape, 13);
    const auto traces = traceRemovals(sample.problem, {}, 1, {});
    LAPIDARY_VERIFY_OK(traces);
    const Mask mask = maskOf(sample.problem, {}, *traces, 0.6);
    QCOMPARE(std::count(mask.begin(), mask.end(), 0), std::ptrdiff_t(24));
    double spent = 0;
    for (std::size_t r = 0; r < shape.rows; ++r) {
        const auto gone = std::count(mask.begin() + std::ptrdiff_t(r * 8), mask.begin() + std::ptrdiff_t(r * 8 + 8), 0);
        for (std::ptrdiff_t i = 0; i < gone; ++i)
            spent += (*traces)[r].cost[std::size_t(i)];
    }
    const auto weights = bestWeights(sample.problem, mask, 1, {});
    LAPIDARY_VERIFY_OK(weights);
    QVERIFY(std::abs(spent - naiveError(sample, *weights)) < 1e-6 * spent);
    // Every row alike costs more.
    Mask uniform(shape.count(), 1);
    for (std::size_t r = 0; r < shape.rows; ++r)
        for (std::size_t i = 0; i < 5; ++i)
            uniform[r * 8 + (*traces)[r].order[i]] = 0;
    const auto alike = bestWeights(sample.problem, uniform, 1, {});
    LAPIDARY_VERIFY_OK(alike);
    QVERIFY(naiveError(sample, *alike) / 25 >= 0.99 * spent / 24);
}

void TestSurgeon::blockedKeepsEveryPattern_data() {
    QTest::addColumn<int>("pattern");
    for (int i = 0; i < 5; ++i)
        QTest::addRow("%d", i) << i;
}

void TestSurgeon::blockedKeepsEveryPattern() {
    QFETCH(int, pattern);
    const SparsityPattern patterns[] = {{}, nOfM(2, 4), nOfM(1, 4, true), blocks(4, 4), blocks(1, 16)};
    const SparsityPattern& one = patterns[pattern];
    const MatrixShape shape(1, 24, 30, 9); // 270 columns: more than two stripes
    const Sample sample(shape, 17, 600);
    const auto result = pruneBlocked(sample.problem, one, 0.5, {});
    LAPIDARY_VERIFY_OK(result);
    QVERIFY(patternHolds(floats(result->weights), shape, one, 0.5));
    const auto zeros = double(std::count(result->mask.begin(), result->mask.end(), 0));
    QVERIFY(std::abs(zeros - double(zerosWanted(shape, one, 0.5))) <=
            (one.kind == Kind::Block ? 0.3 : 0.01) * zeros); // edge blocks are small
    for (std::size_t i = 0; i < result->mask.size(); ++i)
        QVERIFY(result->mask[i] || result->weights.data()[i] == 0);
    RowMatrix masked = sample.problem.optimum;
    for (std::size_t i = 0; i < result->mask.size(); ++i)
        if (!result->mask[i])
            masked.data()[i] = 0;
    const auto best = bestWeights(sample.problem, result->mask, 2, {});
    LAPIDARY_VERIFY_OK(best);
    const double error = naiveError(sample, result->weights);
    QVERIFY(error < 0.95 * naiveError(sample, masked));
    QVERIFY(error >= 0.999 * naiveError(sample, *best));
    // Keeping to a given mask is the same computation.
    const auto again = pruneBlocked(sample.problem, one, 0.5, {}, &result->mask);
    LAPIDARY_VERIFY_OK(again);
    QVERIFY((again->weights - result->weights).cwiseAbs().maxCoeff() == 0);
}

/// Removing the first column only is exact in the blocked method, too: nothing before it is frozen.
void TestSurgeon::blockedIsExactForOneColumn() {
    const MatrixShape shape(1, 3, 20, 1);
    const Sample sample(shape, 19);
    Mask mask(shape.count(), 1);
    for (std::size_t r = 0; r < shape.rows; ++r)
        mask[r * shape.columns()] = 0;
    const auto blocked = pruneBlocked(sample.problem, {}, 0, {}, &mask);
    const auto best = bestWeights(sample.problem, mask, 1, {});
    LAPIDARY_VERIFY_OK(blocked);
    LAPIDARY_VERIFY_OK(best);
    QVERIFY((blocked->weights - *best).cwiseAbs().maxCoeff() < 1e-9);
}

void TestSurgeon::stopsSoon() {
    const Sample sample(MatrixShape(1, 4, 40, 9), 23, 500);
    std::stop_source source;
    source.request_stop();
    const Work work{source.get_token(), {}};
    const auto traced = traceRemovals(sample.problem, {}, 2, work);
    QVERIFY(!traced && isCancelled(traced.error()));
    const auto blocked = pruneBlocked(sample.problem, {}, 0.5, work);
    QVERIFY(!blocked && isCancelled(blocked.error()));
    const auto best = bestWeights(sample.problem, Mask(sample.problem.shape.count(), 1), 2, work);
    QVERIFY(!best && isCancelled(best.error()));
}

void TestSurgeon::threadsChangeNothing() {
    const MatrixShape shape(2, 8, 12, 3);
    const Sample sample(shape, 29, 100);
    const auto one = traceRemovals(sample.problem, blocks(2, 3), 1, {});
    const auto four = traceRemovals(sample.problem, blocks(2, 3), 4, {});
    LAPIDARY_VERIFY_OK(one);
    LAPIDARY_VERIFY_OK(four);
    for (std::size_t t = 0; t < one->size(); ++t) {
        QVERIFY((*one)[t].order == (*four)[t].order);
        QVERIFY((*one)[t].cost == (*four)[t].cost);
    }
}

/// Against trying every way to share zeros among three small layers.
void TestSurgeon::zerosAreSharedAtLeastCost() {
    std::vector<LayerCosts> layers(3);
    std::uint64_t seed = 31;
    for (LayerCosts& layer : layers) {
        for (const float value : test::randomFloats(6, seed++))
            layer.costs.push_back(value * value);
        std::sort(layer.costs.begin(), layer.costs.end());
    }
    layers[1].highest = 0.5;
    const auto costOf = [&](const std::vector<std::size_t>& counts) {
        double sum = 0;
        for (std::size_t l = 0; l < layers.size(); ++l)
            for (std::size_t i = 0; i < counts[l]; ++i)
                sum += double(layers[l].costs[i]);
        return sum;
    };
    for (const double sparsity : {0.0, 0.25, 0.5, 0.75}) {
        const auto shared = shareZeros(layers, sparsity);
        const auto wanted = std::size_t(std::floor(18 * sparsity + 0.5));
        QCOMPARE(shared[0] + shared[1] + shared[2], wanted);
        QVERIFY(shared[1] <= 3);
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t a = 0; a <= 6; ++a)
            for (std::size_t b = 0; b <= 3; ++b)
                if (wanted >= a + b && wanted - a - b <= 6)
                    least = std::min(least, costOf({a, b, wanted - a - b}));
        QVERIFY(costOf(shared) <= least + 1e-9);
    }
    // More than the limits allow: as far as it goes.
    const auto all = shareZeros(layers, 0.99);
    QCOMPARE(all[0] + all[1] + all[2], std::size_t(15));
    // Equal costs go to the first layers.
    const auto equal = shareZeros({{{1, 1}, 1, 1}, {{1, 1}, 1, 1}}, 0.5);
    QCOMPARE(equal[0], std::size_t(2));
    QCOMPARE(equal[1], std::size_t(0));
}

void TestSurgeon::masksBySimpleScores() {
    const MatrixShape shape(1, 2, 3, 2); // columns: position 0: channels 0 1 2, position 1: channels 0 1 2
    const std::vector<double> scores = {5, 1, 4, 2, 6, 3, 9, 8, 7, 12, 11, 10};
    QVERIFY((selectMask(scores, shape, {}, 0.25) == Mask{1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1}));
    QVERIFY((selectMask(scores, shape, nOfM(1, 2), 0) == Mask{1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1}));
    QVERIFY((selectMask(scores, shape, nOfM(1, 2, true), 0) == Mask{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}));
    QVERIFY((selectMask(scores, shape, blocks(1, 2), 0.25) == Mask{0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1}));
    QCOMPARE(zerosWanted(shape, blocks(1, 2), 0.25), std::size_t(4)); // an upper bound: edge blocks are smaller
    // Ties: the earlier one.
    QVERIFY((selectMask({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, shape, {}, 0.25) ==
             Mask{0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
}

QTEST_GUILESS_MAIN(TestSurgeon)
#include "tst_surgeon.moc"
