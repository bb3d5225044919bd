// SPDX-License-Identifier: GPL-3.0-or-later
// Every way in which codes are written: small in the file, and the same numbers in ONNX Runtime.
#include "graph/grapheditor.h"
#include "layerbench.h"
#include "modelbuilder.h"
#include "onnx/onnxwriter.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// Layers of every kind: plain, grouped, depthwise and transposed convolutions, both kinds of products.
ModelPtr everyLayer() {
    ModelBuilder b;
    b.input("x", {1, 8, 10, 10}).init("w0", {48, 8, 3, 3}, 1).init("w1", {48, 48, 1, 1}, 2).init("b1", {48}, 3);
    b.node("Conv", {"x", "w0"}, {"c0"}, {attr("pads", {1, 1, 1, 1})}, "plain").node("Relu", {"c0"}, {"r0"});
    b.node("Conv", {"r0", "w1", "b1"}, {"c1"}, {}, "pointwise").node("Relu", {"c1"}, {"r1"});
    b.init("w2", {48, 12, 3, 3}, 4).node("Conv", {"r1", "w2"}, {"c2"}, {attr("group", 4)}, "grouped");
    b.init("w3", {48, 1, 5, 5}, 5).node("Conv", {"c2", "w3"}, {"c3"}, {attr("group", 48)}, "depthwise");
    b.init("w4", {48, 24, 3, 3}, 6).node("ConvTranspose", {"c3", "w4"}, {"c4"}, {}, "transposed");
    b.init("w5", {24, 24, 2, 2}, 7).node("ConvTranspose", {"c4", "w5"}, {"c5"}, {attr("group", 2)}, "scattered");
    b.node("GlobalAveragePool", {"c5"}, {"p"}).node("Flatten", {"p"}, {"f"}).init("w6", {48, 128}, 8);
    b.init("b6", {128}, 9).node("Gemm", {"f", "w6", "b6"}, {"g"}, {}, "gemm").init("w7", {64, 128}, 10);
    b.node("Gemm", {"g", "w7"}, {"h"}, {attr("transB", 1)}, "turned").init("w8", {64, 40}, 11);
    return b.node("MatMul", {"h", "w8"}, {"y"}, {}, "product").output("y").build();
}

const std::vector<std::string> layerNames = {"plain",     "pointwise", "grouped", "depthwise", "transposed",
                                             "scattered", "gemm",      "turned",  "product"};

/// What ONNX Runtime makes of the weights, without rewriting the graph itself. Weights that a product has taken in are
/// left out.
std::map<std::string, TensorPtr> unpackedWeights(const Model& model) {
    GraphEditor editor(model.graph);
    std::vector<std::string> names;
    std::vector<ValueId> outputs;
    for (int i = 0; i < 9; ++i) {
        const std::string name = "w" + std::to_string(i);
        if (const ValueId id = editor.findValue(name); id.valid() && editor.producer(id)) {
            names.push_back(name);
            outputs.push_back(id);
        }
    }
    editor.setOutputs(outputs);
    auto graph = editor.finish();
    const auto values = graph ? runModel(*withGraph(model, *graph), randomInputs(model, 1))
                              : Result<std::vector<TensorPtr>>(graph.error());
    if (!values)
        throw std::logic_error(values.error().toString());
    std::map<std::string, TensorPtr> weights;
    for (std::size_t i = 0; i < names.size(); ++i)
        weights[names[i]] = (*values)[i];
    return weights;
}

ModelPtr withWeights(const Model& model, const std::map<std::string, TensorPtr>& weights) {
    GraphEditor editor(model.graph);
    for (const auto& [name, tensor] : weights)
        editor.setInitializer(editor.findValue(name), tensor);
    auto graph = editor.finish();
    return graph ? withGraph(model, *graph) : nullptr;
}

Result<std::vector<TensorPtr>> runOptimized(const Model& model, const std::vector<TensorPtr>& inputs) {
    const auto bytes = serializeOnnx(model);
    if (!bytes)
        return bytes.status();
    auto session = openSession(std::as_bytes(std::span(*bytes)), SessionOptions());
    return session ? (*session)->run(inputs) : Result<std::vector<TensorPtr>>(session.status());
}

/// Bytes of what the file holds for a weight.
std::uint64_t storedBytes(const Model& model, const std::string& weight) {
    std::uint64_t bytes = 0;
    for (const ValueId id : model.graph->initializers()) {
        const std::string& name = model.graph->value(id)->name;
        for (const char* part : {"_codes", "_scale", "_zero_point", "_codebook"})
            if (name == weight + part)
                bytes += model.graph->constant(id)->bytes();
    }
    return bytes;
}

} // namespace

class TestWeightForms : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void sameNumbersInTheRuntime_data();
    void sameNumbersInTheRuntime();
    void sixteenBitWeightsStaySo();
    void productsRunFromCodes();
    void oldOpsetsGetPackedCodes();
    void bytesOfALargeLayer_data();
    void bytesOfALargeLayer();
};

