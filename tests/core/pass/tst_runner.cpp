// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/grapheditor.h"
#include "pass/runner.h"
#include "pass/scope.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <stdexcept>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// A pass whose work is a function of the test.
class FakePass : public Pass {
public:
    using Run = std::function<Result<PassOutcome>(const PassInput&, PassContext&)>;
    FakePass(std::string id, Run run) : m_run(std::move(run)) {
        m_info.id = std::move(id);
        m_info.title = "Fake";
        m_info.version = 3;
        ParamSpec spec;
        spec.key = "amount";
        spec.label = "Amount";
        spec.defaultValue = 0.5;
        spec.maximum = 1;
        m_info.schema = ParamSchema({spec});
    }
    const PassInfo& info() const override { return m_info; }
    Result<PassPreview> preview(const PassInput&) const override { throw std::runtime_error("preview broke"); }
    Result<PassOutcome> run(const PassInput& input, PassContext& context) const override {
        return m_run(input, context);
    }

private:
    PassInfo m_info;
    Run m_run;
};

ModelPtr sampleModel() {
    ModelBuilder b;
    b.input("x", {1, 2, 4, 4}).init("w", {3, 2, 1, 1}, 1).init("unused", {5}, 2);
    b.node("Conv", {"x", "w"}, {"y"}, {}, "/a/conv").node("Relu", {"y"}, {"z"}, {}, "/a/relu");
    return b.output("z").build();
}

PassOutcome unchanged(const PassInput& input) {
    PassOutcome outcome;
    outcome.model = input.model;
    return outcome;
}

Recipe recipeOf(std::vector<RecipeStep> steps) {
    Recipe recipe;
    recipe.seed = 42;
    recipe.steps = std::move(steps);
    return recipe;
}

RecipeStep step(std::string pass, std::vector<std::string> nodes = {}) {
    RecipeStep out;
    out.pass = std::move(pass);
    out.nodes = std::move(nodes);
    return out;
}

struct Bench {
    PassRegistry passes;
    RunEnvironment environment;
    explicit Bench(FakePass::Run run) {
        if (!passes.add(std::make_shared<FakePass>("fake.pass", std::move(run))))
            throw std::logic_error("the pass was refused");
        environment.passes = &passes;
    }
    Result<RunReport> run(std::vector<RecipeStep> steps, const Work& work = {}) {
        return runRecipe(sampleModel(), recipeOf(std::move(steps)), environment, work);
    }
};

} // namespace

class TestRunner : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void registryRefusesDuplicatesAndBadSchemas();
    void registryKnowsWhatIsNear();
    void givesThePassWhatItNeeds();
    void resolvesScope_data();
    void resolvesScope();
    void namesThatLookLikeQueries();
    void queriesBecomePatterns();
    void refusesBadQueries();
    void catchesWhatPluginsThrow();
    void refusesBrokenResults();
    void keepsOldErrors();
    void refusesMissingWeights();
    void namesTheStep();
    void stopsWhenAsked();
    void countsBeforeAndAfter();
    void reportsAsJson();
};

void TestRunner::registryRefusesDuplicatesAndBadSchemas() {
    PassRegistry registry;
    LAPIDARY_VERIFY_OK(registry.add(std::make_shared<FakePass>("a.b", nullptr)));
    auto status = registry.add(std::make_shared<FakePass>("a.b", nullptr));
    QCOMPARE(status.error().code, std::string("pass.duplicate"));
    status = registry.add(std::make_shared<FakePass>("", nullptr));
    QCOMPARE(status.error().code, std::string("pass.schema"));
    QCOMPARE(registry.add(nullptr).error().code, std::string("pass.schema"));
    QCOMPARE(registry.all().size(), std::size_t(1));
}

void TestRunner::registryKnowsWhatIsNear() {
    PassRegistry registry;
    LAPIDARY_VERIFY_OK(registry.add(std::make_shared<FakePass>("prune.channels", nullptr)));
    LAPIDARY_VERIFY_OK(registry.add(std::make_shared<FakePass>("simplify.graph", nullptr)));
    const auto found = registry.find("prune.chanels");
    QCOMPARE(found.error().code, std::string("pass.unknown"));
    QCOMPARE(found.error().hint, std::string("Did you mean 'prune.channels'?"));
}

