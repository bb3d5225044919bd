// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/allocation.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace lapidary;

namespace {

using Parts = std::vector<std::vector<AllocationChoice>>;

/// Convexity is not assumed: costs and losses are any numbers.
Parts randomParts(std::uint64_t seed, int count) {
    std::mt19937_64 random(seed);
    Parts parts;
    for (int p = 0; p < count; ++p) {
        parts.emplace_back();
        for (std::uint64_t c = 0; c < 2 + random() % 4; ++c)
            parts.back().push_back({double(random() % 50), double(random() % 100)});
    }
    return parts;
}

/// Least loss by trying everything.
double bestByTrying(const Parts& parts, double budget, std::size_t part = 0) {
    if (part == parts.size())
        return budget >= 0 ? 0 : std::numeric_limits<double>::infinity();
    double best = std::numeric_limits<double>::infinity();
    for (const AllocationChoice& choice : parts[part])
        best = std::min(best, choice.loss + bestByTrying(parts, budget - choice.cost, part + 1));
    return best;
}

} // namespace

class TestAllocation : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void asGoodAsTryingEverything() {
        for (std::uint64_t seed = 1; seed <= 25; ++seed) {
            const Parts parts = randomParts(seed, 6);
            double span = 0;
            for (const auto& choices : parts) {
                const auto [low, high] = std::ranges::minmax(choices, {}, &AllocationChoice::cost);
                span += high.cost - low.cost;
            }
            // One bucket for each unit of cost: nothing is rounded.
            const Allocation allocation(parts, std::size_t(span) + 1 + (span < 1 ? 1 : 0));
            for (double budget = allocation.cheapest(); budget <= allocation.dearest(); budget += 7) {
                const auto choices = allocation.choicesFor(budget);
                QVERIFY(allocation.costOf(choices) <= budget + 1e-9);
                QCOMPARE(allocation.lossOf(choices), bestByTrying(parts, budget));
            }
        }
    }

    void neverOverBudgetWhenRounded() {
        const Parts parts = randomParts(99, 40);
        const Allocation allocation(parts, 333);
        double before = std::numeric_limits<double>::infinity();
        for (double budget = allocation.cheapest(); budget <= allocation.dearest(); budget += 3.3) {
            const auto choices = allocation.choicesFor(budget);
            QVERIFY(allocation.costOf(choices) <= budget + 1e-9);
            QVERIFY(allocation.lossOf(choices) <= before + 1e-9); // more budget never hurts
            before = allocation.lossOf(choices);
        }
    }

    void oddInputs() {
        const Allocation none({});
        QVERIFY(none.choicesFor(5).empty());
        const Allocation equal(Parts{{{3, 2}, {3, 1}}, {{4, 7}}});
        QCOMPARE(equal.choicesFor(7), (std::vector<std::size_t>{1, 0}));
        const Allocation tooLittle(Parts{{{3, 2}, {1, 5}}});
        QCOMPARE(tooLittle.choicesFor(0.5), (std::vector<std::size_t>{1}));
        const Allocation broken(Parts{{{1, 1}}, {}});
        QVERIFY(broken.choicesFor(1).empty());
    }
};

QTEST_GUILESS_MAIN(TestAllocation)
#include "tst_allocation.moc"