void TestWeightForms::sameNumbersInTheRuntime_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<QString>("storage");
    QTest::addColumn<QString>("granularity");
    QTest::addColumn<QString>("grid");
    QTest::addColumn<bool>("symmetric");
    for (int bits = 2; bits <= 8; ++bits)
        for (const char* storage : {"auto", "dequantize"})
            for (const char* granularity : {"tensor", "channel", "group"})
                for (const bool symmetric : {true, false})
                    QTest::addRow("%d %s %s %s", bits, storage, granularity, symmetric ? "symmetric" : "asymmetric")
                        << bits << storage << granularity << "uniform" << symmetric;
    for (int bits = 2; bits <= 8; ++bits)
        for (const char* granularity : {"tensor", "channel", "group"})
            QTest::addRow("%d codebook %s", bits, granularity) << bits << "auto" << granularity << "codebook" << true;
    for (const int bits : {4, 8})
        for (const bool symmetric : {true, false})
            QTest::addRow("%d MatMulNBits %s", bits, symmetric ? "symmetric" : "asymmetric") << bits << "matmul_nbits"
                                                                                             << "group"
                                                                                             << "uniform" << symmetric;
}

/// The written model gives what the model with the unpacked weights in float gives, and these are near the old ones
/// and take no more values than the bits allow.
void TestWeightForms::sameNumbersInTheRuntime() {
    QFETCH(int, bits);
    QFETCH(QString, storage);
    QFETCH(QString, granularity);
    QFETCH(QString, grid);
    QFETCH(bool, symmetric);
    const ModelPtr model = everyLayer();
    const auto report = applyPass(model, "quantize.weights",
                                  {{"bits", bits},
                                   {"first_bits", 2},
                                   {"depthwise_bits", 2},
                                   {"rounding", "mse"},
                                   {"storage", storage.toStdString()},
                                   {"granularity", granularity.toStdString()},
                                   {"group_size", 16},
                                   {"grid", grid.toStdString()},
                                   {"symmetric", symmetric}});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(report->steps[0].fenced.size() <= 1); // depthwise and asymmetric: too small
    const auto weights = unpackedWeights(*report->model);
    QCOMPARE(weights.size() + countOps(*report->model, "MatMulNBits") + report->steps[0].fenced.size(),
             layerNames.size());
    const double enough = bits == 2 ? 0.5 : std::pow(0.25, bits - 1) * (granularity == "tensor" ? 8 : 3);
    for (const auto& [name, tensor] : weights) {
        const auto before = weightOf(*model, name), after = *toFloats(*tensor);
        QVERIFY(tensor->shape == model->graph->constant(model->graph->findValue(name)->id)->shape);
        double error = 0, power = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            error += std::pow(double(before[i]) - double(after[i]), 2);
            power += std::pow(double(before[i]), 2);
        }
        QVERIFY2(error < enough * power, (name + ": " + std::to_string(error / power)).c_str());
        if (granularity == "tensor")
            QVERIFY(std::set<float>(after.begin(), after.end()).size() <= std::size_t(1) << bits);
        const LayerReport* layer = reportOf(*report, layerNames[std::size_t(name[1] - '0')]);
        QVERIFY(layer);
        QCOMPARE(layer->numbers.at("bytes_after"), double(storedBytes(*report->model, name)));
        QVERIFY(std::fabs(layer->numbers.at("weight_error") - error / power) < 1e-5);
    }
    const auto inputs = randomInputs(*model, 3);
    const auto plain = runModel(*withWeights(*model, weights), inputs);
    LAPIDARY_VERIFY_OK(plain);
    for (const auto& written : {runModel(*report->model, inputs), runOptimized(*report->model, inputs)}) {
        LAPIDARY_VERIFY_OK(written);
        const double error = relativeError(*plain, *written);
        // Products that MatMulNBits took in have their old weights in `plain`.
        // Products behind DequantizeLinear run with activations of 8 bits when the runtime may rewrite the graph.
        const double allowed = storage == "matmul_nbits" ? (bits == 4 ? 0.4 : 0.03)
                               : storage == "dequantize" ? 0.02
                                                         : 1e-5;
        QVERIFY2(error < allowed, std::to_string(error).c_str());
    }
}

void TestWeightForms::sixteenBitWeightsStaySo() {
    ModelBuilder b;
    b.input("x", DataType::Float16, {2, 64}).init("w", *fromFloats(DataType::Float16, {64, 40}, randomFloats(2560, 1)));
    const ModelPtr model = b.node("MatMul", {"x", "w"}, {"y"}, {}, "product").output("y", DataType::Float16).build();
    for (const int bits : {3, 4, 8}) {
        const auto report =
            applyPass(model, "quantize.weights",
                      {{"bits", bits}, {"first_bits", 2}, {"rounding", "nearest"}, {"granularity", "group"}});
        LAPIDARY_VERIFY_OK(report);
        const auto inputs = randomInputs(*model, 2);
        const auto before = runModel(*model, inputs), after = runModel(*report->model, inputs);
        LAPIDARY_VERIFY_OK(after);
        QVERIFY(relativeError(*before, *after) < (bits == 3 ? 0.4 : bits == 4 ? 0.2 : 0.02));
        QVERIFY(double(report->steps[0].after.bytes) < double(report->steps[0].before.bytes) * (bits + 1.5) / 16);
    }
}

