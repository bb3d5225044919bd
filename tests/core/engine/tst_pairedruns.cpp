// SPDX-License-Identifier: GPL-3.0-or-later
// Variants of a project compared: stored results, recipes, layers.
#include "engine/layererrorruns.h"
#include "engine/manycomparison.h"
#include "engine/pairedruns.h"
#include "engine/variantrecipe.h"
#include "tensor/npyfile.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

const std::filesystem::path sample = std::filesystem::path(LAPIDARY_SOURCE_DIR) / "resources/sample";

/// Noise with made-up labels, in the shape of the sample model's input.
std::filesystem::path writeNoise(const std::filesystem::path& folder, int count) {
    std::filesystem::create_directories(folder);
    const auto images = makeTensor<float>({count, 1, 28, 28}, randomFloats(std::size_t(count) * 784, 3));
    const auto labels = makeTensor<std::int64_t>({count}, randomIntegers(std::size_t(count), 4, 0, 9));
    for (const auto& [name, tensor] : {std::pair("x.npy", images), std::pair("y.npy", labels)})
        if (auto status = writeNpy(*tensor, folder / name); !status)
            qFatal("%s", status.error().toString().c_str());
    writeFile(folder / "data.json", R"({"lapidary_dataset": 1, "kind": "npy", "root": "x.npy", "labels": "y.npy"})");
    return folder / "data.json";
}

Recipe prune(double ratio) {
    return Recipe::parse(R"({"lapidary_recipe": 1, "name": "prune", "steps": [{"pass": "simplify.graph"},
        {"pass": "prune.channels", "params": {"ratio": )" +
                         std::to_string(ratio) + "}}]}")
        .value();
}

} // namespace

class TestPairedRuns : public TestCase {
    Q_OBJECT

