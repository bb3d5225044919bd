// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/recipe.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;

class TestRecipe : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void survivesJson();
    void refuses_data();
    void refuses();
    void textForPeople();
    void hashFollowsMeaning();
    void globs_data();
    void globs();
    void globIsNotExponential();
};

namespace {

Recipe sample() {
    Recipe recipe;
    recipe.name = "Small";
    recipe.description = "Two steps";
    recipe.seed = 18446744073709551615u;
    recipe.steps.push_back({"simplify.graph", 1, {}, {}, true});
    recipe.steps.push_back({"prune.channels", 0, {{"ratio", 0.3}}, {"/layer1/*", "op:Conv"}, true});
    recipe.steps.push_back({"quantize.int8", 0, {}, {}, false});
    return recipe;
}

} // namespace

void TestRecipe::survivesJson() {
    const Recipe recipe = sample();
    const auto again = Recipe::parse(recipe.toJson().dump(2));
    LAPIDARY_VERIFY_OK(again);
    QVERIFY(*again == recipe);
    LAPIDARY_VERIFY_OK(Recipe::parse(R"({"lapidary_recipe": 1, "steps": []})"));
}

void TestRecipe::refuses_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("mentions");
    QTest::newRow("syntax") << "{"
                            << "json.syntax"
                            << "";
    QTest::newRow("no recipe") << "[]"
                               << "recipe.format"
                               << "no recipe";
    QTest::newRow("newer") << R"({"lapidary_recipe": 2, "steps": []})"
                           << "recipe.version"
                           << "2";
    QTest::newRow("no steps") << R"({"lapidary_recipe": 1})"
                              << "recipe.format"
                              << "steps";
    QTest::newRow("misspelt member") << R"({"lapidary_recipe": 1, "step": [], "steps": []})"
                                     << "recipe.format"
                                     << "step";
    QTest::newRow("step is text") << R"({"lapidary_recipe": 1, "steps": ["a"]})"
                                  << "recipe.format"
                                  << "Step 1";
    QTest::newRow("second step without pass") << R"({"lapidary_recipe": 1, "steps": [{"pass": "a"}, {"params": {}}]})"
                                              << "recipe.format"
                                              << "Step 2";
    QTest::newRow("params misspelt") << R"({"lapidary_recipe": 1, "steps": [{"pass": "a", "param": {}}]})"
                                     << "recipe.format"
                                     << "param";
    QTest::newRow("params a list") << R"({"lapidary_recipe": 1, "steps": [{"pass": "a", "params": []}]})"
                                   << "recipe.format"
                                   << "Step 1";
    QTest::newRow("nodes a text") << R"({"lapidary_recipe": 1, "steps": [{"pass": "a", "nodes": "x"}]})"
                                  << "recipe.format"
                                  << "nodes";
    QTest::newRow("empty pattern") << R"({"lapidary_recipe": 1, "steps": [{"pass": "a", "nodes": [""]}]})"
                                   << "recipe.format"
                                   << "nodes";
    QTest::newRow("enabled a number") << R"({"lapidary_recipe": 1, "steps": [{"pass": "a", "enabled": 1}]})"
                                      << "recipe.format"
                                      << "enabled";
    QTest::newRow("version negative") << R"({"lapidary_recipe": 1, "steps": [{"pass": "a", "version": -1}]})"
                                      << "recipe.format"
                                      << "version";
    QTest::newRow("seed a text") << R"({"lapidary_recipe": 1, "seed": "7", "steps": []})"
                                 << "recipe.format"
                                 << "seed";
}

void TestRecipe::refuses() {
    QFETCH(QString, text);
    QFETCH(QString, code);
    QFETCH(QString, mentions);
    const auto recipe = Recipe::parse(text.toStdString());
    QVERIFY(!recipe);
    QCOMPARE(QString::fromStdString(recipe.error().code), code);
    QVERIFY(QString::fromStdString(recipe.error().message).contains(mentions));
}

void TestRecipe::textForPeople() {
    QCOMPARE(sample().toText(), std::string("simplify.graph; prune.channels ratio=0.3 @/layer1/* @op:Conv"));
}

void TestRecipe::hashFollowsMeaning() {
    const Recipe recipe = sample();
    Recipe renamed = recipe;
    renamed.name = "Other";
    renamed.steps.pop_back(); // it was disabled
    QCOMPARE(renamed.hash(), recipe.hash());
    Recipe other = recipe;
    other.steps[1].params["ratio"] = 0.4;
    QVERIFY(other.hash() != recipe.hash());
    other = recipe;
    other.seed = 1;
    QVERIFY(other.hash() != recipe.hash());
}

void TestRecipe::globs_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("matches");
    QTest::newRow("same") << "conv1"
                          << "conv1" << true;
    QTest::newRow("case") << "Conv1"
                          << "conv1" << false;
    QTest::newRow("prefix") << "conv"
                            << "conv1" << false;
    QTest::newRow("star crosses slashes") << "/layer1/*conv"
                                          << "/layer1/0/b/conv" << true;
    QTest::newRow("star is empty") << "a*b"
                                   << "ab" << true;
    QTest::newRow("two stars") << "*a*b"
                               << "xaxbxb" << true;
    QTest::newRow("two stars fail") << "*a*b"
                                    << "xaxbxc" << false;
    QTest::newRow("question") << "conv?"
                              << "conv12" << false;
    QTest::newRow("question one") << "conv?"
                                  << "conv1" << true;
    QTest::newRow("empty pattern") << ""
                                   << "x" << false;
    QTest::newRow("star on empty") << "*"
                                   << "" << true;
    QTest::newRow("brackets are text") << "a[0]"
                                       << "a[0]" << true;
}

void TestRecipe::globs() {
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QFETCH(bool, matches);
    QCOMPARE(globMatch(pattern.toStdString(), text.toStdString()), matches);
}

void TestRecipe::globIsNotExponential() {
    std::string pattern;
    for (int i = 0; i < 100; ++i)
        pattern += "*a";
    QVERIFY(!globMatch(pattern + "b", std::string(2000, 'a')));
}

QTEST_GUILESS_MAIN(TestRecipe)
#include "tst_recipe.moc"