/// MatMulNBits against the plain product with numbers decoded here.
void TestWeightForms::productsRunFromCodes() {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "64"}).init("w", {64, 48}, 1).init("b", {48}, 2);
    const ModelPtr model = b.node("Gemm", {"x", "w", "b"}, {"y"}, {}, "product").output("y").build();
    ParamSet params = {{"first_bits", 2}, {"rounding", "mse"}, {"granularity", "group"}, {"group_size", 32}};
    params["storage"] = "dequantize";
    const auto plain = applyPass(model, "quantize.weights", params);
    params["storage"] = "matmul_nbits";
    const auto codes = applyPass(model, "quantize.weights", params);
    LAPIDARY_VERIFY_OK(plain);
    LAPIDARY_VERIFY_OK(codes);
    QCOMPARE(countOps(*codes->model, "MatMulNBits"), std::size_t(1));
    QCOMPARE(countOps(*codes->model, "Gemm"), std::size_t(0));
    const auto inputs = randomInputs(*model, 4, 5);
    const auto x = runModel(*plain->model, inputs), y = runModel(*codes->model, inputs);
    LAPIDARY_VERIFY_OK(x);
    LAPIDARY_VERIFY_OK(y);
    QVERIFY2(relativeError(*x, *y) < 1e-5, std::to_string(relativeError(*x, *y)).c_str());
    QVERIFY(noted(codes->steps[0].notes, "quantize_weights.matmul_nbits"));
}

/// An operator nobody knows how to raise: 4 bits go in bytes, for which opset 11 is enough.
void TestWeightForms::oldOpsetsGetPackedCodes() {
    const auto build = [](std::int64_t opset) {
        ModelBuilder b(opset);
        b.input("x", {1, 64}).init("w", {64, 48}, 1).node("MatMul", {"x", "w"}, {"m"}, {}, "product");
        b.init("s", {2}, 2).init("t", {2}, 3).init("shape", {3}, std::vector<std::int64_t>{1, 4, 12});
        b.node("Reshape", {"m", "shape"}, {"r"});
        if (opset >= 18)
            b.node("GroupNormalization", {"r", "s", "t"}, {"y"}, {attr("num_groups", 2)}, "norm");
        else
            b.node("Softmax", {"r"}, {"y"}, {attr("axis", 1)}, "soft"); // over two axes until 13
        return b.output("y").build();
    };
    for (const std::int64_t opset : {std::int64_t(18), std::int64_t(11)}) {
        const ModelPtr model = build(opset);
        const auto report = applyPass(model, "quantize.weights", {{"first_bits", 2}, {"rounding", "nearest"}});
        LAPIDARY_VERIFY_OK(report);
        QCOMPARE(report->model->opset(), opset);
        QVERIFY(noted(report->steps[0].notes, "quantize_weights.opset"));
        QCOMPARE(countOps(*report->model, "BitShift"), std::size_t(2));
        const auto inputs = randomInputs(*model, 5);
        const auto after = runModel(*report->model, inputs);
        LAPIDARY_VERIFY_OK(after);
        QVERIFY(relativeError(*runModel(*model, inputs), *after) < 0.5);
    }
}

void TestWeightForms::bytesOfALargeLayer_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<double>("most"); ///< bits of the file per weight
    for (int bits = 2; bits <= 8; ++bits)
        QTest::addRow("%d bits", bits) << bits << bits * 1.07 + 0.12;
}

/// The file itself, scales and operators included.
void TestWeightForms::bytesOfALargeLayer() {
    QFETCH(int, bits);
    QFETCH(double, most);
    ModelBuilder b;
    b.input("x", {1, 128, 4, 4}).init("w", {256, 128, 3, 3}, 1);
    const ModelPtr model = b.node("Conv", {"x", "w"}, {"y"}, {}, "layer").output("y").build();
    const auto report =
        applyPass(model, "quantize.weights", {{"bits", bits}, {"first_bits", 2}, {"rounding", "nearest"}});
    LAPIDARY_VERIFY_OK(report);
    const double count = 256 * 128 * 9;
    const TempDir folder;
    const auto written = writeOnnx(*report->model, folder / "small.onnx");
    LAPIDARY_VERIFY_OK(written);
    const double onDisk = double(std::filesystem::file_size(folder / "small.onnx"));
    QVERIFY2(8 * onDisk / count < most, std::to_string(8 * onDisk / count).c_str());
    const auto& numbers = reportOf(*report, "layer")->numbers;
    QVERIFY(onDisk >= numbers.at("bytes_after") && onDisk < numbers.at("bytes_after") + 2500);
    QCOMPARE(report->steps[0].after.bytes >= std::uint64_t(numbers.at("bytes_after")), true);
}

QTEST_GUILESS_MAIN(TestWeightForms)
#include "tst_weightforms.moc"
