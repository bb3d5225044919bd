// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"
#include "engine/runtimeshapes.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

const std::filesystem::path sampleModel = std::filesystem::path(LAPIDARY_SOURCE_DIR) / "resources/sample/fashion.onnx";

/// Conv 3 -> 8 (3 x 3, padded), Relu, pooled, Gemm 8 -> 5.
ModelPtr smallNetwork(std::int64_t opset = 17) {
    ModelBuilder b(opset);
    b.symbolicInput("x", DataType::Float, {"N", "3", "10", "12"});
    b.init("w", {8, 3, 3, 3}, 1).init("b", {8}, 2).init("g", {5, 8}, 3);
    b.node("Conv", {"x", "w", "b"}, {"c"}, {attr("pads", {1, 1, 1, 1})}).node("Relu", {"c"}, {"r"});
    b.node("GlobalAveragePool", {"r"}, {"p"}).node("Flatten", {"p"}, {"f"});
    b.node("Gemm", {"f", "g"}, {"y"}, {attr("transB", 1)}).output("y");
    return b.build();
}

constexpr std::uint64_t smallMacs = 8 * 10 * 12 * 27 + 5 * 8;
constexpr std::uint64_t smallParameters = 8 * 27 + 8 + 40;

std::optional<Shape> shapeOf(const Graph& graph, const ShapeTable& shapes, const std::string& name) {
    return shapes.shape(graph.findValue(name)->id);
}

RecipeStep step(const std::string& pass, std::vector<std::string> params, const Engine& engine) {
    RecipeStep step;
    step.pass = pass;
    step.params = engine.passes().find(pass).value()->info().schema.parseAssignments(params).value();
    return step;
}

} // namespace

class EngineTest : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<Engine> m_engine;