void TestRunner::givesThePassWhatItNeeds() {
    PassInput seen;
    Bench bench([&](const PassInput& input, PassContext&) -> Result<PassOutcome> {
        seen = input;
        return unchanged(input);
    });
    auto one = step("fake.pass");
    one.params["amount"] = 1;
    const auto report = bench.run({one});
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(seen.seed, std::uint64_t(42));
    QCOMPARE(seen.number("amount"), 1.0);
    QVERIFY(seen.scope.empty());
    QCOMPARE(report->steps.size(), std::size_t(1));
    QCOMPARE(report->steps[0].version, 3);
    QVERIFY(report->steps[0].params.at("amount") == Json(1.0));
}

void TestRunner::resolvesScope_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("names");
    QTest::newRow("all") << "*"
                         << "/a/conv /a/relu";
    QTest::newRow("one") << "/a/c*"
                         << "/a/conv";
    QTest::newRow("by operator") << "op:Relu"
                                 << "/a/relu";
    QTest::newRow("by operator glob") << "op:*"
                                      << "/a/conv /a/relu";
    QTest::newRow("none") << "/b/*"
                          << "";
    QTest::newRow("no operator") << "op:Gemm"
                                 << "";
    QTest::newRow("letter case counts in globs") << "op:relu"
                                                 << "";
    QTest::newRow("a word is a name, not a search") << "conv"
                                                    << "";
    QTest::newRow("a query") << "name:CONV"
                             << "/a/conv";
    QTest::newRow("a query with an operator") << "op:relu name:/a/"
                                              << "/a/relu";
    QTest::newRow("a query with a number") << "channels>=3 has:weight"
                                           << "/a/conv";
    QTest::newRow("a query of cost") << "params>=6"
                                     << "/a/conv";
    QTest::newRow("a negated query") << "-op:Conv"
                                     << "/a/relu";
    QTest::newRow("an explicit word") << "any:relu"
                                      << "/a/relu";
    QTest::newRow("a query that finds nothing") << "channels>1M"
                                                << "";
}

void TestRunner::resolvesScope() {
    QFETCH(QString, pattern);
    QFETCH(QString, names);
    std::set<NodeId> scope;
    Bench bench([&](const PassInput& input, PassContext&) -> Result<PassOutcome> {
        scope = input.scope;
        return unchanged(input);
    });
    const auto report = bench.run({step("fake.pass", {pattern.toStdString()})});
    if (names.isEmpty()) {
        QVERIFY(!report);
        QCOMPARE(report.error().code, std::string("recipe.no_match"));
        return;
    }
    LAPIDARY_VERIFY_OK(report);
    QStringList found;
    for (const auto id : scope)
        found << QString::fromStdString(report->model->graph->node(id)->name);
    QCOMPARE(found.join(QLatin1Char(' ')), names);
}

void TestRunner::namesThatLookLikeQueries() {
    // What an older recipe meant by a glob is found as a glob first.
    ModelBuilder b;
    b.input("x", {1, 2}).node("Relu", {"x"}, {"r"}, {}, "name:r").node("Relu", {"r"}, {"y"}, {}, "r").output("y");
    const auto model = b.build();
    const ShapeTable shapes(*model->graph);
    const auto scope = resolveScope(*model, shapes, {"name:r"});
    LAPIDARY_VERIFY_OK(scope);
    QCOMPARE(*scope, std::set<NodeId>{model->graph->findNode("name:r")->id});
    const auto wider = resolveScope(*model, shapes, {"name=r", "name:r"});
    LAPIDARY_VERIFY_OK(wider);
    QCOMPARE(wider->size(), std::size_t(2));
}

void TestRunner::queriesBecomePatterns() {
    ModelBuilder b;
    b.input("x", {1, 2}).node("Relu", {"x"}, {"r"}, {}, "first").node("Tanh", {"r"}, {"y"}, {}, "second").output("y");
    const auto model = b.build();
    const ShapeTable shapes(*model->graph);
    for (const char* text : {"op:relu", "FIRST", "\"first\"", "-tanh", "op:relu or nothing", "/^f/"}) {
        const auto query = Query::parse(text);
        LAPIDARY_VERIFY_OK(query);
        QVERIFY(scopeKnows(*query));
        const auto scope = resolveScope(*model, shapes, {scopePattern(*query)});
        LAPIDARY_VERIFY_OK(scope);
        QCOMPARE(*scope, std::set<NodeId>{model->graph->findNode("first")->id});
    }
    QVERIFY(!scopeKnows(*Query::parse("a or time_ms>1")));
    QVERIFY(!scopeKnows(*Query::parse("a -is:selected")));
    QVERIFY(scopeKnows(*Query::parse("is:coupled")));
}