    std::unique_ptr<Engine> m_engine;
    TempDir m_dir;
    std::unique_ptr<ProjectSession> m_session;
    VariantId m_source = 0, m_some = 0, m_more = 0;

private Q_SLOTS:
    void initTestCase() {
        qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string()));
        m_engine = std::make_unique<Engine>(QStringList{QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
        m_session = std::make_unique<ProjectSession>(*m_engine, Project::create(m_dir / "p").value());
        m_source = m_session->importModel(sample / "fashion.onnx", "source").value();
        m_some = m_session->apply({m_source, prune(0.25), "some"}).value();
        m_more = m_session->apply({m_source, prune(0.5), "more"}).value();
    }

    void needsData() {
        const auto result = compareVariants(*m_session, {m_source, {m_some}, 0, {}});
        QVERIFY(!result);
        QCOMPARE(result.error().code, std::string("eval.no_data"));
        QVERIFY(!result.error().hint.empty());
        LAPIDARY_VERIFY_OK(m_session->setDataset("evaluation", writeNoise(m_dir / "data", 120)));
    }

    void keptAndFoundAgain() {
        auto first = compareVariants(*m_session, {m_source, {m_some}, 0, {}});
        LAPIDARY_VERIFY_OK(first);
        QCOMPARE(first->front().samples, std::size_t(120));
        QVERIFY(first->front().disagreementCount > 0);
        QCOMPARE(m_session->project().runs(m_some)->size(), std::size_t(1));
        QCOMPARE(m_session->project().runs(m_some)->front().kind, std::string("comparison"));
        // Only the second one is new; the seconds tell that the first was not run again.
        auto both = compareVariants(*m_session, {m_source, {m_some, m_more}, 0, {}});
        LAPIDARY_VERIFY_OK(both);
        QVERIFY(both->front().toJson() == first->front().toJson());
        QCOMPARE(m_session->project().runs(m_some)->size(), std::size_t(1));
        QCOMPARE(m_session->project().runs(m_more)->size(), std::size_t(1));
        // Fewer samples are another question; so is the other direction.
        QCOMPARE(compareVariants(*m_session, {m_source, {m_some}, 40, {}})->front().samples, std::size_t(40));
        const auto turned = compareVariants(*m_session, {m_some, {m_source}, 0, {}});
        LAPIDARY_VERIFY_OK(turned);
        QCOMPARE(turned->front().counts.onlyA, first->front().counts.onlyB);
        // What is kept does no harm to the list of variants.
        QCOMPARE(m_session->summaries()->size(), std::size_t(3));
        QVERIFY(!m_session->latestProfile(m_some, false)->has_value());
        QVERIFY(!compareVariants(*m_session, {m_source, {99}, 0, {}}));
    }

    void recipes() {
        const auto further = m_session->apply({m_some, prune(0.1), "further"});
        LAPIDARY_VERIFY_OK(further);
        const auto history = historyOf(m_session->project(), *further);
        LAPIDARY_VERIFY_OK(history);
        QCOMPARE(history->source, m_source);
        QCOMPARE(history->steps.size(), std::size_t(4));
        QCOMPARE(history->variants[1], std::string("some"));
        QCOMPARE(history->variants[3], std::string("further"));
        const auto diff = diffVariantRecipes(m_session->project(), m_engine->passes(), m_some, m_more);
        LAPIDARY_VERIFY_OK(diff);
        QVERIFY(diff->sameSource());
        QCOMPARE(diff->diff.same, std::size_t(1));
        QCOMPARE(diff->diff.changed, std::size_t(1));
        QVERIFY2(diff->diff.toText().find("ratio") != std::string::npos, diff->diff.toText().c_str());
        const auto grown = diffVariantRecipes(m_session->project(), m_engine->passes(), m_source, *further);
        QCOMPARE(grown->diff.added, std::size_t(4));
    }

    void layers() {
        const auto a = m_session->model(m_source).value(), b = m_session->model(m_some).value();
        const auto comparison = compareStructure(*a, *b, true);
        auto plain = layerDeltas(comparison, *a, *b);
        QVERIFY(!plain.empty() && !plain.front().deltaMs());
        // Made-up times: the layer that changed most comes first, and other settings are not compared.
        Profile slow, fast;
        double ms = 1;
        for (const auto& layer : plain) {
            if (layer.a.valid())
                slow.nodes.push_back({displayName(*a->model->graph->node(layer.a)), {}, ms, 0, {}, {}, false});
            if (layer.b.valid())
                fast.nodes.push_back({displayName(*b->model->graph->node(layer.b)), {}, 1, 0, {}, {}, false});
            ms += 1;
        }
        const auto timed = layerDeltas(comparison, *a, *b, &slow, &fast);
        for (std::size_t i = 1; i < timed.size(); ++i)
            QVERIFY(std::abs(timed[i - 1].deltaMs().value_or(0)) >= std::abs(timed[i].deltaMs().value_or(0)));
        QVERIFY(*timed.front().deltaMs() < 0);
        fast.threads = 4;
        QVERIFY(!layerDeltas(comparison, *a, *b, &slow, &fast).front().deltaMs());
        // Errors: what narrowed has another shape, the answer has not.
        auto data = m_session->dataset("evaluation");
        LAPIDARY_VERIFY_OK(data);
        LAPIDARY_VERIFY_OK(measureLayerErrors(plain, *a, *b, *data, 16));
        std::size_t measured = 0, shapes = 0;
        for (const auto& layer : plain) {
            measured += layer.sqnrDb.has_value();
            shapes += layer.reason == "shape";
            QVERIFY(layer.sqnrDb.has_value() == layer.reason.empty());
        }
        QVERIFY(measured > 0 && shapes > 0);
        // Against itself everything is equal.
        auto same = layerDeltas(compareStructure(*a, *a, true), *a, *a);
        LAPIDARY_VERIFY_OK(measureLayerErrors(same, *a, *a, *data, 4));
        for (const auto& layer : same)
            QVERIFY(layer.sqnrDb && std::isinf(*layer.sqnrDb));
    }

    /// Measured once; a run that no longer fits is not taken.
    void layersAreKept() {
        const auto a = m_session->model(m_source).value(), b = m_session->model(m_some).value();
        const auto plain = layerDeltas(compareStructure(*a, *b, true), *a, *b);
        const auto kept = [this] {
            const auto runs = m_session->project().runs(m_some).value();
            return std::count_if(runs.begin(), runs.end(), [](const auto& run) { return run.kind == "layers"; });
        };
        auto direct = plain, first = plain, second = plain;
        LAPIDARY_VERIFY_OK(measureLayerErrors(direct, *a, *b, *m_session->dataset("evaluation"), 16));
        LAPIDARY_VERIFY_OK(layerErrorsOf(*m_session, m_source, m_some, first, *a, *b, 16));
        QCOMPARE(kept(), std::ptrdiff_t(1));
        std::stop_source stop;
        stop.request_stop(); // nothing can be run, only read
        LAPIDARY_VERIFY_OK(layerErrorsOf(*m_session, m_source, m_some, second, *a, *b, 16, {stop.get_token(), {}}));
        QCOMPARE(kept(), std::ptrdiff_t(1));
        QCOMPARE(toJson(first), toJson(direct));
        QCOMPARE(toJson(second), toJson(direct));
        auto fewer = plain;
        LAPIDARY_VERIFY_OK(layerErrorsOf(*m_session, m_source, m_some, fewer, *a, *b, 4));
        QCOMPARE(kept(), std::ptrdiff_t(2));
    }

    /// Each column says what a comparison of two says.
    void manyInColumns() {
        const auto many = compareMany(*m_session, {{m_source, m_more, m_some}, 0, {}});
        LAPIDARY_VERIFY_OK(many);
        QCOMPARE(many->variants.size(), std::size_t(3));
        QCOMPARE(many->variants[1].summary.record.name, std::string("more"));
        QVERIFY(!many->variants[0].paired);
        const auto two = compareVariants(*m_session, {m_source, {m_more, m_some}, 0, {}});
        LAPIDARY_VERIFY_OK(two);
        for (std::size_t i = 0; i < 2; ++i)
            QCOMPARE(many->variants[i + 1].paired->toJson(), (*two)[i].toJson());
        const double p = (*two)[0].test->midP, q = (*two)[1].test->midP;
        QCOMPARE(*many->variants[p < q ? 1 : 2].adjustedP, std::min(1.0, 2 * std::min(p, q)));
        QCOMPARE(many->steps.size(), std::size_t(2));
        QCOMPARE(many->steps[0].pass, std::string("simplify.graph"));
        QVERIFY(!many->steps[0].settings[0] && many->steps[0].settings[1] == std::string());
        QVERIFY(many->steps[1].differs());
        QVERIFY(!many->layers.empty() && !many->timesProblem.empty());
        // Layers of the reference, by an independent count.
        const auto model = m_session->model(m_source).value();
        std::uint64_t macs = 0;
        for (const auto& layer : many->layers)
            macs += layer.macs[0].value_or(0);
        QCOMPARE(macs, model->totals.macs);
        QCOMPARE(compareMany(*m_session, {{m_source}, 0, {}}).error().code, std::string("compare.few"));
        QCOMPARE(compareMany(*m_session, {{m_source, m_source}, 0, {}}).error().code, std::string("compare.few"));
        QCOMPARE(compareMany(*m_session, {{m_source, 99}, 0, {}}).error().code, std::string("project.unknown"));
    }

    /// The textbook's example: 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02.
    void manyTests() {
        const auto adjusted = holmAdjusted({0.01, 0.04, 0.03, 0.005});
        const std::vector<double> expected{0.03, 0.06, 0.06, 0.02};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY(std::abs(adjusted[i] - expected[i]) < 1e-12);
        QCOMPARE(holmAdjusted({0.9, 0.8}), (std::vector<double>{1, 1}));
        QVERIFY(holmAdjusted({}).empty());
    }

    /// A batch norm that was folded into its convolution: the outputs compared are those behind it.
    void foldedLayers() {
        ModelBuilder builder;
        builder.input("x", {1, 1, 28, 28}).init("w", {4, 1, 3, 3}, 1);
        builder.init("s", {4}, std::vector<float>{2, 0.5f, 1, 3}).init("t", {4}, std::vector<float>{1, 0, -1, 2});
        builder.init("m", {4}, std::vector<float>{0, 1, 0, 1}).init("v", {4}, std::vector<float>{1, 2, 3, 4});
        builder.node("Conv", {"x", "w"}, {"c"}, {}, "conv")
            .node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"n"}, {}, "bn");
        builder.node("Relu", {"n"}, {"y"}, {}, "relu").output("y");
        const auto a = Engine::analyse(builder.build()).value();
        const auto run = m_engine->apply(
            a->model, Recipe::parse(R"({"lapidary_recipe": 1, "steps": [{"pass": "simplify.graph"}]})").value(),
            nullptr);
        LAPIDARY_VERIFY_OK(run);
        const auto b = Engine::analyse(run->model).value();
        auto layers = layerDeltas(compareStructure(*a, *b, true), *a, *b);
        LAPIDARY_VERIFY_OK(measureLayerErrors(layers, *a, *b, *m_session->dataset("evaluation"), 4));
        const auto conv =
            std::find_if(layers.begin(), layers.end(), [](const auto& layer) { return layer.opType == "Conv"; });
        QVERIFY(conv != layers.end());
        QCOMPARE(conv->valueA, std::string("n"));
        QVERIFY2(conv->sqnrDb && *conv->sqnrDb > 100, "the folded layer computes the same up to rounding");
    }
};

QTEST_GUILESS_MAIN(TestPairedRuns)
#include "tst_pairedruns.moc"
