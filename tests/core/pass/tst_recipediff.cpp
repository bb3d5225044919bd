// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/recipediff.h"
#include "testsupport.h"

#include <QTest>

using namespace lapidary;

namespace {

RecipeStep step(const std::string& pass, ParamSet params = {}, std::vector<std::string> nodes = {}) {
    RecipeStep made;
    made.pass = pass;
    made.params = std::move(params);
    made.nodes = std::move(nodes);
    return made;
}

Recipe recipe(std::vector<RecipeStep> steps) {
    Recipe made;
    made.steps = std::move(steps);
    return made;
}

const ParamSchema& pruneSchema() {
    static const ParamSchema schema = [] {
        ParamSpec ratio;
        ratio.key = "ratio";
        ratio.defaultValue = 0.5;
        ParamSpec mode;
        mode.key = "mode";
        mode.type = ParamType::Choice;
        mode.defaultValue = "l1";
        return ParamSchema({ratio, mode});
    }();
    return schema;
}

const ParamSchema* schemas(const std::string& pass) {
    return pass == "prune.channels" ? &pruneSchema() : nullptr;
}

} // namespace

class TestRecipeDiff : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void identical() {
        const auto a = recipe({step("simplify.graph"), step("prune.channels", {{"ratio", 0.3}})});
        const auto diff = diffRecipes(a, a);
        QVERIFY(diff.identical());
        QCOMPARE(diff.same, std::size_t(2));
        QCOMPARE(diff.toText(), std::string("  simplify.graph\n  prune.channels\n"));
        QVERIFY(diffRecipes({}, {}).identical());
    }

    void changedParameters() {
        const auto diff =
            diffRecipes(recipe({step("simplify.graph"), step("prune.channels", {{"ratio", 0.3}})}),
                        recipe({step("simplify.graph"), step("prune.channels", {{"mode", "l2"}})}), schemas);
        QCOMPARE(diff.changed, std::size_t(1));
        QCOMPARE(diff.toText(), std::string("  simplify.graph\n~ prune.channels: mode l1 (default) → l2, ratio 0.3 → "
                                            "0.5 (default)\n"));
        // What is given its default was not changed.
        QVERIFY(
            diffRecipes(recipe({step("prune.channels", {{"ratio", 0.5}})}), recipe({step("prune.channels")}), schemas)
                .identical());
        // Without a schema the default is not known, but that it differs is.
        const auto blind = diffRecipes(recipe({step("x.y", {{"n", 1}})}), recipe({step("x.y")}));
        QCOMPARE(blind.toText(), std::string("~ x.y: n 1 → default\n"));
        QVERIFY(diffRecipes(recipe({step("x.y", {{"n", 1}})}), recipe({step("x.y", {{"n", 1.0}})})).identical());
    }

    /// Nothing was given, and yet version 1 did something else.
    void defaultsOfEarlierVersions() {
        auto old = recipe({step("prune.channels")}), now = old;
        old.steps[0].version = 1;
        now.steps[0].version = 2;
        const auto defaults = [](const std::string&, int version) {
            return version == 1 ? ParamSet{{"mode", "l2"}} : ParamSet();
        };
        const auto text = [&](const Recipe& a, const Recipe& b) {
            return diffSteps(withDefaultsOfTheirTime(seededSteps(a), defaults),
                             withDefaultsOfTheirTime(seededSteps(b), defaults), schemas)
                .toText();
        };
        QCOMPARE(text(old, now), std::string("~ prune.channels: mode l2 → l1 (default), version 1 → 2\n"));
        old.steps[0].params["mode"] = "l1"; // what was given counts
        QCOMPARE(text(old, now), std::string("~ prune.channels: version 1 → 2\n"));
        QCOMPARE(text(now, now), std::string("  prune.channels\n"));
    }

    void addedAndRemoved() {
        const auto a =
            recipe({step("simplify.graph"), step("prune.channels", {{"ratio", 0.3}}), step("quantize.int8")});
        const auto b = recipe({step("factorize.low_rank"), step("prune.channels", {{"ratio", 0.3}}),
                               step("train.fine_tune", {{"epochs", 2}}), step("quantize.int8")});
        const auto diff = diffRecipes(a, b);
        QCOMPARE(diff.toText(), std::string("- simplify.graph\n+ factorize.low_rank\n  prune.channels\n"
                                            "+ train.fine_tune: epochs 2\n  quantize.int8\n"));
        QCOMPARE(diff.added, std::size_t(2));
        QCOMPARE(diff.removed, std::size_t(1));
        const auto mirrored = diffRecipes(b, a);
        QCOMPARE(mirrored.added, diff.removed);
        QCOMPARE(mirrored.removed, diff.added);
    }

    /// Of three prunings the one left is the one that did not change.
    void repeatedPasses() {
        const auto a = recipe({step("p", {{"r", 1}}), step("p", {{"r", 2}}), step("p", {{"r", 3}})});
        const auto diff = diffRecipes(a, recipe({step("p", {{"r", 2}})}));
        QCOMPARE(diff.toText(), std::string("- p: r 1\n  p\n- p: r 3\n"));
    }

    void otherSettings() {
        auto a = recipe({step("p", {}, {"/a/*"})}), b = recipe({step("p")});
        a.seed = 7;
        const auto diff = diffRecipes(a, b);
        QCOMPARE(diff.toText(), std::string("~ p: nodes [\"/a/*\"] → all, seed 7 → 0 (default)\n"));
        b = a;
        b.steps[0].enabled = false;
        QCOMPARE(diffRecipes(a, b).toText(), std::string("~ p: enabled true (default) → false\n"));
    }

    void json() {
        const auto json =
            diffRecipes(recipe({step("p", {{"r", 1}})}), recipe({step("p", {{"r", 2}}), step("q")})).toJson();
        const auto& steps = json["steps"].array();
        QCOMPARE(steps.size(), std::size_t(2));
        QCOMPARE(steps[0]["change"].toString(), std::string("changed"));
        QCOMPARE(steps[0]["settings"].array()[0]["b"].toInteger(), std::int64_t(2));
        QCOMPARE(steps[1]["b"].toInteger(), std::int64_t(1));
        QVERIFY(!steps[1].contains("a"));
        QCOMPARE(json["added"].toInteger(), std::int64_t(1));
    }
};

QTEST_GUILESS_MAIN(TestRecipeDiff)
#include "tst_recipediff.moc"