void TestRunner::refusesBadQueries() {
    ModelBuilder b;
    b.input("x", {1, 2}).node("Relu", {"x"}, {"y"}, {}, "r").output("y");
    const auto model = b.build();
    const ShapeTable shapes(*model->graph);
    const auto code = [&](const char* pattern) {
        const auto scope = resolveScope(*model, shapes, {pattern});
        return scope ? std::string() : scope.error().code;
    };
    QCOMPARE(code("channels>many"), std::string("query.value"));
    QCOMPARE(code("-name:\"r"), std::string("query.syntax"));
    QCOMPARE(code("(op:Relu"), std::string("query.syntax"));
    QCOMPARE(code("time_ms>1"), std::string("query.not_known"));
    QCOMPARE(code("upstream:q"), std::string("query.unknown_node"));
    QCOMPARE(code("is:coupled"), std::string("recipe.no_match"));
    QCOMPARE(code("conv1/Relu:0"), std::string("recipe.no_match")); // a name of another framework, no query
}

void TestRunner::catchesWhatPluginsThrow() {
    Bench throwing([](const PassInput&, PassContext&) -> Result<PassOutcome> { throw std::runtime_error("ouch"); });
    auto report = throwing.run({step("fake.pass")});
    QCOMPARE(report.error().code, std::string("pass.threw"));
    QVERIFY(report.error().message.find("ouch") != std::string::npos);
    Bench odd([](const PassInput&, PassContext&) -> Result<PassOutcome> { throw 7; });
    QCOMPARE(odd.run({step("fake.pass")}).error().code, std::string("pass.threw"));
    Bench hungry([](const PassInput&, PassContext&) -> Result<PassOutcome> { throw std::bad_alloc(); });
    QCOMPARE(hungry.run({step("fake.pass")}).error().code, std::string("pass.out_of_memory"));
    const auto pass = *throwing.passes.find("fake.pass");
    QCOMPARE(previewPass(*pass, PassInput()).error().code, std::string("pass.threw"));
    Bench empty([](const PassInput&, PassContext&) -> Result<PassOutcome> { return PassOutcome(); });
    QCOMPARE(empty.run({step("fake.pass")}).error().code, std::string("pass.no_model"));
}

void TestRunner::refusesBrokenResults() {
    Bench bench([](const PassInput& input, PassContext&) -> Result<PassOutcome> {
        GraphEditor editor(input.model->graph);
        auto broken = std::make_shared<Tensor>(*editor.constant(editor.findValue("w")));
        broken->data = Blob(std::vector<std::byte>(4)); // 6 floats by its shape
        editor.setInitializer(editor.findValue("w"), broken);
        PassOutcome outcome;
        outcome.model = withGraph(*input.model, *editor.finish());
        return outcome;
    });
    const auto report = bench.run({step("fake.pass")});
    QVERIFY(!report);
    QCOMPARE(report.error().code, std::string("pass.broke_model"));
}

void TestRunner::keepsOldErrors() {
    ModelBuilder b;
    b.input("x", {1, 2, 4, 4}).init("w", {3, 2, 1, 1}, 1);
    b.node("Conv", {"x", "w"}, {"y"});
    const auto good = b.output("y").build();
    GraphEditor editor(good->graph);
    auto broken = std::make_shared<Tensor>(*editor.constant(editor.findValue("w")));
    broken->data = Blob(std::string(4, 'x')); // of 24 bytes
    editor.setInitializer(editor.findValue("w"), broken);
    const auto model = withGraph(*good, *editor.finish());
    Bench bench([](const PassInput& input, PassContext&) -> Result<PassOutcome> {
        GraphEditor again(input.model->graph);
        again.setDoc("touched");
        PassOutcome outcome;
        outcome.model = withGraph(*input.model, *again.finish());
        return outcome;
    });
    LAPIDARY_VERIFY_OK(runRecipe(model, recipeOf({step("fake.pass")}), bench.environment));
}

