// SPDX-License-Identifier: GPL-3.0-or-later
// A made-up device whose times follow a formula: what the model learns of it and how well it says how sure it is.
#include "device/latency/latencymodel.h"
#include "onnx/onnxshapes.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace lapidary;
using namespace lapidary::test;

namespace {

struct Case {
    ModelPtr model;
    ShapeTable shapes;
};

/// A convolution with a Relu behind it.
Case layer(int in, int out, int size, int kernel = 3) {
    ModelBuilder b;
    b.input("x", {1, in, size, size}).init("w", {out, in, kernel, kernel}, 1);
    b.node("Conv", {"x", "w"}, {"c"}, {attr("pads", {kernel / 2, kernel / 2, kernel / 2, kernel / 2})}, "conv");
    b.node("Relu", {"c"}, {"y"}, {}, "relu").output("y");
    Case made{b.build(), {}};
    made.shapes = inferOnnxShapes(*made.model).value();
    return made;
}

/// Fixed cost of a call, multiplications at a rate that depends on the channels, and traffic.
double trueMs(const LayerFeatures& layer) {
    const double rate = 2e7 * layer.outputChannels / (layer.outputChannels + 16);
    return 0.005 + layer.macs / rate + (layer.inputBytes + layer.outputBytes) / 4e6;
}

Profile profileOf(const Case& made, double noise = 1) {
    const auto& graph = *made.model->graph;
    Profile profile;
    profile.device = "board";
    profile.threads = 2;
    const auto features = layerFeatures(graph, *graph.findNode("conv"), made.shapes);
    profile.nodes = {{"conv", "Conv", trueMs(*features) * noise, 1, "FusedConv", "float32", true, {"relu"}}};
    return profile;
}

struct Shapes {
    std::mt19937 random{3};
    Case next() {
        const int channels[] = {8, 12, 16, 24, 32, 48, 64, 96, 128};
        const int sizes[] = {7, 10, 14, 20, 28, 40, 56};
        const int in = channels[random() % 9], out = channels[random() % 9];
        return layer(in, out, sizes[random() % 7]);
    }
};

} // namespace

class LatencyModelTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void featuresOfALayer() {
        const auto made = layer(8, 32, 14);
        const auto& graph = *made.model->graph;
        const auto conv = layerFeatures(graph, *graph.findNode("conv"), made.shapes);
        QVERIFY(conv);
        QCOMPARE(conv->family, std::string("Conv spatial float32"));
        QCOMPARE(conv->macs, 32.0 * 8 * 9 * 14 * 14);
        QCOMPARE(conv->inputBytes, 4.0 * 8 * 14 * 14);
        QCOMPARE(conv->outputBytes, 4.0 * 32 * 14 * 14);
        QCOMPARE(conv->weightBytes, 4.0 * 32 * 8 * 9);
        QCOMPARE(conv->inputChannels, 8.0);
        QCOMPARE(conv->outputChannels, 32.0);
        QCOMPARE(conv->kernelVolume, 9.0);
        const auto half = conv->narrowed(0.5, 0.25);
        const auto really = layer(4, 8, 14);
        const auto same = layerFeatures(*really.model->graph, *really.model->graph->findNode("conv"), really.shapes);
        QCOMPARE(half.logs(), same->logs());
        QCOMPARE(layerFeatures(graph, *graph.findNode("relu"), made.shapes)->family, std::string("Relu float32"));
    }

    /// Shapes never seen: the error is small, and as often within the stated deviation as it should be.
    void heldOutShapes() {
        LatencyModel model("board", 2);
        Shapes shapes;
        std::lognormal_distribution<double> noise(0, 0.02);
        for (int i = 0; i < 60; ++i) {
            const auto made = shapes.next();
            LAPIDARY_VERIFY_OK(model.learn(*made.model->graph, made.shapes, profileOf(made, noise(shapes.random))));
        }
        std::vector<double> errors;
        int within = 0;
        for (int i = 0; i < 80; ++i) {
            const auto made = layer(10 + i % 13 * 7, 9 + i % 11 * 9, 9 + i % 9 * 5);
            const auto& graph = *made.model->graph;
            const auto features = layerFeatures(graph, *graph.findNode("conv"), made.shapes);
            const auto estimate = model.estimate(*features);
            QVERIFY(estimate.basis == EstimateBasis::Family);
            const double error = std::abs(estimate.ms / trueMs(*features) - 1);
            errors.push_back(error);
            within += error <= 2 * estimate.relativeError;
        }
        std::sort(errors.begin(), errors.end());
        qInfo("median error %.1f %%, 90th percentile %.1f %%, within two deviations %d of 80", 100 * errors[40],
              100 * errors[72], within);
        QVERIFY(errors[40] < 0.10);
        QVERIFY(within >= 60);
    }

    void tableComesFirstAndFollows() {
        LatencyModel model("board", 2);
        const auto made = layer(16, 16, 28);
        const auto& graph = *made.model->graph;
        const auto features = layerFeatures(graph, *graph.findNode("conv"), made.shapes);
        QVERIFY(model.estimate(*features).basis == EstimateBasis::Unknown);
        LAPIDARY_VERIFY_OK(model.learn(graph, made.shapes, profileOf(made)));
        QVERIFY(model.estimate(*features).basis == EstimateBasis::Table);
        QVERIFY(std::abs(model.estimate(*features).ms / trueMs(*features) - 1) < 1e-9);
        for (int i = 0; i < 60; ++i)
            LAPIDARY_VERIFY_OK(model.learn(graph, made.shapes, profileOf(made, 2)));
        QVERIFY2(model.estimate(*features).ms > 1.95 * trueMs(*features), "newer times win in the end");
        QCOMPARE(model.shapesKnown(), std::size_t(1));
        const auto other = layer(64, 64, 7);
        const auto far = layerFeatures(*other.model->graph, *other.model->graph->findNode("conv"), other.shapes);
        QVERIFY2(model.estimate(*far).basis == EstimateBasis::Related, "one sample is no family");
        QVERIFY(model.estimate(*far).relativeError >= 1);
    }

    /// The Relu has no kernel of its own: it costs nothing and is not learned as something that costs nothing.
    void fusedNodes() {
        LatencyModel model("board", 2);
        const auto made = layer(16, 16, 28);
        LAPIDARY_VERIFY_OK(model.learn(*made.model->graph, made.shapes, profileOf(made)));
        const auto whole = model.estimate(*made.model->graph, made.shapes);
        QCOMPARE(whole.layers.size(), std::size_t(2));
        QVERIFY(!whole.layers[0].fused && whole.layers[1].fused);
        QCOMPARE(whole.layers[1].estimate.ms, 0.0);
        QVERIFY(std::abs(whole.ms - whole.layers[0].estimate.ms) < 1e-15);
        QCOMPARE(whole.unknown, std::size_t(0));
        QVERIFY(whole.toJson(*made.model->graph)["estimate"].toBool());
    }

    void storedAndReadAgain() {
        LatencyModel model("board", 2);
        Shapes shapes;
        for (int i = 0; i < 20; ++i) {
            const auto made = shapes.next();
            LAPIDARY_VERIFY_OK(model.learn(*made.model->graph, made.shapes, profileOf(made)));
        }
        const auto text = model.toJson().dump();
        const auto again = LatencyModel::fromJson(Json::parse(text).value());
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE((*again)->shapesKnown(), model.shapesKnown());
        const auto made = layer(40, 40, 17);
        const auto& graph = *made.model->graph;
        const auto a = model.estimate(graph, made.shapes), b = (*again)->estimate(graph, made.shapes);
        QVERIFY(std::abs(a.ms / b.ms - 1) < 1e-9 && std::abs(a.errorMs / b.errorMs - 1) < 1e-6);
        for (const char* bad :
             {"{}", R"({"lapidary_latency_model":2})", R"({"lapidary_latency_model":1,"device":"x"})",
              R"({"lapidary_latency_model":1,"device":"x","threads":1,"layers":[{"signature":"s","logs":[1]}]})"})
            QCOMPARE(LatencyModel::fromJson(Json::parse(bad).value()).error().code, std::string("latency.format"));
    }

    void refusesWhatIsNoMeasurementOfIt() {
        LatencyModel model("board", 2);
        const auto made = layer(16, 16, 28);
        for (int fault = 0; fault < 5; ++fault) {
            auto profile = profileOf(made);
            if (fault == 0)
                profile.estimate = true;
            if (fault == 1)
                profile.nodes.clear();
            if (fault == 2)
                profile.batch = 4;
            if (fault == 3)
                profile.device = "host";
            if (fault == 4)
                profile.threads = 1;
            const auto learned = model.learn(*made.model->graph, made.shapes, profile);
            QVERIFY(!learned.ok());
            QCOMPARE(learned.error().code, std::string("latency.profile"));
        }
        QCOMPARE(model.shapesKnown(), std::size_t(0));
    }
};

QTEST_GUILESS_MAIN(LatencyModelTest)
#include "tst_latencymodel.moc"