private Q_SLOTS:
    void initTestCase() { m_engine = std::make_unique<Engine>(QStringList{QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)}); }

    void openCountsAFile() {
        const TempDir dir;
        const auto path = dir / "small.onnx";
        LAPIDARY_VERIFY_OK(writeOnnx(*smallNetwork(), path));
        const auto model = Engine::open(path);
        LAPIDARY_VERIFY_OK(model);
        QCOMPARE((*model)->totals.macs, smallMacs);
        QCOMPARE((*model)->totals.parameters, smallParameters);
        QCOMPARE((*model)->totals.bytes, 4 * smallParameters);
        QCOMPARE((*model)->fileBytes, std::uint64_t(std::filesystem::file_size(path)));
        QCOMPARE((*model)->cost.unknownNodes, std::size_t(0));
        QVERIFY((*model)->problems.empty());
    }

    void openFailures() {
        const TempDir dir;
        const auto missing = Engine::open(dir / "none.onnx");
        QVERIFY(!missing.ok());
        QVERIFY2(missing.error().toString().find("none.onnx") != std::string::npos, missing.error().toString().c_str());
        writeFile(dir / "text.onnx", "this is no model");
        QVERIFY(!Engine::open(dir / "text.onnx").ok());
        std::stop_source stop;
        stop.request_stop();
        Work work;
        work.stop = stop.get_token();
        const auto cancelled = Engine::open(sampleModel, work);
        QVERIFY(!cancelled.ok() && isCancelled(cancelled.error()));
    }

    /// ONNX's inference ends at opset 17: beyond, the runtime's shapes give the same counts.
    void newerOpsets_data() {
        QTest::addColumn<int>("opset");
        for (const int opset : {17, 18, 19, 20, 21, 22})
            QTest::addRow("opset %d", opset) << opset;
    }
    void newerOpsets() {
        QFETCH(int, opset);
        const auto model = Engine::analyse(smallNetwork(opset));
        LAPIDARY_VERIFY_OK(model);
        const auto& graph = *(*model)->model->graph;
        QCOMPARE((*model)->totals.macs, smallMacs);
        QCOMPARE((*model)->cost.unknownNodes, std::size_t(0));
        QVERIFY(shapeOf(graph, (*model)->shapes, "c") == Shape({1, 8, 10, 12}));
        QVERIFY(shapeOf(graph, (*model)->shapes, "f") == Shape({1, 8}));
        QVERIFY(shapeOf(graph, (*model)->shapes, "y") == Shape({1, 5}));
    }

    /// A new operator that ONNX 1.12 has never heard of.
    void operatorsOfNewOpsets() {
        ModelBuilder b(21);
        b.input("x", {2, 6, 4, 4}).init("s", {6}, 1).init("t", {6}, 2).init("w", {3, 6, 1, 1}, 3);
        b.node("GroupNormalization", {"x", "s", "t"}, {"g"}, {attr("num_groups", 2)});
        b.node("Gelu", {"g"}, {"e"}).node("Conv", {"e", "w"}, {"y"}).output("y");
        const auto model = Engine::analyse(b.build());
        LAPIDARY_VERIFY_OK(model);
        QVERIFY(shapeOf(*(*model)->model->graph, (*model)->shapes, "e") == Shape({2, 6, 4, 4}));
        QCOMPARE((*model)->totals.macs, std::uint64_t(2 * 3 * 6 * 16));
    }

    /// What even the runtime cannot load still opens, with what is known.
    void unknownOperatorsStillOpen() {
        ModelBuilder b(21);
        b.opset("com.example", 1);
        b.input("x", {1, 4}).node("Mystery", {"x"}, {"m"}, {}, "mystery", "com.example").init("w", {4, 4}, 1);
        b.node("MatMul", {"m", "w"}, {"y"}).output("y");
        const auto model = Engine::analyse(b.build());
        LAPIDARY_VERIFY_OK(model);
        QCOMPARE((*model)->totals.parameters, std::uint64_t(16));
        QVERIFY((*model)->cost.unknownNodes > 0);
    }

    /// "Unknown rank" must not become "a scalar", and what ONNX knew is not lost.
    void runtimeShapesOfUnknownRank() {
        ModelBuilder b;
        b.input("x", {2, 6}).symbolicInput("s", DataType::Int64, {"K"});
        b.node("Reshape", {"x", "s"}, {"r"}).node("Relu", {"r"}, {"y"}).output("y");
        b.node("ReduceSum", {"x"}, {"z"}, {attr("keepdims", 0)}).output("z").node("Relu", {"x"}, {"k"}).output("k");
        const auto model = b.build();
        ShapeTable known(*model->graph);
        known.set(model->graph->findValue("k")->id, {DataType::Float, Shape{2, 6}});
        const auto shapes = inferRuntimeShapes(*model, known);
        LAPIDARY_VERIFY_OK(shapes);
        QVERIFY(shapeOf(*model->graph, *shapes, "z") == Shape{});
        QVERIFY(shapeOf(*model->graph, *shapes, "k") == Shape({2, 6}));
        const auto reshaped = shapeOf(*model->graph, *shapes, "r");
        QVERIFY2(!reshaped || !reshaped->empty(), "a tensor of unknown rank is no scalar");
        QCOMPARE(shapes->type(model->graph->findValue("r")->id), DataType::Float);
    }

    void runtimeShapesKeepWhatIsKnown() {
        ModelBuilder b;
        b.symbolicInput("x", DataType::Float, {"N", "3", "H"});
        b.node("Relu", {"x"}, {"y"}).output("y");
        const auto model = b.build();
        ShapeTable known(*model->graph);
        known.set(model->graph->findValue("y")->id, {DataType::Float, Shape{-1, 3, 7}});
        const auto shapes = inferRuntimeShapes(*model, known);
        LAPIDARY_VERIFY_OK(shapes);
        QVERIFY(shapeOf(*model->graph, *shapes, "y") == Shape({1, 3, 7}));
    }

    void previewIsWhatApplyDoes_data() {
        QTest::addColumn<QString>("pass");
        QTest::addColumn<QStringList>("params");
        QTest::newRow("simplify") << "simplify.graph" << QStringList();
        for (const char* ratio : {"0.1", "0.25", "0.5", "0.8"})
            QTest::addRow("prune %s", ratio)
                << "prune.channels" << QStringList{QStringLiteral("ratio=%1").arg(QLatin1String(ratio))};
        QTest::newRow("float16") << "quantize.float16" << QStringList();
    }
    void previewIsWhatApplyDoes() {
        QFETCH(QString, pass);
        QFETCH(QStringList, params);
        const auto model = Engine::open(sampleModel);
        LAPIDARY_VERIFY_OK(model);
        std::vector<std::string> assignments;
        for (const auto& text : params)
            assignments.push_back(text.toStdString());
        Recipe recipe;
        recipe.steps = {step(pass.toStdString(), assignments, *m_engine)};
        const auto preview = m_engine->preview(**model, recipe.steps.front(), {});
        LAPIDARY_VERIFY_OK(preview);
        const auto run = m_engine->apply((*model)->model, recipe, nullptr);
        LAPIDARY_VERIFY_OK(run);
        const auto& done = run->steps.front();
        QCOMPARE(preview->before.parameters, (*model)->totals.parameters);
        QCOMPARE(preview->before.macs, (*model)->totals.macs);
        QCOMPARE(preview->after.parameters, done.after.parameters);
        QCOMPARE(preview->after.bytes, done.after.bytes);
        QCOMPARE(preview->after.macs, done.after.macs);
        const auto analysed = Engine::analyse(run->model);
        LAPIDARY_VERIFY_OK(analysed);
        QCOMPARE((*analysed)->totals.parameters, done.after.parameters);
        QCOMPARE((*analysed)->totals.macs, done.after.macs);
    }

    void previewScope() {
        const auto model = Engine::open(sampleModel);
        LAPIDARY_VERIFY_OK(model);
        const auto prune = step("prune.channels", {"ratio=0.5"}, *m_engine);
        const auto all = m_engine->preview(**model, prune, {});
        LAPIDARY_VERIFY_OK(all);
        NodeId first;
        for (const auto& node : (*model)->model->graph->nodes())
            if (!first.valid() && node->opType == "Conv")
                first = node->id;
        const auto one = m_engine->preview(**model, prune, {first});
        LAPIDARY_VERIFY_OK(one);
        QVERIFY(one->after.parameters > all->after.parameters);
        QVERIFY(one->after.parameters < one->before.parameters);
        RecipeStep wrong;
        wrong.pass = "no.such";
        QVERIFY(!m_engine->preview(**model, wrong, {}).ok());
        auto nobody = prune;
        nobody.nodes = {"no such node*"};
        QCOMPARE(m_engine->preview(**model, nobody, {}).error().code, std::string("recipe.no_match"));
    }

    void devices() {
        const auto devices = m_engine->devices();
        QVERIFY(!devices.empty());
        QCOMPARE(devices.front()->info().id, std::string("host"));
        QVERIFY(m_engine->device("host").ok());
        const auto unknown = m_engine->device("toaster");
        QVERIFY(!unknown.ok());
        QCOMPARE(unknown.error().code, std::string("device.unknown"));
        QVERIFY2(unknown.error().hint.find("host") != std::string::npos, unknown.error().hint.c_str());
    }

    void hostProfile() {
        const auto model = Engine::open(sampleModel);
        LAPIDARY_VERIFY_OK(model);
        ProfileOptions options;
        options.threads = 1;
        options.perNode = true;
        options.maxSeconds = 0.3;
        const auto profile = m_engine->device("host").value()->profile(*(*model)->model, options, {});
        LAPIDARY_VERIFY_OK(profile);
        QCOMPARE(profile->device, std::string("host"));
        QCOMPARE(profile->threads, 1);
        QVERIFY(profile->timing.median > 0);
        QCOMPARE(profile->timing.runs, profile->runsMs.size());
        QVERIFY(profile->loadMs > 0 && profile->firstRunMs > 0);
        QVERIFY(profile->peakMemoryBytes > 0);
        double sum = profile->unattributedMs;
        std::set<std::string> known;
        for (const auto& node : (*model)->model->graph->nodes())
            known.insert(displayName(*node));
        std::size_t convolutions = 0;
        for (const auto& node : profile->nodes) {
            QVERIFY2(known.count(node.node) == 1, node.node.c_str());
            sum += node.ms;
            convolutions += node.opType == "Conv";
        }
        QVERIFY(convolutions > 0);
        QVERIFY2(profile->unattributedMs < 0.5 * sum, "most of the time belongs to nodes of the graph");
        std::stop_source stop;
        stop.request_stop();
        Work work;
        work.stop = stop.get_token();
        const auto cancelled = m_engine->device("host").value()->profile(*(*model)->model, options, work);
        QVERIFY(!cancelled.ok() && isCancelled(cancelled.error()));
    }
};

QTEST_GUILESS_MAIN(EngineTest)
#include "tst_engine.moc"