void TestRunner::refusesMissingWeights() {
    ModelBuilder b;
    b.input("x", {1, 2, 4, 4}).init("w", {3, 2, 1, 1}, 1);
    const auto whole = b.node("Conv", {"x", "w"}, {"y"}).output("y").build();
    GraphEditor editor(whole->graph);
    const ValueId weight = whole->graph->findValue("w")->id;
    auto gone = std::make_shared<Tensor>(*whole->graph->constant(weight));
    gone->data = {};
    gone->missingReason = "the file \"w.bin\" is not there";
    editor.setInitializer(weight, gone);
    bool ran = false;
    Bench bench([&](const PassInput& input, PassContext&) {
        ran = true;
        return unchanged(input);
    });
    const auto result =
        runRecipe(withGraph(*whole, editor.finish().value()), recipeOf({step("fake.pass")}), bench.environment);
    QVERIFY(!result.ok() && !ran);
    QCOMPARE(result.error().code, std::string("onnx.missing_data"));
    QCOMPARE(result.error().place.tensor, std::string("w"));
}

void TestRunner::namesTheStep() {
    Bench bench([](const PassInput& input, PassContext&) -> Result<PassOutcome> {
        return input.number("amount") < 0 ? Result<PassOutcome>(errorDiagnostic("pass.no_use", "Nothing to do"))
                                          : Result<PassOutcome>(unchanged(input));
    });
    auto failing = step("fake.pass");
    failing.params["amount"] = -1;
    auto disabled = step("no.such");
    disabled.enabled = false;
    const auto report = bench.run({step("fake.pass"), disabled, failing});
    QCOMPARE(report.error().code, std::string("pass.no_use"));
    QVERIFY(report.error().message.starts_with("Step 3 (fake.pass): "));
    auto versioned = step("fake.pass");
    versioned.version = 9;
    QCOMPARE(bench.run({versioned}).error().code, std::string("pass.version"));
    auto misspelt = step("fake.pass");
    misspelt.params["amuont"] = 1;
    QCOMPARE(bench.run({misspelt}).error().code, std::string("param.unknown"));
}

void TestRunner::stopsWhenAsked() {
    std::stop_source source;
    int runs = 0;
    Bench bench([&](const PassInput& input, PassContext&) -> Result<PassOutcome> {
        ++runs;
        source.request_stop();
        return unchanged(input);
    });
    const auto report = bench.run({step("fake.pass"), step("fake.pass")}, Work{source.get_token(), {}});
    QVERIFY(!report);
    QVERIFY(isCancelled(report.error()));
    QCOMPARE(runs, 1);
}

void TestRunner::countsBeforeAndAfter() {
    Bench bench([](const PassInput& input, PassContext&) -> Result<PassOutcome> {
        GraphEditor editor(input.model->graph);
        editor.removeUnused();
        PassOutcome outcome;
        outcome.model = withGraph(*input.model, *editor.finish());
        return outcome;
    });
    const auto report = bench.run({step("fake.pass"), step("fake.pass")});
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->steps[0].before.parameters, std::uint64_t(11));
    QCOMPARE(report->steps[0].before.bytes, std::uint64_t(44));
    QCOMPARE(report->steps[0].after.parameters, std::uint64_t(6));
    QCOMPARE(report->steps[1].before.parameters, std::uint64_t(6));
    QCOMPARE(report->steps[1].after.bytes, std::uint64_t(24));
}

void TestRunner::reportsAsJson() {
    Bench bench([](const PassInput& input, PassContext&) -> Result<PassOutcome> {
        auto outcome = unchanged(input);
        outcome.layers.push_back({"/a/conv", "Conv", "looked at", {{"ratio", 0.5}}});
        outcome.fenced.push_back({input.model->graph->nodes()[1]->id, "not mine"});
        outcome.notes.push_back(noteDiagnostic("fake.note", "hello"));
        return outcome;
    });
    const auto report = bench.run({step("fake.pass")});
    LAPIDARY_VERIFY_OK(report);
    const Json json = report->steps[0].toJson();
    QCOMPARE(json["pass"].toString(), std::string("fake.pass"));
    QCOMPARE(json["before"]["parameters"].toInteger(), std::int64_t(11));
    QCOMPARE(json["layers"].array()[0]["numbers"]["ratio"].toDouble(), 0.5);
    QCOMPARE(json["fenced"].array()[0]["node"].toString(), std::string("/a/relu"));
    QCOMPARE(json["notes"].array()[0]["code"].toString(), std::string("fake.note"));
    QVERIFY(json["seconds"].toDouble() >= 0);
}

QTEST_GUILESS_MAIN(TestRunner)
#include "tst_runner.moc"
