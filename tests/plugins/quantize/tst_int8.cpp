// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8fixture.h"

using namespace lapidary;
using namespace lapidary::test::int8;
using test::attr;
using test::ModelBuilder;

class TestInt8 : public test::TestCase {
    Q_OBJECT

    void checkPreview(const PassInput& input, const PassOutcome& outcome) {
        auto preview = Int8Pass().preview(input);
        LAPIDARY_VERIFY_OK(preview);
        const ModelTotals real = totalsOf(*outcome.model, *inferOnnxShapes(*outcome.model));
        QCOMPARE(preview->after.bytes, real.bytes);
        QCOMPARE(preview->after.parameters, real.parameters);
        QCOMPARE(preview->after.macs, real.macs);
        QCOMPARE(preview->before.macs, preview->after.macs);
        QCOMPARE(preview->fenced.size(), outcome.fenced.size());
    }

private Q_SLOTS:
    void schemaIsSound() { LAPIDARY_VERIFY_OK(Int8Pass().info().schema.check()); }

    void everyKernelRunsOnIntegers() {
        const auto model = network().build();
        const PassInput input = inputFor(model);
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        auto counts = kernels(*outcome->model, *images());
        QCOMPARE(counts["QLinearConv"], 6);
        QCOMPARE(counts["QGemm"], 1);
        QCOMPARE(counts["QLinearAdd"], 1);
        QCOMPARE(counts["QLinearConcat"], 1);
        QCOMPARE(counts["QLinearGlobalAveragePool"], 1);
        for (const char* floatKernel : {"Conv", "FusedConv", "Gemm", "Add", "Relu", "Clip", "FusedGemm"})
            QCOMPARE(counts[floatKernel], 0);
        QCOMPARE(counts["QuantizeLinear"], 1); // the image
        QVERIFY2(sqnr(*outcome->model, *model, *images()) > 22,
                 std::to_string(sqnr(*outcome->model, *model, *images())).c_str());
        checkPreview(input, *outcome);
        QVERIFY(outcome->fenced.empty());
        QCOMPARE(outcome->layers.front().node, std::string("first"));
        QVERIFY(outcome->layers.front().numbers.at("weight_sqnr_db") > 35);
        QVERIFY(outcome->layers.front().numbers.at("activation_max") > 2);
    }

    void inputsAndOutputsStayFloat() {
        const auto model = network().build();
        auto outcome = quantize(inputFor(model));
        LAPIDARY_VERIFY_OK(outcome);
        auto session = openSession(*outcome->model, {});
        LAPIDARY_VERIFY_OK(session);
        QCOMPARE((*session)->inputs().size(), std::size_t(1));
        QCOMPARE((*session)->inputs()[0].name, std::string("x"));
        QCOMPARE((*session)->inputs()[0].type, DataType::Float);
        QCOMPARE((*session)->outputs()[0].name, std::string("y"));
        QCOMPARE((*session)->outputs()[0].type, DataType::Float);
    }

    void sameBytesWhateverTheThreads() {
        const auto model = network().build();
        for (const char* calibration : {"minmax", "percentile", "entropy", "mse", "moving_average"}) {
            const PassInput input = inputFor(model, {{"calibration", calibration}});
            auto once = quantize(input, images(), 1);
            auto again = quantize(input, images(), 3);
            LAPIDARY_VERIFY_OK(again);
            QVERIFY(*serializeOnnx(*once->model) == *serializeOnnx(*again->model));
        }
    }

    void options_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("percentile") << "calibration"
                                    << "percentile";
        QTest::newRow("int8") << "activations"
                              << "int8";
        QTest::newRow("entropy") << "calibration"
                                 << "entropy";
        QTest::newRow("moving average") << "calibration"
                                        << "moving_average";
        QTest::newRow("minmax") << "calibration"
                                << "minmax";
        QTest::newRow("symmetric") << "symmetric_activations"
                                   << "true";
        QTest::newRow("7 bits") << "reduce_range"
                                << "on";
        QTest::newRow("per tensor") << "per_channel"
                                    << "";
    }
    void options() {
        QFETCH(QString, key);
        QFETCH(QString, value);
        const auto model = network().build();
        ParamSet params;
        params["reduce_range"] = "off"; // whatever this processor is
        params[key.toStdString()] = value.isEmpty()   ? Json(false)
                                    : value == "true" ? Json(true)
                                                      : Json(value.toStdString());
        const PassInput input = inputFor(model, params);
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        checkPreview(input, *outcome);
        QVERIFY2(sqnr(*outcome->model, *model, *images()) > 15,
                 std::to_string(sqnr(*outcome->model, *model, *images())).c_str());
        const TensorPtr weight = outcome->model->graph->findValue("w1_quantized")->initializer;
        const auto integers = *toIntegers(*weight);
        const auto highest = std::max_element(integers.begin(), integers.end(),
                                              [](auto a, auto b) { return std::abs(a) < std::abs(b); });
        QCOMPARE(std::abs(*highest), key == "reduce_range" ? std::int64_t(64) : std::int64_t(127));
        QCOMPARE(outcome->model->graph->findValue("w1_scale")->initializer->count(), value.isEmpty() ? 1 : 16);
        QCOMPARE(outcome->model->graph->findValue("r1_zero_point")->initializer->type,
                 key == "activations" ? DataType::Int8 : DataType::UInt8);
    }

    void scopeAndExclusion() {
        const auto model = network().build();
        PassInput input = inputFor(model, {{"exclude", "le*, right"}});
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        checkPreview(input, *outcome);
        QCOMPARE(reasonFor(*outcome, *model, "left"), std::string("kept in float by its name"));
        QVERIFY(!reasonFor(*outcome, *model, "right").empty());
        QVERIFY(outcome->model->graph->findValue("w4")->initializer);
        QCOMPARE(kernels(*outcome->model, *images())["QLinearConv"], 4);
        input = inputFor(model);
        input.scope = {model->graph->findNode("first")->id};
        outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        checkPreview(input, *outcome);
        QCOMPARE(kernels(*outcome->model, *images())["QLinearConv"], 1);
        QCOMPARE(outcome->model->graph->findValue("w2")->initializer->type, DataType::Float);
    }

    /// A stem between the input and a batch normalization that cannot be folded, as in residual networks of the second
    /// version: what its output loses in small channels, the normalization enlarges.
    void isolatedLayersStayFloat() {
        ModelBuilder b(13);
        b.input("x", inputShape).node("Conv", {"x", "w1"}, {"c1"}, {}, "stem").node("Relu", {"c1"}, {"r1"});
        std::vector<float> scale, variance(8, 1.0f), zeros(8, 0.0f);
        for (int c = 0; c < 8; ++c)
            scale.push_back(c == 0 ? 1.0f : 60.0f);
        std::vector<float> weights = lapidary::test::randomFloats(24, 1);
        for (std::size_t i = 3; i < weights.size(); ++i)
            weights[i] /= 60;
        b.init("w1", makeTensor({8, 3, 1, 1}, weights)).init("s", makeTensor({8}, scale));
        b.init("v", makeTensor({8}, variance)).init("z", makeTensor({8}, zeros));
        b.node("BatchNormalization", {"r1", "s", "z", "z", "v"}, {"n"}, {}, "norm");
        b.init("w2", {32, 8, 3, 3}, 3).node("Conv", {"n", "w2"}, {"c2"}, {attr("pads", {1, 1, 1, 1})}, "wide");
        b.node("Relu", {"c2"}, {"r2"}).init("w3", {32, 32, 3, 3}, 4);
        b.node("Conv", {"r2", "w3"}, {"c3"}, {attr("pads", {1, 1, 1, 1})}, "last").node("Relu", {"c3"}, {"y"});
        const ModelPtr model = b.output("y", DataType::Float, Shape{1, 32, 12, 12}).build();
        auto kept = quantize(inputFor(model)), alone = quantize(inputFor(model, {{"keep_isolated", false}}));
        LAPIDARY_VERIFY_OK(kept);
        LAPIDARY_VERIFY_OK(alone);
        QVERIFY(reasonFor(*kept, *model, "stem").starts_with("alone among"));
        QVERIFY(reasonFor(*alone, *model, "stem").empty());
        QVERIFY(reasonFor(*kept, *model, "wide").empty());
        const auto data = images();
        const double with = sqnr(*kept->model, *model, *data), without = sqnr(*alone->model, *model, *data);
        QVERIFY2(with > without + 6, (std::to_string(with) + " " + std::to_string(without)).c_str());
    }

    void isolatedLayersThatDoMostAreQuantized() {
        ModelBuilder b(13);
        b.input("x", inputShape).init("w1", {16, 3, 3, 3}, 1).init("w2", {4, 16, 1, 1}, 2);
        b.node("Conv", {"x", "w1"}, {"c1"}, {}, "first").node("Tanh", {"c1"}, {"t1"});
        b.node("Conv", {"t1", "w2"}, {"c2"}, {}, "second").node("Tanh", {"c2"}, {"y"});
        const ModelPtr model = b.output("y", DataType::Float, Shape{1, 4, 10, 10}).build();
        auto outcome = quantize(inputFor(model));
        LAPIDARY_VERIFY_OK(outcome);
        QVERIFY(reasonFor(*outcome, *model, "first").empty());
    }

    void everyRowSaysHowItRan() {
        const auto model = network().build();
        auto outcome = quantize(inputFor(model, {{"exclude", "left"}, {"reduce_range", "off"}}));
        LAPIDARY_VERIFY_OK(outcome);
        std::map<std::string, std::string> rows;
        for (const LayerReport& row : outcome->layers)
            rows[row.node] = row.what;
        QCOMPARE(rows.size(), model->graph->nodes().size() - 1); // but the Relu behind what was excluded
        QCOMPARE(rows.at("first"), std::string("ran int8, one weight scale per channel (QLinearConv)"));
        QCOMPARE(rows.at("classify"), std::string("ran int8, one weight scale per channel (QGemm)"));
        QCOMPARE(rows.at("left"), std::string("stayed float: kept in float by its name"));
        std::string all;
        for (const auto& [node, what] : rows)
            all += node + ": " + what + "\n";
        QVERIFY2(all.find("within the kernel before it") != std::string::npos, all.c_str());
        QVERIFY2(all.find("ran int8 (QLinearAdd)") != std::string::npos, all.c_str());
        std::map<std::string, std::string> notes;
        for (const Diagnostic& note : outcome->notes)
            notes[note.code] = note.message;
        QVERIFY2(notes.at("quantize.kernels").starts_with("6 of 6 "), notes.at("quantize.kernels").c_str());
        QVERIFY(notes.at("quantize.calibration").starts_with("Calibrated on 16 samples in 1 run over the data"));
        QVERIFY(notes.at("quantize.calibration").find("400.0 MB") != std::string::npos);
        const auto& numbers = outcome->layers.front().numbers;
        QVERIFY(numbers.at("activation_sqnr_db") > 25);
        QVERIFY(numbers.at("activation_clipped_percent") < 2);
        auto unasked = quantize(inputFor(model, {{"check_kernels", false}}));
        LAPIDARY_VERIFY_OK(unasked);
        QCOMPARE(unasked->layers.front().what, std::string("int8, one weight scale per channel"));
    }

    /// Of the written model, counted here: the integers of a layer with all that belongs to them.
    static std::uint64_t storedBytes(const Model& model, const std::string& node) {
        const Graph& graph = *model.graph;
        const Node& layer = *graph.findNode(node);
        std::uint64_t bytes = 0;
        for (const ValueId id : layer.inputs) {
            const Node* maker = id.valid() ? graph.producer(id) : nullptr;
            if (id.valid() && graph.constant(id))
                bytes += graph.constant(id)->bytes();
            else if (maker && maker->is("DequantizeLinear") && graph.constant(maker->input(0)))
                for (const ValueId part : maker->inputs)
                    bytes += graph.constant(part)->bytes();
        }
        return bytes;
    }

    void everyLayerSaysWhatItTakes_data() {
        QTest::addColumn<bool>("perChannel");
        QTest::newRow("a scale per channel") << true;
        QTest::newRow("one scale") << false;
    }
    void everyLayerSaysWhatItTakes() {
        QFETCH(bool, perChannel);
        const auto model = network().build();
        auto outcome = quantize(inputFor(model, {{"exclude", "left"}, {"per_channel", perChannel}}));
        LAPIDARY_VERIFY_OK(outcome);
        std::map<std::string, const LayerReport*> rows;
        for (const LayerReport& row : outcome->layers)
            rows[row.node] = &row;
        const std::map<std::string, std::array<double, 3>> layers = {// elements, biases, scales
                                                                     {"first", {16 * 3 * 9, 16, 16}},
                                                                     {"depthwise", {16 * 9, 16, 16}},
                                                                     {"right", {8 * 16, 0, 8}},
                                                                     {"classify", {10 * 24, 10, 10}}};
        for (const auto& [name, counts] : layers) {
            const auto& numbers = rows.at(name)->numbers;
            const double scales = perChannel ? counts[2] : 1;
            QCOMPARE(numbers.at("weights"), counts[0]);
            QCOMPARE(numbers.at("bits_before"), 32.0);
            QCOMPARE(numbers.at("bits"), 8.0);
            QCOMPARE(numbers.at("bytes_after"), double(storedBytes(*outcome->model, name)));
            // Biases that were corrected are there although the layer had none.
            const bool bias = outcome->model->graph->findNode(name)->inputs.size() > 2;
            const double biases = bias ? (counts[1] > 0 ? counts[1] : counts[2]) : 0;
            QCOMPARE(numbers.at("bytes_after"), counts[0] + scales * 5 + (bias ? biases * 4 + scales * 8 : 0));
            QCOMPARE(numbers.at("bytes_before"), 4 * (counts[0] + counts[1]));
        }
        const auto& left = rows.at("left")->numbers; // as it was
        QCOMPARE(left.at("bytes_before"), 8.0 * 16 * 4);
        QCOMPARE(left.at("bytes_after"), left.at("bytes_before"));
        QCOMPARE(left.at("bits"), 32.0);
        for (const auto& [name, row] : rows)
            if (row->opType == "Concat")
                QVERIFY(!row->numbers.contains("bytes_before") && !row->numbers.contains("bits"));
    }

    void refusals() {
        const auto model = network().build();
        PassContext context;
        auto outcome = Int8Pass().run(inputFor(model), context);
        QVERIFY(!outcome.ok());
        QCOMPARE(outcome.error().code, std::string("pass.no_calibration"));
        auto preview = Int8Pass().preview(inputFor(model));
        for (const char* format : {"qdq", "qoperator"}) {
            const auto quantized = quantize(inputFor(model, {{"format", format}}))->model;
            preview = Int8Pass().preview(inputFor(quantized));
            QVERIFY(!preview.ok());
            QCOMPARE(preview.error().code, std::string("pass.already_quantized"));
            QVERIFY(!preview.error().place.node.empty());
            auto again = quantize(inputFor(quantized));
            QVERIFY(!again.ok());
            QCOMPARE(again.error().code, std::string("pass.already_quantized"));
        }
        ModelBuilder b(13);
        const auto nothing = b.input("x", {1, 4}).node("Tanh", {"x"}, {"y"}).output("y").build();
        preview = Int8Pass().preview(inputFor(nothing));
        QVERIFY(!preview.ok());
        QCOMPARE(preview.error().code, std::string("pass.nothing"));
        QVERIFY(preview.error().message.find("Tanh") != std::string::npos);
    }

    void convolutionAsOutput() {
        ModelBuilder b(13);
        b.input("x", inputShape).init("w", {4, 3, 3, 3}, 1).node("Conv", {"x", "w"}, {"y"}).output("y");
        const auto model = b.build();
        const PassInput input = inputFor(model);
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        checkPreview(input, *outcome);
        QCOMPARE(kernels(*outcome->model, *images())["QLinearConv"], 1);
        auto session = openSession(*outcome->model, {});
        QCOMPARE((*session)->outputs()[0].name, std::string("y"));
        QCOMPARE((*session)->outputs()[0].type, DataType::Float);
    }

    void zerosAndValuesThatAreNoNumbers() {
        ModelBuilder b(13);
        b.input("x", inputShape);
        b.init("w0", {4, 3, 1, 1}, std::vector<float>(12, 0.0f)).init("b0", {4}, std::vector<float>{0, 1, -2, 1e-9f});
        b.node("Conv", {"x", "w0", "b0"}, {"c0"}, {}, "zeros").node("Relu", {"c0"}, {"r0"});
        b.init("minus", makeScalar(-1.0f)).node("Mul", {"r0", "minus"}, {"m"}).init("one", makeScalar(1.0f));
        b.node("Sub", {"m", "one"}, {"s"}).node("Sqrt", {"s"}, {"nan"});
        b.init("w1", {4, 4, 1, 1}, 3).node("Conv", {"nan", "w1"}, {"c1"}, {}, "lost");
        b.init("w2", {4, 4, 1, 1}, 4).node("Conv", {"r0", "w2"}, {"c2"}, {}, "fine").output("c1").output("c2");
        const auto model = b.build();
        auto outcome = quantize(inputFor(model));
        LAPIDARY_VERIFY_OK(outcome);
        QVERIFY(reasonFor(*outcome, *model, "lost").find("finite") != std::string::npos);
        const auto run = [&](const Model& any) {
            auto session = openSession(any, {});
            return *toFloats(*(*(*session)->run({images()->batch(0, 1)->input}))[1]);
        };
        const auto exact = run(*model), rounded = run(*outcome->model);
        for (std::size_t i = 0; i < exact.size(); ++i)
            QVERIFY2(std::fabs(exact[i] - rounded[i]) < 0.05f, std::to_string(rounded[i]).c_str());
    }

    void oldOpsetAndSharedWeights() {
        ModelBuilder b(9);
        b.input("x", inputShape).init("w0", {8, 3, 1, 1}, 1).init("w", {8, 8, 1, 1}, 2).init("b", {8}, 3);
        b.node("Conv", {"x", "w0"}, {"c0"}).node("Clip", {"c0"}, {"r0"}, {attr("min", 0.0), attr("max", 6.0)});
        b.node("Conv", {"r0", "w", "b"}, {"c1"}).node("Relu", {"c1"}, {"r1"}).node("Conv", {"r1", "w", "b"}, {"c2"});
        b.node("Relu", {"c2"}, {"r2"}).node("GlobalAveragePool", {"r2"}, {"g"}).node("Flatten", {"g"}, {"f"});
        const auto model = b.node("Softmax", {"f"}, {"y"}).output("y").build();
        const PassInput input = inputFor(model);
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        QCOMPARE(outcome->model->opset(), std::int64_t(13));
        checkPreview(input, *outcome);
        QCOMPARE(kernels(*outcome->model, *images())["QLinearConv"], 3);
        QVERIFY(sqnr(*outcome->model, *model, *images()) > 25);
    }

    /// The result keeps no weight that nothing reads, and the preview knows.
    void unreadWeights() {
        ModelBuilder b(13);
        b.input("x", inputShape).init("w", {4, 3, 3, 3}, 1).init("unread", {100}, 2);
        const auto model = b.node("Conv", {"x", "w"}, {"y"}).output("y").build();
        const PassInput input = inputFor(model);
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        QVERIFY(!outcome->model->graph->findValue("unread"));
        checkPreview(input, *outcome);
    }

    void unfusedBatchNormIsNoted() {
        ModelBuilder b(13);
        b.input("x", inputShape).init("w", {4, 3, 3, 3}, 1).init("v", {4}, std::vector<float>{1, 1, 1, 1});
        b.node("Conv", {"x", "w"}, {"c"}).node("BatchNormalization", {"c", "v", "v", "v", "v"}, {"y"}).output("y");
        auto preview = Int8Pass().preview(inputFor(b.build()));
        LAPIDARY_VERIFY_OK(preview);
        QCOMPARE(preview->notes.front().code, std::string("quantize.unfused_batch_norm"));
        QCOMPARE(preview->nodes.size(), std::size_t(1));
        QCOMPARE(preview->nodes.front().precision, std::string("int8"));
    }

    void stops() {
        std::stop_source stop;
        stop.request_stop();
        const auto calibrator = makeCalibrator(images());
        PassContext context;
        context.calibration = calibrator.get();
        context.work = Work{stop.get_token(), {}};
        auto outcome = Int8Pass().run(inputFor(network().build()), context);
        QVERIFY(!outcome.ok());
        QVERIFY(isCancelled(outcome.error()));
    }
};

QTEST_GUILESS_MAIN(TestInt8)
#include "tst_int8.moc"
